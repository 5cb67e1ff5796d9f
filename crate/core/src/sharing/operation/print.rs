//! Printing a value: this process reads its structure bytes, runs nothing, and opens none of its buffers.

use crate::codec::{decode, print_cut};
use crate::engine::{Buffer, EntryId, MissReason};
use crate::error::Result;
use crate::sharing::store::SharedStore;

/// A value as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    pub text: String,
    /// Whether more follows.
    pub is_cut: bool,
}

impl SharedStore {
    /// The first `most` bytes of a value as text, or why there is none.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn print(&self, entry: &EntryId, most: usize) -> Result<Result<Printed, MissReason>> {
        Ok(self.load(&entry.function, &entry.key)?.and_then(|loaded| {
            let buffers: Vec<u64> = loaded.buffers.iter().map(Buffer::value_length).collect();
            // How it was handed over, the first byte, is not of the value.
            let structure = loaded.structure.get(1..).unwrap_or_default();
            let value = decode(structure, &buffers).map_err(|_| MissReason::Corrupt)?;
            let (text, is_cut) = print_cut(&value, most);
            Ok(Printed { text, is_cut })
        }))
    }
}
