//! Giving up the lease on a key: the run that held it is over.

use serde::{Deserialize, Serialize};

use super::contract::{Done, Operation, Reply};
use crate::digest::Digest;
use crate::error::Result;
use crate::lease::Ending;
use crate::sharing::asker::Asker;
use crate::sharing::lead::{Lead, LeaseScope};
use crate::sharing::store::SharedStore;

#[derive(Debug, Serialize, Deserialize)]
pub struct Release {
    pub key: Digest,
    pub thread: u32,
    pub ending: Ending,
}

impl Operation for Release {
    type Answer<'a> = Done;

    fn run(&self, asker: &Asker<'_>) -> Result<Done> {
        asker.release(self.key, self.thread, self.ending);
        Ok(Reply(()))
    }
}

impl SharedStore {
    /// The run that held the lease is over. Nothing happens if this thread does not hold it.
    pub fn release(&self, key: &Digest, lead: Lead, ending: Ending) {
        let Lead { scope, thread } = lead;
        if scope == LeaseScope::Process {
            let notices = self.process_leases.lock().release(*key, self.agent(thread), ending);
            return self.turn_all(notices);
        }
        let is_held = self.held.lock().end(key, thread);
        if is_held {
            // A store that cannot be reached knows nothing of the lease.
            let _ = self.ask(&Release { key: *key, thread, ending });
        }
    }
}
