//! What differs between a call and the nearest entry.

#![expect(clippy::unwrap_used, reason = "helpers of tests unwrap too")]

use super::fixture::{Place, entry};
use engram_core::engine::{Asked, Function, FunctionIdentity, Kind, NewEntry, Strategy};
use engram_core::explanation::{PartKind, encode_parts, part_of, record};
use engram_core::sharing::SharedStore;

/// The argument list `(number, 'x')` in canonical form.
fn arguments(number: f64) -> Vec<u8> {
    [&[0x0f, 2, 0x06][..], &number.to_le_bytes(), &[0x08, 1, b'x']].concat()
}

/// A function with this text, that captured this text.
fn described(name: &str, code: &str, captured: &str) -> Function {
    let function = Function::new(FunctionIdentity {
        name: name.to_owned(),
        version: None,
        project: None,
        domain: None,
        kind: Kind::Memory,
        strategy: Strategy::SyntaxHash,
        code: Some(engram_core::hash::digest(format!("{code} {captured}").as_bytes())),
    });
    let form = [&[0x08, u8::try_from(captured.len()).unwrap()], captured.as_bytes()].concat();
    function.describe(encode_parts(&[
        part_of(PartKind::Code, "f", code.as_bytes(), false),
        part_of(PartKind::Capture, "limit", &form, true),
    ]));
    function
}

fn store_at(store: &SharedStore, function: &Function, number: f64, created_at: f64) {
    let canonical = arguments(number);
    let (key, arguments) = (function.call_key(&canonical), record(&canonical, true));
    let new = NewEntry { arguments: &arguments, created_at, ..entry(key, b"value", &[]) };
    assert!(store.commit(function, &new, None).unwrap());
}

/// The changes in short; `None` where nothing is near.
fn explained(store: &SharedStore, function: &Function, number: f64) -> Option<Vec<String>> {
    let canonical = arguments(number);
    let record = record(&canonical, true);
    let asked = Asked::of(function, function.call_key(&canonical), &record);
    let changes = store.explain(&asked).unwrap()?;
    let tell = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    let told = changes.into_iter().map(|change| {
        format!(
            "{} {} {} {}",
            change.kind.name(),
            change.name,
            tell(change.before),
            tell(change.now)
        )
    });
    Some(told.collect())
}

fn lines<const N: usize>(lines: [&str; N]) -> Vec<String> {
    lines.map(str::to_owned).to_vec()
}

#[test]
fn nothing_is_near_in_a_store_of_other_functions() {
    let place = Place::new();
    let store = place.open();
    let f = described("a.ts#f", "n", "x");
    assert_eq!(explained(store.store(), &f, 1.0), None);
    store_at(store.store(), &described("a.ts#g", "m", "x"), 1.0, 1.0);
    assert_eq!(explained(store.store(), &f, 1.0), None);
}

#[test]
fn the_fewest_differences_are_told_and_survive_reopening() {
    let place = Place::new();
    let (old, new) = (described("a.ts#f", "n", "x"), described("a.ts#f", "n", "y"));
    {
        let store = place.open();
        store_at(store.store(), &old, 1.0, 1.0);
        store_at(store.store(), &new, 2.0, 2.0);
    }
    let store = place.open();
    assert_eq!(explained(store.store(), &new, 1.0), Some(lines(["capture limit 'x' 'y'"])));
    assert_eq!(explained(store.store(), &new, 3.0), Some(lines(["argument 0 2 3"])));
    // Its own entry is not near, it is the call's.
    assert_eq!(
        explained(store.store(), &new, 2.0),
        Some(lines(["capture limit 'x' 'y'", "argument 0 1 2"]))
    );
}

#[test]
fn another_function_is_near_only_where_the_own_one_has_no_entry() {
    let place = Place::new();
    let store = place.open();
    let (renamed, f) = (described("old.ts#f", "n", "x"), described("a.ts#f", "n", "x"));
    store_at(store.store(), &renamed, 1.0, 1.0);
    assert_eq!(explained(store.store(), &f, 1.0), Some(lines(["name name old.ts#f a.ts#f"])));
    let identity = FunctionIdentity { project: Some("q".to_owned()), ..f.identity().clone() };
    store_at(store.store(), &Function::new(identity), 1.0, 2.0);
    assert_eq!(explained(store.store(), &f, 1.0), Some(lines(["project project q -"])));
    store_at(store.store(), &f, 5.0, 3.0);
    assert_eq!(explained(store.store(), &f, 1.0), Some(lines(["argument 0 5 1"])));
}

