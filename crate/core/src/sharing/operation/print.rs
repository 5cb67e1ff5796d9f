//! Printing a value: this process reads its structure bytes and of its buffers what is shown, and runs nothing.

use crate::codec::print_cut;
use crate::engine::{EntryId, MissReason, StoredBuffers};
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
            let buffers =
                StoredBuffers { blobs: &self.local.values.blobs, buffers: &loaded.buffers };
            // How it was handed over, the first byte, is not of the value.
            let structure = loaded.structure.get(1..).unwrap_or_default();
            let (text, is_cut) =
                print_cut(structure, &buffers, most).map_err(|_| MissReason::Corrupt)?;
            Ok(Printed { text, is_cut })
        }))
    }
}
