//! Committing a result: blobs first, then one batch that makes the entry visible at once and whole.

use std::sync::atomic::Ordering;

use super::counts::Counts;
use super::entry::{Destination, NewEntry};
use super::function::Function;
use super::identity::FunctionIdentity;
use super::opened::Opened;
use super::recent::Recent;
use super::records;
use super::row::{self, FunctionPrefix};
use super::state::Engine;
use super::values::Staged;
use crate::clock::Timestamp;
use crate::codec::{Frame, Structure};
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::store::{Batch, Blob, Durability, PendingBlob, is_full};

impl Engine {
    /// Stores a result. False when a usable entry was there already and stayed.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`], [`Error::ReadOnly`], or why the store cannot be written; nothing is visible then.
    pub fn commit(&self, function: &Function, entry: &NewEntry<'_>) -> Result<bool> {
        let destination = Destination::of(function, entry);
        let fresh = Fresh {
            key: entry.key,
            created_at: entry.created_at,
            duration_ms: entry.duration_ms,
            structure: entry.buffers.is_empty().then_some(entry.structure),
        };
        self.make_visible(&fresh, |opened| {
            opened.publish(&destination, &opened.local.values.stage(entry)?)
        })
    }

    /// Stores a result that another process staged. False when a usable entry was there already and stayed.
    ///
    /// # Errors
    ///
    /// As [`Engine::commit`]; [`Error::Protocol`] when the frame is none, or names other blobs than those staged.
    pub fn publish(&self, destination: &Destination<'_>, staged: &Staged) -> Result<bool> {
        let frame = Frame::decode(&destination.key, &staged.frame)
            .map_err(|error| Error::Protocol(error.to_string()))?;
        let named = frame.blobs().map(|blob| (blob.digest, blob.byte_length));
        if !named.eq(staged.blobs.iter().map(|blob| (blob.blob.digest, blob.blob.byte_length))) {
            return Err(Error::Protocol("an entry and its blobs differ".to_owned()));
        }
        let fresh = Fresh {
            key: destination.key,
            created_at: frame.created_at,
            duration_ms: frame.duration_ms,
            structure: match frame.structure {
                Structure::Plain(bytes) if frame.buffers.is_empty() => Some(bytes),
                _ => None,
            },
        };
        self.make_visible(&fresh, |opened| opened.publish(destination, staged))
    }

    /// Takes over a blob that `session`, another process, wrote under a temporary name.
    ///
    /// # Errors
    ///
    /// [`Error::File`] when the name or the length is not what the session says.
    pub fn adopt(
        &self,
        file: &str,
        blob: Blob,
        session: &str,
        durability: Durability,
    ) -> Result<PendingBlob> {
        self.local.values.blobs.adopt(file, blob, session, durability)
    }

    fn make_visible(
        &self,
        fresh: &Fresh<'_>,
        publish: impl FnOnce(&Opened) -> Result<Option<u64>>,
    ) -> Result<bool> {
        let stored = self.write(|opened| {
            let stored = publish(opened)?;
            if let Some(revision) = stored {
                fresh.keep(revision, &mut self.local.recent.lock());
                self.note_change();
            }
            self.relieve(opened);
            Ok(stored.is_some())
        })?;
        if stored {
            self.enforce_limits(fresh.created_at);
        }
        Ok(stored)
    }
}

/// What is kept hot of a new entry.
struct Fresh<'a> {
    key: Digest,
    created_at: Timestamp,
    duration_ms: f64,
    structure: Option<&'a [u8]>,
}

impl Fresh<'_> {
    fn keep(&self, revision: u64, recent: &mut Recent) {
        match self.structure {
            Some(bytes) => {
                recent.keep(revision, &self.key, self.created_at, self.duration_ms, bytes, &[]);
            }
            None => recent.drop_hot(&self.key),
        }
    }
}

