//! [`SharedStore`]: the store of one directory as this process reaches it, whichever role it has.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::thread;
use std::time::{Duration, Instant};

use parking_lot::{Mutex, RwLock};

use super::client::{Client, PATIENCE};
use super::flight::Held;
use super::owner::{Owner, number_of};
use super::reached::Reached;
use super::waits::Waits;
use crate::digest::Digest;
use crate::engine::{Engine, Limits, Local, Mode, Need};
use crate::error::{Error, Result};
use crate::lease::{Leases, Turn};
use crate::store::{Blobs, Layout, RealDisk, SessionLock, session_name};

/// After a failed opening, callers go on without the store for so long before it is tried again.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// How long a directory may be locked by somebody who does not listen yet, or no longer.
const JOIN_PATIENCE: Duration = Duration::from_secs(2);
/// The same, where it was waited for in vain already.
const REJOIN_PATIENCE: Duration = Duration::from_millis(20);
/// How long an owner that did not answer is waited for, in a thread of its own, before it is tried anew.
const RECOVERY_PATIENCE: Duration = Duration::from_secs(60);

/// Which part a process has in the sharing of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It has the store open, and serves the others.
    Owner,
    /// It asks the owner.
    Client,
    /// It has not needed the store yet, or cannot reach it.
    None,
}

/// The store of one directory. Shared by all memories and threads of a process that name this directory.
pub struct SharedStore {
    pub(super) layout: Layout,
    mode: Mode,
    pub(super) local: Arc<Local>,
    state: RwLock<State>,
    pub(super) waits: Mutex<Waits>,
    /// Leases that threads of this process hold, whoever the owner is.
    pub(super) held: Mutex<HashMap<Digest, Held>>,
    /// Leases that reach no farther than this process.
    pub(super) process_leases: Mutex<Leases>,
    limits: Mutex<Limits>,
    /// This process among those that share the store.
    pub(super) session: u128,
    session_name: String,
    /// Held while this process is a client: says that it is alive.
    session_lock: Mutex<Option<SessionLock>>,
    /// Handles on this store; counted under the registry's lock.
    pub(super) users: AtomicUsize,
    me: Weak<Self>,
}

pub(super) enum State {
    Idle { failure: Option<(Instant, Error)> },
    Owner(Arc<Owner>),
    Client(Arc<Client>),
    /// The owner does not answer. A thread waits until it does.
    Waiting(Error),
    Closed,
}

impl SharedStore {
    pub(super) fn new(location: impl Into<std::path::PathBuf>, mode: Mode) -> Arc<Self> {
        let layout = Layout::new(location);
        let session_name = session_name();
        Arc::new_cyclic(|me| Self {
            mode,
            local: Arc::new(Local::new(Blobs::on(Arc::new(RealDisk), &layout, &session_name))),
            layout,
            state: RwLock::new(State::Idle { failure: None }),
            waits: Mutex::default(),
            held: Mutex::default(),
            process_leases: Mutex::default(),
            limits: Mutex::new(Limits::NONE),
            session: number_of(&session_name).unwrap_or_default(),
            session_name,
            session_lock: Mutex::default(),
            users: AtomicUsize::new(0),
            me: Weak::clone(me),
        })
    }

    /// Opens a store that exists while the caller goes on: whoever needs it first waits for the rest only.
    pub fn open_ahead(&self) {
        if matches!(*self.state.read(), State::Idle { failure: None })
            && self.layout.exists()
            && let Some(store) = self.me.upgrade()
        {
            // A failure is met again, and told, by the first operation.
            thread::spawn(move || drop(store.reach(Need::Reading)));
        }
    }

    /// The store's directory.
    #[must_use]
    pub fn location(&self) -> &Path {
        self.layout.root()
    }

    /// Which part this process has.
    pub fn role(&self) -> Role {
        match &*self.state.read() {
            State::Owner(_) if self.mode == Mode::ReadWrite => Role::Owner,
            State::Client(_) => Role::Client,
            _ => Role::None,
        }
    }

    /// Whether anybody else could be computing the same: another process, or another holder in this one.
    pub fn is_shared(&self) -> bool {
        self.users.load(Ordering::Relaxed) > 1
            || match &*self.state.read() {
                State::Owner(owner) => owner.has_clients(),
                State::Client(_) => true,
                State::Idle { .. } | State::Waiting(_) | State::Closed => false,
            }
    }

