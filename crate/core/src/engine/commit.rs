//! Committing a result: blobs first, then one batch that makes the entry visible at once and whole.

use super::counts::Counts;
use super::function::Function;
use super::hot;
use super::opened::Opened;
use super::row;
use super::state::{Engine, Recent};
use crate::clock::{self, Timestamp};
use crate::codec::{BlobReference, Frame, Structure, compress};
use crate::digest::Digest;
use crate::error::Result;
use crate::store::{Batch, PendingBlob};

/// From this many bytes on, structure bytes are a blob instead of part of the row.
const BLOB_FROM: usize = 64 << 10;

/// A result that was just computed.
#[derive(Debug, Clone, Copy)]
pub struct NewEntry<'a> {
    /// Key of the call.
    pub key: Digest,
    /// Digest of the arguments alone.
    pub inputs: Digest,
    /// Structure bytes of the result.
    pub structure: &'a [u8],
    /// Its large buffers.
    pub buffers: &'a [&'a [u8]],
    /// When the run ended.
    pub created_at: Timestamp,
    /// How long it took, in milliseconds.
    pub duration_ms: f64,
    /// Whether an entry that is there already gives way.
    pub overwrite: bool,
}

impl Engine {
    /// Stores a result. False when a usable entry was there already and stayed.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], [`crate::error::Error::ReadOnly`], or why the store cannot be written; nothing is visible then.
    pub fn commit(&self, function: &Function, entry: &NewEntry<'_>) -> Result<bool> {
        let stored = self.write(|opened| {
            let stored = opened.put(function, entry)?;
            if stored {
                self.keep_hot(entry);
            }
            self.relieve(opened);
            Ok(stored)
        })?;
        if stored {
            self.enforce_limits(entry.created_at);
        }
        Ok(stored)
    }

    fn keep_hot(&self, entry: &NewEntry<'_>) {
        let Recent { hot, pending } = &mut *self.recent.lock();
        if entry.buffers.is_empty() && entry.structure.len() <= hot::LONGEST {
            hot.insert(&entry.key, entry.created_at, entry.duration_ms, entry.structure, pending);
        } else {
            hot.remove(&entry.key, pending);
        }
    }
}

impl Opened {
    /// Stores an entry, unless a usable one is there already and may stay.
    fn put(&self, function: &Function, entry: &NewEntry<'_>) -> Result<bool> {
        let compressed = compress(entry.structure);
        let structure = compressed.as_deref().unwrap_or(entry.structure);
        let structure_blob = match structure.len() {
            BLOB_FROM.. => Some(self.blobs.write(structure)?),
            _ => None,
        };
        let buffers = self.write_buffers(entry.buffers)?;
        let frame = Frame {
            created_at: entry.created_at,
            duration_ms: entry.duration_ms,
            inputs: entry.inputs,
            unsynced_boot: clock::boot(),
            structure_length: entry.structure.len() as u64,
            structure: match (&structure_blob, compressed.is_some()) {
                (None, false) => Structure::Plain(structure),
                (None, true) => Structure::Lz4(structure),
                (Some(blob), false) => Structure::PlainBlob(reference(blob)),
                (Some(blob), true) => Structure::Lz4Blob(reference(blob)),
            },
            buffers: buffers.iter().map(reference).collect(),
        };
        let pending: Vec<&PendingBlob> = structure_blob.iter().chain(&buffers).collect();
        self.publish(function, entry, &frame, &pending)
    }

    fn write_buffers(&self, buffers: &[&[u8]]) -> Result<Vec<PendingBlob>> {
        buffers.iter().map(|bytes| self.blobs.write(bytes)).collect()
    }

    fn publish(
        &self,
        function: &Function,
        entry: &NewEntry<'_>,
        frame: &Frame<'_>,
        pending: &[&PendingBlob],
    ) -> Result<bool> {
        let key = &entry.key;
        let row = row::entry(function.prefix(), key);
        let mut counts = self.publishing.lock();
        // A row that cannot be read is not usable, and is written over.
        let there = self.index.get(&row);
        if let Ok(Some(bytes)) = &there
            && !entry.overwrite
            && self.usable(&row, key, bytes.as_ref()).is_ok()
        {
            return Ok(false);
        }
        let mut batch = Batch::default();
        let old = match there {
            Ok(None) => None,
            Ok(Some(bytes)) => Some(self.take_references(key, Some(bytes.as_ref()), &mut batch)?),
            Err(_) => Some(self.take_references(key, None, &mut batch)?),
        };
        batch.put(&row, &frame.encode(key));
        self.describe(function, &mut batch);
        for blob in frame.blobs() {
            batch.put(&row::reference(&blob.digest, key), &blob.byte_length.to_le_bytes());
        }
        for blob in pending {
            self.blobs.publish(blob)?;
        }
        let next =
            counts.replaced(old.as_ref().map(|old| old.byte_length), Some(frame.byte_length()));
        let outcome = self.write_counted(&mut batch, &mut counts, next);
        if outcome.is_err() {
            self.remove_unreferenced(frame.blobs().map(|blob| blob.digest))?;
        }
        outcome?;
        self.remove_unreferenced(old.into_iter().flat_map(|old| old.blobs))?;
        Ok(true)
    }

    /// Writes a batch and what the store holds after it. The counts are written down now and then: after a crash they
    /// are some changes behind, which only moves the moment of eviction.
    pub(super) fn write_counted(
        &self,
        batch: &mut Batch,
        counts: &mut Counts,
        next: Counts,
    ) -> Result<()> {
        if next.is_due() {
            batch.put(row::COUNTS, &next.encode());
        }
        self.index.write(batch)?;
        *counts = next;
        Ok(())
    }

    /// Writes down what the function's prefixes stand for, once per opening.
    fn describe(&self, function: &Function, batch: &mut Batch) {
        let mut known = self.known_functions.lock();
        if !known.contains(function.prefix())
            && let Ok(record) = postcard::to_stdvec(function.identity())
        {
            batch.put(&row::function(function.prefix()), &record);
            known.insert(*function.prefix());
        }
    }

    /// Removes the files of blobs that no entry names any more. `publishing` must be held.
    pub(super) fn remove_unreferenced(
        &self,
        digests: impl IntoIterator<Item = Digest>,
    ) -> Result<()> {
        for digest in digests {
            if !self.index.has_prefix(&row::references_to(&digest))? {
                self.blobs.remove(&digest)?;
            }
        }
        Ok(())
    }
}

fn reference(pending: &PendingBlob) -> BlobReference {
    BlobReference { digest: pending.blob.digest, byte_length: pending.blob.byte_length }
}
