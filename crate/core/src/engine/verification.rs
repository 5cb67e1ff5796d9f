//! Reading everything back: each row against its checksum, each blob against its digest.

use serde::{Deserialize, Serialize};

use super::listing::EntryId;
use super::opened::Opened;
use super::outcome::MissReason;
use super::row;
use super::state::Engine;
use super::sweep::LOOKED_AT_TOGETHER;
use super::values::{Values, stored};
use crate::codec::{Frame, FrameError};
use crate::digest::Digest;
use crate::error::Result;
use crate::store::Blob;

/// Rows that are read together, and bytes of them.
const ROWS_TOGETHER: usize = 256;
const BYTES_TOGETHER: usize = 1 << 20;

/// An entry as it lies in the index, whatever is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawEntry {
    pub id: EntryId,
    /// The bytes of its row.
    pub frame: Vec<u8>,
}

impl Engine {
    /// The next entries in the order of the index; none at the end.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn entries_after(&self, last: Option<&EntryId>) -> Result<Vec<RawEntry>> {
        let last = last.map(|EntryId { function, key }| row::entry(function, key));
        self.read(|opened| {
            let mut bytes = 0;
            let mut entries = Vec::new();
            let start = last.as_ref().map_or(row::ENTRIES, <[u8; row::ENTRY_LENGTH]>::as_slice);
            for found in opened.index.scan_from(row::ENTRIES, start) {
                let (row, frame) = found?;
                let Some((function, key)) = row::parse_entry(&row) else { continue };
                if *row == *start {
                    continue;
                }
                bytes += frame.len();
                entries.push(RawEntry { id: EntryId { function, key }, frame: frame.into_vec() });
                if entries.len() == ROWS_TOGETHER || bytes >= BYTES_TOGETHER {
                    break;
                }
            }
            Ok(entries)
        })
    }

    /// Which of these entries are damaged, and how; drops those if `repairs`.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], [`crate::error::Error::ReadOnly`], or why the store cannot be read or written.
    pub fn damaged(&self, entries: &[EntryId], repairs: bool) -> Result<Vec<(Digest, MissReason)>> {
        let mut rows = Vec::new();
        let mut damaged = Vec::new();
        for EntryId { function, key } in entries {
            let Some(frame) = self.row(function, key)? else { continue };
            let reason = match Values::needs(key, &frame) {
                Ok(blobs) => blobs.iter().find_map(|blob| self.local.values.state(blob)),
                Err(reason) => Some(reason),
            };
            let Some(reason) = reason else { continue };
            // Of an entry that is dropped, the row goes before the blobs: one that is still there was in need of them.
            if self.row(function, key)? == Some(frame) {
                rows.push(row::entry(function, key).to_vec());
                damaged.push((*key, reason));
            }
        }
        if repairs {
            self.remove(&rows)?;
        }
        Ok(damaged)
    }

    /// Which of these blobs no entry names; removes those if `repairs`.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], [`crate::error::Error::ReadOnly`], or why the store cannot be read or written.
    pub fn orphans(&self, blobs: &[Digest], repairs: bool) -> Result<Vec<Digest>> {
        if repairs {
            self.write(|opened| opened.orphans(blobs, true))
        } else {
            self.read(|opened| opened.orphans(blobs, false))
        }
    }
}

impl Opened {
    /// A blob gets its name together with the rows that refer to it: see [`Opened::sweep_orphans`].
    fn orphans(&self, blobs: &[Digest], repairs: bool) -> Result<Vec<Digest>> {
        let mut orphans = Vec::new();
        for blobs in blobs.chunks(LOOKED_AT_TOGETHER) {
            let _publishing = self.publishing.lock();
            for blob in blobs {
                if self.orphan_length(blob)?.is_none() {
                    continue;
                }
                if repairs {
                    self.local.values.blobs.remove(blob)?;
                }
                orphans.push(*blob);
            }
        }
        Ok(orphans)
    }
}

impl Values {
    /// The blobs that an entry needs, as its row says; none of one of another format, which is not damaged.
    ///
    /// # Errors
    ///
    /// [`MissReason::Corrupt`]
    pub fn needs(key: &Digest, frame: &[u8]) -> Result<Vec<Blob>, MissReason> {
        match Frame::decode(key, frame) {
            Ok(frame) => Ok(frame.blobs().map(|blob| stored(&blob)).collect()),
            Err(FrameError::Version(_)) => Ok(Vec::new()),
            Err(FrameError::Damaged) => Err(MissReason::Corrupt),
        }
    }

    /// What is wrong with a blob. Reads all of it.
    pub fn state(&self, blob: &Blob) -> Option<MissReason> {
        if !self.blobs.is_whole(blob) {
            Some(MissReason::Dangling)
        } else if !self.blobs.is_genuine(blob) {
            Some(MissReason::Corrupt)
        } else {
            None
        }
    }
}
