//! Any sequence of operations, followed by a model that knows only what the table said, and searches by brute force.

use proptest::prelude::*;

use crate::digest::Digest;
use crate::lease::*;

const KEYS: usize = 5;

#[derive(Clone, Debug)]
enum Operation {
    Acquire(usize, Agent),
    Wait(usize, Agent, Vec<usize>, bool),
    Release(usize, Ending),
    Promised(usize),
    Cancel(usize),
    Leave(Session),
    Restate(usize, Agent),
    AwaitSessions(Vec<Session>),
    Restated(Session),
    GiveUpWaiting,
}

struct ModelWait {
    key: usize,
    agent: Agent,
    id: u64,
    is_blocking: bool,
    /// Runs that it is nested in: key and which lease on it.
    nest: Vec<(usize, u64)>,
}

#[derive(Default)]
struct Model {
    table: Leases,
    holders: [Option<(Agent, u64)>; KEYS],
    promised: [bool; KEYS],
    waits: Vec<ModelWait>,
    awaited: Vec<Session>,
    last: u64,
}

fn digest(key: usize) -> Digest {
    Digest::from_bytes([u8::try_from(key).unwrap(); Digest::LENGTH])
}

impl Model {
    fn number(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    fn is_holder(&self, key: usize, agent: Agent) -> bool {
        self.holders[key].is_some_and(|(holder, _)| holder == agent)
    }

    fn give(&mut self, key: usize, agent: Agent) {
        assert_eq!(self.holders[key], None, "two holders");
        let lease = self.number();
        self.holders[key] = Some((agent, lease));
    }

    fn take(&mut self, key: usize) -> Option<(Agent, u64)> {
        self.promised[key] = false;
        self.holders[key].take()
    }

    /// Whether the runs and waits form a circle, if these waits were all. By transitive closure.
    fn has_cycle<'a>(&self, waits: impl IntoIterator<Item = &'a ModelWait>) -> bool {
        let mut reaches = [[false; KEYS]; KEYS];
        for wait in waits {
            for (from, holder) in self.holders.iter().enumerate() {
                let Some((agent, lease)) = *holder else { continue };
                let is_nested = wait.nest.contains(&(from, lease));
                reaches[from][wait.key] |= is_nested || (wait.is_blocking && agent == wait.agent);
            }
        }
        for middle in 0..KEYS {
            for from in 0..KEYS {
                for to in 0..KEYS {
                    reaches[from][to] |= reaches[from][middle] && reaches[middle][to];
                }
            }
        }
        (0..KEYS).any(|key| reaches[key][key])
    }

    fn could_hold(&mut self, key: usize, agent: Agent, without: Option<u64>) -> bool {
        let lease = self.number();
        let before = self.holders[key].replace((agent, lease));
        let closes = self.has_cycle(self.waits.iter().filter(|wait| Some(wait.id) != without));
        self.holders[key] = before;
        !closes
    }

    fn hear(&mut self, notices: Vec<Notice>) {
        for notice in notices {
            let at = self.waits.iter().position(|wait| wait.id == notice.id).unwrap();
            let wait = &self.waits[at];
            assert_eq!((digest(wait.key), wait.agent), (notice.key, notice.agent));
            let key = wait.key;
            match notice.turn {
                Turn::LookAgain | Turn::Free => assert_eq!(self.holders[key], None),
                Turn::Promised => assert!(wait.is_blocking),
                Turn::Granted => {
                    let before = self.waits[..at].iter().filter(|wait| wait.key == key);
                    let before: Vec<_> = before.map(|wait| (wait.agent, wait.id)).collect();
                    for (agent, id) in before {
                        assert!(!self.could_hold(key, agent, Some(id)), "passed over");
                    }
                }
            }
            self.waits.remove(at);
            if notice.turn == Turn::Granted {
                self.give(key, notice.agent);
            }
        }
    }

    fn wait(&mut self, key: usize, agent: Agent, nest: &[usize], is_blocking: bool) {
        let id = self.number();
        let leases =
            nest.iter().filter_map(|key| self.holders[*key].map(|(holder, n)| (holder, (*key, n))));
        let nest_of_agent = leases.filter(|(holder, _)| *holder == agent).map(|(_, lease)| lease);
        let wait = ModelWait { key, agent, id, is_blocking, nest: nest_of_agent.collect() };
        let is_twice =
            is_blocking && self.waits.iter().any(|wait| wait.is_blocking && wait.agent == agent);
        let is_deadlock = is_twice || self.has_cycle(self.waits.iter().chain([&wait]));
        let is_free = self.awaited.is_empty() && self.holders[key].is_none();
        let blocked = nest.iter().map(|key| digest(*key)).collect();
        match self.table.wait(digest(key), Waiter { agent, id, blocked, is_blocking }) {
            Outcome::Granted => {
                assert!(is_free);
                self.give(key, agent);
            }
            Outcome::Promised => assert!(is_blocking && self.promised[key]),
            Outcome::Deadlock => assert!(is_deadlock && !is_free),
            Outcome::Waiting => {
                let is_promise = is_blocking && self.promised[key];
                assert!(!is_deadlock && !is_free && !is_promise);
                self.waits.push(wait);
            }
        }
    }

    fn release(&mut self, key: usize, ending: Ending) {
        let Some((agent, _)) = self.take(key) else { return };
        let notices = self.table.release(digest(key), agent, ending);
        let expected = if ending == Ending::Committed { Turn::LookAgain } else { Turn::Free };
        if ending != Ending::Failed {
            assert!(notices.iter().all(|notice| notice.turn == expected));
        }
        self.hear(notices);
    }

