//! [`Index`]: sorted rows of small bytes. The only file that uses RocksDB.

use std::path::Path;

use rocksdb::{
    BlockBasedOptions, Cache, DB, DBCompressionType, Direction, IteratorMode, LogLevel,
    MergeOperands, Options, PrefixRange, ReadOptions, WriteBatch, WriteOptions,
};

use crate::error::{Error, Result};

/// Rows written but not yet in a sorted file. At most this much log is replayed when a store is opened after a crash.
const MEMTABLE_BYTES: usize = 16 << 20;
/// With more rows than this in the log, closing turns it into a sorted file, so that the next opening has little to
/// replay. Fewer are replayed in less time than a file takes to write.
const FLUSHED_ON_CLOSE: u64 = 4000;
/// Each opening begins a log of its own. So many may lie there before closing does away with them.
const LOGS_KEPT: usize = 8;
/// A store that is never closed, because its processes are killed, does away with so many logs on opening.
const LOGS_REPLAYED: usize = 32;
/// Reading a store replays its logs each time, if they are no longer than this.
const LOG_BYTES_REPLAYED: u64 = 1 << 20;
const BLOCK_CACHE_BYTES: usize = 32 << 20;
const BLOOM_BITS_PER_KEY: f64 = 10.0;
const OPEN_FILES: i32 = 256;

/// A key and its value.
pub type Row = (Box<[u8]>, Box<[u8]>);

/// How merged values of one row become one: both values in, the merged value out.
pub type Merge = fn(Option<&[u8]>, &mut dyn Iterator<Item = &[u8]>) -> Vec<u8>;

/// The index of one store. Dropping it stops RocksDB's threads and waits for them.
pub struct Index {
    db: DB,
    is_read_only: bool,
    /// Logs that were there on opening.
    logs: usize,
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
        let db = DB::open(&options, path).map_err(failed)?;
        Ok(Self { db, is_read_only: false, logs })
    }

    /// Opens an index that exists, and writes nothing at all.
    ///
    /// # Errors
    ///
    /// [`Error::Index`], in the words of RocksDB.
    pub fn open_read_only(path: &Path, merge: Merge) -> Result<Self> {
        let db = DB::open_for_read_only(&options(merge), path, false).map_err(failed)?;
        Ok(Self { db, is_read_only: true, logs: 0 })
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
    ///
    /// # Errors
    ///
    /// [`Error::Index`], in the words of RocksDB.
    pub fn write(&self, batch: &Batch) -> Result<()> {
        let first = self.db.write_opt(&batch.0, &WriteOptions::default());
        let outcome = match first {
            // After a full disk RocksDB refuses writes until it is told that things may be better.
            Err(_) if self.db.resume().is_ok() => {
                self.db.write_opt(&batch.0, &WriteOptions::default())
            }
            outcome => outcome,
        };
        outcome.map_err(failed)
    }

    /// The rows whose keys start with `prefix`, in order.
    pub fn scan<'a>(&'a self, prefix: &[u8]) -> impl Iterator<Item = Result<Row>> + use<'a> {
        let mut options = ReadOptions::default();
        options.set_iterate_range(PrefixRange(prefix));
        options.fill_cache(false);
        let start = IteratorMode::From(prefix, Direction::Forward);
        self.db.iterator_opt(start, options).map(|row| row.map_err(failed))
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

fn logs_in(path: &Path) -> Vec<std::fs::Metadata> {
    let files = std::fs::read_dir(path).into_iter().flatten().flatten();
    let logs = files.filter(|file| file.path().extension().is_some_and(|name| name == "log"));
    logs.filter_map(|file| file.metadata().ok()).collect()
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
    move |_key, existing, operands| Some(merge(existing, &mut operands.iter()))
}