    pub(super) fn me(&self) -> Weak<Self> {
        Weak::clone(&self.me)
    }

    pub(super) const fn mode(&self) -> Mode {
        self.mode
    }

    /// Sets what this process keeps the store to while it owns it.
    pub fn set_limits(&self, limits: Limits) {
        *self.limits.lock() = limits;
        if let State::Owner(owner) = &*self.state.read() {
            owner.engine.set_limits(limits);
        }
    }

    /// Whether someone who wants `location` in `mode` may share this: who only reads may share a writer's.
    pub(super) fn serves(&self, location: &Path, mode: Mode) -> bool {
        self.location() == location
            && (self.mode == mode || mode == Mode::ReadOnly)
            && !matches!(*self.state.read(), State::Closed)
    }

    /// Who can be asked. `None` when there is no store yet, and so nothing to read.
    pub(super) fn reach(&self, need: Need) -> Result<Option<Reached>> {
        if let Some(reached) = self.state.read().reached()? {
            return Ok(Some(reached));
        }
        if need == Need::Reading && !self.layout.exists() {
            return self.layout.check().map(|()| None);
        }
        let mut state = self.state.write();
        // Another thread may have been faster.
        if let Some(reached) = state.reached()? {
            return Ok(Some(reached));
        }
        self.establish(&mut state, need)?;
        let reached = state.reached()?;
        drop(state);
        if let Some(Reached::Owner(owner)) = &reached {
            self.begin_serving(owner);
        }
        Ok(reached)
    }

    /// Finds this process a role: owner if nobody is, client of whoever is.
    fn establish(&self, state: &mut State, need: Need) -> Result<()> {
        let patience = match state {
            State::Idle { failure: None } => JOIN_PATIENCE,
            _ => REJOIN_PATIENCE,
        };
        let outcome = self.elect(need, patience);
        match outcome {
            Ok(found) => {
                *state = found;
                Ok(())
            }
            Err(error @ Error::Unresponsive(_)) => {
                self.wait_for_owner(state, error.clone());
                Err(error)
            }
            Err(error) => {
                *state = State::Idle { failure: Some((Instant::now(), error.clone())) };
                self.stand_alone();
                Err(error)
            }
        }
    }

    fn elect(&self, need: Need, patience: Duration) -> Result<State> {
        let begun = Instant::now();
        let mut pause = Duration::from_micros(500);
        loop {
            let candidate = match self.mode {
                Mode::ReadWrite => self.own(need),
                // Who only reads does not stand in the way of an owner.
                Mode::ReadOnly => self.join().or_else(|error| match error {
                    Error::Disconnected => self.own(need),
                    error => Err(error),
                }),
            };
            let candidate = match candidate {
                Err(Error::Busy(location)) => self.join().map_err(|error| match error {
                    Error::Disconnected => Error::Busy(location),
                    error => error,
                }),
                candidate => candidate,
            };
            match candidate {
                Err(Error::Busy(_)) if begun.elapsed() < patience => thread::sleep(pause),
                candidate => return candidate,
            }
            pause = (pause * 2).min(Duration::from_millis(5));
        }
    }

    fn own(&self, need: Need) -> Result<State> {
        let engine = Engine::open(self.layout.clone(), self.mode, need, Arc::clone(&self.local))?;
        engine.set_limits(*self.limits.lock());
        self.local.recent.lock().guard(None);
        let owner = Owner::new(engine, self.layout.clone(), self.session, Weak::clone(&self.me));
        *self.session_lock.lock() = None;
        self.restate_to_owner(&owner);
        Ok(State::Owner(owner))
    }

    fn join(&self) -> Result<State> {
        self.join_with(PATIENCE)
    }

    fn join_with(&self, patience: Duration) -> Result<State> {
        self.show_life()?;
        let (client, reader) = Client::connect(&self.layout, self.session, patience)?;
        let client = Arc::new(client);
        self.guard_recent();
        self.restate_to_client(&client)?;
        self.listen_to_owner(&client, reader);
        Ok(State::Client(client))
    }

    /// From now on, who looks at the directory sees that this process is alive.
    fn show_life(&self) -> Result<()> {
        let mut lock = self.session_lock.lock();
        if lock.is_none() && self.mode == Mode::ReadWrite {
            *lock = Some(SessionLock::new(&self.layout, &self.session_name)?);
        }
        Ok(())
    }

