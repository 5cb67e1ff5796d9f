//! Giving a call without an entry the one that its function's code has adopted for it.

use serde::{Deserialize, Serialize};

use super::contract::{Operation, Reply};
use crate::engine::{Heir, Mode, TakenOver};
use crate::error::Result;
use crate::sharing::asker::Asker;
use crate::sharing::store::SharedStore;

#[derive(Debug, Serialize, Deserialize)]
pub struct TakeOver(pub Heir);

impl Operation for TakeOver {
    type Answer<'a> = Reply<13, TakenOver>;

    fn run(&self, asker: &Asker<'_>) -> Result<Reply<13, TakenOver>> {
        asker.engine().take_over(&self.0).map(Reply)
    }
}

impl SharedStore {
    /// Gives a call that has no entry the one that its function's code has adopted for these arguments; false where there
    /// is none. A client asks only where something was adopted since it asked last.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read or written.
    pub fn take_over(&self, heir: Heir) -> Result<bool> {
        if self.mode() == Mode::ReadOnly || !self.has_role() {
            return Ok(false);
        }
        let known = *self.unadopted.lock();
        let recent = self.local.recent.lock();
        if known.is_some_and(|known| recent.is_of(known)) {
            return Ok(false);
        }
        let seen = recent.seen();
        drop(recent);
        let Some(Reply(taken)) = self.ask(&TakeOver(heir))? else { return Ok(false) };
        if taken == TakenOver::Never {
            *self.unadopted.lock() = Some(seen);
        }
        Ok(taken == TakenOver::Yes)
    }
}