fn table_options() -> BlockBasedOptions {
    let mut table = BlockBasedOptions::default();
    table.set_block_cache(&Cache::new_lru_cache(BLOCK_CACHE_BYTES));
    table.set_bloom_filter(BLOOM_BITS_PER_KEY, false);
    table.set_format_version(5);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn concatenate(existing: Option<&[u8]>, added: &mut dyn Iterator<Item = &[u8]>) -> Vec<u8> {
        let mut joined = existing.unwrap_or_default().to_vec();
        added.for_each(|value| joined.extend_from_slice(value));
        joined
    }

    fn put(index: &Index, key: &[u8], value: &[u8]) {
        let mut batch = Batch::default();
        batch.put(key, value);
        index.write(&batch).unwrap();
    }

    fn get(index: &Index, key: &[u8]) -> Option<Vec<u8>> {
        index.get(key).unwrap().map(|value| value.as_ref().to_vec())
    }

    #[test]
    fn rows_outlive_the_index() {
        let directory = tempfile::tempdir().unwrap();
        put(&Index::open(directory.path(), concatenate).unwrap(), b"a", b"1");
        let index = Index::open(directory.path(), concatenate).unwrap();
        assert_eq!(get(&index, b"a"), Some(b"1".to_vec()));
        assert_eq!(get(&index, b"b"), None);
    }

    /// A log is begun on each opening and was kept while it was short: after a hundred runs of a script, opening replayed
    /// a hundred of them.
    #[test]
    fn logs_do_not_pile_up() {
        let directory = tempfile::tempdir().unwrap();
        for number in 0..4 * LOGS_KEPT {
            put(&Index::open(directory.path(), concatenate).unwrap(), &number.to_le_bytes(), b"1");
            assert!(logs_in(directory.path()).len() <= LOGS_KEPT + 1);
        }
        let index = Index::open(directory.path(), concatenate).unwrap();
        assert_eq!(index.scan(b"").count(), 4 * LOGS_KEPT);
    }

    #[test]
    fn logs_of_killed_processes_do_not_pile_up() {
        let directory = tempfile::tempdir().unwrap();
        for number in 0..2 * LOGS_REPLAYED {
            let mut index = Index::open(directory.path(), concatenate).unwrap();
            put(&index, &number.to_le_bytes(), b"1");
            // As a kill leaves it: nothing flushed.
            index.logs = 0;
            drop(index);
            assert!(logs_in(directory.path()).len() <= LOGS_REPLAYED + 1);
        }
        let index = Index::open(directory.path(), concatenate).unwrap();
        assert_eq!(index.scan(b"").count(), 2 * LOGS_REPLAYED);
    }

    #[test]
    fn a_scan_stays_within_its_prefix() {
        let directory = tempfile::tempdir().unwrap();
        let index = Index::open(directory.path(), concatenate).unwrap();
        for key in [b"a1".as_slice(), b"b1", b"b2", b"c1", b"b\xff"] {
            put(&index, key, b"");
        }
        let keys: Vec<_> = index.scan(b"b").map(|row| row.unwrap().0.to_vec()).collect();
        assert_eq!(keys, [b"b1".to_vec(), b"b2".to_vec(), b"b\xff".to_vec()]);
        assert!(!index.has_prefix(b"d").unwrap());
    }

    #[test]
    fn merged_rows_read_back_merged() {
        let directory = tempfile::tempdir().unwrap();
        let index = Index::open(directory.path(), concatenate).unwrap();
        for value in [b"1", b"2"] {
            let mut batch = Batch::default();
            batch.merge(b"a", value);
            index.write(&batch).unwrap();
        }
        assert_eq!(get(&index, b"a"), Some(b"12".to_vec()));
    }

    #[test]
    fn reading_only_changes_no_file() {
        let directory = tempfile::tempdir().unwrap();
        put(&Index::open(directory.path(), concatenate).unwrap(), b"a", b"1");
        let names = || {
            let mut names: Vec<_> = std::fs::read_dir(directory.path())
                .unwrap()
                .map(|file| file.unwrap().file_name())
                .collect();
            names.sort();
            names
        };
        let before = names();
        let index = Index::open_read_only(directory.path(), concatenate).unwrap();
        assert_eq!(get(&index, b"a"), Some(b"1".to_vec()));
        drop(index);
        assert_eq!(names(), before);
    }
}
