//! What an engine does with the directory of its store: readers, other owners, deletion, crashes and reboots.

#![expect(clippy::unwrap_used, reason = "what a test cannot do has failed")]

use std::fs;
use std::thread;
use std::time::Duration;

use super::fixture::{Place, entry, files_below, function, keys, noise, recall};
use engram_core::codec::Frame;
use engram_core::engine::MissReason;
use engram_core::error::Error;
use engram_core::sharing::Role;
use engram_core::store::OwnerLock;

#[test]
fn a_reader_finds_everything_and_changes_no_file() {
    let place = Place::new();
    let (square, buffer) = (function("square"), noise(1, 70_000));
    let keys = keys(&square, 3);
    let store = place.open();
    for (key, buffers) in keys.iter().zip([[].as_slice(), &[buffer.as_slice()]]) {
        store.store().commit(&square, &entry(*key, b"value", buffers), None).unwrap();
    }
    drop(store);
    let state = || -> Vec<_> {
        let read = |path| {
            (fs::metadata(&path).unwrap().modified().unwrap(), fs::read(&path).unwrap(), path)
        };
        files_below(&place.path()).into_iter().map(read).collect()
    };
    let before = state();
    let reader = place.open_read_only();
    let engine = reader.store();
    assert_eq!(recall(engine, &square, &keys[0]).unwrap().0, b"value");
    assert_eq!(recall(engine, &square, &keys[1]).unwrap().1, [buffer]);
    assert_eq!(recall(engine, &square, &keys[2]), Err(MissReason::Absent));
    assert!(matches!(
        engine.commit(&square, &entry(keys[2], b"", &[]), None),
        Err(Error::ReadOnly(_))
    ));
    assert!(matches!(engine.forget(square.prefix(), &keys[0]), Err(Error::ReadOnly(_))));
    assert!(matches!(engine.clear(), Err(Error::ReadOnly(_))));
    assert_ne!(engine.role(), Role::Owner);
    drop(reader);
    assert!(state() == before);
}

#[test]
fn a_reader_of_nothing_makes_nothing() {
    let place = Place::new();
    let (reader, square) = (place.open_read_only(), function("square"));
    let key = square.call_key(b"");
    assert_eq!(recall(reader.store(), &square, &key), Err(MissReason::Absent));
    assert!(matches!(
        reader.store().commit(&square, &entry(key, b"", &[]), None),
        Err(Error::ReadOnly(_))
    ));
    assert!(!place.path().exists());
}

#[test]
fn a_directory_in_use_elsewhere_is_refused_until_it_is_free() {
    let place = Place::new();
    let square = function("square");
    let key = square.call_key(b"");
    place.layout().create().unwrap();
    let elsewhere = OwnerLock::exclusive(&place.layout()).unwrap();
    let store = place.open();
    assert!(matches!(store.store().lookup(&square, &key), Err(Error::Busy(_))));
    assert!(matches!(
        store.store().commit(&square, &entry(key, b"", &[]), None),
        Err(Error::Busy(_))
    ));
    assert_ne!(store.store().role(), Role::Owner);
    drop(elsewhere);
    thread::sleep(Duration::from_millis(1100));
    assert!(store.store().commit(&square, &entry(key, b"", &[]), None).unwrap());
    assert_eq!(store.store().role(), Role::Owner);
    assert!(matches!(OwnerLock::exclusive(&place.layout()), Err(Error::Busy(_))));
}

#[test]
fn a_store_deleted_while_in_use_is_made_anew() {
    let place = Place::new();
    let (store, square, buffer) = (place.open(), function("square"), noise(1, 70_000));
    let keys = keys(&square, 2);
    store.store().commit(&square, &entry(keys[0], b"old", &[&buffer]), None).unwrap();
    fs::remove_dir_all(place.path()).unwrap();
    assert_eq!(recall(store.store(), &square, &keys[0]), Err(MissReason::Dangling));
    thread::sleep(Duration::from_millis(250));
    assert!(store.store().commit(&square, &entry(keys[1], b"new", &[&buffer]), None).unwrap());
    assert_eq!(recall(store.store(), &square, &keys[0]), Err(MissReason::Absent));
    drop(store);
    let found = recall(place.open().store(), &square, &keys[1]).unwrap();
    assert_eq!(found, (b"new".to_vec(), vec![buffer]));
}

