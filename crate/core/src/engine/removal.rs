//! Dropping entries, one or many, with the blobs that nothing else needs.

use std::collections::HashSet;

use super::limits::Reduced;
use super::opened::Opened;
use super::row::{self, FunctionPrefix};
use super::state::Engine;
use super::victims::{Leaving, Victim};
use crate::codec::Frame;
use crate::digest::Digest;
use crate::error::Result;
use crate::store::{Batch, Durability, is_full};

impl Engine {
    /// Drops the entry of one call. False when there was none.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], [`crate::error::Error::ReadOnly`], or why the store cannot be written.
    pub fn forget(&self, function: &FunctionPrefix, key: &Digest) -> Result<bool> {
        let dropped = self.remove(&[row::entry(function, key).to_vec()])?;
        Ok(dropped > 0)
    }

    /// Drops every entry of a function's code under its project, domain, version and strategy. Says how many went.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], [`crate::error::Error::ReadOnly`], or why the store cannot be written.
    pub fn clear_function(&self, function: &FunctionPrefix) -> Result<usize> {
        let range = [row::ENTRIES, function].concat();
        let rows = self.rows(&range)?;
        self.forget_adopted(&row::adopted_by(function))?;
        self.remove(&rows)
    }

    /// Drops every entry. Says how many went. Touches no file that engram did not write.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], [`crate::error::Error::ReadOnly`], or why the store cannot be written.
    pub fn clear(&self) -> Result<usize> {
        let rows = self.rows(row::ENTRIES)?;
        self.forget_adopted(row::ADOPTED)?;
        self.remove(&rows)
    }

    /// Takes back that entries were adopted, of the rows in this range.
    fn forget_adopted(&self, range: &[u8]) -> Result<()> {
        let rows = self.rows(range)?;
        for rows in rows.chunks(Opened::REMOVED_TOGETHER) {
            let mut batch = Batch::default();
            for row in rows {
                batch.remove(row);
            }
            self.write(|opened| opened.index.write(&batch, Durability::Process))?;
        }
        Ok(())
    }

    /// Drops the entries of these calls, whichever function they belong to. Says how many went.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], [`crate::error::Error::ReadOnly`], or why the store cannot be written.
    pub fn forget_keys(&self, keys: &HashSet<Digest>) -> Result<usize> {
        let mut rows = self.rows(row::ENTRIES)?;
        rows.retain(|row| row::parse_entry(row).is_some_and(|(_, key)| keys.contains(&key)));
        self.remove(&rows)
    }

    fn rows(&self, range: &[u8]) -> Result<Vec<Vec<u8>>> {
        self.read(|opened| {
            opened.index.scan(range).map(|row| row.map(|(key, _)| key.into_vec())).collect()
        })
    }

    /// Drops the entries of these rows; those that are gone already do not count.
    pub(super) fn remove(&self, rows: &[Vec<u8>]) -> Result<usize> {
        let mut removed = 0;
        for rows in rows.chunks(Opened::REMOVED_TOGETHER) {
            removed += self.write_removal(|opened| opened.remove(rows))?;
            self.note_change();
        }
        // Also of what left before, and was not there to be dropped any more.
        self.read(|opened| {
            opened.tell_of_dropped();
            Ok(removed)
        })
    }

    /// As `write`. Where an index that was full could not go on though room was made, it is lost, and opened again.
    pub(super) fn write_removal<T>(&self, operation: impl Fn(&Opened) -> Result<T>) -> Result<T> {
        match self.write(&operation) {
            Err(error) if is_full(&error) => self.write(operation),
            outcome => outcome,
        }
    }
}

/// What an entry that goes away leaves to be tidied up.
pub(super) struct OldEntry {
    /// Blobs that it referred to.
    pub blobs: Vec<Digest>,
    /// Bytes of its value; 0 when it cannot be read any more.
    pub byte_length: u64,
}

impl Opened {
    /// Entries dropped in one batch: a crash in between leaves the rest to be dropped again, and memory stays bounded.
    pub(super) const REMOVED_TOGETHER: usize = 1000;

    fn remove(&self, rows: &[Vec<u8>]) -> Result<usize> {
        let rows = rows.iter().filter_map(|row| Some((row.as_slice(), row::parse_entry(row)?.1)));
        let removed = self.remove_if(rows, |_, _| Leaving::EntryAndUses)?;
        Ok(usize::try_from(removed.entries).unwrap_or(usize::MAX))
    }

    /// Removes those of these entries that were not used since they were found. Other processes are to be told afterwards.
    pub(super) fn remove_unused(&self, victims: &[Victim]) -> Result<Reduced> {
        let rows = victims.iter().map(|victim| (victim.row.as_slice(), victim.key()));
        self.remove_if(rows, |number, bytes| self.leaving(&victims[number], bytes))
    }

