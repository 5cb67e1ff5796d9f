//! No byte string makes the reader panic, read out of bounds, recurse or allocate without limit.

use proptest::prelude::*;

use super::vectors::vectors;
use crate::codec::{CodecError, decode, tags};

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
    fn likely_bytes_decode_or_fail(mut bytes in likely_bytes(), flags in 0..=3_u8) {
        bytes.insert(0, flags);
        if let Ok(value) = decode(&bytes, &[]) {
            prop_assert!(value.to_string().len() < 1_000_000);
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
        let _ = decode(&bytes, &vector.buffers);
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
