use proptest::prelude::*;

use super::*;

fn key(number: u32) -> Digest {
    blake3::hash(&number.to_le_bytes()).into()
}

fn value(hot: &mut HotEntries, number: u32) -> Option<Vec<u8>> {
    let mut out = [0; 4096];
    let hit = hot.get(&key(number), 1000.0, &mut out, &mut PendingAccesses::default())?;
    assert_eq!(hit.buffers, buffers_of(number));
    Some(out[..hit.length].to_vec())
}

/// Some have none, some have several.
fn buffers_of(number: u32) -> Vec<Buffer> {
    let byte_length = u64::from(number);
    let buffer = |other: u32| Buffer {
        blob: Blob { digest: key(other), byte_length },
        unpacked: (other == 1).then_some(u64::MAX),
    };
    (0..number % 3).map(buffer).collect()
}

#[test]
fn an_entry_reads_back_with_its_facts() {
    let mut hot = HotEntries::new(4096);
    let mut pending = PendingAccesses::default();
    hot.insert(&key(1), 77.0, 2.5, b"abc", &[], &mut pending);
    let mut out = [0; 8];
    let hit = hot.get(&key(1), 5000.0, &mut out, &mut pending).unwrap();
    assert_eq!(hit, HotHit { created_at: 77.0, duration_ms: 2.5, length: 3, buffers: Vec::new() });
    assert_eq!(&out[..3], b"abc");
    assert_eq!(hot.access(&key(1)), Access { hits: 1, last: 5000.0 });
}

#[test]
fn a_structure_that_does_not_fit_the_callers_buffer_is_not_a_hit() {
    let mut hot = HotEntries::new(4096);
    let mut pending = PendingAccesses::default();
    hot.insert(&key(1), 0.0, 0.0, b"abc", &[], &mut pending);
    assert_eq!(hot.get(&key(1), 0.0, &mut [0; 2], &mut pending), None);
}

#[test]
fn what_is_used_outlives_what_is_not() {
    let mut hot = HotEntries::new(8192);
    let mut pending = PendingAccesses::default();
    for number in 0..1000 {
        hot.insert(&key(number), 0.0, 0.0, &[1; 40], &buffers_of(number), &mut pending);
        assert!(value(&mut hot, 0).is_some(), "entry 0 is used all the time");
    }
    assert_eq!(value(&mut hot, 1), None);
}

#[test]
fn uses_are_handed_over_when_an_entry_goes() {
    let mut hot = HotEntries::new(4096);
    let mut pending = PendingAccesses::default();
    hot.insert(&key(1), 0.0, 0.0, b"abc", &buffers_of(1), &mut pending);
    value(&mut hot, 1);
    hot.remove(&key(1), &mut pending);
    assert_eq!(pending.of(&key(1)).hits, 1);
}

proptest! {
    /// Against a map that never forgets: whatever the ring still has is what was last inserted.
    #[test]
    fn the_ring_never_returns_another_entrys_bytes(
        steps in prop::collection::vec((0..60_u32, 0..200_usize, 0..10_u8), 1..600)
    ) {
        let mut hot = HotEntries::new(4096);
        let mut pending = PendingAccesses::default();
        let mut oracle = std::collections::HashMap::new();
        for (number, length, action) in steps {
            match action {
                0 => {
                    hot.remove(&key(number), &mut pending);
                    oracle.remove(&number);
                }
                1..=5 => {
                    let bytes = vec![number.to_le_bytes()[0]; length];
                    hot.insert(&key(number), 0.0, 0.0, &bytes, &buffers_of(number), &mut pending);
                    oracle.insert(number, bytes);
                }
                _ => {
                    if let Some(found) = value(&mut hot, number) {
                        prop_assert_eq!(Some(&found), oracle.get(&number));
                    }
                }
            }
        }
    }
}
