//! Taking the lease on a key.

use serde::{Deserialize, Serialize};

use super::contract::{Operation, Reply};
use crate::digest::Digest;
use crate::engine::Need;
use crate::error::Result;
use crate::sharing::asker::Asker;
use crate::sharing::lead::{Lead, LeaseScope};
use crate::sharing::owner::NewLease;
use crate::sharing::role::ActiveRole;
use crate::sharing::store::SharedStore;

#[derive(Debug, Serialize, Deserialize)]
pub struct Acquire {
    pub key: Digest,
    pub thread: u32,
}

impl Operation for Acquire {
    /// Whether it was granted.
    type Answer<'a> = Reply<1, bool>;

    fn run(&self, asker: &Asker<'_>) -> Result<Reply<1, bool>> {
        let lease = asker.acquire(self.key, self.thread);
        Ok(Reply(lease.map(NewLease::keep).is_some()))
    }
}

impl SharedStore {
    /// Takes the lease on a key. False: somebody else is computing it. Where the store cannot be reached, nobody is
    /// known to.
    pub fn acquire(&self, key: &Digest, lead: Lead) -> bool {
        let thread = lead.thread;
        if lead.scope == LeaseScope::Process {
            return self.process_leases.lock().acquire(*key, self.agent(thread));
        }
        let acquire = Acquire { key: *key, thread };
        let granted = self.with_role(Need::Writing, |role| match role {
            ActiveRole::Owner(owner) => {
                let Reply(granted) = acquire.run(&Asker::own(owner))?;
                if granted {
                    self.held.lock().begin(*key, thread);
                }
                Ok(granted)
            }
            ActiveRole::Client(client) => {
                let Reply(granted) = client.ask(&acquire)?;
                if granted {
                    self.hold_from(client, key, thread)?;
                }
                Ok(granted)
            }
        });
        granted.ok().flatten().unwrap_or(true)
    }
}
