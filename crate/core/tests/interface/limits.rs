//! Limits: who leaves, in which order, and what writers in a full store wait for.

#![expect(clippy::cast_precision_loss, reason = "times and counts here are small")]

use std::collections::HashSet;

use engram_core::digest::Digest;
use engram_core::engine::{Function, Limits, NewEntry};
use engram_core::sharing::{Recalled, SharedStore};

use crate::fixture::{Place, entry, function, keys, list, noise, recall};

fn put(store: &SharedStore, function: &Function, key: Digest, created_at: f64) {
    let new = NewEntry { created_at, ..entry(key, b"value", &[]) };
    assert_eq!(store.commit(function, &new, None).ok(), Some(true));
}

fn left(store: &SharedStore) -> HashSet<Digest> {
    list(store).into_iter().map(|info| info.key).collect()
}

fn entries(most: f64) -> Limits {
    Limits { entries: most, ..Limits::NONE }
}

/// More than a search looks at in one step, so that it goes on from write to write.
const MANY: usize = 20_000;

#[test]
fn a_large_store_at_its_limit_keeps_to_it_while_it_is_written() {
    let place = Place::new();
    let (store, square) = (place.open(), function("square"));
    let engine = store.store();
    engine.set_limits(entries(MANY as f64));
    let keys = keys(&square, MANY + 8_000);
    for (time, key) in keys.iter().enumerate() {
        put(engine, &square, *key, time as f64);
        if time >= MANY && time.is_multiple_of(1000) {
            let count = engine.totals().unwrap().entries as f64;
            assert!(count <= 1.01 * MANY as f64, "{count} after {time}");
        }
    }
    let left = left(engine);
    assert!(left.len() > MANY - 200, "{} are left", left.len());
    // The oldest are those that went.
    let gone = keys.iter().filter(|key| !left.contains(key)).count();
    assert!(keys[..gone].iter().all(|key| !left.contains(key)));
}

#[test]
fn what_is_used_stays_while_others_leave() {
    let place = Place::new();
    let (store, square) = (place.open(), function("square"));
    let engine = store.store();
    let keys = keys(&square, MANY);
    let (used, others) = keys.split_at(10);
    for (time, key) in keys.iter().enumerate() {
        put(engine, &square, *key, time as f64 / MANY as f64);
    }
    // At a later time than anything was made.
    for key in used {
        recall(engine, &square, key).unwrap();
    }
    engine.set_limits(entries(MANY as f64 / 2.0));
    for (number, key) in others.iter().enumerate().take(2000) {
        let new = NewEntry { overwrite: true, created_at: 3.0, ..entry(*key, b"again", &[]) };
        engine.commit(&square, &new, None).unwrap();
        recall(engine, &square, &used[number % used.len()]).unwrap();
    }
    let left = left(engine);
    assert!(left.len() <= MANY / 2);
    assert!(used.iter().all(|key| left.contains(key)));
}

// The counts are written down now and then: each process that was killed left them up to 255 entries behind, for good, and
// a store grew beyond its limits, or was reduced to less than was asked for.
#[test]
fn a_store_whose_process_was_killed_is_counted_anew() {
    let (place, copy) = (Place::new(), Place::new());
    let (store, square) = (place.open(), function("square"));
    let keys = keys(&square, 500);
    for (time, key) in keys.iter().enumerate() {
        put(store.store(), &square, *key, time as f64);
    }
    // As a process leaves it that is killed now.
    place.copy_to(&copy);
    drop(store);
    let store = copy.open();
    let reduced = store.store().reduce(&entries(100.0), 1000.0).unwrap();
    assert_eq!(reduced.entries, 400);
    assert_eq!(left(store.store()).len(), 100);
    drop(store);
    let store = copy.open();
    assert_eq!(store.store().reduce(&entries(99.0), 1000.0).unwrap().entries, 1);
}

// Times of use were kept to a second, by which what was used a moment ago was older than what was stored since.
#[test]
fn what_was_used_a_moment_ago_stays_in_a_full_store() {
    let place = Place::new();
    let (store, square) = (place.open(), function("square"));
    let engine = store.store();
    engine.set_limits(entries(20.0));
    let keys = keys(&square, 201);
    put(engine, &square, keys[0], 0.0);
    for (number, key) in keys.iter().enumerate().skip(1) {
        let now = 2.0 * number as f64;
        let found = engine.recall(&square, &keys[0], now, &mut [0; 64], None).unwrap();
        assert!(matches!(found, Recalled::Hit(_)), "gone after {number}");
        put(engine, &square, *key, now + 1.0);
    }
}

#[test]
fn a_large_store_is_reduced_to_those_used_last() {
    let place = Place::new();
    let (store, square) = (place.open(), function("square"));
    let engine = store.store();
    let keys = keys(&square, MANY);
    for (time, key) in keys.iter().rev().enumerate() {
        put(engine, &square, *key, time as f64);
    }
    let reduced = engine.reduce(&entries(100.0), MANY as f64).unwrap();
    assert_eq!(reduced.entries, MANY as u64 - 100);
    assert_eq!(reduced.bytes, 5 * reduced.entries);
    assert_eq!(left(engine), keys[..100].iter().copied().collect());
    let reduced = engine.reduce(&Limits { age_ms: 50.0, ..Limits::NONE }, MANY as f64).unwrap();
    assert_eq!(reduced.entries, 51);
}

// Of an entry that was written anew after its last use, the uses stayed, and were those of whatever came after it.
#[test]
fn what_leaves_takes_its_uses_with_it() {
    let place = Place::new();
    let (store, square) = (place.open(), function("square"));
    let key = keys(&square, 1)[0];
    put(store.store(), &square, key, 1.0);
    recall(store.store(), &square, &key).unwrap();
    drop(store);
    let store = place.open();
    let again = NewEntry { overwrite: true, created_at: 3000.0, ..entry(key, b"again", &[]) };
    store.store().commit(&square, &again, None).unwrap();
    assert_eq!(store.store().reduce(&entries(0.0), 4000.0).unwrap().entries, 1);
    put(store.store(), &square, key, 5000.0);
    assert_eq!(list(store.store())[0].hits, 0);
}

#[test]
fn a_blob_goes_with_the_last_entry_that_needs_it() {
    let place = Place::new();
    let (store, square) = (place.open(), function("square"));
    let engine = store.store();
    let buffer = noise(1, 70_000);
    let keys = keys(&square, 3);
    for (time, key) in keys.iter().enumerate() {
        let buffers = [buffer.as_slice()];
        let new = NewEntry { created_at: time as f64, ..entry(*key, b"", &buffers) };
        engine.commit(&square, &new, None).unwrap();
    }
    // Bytes that several share count for each.
    engine.reduce(&Limits { bytes: 150_000.0, ..Limits::NONE }, 10.0).unwrap();
    assert_eq!((list(engine).len(), place.blobs().len()), (2, 1));
    engine.reduce(&entries(0.0), 10.0).unwrap();
    assert!(place.blobs().is_empty());
}
