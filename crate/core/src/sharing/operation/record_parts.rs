//! The parts of a record.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::contract::{LISTING_PATIENCE, Operation, Parts};
use crate::engine::{RecordId, RecordPart};
use crate::error::Result;
use crate::sharing::asker::Asker;
use crate::sharing::store::SharedStore;

#[derive(Debug, Serialize, Deserialize)]
pub struct RecordParts(RecordId);

impl Operation for RecordParts {
    type Answer<'a> = Parts<20, RecordPart>;

    const PATIENCE: Duration = LISTING_PATIENCE;

    fn run(&self, asker: &Asker<'_>) -> Result<Self::Answer<'static>> {
        asker.engine().record_parts(&self.0).map(Parts)
    }
}

impl SharedStore {
    /// The parts of a record, in the order of their names' bytes.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn record_parts(&self, record: RecordId) -> Result<Vec<RecordPart>> {
        Ok(self.ask(&RecordParts(record))?.map_or_else(Vec::new, |parts| parts.0))
    }
}
