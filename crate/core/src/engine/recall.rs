//! Recalling results, and looking calls up: the first uses an entry, the second only looks.

use super::function::Function;
use super::outcome::{Loaded, Lookup, MissReason};
use super::row::{self, FunctionPrefix};
use super::state::Engine;
use super::values::lookup_of;
use crate::clock::Timestamp;
use crate::digest::Digest;
use crate::error::Result;
use crate::store::{Blob, OpenBlob};

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
            let hit = match opened.local.values.hit(&row, key, bytes.as_ref(), out) {
                Ok(hit) => hit,
                Err(reason) => return Ok(Lookup::Miss(reason)),
            };
            let mut recent = self.local.recent.lock();
            recent.keep_hit(revision, key, &hit, out);
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

    /// Brings a value, whatever its size: structure bytes checked and decompressed, and what its buffers are.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn load(
        &self,
        function: &FunctionPrefix,
        key: &Digest,
    ) -> Result<Result<Loaded, MissReason>> {
        self.read(|opened| {
            let row = row::entry(function, key);
            let Some(bytes) = opened.index.get(&row)? else {
                return Ok(Err(MissReason::Absent));
            };
            opened.local.values.load(&row, key, bytes.as_ref())
        })
    }

    /// Opens a buffer of a hit or of a loaded value; `None` when it is not there any more.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::File`], with the path and what was tried.
    pub fn open_blob(&self, blob: &Blob) -> Result<Option<OpenBlob>> {
        self.local.values.blobs.open(blob)
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
