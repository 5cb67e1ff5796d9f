//! The facts of one call's entry.

use serde::{Deserialize, Serialize};

use super::contract::{Operation, Reply};
use crate::digest::Digest;
use crate::engine::{EntryInfo, FunctionPrefix};
use crate::error::Result;
use crate::sharing::asker::Asker;
use crate::sharing::store::SharedStore;

#[derive(Debug, Serialize, Deserialize)]
pub struct Info {
    pub function: FunctionPrefix,
    pub key: Digest,
}

impl Operation for Info {
    type Answer<'a> = Reply<5, Option<EntryInfo>>;

    fn run(&self, asker: &Asker<'_>) -> Result<Reply<5, Option<EntryInfo>>> {
        asker.engine().info(&self.function, &self.key).map(Reply)
    }
}

impl SharedStore {
    /// The facts of one call's entry; `None` when there is none that can be read.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn info(&self, function: &FunctionPrefix, key: &Digest) -> Result<Option<EntryInfo>> {
        let info = self.ask(&Info { function: *function, key: *key })?;
        Ok(info.and_then(|info| info.0))
    }
}
