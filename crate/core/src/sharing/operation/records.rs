//! The records that families keep, newest first.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::contract::{LISTING_PATIENCE, Operation, Parts};
use crate::engine::{Record, RecordFilter, RecordId};
use crate::error::Result;
use crate::sharing::asker::Asker;
use crate::sharing::store::SharedStore;

#[derive(Debug, Serialize, Deserialize)]
pub struct Records {
    filter: RecordFilter,
    limit: u32,
}

impl Operation for Records {
    type Answer<'a> = Parts<19, (RecordId, Vec<u8>)>;

    const PATIENCE: Duration = LISTING_PATIENCE;

    fn run(&self, asker: &Asker<'_>) -> Result<Self::Answer<'static>> {
        asker.engine().records(&self.filter, self.limit as usize).map(Parts)
    }
}

impl SharedStore {
    /// The newest records that match, newest first, `limit` at most.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn records(&self, filter: RecordFilter, limit: u32) -> Result<Vec<Record>> {
        Ok(self.ask(&Records { filter, limit })?.map_or_else(Vec::new, |records| records.0))
    }
}
