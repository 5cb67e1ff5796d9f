//! [`Values`]: values in the store's bytes. Every process reads and writes them itself, whoever owns the index.

use std::collections::HashMap;

use parking_lot::Mutex;

use super::buffer::Buffer;
use super::entry::NewEntry;
use super::outcome::{Hit, Loaded, Lookup, MissReason};
use super::output::{NewBuffers, StoredBuffers, output_of};
use crate::codec::{
    BlobReference, Frame, FrameError, Method, Output, Place, Structure, compress, decompress,
};
use crate::digest::Digest;
use crate::error::Result;
use crate::hash;
use crate::store::{Blob, Blobs, Durability, PendingBlob};

/// From this many bytes on, structure bytes are a blob instead of part of the row.
const BLOB_FROM: usize = 64 << 10;

/// Reads what rows refer to, and prepares what becomes a row.
pub struct Values {
    pub blobs: Blobs,
    /// Which boot of the machine this is.
    pub(super) boot: u64,
    /// Rows of entries of an earlier boot whose blobs were found whole, by call key.
    pub(super) verified: Mutex<HashMap<Digest, Vec<u8>>>,
}

/// A result on its way into the index.
#[derive(Debug)]
pub struct Staged {
    /// The bytes of its row.
    pub frame: Vec<u8>,
    /// The blobs that the row names, still under temporary names.
    pub blobs: Vec<PendingBlob>,
    /// Bytes of the value.
    pub byte_length: u64,
}

/// A buffer on its way into the store.
struct StagedBuffer {
    blob: PendingBlob,
    /// Its length before it was compressed; 0 if it was not.
    unpacked: u64,
    /// Of its bytes, before compression.
    digest: Digest,
}

impl Values {
    /// The values whose blobs are `blobs`, in this boot of the machine.
    #[must_use]
    pub fn new(blobs: Blobs, boot: u64) -> Self {
        Self { blobs, boot, verified: Mutex::default() }
    }

    /// Takes what was found out about entries of an earlier boot: call keys with their rows.
    pub fn take_verified(&self) -> Vec<(Digest, Vec<u8>)> {
        self.verified.lock().drain().collect()
    }

    /// Writes a result's blobs, and makes its row.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::File`]; nothing is left then.
    pub fn stage(&self, entry: &NewEntry<'_>) -> Result<Staged> {
        let compressed = compress(entry.structure, entry.compression.structure);
        let structure = compressed.as_deref().unwrap_or(entry.structure);
        let mut blobs = Vec::new();
        let place = if structure.len() < BLOB_FROM {
            Place::Here(structure)
        } else {
            let blob = self.blobs.write(structure, entry.durability)?;
            let reference = reference(&blob);
            blobs.push(blob);
            Place::Blob(reference)
        };
        let method = compressed.as_ref().map_or(Method::None, |_| entry.compression.structure);
        let packed = self.stage_buffers(entry)?;
        let buffers = packed.iter().map(|buffer| reference(&buffer.blob)).collect();
        let is_packed = packed.iter().any(|buffer| buffer.unpacked > 0);
        let unpacked = packed.iter().filter(|_| is_packed).map(|buffer| buffer.unpacked).collect();
        let digests: Vec<Digest> = packed.iter().map(|buffer| buffer.digest).collect();
        blobs.extend(packed.into_iter().map(|buffer| buffer.blob));
        let made = NewBuffers { bytes: entry.buffers, digests: &digests };
        let output = output_of(entry.structure, &made);
        let frame = Frame {
            created_at: entry.created_at,
            duration_ms: entry.duration_ms,
            inputs: entry.inputs,
            unsynced_boot: match entry.durability {
                Durability::Process => self.boot,
                Durability::Power => 0,
            },
            structure_length: entry.structure.len() as u64,
            structure: Structure::of(place, method),
            buffers,
            unpacked,
            output: Some(output),
            arguments: entry.arguments,
        };
        let byte_length = frame.byte_length();
        Ok(Staged { frame: frame.encode(&entry.key), blobs, byte_length })
    }

    fn stage_buffers(&self, entry: &NewEntry<'_>) -> Result<Vec<StagedBuffer>> {
        let method = if entry.compression.packs_buffers { Method::Zstd } else { Method::None };
        let stage = |bytes: &&[u8]| {
            let Some(compressed) = compress(bytes, method) else {
                let blob = self.blobs.write(bytes, entry.durability)?;
                return Ok(StagedBuffer { digest: blob.blob.digest, unpacked: 0, blob });
            };
            let blob = self.blobs.write(&compressed, entry.durability)?;
            Ok(StagedBuffer { blob, unpacked: bytes.len() as u64, digest: hash::digest(bytes) })
        };
        entry.buffers.iter().map(stage).collect()
    }

    /// What recalling finds in a row: short structure bytes are left in `out`.
    ///
    /// # Errors
    ///
    /// Why the entry is of no use.
    pub fn hit(
        &self,
        row: &[u8],
        key: &Digest,
        bytes: &[u8],
        out: &mut [u8],
    ) -> Result<Hit, MissReason> {
        let frame = self.trusted(row, key, bytes, Blobs::is_readable)?;
        let length = copy_short(&frame, out).map_err(|()| MissReason::Corrupt)?;
        let buffers = length.map(|_| buffers_of(&frame)).unwrap_or_default();
        Ok(Hit { created_at: frame.created_at, duration_ms: frame.duration_ms, length, buffers })
    }

