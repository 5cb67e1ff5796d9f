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

use super::compression::Method;
use crate::digest::Digest;

/// Version of the bytes that [`Frame::encode`] writes.
pub const FORMAT_VERSION: u8 = 4;

/// Frames of this version say less of their value: what is new in 4 is not there. They are written where that is so, for
/// who reads no others.
const WITHOUT_FLAGS: u8 = 3;
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
    /// For each buffer, its length before it was compressed as a zstd frame; 0 for one that was not. Empty where none was.
    #[serde(skip)]
    pub unpacked: Vec<u64>,
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
    /// Whether it refers to what lies elsewhere and counts as part of it: files, values of other entries.
    pub has_references: bool,
}

/// Bits of the byte that follows the digest of the value.
const PROMISED: u8 = 1;
const REFERENCES: u8 = 2;
/// The lengths of `Frame::unpacked` follow.
const PACKED: u8 = 4;

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
    /// As one zstd frame, in the frame.
    Zstd(&'a [u8]),
    /// As one zstd frame, in a blob.
    ZstdBlob(BlobReference),
}

/// Bytes of a frame or a blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place<'a> {
    /// Those of the frame.
    Here(&'a [u8]),
    /// Those of a blob.
    Blob(BlobReference),
}

impl<'a> Structure<'a> {
    /// What `place` holds.
    #[must_use]
    pub const fn of(place: Place<'a>, method: Method) -> Self {
        match (place, method) {
            (Place::Here(bytes), Method::None) => Self::Plain(bytes),
            (Place::Here(bytes), Method::Lz4) => Self::Lz4(bytes),
            (Place::Here(bytes), Method::Zstd) => Self::Zstd(bytes),
            (Place::Blob(blob), Method::None) => Self::PlainBlob(blob),
            (Place::Blob(blob), Method::Lz4) => Self::Lz4Blob(blob),
            (Place::Blob(blob), Method::Zstd) => Self::ZstdBlob(blob),
        }
    }