/// The own name of a function is in its code, so that neither id nor code of one that was declared under another name is
/// known; and nothing was near. The text that is kept for explanations does without the name.
#[test]
fn a_function_that_is_declared_under_another_name_is_known_by_its_text() {
    let place = Place::new();
    let store = place.open();
    let declared = |name: &str, text: &str| {
        let code = engram_core::hash::digest(format!("{name} {text}").as_bytes());
        let known = described(&format!("a.ts#{name}"), text, "x");
        let function =
            Function::new(FunctionIdentity { code: Some(code), ..known.identity().clone() });
        function.describe(encode_parts(&[part_of(PartKind::Code, name, text.as_bytes(), false)]));
        function
    };
    store_at(store.store(), &declared("load", "n"), 1.0, 1.0);
    store_at(store.store(), &declared("other", "-n"), 1.0, 2.0);
    let told = explained(store.store(), &declared("read", "n"), 1.0);
    assert_eq!(told, Some(lines(["name name a.ts#load a.ts#read"])));
    assert_eq!(explained(store.store(), &declared("read", "2n"), 1.0), None);
}

/// Another rule alone was said to differ, so that an entry under it was nearer than any other, whatever it had captured.
#[test]
fn captures_are_compared_under_another_rule_too() {
    let place = Place::new();
    let store = place.open();
    let now = described("a.ts#f", "n", "y");
    let (old, other) = (described("a.ts#f", "n", "x"), described("a.ts#f", " n ", "x"));
    let exact = FunctionIdentity { strategy: Strategy::CodeHash, ..other.identity().clone() };
    let exact = {
        let function = Function::new(exact);
        function.describe(other.parts().to_vec());
        function
    };
    store_at(store.store(), &exact, 1.0, 1.0);
    let told = explained(store.store(), &now, 1.0);
    assert_eq!(told, Some(lines(["code strategy codeHash syntaxHash", "capture limit 'x' 'y'"])));
    store_at(store.store(), &old, 1.0, 0.0);
    assert_eq!(explained(store.store(), &now, 1.0), Some(lines(["capture limit 'x' 'y'"])));
}

/// A process that takes a store over has been told of no code yet; a client that told the owner before it does not know.
#[test]
fn what_was_told_of_a_code_stays_when_the_next_owner_is_told_nothing() {
    let place = Place::new();
    {
        let store = place.open();
        store_at(store.store(), &described("a.ts#f", "n", "x"), 1.0, 1.0);
    }
    let silent = Function::new(described("a.ts#f", "n", "x").identity().clone());
    {
        let store = place.open();
        store_at(store.store(), &silent, 2.0, 2.0);
    }
    let store = place.open();
    let edited = described("a.ts#f", "n", "y");
    assert_eq!(explained(store.store(), &edited, 1.0), Some(lines(["capture limit 'x' 'y'"])));
}

#[test]
fn codes_that_were_not_told_differ_as_a_whole() {
    let place = Place::new();
    let store = place.open();
    let (old, new) = (described("a.ts#f", "n", "x"), described("a.ts#f", "m", "x"));
    let silent = Function::new(old.identity().clone());
    store_at(store.store(), &silent, 1.0, 1.0);
    let told = explained(store.store(), &Function::new(new.identity().clone()), 1.0);
    assert_eq!(told, Some(lines(["code f - -"])));
}

#[test]
fn entries_that_keep_nothing_of_their_arguments_are_not_near() {
    let place = Place::new();
    let store = place.open();
    let f = described("a.ts#f", "n", "x");
    store.store().commit(&f, &entry(f.call_key(b"old"), b"value", &[]), None).unwrap();
    assert_eq!(explained(store.store(), &f, 1.0), None);
}
