//! Damage on disk is a miss with its reason, and the next commit repairs it.

#![expect(clippy::unwrap_used, reason = "what a test cannot do has failed")]

use std::fs::{self, File};
use std::path::Path;

use super::fixture::{Place, entry, function, keys, list, load, noise, recall};
use engram_core::codec::FORMAT_VERSION;
use engram_core::digest::Digest;
use engram_core::engine::{Function, Lookup, MissReason, NewEntry};

const VALUE: &[u8] = b"a value that is short";

/// A store with an entry for each of `count` calls.
fn filled(count: usize, structure: &[u8], buffers: &[&[u8]]) -> (Place, Function, Vec<Digest>) {
    let (place, square) = (Place::new(), function("square"));
    let keys = keys(&square, count);
    let store = place.open();
    for key in &keys {
        store.store().commit(&square, &entry(*key, structure, buffers), None).unwrap();
    }
    drop(store);
    (place, square, keys)
}

/// Every entry misses for `reason`, is not listed as whole, and hits again once it was committed again.
fn assert_repaired(place: &Place, square: &Function, keys: &[Digest], reason: MissReason) {
    let store = place.open();
    let engine = store.store();
    for key in keys {
        assert_eq!(recall(engine, square, key), Err(reason));
        assert_eq!(engine.lookup(square, key).unwrap(), Lookup::Miss(reason));
        assert_eq!(engine.load(square.prefix(), key).unwrap().unwrap_err(), reason);
        assert!(engine.commit(square, &entry(*key, VALUE, &[]), None).unwrap());
        assert_eq!(recall(engine, square, key).unwrap().0, VALUE);
    }
    drop(store);
    let store = place.open();
    for key in keys {
        assert_eq!(recall(store.store(), square, key).unwrap().0, VALUE);
    }
    assert_eq!(list(store.store()).len(), keys.len());
}

#[test]
fn an_entry_cut_short_anywhere_is_corrupt() {
    let (place, square, keys) = filled(110, VALUE, &[]);
    let mut length = 0;
    place.alter_entries(|_, bytes| {
        let cut = bytes[..length % bytes.len()].to_vec();
        length += 1;
        cut
    });
    assert_repaired(&place, &square, &keys, MissReason::Corrupt);
}

#[test]
fn an_entry_with_a_flipped_bit_is_corrupt() {
    let (place, square, keys) = filled(110, VALUE, &[]);
    let mut at = 0;
    place.alter_entries(|_, bytes| {
        let mut flipped = bytes.to_vec();
        // The second byte is the version: a flip there is another version.
        let position = at % bytes.len();
        flipped[if position == 1 { 0 } else { position }] ^= 1 << (at % 8);
        at += 1;
        flipped
    });
    assert_repaired(&place, &square, &keys, MissReason::Corrupt);
}

#[test]
fn an_entry_of_a_newer_version_is_told_from_damage() {
    let (place, square, keys) = filled(3, VALUE, &[]);
    place.alter_entries(|_, bytes| {
        let mut newer = bytes.to_vec();
        newer[1] = FORMAT_VERSION + 1;
        newer
    });
    assert_repaired(&place, &square, &keys, MissReason::Format);
}

#[test]
fn rows_of_garbage_are_corrupt() {
    let (place, square, keys) = filled(50, VALUE, &[]);
    let mut number = 0;
    place.alter_entries(|_, _| {
        number += 1;
        let mut garbage = noise(number, usize::try_from(number).unwrap() * 13);
        garbage[0] = 0;
        garbage
    });
    assert_repaired(&place, &square, &keys, MissReason::Corrupt);
}

#[test]
fn an_entry_under_another_call_is_corrupt() {
    let (place, square, keys) = filled(2, VALUE, &[]);
    let mut rows = Vec::new();
    place.alter_entries(|_, bytes| {
        rows.push(bytes.to_vec());
        bytes.to_vec()
    });
    place.alter_entries(|_, _| rows.pop().unwrap());
    assert_repaired(&place, &square, &keys, MissReason::Corrupt);
}

