//! [`SharedStore`]: the store of one directory as this process reaches it, whichever role it has.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::thread;
use std::time::{Duration, Instant};

use parking_lot::{Mutex, RwLock};

use super::client::Client;
use super::flight::Held;
use super::owner::{Owner, number_of};
use super::reached::Reached;
use super::waits::Waits;
use crate::digest::Digest;
use crate::engine::{Limits, Local, Mode, Need};
use crate::error::{Error, Result};
use crate::lease::{Leases, Turn};
use crate::store::{Blobs, Layout, RealDisk, SessionLock, session_name};

/// After a failed opening, callers go on without the store for so long before it is tried again.
const RETRY_AFTER: Duration = Duration::from_secs(1);

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
    pub(super) state: RwLock<State>,
    pub(super) waits: Mutex<Waits>,
    /// Leases that threads of this process hold, whoever the owner is.
    pub(super) held: Mutex<HashMap<Digest, Held>>,
    /// Leases that reach no farther than this process.
    pub(super) process_leases: Mutex<Leases>,
    pub(super) limits: Mutex<Limits>,
    /// This process among those that share the store.
    pub(super) session: u128,
    pub(super) session_name: String,
    /// Held while this process is a client: says that it is alive.
    pub(super) session_lock: Mutex<Option<SessionLock>>,
    /// Handles on this store; counted under the registry's lock.
    pub(super) users: AtomicUsize,
    pub(super) warning: Mutex<Option<String>>,
    me: Weak<Self>,
}

pub(super) enum State {
    Idle {
        failure: Option<(Instant, Error)>,
    },
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
            warning: Mutex::default(),
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
            let opening = move || drop(store.reach(Need::Reading));
            let _ = thread::Builder::new().name("engram-open".to_owned()).spawn(opening);
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

    /// Whether there is something that the user should know.
    pub fn has_warning(&self) -> bool {
        self.warning.lock().is_some()
    }

    /// What the user should know, once.
    pub fn take_warning(&self) -> Option<String> {
        self.warning.lock().take()
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

    /// Nobody knows of this process's leases and waits any more: its calls compute for themselves. The state must be
    /// locked: what is forgotten must not be known to an owner that another thread has found meanwhile, as that would
    /// hold it for ever.
    pub(super) fn stand_alone(&self) {
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
        let mut state = self.state.write();
        let before = std::mem::replace(&mut *state, end);
        self.stand_alone();
        drop(state);
        match before {
            State::Owner(owner) => owner.stop(),
            State::Client(client) => {
                self.hand_over(&client);
                client.close();
            }
            State::Idle { .. } | State::Waiting(_) | State::Closed => {}
        }
    }
}

impl State {
    /// Whether the store is reached through this session.
    pub fn is_client(&self, client: &Arc<Client>) -> bool {
        matches!(self, Self::Client(current) if Arc::ptr_eq(current, client))
    }

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
