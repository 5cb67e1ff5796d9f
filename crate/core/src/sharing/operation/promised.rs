//! Saying that the run of a lease is asynchronous.

use serde::{Deserialize, Serialize};

use super::contract::{Done, Operation, Reply};
use crate::digest::Digest;
use crate::error::Result;
use crate::sharing::asker::Asker;
use crate::sharing::lead::{Lead, LeaseScope};
use crate::sharing::store::SharedStore;

#[derive(Debug, Serialize, Deserialize)]
pub struct Promised {
    key: Digest,
    thread: u32,
}

impl Operation for Promised {
    type Answer<'a> = Done;

    fn run(&self, asker: &Asker<'_>) -> Result<Done> {
        asker.promised(self.key, self.thread);
        Ok(Reply(()))
    }
}

impl SharedStore {
    /// The function of the lease's holder returned a promise: threads must not stand still for it.
    pub fn promised(&self, key: &Digest, lead: Lead) {
        let Lead { scope, thread } = lead;
        if scope == LeaseScope::Process {
            let notices = self.process_leases.lock().promised(*key, self.agent(thread));
            return self.turn_all(notices);
        }
        let is_held = self.held.lock().promise(key, thread);
        if is_held {
            let _ = self.ask(&Promised { key: *key, thread });
        }
    }
}
