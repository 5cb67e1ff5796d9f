//! Looking calls up: among what was used lately, in the index, or by asking the owner.

use std::sync::Arc;

use super::client::{Client, PATIENCE};
use super::flight::{Lead, Reach, ask_missing, unexpected};
use super::owner::Owner;
use super::protocol::{Answer, Request};
use super::reached::Reached;
use super::store::SharedStore;
use crate::clock::Timestamp;
use crate::digest::Digest;
use crate::engine::{
    Function, Hit, Loaded, Lookup, MissReason, Mode, Need, Seen, Validity, entry_row, hit_of,
    read_log,
};
use crate::error::Result;
use crate::lease::Ending;

/// What a lookup found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Recall {
    /// A usable entry.
    Hit(Hit),
    /// None. Whoever wanted to lead holds the lease now.
    Miss(MissReason),
    /// None, and somebody else is computing it.
    Held(MissReason),
}

impl SharedStore {
    /// Looks the call `key` up. A short structure is left in `out`; the use is noted. On a miss, takes the lease for who
    /// wants to lead.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`], or why the store cannot be read.
    pub fn recall(
        &self,
        function: &Function,
        key: &Digest,
        now: Timestamp,
        out: &mut [u8],
        lead: Option<Lead>,
    ) -> Result<Recall> {
        if let Some(hit) = self.local.recent.lock().get(key, now, out) {
            return Ok(Recall::Hit(hit));
        }
        let shared =
            lead.filter(|lead| lead.reach == Reach::Shared && self.mode() == Mode::ReadWrite);
        // A lease needs an owner, who needs a directory. One that is there is read first: most runs only hit.
        let makes_store = shared.is_some() && !self.layout.exists();
        let need = if makes_store { Need::Writing } else { Need::Reading };
        let call = Asked { function, key, now, lead: shared };
        let found = self.with_reached(need, |reached| match reached {
            Reached::Owner(owner) => self.recall_here(owner, &call, out),
            Reached::Client(client) => self.recall_there(client, &call, out),
        })?;
        let recall = found.unwrap_or(Recall::Miss(MissReason::Absent));
        match (recall, lead) {
            (Recall::Miss(reason), Some(lead)) if lead.reach == Reach::Process => {
                let granted = self.acquire(key, lead);
                Ok(if granted { recall } else { Recall::Held(reason) })
            }
            _ => Ok(recall),
        }
    }

    fn recall_here(&self, owner: &Owner, call: &Asked<'_>, out: &mut [u8]) -> Result<Recall> {
        let Asked { function, key, now, lead } = *call;
        let before = owner.engine.changes();
        let reason = match owner.engine.recall(function, key, now, out)? {
            Lookup::Hit(hit) => return Ok(Recall::Hit(hit)),
            Lookup::Miss(reason) => reason,
        };
        let Some(lead) = lead else { return Ok(Recall::Miss(reason)) };
        if !owner.leases.lock().acquire(*key, self.agent(lead.thread)) {
            return Ok(Recall::Held(reason));
        }
        // Somebody may have committed it between the look and the lease.
        if owner.engine.changes() != before
            && let Lookup::Hit(hit) = owner.engine.recall(function, key, now, out)?
        {
            let agent = self.agent(lead.thread);
            owner.carry(|leases| leases.release(*key, agent, Ending::Committed));
            return Ok(Recall::Hit(hit));
        }
        self.hold(key, lead.thread);
        Ok(Recall::Miss(reason))
    }

    fn recall_there(
        &self,
        client: &Arc<Client>,
        call: &Asked<'_>,
        out: &mut [u8],
    ) -> Result<Recall> {
        let Asked { function, key, lead, .. } = *call;
        let seen = self.local.recent.lock().seen();
        let thread = lead.map(|lead| lead.thread);
        let request = Request::Lookup { function: *function.prefix(), key: *key, lead: thread };
        let found = client.ask(&request, PATIENCE, |answer| match answer {
            Answer::Row(bytes) => Ok(There::Row(self.hit_in(bytes, call, seen, out))),
            Answer::Missing { granted } => Ok(There::Nothing { granted }),
            _ => Err(unexpected()),
        })?;
        self.relieve(client);
        let (reason, granted) = match (found, lead) {
            (There::Row(Ok(hit)), _) => return Ok(Recall::Hit(hit)),
            (There::Row(Err(reason)), None) => return Ok(Recall::Miss(reason)),
            (There::Nothing { .. }, None) => return Ok(Recall::Miss(MissReason::Absent)),
            (There::Nothing { granted }, Some(_)) => (MissReason::Absent, granted),
            // The row is of no use, which the owner did not see.
            (There::Row(Err(reason)), Some(Lead { thread, .. })) => {
                (reason, ask_missing(client, &Request::Acquire { key: *key, thread })?)
            }
        };
        if !granted {
            return Ok(Recall::Held(reason));
        }
        self.hold_from(client, key, thread.unwrap_or_default())?;
        Ok(Recall::Miss(reason))
    }

