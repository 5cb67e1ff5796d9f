//! [`Verification`]: everything in a store read back, a little at a time, while calls go on.

use std::collections::{HashMap, HashSet};
use std::sync::Weak;
use std::vec;

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::operation::contract::{Parts, Reply};
use super::operation::damaged::Damaged;
use super::operation::entries_after::EntriesAfter;
use super::operation::orphans::Orphans;
use super::store::SharedStore;
use crate::digest::Digest;
use crate::engine::{EntryId, MissReason, RawEntry, Values};
use crate::error::{Error, Result};
use crate::store::{Blob, Blobs};

/// Bytes of blobs that are read in one step, if not one alone has more.
const BYTES_TOGETHER: u64 = 64 << 20;
/// Directories of blobs that are looked through in one step.
const DIRECTORIES_TOGETHER: u16 = 16;

/// The blobs that an entry needs; an error where its row is damaged.
type Needs = std::result::Result<Vec<Blob>, MissReason>;

/// What was found so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// Entries that were looked at.
    pub entries: u64,
    /// Blobs that were read: each once, however many entries share it.
    pub blobs: u64,
    /// Bytes of rows and blobs.
    pub bytes: u64,
    /// Entries whose row or blob is not what was stored.
    pub corrupt: Vec<Digest>,
    /// Entries that need a blob which is missing, or has another length.
    pub dangling: Vec<Digest>,
    /// Blobs that no entry names.
    pub orphans: Vec<Digest>,
}

/// Reads a store back, step by step: first the entries with their blobs, then what else lies among the blobs.
pub struct Verification {
    store: Weak<SharedStore>,
    repairs: bool,
    last: Option<EntryId>,
    page: vec::IntoIter<RawEntry>,
    /// What is wrong with the blobs that were read.
    blobs: HashMap<Digest, Option<MissReason>>,
    next_directory: Option<u16>,
    found: Verified,
}

impl SharedStore {
    /// Begins to read everything back. Reads nothing yet.
    ///
    /// # Errors
    ///
    /// [`Error::ReadOnly`] where it is to repair and must not write.
    pub fn verification(&self, repairs: bool) -> Result<Verification> {
        if repairs {
            self.refuse_read_only()?;
        }
        Ok(Verification {
            store: self.me(),
            repairs,
            last: None,
            page: Vec::new().into_iter(),
            blobs: HashMap::new(),
            next_directory: None,
            found: Verified::default(),
        })
    }
}

impl Verification {
    /// What was found so far.
    #[must_use]
    pub const fn found(&self) -> &Verified {
        &self.found
    }

    /// Goes on for as long as it takes to read some megabytes, or one blob. True when that was all.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`], or why the store cannot be read, or repaired.
    pub fn step(&mut self) -> Result<bool> {
        let store = self.store.upgrade().ok_or(Error::Closed)?;
        match self.next_directory {
            None => self.look_at_entries(&store)?,
            Some(directory) => self.look_for_orphans(&store, directory)?,
        }
        Ok(self.next_directory == Some(Blobs::DIRECTORIES))
    }

    fn look_at_entries(&mut self, store: &SharedStore) -> Result<()> {
        if self.page.len() == 0 {
            let page = store.ask(&EntriesAfter(self.last))?.map(|Reply(page)| page);
            let page = page.unwrap_or_default();
            self.next_directory = page.is_empty().then_some(0);
            self.page = page.into_iter();
        }
        let (entries, unread) = self.take_some();
        self.read(store, unread);
        let state = |blob: &Blob| self.blobs.get(&blob.digest).copied().flatten();
        let is_suspect = |needs: &Needs| {
            needs.as_ref().map_or(true, |blobs| blobs.iter().any(|blob| state(blob).is_some()))
        };
        let suspects = entries.into_iter().filter(|(_, needs)| is_suspect(needs));
        let suspects: Vec<_> = suspects.map(|(entry, _)| entry).collect();
        if suspects.is_empty() { Ok(()) } else { self.note_damaged(store, suspects) }
    }

    /// The next entries with what they need, and the blobs of that which were not read yet.
    fn take_some(&mut self) -> (Vec<(EntryId, Needs)>, Vec<Blob>) {
        let (mut entries, mut unread, mut bytes) = (Vec::new(), Vec::new(), 0);
        let mut known = HashSet::new();
        while bytes < BYTES_TOGETHER
            && let Some(RawEntry { id, frame }) = self.page.next()
        {
            self.last = Some(id);
            self.found.entries += 1;
            self.found.bytes += frame.len() as u64;
            let needs = Values::needs(&id.key, &frame);
            for blob in needs.iter().flatten() {
                if !self.blobs.contains_key(&blob.digest) && known.insert(blob.digest) {
                    bytes += blob.byte_length;
                    unread.push(*blob);
                }
            }
            entries.push((id, needs));
        }
        (entries, unread)
    }

    fn read(&mut self, store: &SharedStore, blobs: Vec<Blob>) {
        self.found.blobs += blobs.len() as u64;
        self.found.bytes += blobs.iter().map(|blob| blob.byte_length).sum::<u64>();
        let values = &store.local.values;
        let states = blobs.into_par_iter().map(|blob| (blob.digest, values.state(&blob)));
        self.blobs.extend(states.collect::<Vec<_>>());
    }

    /// Asks the owner of the store: an entry may have been dropped or stored anew since it was listed.
    fn note_damaged(&mut self, store: &SharedStore, entries: Vec<EntryId>) -> Result<()> {
        let damaged = store.ask(&Damaged { entries, repairs: self.repairs })?;
        for (key, reason) in damaged.map(|Parts(damaged)| damaged).unwrap_or_default() {
            match reason {
                MissReason::Dangling => self.found.dangling.push(key),
                _ => self.found.corrupt.push(key),
            }
        }
        Ok(())
    }

    fn look_for_orphans(&mut self, store: &SharedStore, first: u16) -> Result<()> {
        let end = first + DIRECTORIES_TOGETHER;
        let mut blobs = Vec::new();
        for directory in (first..end).filter_map(|number| u8::try_from(number).ok()) {
            let listed = store.local.values.blobs.list(directory)?;
            blobs.extend(listed.into_iter().filter(|blob| !self.blobs.contains_key(blob)));
        }
        if !blobs.is_empty() {
            let orphans = store.ask(&Orphans { blobs, repairs: self.repairs })?;
            self.found.orphans.extend(orphans.map(|Parts(orphans)| orphans).unwrap_or_default());
        }
        self.next_directory = Some(end);
        Ok(())
    }
}
