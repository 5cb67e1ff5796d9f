//! The facts of all entries.

use std::sync::{Arc, Weak};
use std::time::Duration;
use std::vec;

use serde::{Deserialize, Serialize};

use super::contract::{Answer, LISTING_PATIENCE, Operation, Parts, Reply, SENT_TOGETHER};
use super::info::Info;
use crate::engine::{EntryId, EntryInfo, Need};
use crate::error::{Error, Result};
use crate::sharing::asker::Asker;
use crate::sharing::connection::{Broken, Reader, Writer};
use crate::sharing::owner::Owner;
use crate::sharing::role::ActiveRole;
use crate::sharing::store::SharedStore;

/// All entries, or those that are superseded, or that are not.
#[derive(Debug, Serialize, Deserialize)]
pub struct List(Option<bool>);

/// What is listed, newest first.
pub enum Listed {
    /// Where the store is open: which entries there are. Their facts are read as they are looked at.
    Entries(Arc<Owner>, Vec<EntryId>),
    /// As the owner told it.
    Infos(Vec<EntryInfo>),
}

type Infos = Parts<7, EntryInfo>;

impl Operation for List {
    type Answer<'a> = Listed;

    const PATIENCE: Duration = LISTING_PATIENCE;
    const DEPENDS_ON_USES: bool = true;

    fn run(&self, asker: &Asker<'_>) -> Result<Listed> {
        let entries = asker.engine().list(self.0)?;
        Ok(Listed::Entries(Arc::clone(asker.owner), entries))
    }
}

impl<'a> Answer<'a> for Listed {
    fn send(self, writer: &mut Writer) -> Result<Result<()>, Broken> {
        match self {
            Self::Infos(infos) => Parts::<7, _>(infos).send(writer),
            Self::Entries(owner, entries) => {
                for some in entries.chunks(SENT_TOGETHER) {
                    match owner.engine.infos(some) {
                        Ok(infos) => Infos::send_part(&infos, writer)?,
                        Err(error) => return Ok(Err(error)),
                    }
                }
                Infos::send_end(writer).map(Ok)
            }
        }
    }

    fn receive(reader: &'a mut Reader, patience: Duration) -> Result<Result<Self>, Broken> {
        let infos = Infos::receive(reader, patience)?;
        Ok(infos.map(|Parts(infos)| Self::Infos(infos)))
    }
}

/// Entries that are still to be looked at, newest first.
pub struct EntryPages {
    store: Weak<SharedStore>,
    rest: Rest,
}

enum Rest {
    Entries(vec::IntoIter<EntryId>),
    Infos(vec::IntoIter<EntryInfo>),
}

impl EntryPages {
    /// The facts of the next `count` entries; fewer at the end. Entries that have gone since they were listed, and damaged
    /// ones, are left out.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`], or why the store cannot be read.
    pub fn next_page(&mut self, count: usize) -> Result<Vec<EntryInfo>> {
        let entries = match &mut self.rest {
            Rest::Infos(infos) => return Ok(infos.take(count).collect()),
            Rest::Entries(entries) => entries,
        };
        let store = self.store.upgrade().ok_or(Error::Closed)?;
        let mut infos = Vec::new();
        while infos.len() < count && entries.len() > 0 {
            let page: Vec<_> = entries.take(count - infos.len()).collect();
            infos.extend(store.infos(&page)?);
        }
        Ok(infos)
    }
}

impl SharedStore {
    /// All entries, newest first; with `superseded` those whose place another code of their function has taken, or the others.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`], or why the store cannot be read.
    pub fn list(&self, superseded: Option<bool>) -> Result<EntryPages> {
        let rest = match self.ask(&List(superseded))? {
            Some(Listed::Entries(_, entries)) => Rest::Entries(entries.into_iter()),
            Some(Listed::Infos(infos)) => Rest::Infos(infos.into_iter()),
            None => Rest::Infos(Vec::new().into_iter()),
        };
        Ok(EntryPages { store: self.me(), rest })
    }

    /// The facts of entries that were listed while this process was the owner, which it may be no longer.
    fn infos(&self, entries: &[EntryId]) -> Result<Vec<EntryInfo>> {
        let infos = self.with_role(Need::Reading, |role| match role {
            ActiveRole::Owner(owner) => owner.engine.infos(entries),
            ActiveRole::Client(client) => {
                let infos = entries.iter().map(|EntryId { function, key }| {
                    client.ask(&Info { function: *function, key: *key }).map(|Reply(info)| info)
                });
                infos.filter_map(Result::transpose).collect()
            }
        })?;
        Ok(infos.unwrap_or_default())
    }
}
