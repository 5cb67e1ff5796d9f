//! [`SharedStore`]: the store of one directory as this process reaches it, whichever role it has.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::thread;

use super::held::HeldLeases;
use super::lock::{HELD, LAST, LEASES, Lock, ROLE, SharedLock, WAITS};
use super::role::{Role, RoleState};
use super::session::number_of;
use super::waits::Waits;
use crate::clock::Timestamp;
use crate::digest::Digest;
use crate::engine::{Limits, Local, Mode, Need, Seen, Validity, read_log};
use crate::error::{Error, Result};
use crate::lease::{Leases, Turn};
use crate::store::{Blobs, Layout, RealDisk, SessionLock, session_name};

/// The store of one directory. Shared by all memories and threads of a process that name this directory.
pub struct SharedStore {
    pub(super) layout: Layout,
    mode: Mode,
    pub(super) local: Arc<Local>,
    pub(super) role: SharedLock<ROLE, RoleState>,
    pub(super) waits: Lock<WAITS, Waits>,
    pub(super) held: Lock<HELD, HeldLeases>,
    /// Leases that reach no farther than this process.
    pub(super) process_leases: Lock<LEASES, Leases>,
    pub(super) limits: Lock<LAST, Limits>,
    /// This process among those that share the store.
    pub(super) session: u128,
    pub(super) session_name: String,
    /// Held while this process is a client: says that it is alive.
    pub(super) session_lock: Lock<LAST, Option<SessionLock>>,
    /// Handles on this store; counted under the registry's lock.
    pub(super) users: AtomicUsize,
    pub(super) warning: Lock<LAST, Option<String>>,
    /// When the owner said that nothing was adopted that is not taken over.
    pub(super) unadopted: Lock<LAST, Option<Seen>>,
    me: Weak<Self>,
}

impl SharedStore {
    pub(super) fn new(location: impl Into<std::path::PathBuf>, mode: Mode) -> Arc<Self> {
        let layout = Layout::new(location);
        let session_name = session_name();
        Arc::new_cyclic(|me| Self {
            mode,
            local: Arc::new(Local::new(Blobs::on(Arc::new(RealDisk), &layout, &session_name))),
            layout,
            role: SharedLock::new(RoleState::IDLE),
            waits: Lock::default(),
            held: Lock::default(),
            process_leases: Lock::default(),
            limits: Lock::new(Limits::NONE),
            session: number_of(&session_name).unwrap_or_default(),
            session_name,
            session_lock: Lock::default(),
            users: AtomicUsize::new(0),
            warning: Lock::default(),
            unadopted: Lock::default(),
            me: Weak::clone(me),
        })
    }

    /// Opens a store that exists while the caller goes on: whoever needs it first waits for the rest only.
    pub fn open_ahead(&self) {
        if matches!(*self.role.read(), RoleState::Idle { failure: None })
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
        match &*self.role.read() {
            RoleState::Owner(_) if self.mode == Mode::ReadWrite => Role::Owner,
            RoleState::Client(_) => Role::Client,
            _ => Role::None,
        }
    }

    /// Whether the store is open here, or is asked elsewhere.
    pub(super) fn has_role(&self) -> bool {
        matches!(*self.role.read(), RoleState::Owner(_) | RoleState::Client(_))
    }

    /// Whether anybody else could be computing the same: another process, or another holder in this one.
    pub fn is_shared(&self) -> bool {
        self.users.load(Ordering::Relaxed) > 1
            || match &*self.role.read() {
                RoleState::Owner(owner) => owner.has_clients(),
                RoleState::Client(_) => true,
                RoleState::Idle { .. } | RoleState::Waiting(_) | RoleState::Closed => false,
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

    /// Who only reads changes nothing.
    ///
    /// # Errors
    ///
    /// [`Error::ReadOnly`]
    pub(super) fn refuse_read_only(&self) -> Result<()> {
        match self.mode {
            Mode::ReadOnly => Err(Error::ReadOnly(self.location().to_owned())),
            Mode::ReadWrite => Ok(()),
        }
    }

    /// Until when what `recall` answers from now on may be kept elsewhere; `None` where nothing would tell.
    pub fn validity(&self) -> Option<Validity> {
        self.local.recent.lock().validity()
    }

    /// Notes one use of an entry.
    pub fn note_use(&self, key: &Digest, now: Timestamp) {
        self.local.recent.lock().note(key, now);
    }

    /// Notes uses of what was kept elsewhere, given as records of the log of accesses.
    pub fn note_uses(&self, records: &[u8]) {
        self.local.recent.lock().note_all(read_log(records).take());
    }

    /// Sets what this process keeps the store to while it owns it.
    pub fn set_limits(&self, limits: Limits) {
        *self.limits.lock() = limits;
        if let RoleState::Owner(owner) = &*self.role.read() {
            owner.engine.set_limits(limits);
        }
    }

    /// Whether someone who wants `location` in `mode` may share this: who only reads may share a writer's.
    pub(super) fn serves(&self, location: &Path, mode: Mode) -> bool {
        self.location() == location
            && (self.mode == mode || mode == Mode::ReadOnly)
            && !matches!(*self.role.read(), RoleState::Closed)
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
        self.end_with(RoleState::IDLE);
    }

    /// Writes what is pending and lets go of the store. Later operations fail with [`Error::Closed`].
    pub fn close(&self) {
        self.end_with(RoleState::Closed);
    }

    fn end_with(&self, end: RoleState) {
        let mut state = self.role.write();
        let before = std::mem::replace(&mut *state, end);
        self.stand_alone();
        drop(state);
        match before {
            RoleState::Owner(owner) => owner.stop(),
            RoleState::Client(client) => {
                self.tell_all(&client);
                // Nothing tells of changes from now on.
                self.local.recent.lock().take_all();
                client.close();
            }
            RoleState::Idle { .. } | RoleState::Waiting(_) | RoleState::Closed => {}
        }
    }
}

impl Drop for SharedStore {
    fn drop(&mut self) {
        self.close();
    }
}
