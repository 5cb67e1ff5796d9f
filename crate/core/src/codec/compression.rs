//! How bytes are kept smaller, where it pays.

use std::io::{self, Read};
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::progress::{STEP, advance};

/// Below this many bytes, reading is faster than decompressing.
const COMPRESSED_FROM: usize = 1024;
/// LZ4 cannot expand a byte into more than this many: a longer claim is a lie.
const EXPANSION_LIMIT: u64 = 255;
/// As zstd's own default: higher levels take several times as long for a few percent.
const ZSTD_LEVEL: i32 = 3;

/// How bytes are compressed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Method {
    /// Not at all.
    None,
    /// As one LZ4 block: little slower to read than what is not compressed.
    #[default]
    Lz4,
    /// As one zstd frame: smaller and slower.
    Zstd,
}

impl Method {
    const ALL: [Self; 3] = [Self::None, Self::Lz4, Self::Zstd];

    /// Its name, as options have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Lz4 => "lz4",
            Self::Zstd => "zstd",
        }
    }

    /// The one of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}

/// How the parts of a value are compressed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Compression {
    /// Of structure bytes.
    pub structure: Method,
    /// Whether large buffers are compressed too, as zstd frames: then they cannot be mapped.
    pub packs_buffers: bool,
}

/// The bytes compressed; `None` when they are short or would shrink by less than an eighth.
#[must_use]
pub fn compress(bytes: &[u8], method: Method) -> Option<Vec<u8>> {
    if bytes.len() < COMPRESSED_FROM {
        return None;
    }
    let compressed = match method {
        Method::None => return None,
        Method::Lz4 => lz4_flex::block::compress(bytes),
        Method::Zstd => zstd::bulk::compress(bytes, ZSTD_LEVEL).ok()?,
    };
    (compressed.len() < bytes.len() - bytes.len() / 8).then_some(compressed)
}

/// The `length` bytes that `compressed` stands for; `None` when it stands for anything else.
#[must_use]
pub fn decompress(compressed: &[u8], method: Method, length: u64) -> Option<Vec<u8>> {
    let bytes = match method {
        Method::None => compressed.to_vec(),
        Method::Lz4 => decompress_lz4(compressed, length)?,
        Method::Zstd => decompress_zstd(compressed, length)?,
    };
    (bytes.len() as u64 == length).then_some(bytes)
}

fn decompress_lz4(compressed: &[u8], length: u64) -> Option<Vec<u8>> {
    if length > (compressed.len() as u64).saturating_mul(EXPANSION_LIMIT) {
        return None;
    }
    lz4_flex::block::decompress(compressed, usize::try_from(length).ok()?).ok()
}

/// Memory grows with what is really there: the length may be a lie.
fn decompress_zstd(compressed: &[u8], length: u64) -> Option<Vec<u8>> {
    let decoder = zstd::stream::read::Decoder::with_buffer(compressed).ok()?;
    let mut bytes = Vec::new();
    decoder.single_frame().take(length.checked_add(1)?).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// Some of the bytes that a zstd frame stands for: what comes before them is decompressed, but not kept. `None` when they are
/// not there.
#[must_use]
pub fn decompress_span(compressed: impl Read, span: &Range<usize>) -> Option<Vec<u8>> {
    let decoder = zstd::stream::read::Decoder::new(compressed).ok()?;
    let mut decoder = decoder.single_frame();
    let before = span.start as u64;
    if io::copy(&mut decoder.by_ref().take(before), &mut io::sink()).ok()? < before {
        return None;
    }
    read_exactly(decoder, span.len())
}

/// The next bytes, so many; `None` when there are fewer. Memory grows with what is really there: the length may be a lie.
#[must_use]
pub fn read_exactly(reader: impl Read, length: usize) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(length as u64).read_to_end(&mut bytes).ok()?;
    (bytes.len() == length).then_some(bytes)
}

/// Fills `memory` with the bytes that `compressed` stands for; false when they are others in number.
#[must_use]
pub fn unpack(compressed: &[u8], memory: &mut [u8]) -> bool {
    let length = memory.len();
    if length < STEP {
        return zstd::bulk::decompress_to_buffer(compressed, memory)
            .is_ok_and(|written| written == length);
    }
    let Ok(decoder) = zstd::stream::read::Decoder::with_buffer(compressed) else { return false };
    let mut decoder = decoder.single_frame();
    let is_filled = memory.chunks_mut(STEP).all(|step| {
        let is_read = decoder.read_exact(step).is_ok();
        advance(step.len());
        is_read
    });
    is_filled && decoder.read(&mut [0]).is_ok_and(|more| more == 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const METHODS: [Method; 3] = Method::ALL;

    #[test]
    fn what_does_not_shrink_stays_as_it_is() {
        let mut state = 1_u32;
        let noise: Vec<u8> = (0..4096)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                state.to_be_bytes()[0]
            })
            .collect();
        for method in METHODS {
            assert_eq!(compress(&[0; 100], method), None);
            assert_eq!(compress(&noise, method), None);
        }
    }

    #[test]
    fn a_length_that_is_a_lie_takes_no_memory() {
        for method in METHODS {
            assert_eq!(decompress(&[1, 2, 3], method, u64::MAX), None);
            let compressed = compress(&[0; 4096], method).unwrap_or_default();
            assert_eq!(decompress(&compressed, method, u64::MAX), None);
        }
    }

    proptest! {
        #[test]
        fn compressed_bytes_read_back(seed: Vec<u8>, times in 1..200_usize, method in 0..3_usize) {
            let (bytes, method) = (seed.repeat(times), METHODS[method]);
            if let Some(compressed) = compress(&bytes, method) {
                prop_assert_eq!(decompress(&compressed, method, bytes.len() as u64), Some(bytes.clone()));
                if method == Method::Zstd {
                    let mut memory = vec![0; bytes.len()];
                    prop_assert!(unpack(&compressed, &mut memory));
                    prop_assert_eq!(memory, bytes);
                }
            }
        }

        #[test]
        fn a_span_is_that_of_all_bytes(seed: Vec<u8>, times in 1..200_usize, start in 0..50_000_usize, length in 0..5000_usize) {
            let bytes = seed.repeat(times);
            let span = start..start + length;
            if let Some(compressed) = compress(&bytes, Method::Zstd) {
                let expected = bytes.get(span.clone()).map(<[u8]>::to_vec);
                prop_assert_eq!(decompress_span(&compressed[..], &span), expected);
            }
        }

        #[test]
        fn any_bytes_decompress_or_are_refused(bytes: Vec<u8>, length in 0..100_000_u64, method in 0..3_usize) {
            let _ = decompress(&bytes, METHODS[method], length);
            let mut memory = vec![0; usize::try_from(length).unwrap()];
            let _ = unpack(&bytes, &mut memory);
            let _ = decompress_span(&bytes[..], &(0..memory.len()));
        }
    }
}