#[test]
fn damaged_entries_can_be_dropped() {
    let (place, square, keys) = filled(3, VALUE, &[]);
    place.alter_entries(|_, _| b"damaged".to_vec());
    let store = place.open();
    assert!(list(store.store()).is_empty());
    assert_eq!(store.store().totals().unwrap().entries, 0);
    assert!(store.store().forget(square.prefix(), &keys[0]).unwrap());
    store.store().clear().unwrap();
    assert_eq!(recall(store.store(), &square, &keys[1]), Err(MissReason::Absent));
}

fn shorten(path: &Path) {
    File::options().write(true).open(path).unwrap().set_len(70_000 - 1).unwrap();
}

fn lengthen(path: &Path) {
    File::options().write(true).open(path).unwrap().set_len(70_000 + 1).unwrap();
}

fn flip(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    bytes[35_000] ^= 1;
    fs::write(path, bytes).unwrap();
}

#[test]
fn an_entry_whose_blob_is_missing_or_of_another_length_dangles() {
    let remove = |path: &Path| fs::remove_file(path).unwrap();
    let bytes = noise(1, 70_000);
    for damage in [remove, shorten, lengthen] {
        for (structure, buffers) in [(bytes.as_slice(), [].as_slice()), (b"", &[bytes.as_slice()])]
        {
            let (place, square, keys) = filled(1, structure, buffers);
            damage(&place.blobs()[0]);
            assert_repaired(&place, &square, &keys, MissReason::Dangling);
        }
    }
}

#[test]
fn a_dangling_entry_is_repaired_in_place() {
    let bytes = noise(1, 70_000);
    let (place, square, keys) = filled(1, b"", &[&bytes]);
    shorten(&place.blobs()[0]);
    let store = place.open();
    assert_eq!(recall(store.store(), &square, &keys[0]), Err(MissReason::Dangling));
    assert!(store.store().commit(&square, &entry(keys[0], b"", &[&bytes]), None).unwrap());
    assert_eq!(recall(store.store(), &square, &keys[0]).unwrap().1, [bytes]);
}

#[test]
fn flipped_structure_bytes_in_a_blob_are_corrupt_and_can_be_overwritten() {
    let bytes = noise(1, 70_000);
    let (place, square, keys) = filled(1, &bytes, &[]);
    flip(&place.blobs()[0]);
    let store = place.open();
    assert_eq!(recall(store.store(), &square, &keys[0]), Err(MissReason::Corrupt));
    let again = NewEntry { overwrite: true, ..entry(keys[0], &bytes, &[]) };
    assert!(store.store().commit(&square, &again, None).unwrap());
    assert_eq!(load(store.store(), &square, &keys[0]).unwrap().0, bytes);
}

#[test]
fn structure_bytes_flipped_in_a_compressed_blob_are_corrupt() {
    let mut bytes = noise(1, 70_000);
    bytes.resize(200_000, 0);
    let (place, square, keys) = filled(1, &bytes, &[]);
    flip(&place.blobs()[0]);
    assert_eq!(recall(place.open().store(), &square, &keys[0]), Err(MissReason::Corrupt));
}

#[test]
fn the_blobs_of_a_damaged_entry_go_when_the_entry_is_replaced_or_dropped() {
    let bytes = noise(1, 70_000);
    for overwrite in [false, true] {
        let (place, square, keys) = filled(1, b"", &[&bytes]);
        place.alter_entries(|_, row| row[..row.len() - 1].to_vec());
        let store = place.open();
        if overwrite {
            store.store().commit(&square, &entry(keys[0], VALUE, &[]), None).unwrap();
        } else {
            store.store().forget(square.prefix(), &keys[0]).unwrap();
        }
        assert!(place.blobs().is_empty(), "overwrite: {overwrite}");
    }
}
