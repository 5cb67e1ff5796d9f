//! Entries that seem damaged: which are, and how. Repairing drops them.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::contract::{Operation, Parts};
use crate::digest::Digest;
use crate::engine::{EntryId, MissReason};
use crate::error::Result;
use crate::sharing::asker::Asker;

#[derive(Debug, Serialize, Deserialize)]
pub struct Damaged {
    pub entries: Vec<EntryId>,
    pub repairs: bool,
}

impl Operation for Damaged {
    type Answer<'a> = Parts<16, (Digest, MissReason)>;

    /// The owner reads their blobs again, however large.
    const PATIENCE: Duration = Duration::from_mins(10);

    fn run(&self, asker: &Asker<'_>) -> Result<Self::Answer<'static>> {
        asker.engine().damaged(&self.entries, self.repairs).map(Parts)
    }
}
