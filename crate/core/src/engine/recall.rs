//! Recalling results, and looking calls up: the first uses an entry, the second only looks.

use super::function::Function;
use super::outcome::{Loaded, Lookup, MissReason};
use super::row::{self, FunctionPrefix};
use super::state::Engine;
use super::values::{hit_of, lookup_of};
use crate::clock::Timestamp;
use crate::digest::Digest;
use crate::error::Result;

impl Engine {
    /// Finds the entry of the call `key` in the index, and uses it: a short structure is left in `out`, the use is noted.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn recall(
        &self,
        function: &Function,
        key: &Digest,
        now: Timestamp,
        out: &mut [u8],
    ) -> Result<Lookup> {
        self.read(|opened| {
            self.relieve(opened);
            let revision = self.local.revision.current();
            let row = row::entry(function.prefix(), key);
            let Some(bytes) = opened.index.get(&row)? else {
                return Ok(Lookup::Miss(MissReason::Absent));
            };
            let usable = opened.local.values.usable(&row, key, bytes.as_ref());
            let hit = match usable.and_then(|frame| hit_of(&frame, out)) {
                Ok(hit) => hit,
                Err(reason) => return Ok(Lookup::Miss(reason)),
            };
            let mut recent = self.local.recent.lock();
            if let Some(length) = hit.length {
                recent.keep(revision, key, hit.created_at, hit.duration_ms, &out[..length]);
            }
            recent.note(key, now);
            Ok(Lookup::Hit(hit))
        })
    }

    /// The bytes of a call's row as they stand in the index; `None` when there is no entry.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn row(&self, function: &FunctionPrefix, key: &Digest) -> Result<Option<Vec<u8>>> {
        self.read(|opened| {
            let row = opened.index.get(&row::entry(function, key))?;
            Ok(row.map(|bytes| bytes.as_ref().to_vec()))
        })
    }

    /// Brings a whole value, whatever its size: structure bytes checked and decompressed, buffers mapped.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn load(&self, function: &Function, key: &Digest) -> Result<Result<Loaded, MissReason>> {
        self.read(|opened| {
            let row = row::entry(function.prefix(), key);
            let Some(bytes) = opened.index.get(&row)? else {
                return Ok(Err(MissReason::Absent));
            };
            match opened.local.values.usable(&row, key, bytes.as_ref()) {
                Ok(frame) => opened.local.values.load(&frame),
                Err(reason) => Ok(Err(reason)),
            }
        })
    }

    /// Whether the call has a usable entry, and which facts it has. Notes no use.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn lookup(&self, function: &Function, key: &Digest) -> Result<Lookup> {
        self.read(|opened| {
            let row = row::entry(function.prefix(), key);
            let Some(bytes) = opened.index.get(&row)? else {
                return Ok(Lookup::Miss(MissReason::Absent));
            };
            Ok(lookup_of(opened.local.values.usable(&row, key, bytes.as_ref())))
        })
    }
}
