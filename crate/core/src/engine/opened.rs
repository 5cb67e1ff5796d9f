//! [`Opened`]: the parts of an open store.
//!
//! A store is opened for reading first, and for writing when something is to be written: most runs of a finished script
//! only hit, and reading neither syncs files nor begins a log.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::access::{self, Access, PendingAccesses};
use super::clean_mark;
use super::counts::{Counts, Recount};
use super::local::Local;
use super::mode::{Mode, Need};
use super::row::{self, FunctionPrefix};
use super::statistics;
use super::values::stored;
use crate::codec::Frame;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::store::{
    AppendLog, Batch, Durability, Generation, Index, Layout, OwnerLock, is_session_alive,
};

/// Version of the rows and files of a store.
const STORE_FORMAT: u32 = 1;
/// How often a writer looks whether the directory is still there.
const DIRECTORY_CHECKED_EVERY: Duration = Duration::from_millis(200);
/// A log of accesses that is longer than this goes into the index.
const LOGGED_BYTES: u64 = 1 << 20;

/// The index's merge function.
fn merge(row: &[u8], existing: Option<&[u8]>, added: &mut dyn Iterator<Item = &[u8]>) -> Vec<u8> {
    let merge = if row.starts_with(row::STATISTICS) { statistics::merge } else { access::merge };
    merge(existing, added)
}

/// Fields are dropped in this order: the lock must be held until the index is closed.
pub(super) struct Opened {
    pub index: Index,
    pub local: Arc<Local>,
    /// Held while entries come and go: their rows, the blobs that they name, and these counts change together.
    pub publishing: Mutex<Counts>,
    pub known_functions: Mutex<HashSet<FunctionPrefix>>,
    /// Uses that stand in the log and not in the index.
    logged: Mutex<PendingAccesses>,
    log: AppendLog,
    /// What calls did that the index has not seen.
    pub statistics_log: AppendLog,
    /// Told to clients when what they keep may be out of date; none while there never was a client.
    generation: OnceLock<Generation>,
    /// Whether entries left of which clients were not told yet.
    is_untold: AtomicBool,
    is_writable: bool,
    /// What is counted anew; nothing where the counts are right. Locked after `publishing`.
    pub recount: Mutex<Option<Recount>>,
    /// Whether there may be orphans: the store was not closed in order, or a file stayed that should go.
    pub is_unswept: AtomicBool,
    /// Whether there may be entries that were adopted and not yet taken over.
    pub has_adopted: AtomicBool,
    /// Where a broken index is now, until it is told.
    pub set_aside: Mutex<Option<PathBuf>>,
    directory_checked: Mutex<Instant>,
    lock: OwnerLock,
}

impl Opened {
    pub fn new(layout: &Layout, mode: Mode, need: Need, local: Arc<Local>) -> Result<Self> {
        Self::try_new(layout, mode, need, local).map_err(|error| unavailable(layout, error))
    }

    fn try_new(layout: &Layout, mode: Mode, need: Need, local: Arc<Local>) -> Result<Self> {
        if mode == Mode::ReadOnly {
            let lock = OwnerLock::shared(layout)?;
            let index = Index::open_read_only(&layout.index(), merge)?;
            return Self::reading(layout, lock, index, local);
        }
        if need == Need::Writing {
            layout.create()?;
        }
        let lock = OwnerLock::exclusive(layout)?;
        local.values.blobs.sweep_dead(|session| is_session_alive(layout, session));
        if need == Need::Reading
            && Index::has_short_log(&layout.index())
            && let Ok(index) = Index::open_read_only(&layout.index(), merge)
        {
            return Self::reading(layout, lock, index, local);
        }
        Self::writing(layout, lock, local)
    }

    /// The same store, to be written from now on.
    pub fn into_writable(self, layout: &Layout) -> Result<Self> {
        let Self { index, lock, local, .. } = self;
        drop(index);
        Self::writing(layout, lock, local).map_err(|error| unavailable(layout, error))
    }