#[test]
fn a_closed_store_says_so() {
    let place = Place::new();
    let (store, square) = (place.open(), function("square"));
    let (engine, key) = (store.store().clone(), square.call_key(b""));
    engine.commit(&square, &entry(key, b"value", &[]), None).unwrap();
    drop(store);
    assert!(matches!(engine.recall(&square, &key, 0.0, &mut [], None), Err(Error::Closed)));
    assert!(matches!(engine.commit(&square, &entry(key, b"", &[]), None), Err(Error::Closed)));
    assert!(matches!(engine.clear(), Err(Error::Closed)));
}

#[test]
fn what_killed_writers_left_is_swept_at_the_next_opening() {
    let place = Place::new();
    let (square, key) = (function("square"), function("square").call_key(b""));
    place.open().store().commit(&square, &entry(key, b"", &[]), None).unwrap();
    fs::write(place.layout().temporary().join("47110-0"), "half a blob").unwrap();
    let store = place.open();
    assert!(recall(store.store(), &square, &key).is_ok());
    assert!(files_below(&place.layout().temporary()).is_empty());
}

#[test]
fn entries_of_an_earlier_boot_are_verified_and_then_trusted() {
    let place = Place::new();
    let (square, buffer) = (function("square"), noise(1, 70_000));
    let key = square.call_key(b"");
    place.open().store().commit(&square, &entry(key, b"value", &[&buffer]), None).unwrap();
    pretend_a_reboot(&place);
    assert_eq!(recall(place.open().store(), &square, &key).unwrap().1, [buffer]);
    place.each_frame(|frame| assert_eq!(frame.unsynced_boot, 0));
}

#[test]
fn a_blob_torn_by_a_power_cut_is_noticed_and_replaced() {
    let place = Place::new();
    let (square, buffer) = (function("square"), noise(1, 70_000));
    let key = square.call_key(b"");
    place.open().store().commit(&square, &entry(key, b"value", &[&buffer]), None).unwrap();
    pretend_a_reboot(&place);
    let mut torn = buffer.clone();
    torn[4096..].fill(0);
    fs::write(&place.blobs()[0], torn).unwrap();
    let store = place.open();
    assert_eq!(recall(store.store(), &square, &key), Err(MissReason::Corrupt));
    assert!(store.store().commit(&square, &entry(key, b"value", &[&buffer]), None).unwrap());
    assert_eq!(recall(store.store(), &square, &key).unwrap().1, [buffer]);
}

fn pretend_a_reboot(place: &Place) {
    place.alter_entries(|key, bytes| {
        let frame = Frame::decode(key, bytes).unwrap();
        assert_ne!(frame.unsynced_boot, 0);
        Frame { unsynced_boot: frame.unsynced_boot ^ 0xff0, ..frame }.encode(key)
    });
}

/// A run that only hits opened the index for writing, which syncs files and begins a log, and so did closing it.
#[test]
fn a_run_that_only_hits_leaves_the_index_as_it_was() {
    let place = Place::new();
    let square = function("square");
    let key = keys(&square, 1)[0];
    place.open().store().commit(&square, &entry(key, b"value", &[]), None).unwrap();
    let files = || files_below(&place.layout().index());
    let before = files();
    for run in 1..=3 {
        let store = place.open();
        assert_eq!(recall(store.store(), &square, &key).unwrap().0, b"value");
        let info = store.store().info(square.prefix(), &key).unwrap().unwrap();
        assert_eq!(info.hits, run, "uses of earlier runs count");
        drop(store);
        assert_eq!(files(), before);
    }
    let store = place.open();
    let other = function("other");
    store.store().commit(&other, &entry(keys(&other, 1)[0], b"value", &[]), None).unwrap();
    assert_eq!(store.store().info(square.prefix(), &key).unwrap().unwrap().hits, 3);
    assert!(!place.layout().accesses().exists(), "the index has the uses now");
}