    /// Where the bytes are.
    #[must_use]
    pub const fn place(&self) -> Place<'a> {
        match self {
            Self::Plain(bytes) | Self::Lz4(bytes) | Self::Zstd(bytes) => Place::Here(bytes),
            Self::PlainBlob(blob) | Self::Lz4Blob(blob) | Self::ZstdBlob(blob) => {
                Place::Blob(*blob)
            }
        }
    }

    /// How they are compressed.
    #[must_use]
    pub const fn method(&self) -> Method {
        match self {
            Self::Plain(_) | Self::PlainBlob(_) => Method::None,
            Self::Lz4(_) | Self::Lz4Blob(_) => Method::Lz4,
            Self::Zstd(_) | Self::ZstdBlob(_) => Method::Zstd,
        }
    }
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
        let inline = match self.structure.place() {
            Place::Here(bytes) => bytes.len(),
            Place::Blob(_) => 0,
        };
        let mut bytes = Vec::with_capacity(
            BODY + 128 + inline + 48 * self.buffers.len() + self.arguments.len(),
        );
        bytes.extend_from_slice(&[MAGIC, self.version()]);
        bytes.resize(BODY, 0);
        // Writing to a Vec cannot fail, and none of the fields refuses to be serialised.
        let mut bytes = postcard::to_extend(self, bytes).unwrap_or_default();
        if bytes.len() > BODY {
            if let Some(Output { digest, is_promised, has_references }) = &self.output {
                let is_packed = !self.unpacked.is_empty();
                let flags =
                    [(*is_promised, PROMISED), (*has_references, REFERENCES), (is_packed, PACKED)];
                bytes.extend_from_slice(digest.as_bytes());
                bytes.push(flags.iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| flag).sum());
                if is_packed {
                    bytes = postcard::to_extend(&self.unpacked, bytes).unwrap_or_default();
                }
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
        check_head(bytes)?;
        if bytes[CHECKSUM] != checksum(key, bytes) {
            return Err(FrameError::Damaged);
        }
        Self::of(bytes)
    }

    /// What bytes say that may be those of a frame: damage goes unnoticed. For who needs the facts of very many.
    #[must_use]
    pub fn sketch(bytes: &'a [u8]) -> Option<Self> {
        check_head(bytes).and_then(|()| Self::of(bytes)).ok()
    }

    /// Reads the body of a frame.
    fn of(bytes: &'a [u8]) -> Result<Self, FrameError> {
        let (frame, rest): (Self, &[u8]) =
            postcard::take_from_bytes(&bytes[BODY..]).map_err(|_| FrameError::Damaged)?;
        match bytes[1] {
            WITHOUT_ARGUMENTS => Ok(frame),
            WITHOUT_OUTPUT => Ok(Self { arguments: rest, ..frame }),
            _ => frame.with_output(rest),
        }
    }

    fn with_output(self, rest: &'a [u8]) -> Result<Self, FrameError> {
        let (digest, rest) = rest.split_first_chunk().ok_or(FrameError::Damaged)?;
        let (&flags, rest) = rest.split_first().ok_or(FrameError::Damaged)?;
        let (unpacked, arguments) = if flags & PACKED == 0 {
            (Vec::new(), rest)
        } else {
            postcard::take_from_bytes::<Vec<u64>>(rest).map_err(|_| FrameError::Damaged)?
        };
        if !unpacked.is_empty() && unpacked.len() != self.buffers.len() {
            return Err(FrameError::Damaged);
        }
        let output = Output {
            digest: Digest::from_bytes(*digest),
            is_promised: flags & PROMISED != 0,
            has_references: flags & REFERENCES != 0,
        };
        Ok(Self { output: Some(output), unpacked, arguments, ..self })
    }

    /// The lowest version that says all of this.
    fn version(&self) -> u8 {
        match &self.output {
            None => WITHOUT_OUTPUT,
            Some(output) => {
                let is_new = output.has_references
                    || !self.unpacked.is_empty()
                    || self.structure.method() == Method::Zstd;
                if is_new { FORMAT_VERSION } else { WITHOUT_FLAGS }
            }
        }
    }

    /// When the run of an encoded frame ended; `None` where the bytes are too short. Checks nothing, and so reads little.
    #[must_use]
    pub fn created_at(bytes: &[u8]) -> Option<f64> {
        // The first field of the body.
        bytes.get(BODY..)?.first_chunk().copied().map(f64::from_le_bytes)
    }

    /// Every blob that the frame needs.
    pub fn blobs(&self) -> impl Iterator<Item = BlobReference> {
        let structure = match self.structure.place() {
            Place::Blob(blob) => Some(blob),
            Place::Here(_) => None,
        };
        structure.into_iter().chain(self.buffers.iter().copied())
    }

    /// Bytes of the value: structure and buffers, before compression.
    #[must_use]
    pub fn byte_length(&self) -> u64 {
        self.packed_buffers().fold(self.structure_length, |sum, (blob, unpacked)| {
            sum.saturating_add(unpacked.unwrap_or(blob.byte_length))
        })
    }

    /// Bytes that the value takes in the store: structure and buffers, as they are kept.
    #[must_use]
    pub fn stored_length(&self) -> u64 {
        let structure = match self.structure.place() {
            Place::Here(bytes) => bytes.len() as u64,
            Place::Blob(blob) => blob.byte_length,
        };
        self.buffers.iter().fold(structure, |sum, blob| sum.saturating_add(blob.byte_length))
    }

    /// The buffers, each with its length before it was compressed, if it was.
    pub fn packed_buffers(&self) -> impl Iterator<Item = (&BlobReference, Option<u64>)> {
        let unpacked = |number| self.unpacked.get(number).copied().filter(|length| *length > 0);
        self.buffers.iter().enumerate().map(move |(number, blob)| (blob, unpacked(number)))
    }
}

/// Whether the bytes begin as those of a frame do that can be read.
fn check_head(bytes: &[u8]) -> Result<(), FrameError> {
    match bytes {
        [MAGIC, version, ..] if !(WITHOUT_ARGUMENTS..=FORMAT_VERSION).contains(version) => {
            Err(FrameError::Version(*version))
        }
        [MAGIC, ..] if bytes.len() >= BODY => Ok(()),
        _ => Err(FrameError::Damaged),
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
            unpacked: vec![2 << 20],
            output: Some(Output {
                digest: Digest::from_bytes([2; 32]),
                is_promised: true,
                has_references: true,
            }),
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
            prop_assert_eq!(Frame::sketch(&bytes), Some(sample(&structure)));
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
            let _ = Frame::sketch(&bytes);
        }
    }
}
