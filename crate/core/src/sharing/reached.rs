//! [`Reached`]: whoever can be asked just now, and asking one after the other.

use std::sync::Arc;

use super::client::Client;
use super::owner::Owner;
use super::store::SharedStore;
use crate::engine::Need;
use crate::error::{Error, Result};

/// How often an operation is tried with one owner after the other.
const ATTEMPTS: u32 = 20;

/// Someone who can be asked.
pub enum Reached {
    Owner(Arc<Owner>),
    Client(Arc<Client>),
}

impl SharedStore {
    /// Runs `operation` with whoever can be asked, and again where it turns out that they have gone. `None` when there is
    /// no store yet, and so nothing to read.
    pub(super) fn with_reached<T>(
        &self,
        need: Need,
        mut operation: impl FnMut(&Reached) -> Result<T>,
    ) -> Result<Option<T>> {
        for _ in 0..ATTEMPTS {
            let Some(reached) = self.reach(need)? else { return Ok(None) };
            let error = match operation(&reached) {
                Ok(outcome) => return Ok(Some(outcome)),
                Err(error) => error,
            };
            match (&reached, &error) {
                // Closed by another thread, which may mean this engine only: `reach` says whether it means all.
                (Reached::Owner(owner), Error::Lost(_) | Error::Closed) => self.leave(owner),
                (Reached::Client(client), Error::Disconnected) => self.lost(client),
                (Reached::Client(client), Error::Unresponsive(_)) => {
                    self.give_up(client, &error);
                    return Err(error);
                }
                _ => return Err(error),
            }
        }
        Err(Error::Disconnected)
    }

    /// As [`Self::with_reached`], with an answer for each role.
    pub(super) fn with_existing<T>(
        &self,
        own: impl Fn(&Owner) -> Result<T>,
        ask: impl Fn(&Client) -> Result<T>,
    ) -> Result<Option<T>> {
        self.with_reached(Need::Reading, |reached| match reached {
            Reached::Owner(owner) => own(owner),
            Reached::Client(client) => ask(client),
        })
    }

    /// As [`Self::with_existing`], for what needs a store: with [`Need::Writing`], one is made.
    pub(super) fn with<T>(
        &self,
        need: Need,
        own: impl Fn(&Owner) -> Result<T>,
        ask: impl Fn(&Client) -> Result<T>,
    ) -> Result<T> {
        let outcome = self.with_reached(need, |reached| match reached {
            Reached::Owner(owner) => own(owner),
            Reached::Client(client) => ask(client),
        })?;
        outcome.ok_or(Error::Disconnected)
    }
}
