//! Looking a call up: hit or miss are outcomes, only a store that cannot be read is an error.

use super::access::Access;
use super::function::Function;
use super::hot;
use super::opened::Opened;
use super::row;
use super::state::{Engine, Recent};
use crate::clock::{self, Timestamp};
use crate::codec::{BlobReference, Frame, FrameError, Structure, decompress};
use crate::digest::Digest;
use crate::error::Result;
use crate::store::{Blob, Mapping};

/// What a lookup found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Lookup {
    /// A usable entry.
    Hit(Hit),
    /// None, and why.
    Miss(MissReason),
}

/// A usable entry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// When its run ended.
    pub created_at: Timestamp,
    /// How long its run took, in milliseconds.
    pub duration_ms: f64,
    /// Length of the structure bytes that were written to the caller's buffer; `None` when the value has buffers, or is
    /// too long for the caller's: then [`Engine::load`] brings it.
    pub length: Option<usize>,
}

/// Why there is no usable entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissReason {
    /// No entry.
    Absent,
    /// The entry's bytes are damaged.
    Corrupt,
    /// A blob of the entry is missing or has another length.
    Dangling,
    /// The entry was written by another version of the format.
    Format,
}

/// A value on its way to the decoder.
#[derive(Debug)]
pub struct Loaded {
    /// The structure bytes.
    pub structure: Vec<u8>,
    /// The out-of-band buffers, mapped copy-on-write.
    pub buffers: Vec<Mapping>,
}

impl Engine {
    /// Looks the call `key` up. A short structure is left in `out`; the use is noted.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn lookup(
        &self,
        function: &Function,
        key: &Digest,
        now: Timestamp,
        out: &mut [u8],
    ) -> Result<Lookup> {
        if let Some(hit) = self.lookup_hot(key, now, out) {
            return Ok(Lookup::Hit(hit));
        }
        let found = self.read(|opened| {
            self.relieve(opened);
            self.lookup_stored(opened, function, key, now, out)
        })?;
        Ok(found.unwrap_or(Lookup::Miss(MissReason::Absent)))
    }

    fn lookup_hot(&self, key: &Digest, now: Timestamp, out: &mut [u8]) -> Option<Hit> {
        let Recent { hot, pending } = &mut *self.recent.lock();
        let hit = hot.get(key, now, out, pending)?;
        Some(Hit {
            created_at: hit.created_at,
            duration_ms: hit.duration_ms,
            length: Some(hit.length),
        })
    }

    fn lookup_stored(
        &self,
        opened: &Opened,
        function: &Function,
        key: &Digest,
        now: Timestamp,
        out: &mut [u8],
    ) -> Result<Lookup> {
        let row = row::entry(function.prefix(), key);
        let Some(bytes) = opened.index.get(&row)? else {
            return Ok(Lookup::Miss(MissReason::Absent));
        };
        let frame = match opened.usable(&row, key, bytes.as_ref()) {
            Ok(frame) => frame,
            Err(reason) => return Ok(Lookup::Miss(reason)),
        };
        let Ok(length) = copy_short(&frame, out) else {
            return Ok(Lookup::Miss(MissReason::Corrupt));
        };
        let Recent { hot, pending } = &mut *self.recent.lock();
        if let Some(length) = length
            && length <= hot::LONGEST
        {
            hot.insert(key, frame.created_at, frame.duration_ms, &out[..length], pending);
        }
        pending.note(*key, Access { hits: 1, last: now });
        Ok(Lookup::Hit(Hit {
            created_at: frame.created_at,
            duration_ms: frame.duration_ms,
            length,
        }))
    }

    /// Brings a whole value, whatever its size: structure bytes checked and decompressed, buffers mapped.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn load(&self, function: &Function, key: &Digest) -> Result<Result<Loaded, MissReason>> {
        let loaded = self.read(|opened| {
            let row = row::entry(function.prefix(), key);
            let Some(bytes) = opened.index.get(&row)? else {
                return Ok(Err(MissReason::Absent));
            };
            match opened.usable(&row, key, bytes.as_ref()) {
                Ok(frame) => opened.load_frame(&frame),
                Err(reason) => Ok(Err(reason)),
            }
        })?;
        Ok(loaded.unwrap_or(Err(MissReason::Absent)))
    }

    /// Whether the call has a usable entry, and which facts it has. Notes no use.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn peek(&self, function: &Function, key: &Digest) -> Result<Lookup> {
        let found = self.read(|opened| {
            let row = row::entry(function.prefix(), key);
            let Some(bytes) = opened.index.get(&row)? else {
                return Ok(Lookup::Miss(MissReason::Absent));
            };
            Ok(match opened.usable(&row, key, bytes.as_ref()) {
                Ok(frame) => Lookup::Hit(Hit {
                    created_at: frame.created_at,
                    duration_ms: frame.duration_ms,
                    length: None,
                }),
                Err(reason) => Lookup::Miss(reason),
            })
        })?;
        Ok(found.unwrap_or(Lookup::Miss(MissReason::Absent)))
    }
}

