//! Having a function's present code adopt the entries of the nearest earlier one.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::contract::{LISTING_PATIENCE, Operation, Reply};
use crate::engine::{Adopting, Function, FunctionIdentity, FunctionPrefix};
use crate::error::Result;
use crate::sharing::asker::Asker;
use crate::sharing::store::SharedStore;

#[derive(Debug, Serialize, Deserialize)]
pub struct Adopt<'a> {
    pub function: FunctionPrefix,
    pub identity: FunctionIdentity,
    pub parts: &'a [u8],
}

impl Operation for Adopt<'_> {
    type Answer<'a> = Reply<12, u64>;

    const PATIENCE: Duration = LISTING_PATIENCE;

    fn run(&self, asker: &Asker<'_>) -> Result<Reply<12, u64>> {
        let Self { function, identity, parts } = self;
        let adopted = asker.engine().adopt_code(&Adopting { function, identity, parts })?;
        Ok(Reply(adopted as u64))
    }
}

impl SharedStore {
    /// Has the present code of a function adopt the entries of the nearest earlier one. Says how many it did not have yet.
    /// See [`crate::engine::Engine::adopt_code`].
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], [`crate::error::Error::ReadOnly`], or why the store cannot be read or written.
    pub fn adopt(&self, function: &Function) -> Result<usize> {
        self.refuse_read_only()?;
        let adopted = self.ask(&Adopt {
            function: *function.prefix(),
            identity: function.identity().clone(),
            parts: function.parts(),
        })?;
        Ok(adopted.map_or(0, |adopted| usize::try_from(adopted.0).unwrap_or(usize::MAX)))
    }
}
