//! What an entry keeps of its arguments, so that a later call can be told what is different.
//!
//! The record of an argument list is its canonical form where that is short, else a byte and its parts, down to some depth
//! and number. The first byte tells.

use std::collections::VecDeque;

use super::canonical::{Form, Unregistered, forms, named_forms, read, texts};
use super::part::{Part, PartKind, decode_parts, encode_parts};
use super::preview::preview;
use crate::codec::readable::is_plain;
use crate::hash;

/// Canonical forms of up to this many bytes are kept as they are.
const VERBATIM: usize = 256;

/// The tag of argument lists.
const WHOLE: u8 = 0x0f;
const IN_PARTS: u8 = 1;

/// Parts of one argument list, about.
const MOST: usize = 64;
/// Members of a container that are told one by one, at most.
const MOST_MEMBERS: usize = 16;
/// Containers within containers that are taken apart.
const DEEPEST: usize = 4;
/// Bytes that taking apart may read.
const MOST_READ: usize = 8 << 20;

/// What is to be kept of an argument list in canonical form. Without `keeps_values` it holds digests only.
#[must_use]
pub fn record(canonical: &[u8], keeps_values: bool) -> Vec<u8> {
    if keeps_values && canonical.len() <= VERBATIM {
        return canonical.to_vec();
    }
    let mut parts = take_apart(canonical);
    if !keeps_values {
        for part in &mut parts {
            part.preview.clear();
        }
    }
    [&[IN_PARTS], &encode_parts(&parts)[..]].concat()
}

/// The parts of a recorded argument list; none where the record is damaged. Their names begin with a position: `0.rows[2]`.
#[must_use]
pub fn parts_of(record: &[u8]) -> Vec<Part> {
    match record.split_first() {
        Some((&WHOLE, _)) => take_apart(record),
        Some((&IN_PARTS, parts)) => decode_parts(parts),
        _ => Vec::new(),
    }
}

/// The part with this canonical form, with a short text of it if that may be kept.
#[must_use]
pub fn part_of(kind: PartKind, name: &str, form: &[u8], is_shown: bool) -> Part {
    let shown = if is_shown { preview(form) } else { String::new() };
    Part::new(kind, name, hash::digest(form).prefix(), shown)
}

/// A value that is still to be told.
struct Pending<'a> {
    name: String,
    form: &'a [u8],
    depth: usize,
}

fn take_apart(canonical: &[u8]) -> Vec<Part> {
    let mut parts = Vec::new();
    let Some(Form::Arguments(arguments)) = read(canonical) else { return parts };
    let listed = forms(arguments.bytes).take(MOST).enumerate();
    let mut pending: VecDeque<_> = listed
        .map(|(position, form)| Pending { name: position.to_string(), form, depth: 0 })
        .collect();
    let mut left = MOST_READ;
    while let Some(one) = pending.pop_front() {
        let room = MOST.saturating_sub(parts.len() + pending.len());
        left = left.saturating_sub(one.form.len());
        let members = if left > 0 && one.depth < DEEPEST { members(&one, room) } else { None };
        let (digest, shown) = match &members {
            // Its members say the rest.
            Some(_) => (hash::digest(&kind_of(one.form)).prefix(), preview(one.form)),
            None => (hash::digest(one.form).prefix(), preview(one.form)),
        };
        parts.push(Part::new(PartKind::Argument, &one.name, digest, shown));
        if let Some((measure, count)) = measure_of(one.form) {
            let name = format!("{}.{measure}", one.name);
            let digest = hash::digest(&count.to_le_bytes()).prefix();
            parts.push(Part::new(PartKind::Argument, &name, digest, count.to_string()));
        }
        pending.extend(members.into_iter().flatten());
    }
    parts
}

/// What a container is, whatever it holds: its tag, and the name of its class where it has one.
fn kind_of(form: &[u8]) -> Vec<u8> {
    let name = match read(form) {
        Some(
            Form::Instance { name, .. } | Form::Error { name, .. } | Form::Platform { name, .. },
        ) => name,
        Some(Form::Unregistered(instance)) => instance.classes,
        _ => &[],
    };
    [&form[..form.len().min(1)], name].concat()
}

/// How much is in a container that has an order or a size.
fn measure_of(form: &[u8]) -> Option<(&'static str, u32)> {
    match read(form)? {
        Form::Array(items) => Some(("length", items.count)),
        Form::Map(items) | Form::Set(items) => Some(("size", items.count)),
        _ => None,
    }
}