    /// The frame, if it is whole and the files that it needs are there.
    ///
    /// # Errors
    ///
    /// Why the entry is of no use.
    pub fn usable<'a>(
        &self,
        row: &[u8],
        key: &Digest,
        bytes: &'a [u8],
    ) -> Result<Frame<'a>, MissReason> {
        self.trusted(row, key, bytes, Blobs::is_whole)
    }

    /// The frame, if all its blobs are there, and are what they were when it was written.
    fn trusted<'a>(
        &self,
        row: &[u8],
        key: &Digest,
        bytes: &'a [u8],
        is_there: fn(&Blobs, &Blob) -> bool,
    ) -> Result<Frame<'a>, MissReason> {
        let frame = Frame::decode(key, bytes).map_err(|error| match error {
            FrameError::Version(_) => MissReason::Format,
            FrameError::Damaged => MissReason::Corrupt,
        })?;
        if !frame.blobs().all(|blob| is_there(&self.blobs, &stored(&blob))) {
            return Err(MissReason::Dangling);
        }
        if self.is_doubtful(key, &frame) {
            if !frame.blobs().all(|blob| self.blobs.is_genuine(&stored(&blob))) {
                return Err(MissReason::Corrupt);
            }
            self.verified.lock().insert(*key, row.to_vec());
        }
        Ok(frame)
    }

    /// A power cut may have torn what was never synced: such blobs are read once before they are trusted.
    fn is_doubtful(&self, key: &Digest, frame: &Frame<'_>) -> bool {
        frame.unsynced_boot != 0
            && frame.unsynced_boot != self.boot
            && frame.blobs().next().is_some()
            && !self.verified.lock().contains_key(key)
    }

    /// Brings a value, whatever its size: structure bytes checked and decompressed, and what its buffers are.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::File`]; what is missing or damaged is an outcome.
    pub fn load(
        &self,
        row: &[u8],
        key: &Digest,
        bytes: &[u8],
    ) -> Result<Result<Loaded, MissReason>> {
        let frame = match self.trusted(row, key, bytes, Blobs::is_readable) {
            Ok(frame) => frame,
            Err(reason) => return Ok(Err(reason)),
        };
        let buffers = buffers_of(&frame);
        let output = frame.output.map(|output| output.digest);
        Ok(self.load_structure(&frame)?.map(|structure| Loaded { structure, buffers, output }))
    }

    /// What an entry's value is; `None` where it is not said, and the value cannot be read.
    pub(super) fn output(&self, frame: &Frame<'_>) -> Option<Output> {
        frame.output.or_else(|| {
            let structure = self.load_structure(frame).ok()?.ok()?;
            let buffers = buffers_of(frame);
            Some(output_of(&structure, &StoredBuffers { blobs: &self.blobs, buffers: &buffers }))
        })
    }

    /// Structure bytes are read whole anyway, so those in a blob are checked against its digest every time.
    fn load_structure(&self, frame: &Frame<'_>) -> Result<Result<Vec<u8>, MissReason>> {
        let method = frame.structure.method();
        let read;
        let bytes = match frame.structure.place() {
            Place::Here(bytes) => bytes,
            Place::Blob(blob) => {
                let Some(open) = self.blobs.open(&stored(&blob))? else {
                    return Ok(Err(MissReason::Dangling));
                };
                read = open.read()?;
                if hash::digest(&read) != blob.digest {
                    return Ok(Err(MissReason::Corrupt));
                }
                &read
            }
        };
        Ok(decompress(bytes, method, frame.structure_length).ok_or(MissReason::Corrupt))
    }
}

/// What a lookup finds where this is usable: facts alone, since a lookup brings no value.
pub fn lookup_of(usable: Result<Frame<'_>, MissReason>) -> Lookup {
    usable.map_or_else(Lookup::Miss, |Frame { created_at, duration_ms, .. }| {
        Lookup::Hit(Hit { created_at, duration_ms, length: None, buffers: Vec::new() })
    })
}

/// Leaves a structure that is part of the row in `out`, unless it is longer than that.
fn copy_short(frame: &Frame<'_>, out: &mut [u8]) -> Result<Option<usize>, ()> {
    let Ok(length) = usize::try_from(frame.structure_length) else { return Ok(None) };
    if length > out.len() {
        return Ok(None);
    }
    let decompressed;
    let bytes = match (frame.structure.place(), frame.structure.method()) {
        (Place::Blob(_), _) => return Ok(None),
        (Place::Here(bytes), Method::None) => bytes,
        (Place::Here(bytes), method) => {
            decompressed = decompress(bytes, method, frame.structure_length).ok_or(())?;
            &decompressed
        }
    };
    if bytes.len() != length {
        return Err(());
    }
    out[..length].copy_from_slice(bytes);
    Ok(Some(length))
}

/// The buffers that a frame names, in order.
fn buffers_of(frame: &Frame<'_>) -> Vec<Buffer> {
    let buffer = |(blob, unpacked)| Buffer { blob: stored(blob), unpacked };
    frame.packed_buffers().map(buffer).collect()
}

fn reference(pending: &PendingBlob) -> BlobReference {
    BlobReference { digest: pending.blob.digest, byte_length: pending.blob.byte_length }
}

/// A frame's reference as the store names it.
pub const fn stored(reference: &BlobReference) -> Blob {
    Blob { digest: reference.digest, byte_length: reference.byte_length }
}
