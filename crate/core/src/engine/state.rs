//! [`Engine`]: one open store directory, as the process that owns it uses it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::{Mutex, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::access::Access;
use super::counts::Counts;
use super::limits::{Enforced, Limits};
use super::local::Local;
use super::mode::{Mode, Need};
use super::opened::Opened;
use super::victims::Eviction;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::store::Layout;

/// How long closing waits for operations that other threads are in the middle of.
const CLOSE_WAITS: Duration = Duration::from_secs(5);

/// The store of one directory, open in this process and in no other.
pub struct Engine {
    layout: Layout,
    mode: Mode,
    /// `None` once it is closed, or could not be opened for writing.
    opened: RwLock<Option<Opened>>,
    pub(super) local: Arc<Local>,
    pub(super) limits: Mutex<Enforced>,
    /// Held by who makes room.
    pub(super) eviction: Mutex<Eviction>,
    /// Counts what came and went, so that someone who looked can tell whether to look again.
    pub(super) changes: AtomicU64,
}

impl Engine {
    /// Takes the directory's lock and opens what is there.
    ///
    /// # Errors
    ///
    /// [`Error::Busy`] when another process has it; [`Error::Format`], or why it cannot be opened.
    pub fn open(layout: Layout, mode: Mode, need: Need, local: Arc<Local>) -> Result<Self> {
        let opened = Opened::new(&layout, mode, need, Arc::clone(&local))?;
        Ok(Self {
            layout,
            mode,
            opened: RwLock::new(Some(opened)),
            local,
            limits: Mutex::new(Enforced::NONE),
            eviction: Mutex::default(),
            changes: AtomicU64::new(0),
        })
    }

    /// The store's directory.
    #[must_use]
    pub fn location(&self) -> &Path {
        self.layout.root()
    }

    pub(super) const fn mode(&self) -> Mode {
        self.mode
    }

    /// How often an entry came or went since the store was opened.
    pub fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }

    /// Sets what writers of this store keep to from now on.
    pub fn set_limits(&self, limits: Limits) {
        self.limits.lock().set(limits);
    }

    /// Counts a change.
    pub(super) fn note_change(&self) {
        self.changes.fetch_add(1, Ordering::Release);
    }

    /// What the store holds; `None` once it is closed.
    pub(super) fn counts(&self) -> Option<Counts> {
        self.read(|opened| Ok(*opened.publishing.lock())).ok()
    }

    /// Runs `operation` on the open store.
    pub(super) fn read<T>(&self, operation: impl FnOnce(&Opened) -> Result<T>) -> Result<T> {
        operation(self.opened.read().as_ref().ok_or(Error::Closed)?)
    }

    /// Runs `operation` on the store, open for writing. [`Error::Lost`] when its directory was deleted.
    pub(super) fn write<T>(&self, operation: impl FnOnce(&Opened) -> Result<T>) -> Result<T> {
        if self.mode == Mode::ReadOnly {
            return Err(Error::ReadOnly(self.location().to_owned()));
        }
        let opened = self.writable()?;
        let opened = opened.as_ref().ok_or(Error::Closed)?;
        if opened.is_lost(&self.layout) {
            return Err(Error::Lost(self.location().to_owned()));
        }
        operation(opened)
    }

    fn writable(&self) -> Result<RwLockReadGuard<'_, Option<Opened>>> {
        let opened = self.opened.read();
        if opened.as_ref().is_none_or(Opened::is_writable) {
            return Ok(opened);
        }
        drop(opened);
        let mut opened = self.opened.write();
        if opened.as_ref().is_some_and(|opened| !opened.is_writable()) {
            let reading = opened.take().ok_or(Error::Closed)?;
            if !reading.is_in_place(&self.layout) {
                return Err(Error::Lost(self.location().to_owned()));
            }
            *opened = Some(reading.into_writable(&self.layout)?);
        }
        Ok(RwLockWriteGuard::downgrade(opened))
    }

    /// Whether there may be blobs that no entry names, in a store that is open for writing.
    pub fn is_unswept(&self) -> bool {
        let unswept =
            |opened: &Opened| opened.is_writable() && opened.is_unswept.load(Ordering::Relaxed);
        self.opened.read().as_ref().is_some_and(unswept)
    }

    /// Whether the directory was deleted or moved, or the index takes no more; looks every so often.
    pub fn is_lost(&self) -> bool {
        self.opened.read().as_ref().is_some_and(|opened| opened.is_lost(&self.layout))
    }

    /// Whether the directory is still the one that was opened.
    pub fn is_in_place(&self) -> bool {
        self.opened.read().as_ref().is_some_and(|opened| opened.is_in_place(&self.layout))
    }

    /// Where an index that could not be opened was put, if that was not told yet.
    pub fn take_set_aside(&self) -> Option<PathBuf> {
        self.opened.read().as_ref().and_then(|opened| opened.set_aside.lock().take())
    }

    /// Begins to tell clients of changes. To be called before the first of them is let in.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`]
    pub fn admit_clients(&self) -> Result<()> {
        self.read(|opened| {
            opened.admit_clients(&self.layout);
            Ok(())
        })
    }

    /// Writes what is pending and lets go of the directory. Later operations fail with [`Error::Closed`].
    pub fn close(&self) {
        self.flush();
        if let Some(mut opened) = self.opened.try_write_for(CLOSE_WAITS) {
            *opened = None;
        }
    }

    /// Adds uses of entries that another process saw.
    pub fn note_accesses(&self, accesses: impl IntoIterator<Item = (Digest, Access)>) {
        self.local.recent.lock().note_all(accesses);
    }

    /// Notes that entries of an earlier boot were found whole, given with their rows.
    pub fn note_verified(&self, verified: impl IntoIterator<Item = (Digest, Vec<u8>)>) {
        self.local.values.verified.lock().extend(verified);
    }

    /// Writes pending accesses once there are many.
    pub(super) fn relieve(&self, opened: &Opened) {
        let accesses = self.local.recent.lock().take_if_many();
        if !accesses.is_empty() {
            self.write_accesses(opened, accesses);
        }
    }

    fn flush(&self) {
        self.note_statistics(&self.local.take_statistics());
        let accesses = self.local.recent.lock().take_all();
        let is_worth_writing = self.read(|opened| {
            let is_log_long = self.write_accesses(opened, accesses);
            opened.settle();
            Ok(is_log_long || !opened.local.values.verified.lock().is_empty())
        });
        if is_worth_writing.unwrap_or(false) {
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
