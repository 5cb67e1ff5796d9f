//! Entries of a function's earlier code that its present code adopts.

#![expect(clippy::unwrap_used, reason = "helpers of tests unwrap too")]

use super::fixture::{Place, entry};
use engram_core::engine::{Function, FunctionIdentity, Heir, Kind, Lookup, NewEntry, Strategy};
use engram_core::explanation::{PartKind, encode_parts, part_of};
use engram_core::hash;
use engram_core::sharing::SharedStore;

/// A function with this text.
fn written(code: &str) -> Function {
    let function = Function::new(FunctionIdentity {
        name: "f".to_owned(),
        version: None,
        project: None,
        domain: None,
        kind: Kind::Memory,
        strategy: Strategy::SyntaxHash,
        code: Some(hash::digest(code.as_bytes())),
    });
    function.describe(encode_parts(&[part_of(PartKind::Code, "f", code.as_bytes(), false)]));
    function
}

fn store(store: &SharedStore, function: &Function, arguments: &[u8], buffer: &[u8]) {
    let key = function.call_key(arguments);
    let inputs = hash::digest(arguments);
    let buffers = [buffer];
    let new = NewEntry { inputs, ..entry(key, b"value", &buffers) };
    assert!(store.commit(function, &new, None).unwrap());
}

fn heir(function: &Function, arguments: &[u8]) -> Heir {
    Heir {
        function: *function.prefix(),
        key: function.call_key(arguments),
        inputs: hash::digest(arguments),
    }
}

fn is_there(store: &SharedStore, function: &Function, arguments: &[u8]) -> bool {
    matches!(store.lookup(function, &function.call_key(arguments)).unwrap(), Lookup::Hit(_))
}

#[test]
fn an_entry_is_copied_when_a_call_needs_it() {
    let place = Place::new();
    let opened = place.open();
    let (before, now) = (written("a"), written("b"));
    store(opened.store(), &before, b"1", &[7; 5000]);
    assert!(!opened.store().take_over(heir(&now, b"1")).unwrap());
    assert_eq!(opened.store().adopt(&now).unwrap(), 1);
    assert!(!is_there(opened.store(), &now, b"1"));
    assert!(!opened.store().take_over(heir(&now, b"2")).unwrap());
    assert!(opened.store().take_over(heir(&now, b"1")).unwrap());
    assert!(is_there(opened.store(), &now, b"1") && is_there(opened.store(), &before, b"1"));
    assert!(!opened.store().take_over(heir(&now, b"1")).unwrap());
    // Each of them needs the blob.
    assert_eq!(opened.store().clear_function(&before).unwrap(), 1);
    assert_eq!(place.blobs().len(), 1);
    assert_eq!(opened.store().clear_function(&now).unwrap(), 1);
    assert_eq!(place.blobs().len(), 0);
}

#[test]
fn what_was_adopted_is_known_when_the_store_is_opened_again() {
    let place = Place::new();
    let (before, now) = (written("a"), written("b"));
    {
        let opened = place.open();
        store(opened.store(), &before, b"1", b"");
        assert_eq!(opened.store().adopt(&now).unwrap(), 1);
    }
    let opened = place.open();
    assert!(!is_there(opened.store(), &now, b"1"));
    assert!(opened.store().take_over(heir(&now, b"1")).unwrap());
    assert!(is_there(opened.store(), &now, b"1"));
}

#[test]
fn a_damaged_entry_is_not_taken_over() {
    let place = Place::new();
    let (before, now) = (written("a"), written("b"));
    {
        let opened = place.open();
        store(opened.store(), &before, b"1", b"");
        assert_eq!(opened.store().adopt(&now).unwrap(), 1);
    }
    place.alter_entries(|_, bytes| bytes[..bytes.len() - 1].to_vec());
    let opened = place.open();
    assert!(!is_there(opened.store(), &now, b"1"));
    assert!(!opened.store().take_over(heir(&now, b"1")).unwrap());
    assert!(!is_there(opened.store(), &now, b"1"));
}

// The result that a call ran for is gone with its entry; the earlier one came back in its place.
#[test]
fn what_a_call_ran_for_takes_the_place_of_what_was_adopted() {
    let place = Place::new();
    let opened = place.open();
    let (before, now) = (written("a"), written("b"));
    store(opened.store(), &before, b"1", b"");
    assert_eq!(opened.store().adopt(&now).unwrap(), 1);
    store(opened.store(), &now, b"1", b"");
    assert!(opened.store().forget(now.prefix(), &now.call_key(b"1")).unwrap());
    assert!(!opened.store().take_over(heir(&now, b"1")).unwrap());
}
