//! [`Engine`]: one store directory as this process uses it. Opened on first need, closed once.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::{Duration, Instant};

use parking_lot::{Mutex, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::access::{Access, PendingAccesses};
use super::hot::{self, HotEntries};
use super::limits::Enforced;
use super::opened::{Need, Opened};
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::store::Layout;

/// After a failed opening, callers go on without the store for so long before it is tried again.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// How long closing waits for operations that other threads are in the middle of.
const CLOSE_WAITS: Duration = Duration::from_secs(5);
/// So many pending accesses are written in one batch.
const PENDING_ACCESSES: usize = 16 << 10;

/// What an engine may do to its directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Read and write; makes the directory on the first write.
    ReadWrite,
    /// Writes nothing at all, not even a lock file or an access time.
    ReadOnly,
}

/// The store of one directory. Shared by all memories and threads of a process that name this directory.
pub struct Engine {
    layout: Layout,
    mode: Mode,
    state: RwLock<State>,
    pub(super) recent: Mutex<Recent>,
    pub(super) limits: Mutex<Enforced>,
    /// Handles on this engine; counted under the registry's lock.
    pub(super) users: AtomicUsize,
}

/// What was used lately: kept in memory, before the index.
pub(super) struct Recent {
    pub hot: HotEntries,
    pub pending: PendingAccesses,
}

enum State {
    Idle { failure: Option<(Instant, Error)> },
    Open(Box<Opened>),
    Closed,
}

impl Engine {
    pub(super) fn new(location: impl Into<std::path::PathBuf>, mode: Mode) -> Self {
        Self {
            layout: Layout::new(location),
            mode,
            state: RwLock::new(State::Idle { failure: None }),
            recent: Mutex::new(Recent {
                hot: HotEntries::new(hot::CAPACITY),
                pending: PendingAccesses::default(),
            }),
            limits: Mutex::new(Enforced::NONE),
            users: AtomicUsize::new(0),
        }
    }

    /// Opens a store that exists while the caller goes on: whoever needs it first waits for the rest only.
    pub fn open_ahead(self: &Arc<Self>) {
        if matches!(*self.state.read(), State::Idle { failure: None }) && self.layout.exists() {
            let engine = Arc::clone(self);
            // A failure is met again, and told, by the first operation.
            std::thread::spawn(move || drop(engine.opened(Need::Reading).map(drop)));
        }
    }

    /// The store's directory.
    #[must_use]
    pub fn location(&self) -> &Path {
        self.layout.root()
    }

    /// Whether the directory is open for writing.
    pub fn is_owner(&self) -> bool {
        self.mode == Mode::ReadWrite && matches!(*self.state.read(), State::Open(_))
    }

    pub(super) const fn mode(&self) -> Mode {
        self.mode
    }

    /// Whether someone who wants `location` in `mode` may share this engine: who only reads may share a writer's.
    pub(super) fn serves(&self, location: &Path, mode: Mode) -> bool {
        self.location() == location
            && (self.mode == mode || mode == Mode::ReadOnly)
            && !matches!(*self.state.read(), State::Closed)
    }

    /// Runs `operation` on the open store. `None` when there is no store yet, and so nothing to read.
    pub(super) fn read<T>(
        &self,
        operation: impl FnOnce(&Opened) -> Result<T>,
    ) -> Result<Option<T>> {
        let state = self.state.read();
        if let State::Open(opened) = &*state {
            return operation(opened).map(Some);
        }
        drop(state);
        if !self.layout.exists() {
            self.refuse_closed()?;
            return self.layout.check().map(|()| None);
        }
        let state = self.opened(Need::Reading)?;
        Self::on(&state, operation).map(Some)
    }

    /// Runs `operation` on the open store, which is made if it is missing or was deleted.
    pub(super) fn write<T>(&self, operation: impl FnOnce(&Opened) -> Result<T>) -> Result<T> {
        if self.mode == Mode::ReadOnly {
            return Err(Error::ReadOnly(self.location().to_owned()));
        }
        let mut state = self.opened(Need::Writing)?;
        if let State::Open(opened) = &*state
            && opened.is_lost(&self.layout)
        {
            drop(state);
            self.leave();
            state = self.opened(Need::Writing)?;
        }
        Self::on(&state, operation)
    }

