//! One entry with what its key was made of.

use serde::{Deserialize, Serialize};

use super::contract::{Operation, Reply};
use crate::engine::{EntryDetails, EntryId};
use crate::error::Result;
use crate::sharing::asker::Asker;
use crate::sharing::store::SharedStore;

#[derive(Debug, Serialize, Deserialize)]
pub struct Details(EntryId);

impl Operation for Details {
    type Answer<'a> = Reply<22, Option<EntryDetails>>;

    const DEPENDS_ON_USES: bool = true;

    fn run(&self, asker: &Asker<'_>) -> Result<Self::Answer<'static>> {
        asker.engine().details(&self.0).map(Reply)
    }
}

impl SharedStore {
    /// The entry with what its key was made of; `None` where it is gone or damaged.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn details(&self, entry: EntryId) -> Result<Option<EntryDetails>> {
        Ok(self.ask(&Details(entry))?.and_then(|details| details.0))
    }
}
