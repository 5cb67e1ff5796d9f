//! Looking a call up: hit or miss are outcomes, only a store that cannot be read is an error.

use super::function::Function;
use super::row::{self, FunctionPrefix};
use super::state::Engine;
use super::values::hit_of;
use crate::clock::Timestamp;
use crate::digest::Digest;
use crate::error::Result;
use crate::store::Mapping;

/// What a lookup found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Lookup {
    /// A usable entry.
    Hit(Hit),
    /// None, and why.
    Miss(MissReason),
}

/// A usable entry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// When its run ended.
    pub created_at: Timestamp,
    /// How long its run took, in milliseconds.
    pub duration_ms: f64,
    /// Length of the structure bytes that were written to the caller's buffer; `None` when the value has buffers, or is
    /// too long for the caller's: then [`Engine::load`] brings it.
    pub length: Option<usize>,
}

/// Why there is no usable entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissReason {
    /// No entry.
    Absent,
    /// The entry's bytes are damaged.
    Corrupt,
    /// A blob of the entry is missing or has another length.
    Dangling,
    /// The entry was written by another version of the format.
    Format,
}

/// A value on its way to the decoder.
#[derive(Debug)]
pub struct Loaded {
    /// The structure bytes.
    pub structure: Vec<u8>,
    /// The out-of-band buffers, mapped copy-on-write.
    pub buffers: Vec<Mapping>,
}

impl Engine {
    /// Looks the call `key` up in the index. A short structure is left in `out`; the use is noted.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn lookup(
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
    pub fn peek(&self, function: &Function, key: &Digest) -> Result<Lookup> {
        self.read(|opened| {
            let row = row::entry(function.prefix(), key);
            let Some(bytes) = opened.index.get(&row)? else {
                return Ok(Lookup::Miss(MissReason::Absent));
            };
            let usable = opened.local.values.usable(&row, key, bytes.as_ref());
            Ok(usable.map_or_else(Lookup::Miss, |frame| {
                let (created_at, duration_ms) = (frame.created_at, frame.duration_ms);
                Lookup::Hit(Hit { created_at, duration_ms, length: None })
            }))
        })
    }
}
