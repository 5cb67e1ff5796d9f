//! Sums over one function's entries.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::contract::{LISTING_PATIENCE, Operation, Reply};
use super::store_totals::Sums;
use crate::engine::{Function, FunctionPrefix, Totals};
use crate::error::Result;
use crate::sharing::asker::Asker;
use crate::sharing::store::SharedStore;

#[derive(Debug, Serialize, Deserialize)]
pub struct FunctionTotals(FunctionPrefix);

impl Operation for FunctionTotals {
    type Answer<'a> = Sums;

    const PATIENCE: Duration = LISTING_PATIENCE;

    fn run(&self, asker: &Asker<'_>) -> Result<Sums> {
        asker.engine().function_totals(&self.0).map(Reply)
    }
}

impl SharedStore {
    /// Sums over one function's entries.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn function_totals(&self, function: &Function) -> Result<Totals> {
        let totals = self.ask(&FunctionTotals(*function.prefix()))?;
        Ok(totals.map(|totals| totals.0).unwrap_or_default())
    }
}
