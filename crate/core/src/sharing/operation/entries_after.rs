//! The entries as they lie in the index, a page at a time.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::contract::{LISTING_PATIENCE, Operation, Reply};
use crate::engine::{EntryId, RawEntry};
use crate::error::Result;
use crate::sharing::asker::Asker;

/// What comes after this entry; from the first one on without it.
#[derive(Debug, Serialize, Deserialize)]
pub struct EntriesAfter(pub Option<EntryId>);

impl Operation for EntriesAfter {
    type Answer<'a> = Reply<15, Vec<RawEntry>>;

    const PATIENCE: Duration = LISTING_PATIENCE;

    fn run(&self, asker: &Asker<'_>) -> Result<Self::Answer<'static>> {
        asker.engine().entries_after(self.0.as_ref()).map(Reply)
    }
}
