//! What a result is, without the result: kept with its entry.

use std::borrow::Cow;
use std::ops::Range;

use super::buffer::Buffer;
use crate::codec::{self, Buffers, Method, Output};
use crate::digest::Digest;
use crate::hash;
use crate::store::Blobs;

/// Bits of the first byte of a result: the function promised it, it refers to what lies elsewhere.
const PROMISED: u8 = 1;
const REFERENCES: u8 = 2;

/// Buffers of a result that is about to be stored: their bytes, and the digests of these.
pub struct NewBuffers<'a> {
    pub bytes: &'a [&'a [u8]],
    pub digests: &'a [Digest],
}

impl Buffers for NewBuffers<'_> {
    fn lengths(&self) -> Vec<u64> {
        self.bytes.iter().map(|bytes| bytes.len() as u64).collect()
    }

    fn bytes(&self, number: usize, span: Range<usize>) -> Option<Cow<'_, [u8]>> {
        self.bytes.get(number)?.get(span).map(Cow::Borrowed)
    }

    fn digest(&self, number: usize) -> Option<Digest> {
        self.digests.get(number).copied()
    }
}

/// Buffers of a value that is not stored.
struct LooseBuffers<'a>(&'a [&'a [u8]]);

impl Buffers for LooseBuffers<'_> {
    fn lengths(&self) -> Vec<u64> {
        self.0.iter().map(|bytes| bytes.len() as u64).collect()
    }

    fn bytes(&self, number: usize, span: Range<usize>) -> Option<Cow<'_, [u8]>> {
        self.0.get(number)?.get(span).map(Cow::Borrowed)
    }

    fn digest(&self, number: usize) -> Option<Digest> {
        self.0.get(number).map(|bytes| hash::digest(bytes))
    }
}

/// Buffers of a hit, whose files are not read.
struct NamedBuffers<'a>(&'a [Buffer]);

impl Buffers for NamedBuffers<'_> {
    fn lengths(&self) -> Vec<u64> {
        self.0.iter().map(Buffer::value_length).collect()
    }

    fn bytes(&self, _: usize, _: Range<usize>) -> Option<Cow<'_, [u8]>> {
        None
    }

    fn digest(&self, number: usize) -> Option<Digest> {
        self.0
            .get(number)
            .filter(|buffer| buffer.unpacked.is_none())
            .map(|buffer| buffer.blob.digest)
    }
}

/// Buffers of a result that is stored.
pub struct StoredBuffers<'a> {
    pub blobs: &'a Blobs,
    pub buffers: &'a [Buffer],
}

impl StoredBuffers<'_> {
    fn read(&self, number: usize) -> Option<Vec<u8>> {
        let Buffer { blob, unpacked } = self.buffers.get(number)?;
        let bytes = self.blobs.open(blob).ok()??.read().ok()?;
        match unpacked {
            Some(length) => codec::decompress(&bytes, Method::Zstd, *length),
            None => Some(bytes),
        }
    }
}

impl Buffers for StoredBuffers<'_> {
    fn lengths(&self) -> Vec<u64> {
        self.buffers.iter().map(Buffer::value_length).collect()
    }

    fn bytes(&self, number: usize, span: Range<usize>) -> Option<Cow<'_, [u8]>> {
        let Buffer { blob, unpacked } = self.buffers.get(number)?;
        let open = self.blobs.open(blob).ok()??;
        let bytes = match unpacked {
            Some(_) => codec::decompress_span(open.read_from(0).ok()?, &span)?,
            None => codec::read_exactly(open.read_from(span.start as u64).ok()?, span.len())?,
        };
        Some(Cow::Owned(bytes))
    }

    fn digest(&self, number: usize) -> Option<Digest> {
        match self.buffers.get(number)? {
            Buffer { blob, unpacked: None } => Some(blob.digest),
            Buffer { .. } => self.read(number).map(|bytes| hash::digest(&bytes)),
        }
    }
}

/// The digest that a result with these structure bytes and buffers has once it is stored.
#[must_use]
pub fn output_digest(structure: &[u8], buffers: &[&[u8]]) -> Digest {
    output_of(structure, &LooseBuffers(buffers)).digest
}

/// The same of a hit: the digest, and how many bytes the value has. `None` where the files of its buffers would have to be
/// read.
#[must_use]
pub fn output_of_hit(structure: &[u8], buffers: &[Buffer]) -> Option<(Digest, u64)> {
    let value = structure.get(1..)?;
    let digest = codec::output_digest(value, &NamedBuffers(buffers)).ok()?;
    let byte_length =
        structure.len() as u64 + buffers.iter().map(Buffer::value_length).sum::<u64>();
    Some((digest, byte_length))
}

/// What the result with these structure bytes is. How it was handed over, the first byte, is not of the value. What cannot
/// be read as a value, which nothing of ours writes, counts by its bytes.
pub fn output_of(structure: &[u8], buffers: &impl Buffers) -> Output {
    let (first, value) = structure.split_first().unwrap_or((&0, &[]));
    let digest = codec::output_digest(value, buffers).unwrap_or_else(|_| hash::digest(value));
    Output { digest, is_promised: first & PROMISED != 0, has_references: first & REFERENCES != 0 }
}
