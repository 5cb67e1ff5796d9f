//! What differs between the keys of two entries.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::contract::{LISTING_PATIENCE, Operation, Reply};
use crate::engine::{Compared, EntryId};
use crate::error::Result;
use crate::sharing::asker::Asker;
use crate::sharing::store::SharedStore;

#[derive(Debug, Serialize, Deserialize)]
pub struct Compare {
    entry: EntryId,
    with: Option<EntryId>,
}

impl Operation for Compare {
    type Answer<'a> = Reply<23, Option<Compared>>;

    const PATIENCE: Duration = LISTING_PATIENCE;

    fn run(&self, asker: &Asker<'_>) -> Result<Self::Answer<'static>> {
        asker.engine().compare(&self.entry, self.with.as_ref()).map(Reply)
    }
}

impl SharedStore {
    /// What differs between the keys of two entries; without `with`, from that of the nearest one.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn compare(&self, entry: EntryId, with: Option<EntryId>) -> Result<Option<Compared>> {
        Ok(self.ask(&Compare { entry, with })?.and_then(|compared| compared.0))
    }
}