    /// Reads a row that came from the owner. It is kept if nothing was overwritten since the question was asked.
    fn hit_in(
        &self,
        bytes: &[u8],
        call: &Asked<'_>,
        seen: Seen,
        out: &mut [u8],
    ) -> Result<Hit, MissReason> {
        let Asked { function, key, now, .. } = *call;
        let frame = self.local.values.usable(&entry_row(function, key), key, bytes)?;
        let hit = hit_of(&frame, out)?;
        let mut recent = self.local.recent.lock();
        if let Some(length) = hit.length
            && recent.is_of(seen)
        {
            recent.keep(seen.revision, key, hit.created_at, hit.duration_ms, &out[..length]);
        }
        recent.note(key, now);
        Ok(hit)
    }

    /// Until when what `recall` answers from now on may be kept elsewhere; `None` where nothing would tell.
    pub fn validity(&self) -> Option<Validity> {
        self.local.recent.lock().validity()
    }

    /// Notes uses of what was kept elsewhere, given as records of the log of accesses.
    pub fn note_uses(&self, records: &[u8]) {
        self.local.recent.lock().note_all(read_log(records).take());
    }

    /// Brings a whole value, whatever its size: structure bytes checked and decompressed, buffers mapped.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`], or why the store cannot be read.
    pub fn load(&self, function: &Function, key: &Digest) -> Result<Result<Loaded, MissReason>> {
        let loaded = self.with_existing(
            |owner| owner.engine.load(function, key),
            |client| {
                ask_row(client, function, key, |bytes| {
                    let Some(bytes) = bytes else { return Ok(Err(MissReason::Absent)) };
                    match self.local.values.usable(&entry_row(function, key), key, bytes) {
                        Ok(frame) => self.local.values.load(&frame),
                        Err(reason) => Ok(Err(reason)),
                    }
                })
            },
        )?;
        Ok(loaded.unwrap_or(Err(MissReason::Absent)))
    }

    /// Whether the call has a usable entry, and which facts it has. Notes no use.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`], or why the store cannot be read.
    pub fn peek(&self, function: &Function, key: &Digest) -> Result<Lookup> {
        let found = self.with_existing(
            |owner| owner.engine.lookup(function, key),
            |client| {
                ask_row(client, function, key, |bytes| {
                    let Some(bytes) = bytes else { return Ok(Lookup::Miss(MissReason::Absent)) };
                    let usable = self.local.values.usable(&entry_row(function, key), key, bytes);
                    Ok(usable.map_or_else(Lookup::Miss, |frame| {
                        let (created_at, duration_ms) = (frame.created_at, frame.duration_ms);
                        Lookup::Hit(Hit { created_at, duration_ms, length: None })
                    }))
                })
            },
        )?;
        Ok(found.unwrap_or(Lookup::Miss(MissReason::Absent)))
    }
}

/// A call that is looked up.
#[derive(Clone, Copy)]
struct Asked<'a> {
    function: &'a Function,
    key: &'a Digest,
    now: Timestamp,
    lead: Option<Lead>,
}

/// What the owner has.
enum There {
    Row(Result<Hit, MissReason>),
    Nothing { granted: bool },
}

/// The bytes of a call's row.
fn ask_row<T>(
    client: &Client,
    function: &Function,
    key: &Digest,
    read: impl FnOnce(Option<&[u8]>) -> Result<T>,
) -> Result<T> {
    let request = Request::Lookup { function: *function.prefix(), key: *key, lead: None };
    client.ask(&request, PATIENCE, |answer| match answer {
        Answer::Row(bytes) => read(Some(bytes)),
        Answer::Missing { .. } => read(None),
        _ => Err(unexpected()),
    })
}
