//! What an engine does with a store, from commit to clear, without Node.

use std::collections::HashSet;
use std::fs;
use std::thread;

use super::fixture::{Place, entry, files_below, function, keys, list, load, noise, recall};
use engram_core::engine::{Lookup, MissReason, NewEntry};

#[test]
fn looking_up_where_nothing_is_makes_nothing() {
    let place = Place::new();
    let (store, square) = (place.open(), function("square"));
    let key = square.call_key(b"");
    assert_eq!(recall(store.store(), &square, &key), Err(MissReason::Absent));
    assert_eq!(store.store().lookup(&square, &key).unwrap(), Lookup::Miss(MissReason::Absent));
    assert!(list(store.store()).is_empty());
    assert!(!store.store().forget(square.prefix(), &key).unwrap());
    assert_eq!(store.store().clear().unwrap(), 0);
    assert!(!place.path().exists());
}

#[test]
fn values_of_every_size_are_found_at_once_and_after_reopening() {
    let place = Place::new();
    let square = function("square");
    let (compressible, blob) = (vec![7; 200_000], noise(1, 200_000));
    let (buffer, large) = (noise(2, 65_536), noise(3, 5 << 20));
    let values: [(&[u8], &[&[u8]]); 6] = [
        (b"", &[]),
        (b"short", &[]),
        (&compressible, &[]),
        (&blob, &[]),
        (b"with buffers", &[&buffer, &large, &buffer]),
        (&blob, &[&buffer]),
    ];
    for _ in 0..2 {
        let store = place.open();
        for (key, (structure, buffers)) in keys(&square, values.len()).iter().zip(values) {
            store.store().commit(&square, &entry(*key, structure, buffers), None).unwrap();
            let found = recall(store.store(), &square, key).unwrap();
            assert_eq!(found.0, structure);
            assert_eq!(found.1, buffers);
        }
    }
}

#[test]
fn the_first_commit_stays_unless_told_to_overwrite() {
    let place = Place::new();
    let (store, square) = (place.open(), function("square"));
    let (engine, key) = (store.store(), square.call_key(b""));
    assert!(engine.commit(&square, &entry(key, b"first", &[]), None).unwrap());
    assert!(!engine.commit(&square, &entry(key, b"second", &[]), None).unwrap());
    assert_eq!(recall(engine, &square, &key).unwrap().0, b"first");
    assert!(
        engine
            .commit(&square, &NewEntry { overwrite: true, ..entry(key, b"third", &[]) }, None)
            .unwrap()
    );
    assert_eq!(recall(engine, &square, &key).unwrap().0, b"third");
    assert_eq!(load(engine, &square, &key).unwrap().0, b"third");
}

/// A lookup that had read the old value before it was overwritten put it among the hot entries after that: later lookups
/// found it there.
#[test]
fn a_lookup_beside_an_overwrite_leaves_no_old_value_behind() {
    let place = Place::new();
    let (store, square) = (place.open(), function("square"));
    let engine = store.store();
    for key in keys(&square, 2000) {
        engine.commit(&square, &entry(key, b"old", &[]), None).unwrap();
    }
    // Nothing is hot.
    drop(store);
    let store = place.open();
    let engine = store.store();
    for key in keys(&square, 2000) {
        let barrier = std::sync::Barrier::new(2);
        thread::scope(|scope| {
            scope.spawn(|| {
                barrier.wait();
                recall(engine, &square, &key).unwrap()
            });
            barrier.wait();
            let new = NewEntry { overwrite: true, ..entry(key, b"new", &[]) };
            engine.commit(&square, &new, None).unwrap();
        });
        assert_eq!(recall(engine, &square, &key).unwrap().0, b"new");
    }
}

#[test]
fn overwriting_removes_the_blobs_that_nothing_needs_any_more() {
    let place = Place::new();
    let (store, square) = (place.open(), function("square"));
    let (engine, key) = (store.store(), square.call_key(b""));
    let (kept, gone, new) = (noise(1, 70_000), noise(2, 70_000), noise(3, 70_000));
    engine.commit(&square, &entry(key, b"", &[&kept, &gone]), None).unwrap();
    engine
        .commit(&square, &NewEntry { overwrite: true, ..entry(key, b"", &[&kept, &new]) }, None)
        .unwrap();
    assert_eq!(place.blobs().len(), 2);
    assert_eq!(load(engine, &square, &key).unwrap().1, [kept, new]);
    engine
        .commit(&square, &NewEntry { overwrite: true, ..entry(key, b"small", &[]) }, None)
        .unwrap();
    assert!(place.blobs().is_empty());
}

#[test]
fn a_blob_stays_as_long_as_one_entry_needs_it() {
    let place = Place::new();
    let (store, square) = (place.open(), function("square"));
    let (engine, keys, buffer) = (store.store(), keys(&square, 2), noise(1, 70_000));
    for key in &keys {
        engine.commit(&square, &entry(*key, b"", &[&buffer]), None).unwrap();
    }
    assert_eq!(place.blobs().len(), 1);
    assert!(engine.forget(square.prefix(), &keys[0]).unwrap());
    assert_eq!(load(engine, &square, &keys[1]).unwrap().1, [buffer]);
    assert!(engine.forget(square.prefix(), &keys[1]).unwrap());
    assert!(place.blobs().is_empty());
}

