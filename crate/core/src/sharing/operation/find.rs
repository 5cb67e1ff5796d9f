//! The entries whose keys begin with some digits.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::contract::{LISTING_PATIENCE, Operation, Reply};
use crate::engine::EntryId;
use crate::error::Result;
use crate::sharing::asker::Asker;
use crate::sharing::store::SharedStore;

#[derive(Debug, Serialize, Deserialize)]
pub struct Find<'a> {
    digits: &'a str,
    most: u32,
}

impl Operation for Find<'_> {
    type Answer<'a> = Reply<21, Vec<EntryId>>;

    const PATIENCE: Duration = LISTING_PATIENCE;

    fn run(&self, asker: &Asker<'_>) -> Result<Self::Answer<'static>> {
        asker.engine().find(self.digits, self.most as usize).map(Reply)
    }
}

impl SharedStore {
    /// Entries whose keys begin with these hexadecimal digits, `most` at most.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn find(&self, digits: &str, most: u32) -> Result<Vec<EntryId>> {
        Ok(self.ask(&Find { digits, most })?.map_or_else(Vec::new, |found| found.0))
    }
}
