//! A result on its way into the store, and where it goes.

use super::function::Function;
use super::identity::FunctionIdentity;
use super::record::RecordRow;
use super::row::FunctionPrefix;
use crate::clock::Timestamp;
use crate::codec::Compression;
use crate::digest::Digest;
use crate::store::Durability;

/// A result that was just computed.
#[derive(Debug, Clone, Copy)]
pub struct NewEntry<'a> {
    /// Key of the call.
    pub key: Digest,
    /// Digest of the arguments alone.
    pub inputs: Digest,
    /// What is kept of the arguments: see [`crate::explanation::record`].
    pub arguments: &'a [u8],
    /// Structure bytes of the result.
    pub structure: &'a [u8],
    /// Its large buffers.
    pub buffers: &'a [&'a [u8]],
    /// When the run ended.
    pub created_at: Timestamp,
    /// How long it took, in milliseconds.
    pub duration_ms: f64,
    /// Whether an entry that is there already gives way.
    pub overwrite: bool,
    /// What the acknowledgement promises.
    pub durability: Durability,
    /// How it is kept smaller.
    pub compression: Compression,
    /// What is kept of the run, written with the entry.
    pub records: &'a [RecordRow],
}

/// Where a staged result goes.
#[derive(Debug, Clone, Copy)]
pub struct Destination<'a> {
    /// Opens the rows of the function's entries.
    pub function: &'a FunctionPrefix,
    /// What the prefix stands for.
    pub identity: &'a FunctionIdentity,
    /// What the code is made of, as [`crate::explanation::encode_parts`] keeps it; empty where it is not told.
    pub parts: &'a [u8],
    /// Key of the call.
    pub key: Digest,
    /// Whether an entry that is there already gives way.
    pub overwrite: bool,
    /// What the acknowledgement promises.
    pub durability: Durability,
    /// What is kept of the run, written with the entry, and also where one stays that is there already.
    pub records: &'a [RecordRow],
}

impl<'a> Destination<'a> {
    /// Where a result of `function` goes.
    #[must_use]
    pub fn of(function: &'a Function, entry: &NewEntry<'a>) -> Self {
        Self {
            function: function.prefix(),
            identity: function.identity(),
            parts: function.parts(),
            key: entry.key,
            overwrite: entry.overwrite,
            durability: entry.durability,
            records: entry.records,
        }
    }
}
