//! No byte string makes the reader panic, read out of bounds, recurse or allocate without limit.

use std::borrow::Cow;
use std::ops::Range;

use proptest::prelude::*;

use super::vectors::vectors;
use crate::codec::decode::output::Buffers;
use crate::codec::{CodecError, decode, print_cut, tags};
use crate::digest::Digest;

/// Buffers of these lengths, of zeros.
struct Zeros<'a>(&'a [u64]);

impl Buffers for Zeros<'_> {
    fn lengths(&self) -> Vec<u64> {
        self.0.to_vec()
    }

    fn bytes(&self, _: usize, span: Range<usize>) -> Option<Cow<'_, [u8]>> {
        Some(vec![0; span.len()].into())
    }

    fn digest(&self, _: usize) -> Option<Digest> {
        None
    }
}

/// The text for people, which is one line: no value, however hostile, makes it more.
fn line(bytes: &[u8], buffers: &[u64], most: usize) -> Option<String> {
    let (text, is_cut) = print_cut(bytes, &Zeros(buffers), most).ok()?;
    assert!(text.len() <= most && (!is_cut || text.len() + 4 > most));
    assert!(!text.contains(|one: char| one.is_control() || matches!(one, '\u{2028}' | '\u{2029}')));
    Some(text)
}

fn arrays_in_arrays(depth: usize) -> Vec<u8> {
    let mut bytes = vec![0];
    bytes.resize(depth + 1, tags::SHORT_ARRAY + 1);
    bytes.push(tags::NULL);
    bytes
}

/// Bytes that open structures more often than random ones do.
fn likely_bytes() -> impl Strategy<Value = Vec<u8>> {
    let byte =
        prop_oneof![3 => any::<u8>(), 3 => 0xb0..=0xd8_u8, 1 => 0x80..=0xa3_u8, 2 => 0..=3_u8];
    prop::collection::vec(byte, 0..200)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_decode_or_fail(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = decode(&bytes, &[]);
    }

    #[test]
    fn likely_bytes_decode_or_fail(mut bytes in likely_bytes(), flags in 0..=3_u8, most in 0..3000_usize) {
        bytes.insert(0, flags);
        if let Ok(value) = decode(&bytes, &[]) {
            prop_assert!(value.to_string().len() < 1_000_000);
            prop_assert!(line(&bytes, &[], most).is_some());
        }
    }

    #[test]
    fn changed_vectors_decode_or_fail(
        pick in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in any::<prop::sample::Index>(),
    ) {
        let vectors = vectors();
        let vector = &vectors[pick.index(vectors.len())];
        let mut bytes = vector.bytes.clone();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if decode(&bytes, &vector.buffers).is_ok() {
            prop_assert!(line(&bytes, &vector.buffers, 2000).is_some());
        }
        let _ = decode(&bytes[..cut.index(bytes.len())], &vector.buffers);
    }
}

#[test]
fn every_prefix_of_a_vector_fails() {
    for vector in vectors() {
        for length in 0..vector.bytes.len() {
            assert!(decode(&vector.bytes[..length], &vector.buffers).is_err(), "{}", vector.name);
        }
    }
}

#[test]
fn nesting_is_bounded() {
    // Read, printed and dropped on the small stack of a test's thread.
    let deepest = decode(&arrays_in_arrays(tags::DEPTH_LIMIT), &[]).unwrap();
    assert_eq!(deepest.to_string().len(), 2 * tags::DEPTH_LIMIT + "null".len());
    drop(deepest);
    let deepest = line(&arrays_in_arrays(tags::DEPTH_LIMIT), &[], usize::MAX).unwrap();
    assert_eq!(deepest.len(), 2 * tags::DEPTH_LIMIT + "null".len());
    assert_eq!(decode(&arrays_in_arrays(tags::DEPTH_LIMIT + 1), &[]), Err(CodecError::TooDeep));
    assert_eq!(decode(&arrays_in_arrays(10_000_000), &[]), Err(CodecError::TooDeep));
}

#[test]
fn a_length_beyond_the_bytes_fails() {
    let huge = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f];
    for tag in [
        tags::ARRAY,
        tags::FLOATS,
        tags::MAP,
        tags::SET,
        tags::LATIN1,
        tags::UTF16,
        tags::DICTIONARY,
    ] {
        let bytes = [&[0, tag], huge.as_slice()].concat();
        assert_eq!(decode(&bytes, &[]), Err(CodecError::Truncated));
    }
}

#[test]
fn buffers_stored_apart_must_match() {
    let vectors = vectors();
    let vector = vectors.iter().find(|vector| !vector.buffers.is_empty()).unwrap();
    assert!(decode(&vector.bytes, &vector.buffers).is_ok());
    assert!(decode(&vector.bytes, &[]).is_err());
    assert!(decode(&vector.bytes, &[vector.buffers[0] + 1]).is_err());
    assert!(decode(&vector.bytes, &[vector.buffers[0], 65536]).is_err());
}

#[test]
fn what_is_sealed_is_an_object() {
    for bytes in [&[0, tags::FROZEN, tags::NULL][..], &[0, tags::FROZEN, tags::FROZEN, 0xa0]] {
        assert_eq!(decode(bytes, &[]), Err(CodecError::Malformed("sealed object")));
    }
}

/// JavaScript has these in some versions only, so that no golden vector is of them.
#[test]
fn times_are_read_by_kind() {
    let day = [&[0, tags::TEMPORAL, 2, 0x4a][..], b"2024-02-29"].concat();
    assert_eq!(decode(&day, &[]).unwrap().to_string(), "Temporal.PlainDate('2024-02-29')");
    assert!(decode(&[0, tags::TEMPORAL, 8, 0x40], &[]).is_err());
}