    fn reading(layout: &Layout, lock: OwnerLock, index: Index, local: Arc<Local>) -> Result<Self> {
        check_format(layout, &index)?;
        let opened = Self::of(layout, lock, index, local, Counts::default(), false);
        *opened.logged.lock() = access::read_log(&opened.log.read());
        Ok(opened)
    }

    fn writing(layout: &Layout, lock: OwnerLock, local: Arc<Local>) -> Result<Self> {
        layout.create()?;
        let (index, set_aside) = Index::open_or_set_aside(&layout.index(), merge)?;
        let is_new = check_format(layout, &index)?.is_none();
        let is_clean = clean_mark::was_closed_in_order(&index, local.values.boot)?;
        if is_new || is_clean {
            let mut batch = Batch::default();
            batch.put(row::FORMAT, &STORE_FORMAT.to_le_bytes());
            clean_mark::mark_open(&mut batch);
            index.write(&batch, Durability::Process)?;
        }
        let counts = Counts::of(&index)?;
        let opened = Self::of(layout, lock, index, local, counts, true);
        opened.meet_clients(layout, Generation::existing);
        if !is_clean && !is_new {
            *opened.recount.lock() = Some(Recount::begin());
        }
        opened.is_unswept.store(!is_clean, Ordering::Relaxed);
        *opened.set_aside.lock() = set_aside;
        opened.import_log();
        opened.import_statistics();
        Ok(opened)
    }

    fn of(
        layout: &Layout,
        lock: OwnerLock,
        index: Index,
        local: Arc<Local>,
        counts: Counts,
        is_writable: bool,
    ) -> Self {
        let has_adopted = index.has_prefix(row::ADOPTED).unwrap_or(true);
        Self {
            index,
            local,
            publishing: Mutex::new(counts),
            known_functions: Mutex::default(),
            logged: Mutex::default(),
            log: AppendLog::new(layout.accesses()),
            statistics_log: AppendLog::new(layout.statistics()),
            generation: OnceLock::new(),
            is_untold: AtomicBool::new(false),
            is_writable,
            recount: Mutex::default(),
            is_unswept: AtomicBool::new(false),
            has_adopted: AtomicBool::new(has_adopted),
            set_aside: Mutex::default(),
            directory_checked: Mutex::new(Instant::now()),
            lock,
        }
    }

    /// Whether entries can be stored.
    pub const fn is_writable(&self) -> bool {
        self.is_writable
    }

    /// Clients of an earlier owner may keep what is about to change.
    fn meet_clients(&self, layout: &Layout, find: fn(&Layout) -> Option<Generation>) {
        if self.generation.get().is_none()
            && let Some(generation) = find(layout)
        {
            generation.raise();
            let _ = self.generation.set(generation);
        }
    }

    /// Begins to tell clients of changes; before the first of them is let in.
    pub fn admit_clients(&self, layout: &Layout) {
        self.meet_clients(layout, Generation::make);
    }

    /// Lets go of entries that were dropped, and forgets their uses. Other processes are to be told, but not at once: what
    /// they keep is what the calls gave, as long as nobody hears that it is gone or stores something else in its place.
    pub fn forget_uses(&self, keys: &[Digest]) {
        self.local.recent.lock().forget(keys);
        self.is_untold.store(true, Ordering::Release);
    }

    /// Tells other processes what they were not told yet.
    pub fn tell_of_dropped(&self) {
        if self.is_untold.swap(false, Ordering::AcqRel) {
            self.tell_of_change();
        }
    }

