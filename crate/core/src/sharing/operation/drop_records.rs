//! Dropping records that families kept.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::contract::{LISTING_PATIENCE, Operation};
use super::removal::Removed;
use crate::engine::RecordFilter;
use crate::error::Result;
use crate::sharing::asker::Asker;
use crate::sharing::store::SharedStore;

#[derive(Debug, Serialize, Deserialize)]
pub struct DropRecords(RecordFilter);

impl Operation for DropRecords {
    type Answer<'a> = Removed;

    const PATIENCE: Duration = LISTING_PATIENCE;

    fn run(&self, asker: &Asker<'_>) -> Result<Removed> {
        asker.engine().drop_records(&self.0).map(Removed::of)
    }
}

impl SharedStore {
    /// Drops the records that match, with their parts. Says how many records went.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], [`crate::error::Error::ReadOnly`], or why the store cannot be written.
    pub fn drop_records(&self, filter: RecordFilter) -> Result<usize> {
        self.remove(&DropRecords(filter))
    }
}
