//! [`World`]: threads that run nested calls, one step of one thread at a time.

use std::collections::{BTreeMap, BTreeSet};

use crate::digest::Digest;
use crate::lease::*;

pub(super) const KEYS: usize = 6;
/// A body calls nothing at this depth, so that functions may call each other in circles and still end.
const DEPTH: usize = 3;
pub(super) const AGENTS: [Agent; 4] = [agent(0, 0), agent(0, 1), agent(1, 0), agent(2, 0)];

const fn agent(session: u64, thread: u32) -> Agent {
    Agent { session: Session(session), thread }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Sync,
    Async,
    /// A plain function that returns a promise, which nobody knows before it does.
    Promising,
}

#[derive(Clone, Debug)]
pub(super) struct Function {
    pub(super) kind: Kind,
    /// Calls made together, and whether an asynchronous body waits for them before it goes on.
    pub(super) body: Vec<(Vec<usize>, bool)>,
    pub(super) throws: u32,
    pub(super) is_stored: bool,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum State {
    Looking,
    Waiting,
    Told(Turn),
    Running,
    Done,
}

pub(super) struct Call {
    pub(super) agent: Agent,
    /// From `KEYS` on: the main programs of the agents.
    pub(super) key: usize,
    /// The calls that it is nested in.
    pub(super) nest: Vec<usize>,
    /// The call that cannot go on before this one has ended.
    pub(super) parent: Option<usize>,
    pub(super) is_blocking: bool,
    pub(super) is_leased: bool,
    pub(super) state: State,
    pub(super) step: usize,
    pub(super) open: usize,
}

#[derive(Clone, Copy, Default)]
pub(super) struct Runs {
    pub(super) leased: usize,
    /// Leases that ended without an entry.
    pub(super) ended_without: usize,
    pub(super) free: usize,
}

pub(super) struct World {
    pub(super) functions: Vec<Function>,
    pub(super) throws: Vec<u32>,
    pub(super) table: Leases,
    pub(super) calls: Vec<Call>,
    /// The blocking calls in progress on each thread. Only the last one runs, and nothing else of the thread.
    pub(super) stacks: BTreeMap<Agent, Vec<usize>>,
    pub(super) cached: [bool; KEYS],
    pub(super) runs: [Runs; KEYS],
    pub(super) alive: BTreeSet<Session>,
    /// Sessions that have not come back after a hand-over.
    pub(super) away: BTreeSet<Session>,
    pub(super) random: u64,
}

pub(super) fn digest(key: usize) -> Digest {
    Digest::from_bytes([u8::try_from(key).unwrap(); Digest::LENGTH])
}

impl World {
    pub(super) fn new(functions: Vec<Function>, seed: u64) -> Self {
        let alive: BTreeSet<_> = AGENTS.iter().map(|agent| agent.session).collect();
        let mut world = Self {
            throws: functions.iter().map(|function| function.throws).collect(),
            functions,
            table: Leases::default(),
            calls: Vec::new(),
            stacks: AGENTS.iter().map(|agent| (*agent, Vec::new())).collect(),
            cached: [false; KEYS],
            runs: [Runs::default(); KEYS],
            alive,
            away: BTreeSet::new(),
            random: seed | 1,
        };
        for (number, agent) in AGENTS.into_iter().enumerate() {
            world.start(agent, KEYS + number, Vec::new(), None);
            world.calls[number].state = State::Running;
        }
        world
    }

    pub(super) fn pick(&mut self, below: usize) -> usize {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        usize::try_from(self.random >> 33).unwrap() % below
    }

    fn start(&mut self, agent: Agent, key: usize, nest: Vec<usize>, parent: Option<usize>) {
        let is_blocking = self.functions[key].kind != Kind::Async;
        if is_blocking {
            self.stacks.get_mut(&agent).unwrap().push(self.calls.len());
        }
        let (is_leased, state, step, open) = (false, State::Looking, 0, 0);
        let call = Call { agent, key, nest, parent, is_blocking, is_leased, state, step, open };
        self.calls.push(call);
    }

    /// Whether the thread could run this call now, if it has anything to do.
    pub(super) fn is_on_turn(&self, index: usize) -> bool {
        let agent = self.calls[index].agent;
        let is_here = self.alive.contains(&agent.session) && !self.away.contains(&agent.session);
        is_here && self.stacks[&agent].last().is_none_or(|last| *last == index)
    }

    fn is_ready(&self, index: usize) -> bool {
        let call = &self.calls[index];
        let has_work = match call.state {
            State::Looking | State::Told(_) => true,
            State::Running => call.open == 0,
            State::Waiting | State::Done => false,
        };
        has_work && self.is_on_turn(index)
    }

    fn step(&mut self, index: usize) {
        match self.calls[index].state {
            State::Looking if self.cached[self.calls[index].key] => self.end(index),
            State::Looking => self.wait(index),
            State::Running => self.advance(index),
            State::Told(Turn::LookAgain) => self.calls[index].state = State::Looking,
            State::Told(Turn::Promised) => self.become_async(index),
            State::Told(Turn::Free) => self.run_free(index),
            State::Told(Turn::Granted) => self.run_leased(index),
            State::Waiting | State::Done => unreachable!(),
        }
    }

