//! [`Engine`]: one store directory as this process uses it. Opened on first need, closed once.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::{Duration, Instant};

use parking_lot::{Mutex, RwLock, RwLockReadGuard};

use super::access::{self, Access, PendingAccesses};
use super::counts::Counts;
use super::hot::{self, HotEntries};
use super::limits::Enforced;
use super::row::{self, FunctionPrefix};
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::store::{Batch, Blobs, Index, Layout, OwnerLock};

/// Version of the rows and files of a store.
const STORE_FORMAT: u32 = 1;
/// After a failed opening, callers go on without the store for so long before it is tried again.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// How often a writer looks whether the directory is still there.
const PLACE_CHECKED_EVERY: Duration = Duration::from_millis(200);
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

/// Fields are dropped in this order: the lock must be held until the index is closed.
pub(super) struct Opened {
    pub index: Index,
    pub blobs: Blobs,
    /// Held while entries come and go: their rows, the blobs that they name, and these counts change together.
    pub publishing: Mutex<Counts>,
    pub known_functions: Mutex<HashSet<FunctionPrefix>>,
    place_checked: Mutex<Instant>,
    lock: OwnerLock,
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
            std::thread::spawn(move || drop(engine.opened().map(drop)));
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
        let state = self.opened()?;
        Self::on(&state, operation).map(Some)
    }

    /// Runs `operation` on the open store, which is made if it is missing or was deleted.
    pub(super) fn write<T>(&self, operation: impl FnOnce(&Opened) -> Result<T>) -> Result<T> {
        if self.mode == Mode::ReadOnly {
            return Err(Error::ReadOnly(self.location().to_owned()));
        }
        let mut state = self.opened()?;
        if let State::Open(opened) = &*state
            && opened.is_lost(&self.layout)
        {
            drop(state);
            self.leave();
            state = self.opened()?;
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

    fn opened(&self) -> Result<RwLockReadGuard<'_, State>> {
        let state = self.state.read();
        if matches!(*state, State::Open(_)) {
            return Ok(state);
        }
        drop(state);
        let mut state = self.state.write();
        if let State::Idle { failure } = &*state {
            if let Some((at, error)) = failure
                && at.elapsed() < RETRY_AFTER
            {
                return Err(error.clone());
            }
            *state = match Opened::new(&self.layout, self.mode) {
                Ok(opened) => State::Open(Box::new(opened)),
                Err(error) => State::Idle { failure: Some((Instant::now(), error)) },
            };
        }
        match &*state {
            State::Open(_) => Ok(parking_lot::RwLockWriteGuard::downgrade(state)),
            State::Idle { failure: Some((_, error)) } => Err(error.clone()),
            State::Idle { failure: None } | State::Closed => Err(Error::Closed),
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
        if let State::Open(opened) = &*self.state.read() {
            self.write_accesses(opened, accesses);
            self.write_counts(opened);
        }
    }

    fn write_counts(&self, opened: &Opened) {
        let counts = *opened.publishing.lock();
        if self.mode == Mode::ReadWrite && counts.has_changed() {
            let mut batch = Batch::default();
            batch.put(row::COUNTS, &counts.encode());
            // Old counts only move the moment of eviction.
            let _ = opened.index.write(&batch);
        }
    }

    fn write_accesses(&self, opened: &Opened, mut accesses: Vec<(Digest, Access)>) {
        if self.mode == Mode::ReadOnly || accesses.is_empty() {
            return;
        }
        // In order, RocksDB takes them in half the time.
        accesses.sort_unstable_by_key(|(key, _)| *key);
        let mut batch = Batch::default();
        for (key, access) in accesses {
            batch.merge(&row::access(&key), &access.encode());
        }
        // When an entry was last used only orders what leaves first: not worth failing anyone's call.
        let _ = opened.index.write(&batch);
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.close();
    }
}

impl Opened {
    fn new(layout: &Layout, mode: Mode) -> Result<Self> {
        Self::try_new(layout, mode).map_err(|error| match error {
            Error::Index(reason) => Error::Unavailable {
                location: layout.root().to_owned(),
                reason: format!("{reason}; if that stays so, delete the directory and start anew"),
            },
            Error::File { .. } => {
                Error::Unavailable { location: layout.root().to_owned(), reason: error.to_string() }
            }
            error => error,
        })
    }

    fn try_new(layout: &Layout, mode: Mode) -> Result<Self> {
        let (lock, index) = match mode {
            Mode::ReadWrite => {
                layout.create()?;
                let lock = OwnerLock::exclusive(layout)?;
                (lock, Index::open(&layout.index(), access::merge)?)
            }
            Mode::ReadOnly => {
                let lock = OwnerLock::shared(layout)?;
                (lock, Index::open_read_only(&layout.index(), access::merge)?)
            }
        };
        check_format(layout, &index, mode)?;
        let blobs = Blobs::new(layout);
        if mode == Mode::ReadWrite {
            blobs.sweep_temporary();
        }
        Ok(Self {
            publishing: Mutex::new(Counts::of(&index)?),
            index,
            blobs,
            known_functions: Mutex::default(),
            place_checked: Mutex::new(Instant::now()),
            lock,
        })
    }

    fn is_lost(&self, layout: &Layout) -> bool {
        let mut checked = self.place_checked.lock();
        if checked.elapsed() < PLACE_CHECKED_EVERY {
            return false;
        }
        *checked = Instant::now();
        !self.lock.is_in_place(layout)
    }
}

fn check_format(layout: &Layout, index: &Index, mode: Mode) -> Result<()> {
    let found = index.get(row::FORMAT)?.map(|value| {
        let bytes = value.as_ref().try_into().unwrap_or([u8::MAX; 4]);
        u32::from_le_bytes(bytes)
    });
    match found {
        Some(found) if found > STORE_FORMAT => Err(Error::Format {
            location: layout.root().to_owned(),
            found,
            supported: STORE_FORMAT,
        }),
        None if mode == Mode::ReadWrite => {
            let mut batch = Batch::default();
            batch.put(row::FORMAT, &STORE_FORMAT.to_le_bytes());
            index.write(&batch)
        }
        _ => Ok(()),
    }
}
