//! [`Owner`]: the process that has the index open, with the leases of all who share the store.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, Weak};
use std::thread::JoinHandle;

use super::connection::Closer;
use super::control::Control;
use super::lock::{ACCEPTING, CONTROLS, LAST, LEASES, Lock};
use super::note::Told;
use super::session::{session_of, sessions_in};
use super::socket::Listener;
use crate::digest::Digest;
use crate::engine::Engine;
use crate::lease::{Agent, Ending, Leases, Notice, Outcome, Session, Turn, Waiter};
use crate::store::Layout;

/// A session may have so many leases and waits; whoever asks for more computes without.
const MOST_LEASES: usize = 1 << 20;
/// A call may be nested in so many runs.
const MOST_BLOCKED: usize = 1024;

/// The store that an owner is a role of, as far as the owner knows it.
pub trait Home: Send + Sync {
    /// Tells a call of this process that its wait is over. False when it was granted a lease and waits no more: whoever
    /// granted it takes it back.
    fn turn(&self, notice: &Notice) -> bool;

    /// Lets go of this owner: whoever owns what comes in the place of its directory, it is not this one.
    fn leave(&self, owner: &Arc<Owner>);
}

/// The open store, its leases, and who is connected.
pub struct Owner {
    pub engine: Engine,
    pub leases: Lock<LEASES, Leases>,
    pub layout: Layout,
    /// This process among the sessions.
    pub session: u128,
    /// Clients of the owner before, who may hold leases that are not known yet.
    pub(super) expected: Vec<Session>,
    /// Control connections, by session.
    pub(super) controls: Lock<CONTROLS, HashMap<Session, Arc<Control>>>,
    /// Everything to be closed at the end.
    pub(super) connections: Lock<LAST, HashMap<u64, Closer>>,
    pub(super) connected: AtomicU64,
    pub(super) is_listening: AtomicBool,
    pub(super) accepting: Lock<ACCEPTING, Option<(Arc<Listener>, JoinHandle<()>)>>,
    pub(super) is_stopping: AtomicBool,
    home: Weak<dyn Home>,
}

impl Owner {
    /// The owner of an open engine. Those who were clients of an owner before it are waited for with the leases that
    /// they held.
    pub fn new(engine: Engine, layout: Layout, session: u128, home: Weak<dyn Home>) -> Arc<Self> {
        let mut expected = sessions_in(&layout);
        expected.retain(|other| *other != session_of(session));
        let mut leases = Leases::default();
        leases.await_sessions(expected.iter().copied());
        Arc::new(Self {
            engine,
            leases: Lock::new(leases),
            layout,
            session,
            expected,
            controls: Lock::default(),
            connections: Lock::default(),
            connected: AtomicU64::new(0),
            is_listening: AtomicBool::new(false),
            accepting: Lock::default(),
            is_stopping: AtomicBool::new(false),
            home,
        })
    }

    /// Whether anyone else is connected.
    pub fn has_clients(&self) -> bool {
        !self.controls.lock().is_empty()
    }

    /// The control connection that a session has now.
    pub fn control_of(&self, session: Session) -> Option<Arc<Control>> {
        self.controls.lock().get(&session).cloned()
    }

    /// Takes the lease on a key for a thread of this process.
    pub fn lease_to_own(&self, key: Digest, agent: Agent) -> Option<NewLease<'_>> {
        let is_granted = self.leases.lock().acquire(key, agent);
        is_granted.then(|| NewLease { owner: self, key, agent })
    }

    /// Takes the lease on a key for a session that still has this control connection: what it is given after its end,
    /// nobody would take back.
    pub fn lease_to_client(
        &self,
        key: Digest,
        agent: Agent,
        control: Option<&Arc<Control>>,
    ) -> Option<NewLease<'_>> {
        let controls = self.controls.lock();
        let is_current = match (controls.get(&agent.session), control) {
            (Some(current), Some(control)) => Arc::ptr_eq(current, control),
            _ => false,
        };
        let is_granted = is_current && {
            let mut leases = self.leases.lock();
            leases.held_by(agent.session) < MOST_LEASES && leases.acquire(key, agent)
        };
        // Not before `controls` is free: dropping it takes locks.
        drop(controls);
        is_granted.then(|| NewLease { owner: self, key, agent })
    }

    /// Changes the leases, and tells everyone concerned.
    pub fn carry(&self, change: impl FnOnce(&mut Leases) -> Vec<Notice>) {
        let notices = change(&mut self.leases.lock());
        for notice in notices {
            self.tell(notice);
        }
    }

    /// A lease that was held under the owner before.
    pub fn restate(&self, key: Digest, agent: Agent, is_promised: bool) {
        self.carry(|leases| {
            let is_held = leases.restate(key, agent);
            if is_held && is_promised { leases.promised(key, agent) } else { Vec::new() }
        });
    }

    /// Begins a wait. What can be said at once is told like everything else.
    pub fn wait(&self, key: Digest, waiter: Waiter) {
        let (agent, id) = (waiter.agent, waiter.id);
        let outcome = {
            let mut leases = self.leases.lock();
            let has_too_many = waiter.blocked.len() > MOST_BLOCKED
                || leases.waits_of(agent.session) >= MOST_LEASES;
            if has_too_many { Outcome::Deadlock } else { leases.wait(key, waiter) }
        };
        if let Some(turn) = turn_at_once(outcome) {
            self.tell(Notice { key, agent, id, turn });
        }
    }

    /// Tells one who waits.
    fn tell(&self, notice: Notice) {
        let Notice { key, agent: Agent { session, thread }, id, turn } = notice;
        if session == session_of(self.session) {
            return self.tell_own(&notice);
        }
        if let Some(control) = self.control_of(session) {
            control.say(Told::Turn { key, thread, id, turn });
        }
    }

    fn tell_own(&self, notice: &Notice) {
        if !self.home.upgrade().is_some_and(|home| home.turn(notice)) {
            self.carry(|leases| leases.release(notice.key, notice.agent, Ending::Failed));
        }
    }

    /// The directory was deleted, or the index takes no more.
    pub fn lose(self: &Arc<Self>) {
        if let Some(home) = self.home.upgrade() {
            home.leave(self);
        }
    }
}

/// A lease that was granted just now, and that its holder does not know of yet. If it goes out of use before, it has
/// failed: the next who waits for the key has it.
#[must_use]
pub struct NewLease<'a> {
    owner: &'a Owner,
    key: Digest,
    agent: Agent,
}

impl NewLease<'_> {
    /// From now on, the holder sees to it that it ends.
    pub fn keep(self) {
        std::mem::forget(self);
    }

    /// Nothing is to be computed: the result is there.
    pub fn end_committed(self) {
        self.end(Ending::Committed);
        self.keep();
    }

    fn end(&self, ending: Ending) {
        self.owner.carry(|leases| leases.release(self.key, self.agent, ending));
    }
}

impl Drop for NewLease<'_> {
    fn drop(&mut self) {
        self.end(Ending::Failed);
    }
}

/// The turn of a wait that ended as it began.
pub const fn turn_at_once(outcome: Outcome) -> Option<Turn> {
    match outcome {
        Outcome::Waiting => None,
        Outcome::Granted => Some(Turn::Granted),
        Outcome::Promised => Some(Turn::Promised),
        Outcome::Deadlock => Some(Turn::Free),
    }
}
