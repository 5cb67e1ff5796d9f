//! Dropping the entry of one call.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::contract::{LISTING_PATIENCE, Operation};
use super::removal::Removed;
use crate::digest::Digest;
use crate::engine::FunctionPrefix;
use crate::error::Result;
use crate::sharing::asker::Asker;
use crate::sharing::store::SharedStore;

#[derive(Debug, Serialize, Deserialize)]
pub struct Forget {
    function: FunctionPrefix,
    key: Digest,
}

impl Operation for Forget {
    type Answer<'a> = Removed;

    const PATIENCE: Duration = LISTING_PATIENCE;

    fn run(&self, asker: &Asker<'_>) -> Result<Removed> {
        let is_forgotten = asker.engine().forget(&self.function, &self.key)?;
        Ok(Removed::of(usize::from(is_forgotten)))
    }
}

impl SharedStore {
    /// Drops the entry of one call. False when there was none.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], [`crate::error::Error::ReadOnly`], or why the store cannot be written.
    pub fn forget(&self, function: &FunctionPrefix, key: &Digest) -> Result<bool> {
        let removed = self.remove(&Forget { function: *function, key: *key })?;
        Ok(removed > 0)
    }
}
