//! Storing a result.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::contract::{Operation, Reply};
use crate::digest::Digest;
use crate::engine::{
    Destination, Function, FunctionIdentity, FunctionPrefix, Need, NewEntry, RecordRow, Staged,
};
use crate::error::{Error, Result};
use crate::lease::Ending;
use crate::sharing::asker::Asker;
use crate::sharing::client::Client;
use crate::sharing::lead::Lead;
use crate::sharing::role::ActiveRole;
use crate::sharing::store::SharedStore;
use crate::store::{Blob, Durability};

/// How long the owner may take: it may have to wait for the disk.
const COMMIT_PATIENCE: Duration = Duration::from_secs(10);

/// A result whose blobs a client has written under temporary names, and the lease that ends with it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Commit<'a> {
    function: FunctionPrefix,
    identity: FunctionIdentity,
    #[serde(borrow)]
    parts: &'a [u8],
    key: Digest,
    #[serde(borrow)]
    frame: &'a [u8],
    blobs: Vec<StagedBlob<'a>>,
    byte_length: u64,
    overwrite: bool,
    is_power: bool,
    /// The thread whose lease ends.
    thread: u32,
    /// What is kept of the run.
    records: Cow<'a, [RecordRow]>,
}

/// A blob under its temporary name.
#[derive(Debug, Serialize, Deserialize)]
struct StagedBlob<'a> {
    file: &'a str,
    digest: Digest,
    byte_length: u64,
}

impl Operation for Commit<'_> {
    /// False when a usable entry was there already and stayed.
    type Answer<'a> = Reply<2, bool>;

    const PATIENCE: Duration = COMMIT_PATIENCE;

    fn run(&self, asker: &Asker<'_>) -> Result<Reply<2, bool>> {
        let session = asker.session_name();
        let durability = if self.is_power { Durability::Power } else { Durability::Process };
        let mut blobs = Vec::with_capacity(self.blobs.len());
        for staged in &self.blobs {
            let blob = Blob { digest: staged.digest, byte_length: staged.byte_length };
            blobs.push(asker.engine().adopt(staged.file, blob, &session, durability)?);
        }
        let destination = Destination {
            function: &self.function,
            identity: &self.identity,
            parts: self.parts,
            key: self.key,
            overwrite: self.overwrite,
            durability,
            records: &self.records,
        };
        let frame = self.frame.to_vec();
        let staged = Staged { frame, blobs, byte_length: self.byte_length };
        let is_stored = asker.engine().publish(&destination, &staged)?;
        // After a failure the lease stays: its holder gives it up, or asks the next owner.
        asker.release(self.key, self.thread, Ending::Committed);
        Ok(Reply(is_stored))
    }
}

impl SharedStore {
    /// Stores a result; the lease of the thread that leads ends with it. False when a usable entry was there already and
    /// stayed.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`], [`Error::ReadOnly`], or why the store cannot be written; nothing is visible then, and the lease
    /// is as it was.
    pub fn commit(
        &self,
        function: &Function,
        entry: &NewEntry<'_>,
        lead: Option<Lead>,
    ) -> Result<bool> {
        self.refuse_read_only()?;
        let thread = lead.map_or(0, |lead| lead.thread);
        let stored = self.with_role(Need::Writing, |role| match role {
            ActiveRole::Owner(owner) => {
                let stored = owner.engine.commit(function, entry);
                self.warn_of_set_aside(&owner.engine);
                stored
            }
            ActiveRole::Client(client) => self.commit_there(client, function, entry, thread),
        })?;
        if let Some(lead) = lead {
            self.release(&entry.key, lead, Ending::Committed);
        }
        stored.ok_or(Error::Disconnected)
    }

    fn commit_there(
        &self,
        client: &Arc<Client>,
        function: &Function,
        entry: &NewEntry<'_>,
        thread: u32,
    ) -> Result<bool> {
        let staged = self.local.values.stage(entry)?;
        let blobs = staged.blobs.iter().map(|pending| StagedBlob {
            file: pending.file_name(),
            digest: pending.blob.digest,
            byte_length: pending.blob.byte_length,
        });
        let Reply(is_stored) = client.ask(&Commit {
            function: *function.prefix(),
            identity: function.identity().clone(),
            parts: function.parts(),
            key: entry.key,
            frame: &staged.frame,
            blobs: blobs.collect(),
            byte_length: staged.byte_length,
            overwrite: entry.overwrite,
            is_power: entry.durability == Durability::Power,
            thread,
            records: Cow::Borrowed(entry.records),
        })?;
        self.let_go_at(client, &entry.key, thread);
        self.local.recent.lock().drop_hot(&entry.key);
        Ok(is_stored)
    }
}
