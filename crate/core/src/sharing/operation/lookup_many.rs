//! Looking up many calls of one function in one question.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::contract::{LISTING_PATIENCE, Operation, Parts};
use crate::digest::Digest;
use crate::engine::{EntryInfo, Function, FunctionPrefix, MissReason};
use crate::error::Result;
use crate::sharing::asker::Asker;
use crate::sharing::store::SharedStore;

#[derive(Debug, Serialize, Deserialize)]
pub struct LookupMany {
    function: FunctionPrefix,
    keys: Vec<Digest>,
}

/// The facts of an entry, without whose it is, or why there is none.
pub type LookedUp = std::result::Result<EntryInfo, MissReason>;

impl Operation for LookupMany {
    type Answer<'a> = Parts<14, LookedUp>;

    const PATIENCE: Duration = LISTING_PATIENCE;

    fn run(&self, asker: &Asker<'_>) -> Result<Self::Answer<'static>> {
        asker.engine().lookup_many(&self.function, &self.keys).map(Parts)
    }
}

impl SharedStore {
    /// The facts of the usable entry of each of these calls, or why there is none. Notes no use.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn lookup_many(&self, function: &Function, keys: &[Digest]) -> Result<Vec<LookedUp>> {
        let found = self.ask(&LookupMany { function: *function.prefix(), keys: keys.to_vec() })?;
        let absent = || keys.iter().map(|_| Err(MissReason::Absent)).collect();
        Ok(found.map_or_else(absent, |Parts(found)| found))
    }
}
