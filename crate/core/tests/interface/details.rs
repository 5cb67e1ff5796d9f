//! One entry for who looks at it: found, told, printed, compared; and entries a page at a time. The same for a client.

#![expect(clippy::unwrap_used, reason = "helpers of tests unwrap too")]

use super::fixture::{Place, entry, function};
use engram_core::digest::Digest;
use engram_core::engine::{Function, NewEntry};
use engram_core::explanation::{PartKind, encode_parts, part_of, record};
use engram_core::sharing::SharedStore;

/// The argument list `(number)` in canonical form.
fn arguments(number: f64) -> Vec<u8> {
    [&[0x0f, 1, 0x06][..], &number.to_le_bytes()].concat()
}

/// The key of the call `function(number)`, which is stored now. Its value is a text.
fn store_at(store: &SharedStore, function: &Function, number: f64) -> Digest {
    let canonical = arguments(number);
    let (key, arguments) = (function.call_key(&canonical), record(&canonical, true));
    // Handed over as it is; flags of none; a short text of two letters.
    let new = NewEntry { arguments: &arguments, ..entry(key, &[0, 0, 0x42, b'h', b'i'], &[]) };
    assert!(store.commit(function, &new, None).unwrap());
    key
}

fn described(name: &str) -> Function {
    let function = function(name);
    function.describe(encode_parts(&[part_of(PartKind::Code, "f", name.as_bytes(), false)]));
    function
}

#[test]
fn an_entry_is_found_by_the_beginning_of_its_key() {
    let place = Place::new();
    let handle = place.open();
    let store = handle.store();
    let keys: Vec<_> = (0..300)
        .map(|at| store_at(store, &described(if at % 2 == 0 { "a" } else { "b" }), f64::from(at)))
        .collect();
    for key in &keys {
        let found = store.find(&key.to_hex(), 2).unwrap();
        assert_eq!(found.iter().map(|one| one.key).collect::<Vec<_>>(), [*key]);
    }
    let of_a_digit = keys.iter().filter(|key| key.to_hex().starts_with('7')).count();
    assert_eq!(store.find("7", 1000).unwrap().len(), of_a_digit);
    assert_eq!(store.find("", 5).unwrap().len(), 5);
    assert_eq!(store.find("xyz", 5).unwrap(), []);
}

#[test]
fn every_entry_is_on_one_page() {
    let place = Place::new();
    let handle = place.open();
    let store = handle.store();
    let mut keys: Vec<_> = (0..600)
        .map(|at| {
            store_at(store, &described(if at % 2 == 0 { "m#a" } else { "n#b" }), f64::from(at))
        })
        .collect();
    let all = |name: Option<&str>| {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let (page, last) = store.page(after, name).unwrap();
            found.extend(page.iter().map(|info| info.key));
            after = last;
            if after.is_none() {
                return found;
            }
        }
    };
    let mut found = all(None);
    found.sort_unstable();
    keys.sort_unstable();
    assert_eq!(found, keys);
    assert_eq!(all(Some("m#a")).len(), 300);
    assert_eq!(all(Some("b")).len(), 300);
    assert_eq!(all(Some("#b")), []);
    assert_eq!(all(Some("c")), []);
}

#[test]
fn an_entry_is_told_printed_and_compared() {
    let place = Place::new();
    let handle = place.open();
    let store = handle.store();
    let f = described("f");
    let (one, two) = (store_at(store, &f, 1.0), store_at(store, &f, 2.0));
    let find = |key: Digest| store.find(&key.to_hex(), 1).unwrap()[0];
    let details = store.details(find(one)).unwrap().unwrap();
    assert_eq!(details.info.key, one);
    assert_eq!(details.arguments[0].preview, "1");
    assert_eq!(details.code[0].kind, PartKind::Code);
    assert_eq!(store.print(&find(one), 100).unwrap().unwrap().text, "'hi'");
    let compared = store.compare(find(two), Some(find(one))).unwrap().unwrap();
    assert_eq!(compared.with, one);
    assert_eq!(compared.changes.len(), 1);
    assert_eq!(compared.changes[0].before.as_deref(), Some("1"));
    assert_eq!(store.compare(find(two), None).unwrap().unwrap(), compared);
    store.clear().unwrap();
    assert_eq!(store.find(&one.to_hex(), 1).unwrap(), []);
}
