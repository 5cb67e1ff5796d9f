//! What calls did, for the sums that are kept.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::contract::{Done, Operation, Reply};
use crate::engine::{Mode, Statistics, add_statistics};
use crate::error::Result;
use crate::sharing::asker::Asker;
use crate::sharing::client::Client;
use crate::sharing::role::RoleState;
use crate::sharing::store::SharedStore;

#[derive(Debug, Serialize, Deserialize)]
pub struct NoteStatistics<'a>(Cow<'a, [(String, Statistics)]>);

impl Operation for NoteStatistics<'_> {
    type Answer<'a> = Done;

    fn run(&self, asker: &Asker<'_>) -> Result<Done> {
        asker.engine().note_statistics(&self.0);
        Ok(Reply(()))
    }
}

impl SharedStore {
    /// Adds what calls of this process did to what is kept, by the names of their functions. A client tells the owner with
    /// its next question: sums are not worth waiting for.
    pub fn note_statistics(&self, noted: Vec<(String, Statistics)>) {
        if self.mode() == Mode::ReadOnly {
            return;
        }
        let mut waiting = self.local.statistics.lock();
        for (name, one) in noted {
            add_statistics(&mut waiting, name, one);
        }
        drop(waiting);
        if let RoleState::Owner(owner) = &*self.role.read() {
            owner.engine.note_statistics(&self.local.take_statistics());
        }
    }

    /// Tells the owner what is not told yet.
    pub(in crate::sharing) fn tell_statistics(&self, client: &Client) -> Result<()> {
        let noted = self.local.take_statistics();
        if noted.is_empty() {
            return Ok(());
        }
        client.ask(&NoteStatistics(Cow::Borrowed(&noted))).map(|Reply(())| ())
    }
}