/// What a container holds, if that is little and can be named.
fn members<'a>(one: &Pending<'a>, room: usize) -> Option<Vec<Pending<'a>>> {
    let depth = one.depth + 1;
    let most = MOST_MEMBERS.min(room);
    let fits = |count: u32| usize::try_from(count).is_ok_and(|count| 0 < count && count <= most);
    let member =
        |name: String, form: &'a [u8]| Pending { name: one.name.clone() + &name, form, depth };
    Some(match read(one.form)? {
        Form::Object { names, items } if fits(items.count) => texts(names)
            .zip(forms(items.bytes))
            .map(|(name, form)| member(property(name), form))
            .collect(),
        Form::Array(items) if fits(items.count) => {
            let mut index = 0;
            forms(items.bytes)
                .map(|form| {
                    let at = index;
                    index += if let Some(Form::Holes(count)) = read(form) { count } else { 1 };
                    member(format!("[{at}]"), form)
                })
                .collect()
        }
        Form::Map(items) if fits(items.count) => {
            let listed: Vec<_> = forms(items.bytes).collect();
            listed
                .chunks_exact(2)
                .map(|entry| member(format!(".get({})", preview(entry[0])), entry[1]))
                .collect()
        }
        Form::Instance { content, .. }
        | Form::Error { content, .. }
        | Form::Platform { content, .. }
            if room > 0 =>
        {
            vec![member(String::new(), content)]
        }
        Form::NamedArray { array, properties } if room > 1 => {
            vec![member(String::new(), array), member(String::new(), properties)]
        }
        Form::Proxy(content) if room > 0 => vec![member(String::new(), content)],
        Form::Unregistered(Unregistered { content, own: Some(own), hidden, .. }) if room > 1 => {
            let hidden: Vec<_> = named_forms(hidden).collect();
            if hidden.len() > most {
                return None;
            }
            let listed = content.into_iter().chain([own]);
            listed
                .map(|form| member(String::new(), form))
                .chain(hidden.into_iter().map(|(name, form)| member(hidden_property(name), form)))
                .collect()
        }
        _ => return None,
    })
}

/// A private field is no property of that name.
fn hidden_property(name: &[u8]) -> String {
    if name.starts_with(b"#") {
        format!(".{}", String::from_utf8_lossy(name))
    } else {
        property(name)
    }
}

fn property(name: &[u8]) -> String {
    let name = String::from_utf8_lossy(name);
    if is_plain(name.chars().map(Ok)) { format!(".{name}") } else { format!("[\"{name}\"]") }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `({ rows: [1, 2], 'b c': null }, 'x')`
    const CALL: &[u8] = &[
        0x0f, 2, 0x11, 2, 3, b'b', b' ', b'c', 4, b'r', b'o', b'w', b's', 0x03, 0x10, 2, 0x04,
        0x05, 0x08, 1, b'x',
    ];

    fn named(parts: &[Part]) -> Vec<(&str, &str)> {
        parts.iter().map(|part| (&*part.name, &*part.preview)).collect()
    }

    #[test]
    fn a_short_list_is_kept_whole_and_told_in_parts() {
        let record = record(CALL, true);
        assert_eq!(record, CALL);
        let expected = [
            ("0", "{'b c': null, rows: [false, true]}"),
            ("1", "'x'"),
            ("0[\"b c\"]", "null"),
            ("0.rows", "[false, true]"),
            ("0.rows.length", "2"),
            ("0.rows[0]", "false"),
            ("0.rows[1]", "true"),
        ];
        assert_eq!(named(&parts_of(&record)), expected);
    }

    #[test]
    fn without_values_the_digests_are_the_same() {
        let (with, without) = (parts_of(&record(CALL, true)), record(CALL, false));
        let parts = parts_of(&without);
        assert!(parts.iter().all(|part| part.preview.is_empty()));
        assert!(parts.iter().zip(&with).all(|(one, other)| one.digest == other.digest));
        assert_eq!(parts.len(), with.len());
    }

    /// A call on an instance of a subclass was another call, and nothing was said to differ: the name of the class was in
    /// no part, as the content has the same place as the instance.
    #[test]
    fn the_class_of_an_instance_is_told_apart_from_its_content() {
        let receiver = |name: u8| [0x0f, 1, 0x18, 1, name, 0x11, 1, 1, b'k', 0x04];
        let (shop, branch) = (parts_of(&receiver(b'S')), parts_of(&receiver(b'B')));
        assert_eq!(shop.len(), branch.len());
        let differing: Vec<_> =
            shop.iter().zip(&branch).filter(|(one, other)| one.digest != other.digest).collect();
        assert_eq!(differing.len(), 1);
        assert_eq!((&*differing[0].0.name, &*differing[0].0.preview), ("0", "S {k: false}"));
    }

    #[test]
    fn a_long_list_is_bounded() {
        let mut long = vec![0x0f, 1, 0x10, 0xa0, 0x1f];
        for _ in 0..4000 {
            long.extend([0x10, 2, 0x04, 0x05]);
        }
        let record = record(&long, true);
        assert!(record.len() < 200);
        assert_eq!(named(&parts_of(&record))[1], ("0.length", "4000"));
    }

    proptest! {
        #[test]
        fn any_bytes_have_a_bounded_record(bytes: Vec<u8>, keeps_values: bool) {
            let parts = parts_of(&record(&[&[0x0f, 3], &bytes[..]].concat(), keeps_values));
            prop_assert!(parts.len() <= 3 * MOST);
            let _ = parts_of(&bytes);
        }
    }
}
