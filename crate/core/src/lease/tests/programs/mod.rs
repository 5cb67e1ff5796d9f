//! Programs of nested calls on threads of several processes, interleaved at random, with deaths, timeouts and
//! hand-overs: every one of them ends, and a key runs again only for a reason.

mod faults;
mod world;

use proptest::prelude::*;

use world::*;

/// `is_calm`: asynchronous functions that never fail, and call only those of higher keys.
fn any_functions(is_calm: bool) -> impl Strategy<Value = Vec<Function>> {
    let function = move |number: usize| {
        let least = if is_calm && number < KEYS { number + 1 } else { 0 };
        let groups = if least < KEYS { 0..4 } else { 0..1 };
        let keys = prop::collection::vec(least.min(KEYS - 1)..KEYS, 1..4);
        let body = prop::collection::vec((keys, prop::bool::weighted(0.8)), groups);
        let kind = prop_oneof![
            3 => Just(Kind::Sync),
            3 => Just(Kind::Async),
            1 => Just(Kind::Promising),
        ];
        let throws = prop_oneof![4 => Just(0_u32), 1 => 1..3_u32];
        (kind, body, throws, prop::bool::weighted(0.9)).prop_map(
            move |(kind, body, throws, is_stored)| match (is_calm, number < KEYS) {
                (false, true) => Function { kind, body, throws, is_stored },
                _ => Function { kind: Kind::Async, body, throws: 0, is_stored: true },
            },
        )
    };
    (0..KEYS + AGENTS.len()).map(function).collect::<Vec<_>>()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_program_ends(functions in any_functions(false), seed: u64, disturbances in 0..6_u32) {
        let mut world = World::new(functions, seed);
        world.run(disturbances);
        world.check();
    }

    #[test]
    fn each_key_runs_once_and_no_circle_is_seen_where_there_is_none(
        functions in any_functions(true),
        seed: u64,
    ) {
        let mut world = World::new(functions, seed);
        world.run(0);
        world.check();
        for (key, runs) in world.runs.iter().enumerate() {
            let is_called = world.calls.iter().any(|call| call.key == key);
            prop_assert_eq!((runs.leased, runs.free), (usize::from(is_called), 0));
        }
    }
}
