//! [`Index`]: sorted rows of small bytes. The only file that uses RocksDB.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rocksdb::{
    BlockBasedOptions, Cache, DB, DBCompressionType, Direction, IteratorMode, LogLevel,
    MergeOperands, Options, PrefixRange, ReadOptions, WriteBatch, WriteOptions,
};

use super::disk::{Disk, Durability, RealDisk, sync_name};
use crate::error::{Error, FileContext, Result};

/// Rows written but not yet in a sorted file. At most this much log is replayed when a store is opened after a crash.
const MEMTABLE_BYTES: usize = 16 << 20;
/// With more rows than this in the log, closing turns it into a sorted file. Whoever stored so many pays once for it, 2 to
/// 3 ms of work; without it each later opening replays them, a microsecond or more a row.
const FLUSHED_ON_CLOSE: u64 = 1000;
/// Each opening begins a log of its own. So many may lie there before closing does away with them.
const LOGS_KEPT: usize = 8;
/// A store that is never closed, because its processes are killed, does away with so many logs on opening.
const LOGS_REPLAYED: usize = 32;
/// Reading a store replays its logs each time, if they are no longer than this.
const LOG_BYTES_REPLAYED: u64 = 1 << 20;
const BLOCK_CACHE_BYTES: usize = 32 << 20;
const BLOOM_BITS_PER_KEY: f64 = 10.0;
/// Keys in a file's own index that share their beginnings: rows begin with 25 bytes that are mostly the same, and what is read
/// of a file when it is opened is half as long.
const INDEX_KEYS_TOGETHER: i32 = 16;
const OPEN_FILES: i32 = 256;

/// What RocksDB says of an index that this process has open.
const OPEN_HERE: &str = "lock hold by current process";
/// How long the last reader of an index may take that is being closed.
const CLOSED_WITHIN: Duration = Duration::from_secs(1);
const CLOSING_PAUSE: Duration = Duration::from_millis(5);

/// What RocksDB says when the disk has no room.
const FULL: [&str; 2] = ["No space left on device", "Disk quota exceeded"];

/// A key and its value.
pub type Row = (Box<[u8]>, Box<[u8]>);

/// How merged values of one row become one: its key and the values in, the merged value out.
pub type Merge = fn(&[u8], Option<&[u8]>, &mut dyn Iterator<Item = &[u8]>) -> Vec<u8>;

/// The index of one store. Dropping it stops RocksDB's threads and waits for them.
pub struct Index {
    db: DB,
    is_read_only: bool,
    /// Logs that were there on opening.
    logs: usize,
    path: PathBuf,
    /// Whether the disk has what earlier sessions wrote, and the names of the directories.
    is_grounded: AtomicBool,
    is_stopped: AtomicBool,
}

/// Opens an index. One that was given up, because its directory was deleted, may still be read by another thread.
fn open_once_closed(options: &Options, path: &Path) -> Result<DB, rocksdb::Error> {
    let since = Instant::now();
    loop {
        match DB::open(options, path) {
            Err(error) if error.as_ref().contains(OPEN_HERE) && since.elapsed() < CLOSED_WITHIN => {
                thread::sleep(CLOSING_PAUSE);
            }
            opened => return opened,
        }
    }
}

impl Index {
    /// Opens the index for reading and writing, making it if it is missing.
    ///
    /// # Errors
    ///
    /// [`Error::Index`], in the words of RocksDB.
    pub fn open(path: &Path, merge: Merge) -> Result<Self> {
        let logs = logs_in(path).len();
        let mut options = options(merge);
        options.set_avoid_flush_during_recovery(logs < LOGS_REPLAYED);
        let db = open_once_closed(&options, path).map_err(failed)?;
        Ok(Self::of(db, path, false, logs))
    }

    /// Opens an index that exists, and writes nothing at all.
    ///
    /// # Errors
    ///
    /// [`Error::Index`], in the words of RocksDB.
    pub fn open_read_only(path: &Path, merge: Merge) -> Result<Self> {
        let mut options = options(merge);
        // Nothing is written: a filter over what is in memory takes longer to make than it saves.
        options.set_memtable_prefix_bloom_ratio(0.0);
        let db = DB::open_for_read_only(&options, path, false).map_err(failed)?;
        Ok(Self::of(db, path, true, 0))
    }

    fn of(db: DB, path: &Path, is_read_only: bool, logs: usize) -> Self {
        Self {
            db,
            is_read_only,
            logs,
            path: path.to_owned(),
            is_grounded: AtomicBool::new(false),
            is_stopped: AtomicBool::new(false),
        }
    }

