//! Committing a result: blobs first, then one batch that makes the entry visible at once and whole.

use std::collections::HashSet;

use super::function::Function;
use super::hot;
use super::row;
use super::state::{Engine, Opened, Recent};
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
        self.write(|opened| {
            if !entry.overwrite && opened.has_usable(function, &entry.key) {
                return Ok(false);
            }
            opened.put(function, entry)?;
            self.keep_hot(entry);
            self.relieve(opened);
            Ok(true)
        })
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
    /// A row that cannot be read is not usable, and is written over.
    fn has_usable(&self, function: &Function, key: &Digest) -> bool {
        let row = self.index.get(&row::entry(function.prefix(), key));
        row.ok().flatten().is_some_and(|bytes| self.usable(key, bytes.as_ref()).is_ok())
    }

    fn put(&self, function: &Function, entry: &NewEntry<'_>) -> Result<()> {
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
        self.publish(function, &entry.key, &frame, &pending)
    }

    fn write_buffers(&self, buffers: &[&[u8]]) -> Result<Vec<PendingBlob>> {
        buffers.iter().map(|bytes| self.blobs.write(bytes)).collect()
    }

    fn publish(
        &self,
        function: &Function,
        key: &Digest,
        frame: &Frame<'_>,
        pending: &[&PendingBlob],
    ) -> Result<()> {
        let row = row::entry(function.prefix(), key);
        let mut batch = Batch::default();
        batch.put(&row, &frame.encode(key));
        for blob in frame.blobs() {
            batch.put(&row::reference(&blob.digest, key), &blob.byte_length.to_le_bytes());
        }
        self.describe(function, &mut batch);
        if pending.is_empty() {
            let orphans = self.replaced(&row, key, frame, &mut batch)?;
            self.index.write(&batch)?;
            return self.remove_orphans(orphans);
        }
        let _publishing = self.publishing.lock();
        let orphans = self.replaced(&row, key, frame, &mut batch)?;
        for blob in pending {
            self.blobs.publish(blob)?;
        }
        let outcome = self.index.write(&batch);
        if outcome.is_err() {
            self.remove_unreferenced(frame.blobs().map(|blob| blob.digest))?;
        }
        outcome?;
        self.remove_unreferenced(orphans)
    }

    fn remove_orphans(&self, orphans: Vec<Digest>) -> Result<()> {
        if orphans.is_empty() {
            return Ok(());
        }
        let _publishing = self.publishing.lock();
        self.remove_unreferenced(orphans)
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

    /// Takes the references of the entry that gives way out of the index; says which blobs they named.
    fn replaced(
        &self,
        row: &[u8],
        key: &Digest,
        frame: &Frame<'_>,
        batch: &mut Batch,
    ) -> Result<Vec<Digest>> {
        let kept: HashSet<Digest> = frame.blobs().map(|blob| blob.digest).collect();
        let old = match self.index.get(row) {
            Ok(None) => return Ok(Vec::new()),
            Ok(Some(bytes)) => self.blobs_of(key, Some(bytes.as_ref()))?,
            Err(_) => self.blobs_of(key, None)?,
        };
        let gone: Vec<Digest> = old.into_iter().filter(|digest| !kept.contains(digest)).collect();
        for digest in &gone {
            batch.remove(&row::reference(digest, key));
        }
        Ok(gone)
    }

    /// The blobs that an entry refers to. One that cannot be read no longer says: all references are searched for it.
    pub(super) fn blobs_of(&self, key: &Digest, bytes: Option<&[u8]>) -> Result<Vec<Digest>> {
        if let Some(Ok(frame)) = bytes.map(|bytes| Frame::decode(key, bytes)) {
            return Ok(frame.blobs().map(|blob| blob.digest).collect());
        }
        let references = self.index.scan(row::REFERENCES);
        let parsed = references.map(|row| Ok(row::parse_reference(&row?.0)));
        let ours = parsed.filter_map(|reference| match reference {
            Ok(Some((blob, of))) => (of == *key).then_some(Ok(blob)),
            Ok(None) => None,
            Err(error) => Some(Err(error)),
        });
        ours.collect()
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
