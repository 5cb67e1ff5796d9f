//! What came of a call: hit or miss are outcomes, only a store that cannot be read is an error.

use serde::{Deserialize, Serialize};

use super::buffer::Buffer;
use crate::clock::Timestamp;
use crate::digest::Digest;

/// What recalling a call, or looking it up, found.
#[derive(Debug, Clone, PartialEq)]
pub enum Lookup {
    /// A usable entry.
    Hit(Hit),
    /// None, and why.
    Miss(MissReason),
}

/// A usable entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// When its run ended.
    pub created_at: Timestamp,
    /// How long its run took, in milliseconds.
    pub duration_ms: f64,
    /// Length of the structure bytes that were written to the caller's memory; `None` when they are too long for it: then
    /// [`super::Engine::load`] brings the value.
    pub length: Option<usize>,
    /// The out-of-band buffers that belong to these structure bytes.
    pub buffers: Vec<Buffer>,
}

/// Why there is no usable entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
    /// The out-of-band buffers, in order.
    pub buffers: Vec<Buffer>,
    /// Digest of the value; `None` when the entry does not say it.
    pub output: Option<Digest>,
}