    /// Has everyone let go of entries that were overwritten or dropped: after they were, and before anyone is told of it.
    pub fn retract<'a>(&self, keys: impl IntoIterator<Item = &'a Digest>) {
        self.local.recent.lock().retract(keys);
        self.tell_of_change();
    }

    fn tell_of_change(&self) {
        if let Some(generation) = self.generation.get() {
            generation.raise();
        }
    }

    /// Whether the store must be opened again to be written: the directory was deleted, where it looks every so often,
    /// or the index takes no more.
    pub fn is_lost(&self, layout: &Layout) -> bool {
        if self.index.is_stopped() {
            return true;
        }
        let mut checked = self.directory_checked.lock();
        if checked.elapsed() < DIRECTORY_CHECKED_EVERY {
            return false;
        }
        *checked = Instant::now();
        !self.is_in_place(layout)
    }

    /// Whether the directory is still the one that was opened.
    pub fn is_in_place(&self, layout: &Layout) -> bool {
        self.lock.is_in_place(layout)
    }

    /// Uses of an entry that are written down.
    pub fn access(&self, key: &Digest) -> Result<Access> {
        let row = self.index.get(&row::access(key))?;
        let stored = row.map(|bytes| Access::decode(bytes.as_ref())).unwrap_or_default();
        Ok(stored.and(self.logged.lock().of(key)))
    }

    /// Writes uses down: when and how often an entry was used only orders what leaves first, and is not worth failing
    /// anyone's call. True when the log has become long.
    pub fn write_accesses(&self, mut accesses: Vec<(Digest, Access)>) -> bool {
        if accesses.is_empty() {
            return false;
        }
        if !self.is_writable {
            return self.log_accesses(&accesses);
        }
        // In order, RocksDB takes them in half the time.
        accesses.sort_unstable_by_key(|(key, _)| *key);
        let mut batch = Batch::default();
        for (key, access) in accesses {
            batch.merge(&row::access(&key), &access.encode());
        }
        let _ = self.index.write(&batch, Durability::Process);
        false
    }

    fn log_accesses(&self, accesses: &[(Digest, Access)]) -> bool {
        let mut logged = self.logged.lock();
        let mut records = Vec::new();
        for (key, access) in accesses {
            records.extend_from_slice(&access.record(key));
            logged.note(*key, *access);
        }
        self.log.append(&records).is_ok_and(|length| length > LOGGED_BYTES)
    }

    fn import_log(&self) {
        let mut logged = access::read_log(&self.log.read());
        if logged.len() > 0 {
            self.write_accesses(logged.take().collect());
        }
        self.log.remove();
    }

    /// Writes down what closing would lose: the counts, and which entries of an earlier boot are whole.
    pub fn settle(&self) {
        if !self.is_writable {
            return;
        }
        let mut batch = Batch::default();
        let counts = *self.publishing.lock();
        if counts.has_changed() {
            batch.put(row::COUNTS, &counts.encode());
        }
        for (key, row) in self.local.values.take_verified() {
            let Ok(Some(bytes)) = self.index.get(&row) else { continue };
            // They may have been written anew since the boot, and not be on the disk.
            if let Ok(frame) = Frame::decode(&key, bytes.as_ref())
                && frame.blobs().all(|blob| self.local.values.blobs.sync(&stored(&blob)).is_ok())
            {
                batch.put(&row, &Frame { unsynced_boot: 0, ..frame }.encode(&key));
            }
        }
        if !self.is_unswept.load(Ordering::Relaxed) {
            clean_mark::mark_closed(&mut batch, self.local.values.boot);
        }
        // Where that fails, the next opening counts anew, and verifies entries once more.
        let _ = self.index.write(&batch, Durability::Process);
    }
}

fn unavailable(layout: &Layout, error: Error) -> Error {
    let location = layout.root().to_owned();
    match error {
        Error::Index(reason) => Error::Unavailable {
            location,
            reason: format!("{reason}; if that stays so, delete the directory and start anew"),
        },
        Error::File { .. } => Error::Unavailable { location, reason: error.to_string() },
        error => error,
    }
}

/// The format of the store; `None` for one that is new.
fn check_format(layout: &Layout, index: &Index) -> Result<Option<u32>> {
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
        found => Ok(found),
    }
}