    pub(super) fn wait(&mut self, index: usize) {
        let Call { agent, key, is_blocking, ref nest, .. } = self.calls[index];
        let runs = nest.iter().map(|outer| &self.calls[*outer]);
        let runs = runs.filter(|outer| outer.is_leased && outer.state == State::Running);
        let blocked = runs.map(|outer| digest(outer.key)).collect();
        let waiter = Waiter { agent, id: index as u64, blocked, is_blocking };
        match self.table.wait(digest(key), waiter) {
            Outcome::Granted => self.run_leased(index),
            Outcome::Waiting => self.calls[index].state = State::Waiting,
            Outcome::Promised => self.become_async(index),
            Outcome::Deadlock => self.run_free(index),
        }
    }

    pub(super) fn run_free(&mut self, index: usize) {
        self.calls[index].state = State::Running;
        self.runs[self.calls[index].key].free += 1;
    }

    fn run_leased(&mut self, index: usize) {
        let Call { agent, key, .. } = self.calls[index];
        if self.cached[key] {
            // A run without a lease was quicker.
            let notices = self.table.release(digest(key), agent, Ending::Committed);
            self.end(index);
            return self.hear(notices);
        }
        self.runs[key].leased += 1;
        self.calls[index].is_leased = true;
        self.calls[index].state = State::Running;
    }

    /// The call goes on as a promise: its thread is free, and a synchronous caller has what it wanted.
    fn become_async(&mut self, index: usize) {
        let call = &mut self.calls[index];
        call.is_blocking = false;
        if call.state != State::Running {
            call.state = State::Looking;
        }
        self.stacks.get_mut(&call.agent).unwrap().retain(|blocking| *blocking != index);
        if let Some(parent) = call.parent.filter(|parent| self.calls[*parent].is_blocking) {
            self.calls[index].parent = None;
            self.calls[parent].open -= 1;
        }
    }

    fn advance(&mut self, index: usize) {
        let Call { agent, key, step, is_leased, is_blocking, ref nest, .. } = self.calls[index];
        let nest: Vec<_> = nest.iter().copied().chain([index]).collect();
        let body = &self.functions[key].body;
        let Some((keys, is_awaited)) = body.get(step).filter(|_| nest.len() <= DEPTH).cloned()
        else {
            return self.finish(index);
        };
        self.calls[index].step += 1;
        if is_blocking && is_awaited && self.functions[key].kind == Kind::Promising {
            self.become_async(index);
            if is_leased {
                let notices = self.table.promised(digest(key), agent);
                self.hear(notices);
            }
        }
        for key in keys {
            let is_sync = self.functions[key].kind != Kind::Async;
            let is_waited_for = is_sync || (is_awaited && !self.calls[index].is_blocking);
            self.calls[index].open += usize::from(is_waited_for);
            self.start(agent, key, nest.clone(), is_waited_for.then_some(index));
        }
    }

    fn finish(&mut self, index: usize) {
        let Call { agent, key, is_leased, .. } = self.calls[index];
        self.end(index);
        if key >= KEYS {
            return;
        }
        let ending = match (self.throws[key], self.functions[key].is_stored) {
            (0, true) => Ending::Committed,
            (0, false) => Ending::Unstored,
            _ => Ending::Failed,
        };
        self.throws[key] = self.throws[key].saturating_sub(1);
        self.cached[key] |= ending == Ending::Committed;
        if is_leased {
            self.runs[key].ended_without += usize::from(ending != Ending::Committed);
            let notices = self.table.release(digest(key), agent, ending);
            self.hear(notices);
        }
    }

    fn end(&mut self, index: usize) {
        let call = &mut self.calls[index];
        call.state = State::Done;
        self.stacks.get_mut(&call.agent).unwrap().retain(|blocking| *blocking != index);
        if let Some(parent) = call.parent {
            self.calls[parent].open -= 1;
        }
    }

    pub(super) fn hear(&mut self, notices: Vec<Notice>) {
        for Notice { key, agent, id, turn } in notices {
            let call = &mut self.calls[usize::try_from(id).unwrap()];
            assert!(call.state == State::Waiting && call.agent == agent && digest(call.key) == key);
            call.state = State::Told(turn);
        }
    }

    /// Runs until nobody can go on.
    pub(super) fn run(&mut self, mut disturbances: u32) {
        loop {
            if disturbances > 0 && self.pick(12) == 0 {
                disturbances -= 1;
                self.disturb();
            }
            let away: Vec<_> = self.away.iter().copied().collect();
            let ready = (0..self.calls.len()).filter(|index| self.is_ready(*index));
            let ready: Vec<_> = ready.collect();
            match (ready.len() + away.len()).checked_sub(1).map(|last| self.pick(last + 1)) {
                None => break,
                Some(at) if at < ready.len() => self.step(ready[at]),
                Some(at) => self.come_back(away[at - ready.len()]),
            }
        }
    }

    /// Everybody is done, nothing is left behind, and no key ran again without a reason.
    pub(super) fn check(&self) {
        assert!(self.calls.iter().all(|call| call.state == State::Done), "deadlock");
        assert!(self.table.is_empty(), "a lease or a wait was left");
        for (key, runs) in self.runs.iter().enumerate() {
            assert!(runs.leased <= 1 + runs.ended_without, "key {key} ran twice");
        }
    }
}