#[test]
fn forgetting_drops_one_call() {
    let place = Place::new();
    let (store, square) = (place.open(), function("square"));
    let (engine, keys) = (store.store(), keys(&square, 2));
    for key in &keys {
        engine.commit(&square, &entry(*key, b"value", &[]), None).unwrap();
    }
    assert!(engine.forget(square.prefix(), &keys[0]).unwrap());
    assert!(!engine.forget(square.prefix(), &keys[0]).unwrap());
    assert_eq!(recall(engine, &square, &keys[0]), Err(MissReason::Absent));
    assert!(recall(engine, &square, &keys[1]).is_ok());
}

#[test]
fn clearing_drops_a_function_a_choice_of_calls_or_everything() {
    let place = Place::new();
    let (store, square, cube) = (place.open(), function("square"), function("cube"));
    let engine = store.store();
    for function in [&square, &cube] {
        for key in keys(function, 3) {
            engine.commit(function, &entry(key, &noise(0, 70_000), &[]), None).unwrap();
        }
    }
    assert_eq!(engine.clear_function(&square).unwrap(), 3);
    assert_eq!(engine.clear_function(&square).unwrap(), 0);
    assert_eq!(list(engine).len(), 3);
    let chosen = HashSet::from([keys(&cube, 1)[0], keys(&square, 1)[0]]);
    assert_eq!(engine.forget_keys(&chosen).unwrap(), 1);
    assert_eq!(engine.clear().unwrap(), 2);
    assert!(list(engine).is_empty());
    assert!(place.blobs().is_empty());
}

#[test]
fn clearing_touches_nobody_elses_files() {
    let place = Place::new();
    fs::create_dir(place.path()).unwrap();
    let theirs = place.path().join("results.csv");
    fs::write(&theirs, "1").unwrap();
    let (store, square) = (place.open(), function("square"));
    store
        .store()
        .commit(&square, &entry(square.call_key(b""), b"", &[&noise(1, 70_000)]), None)
        .unwrap();
    assert_eq!(store.store().clear().unwrap(), 1);
    assert_eq!(fs::read_to_string(theirs).unwrap(), "1");
}

#[test]
fn the_list_names_every_entry_newest_first() {
    let place = Place::new();
    let (store, square) = (place.open(), function("square"));
    let engine = store.store();
    for (key, created_at) in keys(&square, 3).into_iter().zip([2.0, 3.0, 1.0]) {
        engine
            .commit(&square, &NewEntry { created_at, ..entry(key, b"1234567", &[]) }, None)
            .unwrap();
    }
    let listed = list(engine);
    assert_eq!(listed.iter().map(|info| info.created_at).collect::<Vec<_>>(), [3.0, 2.0, 1.0]);
    assert_eq!(listed[0].key, keys(&square, 2)[1]);
    assert_eq!(listed[0].function.as_ref(), Some(square.identity()));
    assert_eq!((listed[0].byte_length, listed[0].duration_ms, listed[0].hits), (7, 5.0, 0));
    assert_eq!(engine.info(square.prefix(), &listed[0].key).unwrap().as_ref(), Some(&listed[0]));
}

#[test]
fn totals_count_a_shared_blob_once() {
    let place = Place::new();
    let (store, square, cube) = (place.open(), function("square"), function("cube"));
    let (engine, buffer) = (store.store(), noise(1, 70_000));
    for function in [&square, &cube] {
        engine
            .commit(function, &entry(function.call_key(b""), b"1234567", &[&buffer]), None)
            .unwrap();
    }
    let totals = engine.totals().unwrap();
    assert_eq!((totals.entries, totals.byte_length), (2, 140_014));
    assert_eq!((totals.blobs, totals.blob_bytes), (1, 70_000));
    assert_eq!(engine.function_totals(&cube).unwrap().entries, 1);
    assert_eq!(engine.totals_by_name().unwrap()["square"].byte_length, 70_007);
}

#[test]
fn uses_are_counted_across_reopening() {
    let place = Place::new();
    let square = function("square");
    let keys = keys(&square, 2);
    let large = vec![1; 70_000];
    let values: [&[&[u8]]; 2] = [&[], &[&large]];
    for round in 1..=3_u64 {
        let store = place.open();
        for (key, buffers) in keys.iter().zip(values) {
            store.store().commit(&square, &entry(*key, b"value", buffers), None).unwrap();
            recall(store.store(), &square, key).unwrap();
            recall(store.store(), &square, key).unwrap();
            let info = store.store().info(square.prefix(), key).unwrap().unwrap();
            assert_eq!((info.hits, info.accessed_at), (2 * round, 2000.0));
        }
    }
}

#[test]
fn threads_that_store_and_drop_shared_blobs_leave_no_entry_without_its_blob() {
    let place = Place::new();
    let (store, square) = (place.open(), function("square"));
    let (engine, keys, buffers) =
        (store.store(), keys(&square, 8), [noise(1, 65_536), noise(2, 65_536)]);
    thread::scope(|scope| {
        for worker in 0..4 {
            let (square, keys, buffers) = (&square, &keys, &buffers);
            scope.spawn(move || {
                for round in 0..40 {
                    let (key, buffer) =
                        (keys[(worker + round) % 8], &buffers[(worker * round) % 2]);
                    let overwrite = round % 3 == 0;
                    let buffers = [buffer.as_slice()];
                    let value = NewEntry { overwrite, ..entry(key, b"", &buffers) };
                    engine.commit(square, &value, None).unwrap();
                    if round % 2 == 0 {
                        engine.forget(square.prefix(), &keys[(worker + 3 * round) % 8]).unwrap();
                    }
                }
            });
        }
    });
    for info in list(engine) {
        assert!(buffers.contains(&load(engine, &square, &info.key).unwrap().1[0]));
    }
    engine.clear().unwrap();
    assert!(place.blobs().is_empty());
    assert!(files_below(&place.layout().temporary()).is_empty());
}
