//! What a result is, without the result: kept with its entry.

use std::borrow::Cow;
use std::ops::Range;

use crate::codec::{self, Buffers, Output};
use crate::digest::Digest;
use crate::hash;
use crate::store::{Blob, Blobs};

/// The first byte of a result that the function promised; those that it returned have another one.
const PROMISED: u8 = 1;

/// Buffers of a result that is about to be stored: their bytes, and the blobs that they became.
pub struct NewBuffers<'a> {
    pub bytes: &'a [&'a [u8]],
    pub blobs: &'a [Blob],
}

impl Buffers for NewBuffers<'_> {
    fn lengths(&self) -> Vec<u64> {
        self.blobs.iter().map(|blob| blob.byte_length).collect()
    }

    fn bytes(&self, number: usize, span: Range<usize>) -> Option<Cow<'_, [u8]>> {
        self.bytes.get(number)?.get(span).map(Cow::Borrowed)
    }

    fn digest(&self, number: usize) -> Option<Digest> {
        self.blobs.get(number).map(|blob| blob.digest)
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

/// Buffers of a result that is stored.
pub struct StoredBuffers<'a> {
    pub blobs: &'a Blobs,
    pub buffers: &'a [Blob],
}

impl Buffers for StoredBuffers<'_> {
    fn lengths(&self) -> Vec<u64> {
        self.buffers.iter().map(|blob| blob.byte_length).collect()
    }

    fn bytes(&self, number: usize, span: Range<usize>) -> Option<Cow<'_, [u8]>> {
        let bytes = self.blobs.open(self.buffers.get(number)?).ok()??.read().ok()?;
        bytes.get(span).map(|part| Cow::Owned(part.to_vec()))
    }

    fn digest(&self, number: usize) -> Option<Digest> {
        self.buffers.get(number).map(|blob| blob.digest)
    }
}

/// The digest that a result with these structure bytes and buffers has once it is stored.
#[must_use]
pub fn output_digest(structure: &[u8], buffers: &[&[u8]]) -> Digest {
    output_of(structure, &LooseBuffers(buffers)).digest
}

/// What the result with these structure bytes is. How it was handed over, the first byte, is not of the value. What cannot
/// be read as a value, which nothing of ours writes, counts by its bytes.
pub fn output_of(structure: &[u8], buffers: &impl Buffers) -> Output {
    let (first, value) = structure.split_first().unwrap_or((&0, &[]));
    let digest = codec::output_digest(value, buffers).unwrap_or_else(|_| hash::digest(value));
    Output { digest, is_promised: *first == PROMISED }
}
