//! Adopting: entries of a function's earlier code answer for its present code too, as the user says that the edit between
//! them changes no result.
//!
//! A call's key cannot be made of an entry, which need not keep its arguments; but it keeps their digest. So adopting notes
//! by that digest which entry a call may take over, and the first such call takes it: as a copy under its own key, with the
//! same blobs. Until then an entry is looked up as ever, and nobody who has adopted nothing asks for more.

use std::collections::HashSet;
use std::sync::atomic::Ordering;

use serde::{Deserialize, Serialize};

use super::identity::FunctionIdentity;
use super::listing::EntryId;
use super::opened::Opened;
use super::row::{self, FunctionPrefix};
use super::state::Engine;
use crate::clock::Timestamp;
use crate::codec::Frame;
use crate::digest::Digest;
use crate::error::Result;
use crate::explanation::{Change, PartKind, changes, decode_parts};
use crate::store::{Batch, Durability};

/// Entries noted in one batch: a crash in between leaves the rest to the next adopting.
const NOTED_TOGETHER: usize = 1000;

/// A function whose present code adopts the entries of an earlier one.
#[derive(Debug, Clone, Copy)]
pub struct Adopting<'a> {
    /// Opens the rows of its entries.
    pub function: &'a FunctionPrefix,
    /// What the prefix stands for.
    pub identity: &'a FunctionIdentity,
    /// What the code is made of, as [`crate::explanation::encode_parts`] keeps it.
    pub parts: &'a [u8],
}

/// A call without an entry of its own, that may take over an earlier one.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Heir {
    /// Opens the rows of the function's entries.
    pub function: FunctionPrefix,
    /// Key of the call.
    pub key: Digest,
    /// Digest of its arguments alone.
    pub inputs: Digest,
}

/// Whether a call took an earlier entry over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TakenOver {
    /// It has an entry now.
    Yes,
    /// There is none for it.
    No,
    /// There is none for any call of any function.
    Never,
}

/// The digest of some arguments, and the entry that a call with them may take over.
type Adoptable = (Digest, EntryId);

impl Engine {
    /// Has the present code of a function adopt the entries of the nearest earlier one. Says how many it did not have yet.
    ///
    /// Earlier is any other code of the same id, project, domain, version and strategy. Its source may be another one, and
    /// so may its helpers; a captured value or a dependency that both have must be the same, as results depend on it. The
    /// nearest is that with the fewest parts that differ; of several the one that was used for the newest entry.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], [`crate::error::Error::ReadOnly`], or why the store cannot be read or written.
    pub fn adopt_code(&self, adopting: &Adopting<'_>) -> Result<usize> {
        let adoptable = self.read(|opened| match opened.nearest_earlier(adopting)? {
            Some(earlier) => opened.adoptable(adopting.function, &earlier),
            None => Ok(Vec::new()),
        })?;
        for some in adoptable.chunks(NOTED_TOGETHER) {
            self.write(|opened| opened.note_adopted(adopting, some))?;
        }
        Ok(adoptable.len())
    }

    /// Gives a call that has no entry the one that its function's code has adopted for these arguments.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], [`crate::error::Error::ReadOnly`], or why the store cannot be read or written.
    pub fn take_over(&self, heir: &Heir) -> Result<TakenOver> {
        let row = row::adopted(&heir.function, &heir.inputs);
        let is_noted = self.read(|opened| {
            let has_any = opened.has_adopted.load(Ordering::Acquire);
            Ok(has_any.then(|| opened.index.get(&row).map(|noted| noted.is_some())))
        })?;
        match is_noted.transpose()? {
            None => return Ok(TakenOver::Never),
            Some(false) => return Ok(TakenOver::No),
            Some(true) => {}
        }
        let Some(created_at) = self.write(|opened| opened.take_over(heir, &row))? else {
            return Ok(TakenOver::No);
        };
        self.note_change();
        // The copy is no news: nothing gets too old by it.
        self.enforce_limits(created_at);
        Ok(TakenOver::Yes)
    }
}

impl Opened {
    fn nearest_earlier(&self, adopting: &Adopting<'_>) -> Result<Option<FunctionPrefix>> {
        let Adopting { function, identity, parts } = adopting;
        let now = decode_parts(parts);
        let mut nearest: Option<(FunctionPrefix, usize, Timestamp)> = None;
        for row in self.index.scan(&row::codes_of(function)) {
            let (row, bytes) = row?;
            let Some(prefix) = row::parse_function(&row) else { continue };
            let Ok((before, parts)) = postcard::take_from_bytes::<FunctionIdentity>(&bytes) else {
                continue;
            };
            if prefix == **function || !is_code_of(&before, identity) {
                continue;
            }
            let differing = changes(&decode_parts(parts), &now);
            if differing.is_empty() || !differing.iter().all(is_edit) {
                continue;
            }
            let Some(newest) = self.newest(&prefix)? else { continue };
            let distance = differing.len();
            if nearest
                .is_none_or(|(_, known, at)| distance < known || distance == known && newest > at)
            {
                nearest = Some((prefix, distance, newest));
            }
        }
        Ok(nearest.map(|(prefix, ..)| prefix))
    }