impl Opened {
    /// Stores an entry, and says at which revision it is true; `None` when a usable one was there already and stayed.
    fn publish(&self, destination: &Destination<'_>, staged: &Staged) -> Result<Option<u64>> {
        let key = &destination.key;
        let row = row::entry(destination.function, key);
        let mut batch = Batch::default();
        records::put(destination.records, &mut batch)?;
        let mut counts = self.publishing.lock();
        // A row that cannot be read is not usable, and is written over.
        let there = self.index.get(&row);
        if let Ok(Some(bytes)) = &there
            && !destination.overwrite
            && let Ok(frame) = self.local.values.usable(&row, key, bytes.as_ref())
            // One that is not known to be on the disk is no answer to who asks for that.
            && (destination.durability == Durability::Process || frame.unsynced_boot == 0)
        {
            if !destination.records.is_empty() {
                self.index.write(&batch, Durability::Process)?;
            }
            return Ok(None);
        }
        let old = match there {
            Ok(None) => None,
            Ok(Some(bytes)) => Some(self.take_references(key, Some(bytes.as_ref()), &mut batch)?),
            Err(_) => Some(self.take_references(key, None, &mut batch)?),
        };
        batch.put(&row, &staged.frame);
        if self.has_adopted.load(Ordering::Acquire)
            && let Ok(frame) = Frame::decode(key, &staged.frame)
        {
            // What this call ran for is what it returns from now on, also when this entry is gone.
            batch.remove(&row::adopted(destination.function, &frame.inputs));
        }
        self.describe(destination.function, destination.identity, destination.parts, &mut batch);
        for PendingBlob { blob, .. } in &staged.blobs {
            batch.put(&row::reference(&blob.digest, key), &blob.byte_length.to_le_bytes());
        }
        let blobs = &self.local.values.blobs;
        let named =
            staged.blobs.iter().try_for_each(|blob| blobs.publish(blob, destination.durability));
        if let Err(error) = named {
            self.remove_orphans(staged.blobs.iter().map(|pending| pending.blob.digest));
            return Err(error);
        }
        let next =
            counts.replaced(old.as_ref().map(|old| old.byte_length), Some(staged.byte_length));
        // Where that fails, what the old and the new entry need stays: the batch may be replayed.
        let written = self.write_counted(&mut batch, &mut counts, next, destination.durability);
        if let Err(error) = written {
            // But on a full disk, where each call would leave one more file, and take the room that is left.
            if is_full(&error) {
                self.remove_orphans(staged.blobs.iter().map(|pending| pending.blob.digest));
            }
            return Err(error);
        }
        self.note_counted(&row, old.as_ref().map(|old| old.byte_length), Some(staged.byte_length));
        if let Some(old) = old {
            self.retract([key]);
            self.remove_orphans(old.blobs);
        } else {
            // It may stand in the place of one that left a moment ago.
            self.tell_of_dropped();
        }
        Ok(Some(self.local.revision.current()))
    }

    /// Writes a batch and what the store holds after it. The counts are written down now and then: after a crash they
    /// are some changes behind, until they are counted anew. A batch that fails may stand in the log all the same, and be
    /// replayed by the next opening: then they are counted anew too, and what is not needed goes with a sweep.
    pub(super) fn write_counted(
        &self,
        batch: &mut Batch,
        counts: &mut Counts,
        next: Counts,
        durability: Durability,
    ) -> Result<()> {
        if next.is_due() {
            batch.put(row::COUNTS, &next.encode());
        }
        self.index.write(batch, durability).inspect_err(|_| self.distrust())?;
        *counts = next;
        Ok(())
    }

    /// Writes down what the function's prefixes stand for, once per opening.
    pub(super) fn describe(
        &self,
        function: &FunctionPrefix,
        identity: &FunctionIdentity,
        parts: &[u8],
        batch: &mut Batch,
    ) {
        let mut known = self.known_functions.lock();
        if known.contains(function) {
            return;
        }
        let row = row::function(function);
        // Who says nothing of the code, as it was said before, must not make it forgotten.
        let is_told = parts.is_empty() && matches!(self.index.get(&row), Ok(Some(_)));
        if !is_told && let Ok(record) = postcard::to_extend(identity, Vec::new()) {
            batch.put(&row, &[&record, parts].concat());
        }
        known.insert(*function);
    }

    /// Removes the files of blobs that no entry names any more, once the outcome is decided: what cannot be removed is
    /// left to a sweep. `publishing` must be held.
    pub(super) fn remove_orphans(&self, digests: impl IntoIterator<Item = Digest>) {
        for digest in digests {
            if self.remove_unreferenced(&digest).is_err() {
                self.is_unswept.store(true, Ordering::Relaxed);
            }
        }
    }

    fn remove_unreferenced(&self, digest: &Digest) -> Result<()> {
        if self.index.has_prefix(&row::references_to(digest))? {
            return Ok(());
        }
        self.local.values.blobs.remove(digest)
    }
}
