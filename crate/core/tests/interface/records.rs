//! What families keep: listed by name and time, bounded, written with entries, and never taken for results.

#![expect(clippy::unwrap_used, reason = "what a test cannot do has failed")]

use super::fixture::{Place, entry, function, keys, list, noise};
use engram_core::engine::{NewEntry, RecordFilter, RecordId, RecordRow};
use engram_core::sharing::SharedStore;

fn record(name: &str, began_at: u64) -> RecordId {
    let (kind, id) = ("run".to_owned(), format!("{name}-{began_at}"));
    RecordId { kind, name: name.to_owned(), began_at, id }
}

fn row(record: &RecordId, part: Option<&str>, value: &[u8]) -> RecordRow {
    RecordRow { record: record.clone(), part: part.map(str::to_owned), value: value.to_vec() }
}

fn of(name: Option<&str>) -> RecordFilter {
    RecordFilter { kind: "run".to_owned(), name: name.map(str::to_owned), id: None }
}

/// When the records began that are found.
fn found(store: &SharedStore, filter: RecordFilter) -> Vec<u64> {
    let records = store.records(filter, 100).unwrap();
    records.iter().map(|(record, _)| record.began_at).collect()
}

fn write(store: &SharedStore, record: &RecordId, keep: u32) {
    let rows = [row(record, None, b"whole"), row(record, Some("part"), b"part")];
    store.write_records(&rows, keep).unwrap();
}

#[test]
fn records_are_listed_by_name_newest_first_and_outlive_the_process() {
    let place = Place::new();
    let store = place.open();
    assert_eq!(found(store.store(), of(None)), []);
    for (name, began_at) in [("a", 5), ("b", 300), ("a", 70_000), ("a", 6)] {
        write(store.store(), &record(name, began_at), 10);
    }
    drop(store);
    let store = place.open();
    assert_eq!(found(store.store(), of(None)), [70_000, 300, 6, 5]);
    assert_eq!(found(store.store(), of(Some("a"))), [70_000, 6, 5]);
    assert_eq!(found(store.store(), RecordFilter { kind: "app".to_owned(), ..of(None) }), []);
    let one = RecordFilter { id: Some("b-300".to_owned()), ..of(None) };
    assert_eq!(found(store.store(), one), [300]);
    let newest = store.store().records(of(Some("a")), 1).unwrap();
    assert_eq!(newest, [(record("a", 70_000), b"whole".to_vec())]);
    let parts = store.store().record_parts(record("a", 6)).unwrap();
    assert_eq!(parts, [("part".to_owned(), b"part".to_vec())]);
}

#[test]
fn the_oldest_of_a_name_leave_with_their_parts() {
    let place = Place::new();
    let store = place.open();
    for began_at in 1..=5 {
        write(store.store(), &record("a", began_at), 2);
        write(store.store(), &record("b", began_at), 4);
    }
    assert_eq!(found(store.store(), of(Some("a"))), [5, 4]);
    assert_eq!(found(store.store(), of(Some("b"))), [5, 4, 3, 2]);
    assert_eq!(store.store().record_parts(record("a", 3)).unwrap(), []);
    assert_eq!(store.store().record_parts(record("a", 4)).unwrap().len(), 1);
    // Written anew, it is still one.
    write(store.store(), &record("a", 5), 2);
    assert_eq!(found(store.store(), of(Some("a"))), [5, 4]);
}

#[test]
fn dropped_records_are_gone_and_no_others() {
    let place = Place::new();
    let store = place.open();
    for (name, began_at) in [("a", 1), ("a", 2), ("ab", 3)] {
        write(store.store(), &record(name, began_at), 10);
    }
    let one = RecordFilter { id: Some("a-1".to_owned()), ..of(Some("a")) };
    assert_eq!(store.store().drop_records(one).unwrap(), 1);
    assert_eq!(found(store.store(), of(None)), [3, 2]);
    assert_eq!(store.store().drop_records(of(Some("a"))).unwrap(), 1);
    assert_eq!(found(store.store(), of(None)), [3]);
    assert_eq!(store.store().record_parts(record("a", 2)).unwrap(), []);
}

#[test]
fn a_row_that_is_too_long_is_refused_and_nothing_is_written() {
    let place = Place::new();
    let store = place.open();
    let (square, run) = (function("square"), record("a", 1));
    let long = [row(&run, None, b"whole"), row(&run, Some("part"), &noise(1, 40_000))];
    assert_eq!(store.store().write_records(&long, 1).unwrap_err().code(), "ERR_STORE_UNAVAILABLE");
    let key = keys(&square, 1)[0];
    let new = NewEntry { records: &long, ..entry(key, b"value", &[]) };
    assert!(store.store().commit(&square, &new, None).is_err());
    assert_eq!(found(store.store(), of(None)), []);
    assert!(list(store.store()).is_empty());
}

#[test]
fn rows_come_with_the_entry_and_also_where_one_stays() {
    let place = Place::new();
    let store = place.open();
    let square = function("square");
    let key = keys(&square, 1)[0];
    for began_at in [1, 2] {
        let rows = [row(&record("a", began_at), Some("call"), b"ran")];
        let new = NewEntry { records: &rows, ..entry(key, b"value", &[]) };
        let is_stored = store.store().commit(&square, &new, None).unwrap();
        assert_eq!(is_stored, began_at == 1);
        assert_eq!(store.store().record_parts(record("a", began_at)).unwrap().len(), 1);
    }
    // They are nobody's results.
    write(store.store(), &record("a", 1), 10);
    assert_eq!(list(store.store()).len(), 1);
    assert_eq!(store.store().totals().unwrap().entries, 1);
    assert_eq!(store.store().clear().unwrap(), 1);
    assert_eq!(found(store.store(), of(None)), [1]);
}

#[test]
fn who_only_reads_writes_no_records() {
    let place = Place::new();
    write(place.open().store(), &record("a", 1), 10);
    let store = place.open_read_only();
    assert_eq!(found(store.store(), of(None)), [1]);
    assert!(store.store().write_records(&[row(&record("a", 2), None, b"")], 1).is_err());
    assert!(store.store().drop_records(of(None)).is_err());
}