    fn on<T>(
        state: &RwLockReadGuard<'_, State>,
        operation: impl FnOnce(&Opened) -> Result<T>,
    ) -> Result<T> {
        match &**state {
            State::Open(opened) => operation(opened),
            State::Idle { .. } | State::Closed => Err(Error::Closed),
        }
    }

    fn refuse_closed(&self) -> Result<()> {
        match &*self.state.read() {
            State::Closed => Err(Error::Closed),
            State::Idle { .. } | State::Open(_) => Ok(()),
        }
    }

    fn opened(&self, need: Need) -> Result<RwLockReadGuard<'_, State>> {
        let state = self.state.read();
        if matches!(&*state, State::Open(opened) if opened.serves(need)) {
            return Ok(state);
        }
        drop(state);
        let mut state = self.state.write();
        *state = self.opening(std::mem::replace(&mut *state, State::Closed), need);
        match &*state {
            State::Open(_) => Ok(RwLockWriteGuard::downgrade(state)),
            State::Idle { failure: Some((_, error)) } => Err(error.clone()),
            State::Idle { failure: None } | State::Closed => Err(Error::Closed),
        }
    }

    fn opening(&self, state: State, need: Need) -> State {
        let outcome = match state {
            State::Open(opened) if !opened.serves(need) => opened.into_writable(&self.layout),
            State::Idle { failure: Some((at, _)) } if at.elapsed() < RETRY_AFTER => return state,
            State::Idle { .. } => Opened::new(&self.layout, self.mode, need),
            State::Open(_) | State::Closed => return state,
        };
        match outcome {
            Ok(opened) => State::Open(Box::new(opened)),
            Err(error) => State::Idle { failure: Some((Instant::now(), error)) },
        }
    }

    /// Lets go of a directory that is no longer where it was.
    fn leave(&self) {
        let mut state = self.state.write();
        if matches!(*state, State::Open(_)) {
            *state = State::Idle { failure: None };
        }
        let Recent { hot, pending } = &mut *self.recent.lock();
        hot.clear(pending);
        pending.take().for_each(drop);
    }

    /// Writes what is pending and lets go of the directory until the next operation.
    pub(super) fn rest(&self) {
        self.flush();
        if let Some(mut state) = self.state.try_write_for(CLOSE_WAITS)
            && matches!(*state, State::Open(_))
        {
            *state = State::Idle { failure: None };
        }
    }

    /// Writes what is pending and closes the store. Later operations fail with [`Error::Closed`].
    pub fn close(&self) {
        self.flush();
        if let Some(mut state) = self.state.try_write_for(CLOSE_WAITS) {
            *state = State::Closed;
        }
    }

    /// Writes pending accesses once there are many.
    pub(super) fn relieve(&self, opened: &Opened) {
        let accesses: Vec<_> = {
            let pending = &mut self.recent.lock().pending;
            if pending.len() < PENDING_ACCESSES {
                return;
            }
            pending.take().collect()
        };
        self.write_accesses(opened, accesses);
    }

    fn flush(&self) {
        let accesses: Vec<_> = {
            let Recent { hot, pending } = &mut *self.recent.lock();
            hot.clear(pending);
            pending.take().collect()
        };
        let is_worth_writing = match &*self.state.read() {
            State::Open(opened) => {
                let is_log_long = self.write_accesses(opened, accesses);
                opened.settle();
                is_log_long || !opened.verified.lock().is_empty()
            }
            State::Idle { .. } | State::Closed => false,
        };
        if is_worth_writing {
            // A store that was only read is opened for writing, which takes the log in.
            let _ = self.write(|opened| {
                opened.settle();
                Ok(())
            });
        }
    }

    fn write_accesses(&self, opened: &Opened, accesses: Vec<(Digest, Access)>) -> bool {
        self.mode == Mode::ReadWrite && opened.write_accesses(accesses)
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.close();
    }
}
