//! Cutting the power: which states are looked at, and what must be found in each.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use tempfile::TempDir;

use super::event::{Event, Number};
use super::fixture::{entry, function};
use super::model::{Model, Point, Tree, lay_out, name_of};
use super::oracle::{End, Found, Oracle};
use super::story::{FIRST_BOOT, all_kept, name_of_kept, open, recalled, value};

/// A key that no story uses.
const LATER: Number = 999;
/// Every so many states are also written to.
const WRITTEN_TO: usize = 5;

/// A directory in memory where there is one: opening a store syncs files, thousands of times here.
pub fn memory() -> TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

/// Opens what may be on the disk after each event, at most `most` states of each.
pub fn assert_every_cut(events: &[Event], most: usize) {
    assert_every_cut_in(events, most, FIRST_BOOT);
}

/// The same for a story that was told in `boot`.
pub fn assert_every_cut_in(events: &[Event], most: usize, boot: u64) {
    assert_cuts(events, 0, most, boot);
}

/// Opens what may be on the disk after the whole story.
pub fn assert_last_cuts(events: &[Event], most: usize) {
    assert_cuts(events, events.len() - 1, most, FIRST_BOOT);
}

/// Opens what is there after the whole story, the power not being cut.
pub fn assert_end(events: &[Event]) {
    assert_cuts(events, events.len() - 1, 0, FIRST_BOOT);
}

fn assert_cuts(events: &[Event], first: usize, most: usize, boot: u64) {
    let mut model = Model::default();
    let mut seen = HashMap::new();
    let mut choice = Choice(events.len() as u64);
    let keys = keys_of(events);
    for (at, event) in events.iter().enumerate() {
        model.apply(event);
        if at < first {
            continue;
        }
        let points = model.points();
        let whole: Vec<usize> = points.iter().map(|point| point.choices() - 1).collect();
        let cuts = choice.states(&points, most).into_iter().map(|state| (End::PowerCut, state));
        for (end, state) in std::iter::once((End::Killed, whole)).chain(cuts) {
            let tree = model.state(&points, &state);
            let oracle = Oracle::after(&events[..=at], end);
            let number = seen.len();
            let found = seen.entry((name_of(&tree), end)).or_insert_with(|| {
                let boot = if end == End::PowerCut { boot + 2 } else { boot };
                look(&tree, &keys, boot, number % WRITTEN_TO == 0)
            });
            assert!(
                oracle.allows(found),
                "{found:?}, not {oracle:?}: {end:?} after {at} {}; {state:?} of {points:?}",
                event.short(),
            );
        }
    }
}

fn keys_of(events: &[Event]) -> BTreeSet<Number> {
    let key = |event: &Event| match event {
        Event::Started(change) => Some(change.key),
        _ => None,
    };
    events.iter().filter_map(key).collect()
}

/// What is found in a state. It is found again once the store was written to, and once it was swept.
fn look(tree: &Tree, keys: &BTreeSet<Number>, boot: u64, is_written_to: bool) -> Found {
    let directory = memory();
    lay_out(tree, directory.path());
    let path = directory.path().join("store");
    let found = find(&path, boot, keys);
    if is_written_to {
        write_later(&path, boot);
        for boot in [boot, boot + 2] {
            let again = find(&path, boot, keys);
            // One whose blob was lost may be back: the same bytes were stored.
            let is_lost = |(key, value): (&Number, &Option<Number>)| {
                value.is_some() && again.get(key) != Some(value)
            };
            assert!(!found.iter().any(is_lost), "{found:?} became {again:?}");
        }
    }
    found
}

fn find(path: &Path, boot: u64, keys: &BTreeSet<Number>) -> Found {
    let (store, square) = (open(path, boot), function("square"));
    let found: Found = keys.iter().map(|key| (*key, recalled(&store, &square, *key))).collect();
    // An entry and what is kept of its run came together.
    let kept = all_kept(&store);
    let is_kept = |(key, value): (&Number, &Option<Number>)| {
        value.is_none_or(|value| kept.contains(&name_of_kept(*key, value)))
    };
    assert!(found.iter().all(is_kept), "{found:?} without its records");
    found
}

fn write_later(path: &Path, boot: u64) {
    let (store, square) = (open(path, boot), function("square"));
    let (structure, buffers) = value(2);
    let buffers: Vec<&[u8]> = buffers.iter().map(Vec::as_slice).collect();
    let later = entry(square.call_key(&LATER.to_le_bytes()), structure, &buffers);
    assert!(store.commit(&square, &later).unwrap());
    store.sweep_orphans().unwrap();
    drop(store);
    assert_eq!(recalled(&open(path, boot), &square, LATER), Some(2));
}

/// Numbers that look random and are the same each time.
struct Choice(u64);

impl Choice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    /// Every combination where they are few; else the two ends, and as many as are left to choose of those that differ
    /// from an end in one point, and of all.
    fn states(&mut self, points: &[Point], most: usize) -> Vec<Vec<usize>> {
        let sizes: Vec<usize> = points.iter().map(Point::choices).collect();
        let all = sizes.iter().try_fold(1_usize, |product, size| product.checked_mul(*size));
        if let Some(all) = all
            && all <= most
        {
            return (0..all).map(|number| digits(number, &sizes)).collect();
        }
        let least = vec![0; sizes.len()];
        let whole: Vec<usize> = sizes.iter().map(|size| size - 1).collect();
        let mut states = vec![least.clone(), whole.clone()];
        while states.len() < most {
            states.push(match states.len() % 4 {
                0 => self.differing(&least, &sizes),
                1 | 2 => self.differing(&whole, &sizes),
                _ => sizes.iter().map(|size| self.below(*size)).collect(),
            });
        }
        states.truncate(most);
        states
    }

    fn differing(&mut self, from: &[usize], sizes: &[usize]) -> Vec<usize> {
        let mut state = from.to_vec();
        let point = self.below(sizes.len());
        state[point] = self.below(sizes[point]);
        state
    }
}

fn digits(mut number: usize, sizes: &[usize]) -> Vec<usize> {
    let digit = |size: &usize| {
        let digit = number % size;
        number /= size;
        digit
    };
    sizes.iter().map(digit).collect()
}
