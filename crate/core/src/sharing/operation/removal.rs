//! What operations have in common that drop entries.

use super::contract::{Operation, Reply};
use crate::error::Result;
use crate::sharing::store::SharedStore;

/// How many entries went.
pub type Removed = Reply<3, u64>;

impl Removed {
    pub const fn of(count: usize) -> Self {
        Self(count as u64)
    }
}

impl SharedStore {
    /// Drops entries; says how many went.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], [`crate::error::Error::ReadOnly`], or why the store cannot be written.
    pub(super) fn remove<O>(&self, operation: &O) -> Result<usize>
    where
        O: for<'a> Operation<Answer<'a> = Removed>,
    {
        self.refuse_read_only()?;
        let removed = self.ask(operation)?.map_or(0, |removed| removed.0);
        Ok(usize::try_from(removed).unwrap_or(usize::MAX))
    }
}
