//! Values that are equal as arguments have one digest, whatever their bytes; all others have another one.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use proptest::prelude::*;

use super::vectors::vectors;
use crate::codec::{Buffers, CodecError, decode, output_digest, tags};
use crate::digest::Digest;

/// Buffers of zeros.
struct Zeros(Vec<u64>);

impl Buffers for Zeros {
    fn lengths(&self) -> Vec<u64> {
        self.0.clone()
    }

    fn bytes(&self, number: usize, span: Range<usize>) -> Option<Cow<'_, [u8]>> {
        let length = usize::try_from(*self.0.get(number)?).ok()?;
        (span.end <= length).then(|| Cow::Owned(vec![0; span.len()]))
    }

    fn digest(&self, number: usize) -> Option<Digest> {
        let length = usize::try_from(*self.0.get(number)?).ok()?;
        Some(blake3::hash(&vec![0; length]).into())
    }
}

fn digest(bytes: &[u8]) -> Result<Digest, CodecError> {
    output_digest(bytes, &Zeros(Vec::new()))
}

/// The digest of the value with these structure bytes, after a header that says nothing.
fn of(structure: &[u8]) -> Digest {
    digest(&[&[0], structure].concat()).unwrap()
}

/// A short text.
fn text(letters: &str) -> Vec<u8> {
    let length = u8::try_from(letters.len()).unwrap();
    [&[tags::SHORT_STRING + length], letters.as_bytes()].concat()
}

fn dictionary(properties: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = vec![tags::DICTIONARY, u8::try_from(properties.len()).unwrap()];
    for (name, value) in properties {
        bytes.extend([text(name), value.to_vec()].concat());
    }
    bytes
}

/// A record of a key list that is defined there.
fn record(keys: &[&str], values: &[u8]) -> Vec<u8> {
    let list: Vec<u8> = keys.iter().flat_map(|key| text(key)).collect();
    let list = [&[u8::try_from(keys.len()).unwrap()], list.as_slice()].concat();
    let hash = list
        .iter()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193));
    [&[tags::SHAPE], hash.to_le_bytes().as_slice(), &list, values].concat()
}

#[test]
fn the_order_of_properties_does_not_count_nor_how_they_are_written() {
    let plain = of(&dictionary(&[("a", &[1]), ("b", &[2])]));
    assert_eq!(of(&dictionary(&[("b", &[2]), ("a", &[1])])), plain);
    assert_eq!(of(&record(&["a", "b"], &[1, 2])), plain);
    assert_eq!(of(&record(&["b", "a"], &[2, 1])), plain);
    assert_ne!(of(&record(&["a", "b"], &[2, 1])), plain);
    assert_ne!(of(&record(&["a"], &[1])), plain);
}

#[test]
fn the_order_in_maps_and_sets_does_not_count() {
    assert_eq!(of(&[tags::SET, 2, 1, 2]), of(&[tags::SET, 2, 2, 1]));
    assert_eq!(of(&[tags::MAP, 2, 1, 2, 3, 4]), of(&[tags::MAP, 2, 3, 4, 1, 2]));
    assert_ne!(of(&[tags::MAP, 2, 1, 2, 3, 4]), of(&[tags::MAP, 2, 1, 4, 3, 2]));
    assert_ne!(of(&[tags::SET, 2, 1, 2]), of(&[tags::SHORT_ARRAY + 2, 1, 2]));
    assert_ne!(of(&[tags::SHORT_ARRAY + 2, 1, 2]), of(&[tags::SHORT_ARRAY + 2, 2, 1]));
}

#[test]
fn whether_equal_parts_are_one_object_does_not_count() {
    let texts = text(&"x".repeat(60)).repeat(15);
    let texts = [&[tags::SHORT_ARRAY + 15], texts.as_slice()].concat();
    let long = dictionary(&[("names", &texts), ("n", &[1]), ("m", &texts)]);
    let copied = of(&[&[tags::SHORT_ARRAY + 2], long.as_slice(), &long].concat());
    // The array is number 0, the object number 1.
    let shared =
        [&[tags::FLAG_REFERENCES, tags::SHORT_ARRAY + 2], long.as_slice(), &[tags::REFERENCE, 1]];
    assert_eq!(digest(&shared.concat()).unwrap(), copied);
}

#[test]
fn a_cycle_is_told_by_how_far_up_it_leads() {
    let inner = [tags::FLAG_REFERENCES, 0xa1, 0xa1, tags::REFERENCE, 1];
    let outer = [tags::FLAG_REFERENCES, 0xa1, 0xa1, tags::REFERENCE, 0];
    assert_ne!(digest(&inner).unwrap(), digest(&outer).unwrap());
}