impl Opened {
    /// The frame, if it is whole and all that it needs is there.
    pub(super) fn usable<'a>(
        &self,
        row: &[u8],
        key: &Digest,
        bytes: &'a [u8],
    ) -> Result<Frame<'a>, MissReason> {
        let frame = Frame::decode(key, bytes).map_err(|error| match error {
            FrameError::Version(_) => MissReason::Format,
            FrameError::Damaged => MissReason::Corrupt,
        })?;
        if !frame.blobs().all(|blob| self.blobs.is_whole(&stored(blob))) {
            return Err(MissReason::Dangling);
        }
        if self.is_doubtful(key, &frame) {
            if !frame.blobs().all(|blob| self.blobs.is_genuine(&stored(blob))) {
                return Err(MissReason::Corrupt);
            }
            self.verified.lock().insert(*key, row.to_vec());
        }
        Ok(frame)
    }

    /// A power cut may have torn what was never synced: such blobs are read once before they are trusted.
    fn is_doubtful(&self, key: &Digest, frame: &Frame<'_>) -> bool {
        frame.unsynced_boot != 0
            && frame.unsynced_boot != clock::boot()
            && frame.blobs().next().is_some()
            && !self.verified.lock().contains_key(key)
    }

    fn load_frame(&self, frame: &Frame<'_>) -> Result<Result<Loaded, MissReason>> {
        let structure = match self.load_structure(frame)? {
            Ok(structure) => structure,
            Err(reason) => return Ok(Err(reason)),
        };
        let mut buffers = Vec::with_capacity(frame.buffers.len());
        for blob in &frame.buffers {
            match self.blobs.map(&stored(blob))? {
                Some(mapping) => buffers.push(mapping),
                None => return Ok(Err(MissReason::Dangling)),
            }
        }
        Ok(Ok(Loaded { structure, buffers }))
    }

    /// Structure bytes are read whole anyway, so those in a blob are checked against its digest every time.
    fn load_structure(&self, frame: &Frame<'_>) -> Result<Result<Vec<u8>, MissReason>> {
        let length = frame.structure_length;
        let bytes = match &frame.structure {
            Structure::Plain(bytes) => Some(bytes.to_vec()),
            Structure::Lz4(bytes) => decompress(bytes, length),
            Structure::PlainBlob(blob) | Structure::Lz4Blob(blob) => {
                let Some(mapping) = self.blobs.map(&stored(blob))? else {
                    return Ok(Err(MissReason::Dangling));
                };
                let bytes = mapping.as_bytes();
                if crate::hash::digest(bytes) != blob.digest {
                    return Ok(Err(MissReason::Corrupt));
                }
                match frame.structure {
                    Structure::Lz4Blob(_) => decompress(bytes, length),
                    _ => Some(bytes.to_vec()),
                }
            }
        };
        Ok(bytes.filter(|bytes| bytes.len() as u64 == length).ok_or(MissReason::Corrupt))
    }
}

/// Copies a structure that has no buffers and is not longer than `out`. `Err` when it does not decompress.
fn copy_short(frame: &Frame<'_>, out: &mut [u8]) -> Result<Option<usize>, ()> {
    let Ok(length) = usize::try_from(frame.structure_length) else { return Ok(None) };
    if !frame.buffers.is_empty() || length > out.len() {
        return Ok(None);
    }
    let decompressed;
    let bytes = match frame.structure {
        Structure::Plain(bytes) => bytes,
        Structure::Lz4(bytes) => {
            decompressed = decompress(bytes, frame.structure_length).ok_or(())?;
            &decompressed
        }
        Structure::PlainBlob(_) | Structure::Lz4Blob(_) => return Ok(None),
    };
    if bytes.len() != length {
        return Err(());
    }
    out[..length].copy_from_slice(bytes);
    Ok(Some(length))
}

/// A frame's reference as the store names it.
pub(super) const fn stored(reference: &BlobReference) -> Blob {
    Blob { digest: reference.digest, byte_length: reference.byte_length }
}