    /// When the newest entry of a code was made; `None` where it has none, and adopted none.
    fn newest(&self, function: &FunctionPrefix) -> Result<Option<Timestamp>> {
        let adopts = self.index.has_prefix(&row::adopted_by(function))?;
        let mut newest = adopts.then_some(Timestamp::MIN);
        for row in self.index.scan(&[row::ENTRIES, function].concat()) {
            let created_at = Frame::created_at(&row?.1).unwrap_or(Timestamp::MIN);
            newest = Some(newest.map_or(created_at, |newest| newest.max(created_at)));
        }
        Ok(newest)
    }

    /// What `function` does not have of the entries of `earlier`, and of those that it in turn adopted.
    fn adoptable(
        &self,
        function: &FunctionPrefix,
        earlier: &FunctionPrefix,
    ) -> Result<Vec<Adoptable>> {
        let own = self.inputs_of(function)?;
        let mut found = self.inputs_of(earlier)?;
        for row in self.index.scan(&row::adopted_by(earlier)) {
            let (row, bytes) = row?;
            if let (Some(inputs), Some(entry)) = (row::parse_adopted(&row), parse_entry(&bytes)) {
                found.push((inputs, entry));
            }
        }
        let own: HashSet<Digest> = own.into_iter().map(|(inputs, _)| inputs).collect();
        let mut adoptable = Vec::new();
        for (inputs, entry) in found {
            let is_noted = || -> Result<bool> {
                let noted = self.index.get(&row::adopted(function, &inputs))?;
                Ok(noted.is_some_and(|bytes| parse_entry(bytes.as_ref()) == Some(entry)))
            };
            if !own.contains(&inputs) && !is_noted()? {
                adoptable.push((inputs, entry));
            }
        }
        Ok(adoptable)
    }

    /// The entries of a code that can be read, by the digests of their arguments.
    fn inputs_of(&self, function: &FunctionPrefix) -> Result<Vec<Adoptable>> {
        let mut found = Vec::new();
        for row in self.index.scan(&[row::ENTRIES, function].concat()) {
            let (row, bytes) = row?;
            let Some((function, key)) = row::parse_entry(&row) else { continue };
            if let Ok(frame) = Frame::decode(&key, &bytes) {
                found.push((frame.inputs, EntryId { function, key }));
            }
        }
        Ok(found)
    }

    fn note_adopted(&self, adopting: &Adopting<'_>, some: &[Adoptable]) -> Result<()> {
        let mut batch = Batch::default();
        self.describe(adopting.function, adopting.identity, adopting.parts, &mut batch);
        for (inputs, EntryId { function, key }) in some {
            let entry = [function.as_slice(), key.as_bytes()].concat();
            batch.put(&row::adopted(adopting.function, inputs), &entry);
        }
        self.has_adopted.store(true, Ordering::Release);
        self.index.write(&batch, Durability::Process)?;
        // Clients that know of nothing adopted ask again.
        self.retract([]);
        Ok(())
    }

    /// Copies the entry that stands in `row`, and takes the row away. Says when the entry was made.
    fn take_over(&self, heir: &Heir, row: &[u8]) -> Result<Option<Timestamp>> {
        let mut counts = self.publishing.lock();
        let own = row::entry(&heir.function, &heir.key);
        let mut batch = Batch::default();
        batch.remove(row);
        let noted = self.index.get(row)?.and_then(|bytes| parse_entry(bytes.as_ref()));
        let Some(EntryId { function, key }) = noted else { return Ok(None) };
        let earlier = row::entry(&function, &key);
        let bytes = self.index.get(&earlier)?;
        let frame = bytes
            .as_ref()
            .and_then(|bytes| self.local.values.usable(&earlier, &key, bytes.as_ref()).ok())
            .filter(|frame| frame.inputs == heir.inputs);
        let is_free = self.index.get(&own)?.is_none();
        let Some(frame) = frame.filter(|_| is_free) else {
            self.index.write(&batch, Durability::Process)?;
            return Ok(None);
        };
        batch.put(&own, &frame.encode(&heir.key));
        for blob in frame.blobs() {
            batch.put(&row::reference(&blob.digest, &heir.key), &blob.byte_length.to_le_bytes());
        }
        let next = counts.replaced(None, Some(frame.byte_length()));
        self.write_counted(&mut batch, &mut counts, next, Durability::Process)?;
        self.note_counted(&own, None, Some(frame.byte_length()));
        Ok(Some(frame.created_at))
    }
}

/// Whether a record is of another code of the same function.
fn is_code_of(before: &FunctionIdentity, now: &FunctionIdentity) -> bool {
    let FunctionIdentity { name, version, project, domain, kind, strategy, code } = before;
    code.is_some()
        && now.code.is_some()
        && (name, version, project, domain) == (&now.name, &now.version, &now.project, &now.domain)
        && (kind, strategy) == (&now.kind, &now.strategy)
}

/// Whether an edit of code alone makes this change: what was captured may come and go with it, but has no other value.
fn is_edit(change: &Change) -> bool {
    match change.kind {
        PartKind::Code | PartKind::Helper => true,
        _ => change.before.is_none() || change.now.is_none(),
    }
}

fn parse_entry(bytes: &[u8]) -> Option<EntryId> {
    let (function, key) = bytes.split_first_chunk()?;
    Some(EntryId { function: *function, key: Digest::try_from(key).ok()? })
}
