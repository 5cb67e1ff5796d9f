//! Reaching the store in whatever role this process has: one is found first, and found anew where it turns out to be
//! over.

use super::asker::Asker;
use super::operation::contract::Operation;
use super::owner::Home;
use super::role::ActiveRole;
use super::store::SharedStore;
use crate::engine::Need;
use crate::error::{Error, Result};

/// How often an operation is tried with one owner after the other.
const ATTEMPTS: u32 = 20;

impl SharedStore {
    /// The role of this process. `None` when there is no store yet, and so nothing to read.
    pub(super) fn reach(&self, need: Need) -> Result<Option<ActiveRole>> {
        if let Some(role) = self.role.read().active()? {
            return Ok(Some(role));
        }
        if need == Need::Reading && !self.layout.exists() {
            return self.layout.check().map(|()| None);
        }
        let mut state = self.role.write();
        // Another thread may have been faster.
        if let Some(role) = state.active()? {
            return Ok(Some(role));
        }
        self.establish(&mut state, need)?;
        let role = state.active()?;
        drop(state);
        if let Some(ActiveRole::Owner(owner)) = &role {
            self.begin_serving(owner);
        }
        Ok(role)
    }

    /// Runs `operation` in the role of this process, and again where it turns out that the owner has gone. `None` when
    /// there is no store yet, and so nothing to read.
    pub(super) fn with_role<T>(
        &self,
        need: Need,
        mut operation: impl FnMut(&ActiveRole) -> Result<T>,
    ) -> Result<Option<T>> {
        for _ in 0..ATTEMPTS {
            let Some(role) = self.reach(need)? else { return Ok(None) };
            let error = match operation(&role) {
                Ok(outcome) => return Ok(Some(outcome)),
                Err(error) => error,
            };
            match (&role, &error) {
                // Closed by another thread, which may mean this engine only: `reach` says whether it means all.
                (ActiveRole::Owner(owner), Error::Lost(_) | Error::Closed) => self.leave(owner),
                (ActiveRole::Client(client), Error::Disconnected) => self.lost(client),
                (ActiveRole::Client(client), Error::Unresponsive(_)) => {
                    self.give_up(client, &error);
                    return Err(error);
                }
                _ => return Err(error),
            }
        }
        Err(Error::Disconnected)
    }

    /// Runs an operation that is the same in each role. `None` when there is no store yet, and so nothing to read.
    pub(super) fn ask<O, T>(&self, operation: &O) -> Result<Option<T>>
    where
        O: for<'a> Operation<Answer<'a> = T>,
    {
        self.with_role(Need::Reading, |role| match role {
            ActiveRole::Owner(owner) => operation.run(&Asker::own(owner)),
            ActiveRole::Client(client) => {
                if O::DEPENDS_ON_USES {
                    self.tell_all(client);
                }
                client.ask(operation)
            }
        })
    }
}
