//! What lies in the store, entry by entry: first which entries there are, then the facts of as many as are looked at.

use std::collections::hash_map::{Entry, HashMap};

use serde::{Deserialize, Serialize};

use super::identity::FunctionIdentity;
use super::opened::Opened;
use super::outcome::MissReason;
use super::row::{self, FunctionPrefix};
use super::state::Engine;
use crate::clock::Timestamp;
use crate::codec::{Frame, Method};
use crate::digest::Digest;
use crate::error::Result;

/// Which entry. In order, entries lie as their rows do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EntryId {
    /// Opens the rows of the function's entries.
    pub function: FunctionPrefix,
    /// Key of the call.
    pub key: Digest,
}

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
    /// Digest of the value; `None` when it is not said, and the value cannot be read.
    pub output: Option<Digest>,
    /// Whether the function gave a promise of it.
    pub is_promised: bool,
    /// Whether it refers to what lies elsewhere: files, values of other entries.
    pub has_references: bool,
    /// Bytes that the value takes in the store.
    pub stored_length: u64,
    /// How its structure bytes are compressed.
    pub compression: Method,
    /// Whether a buffer of it is compressed.
    pub is_packed: bool,
}

impl Engine {
    /// The facts of one call's entry; `None` when there is none that is usable.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn info(&self, function: &FunctionPrefix, key: &Digest) -> Result<Option<EntryInfo>> {
        let Some(Ok(info)) = self.lookup_many(function, &[*key])?.pop() else { return Ok(None) };
        let function = self.read(|opened| opened.identity(function))?;
        Ok(Some(EntryInfo { function, ..info }))
    }

    /// The facts of the usable entry of each of these calls, without whose it is, or why there is none.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn lookup_many(
        &self,
        function: &FunctionPrefix,
        keys: &[Digest],
    ) -> Result<Vec<Result<EntryInfo, MissReason>>> {
        self.read(|opened| {
            let look = |key: &Digest| {
                let row = row::entry(function, key);
                let Some(bytes) = opened.index.get(&row)? else {
                    return Ok(Err(MissReason::Absent));
                };
                match self.local.values.usable(&row, key, bytes.as_ref()) {
                    Ok(frame) => self.describe(opened, key, &frame, None).map(Ok),
                    Err(reason) => Ok(Err(reason)),
                }
            };
            keys.iter().map(look).collect()
        })
    }

    /// All entries, newest first; with `superseded` those that are, or those that are not. Of each as much as it takes to ask
    /// for its facts: a store may have many.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn list(&self, superseded: Option<bool>) -> Result<Vec<EntryId>> {
        let mut found = Vec::new();
        self.read(|opened| {
            let codes = superseded.map(|_| self.superseded(opened)).transpose()?;
            let is_listed = |function: &FunctionPrefix| {
                codes.as_ref().is_none_or(|codes| Some(codes.contains(function)) == superseded)
            };
            for row in opened.index.scan(row::ENTRIES) {
                let (row, bytes) = row?;
                let Some((function, key)) = row::parse_entry(&row) else { continue };
                if !is_listed(&function) {
                    continue;
                }
                // Who asks for the facts of a damaged entry, which may say anything here, gets none.
                let created_at = Frame::created_at(&bytes).unwrap_or_default();
                found.push((created_at, EntryId { function, key }));
            }
            Ok(())
        })?;
        found.sort_unstable_by(|(a, one), (b, other)| b.total_cmp(a).then_with(|| one.cmp(other)));
        Ok(found.into_iter().map(|(_, entry)| entry).collect())
    }

    /// The facts of these entries, in their order. Those that are gone or cannot be read are left out.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn infos(&self, entries: &[EntryId]) -> Result<Vec<EntryInfo>> {
        self.read(|opened| {
            let mut functions = HashMap::new();
            let mut infos = Vec::with_capacity(entries.len());
            for EntryId { function, key } in entries {
                let Some(bytes) = opened.index.get(&row::entry(function, key))? else { continue };
                let Ok(frame) = Frame::decode(key, bytes.as_ref()) else { continue };
                let identity = match functions.entry(function) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(unknown) => unknown.insert(opened.identity(function)?),
                };
                infos.push(self.describe(opened, key, &frame, identity.clone())?);
            }
            Ok(infos)
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
        let output = self.local.values.output(frame);
        Ok(EntryInfo {
            key: *key,
            function,
            inputs: frame.inputs,
            created_at: frame.created_at,
            accessed_at: access.last.max(frame.created_at),
            duration_ms: frame.duration_ms,
            byte_length: frame.byte_length(),
            hits: access.hits,
            output: output.map(|output| output.digest),
            is_promised: output.is_some_and(|output| output.is_promised),
            has_references: output.is_some_and(|output| output.has_references),
            stored_length: frame.stored_length(),
            compression: frame.structure.method(),
            is_packed: !frame.unpacked.is_empty(),
        })
    }
}

impl Opened {
    pub(super) fn identity(&self, prefix: &FunctionPrefix) -> Result<Option<FunctionIdentity>> {
        let record = self.index.get(&row::function(prefix))?;
        Ok(record.and_then(|bytes| postcard::from_bytes(bytes.as_ref()).ok()))
    }
}