    fn leave(&mut self, session: Session) {
        self.waits.retain(|wait| wait.agent.session != session);
        self.awaited.retain(|awaited| *awaited != session);
        let left =
            |holder: &Option<(Agent, u64)>| holder.is_some_and(|(a, _)| a.session == session);
        for key in 0..KEYS {
            if left(&self.holders[key]) {
                self.take(key);
            }
        }
        let notices = self.table.leave(session);
        self.hear(notices);
    }

    fn perform(&mut self, operation: &Operation) {
        match *operation {
            Operation::Acquire(key, agent) => {
                if self.table.acquire(digest(key), agent) {
                    assert!(self.awaited.is_empty());
                    self.give(key, agent);
                } else {
                    assert!(self.holders[key].is_some() || !self.awaited.is_empty());
                }
            }
            Operation::Wait(key, agent, ref nest, is_blocking) => {
                self.wait(key, agent, nest, is_blocking);
            }
            Operation::Release(key, ending) => self.release(key, ending),
            Operation::Promised(key) => {
                let Some((agent, _)) = self.holders[key] else { return };
                self.promised[key] = true;
                let notices = self.table.promised(digest(key), agent);
                self.hear(notices);
                assert!(!self.waits.iter().any(|wait| wait.key == key && wait.is_blocking));
            }
            Operation::Cancel(at) => {
                if at < self.waits.len() {
                    let wait = self.waits.remove(at);
                    assert!(self.table.cancel(digest(wait.key), wait.agent, wait.id));
                }
            }
            Operation::Leave(session) => self.leave(session),
            Operation::Restate(key, agent) => {
                let was_holder = self.is_holder(key, agent);
                let is_free = self.holders[key].is_none() && self.could_hold(key, agent, None);
                assert_eq!(self.table.restate(digest(key), agent), was_holder || is_free);
                if is_free {
                    self.give(key, agent);
                }
            }
            Operation::AwaitSessions(ref sessions) => {
                self.awaited.extend(sessions);
                self.table.await_sessions(sessions.iter().copied());
            }
            Operation::Restated(session) => {
                self.awaited.retain(|awaited| *awaited != session);
                let notices = self.table.restated(session);
                self.hear(notices);
            }
            Operation::GiveUpWaiting => {
                self.awaited.clear();
                let notices = self.table.give_up_waiting();
                self.hear(notices);
            }
        }
    }

    fn check(&self) {
        assert!(!self.has_cycle(&self.waits), "a circle of runs that wait for each other");
        for key in 0..KEYS {
            let holder = self.holders[key].map(|(agent, _)| agent);
            assert_eq!(self.table.holder(digest(key)), holder);
            let is_waited_for = self.waits.iter().any(|wait| wait.key == key);
            assert!(holder.is_some() || !is_waited_for || !self.awaited.is_empty(), "left waiting");
        }
        assert_eq!(self.table.is_settled(), self.awaited.is_empty());
        let holders = self.holders.iter().flatten();
        assert_eq!(self.table.is_empty(), holders.count() == 0 && self.waits.is_empty());
        for session in (0..3).map(Session) {
            let waits = self.waits.iter().filter(|wait| wait.agent.session == session).count();
            let leases =
                self.holders.iter().flatten().filter(|(a, _)| a.session == session).count();
            assert_eq!(
                (self.table.waits_of(session), self.table.held_by(session)),
                (waits, leases)
            );
        }
    }
}

fn any_operation() -> impl Strategy<Value = Operation> {
    let key = || 0..KEYS;
    let session = || (0..3_u64).prop_map(Session);
    let agent = || (session(), 0..2_u32).prop_map(|(session, thread)| Agent { session, thread });
    let ending = prop_oneof![Just(Ending::Committed), Just(Ending::Unstored), Just(Ending::Failed)];
    let nest = prop::collection::vec(key(), 0..3);
    let wait = (key(), agent(), nest, any::<bool>())
        .prop_map(|(key, agent, nest, is_blocking)| Operation::Wait(key, agent, nest, is_blocking));
    prop_oneof![
        6 => (key(), agent()).prop_map(|(key, agent)| Operation::Acquire(key, agent)),
        20 => wait,
        2 => (key(), ending).prop_map(|(key, ending)| Operation::Release(key, ending)),
        4 => key().prop_map(|key| Operation::Release(key, Ending::Failed)),
        1 => key().prop_map(Operation::Promised),
        1 => (0..6_usize).prop_map(Operation::Cancel),
        1 => session().prop_map(Operation::Leave),
        2 => (key(), agent()).prop_map(|(key, agent)| Operation::Restate(key, agent)),
        1 => prop::collection::vec(session(), 0..3).prop_map(Operation::AwaitSessions),
        2 => session().prop_map(Operation::Restated),
        1 => Just(Operation::GiveUpWaiting),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn holders_are_alone_waiters_have_a_holder_and_no_circle_comes_about(
        operations in prop::collection::vec(any_operation(), 0..80),
    ) {
        let mut model = Model::default();
        for operation in &operations {
            model.perform(operation);
            model.check();
        }
        // Whoever is granted fails, so that in the end every wait has been told.
        model.perform(&Operation::GiveUpWaiting);
        while let Some(key) = model.holders.iter().position(Option::is_some) {
            model.release(key, Ending::Failed);
            model.check();
        }
        prop_assert!(model.waits.is_empty() && model.table.is_empty());
    }
}
