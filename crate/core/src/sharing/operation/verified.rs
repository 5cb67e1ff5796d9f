//! Entries of an earlier boot of the machine that a client found whole, with their rows.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::contract::{Done, Operation, Reply};
use crate::digest::Digest;
use crate::error::Result;
use crate::sharing::asker::Asker;

#[derive(Debug, Serialize, Deserialize)]
pub struct Verified<'a>(pub Cow<'a, [(Digest, Vec<u8>)]>);

impl Operation for Verified<'_> {
    type Answer<'a> = Done;

    fn run(&self, asker: &Asker<'_>) -> Result<Done> {
        asker.engine().note_verified(self.0.iter().cloned());
        Ok(Reply(()))
    }
}
