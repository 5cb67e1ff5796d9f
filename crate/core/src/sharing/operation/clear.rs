//! Dropping every entry.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::contract::{LISTING_PATIENCE, Operation};
use super::removal::Removed;
use crate::error::Result;
use crate::sharing::asker::Asker;
use crate::sharing::store::SharedStore;

#[derive(Debug, Serialize, Deserialize)]
pub struct Clear;

impl Operation for Clear {
    type Answer<'a> = Removed;

    const PATIENCE: Duration = LISTING_PATIENCE;

    fn run(&self, asker: &Asker<'_>) -> Result<Removed> {
        asker.engine().clear().map(Removed::of)
    }
}

impl SharedStore {
    /// Drops every entry. Says how many went. Touches no file that engram did not write.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], [`crate::error::Error::ReadOnly`], or why the store cannot be written.
    pub fn clear(&self) -> Result<usize> {
        self.remove(&Clear)
    }
}
