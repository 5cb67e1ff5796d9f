//! [`Leases`]: the table itself.

use std::collections::{BTreeSet, HashSet};
use std::ops::RangeInclusive;

use super::agent::{Agent, Session};
use super::graph::{Number, QueuedWait, WaitGraph};
use super::notice::{Ending, Notice, Outcome, Turn, Waiter};
use crate::digest::Digest;

/// Who may compute which key, and who waits for it.
///
/// At most one agent holds a key. A key that is waited for is held, except in the grace after a hand-over. Runs that
/// wait for each other in a circle do not come about.
///
/// The messages of one agent must arrive in the order in which it sent them. How many leases and waits a session may
/// have is for the caller to say ([`Leases::held_by`], [`Leases::waits_of`]).
#[derive(Default)]
pub struct Leases {
    graph: WaitGraph,
    /// Sessions that may hold leases which this table does not know yet. While there are any, no free key is granted.
    awaited: HashSet<Session>,
}

impl Leases {
    /// Takes the lease on a key if that is free. `false`: somebody holds it, this agent perhaps, or it is not known yet
    /// who does; the caller may [`wait`](Self::wait).
    pub fn acquire(&mut self, key: Digest, agent: Agent) -> bool {
        let is_free = self.is_settled() && self.graph.holder(key).is_none();
        if is_free {
            self.graph.hold(key, agent);
        }
        is_free
    }

    /// Takes the lease if the key is free, else waits for its run to end, behind those who wait already.
    ///
    /// The agent may wait for a key that it holds, as calls do that join an asynchronous run of their own thread.
    pub fn wait(&mut self, key: Digest, waiter: Waiter) -> Outcome {
        self.cancel(key, waiter.agent, waiter.id);
        if self.acquire(key, waiter.agent) {
            return Outcome::Granted;
        }
        if waiter.is_blocking && self.graph.is_promised(key) {
            return Outcome::Promised;
        }
        // A thread that blocks twice at a time does not exist; the proof in the module's comment counts on that.
        let is_blocked_twice = waiter.is_blocking && self.graph.blocked_in(waiter.agent).is_some();
        if is_blocked_twice || self.graph.closes_cycle(key, &waiter) {
            return Outcome::Deadlock;
        }
        self.graph.enqueue(key, waiter);
        Outcome::Waiting
    }

    /// Gives up the lease on a key. Nothing happens if the agent does not hold it.
    pub fn release(&mut self, key: Digest, agent: Agent, ending: Ending) -> Vec<Notice> {
        if self.graph.holder(key) != Some(agent) {
            return Vec::new();
        }
        self.graph.let_go(key);
        match ending {
            Ending::Committed => self.tell(key, Turn::LookAgain, |_| true),
            Ending::Unstored => self.tell(key, Turn::Free, |_| true),
            Ending::Failed => self.hand_on(key).into_iter().collect(),
        }
    }

    /// The function of the lease's holder returned a promise: nobody should block a thread for its result. Nothing
    /// happens if the agent does not hold the key. To be said again after a hand-over.
    pub fn promised(&mut self, key: Digest, agent: Agent) -> Vec<Notice> {
        if self.graph.holder(key) != Some(agent) {
            return Vec::new();
        }
        self.graph.promise(key);
        self.tell(key, Turn::Promised, |is_blocking| is_blocking)
    }

    /// Ends a wait whose caller gave up. `false`: there is none, so the caller was told its turn, or is about to be; if
    /// that is [`Turn::Granted`], the caller releases the lease.
    pub fn cancel(&mut self, key: Digest, agent: Agent, id: u64) -> bool {
        let number = self.graph.find(key, agent, id);
        number.is_some_and(|number| self.graph.dequeue(number).is_some())
    }

    /// A connection is gone: its waits vanish, its leases have failed, and nothing more is expected of it.
    pub fn leave(&mut self, session: Session) -> Vec<Notice> {
        let mut notices = self.leave_all(session.agents());
        notices.extend(self.restated(session));
        notices
    }

    /// A thread is gone: its waits vanish, its leases have failed.
    pub fn leave_agent(&mut self, agent: Agent) -> Vec<Notice> {
        self.leave_all(agent..=agent)
    }