    /// Whether there is an index that can be read as it lies there: replaying its logs takes less time than sorting them.
    #[must_use]
    pub fn has_short_log(path: &Path) -> bool {
        let logs = logs_in(path);
        let bytes: u64 = logs.iter().map(std::fs::Metadata::len).sum();
        path.join("CURRENT").exists() && logs.len() < LOGS_REPLAYED && bytes < LOG_BYTES_REPLAYED
    }

    /// The value of a row, in memory that RocksDB lends.
    ///
    /// # Errors
    ///
    /// [`Error::Index`], in the words of RocksDB.
    pub fn get(&self, key: &[u8]) -> Result<Option<impl AsRef<[u8]> + '_>> {
        self.db.get_pinned(key).map_err(failed)
    }

    /// Applies all of `batch` or nothing. On return the operating system has it: a crash of this process loses nothing.
    /// With [`Durability::Power`] the disk has it on return, and all that was written before.
    ///
    /// # Errors
    ///
    /// [`Error::Index`], in the words of RocksDB; [`Error::File`] when the disk does not take what was written before.
    pub fn write(&self, batch: &Batch, durability: Durability) -> Result<()> {
        if durability == Durability::Power && !self.is_grounded.load(Ordering::Acquire) {
            self.ground()?;
        }
        let mut options = WriteOptions::default();
        options.set_sync(durability == Durability::Power);
        let first = self.db.write_opt(&batch.0, &options);
        let outcome = match first {
            // After a full disk RocksDB refuses writes until it is told that things may be better.
            Err(_) if self.db.resume().is_ok() => self.db.write_opt(&batch.0, &options),
            outcome => outcome,
        };
        let outcome = outcome.map_err(failed);
        if let Err(error) = &outcome
            && !is_full(error)
        {
            self.is_stopped.store(true, Ordering::Release);
        }
        outcome
    }

    /// Whether a write failed in a way after which RocksDB takes no more, until the index is opened again. From a full
    /// disk it recovers by itself, soon after there is room; reading goes on in any case.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.is_stopped.load(Ordering::Acquire)
    }

    /// Has the index opened again. After a full disk RocksDB takes writes again some seconds after there is room, or as soon as
    /// it was opened anew.
    pub fn give_up(&self) {
        self.is_stopped.store(true, Ordering::Release);
    }

    /// Room that opening it may take: what is in its logs becomes a sorted file, and a log of its own is begun.
    pub fn bytes_to_open(&self) -> usize {
        let logs: u64 = logs_in(&self.path).iter().map(std::fs::Metadata::len).sum();
        usize::try_from(logs).unwrap_or(usize::MAX).min(4 * MEMTABLE_BYTES)
    }

    /// Waits until the disk has what RocksDB does not wait for: the logs that earlier openings left, without which what
    /// follows them is not replayed, and the name of the directory.
    fn ground(&self) -> Result<()> {
        for entry in std::fs::read_dir(&self.path).file("reading the directory", &self.path)? {
            let path = entry.file("reading the directory", &self.path)?.path();
            if is_log(&path) {
                RealDisk.sync_data(&path).file("syncing", &path)?;
            }
        }
        RealDisk.sync_directory(&self.path).file("syncing the directory", &self.path)?;
        sync_name(&RealDisk, &self.path).file("syncing the directory of", &self.path)?;
        self.is_grounded.store(true, Ordering::Release);
        Ok(())
    }

    /// The rows whose keys start with `prefix`, in order.
    pub fn scan<'a>(&'a self, prefix: &[u8]) -> impl Iterator<Item = Result<Row>> + use<'a> {
        self.scan_from(prefix, prefix)
    }

    /// Those of them whose keys are not before `start`.
    pub fn scan_from<'a>(
        &'a self,
        prefix: &[u8],
        start: &[u8],
    ) -> impl Iterator<Item = Result<Row>> + use<'a> {
        let start = IteratorMode::From(start, Direction::Forward);
        self.db.iterator_opt(start, passing(prefix)).map(|row| row.map_err(failed))
    }

    /// Shows at most so many of those rows where they lie. Says at which row it goes on; `None` at the end.
    ///
    /// # Errors
    ///
    /// [`Error::Index`], in the words of RocksDB.
    pub fn visit_from(
        &self,
        prefix: &[u8],
        start: &[u8],
        most: usize,
        mut visit: impl FnMut(&[u8], &[u8]),
    ) -> Result<Option<Vec<u8>>> {
        let mut rows = self.db.raw_iterator_opt(passing(prefix));
        rows.seek(start);
        let mut left = most;
        while let Some((key, value)) = rows.item() {
            if left == 0 {
                return Ok(Some(key.to_vec()));
            }
            left -= 1;
            visit(key, value);
            rows.next();
        }
        rows.status().map_err(failed)?;
        Ok(None)
    }

    /// Whether any key starts with `prefix`.
    ///
    /// # Errors
    ///
    /// [`Error::Index`], in the words of RocksDB.
    pub fn has_prefix(&self, prefix: &[u8]) -> Result<bool> {
        self.scan(prefix).next().transpose().map(|row| row.is_some())
    }
}

