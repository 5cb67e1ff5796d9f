//! The frame around a stored value: version, checksum, facts of the run, structure bytes and where the large parts are.
//!
//! ```text
//! byte  0      magic 0xE7
//! byte  1      format version
//! bytes 2..18  checksum: the first 16 bytes of BLAKE3(call key, magic, version, body)
//! bytes 18..   body: postcard of `Frame`, and what is kept of the arguments
//! ```
//!
//! The call key is in the checksum, so that a record that ended up under another key is corrupt, not a hit.

use serde::{Deserialize, Serialize};

use crate::digest::Digest;

/// Version of the bytes that [`Frame::encode`] writes.
pub const FORMAT_VERSION: u8 = 2;

/// Frames of this version keep nothing of the arguments.
const WITHOUT_ARGUMENTS: u8 = 1;

const MAGIC: u8 = 0xE7;
const CHECKSUM: std::ops::Range<usize> = 2..18;
const BODY: usize = CHECKSUM.end;

/// One stored result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Frame<'a> {
    /// When the run ended, in milliseconds since the Unix epoch.
    pub created_at: f64,
    /// How long the function ran, in milliseconds.
    pub duration_ms: f64,
    /// Digest of the arguments alone.
    pub inputs: Digest,
    /// Boot during which the blobs were written and not synced; 0 once they are known to be on the disk.
    pub unsynced_boot: u64,
    /// Length of the structure bytes as the decoder reads them.
    pub structure_length: u64,
    /// The structure bytes, or where they are.
    #[serde(borrow)]
    pub structure: Structure<'a>,
    /// The out-of-band buffers, in the order in which the structure refers to them.
    pub buffers: Vec<BlobReference>,
    /// What is kept of the arguments, to explain misses: see [`crate::explanation::record`].
    #[serde(skip)]
    pub arguments: &'a [u8],
}

/// Where structure bytes are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Structure<'a> {
    /// As they are, in the frame.
    Plain(&'a [u8]),
    /// As one LZ4 block, in the frame.
    Lz4(&'a [u8]),
    /// As they are, in a blob.
    PlainBlob(BlobReference),
    /// As one LZ4 block, in a blob.
    Lz4Blob(BlobReference),
}

/// Names a blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlobReference {
    /// Digest of the blob's bytes.
    pub digest: Digest,
    /// Length of the blob in bytes.
    pub byte_length: u64,
}

/// Why bytes are not a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Written by another version of the format.
    #[error("the entry has format {0}")]
    Version(u8),
    /// Cut short, altered, or not a frame at all.
    #[error("the entry is damaged")]
    Damaged,
}

impl<'a> Frame<'a> {
    /// The frame's bytes under the call key `key`.
    #[must_use]
    pub fn encode(&self, key: &Digest) -> Vec<u8> {
        let inline = match self.structure {
            Structure::Plain(bytes) | Structure::Lz4(bytes) => bytes.len(),
            Structure::PlainBlob(_) | Structure::Lz4Blob(_) => 0,
        };
        let mut bytes =
            Vec::with_capacity(BODY + 96 + inline + 48 * self.buffers.len() + self.arguments.len());
        bytes.extend_from_slice(&[MAGIC, FORMAT_VERSION]);
        bytes.resize(BODY, 0);
        // Writing to a Vec cannot fail, and none of the fields refuses to be serialised.
        let mut bytes = postcard::to_extend(self, bytes).unwrap_or_default();
        if bytes.len() > BODY {
            bytes.extend_from_slice(self.arguments);
            let checksum = checksum(key, &bytes);
            bytes[CHECKSUM].copy_from_slice(&checksum);
        }
        bytes
    }

