//! Bringing a value, whatever its size: a client reads the row that the owner has.

use super::recall::with_row;
use crate::digest::Digest;
use crate::engine::{FunctionPrefix, Loaded, MissReason, Need, entry_row};
use crate::error::Result;
use crate::sharing::role::ActiveRole;
use crate::sharing::store::SharedStore;
use crate::store::{Blob, OpenBlob};

impl SharedStore {
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
        let loaded = self.with_role(Need::Reading, |role| match role {
            ActiveRole::Owner(owner) => owner.engine.load(function, key),
            ActiveRole::Client(client) => with_row(client, function, key, |row| {
                let Some(row) = row else { return Ok(Err(MissReason::Absent)) };
                self.local.values.load(&entry_row(function, key), key, row)
            })?,
        })?;
        Ok(loaded.unwrap_or(Err(MissReason::Absent)))
    }

    /// Opens a buffer of a hit or of a loaded value; `None` when it is not there any more.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::File`], with the path and what was tried.
    pub fn open_blob(&self, blob: &Blob) -> Result<Option<OpenBlob>> {
        self.local.values.blobs.open(blob)
    }
}
