use super::*;

fn concatenate(
    _row: &[u8],
    existing: Option<&[u8]>,
    added: &mut dyn Iterator<Item = &[u8]>,
) -> Vec<u8> {
    let mut joined = existing.unwrap_or_default().to_vec();
    added.for_each(|value| joined.extend_from_slice(value));
    joined
}

fn put(index: &Index, key: &[u8], value: &[u8]) {
    let mut batch = Batch::default();
    batch.put(key, value);
    index.write(&batch, Durability::Process).unwrap();
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

/// Up to 4,000 rows stayed in the log, and every program that read the store replayed them: 3 ms of each start.
#[test]
fn a_long_log_is_sorted_once_and_not_replayed_by_each_opening() {
    let directory = tempfile::tempdir().unwrap();
    let index = Index::open(directory.path(), concatenate).unwrap();
    for number in 0..=FLUSHED_ON_CLOSE {
        put(&index, &number.to_le_bytes(), b"1");
    }
    drop(index);
    let bytes: u64 = logs_in(directory.path()).iter().map(std::fs::Metadata::len).sum();
    assert_eq!(bytes, 0);
    let index = Index::open(directory.path(), concatenate).unwrap();
    assert_eq!(index.scan(b"").count() as u64, FLUSHED_ON_CLOSE + 1);
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
        index.write(&batch, Durability::Process).unwrap();
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

/// A store was deleted and made anew while another thread still looked into the deleted one: nothing was stored then, as
/// RocksDB takes an index of the same path for the one that is open.
#[test]
fn an_index_that_is_being_closed_is_waited_for() {
    let directory = tempfile::tempdir().unwrap();
    let old = Index::open(directory.path(), concatenate).unwrap();
    let reader = thread::spawn(move || {
        thread::sleep(Duration::from_millis(100));
        drop(old);
    });
    put(&Index::open(directory.path(), concatenate).unwrap(), b"a", b"1");
    reader.join().unwrap();
}