    /// Reads a frame that was stored under `key`.
    ///
    /// # Errors
    ///
    /// [`FrameError`]: any bytes but those that [`Frame::encode`] wrote for this key.
    pub fn decode(key: &Digest, bytes: &'a [u8]) -> Result<Self, FrameError> {
        let (Some(&magic), Some(&version)) = (bytes.first(), bytes.get(1)) else {
            return Err(FrameError::Damaged);
        };
        if magic != MAGIC {
            return Err(FrameError::Damaged);
        }
        if version != FORMAT_VERSION && version != WITHOUT_ARGUMENTS {
            return Err(FrameError::Version(version));
        }
        if bytes.len() < BODY || bytes[CHECKSUM] != checksum(key, bytes) {
            return Err(FrameError::Damaged);
        }
        let (frame, arguments): (Self, _) =
            postcard::take_from_bytes(&bytes[BODY..]).map_err(|_| FrameError::Damaged)?;
        Ok(Self { arguments: if version == WITHOUT_ARGUMENTS { &[] } else { arguments }, ..frame })
    }

    /// When the run of an encoded frame ended; `None` where the bytes are too short. Checks nothing, and so reads little.
    #[must_use]
    pub fn created_at(bytes: &[u8]) -> Option<f64> {
        // The first field of the body.
        bytes.get(BODY..)?.first_chunk().copied().map(f64::from_le_bytes)
    }

    /// Every blob that the frame needs.
    pub fn blobs(&self) -> impl Iterator<Item = &BlobReference> {
        let structure = match &self.structure {
            Structure::PlainBlob(blob) | Structure::Lz4Blob(blob) => Some(blob),
            Structure::Plain(_) | Structure::Lz4(_) => None,
        };
        structure.into_iter().chain(&self.buffers)
    }

    /// Bytes of the value: structure and buffers, before compression.
    #[must_use]
    pub fn byte_length(&self) -> u64 {
        self.buffers
            .iter()
            .fold(self.structure_length, |sum, blob| sum.saturating_add(blob.byte_length))
    }
}

fn checksum(key: &Digest, frame: &[u8]) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(key.as_bytes());
    hasher.update(&frame[..CHECKSUM.start]);
    hasher.update(&frame[BODY..]);
    Digest::from(hasher.finalize()).prefix()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY: Digest = Digest::from_bytes([7; 32]);

    fn sample(structure: &[u8]) -> Frame<'_> {
        Frame {
            created_at: 1_700_000_000_000.0,
            duration_ms: 12.5,
            inputs: Digest::from_bytes([1; 32]),
            unsynced_boot: 3,
            structure_length: structure.len() as u64,
            structure: Structure::Plain(structure),
            buffers: vec![BlobReference {
                digest: Digest::from_bytes([9; 32]),
                byte_length: 1 << 20,
            }],
            arguments: b"args",
        }
    }

    #[test]
    fn a_newer_version_is_told_from_damage() {
        let mut bytes = sample(b"abc").encode(&KEY);
        bytes[1] = FORMAT_VERSION + 1;
        assert_eq!(Frame::decode(&KEY, &bytes), Err(FrameError::Version(FORMAT_VERSION + 1)));
    }

    #[test]
    fn a_frame_under_another_key_is_damaged() {
        let bytes = sample(b"abc").encode(&KEY);
        assert_eq!(Frame::decode(&Digest::from_bytes([8; 32]), &bytes), Err(FrameError::Damaged));
    }

    proptest! {
        #[test]
        fn frames_read_back(structure: Vec<u8>) {
            let bytes = sample(&structure).encode(&KEY);
            prop_assert_eq!(Frame::decode(&KEY, &bytes), Ok(sample(&structure)));
            prop_assert_eq!(Frame::created_at(&bytes), Some(sample(&structure).created_at));
        }

        #[test]
        fn a_flipped_bit_is_noticed(structure: Vec<u8>, at: prop::sample::Index, bit in 0..8_u32) {
            let mut bytes = sample(&structure).encode(&KEY);
            let at = at.index(bytes.len());
            bytes[at] ^= 1_u8 << bit;
            prop_assert!(Frame::decode(&KEY, &bytes).is_err());
        }

        #[test]
        fn a_cut_frame_is_damaged(structure: Vec<u8>, at: prop::sample::Index) {
            let bytes = sample(&structure).encode(&KEY);
            let cut = &bytes[..at.index(bytes.len())];
            prop_assert_eq!(Frame::decode(&KEY, cut), Err(FrameError::Damaged));
        }

        #[test]
        fn any_bytes_decode_or_are_refused(bytes: Vec<u8>) {
            let _ = Frame::decode(&KEY, &bytes);
        }
    }
}
