//! Sums over the entries of each function, by function id.

use std::collections::HashMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::contract::{LISTING_PATIENCE, Operation, Parts};
use crate::engine::Totals;
use crate::error::Result;
use crate::sharing::asker::Asker;
use crate::sharing::store::SharedStore;

#[derive(Debug, Serialize, Deserialize)]
pub struct TotalsByName;

impl Operation for TotalsByName {
    type Answer<'a> = Parts<8, (String, Totals)>;

    const PATIENCE: Duration = LISTING_PATIENCE;

    fn run(&self, asker: &Asker<'_>) -> Result<Parts<8, (String, Totals)>> {
        let totals = asker.engine().totals_by_name()?;
        Ok(Parts(totals.into_iter().collect()))
    }
}

impl SharedStore {
    /// Sums over the entries of each function, by function id.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn totals_by_name(&self) -> Result<HashMap<String, Totals>> {
        let totals = self.ask(&TotalsByName)?;
        Ok(totals.into_iter().flat_map(|totals| totals.0).collect())
    }
}