    /// Removes what `leaving` says of the entries of these rows, given with their calls: it gets the number of the row, and
    /// its value.
    fn remove_if<'a>(
        &self,
        rows: impl Iterator<Item = (&'a [u8], Digest)>,
        leaving: impl Fn(usize, &[u8]) -> Leaving,
    ) -> Result<Reduced> {
        let mut counts = self.publishing.lock();
        let mut next = *counts;
        let mut batch = Batch::default();
        let mut blobs = Vec::new();
        let (mut gone, mut keys) = (Vec::new(), Vec::new());
        let mut removed = Reduced::default();
        for (number, (row, key)) in rows.enumerate() {
            let found = self.index.get(row);
            let (bytes, leaving) = match &found {
                Ok(None) => continue,
                Ok(Some(bytes)) => (Some(bytes.as_ref()), leaving(number, bytes.as_ref())),
                Err(_) => (None, Leaving::EntryAndUses),
            };
            if leaving == Leaving::Nothing {
                continue;
            }
            let old = self.take_references(&key, bytes, &mut batch)?;
            gone.push((row, old.byte_length));
            keys.push(key);
            batch.remove(row);
            if leaving == Leaving::EntryAndUses {
                batch.remove(&row::access(&key));
            }
            next = next.replaced(Some(old.byte_length), None);
            blobs.extend(old.blobs);
            removed.entries += 1;
            removed.bytes = removed.bytes.saturating_add(old.byte_length);
        }
        if let Err(error) = self.write_counted(&mut batch, &mut counts, next, Durability::Process) {
            // Writing down what leaves takes room too. Until that is done, these entries dangle, and are misses.
            if !is_full(&error) || !self.remove_needed_by(&blobs, &keys)? {
                return Err(error);
            }
            self.write_counted(&mut batch, &mut counts, next, Durability::Process)
                .inspect_err(|_| self.reopen_if_roomy())?;
        }
        for (row, byte_length) in gone {
            self.note_counted(row, Some(byte_length), None);
        }
        self.forget_uses(&keys);
        if !blobs.is_empty() {
            // Without its blobs an entry would be found damaged.
            self.tell_of_dropped();
        }
        self.remove_orphans(blobs);
        Ok(removed)
    }

    /// Has a full index opened again where there is room for that: as long as there is none, it can at least be read.
    fn reopen_if_roomy(&self) {
        let zeros = vec![0; self.index.bytes_to_open()];
        if self.local.values.blobs.write(&zeros, Durability::Process).is_ok() {
            self.index.give_up();
        }
    }

    /// Removes the files of those of these blobs that no other entries than these need, whose references are still there. Says
    /// whether that gave room.
    fn remove_needed_by(&self, blobs: &[Digest], keys: &[Digest]) -> Result<bool> {
        self.tell_of_dropped();
        let mut is_roomier = false;
        let leaving: HashSet<&Digest> = keys.iter().collect();
        for blob in blobs {
            let mut references = self.index.scan(&row::references_to(blob));
            let is_needed = references.any(|row| {
                let key = row.ok().and_then(|(row, _)| row::parse_reference(&row));
                key.is_none_or(|(_, key)| !leaving.contains(&key))
            });
            if !is_needed {
                is_roomier |= self.local.values.blobs.length(blob).is_some();
                self.local.values.blobs.remove(blob)?;
            }
        }
        Ok(is_roomier)
    }

    /// Takes the references of an entry that is about to go out of the index. One that cannot be read (`bytes` are
    /// `None` or no frame) no longer says which blobs it needs: all references are searched for it.
    pub(super) fn take_references(
        &self,
        key: &Digest,
        bytes: Option<&[u8]>,
        batch: &mut Batch,
    ) -> Result<OldEntry> {
        let old = match bytes.and_then(|bytes| Frame::decode(key, bytes).ok()) {
            Some(frame) => OldEntry {
                blobs: frame.blobs().map(|blob| blob.digest).collect(),
                byte_length: frame.byte_length(),
            },
            None => OldEntry { blobs: self.search_references(key)?, byte_length: 0 },
        };
        for blob in &old.blobs {
            batch.remove(&row::reference(blob, key));
        }
        Ok(old)
    }

    fn search_references(&self, key: &Digest) -> Result<Vec<Digest>> {
        let mut blobs = Vec::new();
        for row in self.index.scan(row::REFERENCES) {
            if let Some((blob, needed_by)) = row::parse_reference(&row?.0)
                && needed_by == *key
            {
                blobs.push(blob);
            }
        }
        Ok(blobs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::{entry, function, open};
    use crate::engine::victims::Search;
    use crate::engine::{Limits, NewEntry};
    use crate::store::{Generation, Layout};

    fn commit(engine: &Engine, key: Digest, buffers: &[&[u8]]) {
        let new = NewEntry { buffers, ..entry(key) };
        assert!(engine.commit(&function(), &new).unwrap());
    }

    /// Has the oldest entry leave, as a part of a reduction that goes on.
    fn remove_oldest(engine: &Engine) {
        let removed = engine.write(|opened| {
            let mut search = Search::new(1);
            search.step(opened, usize::MAX)?;
            opened.remove_unused(search.finish().make_contiguous())
        });
        assert_eq!(removed.unwrap().entries, 1);
    }

    // Where a reduction told clients of each batch, they asked the owner again after each for all that they call.
    #[test]
    fn clients_hear_that_an_entry_left_before_anything_depends_on_it() {
        let directory = tempfile::tempdir().unwrap();
        let engine = open(directory.path(), 7);
        engine.admit_clients().unwrap();
        let generation = Generation::existing(&Layout::new(directory.path())).unwrap();
        let key = function().call_key(b"");
        let is_told_by = |act: &dyn Fn()| {
            let before = generation.current();
            act();
            generation.current() > before
        };
        let leave = || {
            commit(&engine, key, &[]);
            assert!(!is_told_by(&|| remove_oldest(&engine)));
        };
        leave();
        assert!(is_told_by(&|| commit(&engine, key, &[])));
        engine.forget(function().prefix(), &key).unwrap();
        leave();
        assert!(is_told_by(&|| assert!(!engine.forget(function().prefix(), &key).unwrap())));
        leave();
        assert!(is_told_by(&|| assert_eq!(engine.clear().unwrap(), 0)));
        // Its blobs go at once.
        commit(&engine, key, &[&vec![7; 70_000]]);
        assert!(is_told_by(&|| remove_oldest(&engine)));
        // At the end of a reduction.
        commit(&engine, key, &[]);
        let none = Limits { entries: 0.0, ..Limits::NONE };
        assert!(is_told_by(&|| assert_eq!(engine.reduce(&none, 2.0).unwrap().entries, 1)));
    }
}
