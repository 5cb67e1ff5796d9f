//! Entries one page after the other, in the order of the index.

use std::sync::Arc;

use engram_core::engine::EntryId;
use engram_core::sharing::SharedStore;
use napi_derive::napi;

use crate::entry::Entry;
use crate::error::{Result, failed};

/// Entries grouped by function, of which none has to wait for all.
#[napi]
pub struct EntryWalk {
    store: Arc<SharedStore>,
    name: Option<String>,
    last: Option<EntryId>,
    is_over: bool,
}

impl EntryWalk {
    pub const fn new(store: Arc<SharedStore>, name: Option<String>) -> Self {
        Self { store, name, last: None, is_over: false }
    }
}

#[napi]
impl EntryWalk {
    /// The facts of some more entries; null at the end. Damaged ones are left out, so that it may be none.
    #[napi]
    pub fn next(&mut self) -> Result<Option<Vec<Entry>>> {
        if self.is_over {
            return Ok(None);
        }
        let page = self.store.page(self.last, self.name.as_deref());
        let (infos, last) = page.map_err(|error| failed(&error))?;
        (self.last, self.is_over) = (last, last.is_none());
        Ok(Some(infos.into_iter().map(Entry::from).collect()))
    }
}