impl Index {
    fn has_long_log(&self) -> bool {
        let rows = self.db.property_int_value(rocksdb::properties::NUM_ENTRIES_ACTIVE_MEM_TABLE);
        matches!(rows, Ok(Some(rows)) if rows > FLUSHED_ON_CLOSE)
    }
}

/// For who reads all rows that start with `prefix`, each once.
fn passing(prefix: &[u8]) -> ReadOptions {
    let mut options = ReadOptions::default();
    options.set_iterate_range(PrefixRange(prefix));
    options.fill_cache(false);
    options
}

fn logs_in(path: &Path) -> Vec<std::fs::Metadata> {
    let files = std::fs::read_dir(path).into_iter().flatten().flatten();
    files.filter(|file| is_log(&file.path())).filter_map(|file| file.metadata().ok()).collect()
}

fn is_log(path: &Path) -> bool {
    path.extension().is_some_and(|name| name == "log")
}

impl Drop for Index {
    fn drop(&mut self) {
        if !self.is_read_only && (self.logs >= LOGS_KEPT || self.has_long_log()) {
            // The log has everything: a failed flush only makes the next opening slower.
            let _ = self.db.flush();
        }
        self.db.cancel_all_background_work(true);
    }
}

/// Changes to be applied together.
#[derive(Default)]
pub struct Batch(WriteBatch);

impl Batch {
    /// Sets a row.
    pub fn put(&mut self, key: &[u8], value: &[u8]) {
        self.0.put(key, value);
    }

    /// Adds to a row by the index's merge function.
    pub fn merge(&mut self, key: &[u8], value: &[u8]) {
        self.0.merge(key, value);
    }

    /// Removes a row.
    pub fn remove(&mut self, key: &[u8]) {
        self.0.delete(key);
    }
}

fn options(merge: Merge) -> Options {
    let mut options = Options::default();
    options.create_if_missing(true);
    options.set_write_buffer_size(MEMTABLE_BYTES);
    options.set_max_write_buffer_number(3);
    options.set_compression_type(DBCompressionType::Lz4);
    options.set_max_open_files(OPEN_FILES);
    options.set_max_background_jobs(2);
    options.set_block_based_table_factory(&table_options());
    options.set_memtable_whole_key_filtering(true);
    options.set_memtable_prefix_bloom_ratio(0.02);
    options.set_merge_operator_associative("engram.access", merger(merge));
    open_fast(&mut options);
    stay_quiet(&mut options);
    options
}

fn merger(
    merge: Merge,
) -> impl Fn(&[u8], Option<&[u8]>, &MergeOperands) -> Option<Vec<u8>> + Clone + Send + Sync + 'static
{
    move |key, existing, operands| Some(merge(key, existing, &mut operands.iter()))
}

fn table_options() -> BlockBasedOptions {
    let mut table = BlockBasedOptions::default();
    table.set_block_cache(&Cache::new_lru_cache(BLOCK_CACHE_BYTES));
    table.set_bloom_filter(BLOOM_BITS_PER_KEY, false);
    table.set_format_version(5);
    table.set_index_block_restart_interval(INDEX_KEYS_TOGETHER);
    table
}

/// Opening must not cost more than the first hit saves.
fn open_fast(options: &mut Options) {
    options.set_skip_stats_update_on_db_open(true);
    options.set_fast_sst_open(true);
    options.set_reuse_manifest_on_open(true);
    options.set_max_file_opening_threads(1);
}

/// A cache keeps no diary.
fn stay_quiet(options: &mut Options) {
    options.set_log_level(LogLevel::Fatal);
    options.set_keep_log_file_num(1);
    options.set_stats_dump_period_sec(0);
    options.set_stats_persist_period_sec(0);
}

fn failed(error: rocksdb::Error) -> Error {
    Error::Index(error.into_string())
}

/// Whether `error` says that the disk has no room for rows.
#[must_use]
pub fn is_full(error: &Error) -> bool {
    matches!(error, Error::Index(message) if FULL.iter().any(|reason| message.contains(reason)))
}

#[cfg(test)]
mod tests;
