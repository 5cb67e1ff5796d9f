//! What callers ask of a store: answered here by the owner, or by asking it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::client::{COMMIT_PATIENCE, Client, LISTING_PATIENCE, PATIENCE};
use super::flight::{Lead, ask_done, unexpected};
use super::owner::Owner;
use super::protocol::{Answer, Commit, Explain, Request, StagedBlob};
use super::reached::Reached;
use super::store::SharedStore;
use crate::clock::Timestamp;
use crate::digest::Digest;
use crate::engine::{Asked, EntryInfo, Function, Limits, Mode, Need, NewEntry, Reduced, Totals};
use crate::error::{Error, Result};
use crate::explanation::Change;
use crate::lease::Ending;
use crate::store::{Durability, Generation};

/// Accesses and keys that travel in one message.
const SENT_TOGETHER: usize = 4096;

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
        let stored = self.with_reached(Need::Writing, |reached| match reached {
            Reached::Owner(owner) => {
                let stored = owner.engine.commit(function, entry);
                self.warn_of_set_aside(&owner.engine);
                stored
            }
            Reached::Client(client) => self.commit_there(client, function, entry, thread),
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
        let request = Request::Commit(Commit {
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
        });
        let stored = client.ask(&request, COMMIT_PATIENCE, |answer| match answer {
            Answer::Stored(stored) => Ok(stored),
            _ => Err(unexpected()),
        })?;
        self.let_go_at(client, &entry.key, thread);
        let mut recent = self.local.recent.lock();
        recent.drop_hot(&entry.key);
        Ok(stored)
    }

    /// The facts of one call's entry; `None` when there is none that can be read.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`], or why the store cannot be read.
    pub fn info(&self, function: &Function, key: &Digest) -> Result<Option<EntryInfo>> {
        let prefix = function.prefix();
        let info = self.with_existing(
            |owner| owner.engine.info(prefix, key),
            |client| {
                let request = Request::Info { function: *prefix, key: *key };
                client.ask(&request, PATIENCE, |answer| match answer {
                    Answer::Info(info) => Ok(info.map(|info| *info)),
                    _ => Err(unexpected()),
                })
            },
        )?;
        Ok(info.flatten())
    }

    /// The parts of a call's key that differ from those of the nearest entry; `None` where none is near.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`], or why the store cannot be read.
    pub fn explain(&self, asked: &Asked<'_>) -> Result<Option<Vec<Change>>> {
        let explained = self.with_existing(
            |owner| owner.engine.explain(asked),
            |client| {
                let request = Request::Explain(Explain {
                    identity: asked.identity.clone(),
                    parts: asked.parts,
                    key: asked.key,
                    arguments: asked.arguments,
                });
                client.ask(&request, LISTING_PATIENCE, |answer| match answer {
                    Answer::Explained(changes) => Ok(changes),
                    _ => Err(unexpected()),
                })
            },
        )?;
        Ok(explained.flatten())
    }

    /// The facts of all entries, newest first. Damaged entries are left out.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`], or why the store cannot be read.
    pub fn list(&self) -> Result<Vec<EntryInfo>> {
        let listed = self.with_existing(
            |owner| owner.engine.infos(&owner.engine.list()?),
            |client| {
                self.hand_over(client);
                let mut entries = Vec::new();
                client.ask_for_parts(&Request::List, |answer| match answer {
                    Answer::Entries(some) => {
                        let has_more = !some.is_empty();
                        entries.extend(some);
                        Ok(has_more)
                    }
                    _ => Err(unexpected()),
                })?;
                Ok(entries)
            },
        )?;
        Ok(listed.unwrap_or_default())
    }

    /// Sums over one function's entries.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`], or why the store cannot be read.
    pub fn function_totals(&self, function: &Function) -> Result<Totals> {
        let prefix = function.prefix();
        let totals = self.with_existing(
            |owner| owner.engine.function_totals(prefix),
            |client| ask_totals(client, &Request::FunctionTotals(*prefix)),
        )?;
        Ok(totals.unwrap_or_default())
    }

    /// Sums over the whole store.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`], or why the store cannot be read.
    pub fn totals(&self) -> Result<Totals> {
        let totals = self.with_existing(
            |owner| owner.engine.totals(),
            |client| ask_totals(client, &Request::Totals),
        )?;
        Ok(totals.unwrap_or_default())
    }

    /// Sums over the entries of each function, by function id.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`], or why the store cannot be read.
    pub fn totals_by_name(&self) -> Result<HashMap<String, Totals>> {
        let totals = self.with_existing(
            |owner| owner.engine.totals_by_name(),
            |client| {
                let mut totals = HashMap::new();
                client.ask_for_parts(&Request::TotalsByName, |answer| match answer {
                    Answer::Named(some) => {
                        let has_more = !some.is_empty();
                        totals.extend(some);
                        Ok(has_more)
                    }
                    _ => Err(unexpected()),
                })?;
                Ok(totals)
            },
        )?;
        Ok(totals.unwrap_or_default())
    }

    /// Drops the entry of one call. False when there was none.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`], [`Error::ReadOnly`], or why the store cannot be written.
    pub fn forget(&self, function: &Function, key: &Digest) -> Result<bool> {
        let (prefix, key) = (*function.prefix(), *key);
        let removed = self.remove(
            |owner| owner.engine.forget(&prefix, &key).map(usize::from),
            &Request::Forget { function: prefix, key },
        )?;
        Ok(removed > 0)
    }

    /// Drops every entry of a function's code under its project, domain, version and strategy. Says how many went.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`], [`Error::ReadOnly`], or why the store cannot be written.
    pub fn clear_function(&self, function: &Function) -> Result<usize> {
        let prefix = *function.prefix();
        self.remove(|owner| owner.engine.clear_function(&prefix), &Request::ClearFunction(prefix))
    }

    /// Drops every entry. Says how many went. Touches no file that engram did not write.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`], [`Error::ReadOnly`], or why the store cannot be written.
    pub fn clear(&self) -> Result<usize> {
        self.remove(|owner| owner.engine.clear(), &Request::Clear)
    }

    /// Drops the entries of these calls, whichever function they belong to. Says how many went.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`], [`Error::ReadOnly`], or why the store cannot be written.
    pub fn forget_keys(&self, keys: &HashSet<Digest>) -> Result<usize> {
        let keys: Vec<_> = keys.iter().copied().collect();
        let mut removed = 0;
        for some in keys.chunks(SENT_TOGETHER) {
            let wanted: HashSet<_> = some.iter().copied().collect();
            removed += self.remove(
                |owner| owner.engine.forget_keys(&wanted),
                &Request::ForgetKeys(some.to_vec()),
            )?;
        }
        Ok(removed)
    }

    /// Drops what exceeds `limits`, least recently used first. Says what went.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`], [`Error::ReadOnly`], or why the store cannot be written.
    pub fn reduce(&self, limits: &Limits, now: Timestamp) -> Result<Reduced> {
        self.refuse_read_only()?;
        let reduced = self.with_existing(
            |owner| owner.engine.reduce(limits, now),
            |client| {
                self.hand_over(client);
                let request = Request::Reduce { limits: *limits, now };
                client.ask(&request, LISTING_PATIENCE, |answer| match answer {
                    Answer::Reduced(reduced) => Ok(reduced),
                    _ => Err(unexpected()),
                })
            },
        )?;
        Ok(reduced.unwrap_or_default())
    }

    fn remove(
        &self,
        own: impl Fn(&Owner) -> Result<usize>,
        request: &Request<'_>,
    ) -> Result<usize> {
        self.refuse_read_only()?;
        let removed = self.with_existing(own, |client| {
            client.ask(request, LISTING_PATIENCE, |answer| match answer {
                Answer::Count(removed) => Ok(usize::try_from(removed).unwrap_or(usize::MAX)),
                _ => Err(unexpected()),
            })
        })?;
        Ok(removed.unwrap_or_default())
    }

    fn refuse_read_only(&self) -> Result<()> {
        match self.mode() {
            Mode::ReadOnly => Err(Error::ReadOnly(self.location().to_owned())),
            Mode::ReadWrite => Ok(()),
        }
    }

    /// A client keeps what it reads as long as the owner has not said that something changed.
    pub(super) fn guard_recent(&self) {
        // Where there is no shared memory, nothing is kept.
        let generation = Generation::make(&self.layout).map(Arc::new);
        self.local.recent.lock().begin_as_client(generation);
    }

    pub(super) fn relieve(&self, client: &Client) {
        if self.mode() == Mode::ReadOnly {
            return;
        }
        let accesses = self.local.recent.lock().take_if_many();
        // Times of use are not worth failing anyone's call.
        let _ = tell_in_parts(client, &accesses, Request::Accesses);
    }

    /// Tells the owner what this process knows and the index does not.
    pub(super) fn hand_over(&self, client: &Client) {
        if self.mode() == Mode::ReadOnly {
            return;
        }
        let accesses = self.local.recent.lock().take_all();
        let verified = self.local.values.take_verified();
        let _ = tell_in_parts(client, &accesses, Request::Accesses)
            .and_then(|()| tell_in_parts(client, &verified, Request::Verified));
    }
}

/// Ends with the first part that the owner does not take: each could be waited for as long as the first.
fn tell_in_parts<T: Clone>(
    client: &Client,
    all: &[T],
    request: impl Fn(Vec<T>) -> Request<'static>,
) -> Result<()> {
    all.chunks(SENT_TOGETHER).try_for_each(|some| ask_done(client, &request(some.to_vec())))
}

fn ask_totals(client: &Client, request: &Request<'_>) -> Result<Totals> {
    client.ask(request, LISTING_PATIENCE, |answer| match answer {
        Answer::Totals(totals) => Ok(totals),
        _ => Err(unexpected()),
    })
}
