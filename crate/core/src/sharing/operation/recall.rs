//! Recalling a call: its result is found and used, or the lease on its key is taken, in one question.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::acquire::Acquire;
use super::contract::{Operation, Reply};
use crate::clock::Timestamp;
use crate::digest::Digest;
use crate::engine::{
    Function, FunctionPrefix, Hit, Lookup, MissReason, Mode, Need, Seen, entry_row,
};
use crate::error::Result;
use crate::sharing::asker::Asker;
use crate::sharing::client::Client;
use crate::sharing::lead::{Lead, LeaseScope};
use crate::sharing::owner::Owner;
use crate::sharing::role::ActiveRole;
use crate::sharing::store::SharedStore;

/// The row of a call. Without one, the lease for a thread, if it wants it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Recall {
    pub function: FunctionPrefix,
    pub key: Digest,
    pub lead: Option<u32>,
}

/// What the owner has.
#[derive(Debug, Serialize, Deserialize)]
pub enum Found<'a> {
    Row(#[serde(borrow)] Cow<'a, [u8]>),
    /// No row; whether the lease was granted, if it was asked for.
    Missing {
        granted: bool,
    },
}

impl Operation for Recall {
    type Answer<'a> = Found<'a>;

    fn run(&self, asker: &Asker<'_>) -> Result<Found<'static>> {
        let Self { function, key, lead } = self;
        let sought = seek(asker, key, *lead, || {
            Ok(asker.engine().row(function, key)?.ok_or(MissReason::Absent))
        })?;
        Ok(match sought {
            Sought::Found(row) => Found::Row(Cow::Owned(row)),
            Sought::Missing { granted, .. } => Found::Missing { granted },
        })
    }
}

enum Sought<T> {
    Found(T),
    Missing { reason: MissReason, granted: bool },
}

/// Looks for a call where the store is open, and takes the lease for who wants to lead if there is nothing.
fn seek<T>(
    asker: &Asker<'_>,
    key: &Digest,
    lead: Option<u32>,
    mut look: impl FnMut() -> Result<Result<T, MissReason>>,
) -> Result<Sought<T>> {
    let before = asker.engine().changes();
    let reason = match look()? {
        Ok(found) => return Ok(Sought::Found(found)),
        Err(reason) => reason,
    };
    let Some(lease) = lead.and_then(|thread| asker.acquire(*key, thread)) else {
        return Ok(Sought::Missing { reason, granted: false });
    };
    // Somebody may have committed it between the look and the lease.
    if asker.engine().changes() != before
        && let Ok(found) = look()?
    {
        lease.end_committed();
        return Ok(Sought::Found(found));
    }
    lease.keep();
    Ok(Sought::Missing { reason, granted: true })
}

/// What became of recalling a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Recalled {
    /// A usable entry.
    Hit(Hit),
    /// None. Whoever wanted to lead holds the lease now.
    Miss(MissReason),
    /// None, and somebody else is computing it.
    Held(MissReason),
}

/// A call that is recalled.
#[derive(Clone, Copy)]
struct Call<'a> {
    function: &'a Function,
    key: &'a Digest,
    now: Timestamp,
    lead: Option<u32>,
}

