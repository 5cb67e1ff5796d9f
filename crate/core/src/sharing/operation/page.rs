//! The facts of entries a page at a time, in the order of the index: none has to wait for all.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::contract::{LISTING_PATIENCE, Operation, Reply};
use crate::engine::{EntryId, EntryInfo};
use crate::error::Result;
use crate::sharing::asker::Asker;
use crate::sharing::store::SharedStore;

#[derive(Debug, Serialize, Deserialize)]
pub struct Page<'a> {
    after: Option<EntryId>,
    name: Option<&'a str>,
}

impl Operation for Page<'_> {
    type Answer<'a> = Reply<24, (Vec<EntryInfo>, Option<EntryId>)>;

    const PATIENCE: Duration = LISTING_PATIENCE;
    const DEPENDS_ON_USES: bool = true;

    fn run(&self, asker: &Asker<'_>) -> Result<Self::Answer<'static>> {
        asker.engine().page(self.after.as_ref(), self.name).map(Reply)
    }
}

impl SharedStore {
    /// The next entries, grouped by function, and where it goes on; with `name` those of one function.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn page(
        &self,
        after: Option<EntryId>,
        name: Option<&str>,
    ) -> Result<(Vec<EntryInfo>, Option<EntryId>)> {
        Ok(self.ask(&Page { after, name })?.map(|page| page.0).unwrap_or_default())
    }
}