    /// Serves others, once the caller who opened the store has been helped.
    fn begin_serving(&self, owner: &Arc<Owner>) {
        if self.mode == Mode::ReadWrite {
            owner.listen();
        }
    }

    /// The owner has gone: the next one is found at once, since others wait for this process to say what it holds.
    pub(super) fn lost(&self, client: &Arc<Client>) {
        client.close();
        let mut state = self.state.write();
        if !matches!(&*state, State::Client(current) if Arc::ptr_eq(current, client)) {
            return;
        }
        *state = State::Idle { failure: None };
        if !self.layout.exists() {
            return self.stand_alone();
        }
        if self.establish(&mut state, Need::Reading).is_ok()
            && let State::Owner(owner) = &*state
        {
            let owner = Arc::clone(owner);
            drop(state);
            self.begin_serving(&owner);
        }
    }

    /// The owner does not answer: goes on without it, until it does.
    pub(super) fn give_up(&self, client: &Arc<Client>, error: &Error) {
        let mut state = self.state.write();
        if matches!(&*state, State::Client(current) if Arc::ptr_eq(current, client)) {
            client.close();
            self.wait_for_owner(&mut state, error.clone());
        }
    }

    fn wait_for_owner(&self, state: &mut State, error: Error) {
        *state = State::Waiting(error);
        self.stand_alone();
        let me = Weak::clone(&self.me);
        thread::spawn(move || {
            while me.upgrade().is_some_and(|store| !store.has_recovered()) {}
        });
    }

    /// One attempt to reach an owner that did not answer. True when there is nothing to wait for any more.
    fn has_recovered(&self) -> bool {
        let joined = self.join_with(RECOVERY_PATIENCE);
        let mut state = self.state.write();
        if !matches!(*state, State::Waiting(_)) {
            if let Ok(State::Client(client)) = joined {
                client.close();
            }
            return true;
        }
        match joined {
            Err(Error::Unresponsive(_)) => false,
            Ok(joined) => {
                *state = joined;
                true
            }
            Err(_) => {
                *state = State::Idle { failure: None };
                true
            }
        }
    }

    /// The directory was deleted or replaced: lets go of it. The next operation makes a new one.
    pub(super) fn leave(&self, owner: &Arc<Owner>) {
        let mut state = self.state.write();
        if matches!(&*state, State::Owner(current) if Arc::ptr_eq(current, owner)) {
            *state = State::Idle { failure: None };
            drop(state);
            owner.stop();
            self.local.recent.lock().take_all();
            self.stand_alone();
        }
    }

    /// Nobody knows of this process's leases and waits any more: its calls compute for themselves.
    fn stand_alone(&self) {
        self.held.lock().clear();
        *self.session_lock.lock() = None;
        let waits = self.waits.lock().end_shared();
        for wait in waits {
            (wait.tell)(Turn::Free);
        }
    }

    /// Writes what is pending and lets go of the directory until the next operation.
    pub(super) fn rest(&self) {
        self.end_with(State::Idle { failure: None });
    }

    /// Writes what is pending and lets go of the store. Later operations fail with [`Error::Closed`].
    pub fn close(&self) {
        self.end_with(State::Closed);
    }

    fn end_with(&self, end: State) {
        let before = std::mem::replace(&mut *self.state.write(), end);
        match before {
            State::Owner(owner) => owner.stop(),
            State::Client(client) => {
                self.hand_over(&client);
                client.close();
            }
            State::Idle { .. } | State::Waiting(_) | State::Closed => {}
        }
        self.stand_alone();
    }
}

impl State {
    fn reached(&self) -> Result<Option<Reached>> {
        match self {
            Self::Owner(owner) => Ok(Some(Reached::Owner(Arc::clone(owner)))),
            Self::Client(client) => Ok(Some(Reached::Client(Arc::clone(client)))),
            Self::Idle { failure: Some((at, error)) } if at.elapsed() < RETRY_AFTER => {
                Err(error.clone())
            }
            Self::Idle { .. } => Ok(None),
            Self::Waiting(error) => Err(error.clone()),
            Self::Closed => Err(Error::Closed),
        }
    }
}

impl Drop for SharedStore {
    fn drop(&mut self) {
        self.close();
    }
}
