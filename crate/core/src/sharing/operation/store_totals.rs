//! Sums over the whole store.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::contract::{LISTING_PATIENCE, Operation, Reply};
use crate::engine::Totals;
use crate::error::Result;
use crate::sharing::asker::Asker;
use crate::sharing::store::SharedStore;

/// Sums over entries, as they travel.
pub type Sums = Reply<9, Totals>;

#[derive(Debug, Serialize, Deserialize)]
pub struct StoreTotals;

impl Operation for StoreTotals {
    type Answer<'a> = Sums;

    const PATIENCE: Duration = LISTING_PATIENCE;

    fn run(&self, asker: &Asker<'_>) -> Result<Sums> {
        asker.engine().totals().map(Reply)
    }
}

impl SharedStore {
    /// Sums over the whole store.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn totals(&self) -> Result<Totals> {
        let totals = self.ask(&StoreTotals)?;
        Ok(totals.map(|totals| totals.0).unwrap_or_default())
    }
}
