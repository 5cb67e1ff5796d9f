//! LZ4 of structure bytes, where it pays.

/// Below this many bytes, reading is faster than decompressing.
const COMPRESSED_FROM: usize = 1024;
/// LZ4 cannot expand a byte into more than this many: a longer claim is a lie.
const EXPANSION_LIMIT: u64 = 255;

/// The bytes as one LZ4 block; `None` when they are short or would shrink by less than an eighth.
#[must_use]
pub fn compress(bytes: &[u8]) -> Option<Vec<u8>> {
    if bytes.len() < COMPRESSED_FROM {
        return None;
    }
    let compressed = lz4_flex::block::compress(bytes);
    (compressed.len() < bytes.len() - bytes.len() / 8).then_some(compressed)
}

/// The `length` bytes that `compressed` stands for; `None` when it stands for anything else.
#[must_use]
pub fn decompress(compressed: &[u8], length: u64) -> Option<Vec<u8>> {
    if length > (compressed.len() as u64).saturating_mul(EXPANSION_LIMIT) {
        return None;
    }
    let length = usize::try_from(length).ok()?;
    let bytes = lz4_flex::block::decompress(compressed, length).ok()?;
    (bytes.len() == length).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_does_not_shrink_stays_as_it_is() {
        assert_eq!(compress(&[0; 100]), None);
        let mut state = 1_u32;
        let noise: Vec<u8> = (0..4096)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                state.to_be_bytes()[0]
            })
            .collect();
        assert_eq!(compress(&noise), None);
    }

    #[test]
    fn a_length_that_no_block_can_have_is_refused_before_memory_is_taken() {
        assert_eq!(decompress(&[1, 2, 3], u64::MAX), None);
    }

    proptest! {
        #[test]
        fn compressed_bytes_read_back(seed: Vec<u8>, times in 1..200_usize) {
            let bytes = seed.repeat(times);
            if let Some(compressed) = compress(&bytes) {
                prop_assert_eq!(decompress(&compressed, bytes.len() as u64), Some(bytes));
            }
        }

        #[test]
        fn any_bytes_decompress_or_are_refused(bytes: Vec<u8>, length in 0..100_000_u64) {
            let _ = decompress(&bytes, length);
        }
    }
}