impl SharedStore {
    /// Finds the result of the call `key` and uses it: a short structure is left in `out`, and the use is noted. On a
    /// miss, takes the lease for who wants to lead.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn recall(
        &self,
        function: &Function,
        key: &Digest,
        now: Timestamp,
        out: &mut [u8],
        lead: Option<Lead>,
    ) -> Result<Recalled> {
        if let Some(hit) = self.local.hot(key, now, out) {
            return Ok(Recalled::Hit(hit));
        }
        let shared =
            lead.filter(|lead| lead.scope == LeaseScope::Store && self.mode() == Mode::ReadWrite);
        // A lease needs an owner, who needs a directory. One that is there is read first: most runs only hit.
        let makes_store = shared.is_some() && !self.has_role() && !self.layout.exists();
        let need = if makes_store { Need::Writing } else { Need::Reading };
        let call = Call { function, key, now, lead: shared.map(|lead| lead.thread) };
        let recalled = self.with_role(need, |role| match role {
            ActiveRole::Owner(owner) => self.recall_here(owner, call, out),
            ActiveRole::Client(client) => self.recall_there(client, call, out),
        })?;
        let recalled = recalled.unwrap_or(Recalled::Miss(MissReason::Absent));
        match (recalled, lead) {
            (Recalled::Miss(reason), Some(lead)) if lead.scope == LeaseScope::Process => {
                let granted = self.acquire(key, lead);
                Ok(if granted { Recalled::Miss(reason) } else { Recalled::Held(reason) })
            }
            (recalled, _) => Ok(recalled),
        }
    }

    fn recall_here(&self, owner: &Arc<Owner>, call: Call<'_>, out: &mut [u8]) -> Result<Recalled> {
        let Call { function, key, now, lead } = call;
        let sought = seek(&Asker::own(owner), key, lead, || {
            Ok(match owner.engine.recall(function, key, now, out)? {
                Lookup::Hit(hit) => Ok(hit),
                Lookup::Miss(reason) => Err(reason),
            })
        })?;
        Ok(match (sought, lead) {
            (Sought::Found(hit), _) => Recalled::Hit(hit),
            (Sought::Missing { reason, granted: false }, Some(_)) => Recalled::Held(reason),
            (Sought::Missing { reason, .. }, None) => Recalled::Miss(reason),
            (Sought::Missing { reason, granted: true }, Some(thread)) => {
                self.held.lock().begin(*key, thread);
                Recalled::Miss(reason)
            }
        })
    }

    fn recall_there(
        &self,
        client: &Arc<Client>,
        call: Call<'_>,
        out: &mut [u8],
    ) -> Result<Recalled> {
        let Call { function, key, lead, .. } = call;
        let seen = self.local.recent.lock().seen();
        let request = Recall { function: *function.prefix(), key: *key, lead };
        let sought = client.ask_with(&request, |found| match found {
            Found::Row(bytes) => Ok(self.hit_in(&bytes, call, seen, out)),
            Found::Missing { granted } => Err(granted),
        })?;
        self.relieve(client);
        let (reason, thread) = match (sought, lead) {
            (Ok(Ok(hit)), _) => return Ok(Recalled::Hit(hit)),
            (Ok(Err(reason)), None) => return Ok(Recalled::Miss(reason)),
            (Err(_), None) => return Ok(Recalled::Miss(MissReason::Absent)),
            (Err(false), Some(_)) => return Ok(Recalled::Held(MissReason::Absent)),
            (Err(true), Some(thread)) => (MissReason::Absent, thread),
            // The row is of no use, which the owner did not see.
            (Ok(Err(reason)), Some(thread)) => {
                let Reply(granted) = client.ask(&Acquire { key: *key, thread })?;
                if !granted {
                    return Ok(Recalled::Held(reason));
                }
                (reason, thread)
            }
        };
        self.hold_from(client, key, thread)?;
        Ok(Recalled::Miss(reason))
    }

    /// Reads a row that came from the owner. It is kept if nothing was overwritten since the question was asked.
    fn hit_in(
        &self,
        bytes: &[u8],
        call: Call<'_>,
        seen: Seen,
        out: &mut [u8],
    ) -> Result<Hit, MissReason> {
        let Call { function, key, now, .. } = call;
        let hit = self.local.values.hit(&entry_row(function.prefix(), key), key, bytes, out)?;
        let mut recent = self.local.recent.lock();
        if recent.is_of(seen) {
            recent.keep_hit(seen.revision, key, &hit, out);
        }
        recent.note(key, now);
        Ok(hit)
    }
}

/// What `read` makes of a call's row that the owner has, which may be none. Notes no use.
pub fn with_row<T>(
    client: &Client,
    function: &FunctionPrefix,
    key: &Digest,
    read: impl FnOnce(Option<&[u8]>) -> T,
) -> Result<T> {
    let request = Recall { function: *function, key: *key, lead: None };
    client.ask_with(&request, |found| match found {
        Found::Row(bytes) => read(Some(&bytes)),
        Found::Missing { .. } => read(None),
    })
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::error::Error;
    use crate::sharing::registry::open;
    use crate::sharing::tests::peer::{entry, function};

    // A disk could not be read for a moment, just after a lease was granted and something else was stored. The caller was
    // told of the disk, and nobody of the lease: all who asked for its key waited for ever.
    #[test]
    fn a_lease_ends_where_the_store_cannot_be_read_after_it_was_granted() {
        let directory = tempfile::tempdir().unwrap();
        let store = open(&directory.path().join("store"), Mode::ReadWrite);
        let Ok(Some(ActiveRole::Owner(owner))) = store.store().reach(Need::Writing) else {
            panic!()
        };
        let (asker, key) = (Asker::own(&owner), Digest::from_bytes([1; 32]));
        let looks = Cell::new(0);
        let sought = seek::<()>(&asker, &key, Some(0), || {
            looks.set(looks.get() + 1);
            if looks.get() == 2 {
                return Err(Error::Index("it cannot be read".to_owned()));
            }
            store.store().commit(&function(), &entry(Digest::from_bytes([2; 32])), None).unwrap();
            Ok(Err(MissReason::Absent))
        });
        assert!(matches!(sought, Err(Error::Index(_))));
        assert!(asker.acquire(key, 1).is_some());
    }
}
