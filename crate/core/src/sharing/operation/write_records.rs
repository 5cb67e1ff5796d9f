//! Writing records that families keep.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::contract::{Done, Operation, Reply};
use crate::engine::{Need, RecordRow};
use crate::error::Result;
use crate::sharing::asker::Asker;
use crate::sharing::role::ActiveRole;
use crate::sharing::store::SharedStore;

#[derive(Debug, Serialize, Deserialize)]
pub struct WriteRecords<'a> {
    rows: Cow<'a, [RecordRow]>,
    keep: u32,
}

impl Operation for WriteRecords<'_> {
    type Answer<'a> = Done;

    fn run(&self, asker: &Asker<'_>) -> Result<Done> {
        asker.engine().write_records(&self.rows, self.keep as usize).map(Reply)
    }
}

impl SharedStore {
    /// Writes rows of records, all or none. Of the records that are among them, only the `keep` newest of their kind and
    /// name stay.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], [`crate::error::Error::ReadOnly`], [`crate::error::Error::Index`] for a row that is
    /// too long, or why the store cannot be written.
    pub fn write_records(&self, rows: &[RecordRow], keep: u32) -> Result<()> {
        self.refuse_read_only()?;
        let operation = WriteRecords { rows: Cow::Borrowed(rows), keep };
        let written = self.with_role(Need::Writing, |role| match role {
            ActiveRole::Owner(owner) => operation.run(&Asker::own(owner)),
            ActiveRole::Client(client) => client.ask(&operation),
        });
        written.map(|_| ())
    }
}