    fn leave_all(&mut self, agents: RangeInclusive<Agent>) -> Vec<Notice> {
        let (waits, leases) = self.graph.of_agents(agents);
        // Waits first, so that none of them is granted what another of these agents held.
        for number in waits {
            self.graph.dequeue(number);
        }
        let failed =
            leases.into_iter().flat_map(|(agent, key)| self.release(key, agent, Ending::Failed));
        failed.collect()
    }

    /// After a hand-over, a client states a lease that it held under the last owner. `true`: the lease is the agent's.
    /// `false`: somebody else has it by now, or waits that are here already cannot end if this agent had it; the run
    /// goes on without a lease.
    ///
    /// A session states its leases first and asks for its waits afterwards, so that these find the runs that they are
    /// nested in.
    pub fn restate(&mut self, key: Digest, agent: Agent) -> bool {
        if let Some(holder) = self.graph.holder(key) {
            return holder == agent;
        }
        let is_possible = !self.graph.is_stuck(key, agent);
        if is_possible {
            self.graph.hold(key, agent);
        }
        is_possible
    }

    /// Opens the grace after a hand-over: these sessions are alive and may hold leases that they have not restated.
    /// Until each of them is [`restated`](Self::restated), no free key is granted, and who waits for one is queued.
    pub fn await_sessions(&mut self, sessions: impl IntoIterator<Item = Session>) {
        self.awaited.extend(sessions);
    }

    /// A session has restated all its leases. With the last one the grace ends: every key that is waited for and that
    /// nobody holds is granted.
    pub fn restated(&mut self, session: Session) -> Vec<Notice> {
        if self.awaited.remove(&session) { self.settle() } else { Vec::new() }
    }

    /// The time for restating is over: ends the grace.
    pub fn give_up_waiting(&mut self) -> Vec<Notice> {
        self.awaited.clear();
        self.settle()
    }

    /// Whether all sessions have restated their leases: `false` during the grace after a hand-over.
    pub fn is_settled(&self) -> bool {
        self.awaited.is_empty()
    }

    /// Who holds a key.
    pub fn holder(&self, key: Digest) -> Option<Agent> {
        self.graph.holder(key)
    }

    /// How many leases a session holds.
    pub fn held_by(&self, session: Session) -> usize {
        self.graph.counts(session).0
    }

    /// How many waits of a session have not ended.
    pub fn waits_of(&self, session: Session) -> usize {
        self.graph.counts(session).1
    }

    /// Whether there is neither a lease nor a wait.
    pub fn is_empty(&self) -> bool {
        self.graph.is_empty()
    }

    fn settle(&mut self) -> Vec<Notice> {
        if !self.is_settled() {
            return Vec::new();
        }
        self.graph.unheld().into_iter().filter_map(|key| self.hand_on(key)).collect()
    }

    /// Grants a key that nobody holds to the first waiter that can run.
    fn hand_on(&mut self, key: Digest) -> Option<Notice> {
        let next = self.first_able(key)?;
        let wait = self.graph.dequeue(next)?;
        self.graph.hold(key, wait.agent);
        Some(Notice { key, agent: wait.agent, id: wait.id, turn: Turn::Granted })
    }

    fn first_able(&self, key: Digest) -> Option<Number> {
        // An agent's answer is the same for all its waits that do not block.
        let mut stuck = BTreeSet::new();
        let mut is_able = |wait: &QueuedWait| {
            // A blocked thread goes on when it is granted what it blocks for.
            let is_stuck = !wait.is_blocking
                && (stuck.contains(&wait.agent) || self.graph.is_stuck(key, wait.agent));
            if is_stuck {
                stuck.insert(wait.agent);
            }
            !is_stuck
        };
        self.graph.queue(key).find(|(_, wait)| is_able(wait)).map(|(number, _)| number)
    }

    /// Ends the waits for a key that are meant, each with this turn.
    fn tell(&mut self, key: Digest, turn: Turn, is_meant: impl Fn(bool) -> bool) -> Vec<Notice> {
        let meant = self.graph.queue(key).filter(|(_, wait)| is_meant(wait.is_blocking));
        let numbers: Vec<_> = meant.map(|(number, _)| number).collect();
        let ended = numbers.into_iter().filter_map(|number| self.graph.dequeue(number));
        ended.map(|wait| Notice { key, agent: wait.agent, id: wait.id, turn }).collect()
    }
}
