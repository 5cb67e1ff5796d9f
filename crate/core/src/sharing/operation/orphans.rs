//! Blobs that no entry names. Repairing removes them.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::contract::{LISTING_PATIENCE, Operation, Parts};
use crate::digest::Digest;
use crate::error::Result;
use crate::sharing::asker::Asker;

/// Which of these blobs no entry names.
#[derive(Debug, Serialize, Deserialize)]
pub struct Orphans {
    pub blobs: Vec<Digest>,
    pub repairs: bool,
}

impl Operation for Orphans {
    type Answer<'a> = Parts<17, Digest>;

    const PATIENCE: Duration = LISTING_PATIENCE;

    fn run(&self, asker: &Asker<'_>) -> Result<Self::Answer<'static>> {
        asker.engine().orphans(&self.blobs, self.repairs).map(Parts)
    }
}
