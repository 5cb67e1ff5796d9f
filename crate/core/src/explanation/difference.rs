//! What differs between two lists of parts.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::part::{Part, PartKind};

/// A part that is another one now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What it is.
    pub kind: PartKind,
    /// What it is called.
    pub name: String,
    /// A short text for what it was; `None` where it was not there, or no text was kept.
    pub before: Option<String>,
    /// A short text for what it is.
    pub now: Option<String>,
}

/// Parts that differ, or that only one of the lists has, in the order of kinds. What follows from another change is left out.
#[must_use]
pub fn changes(before: &[Part], now: &[Part]) -> Vec<Change> {
    let (earlier, later) = (by_name(before), by_name(now));
    let mut found = Vec::new();
    for (id, part) in &later {
        match earlier.get(id) {
            Some(old) if old.digest == part.digest => {}
            old => found.push(change(part, old.copied(), Some(part))),
        }
    }
    let gone = earlier.iter().filter(|(id, _)| !later.contains_key(*id));
    found.extend(gone.map(|(_, part)| change(part, Some(part), None)));
    let names: Vec<(PartKind, String)> =
        found.iter().map(|one| (one.kind, one.name.clone())).collect();
    found.retain(|one| !names.iter().any(|other| implies(other, one)));
    found.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
    found
}

/// Several parts may have one name: they are told by their order.
type PartId<'a> = (PartKind, &'a str, usize);

fn by_name(parts: &[Part]) -> HashMap<PartId<'_>, &Part> {
    let mut seen: HashMap<(PartKind, &str), usize> = HashMap::new();
    let mut by_id = HashMap::with_capacity(parts.len());
    for part in parts {
        // A function has one text, whatever the function is called.
        let name = if part.kind == PartKind::Code { "" } else { &*part.name };
        let order = seen.entry((part.kind, name)).or_default();
        by_id.insert((part.kind, name, *order), part);
        *order += 1;
    }
    by_id
}

/// Elements come and go with the length of what they lie in, and members with what holds them.
fn implies((kind, name): &(PartKind, String), one: &Change) -> bool {
    if *kind != PartKind::Argument || one.kind != *kind || one.name == *name {
        return false;
    }
    let has_one_side = one.before.is_none() || one.now.is_none();
    let below = |holder: &str| {
        one.name.strip_prefix(holder).is_some_and(|rest| rest.starts_with(['.', '[']))
    };
    match name.strip_suffix(".length").or_else(|| name.strip_suffix(".size")) {
        Some(holder) => has_one_side && below(holder),
        None => has_one_side && below(name),
    }
}

fn change(Part { kind, name, .. }: &Part, before: Option<&Part>, now: Option<&Part>) -> Change {
    let is_alike = before.zip(now).is_some_and(|(old, new)| old.preview == new.preview);
    let text = |part: &Part| match (part.preview.is_empty(), is_alike) {
        (true, _) => format!("#{}", short(part.digest)),
        // What is cut or only counted looks alike.
        (false, true) => format!("{} #{}", part.preview, short(part.digest)),
        (false, false) => part.preview.clone(),
    };
    Change { kind: *kind, name: name.clone(), before: before.map(text), now: now.map(text) }
}

fn short(digest: [u8; 8]) -> String {
    let [a, b, c, d, ..] = digest;
    format!("{:08x}", u32::from_be_bytes([a, b, c, d]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(kind: PartKind, name: &str, value: u8) -> Part {
        Part::new(kind, name, [value; 8], value.to_string())
    }

    fn argument(name: &str, value: u8) -> Part {
        part(PartKind::Argument, name, value)
    }

    fn told(changes: &[Change]) -> Vec<(&str, Option<&str>, Option<&str>)> {
        changes.iter().map(|one| (&*one.name, one.before.as_deref(), one.now.as_deref())).collect()
    }

    #[test]
    fn equal_parts_in_any_order_do_not_differ() {
        let (a, b) = (part(PartKind::Helper, "a", 1), part(PartKind::Capture, "b", 2));
        assert_eq!(changes(&[a.clone(), b.clone()], &[b, a]), []);
    }

    #[test]
    fn what_differs_comes_with_both_sides_in_the_order_of_kinds() {
        let before = [
            argument("0", 1),
            part(PartKind::Capture, "limit", 5),
            part(PartKind::Helper, "gone", 1),
        ];
        let now = [argument("0", 2), part(PartKind::Capture, "limit", 6)];
        let expected = [
            ("gone", Some("1"), None),
            ("limit", Some("5"), Some("6")),
            ("0", Some("1"), Some("2")),
        ];
        assert_eq!(told(&changes(&before, &now)), expected);
    }

    #[test]
    fn elements_that_came_with_a_length_are_not_told() {
        let before = [argument("0.rows.length", 1), argument("0.rows[0]", 7)];
        let now =
            [argument("0.rows.length", 2), argument("0.rows[0]", 7), argument("0.rows[1]", 8)];
        assert_eq!(told(&changes(&before, &now)), [("0.rows.length", Some("1"), Some("2"))]);
    }

    #[test]
    fn what_looks_alike_is_told_by_its_digest() {
        let before = Part::new(PartKind::Argument, "0", [1; 8], "Float64Array(3)".into());
        let now = Part { digest: [2; 8], ..before.clone() };
        let found = changes(&[before], &[now]);
        assert_eq!(found[0].before.as_deref(), Some("Float64Array(3) #01010101"));
    }

    #[test]
    fn parts_of_one_name_are_told_by_their_order() {
        let (one, two) = (part(PartKind::Helper, "f", 1), part(PartKind::Helper, "f", 2));
        assert_eq!(changes(&[one.clone(), two.clone()], &[one.clone(), two]).len(), 0);
        assert_eq!(changes(&[one.clone(), one.clone()], &[one]).len(), 1);
    }
}
