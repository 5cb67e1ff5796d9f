//! Looking whether there is a usable entry, without using it: a client reads the row that the owner has.

use super::recall::with_row;
use crate::digest::Digest;
use crate::engine::{Function, Lookup, MissReason, Need, entry_row, lookup_of};
use crate::error::Result;
use crate::sharing::role::ActiveRole;
use crate::sharing::store::SharedStore;

impl SharedStore {
    /// Whether the call has a usable entry, and which facts it has. Notes no use.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn lookup(&self, function: &Function, key: &Digest) -> Result<Lookup> {
        let found = self.with_role(Need::Reading, |role| match role {
            ActiveRole::Owner(owner) => owner.engine.lookup(function, key),
            ActiveRole::Client(client) => with_row(client, function.prefix(), key, |row| {
                let Some(row) = row else { return Lookup::Miss(MissReason::Absent) };
                lookup_of(self.local.values.usable(&entry_row(function.prefix(), key), key, row))
            }),
        })?;
        Ok(found.unwrap_or(Lookup::Miss(MissReason::Absent)))
    }
}
