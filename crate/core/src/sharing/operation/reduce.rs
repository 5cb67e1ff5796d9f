//! Dropping what exceeds limits.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::contract::{LISTING_PATIENCE, Operation, Reply};
use crate::clock::Timestamp;
use crate::engine::{Limits, Reduced};
use crate::error::Result;
use crate::sharing::asker::Asker;
use crate::sharing::store::SharedStore;

#[derive(Debug, Serialize, Deserialize)]
pub struct Reduce {
    limits: Limits,
    now: Timestamp,
}

impl Operation for Reduce {
    type Answer<'a> = Reply<4, Reduced>;

    const PATIENCE: Duration = LISTING_PATIENCE;
    const DEPENDS_ON_USES: bool = true;

    fn run(&self, asker: &Asker<'_>) -> Result<Reply<4, Reduced>> {
        asker.engine().reduce(&self.limits, self.now).map(Reply)
    }
}

impl SharedStore {
    /// Drops what exceeds `limits`, least recently used first. Says what went.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], [`crate::error::Error::ReadOnly`], or why the store cannot be written.
    pub fn reduce(&self, limits: &Limits, now: Timestamp) -> Result<Reduced> {
        self.refuse_read_only()?;
        let reduced = self.ask(&Reduce { limits: *limits, now })?;
        Ok(reduced.map(|reduced| reduced.0).unwrap_or_default())
    }
}
