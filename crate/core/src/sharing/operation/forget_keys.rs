//! Dropping the entries of some calls, whichever function they belong to.

use std::collections::HashSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::contract::{LISTING_PATIENCE, Operation};
use super::removal::Removed;
use crate::digest::Digest;
use crate::error::Result;
use crate::sharing::asker::Asker;
use crate::sharing::store::SharedStore;

/// Keys that travel in one message.
const SENT_TOGETHER: usize = 4096;

#[derive(Debug, Serialize, Deserialize)]
pub struct ForgetKeys(Vec<Digest>);

impl Operation for ForgetKeys {
    type Answer<'a> = Removed;

    const PATIENCE: Duration = LISTING_PATIENCE;

    fn run(&self, asker: &Asker<'_>) -> Result<Removed> {
        let keys = self.0.iter().copied().collect();
        asker.engine().forget_keys(&keys).map(Removed::of)
    }
}

impl SharedStore {
    /// Drops the entries of these calls, whichever function they belong to. Says how many went.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], [`crate::error::Error::ReadOnly`], or why the store cannot be written.
    pub fn forget_keys(&self, keys: &HashSet<Digest>) -> Result<usize> {
        let keys: Vec<_> = keys.iter().copied().collect();
        let removed =
            keys.chunks(SENT_TOGETHER).map(|some| self.remove(&ForgetKeys(some.to_vec())));
        removed.sum()
    }
}
