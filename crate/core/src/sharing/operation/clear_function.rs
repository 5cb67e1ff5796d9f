//! Dropping every entry of a function's code under its project, domain, version and strategy.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::contract::{LISTING_PATIENCE, Operation};
use super::removal::Removed;
use crate::engine::{Function, FunctionPrefix};
use crate::error::Result;
use crate::sharing::asker::Asker;
use crate::sharing::store::SharedStore;

#[derive(Debug, Serialize, Deserialize)]
pub struct ClearFunction(FunctionPrefix);

impl Operation for ClearFunction {
    type Answer<'a> = Removed;

    const PATIENCE: Duration = LISTING_PATIENCE;

    fn run(&self, asker: &Asker<'_>) -> Result<Removed> {
        asker.engine().clear_function(&self.0).map(Removed::of)
    }
}

impl SharedStore {
    /// Drops every entry of a function's code under its project, domain, version and strategy. Says how many went.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], [`crate::error::Error::ReadOnly`], or why the store cannot be written.
    pub fn clear_function(&self, function: &Function) -> Result<usize> {
        self.remove(&ClearFunction(*function.prefix()))
    }
}
