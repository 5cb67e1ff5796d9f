//! The frame around a stored value: version, checksum, facts of the run, structure bytes and where the large parts are.
//!
//! ```text
//! byte  0      magic 0xE7
//! byte  1      format version
//! bytes 2..18  checksum: the first 16 bytes of BLAKE3(call key, magic, version, body)
//! bytes 18..   body: postcard of `Frame`, what the value is, and what is kept of the arguments
//! ```
//!
//! The call key is in the checksum, so that a record that ended up under another key is corrupt, not a hit.

use serde::{Deserialize, Serialize};

use crate::digest::Digest;

/// Version of the bytes that [`Frame::encode`] writes.
pub const FORMAT_VERSION: u8 = 3;

/// Frames of this version do not say the digest of their value.
const WITHOUT_OUTPUT: u8 = 2;
/// Nor do those of this one, which keep nothing of the arguments either.
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
    /// What the value is. `None` in frames that were written without.
    #[serde(skip)]
    pub output: Option<Output>,
    /// What is kept of the arguments, to explain misses: see [`crate::explanation::record`].
    #[serde(skip)]
    pub arguments: &'a [u8],
}

/// What a value is, without the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Output {
    /// See [`super::output_digest`].
    pub digest: Digest,
    /// Whether the function gave a promise of it.
    pub is_promised: bool,
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
        let mut bytes = Vec::with_capacity(
            BODY + 128 + inline + 48 * self.buffers.len() + self.arguments.len(),
        );
        let version = if self.output.is_some() { FORMAT_VERSION } else { WITHOUT_OUTPUT };
        bytes.extend_from_slice(&[MAGIC, version]);
        bytes.resize(BODY, 0);
        // Writing to a Vec cannot fail, and none of the fields refuses to be serialised.
        let mut bytes = postcard::to_extend(self, bytes).unwrap_or_default();
        if bytes.len() > BODY {
            if let Some(Output { digest, is_promised }) = &self.output {
                bytes.extend_from_slice(digest.as_bytes());
                bytes.push(u8::from(*is_promised));
            }
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
        if !(WITHOUT_ARGUMENTS..=FORMAT_VERSION).contains(&version) {
            return Err(FrameError::Version(version));
        }
        if bytes.len() < BODY || bytes[CHECKSUM] != checksum(key, bytes) {
            return Err(FrameError::Damaged);
        }
        let (frame, rest): (Self, &[u8]) =
            postcard::take_from_bytes(&bytes[BODY..]).map_err(|_| FrameError::Damaged)?;
        let (output, arguments) = match version {
            WITHOUT_ARGUMENTS => (None, &[][..]),
            WITHOUT_OUTPUT => (None, rest),
            _ => {
                let (digest, rest) = rest.split_first_chunk().ok_or(FrameError::Damaged)?;
                let (promised, rest) = rest.split_first().ok_or(FrameError::Damaged)?;
                let digest = Digest::from_bytes(*digest);
                (Some(Output { digest, is_promised: *promised == 1 }), rest)
            }
        };
        Ok(Self { output, arguments, ..frame })
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
            output: Some(Output { digest: Digest::from_bytes([2; 32]), is_promised: true }),
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
