//! Uses of entries that a client saw.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::contract::{Done, Operation, Reply};
use super::verified::Verified;
use crate::digest::Digest;
use crate::engine::{Access, Mode};
use crate::error::Result;
use crate::sharing::asker::Asker;
use crate::sharing::client::Client;
use crate::sharing::store::SharedStore;

/// What travels in one message.
const SENT_TOGETHER: usize = 4096;

#[derive(Debug, Serialize, Deserialize)]
pub struct Accesses<'a>(Cow<'a, [(Digest, Access)]>);

impl Operation for Accesses<'_> {
    type Answer<'a> = Done;

    fn run(&self, asker: &Asker<'_>) -> Result<Done> {
        asker.engine().note_accesses(self.0.iter().copied());
        Ok(Reply(()))
    }
}

impl SharedStore {
    /// Tells the owner of uses once there are many.
    pub(in crate::sharing) fn relieve(&self, client: &Client) {
        if self.mode() == Mode::ReadOnly {
            return;
        }
        let accesses = self.local.recent.lock().take_if_many();
        // Times of use and sums are not worth failing anyone's call.
        let _ = tell_accesses(client, &accesses).and_then(|()| self.tell_statistics(client));
    }

    /// Tells the owner what this process knows and the index does not.
    pub(in crate::sharing) fn tell_all(&self, client: &Client) {
        if self.mode() == Mode::ReadOnly {
            return;
        }
        let accesses = self.local.recent.lock().take_uses();
        let verified = self.local.values.take_verified();
        // Ends with the first part that the owner does not take: each could be waited for as long as the first.
        let _ = tell_accesses(client, &accesses)
            .and_then(|()| tell_verified(client, &verified))
            .and_then(|()| self.tell_statistics(client));
    }
}

fn tell_accesses(client: &Client, all: &[(Digest, Access)]) -> Result<()> {
    let mut parts = all.chunks(SENT_TOGETHER).map(Cow::Borrowed);
    parts.try_for_each(|some| client.ask(&Accesses(some)).map(|Reply(())| ()))
}

fn tell_verified(client: &Client, all: &[(Digest, Vec<u8>)]) -> Result<()> {
    let mut parts = all.chunks(SENT_TOGETHER).map(Cow::Borrowed);
    parts.try_for_each(|some| client.ask(&Verified(some)).map(|Reply(())| ()))
}
