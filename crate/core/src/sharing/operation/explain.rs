//! The parts of a call's key that differ from those of the nearest entry.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::contract::{LISTING_PATIENCE, Operation, Reply};
use crate::digest::Digest;
use crate::engine::{Asked, FunctionIdentity};
use crate::error::Result;
use crate::explanation::Change;
use crate::sharing::asker::Asker;
use crate::sharing::store::SharedStore;

#[derive(Debug, Serialize, Deserialize)]
pub struct Explain<'a> {
    identity: FunctionIdentity,
    parts: &'a [u8],
    key: Digest,
    arguments: &'a [u8],
}

impl Operation for Explain<'_> {
    type Answer<'a> = Reply<6, Option<Vec<Change>>>;

    const PATIENCE: Duration = LISTING_PATIENCE;

    fn run(&self, asker: &Asker<'_>) -> Result<Reply<6, Option<Vec<Change>>>> {
        let Self { identity, parts, key, arguments } = self;
        asker.engine().explain(&Asked { identity, parts, key: *key, arguments }).map(Reply)
    }
}

impl SharedStore {
    /// The parts of a call's key that differ from those of the nearest entry; `None` where none is near.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn explain(&self, asked: &Asked<'_>) -> Result<Option<Vec<Change>>> {
        let explained = self.ask(&Explain {
            identity: asked.identity.clone(),
            parts: asked.parts,
            key: asked.key,
            arguments: asked.arguments,
        })?;
        Ok(explained.and_then(|explained| explained.0))
    }
}