#[test]
fn a_number_is_one_however_it_is_written() {
    let float = [&[tags::FLOAT64], 7_f64.to_le_bytes().as_slice()].concat();
    assert_eq!(of(&[7]), of(&float));
    let floats = [&[tags::FLOATS, 1], 7_f64.to_le_bytes().as_slice()].concat();
    assert_eq!(of(&floats), of(&[tags::SHORT_ARRAY + 1, 7]));
    let minus_zero = [&[tags::FLOAT64], (-0_f64).to_le_bytes().as_slice()].concat();
    assert_ne!(of(&minus_zero), of(&[0]));
}

#[test]
fn where_an_error_was_made_does_not_count() {
    let error = |stack: &str| {
        let (message, stack) = (text("no"), text(stack));
        let parts = [text("message"), message, text("stack"), stack].concat();
        of(&[&[tags::ERROR, 1, 2], parts.as_slice(), &[0]].concat())
    };
    assert_eq!(error("at a"), error("at b"));
}

#[test]
fn nesting_ends_no_stack() {
    let arrays = vec![tags::SHORT_ARRAY + 1; tags::DEPTH_LIMIT];
    assert_ne!(of(&[arrays.as_slice(), &[1]].concat()), of(&[arrays.as_slice(), &[2]].concat()));
}

#[test]
fn long_arrays_are_told_apart_by_one_element() {
    let array = |last: u8| {
        let head = [tags::ARRAY, 0x90, 0x4e];
        of(&[head.as_slice(), &vec![1; 9999], &[last]].concat())
    };
    assert_eq!(array(1), array(1));
    assert_ne!(array(1), array(2));
}

#[test]
fn no_two_vectors_have_one_digest() {
    let mut seen: HashMap<Digest, String> = HashMap::new();
    for vector in vectors() {
        let digest = output_digest(&vector.bytes, &Zeros(vector.buffers)).unwrap();
        let other = seen.insert(digest, vector.name.clone());
        assert_eq!(other, None, "{}", vector.name);
    }
}

#[test]
fn digests_stay_as_they_are() {
    let vectors = vectors();
    for (name, expected) in KEPT {
        let vector = vectors.iter().find(|vector| vector.name == *name).unwrap();
        let digest = output_digest(&vector.bytes, &Zeros(vector.buffers.clone())).unwrap();
        assert_eq!(digest.to_hex(), *expected, "{name}");
    }
}

const KEPT: &[(&str, &str)] = &[
    ("63", "37c0e337aaea7baefdee2988cd03541e9f49344d57b92b992762ed67123690e7"),
    ("lone surrogate", "0819e23776b3ee94f83af03f7086561626394c2cb9ebf7824716e96345022075"),
    ("named elements", "997f467ad3836ebc0499497ead6740c625b44eadef9ef8d4aa02f4510f62c269"),
    ("many keys", "78ba270239becf84cca22f32d44c250892051711d3b8c227c6f53d4d0a202937"),
    ("cycle", "a09dd8437c9773ab0e1e2e9bf80ce20653cf12514a210f45584c22795f65c8bc"),
    ("Map", "ad245947402f21c4992fc19008df0e696d55c02e46cdb737c374cdeb82c9d139"),
    ("AggregateError", "6f5ab8cc4092107d86182e631a8d08aae2ab71cd61fec6a0ec9b383d599ab3af"),
    ("views of one buffer", "e6dc07bdc574c10cd63406452aa4be96925a6cfc73f7360c68d7889322ed5f60"),
    ("large buffer", "85bcaf042f9848237fa55d0e6c14037a4a0b3896b7ed975adfdee8b0ddd249df"),
    ("File", "004eabd2f0e7c8a0891cbec46f18f174a9379b73b79c891145d9dbf422a73e7e"),
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_decodes_has_a_digest(
        pick in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
    ) {
        let vectors = vectors();
        let vector = &vectors[pick.index(vectors.len())];
        let mut bytes = vector.bytes.clone();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let digest = output_digest(&bytes, &Zeros(vector.buffers.clone()));
        if decode(&bytes, &vector.buffers).is_ok() {
            prop_assert!(digest.is_ok(), "{digest:?}");
        }
    }

    #[test]
    fn any_bytes_have_a_digest_or_fail(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = digest(&bytes);
    }
}
