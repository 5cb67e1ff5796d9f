//! Bringing a whole value, whatever its size: a client reads the row that the owner has.

use super::recall::with_row;
use crate::digest::Digest;
use crate::engine::{Function, Loaded, MissReason, Need, entry_row};
use crate::error::Result;
use crate::sharing::role::ActiveRole;
use crate::sharing::store::SharedStore;

impl SharedStore {
    /// Brings a whole value, whatever its size: structure bytes checked and decompressed, buffers mapped.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn load(&self, function: &Function, key: &Digest) -> Result<Result<Loaded, MissReason>> {
        let loaded = self.with_role(Need::Reading, |role| match role {
            ActiveRole::Owner(owner) => owner.engine.load(function, key),
            ActiveRole::Client(client) => with_row(client, function, key, |row| {
                let Some(row) = row else { return Ok(Err(MissReason::Absent)) };
                match self.local.values.usable(&entry_row(function, key), key, row) {
                    Ok(frame) => self.local.values.load(&frame),
                    Err(reason) => Ok(Err(reason)),
                }
            })?,
        })?;
        Ok(loaded.unwrap_or(Err(MissReason::Absent)))
    }
}
