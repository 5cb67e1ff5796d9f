//! What lies in the store, entry by entry and in sum.

use std::collections::HashSet;
use std::collections::hash_map::{Entry, HashMap};

use super::identity::FunctionIdentity;
use super::opened::Opened;
use super::row::{self, FunctionPrefix};
use super::state::Engine;
use crate::clock::Timestamp;
use crate::codec::Frame;
use crate::digest::Digest;
use crate::error::Result;
use serde::{Deserialize, Serialize};

/// The facts of one entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EntryInfo {
    /// Key of the call.
    pub key: Digest,
    /// Whose result it is; `None` when the record of the function is lost.
    pub function: Option<FunctionIdentity>,
    /// Digest of the arguments alone.
    pub inputs: Digest,
    /// When the run ended.
    pub created_at: Timestamp,
    /// When the entry was last used; when it was made if never.
    pub accessed_at: Timestamp,
    /// How long the function ran, in milliseconds.
    pub duration_ms: f64,
    /// Bytes of the value.
    pub byte_length: u64,
    /// How often the entry was used.
    pub hits: u64,
}

/// Sums over entries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// How many entries.
    pub entries: u64,
    /// Bytes of their values.
    pub byte_length: u64,
    /// How many blobs they need; blobs that several need count once.
    pub blobs: u64,
    /// Bytes of those blobs.
    pub blob_bytes: u64,
}

impl Engine {
    /// The facts of one call's entry; `None` when there is none that can be read.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn info(&self, function: &FunctionPrefix, key: &Digest) -> Result<Option<EntryInfo>> {
        self.read(|opened| {
            let bytes = opened.index.get(&row::entry(function, key))?;
            let frame = bytes.as_ref().and_then(|bytes| Frame::decode(key, bytes.as_ref()).ok());
            let identity = opened.identity(function)?;
            frame.map(|frame| self.describe(opened, key, &frame, identity)).transpose()
        })
    }

    /// The facts of all entries, newest first. Damaged entries are left out.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn list(&self) -> Result<Vec<EntryInfo>> {
        self.read(|opened| {
            let mut functions = HashMap::new();
            let mut infos = Vec::new();
            for row in opened.index.scan(row::ENTRIES) {
                let (row, bytes) = row?;
                let Some((prefix, key)) = row::parse_entry(&row) else { continue };
                let Ok(frame) = Frame::decode(&key, &bytes) else { continue };
                let function = match functions.entry(prefix) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(unknown) => unknown.insert(opened.identity(&prefix)?),
                };
                infos.push(self.describe(opened, &key, &frame, function.clone())?);
            }
            infos.sort_by(|a, b| b.created_at.total_cmp(&a.created_at));
            Ok(infos)
        })
    }

    /// Sums over one function's entries.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn function_totals(&self, function: &FunctionPrefix) -> Result<Totals> {
        let range = [row::ENTRIES, function].concat();
        let mut sum = Sum::default();
        self.each_frame(&range, |_, frame| sum.add(frame))?;
        Ok(sum.totals)
    }

    /// Sums over the whole store.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn totals(&self) -> Result<Totals> {
        let mut sum = Sum::default();
        self.each_frame(row::ENTRIES, |_, frame| sum.add(frame))?;
        Ok(sum.totals)
    }

    /// Sums over the entries of each function, by function id.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn totals_by_name(&self) -> Result<HashMap<String, Totals>> {
        let mut sums: HashMap<FunctionPrefix, Sum> = HashMap::new();
        self.each_frame(row::ENTRIES, |prefix, frame| sums.entry(prefix).or_default().add(frame))?;
        let mut by_name: HashMap<String, Totals> = HashMap::new();
        self.read(|opened| {
            for (prefix, sum) in sums {
                if let Some(identity) = opened.identity(&prefix)? {
                    by_name.entry(identity.name).or_default().add(sum.totals);
                }
            }
            Ok(())
        })?;
        Ok(by_name)
    }

    /// Shows every whole entry of a range of rows.
    fn each_frame(
        &self,
        range: &[u8],
        mut visit: impl FnMut(FunctionPrefix, &Frame<'_>),
    ) -> Result<()> {
        self.read(|opened| {
            for row in opened.index.scan(range) {
                let (row, bytes) = row?;
                let Some((prefix, key)) = row::parse_entry(&row) else { continue };
                if let Ok(frame) = Frame::decode(&key, &bytes) {
                    visit(prefix, &frame);
                }
            }
            Ok(())
        })
    }

    fn describe(
        &self,
        opened: &Opened,
        key: &Digest,
        frame: &Frame<'_>,
        function: Option<FunctionIdentity>,
    ) -> Result<EntryInfo> {
        let written = opened.access(key)?;
        let access = written.and(self.local.recent.lock().access(key));
        Ok(EntryInfo {
            key: *key,
            function,
            inputs: frame.inputs,
            created_at: frame.created_at,
            accessed_at: access.last.max(frame.created_at),
            duration_ms: frame.duration_ms,
            byte_length: frame.byte_length(),
            hits: access.hits,
        })
    }
}

impl Opened {
    pub(super) fn identity(&self, prefix: &FunctionPrefix) -> Result<Option<FunctionIdentity>> {
        let record = self.index.get(&row::function(prefix))?;
        Ok(record.and_then(|bytes| postcard::from_bytes(bytes.as_ref()).ok()))
    }
}

impl Totals {
    fn add(&mut self, other: Self) {
        self.entries += other.entries;
        self.byte_length = self.byte_length.saturating_add(other.byte_length);
        self.blobs += other.blobs;
        self.blob_bytes = self.blob_bytes.saturating_add(other.blob_bytes);
    }
}

/// A sum under way.
#[derive(Default)]
struct Sum {
    totals: Totals,
    counted_blobs: HashSet<Digest>,
}

impl Sum {
    fn add(&mut self, frame: &Frame<'_>) {
        self.totals.entries += 1;
        self.totals.byte_length = self.totals.byte_length.saturating_add(frame.byte_length());
        for blob in frame.blobs().filter(|blob| self.counted_blobs.insert(blob.digest)) {
            self.totals.blobs += 1;
            self.totals.blob_bytes = self.totals.blob_bytes.saturating_add(blob.byte_length);
        }
    }
}
