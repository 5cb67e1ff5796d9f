//! Codes whose place another one has taken: earlier versions, and what a function was before it was edited.

use std::collections::HashSet;

use super::identity::FunctionIdentity;
use super::opened::Opened;
use super::row::{self, FunctionPrefix, SEGMENT};
use super::state::Engine;
use crate::clock::Timestamp;
use crate::codec::Frame;
use crate::error::Result;
use crate::explanation::{Part, PartKind, changes, decode_parts};

/// One code of a function, and when its entries were in use.
struct Code {
    prefix: FunctionPrefix,
    version: Option<String>,
    parts: Vec<Part>,
    first_made: Timestamp,
    last_used: Timestamp,
}

impl Code {
    /// Whether this code is what the other one became: closures that were made with other values are no edits, and what was
    /// still used when the other began is in use beside it.
    fn supersedes(&self, other: &Self) -> bool {
        self.first_made > other.last_used
            && (self.version != other.version
                || changes(&other.parts, &self.parts)
                    .iter()
                    .any(|change| matches!(change.kind, PartKind::Code | PartKind::Helper)))
    }
}

impl Engine {
    /// The codes whose entries another code of the same function has superseded.
    pub(super) fn superseded(&self, opened: &Opened) -> Result<HashSet<FunctionPrefix>> {
        let mut found = HashSet::new();
        let mut records = opened.index.scan(row::FUNCTIONS).peekable();
        while let Some(record) = records.next() {
            let (row, bytes) = record?;
            let Some(first) = row::parse_function(&row) else { continue };
            let mut codes = vec![(first, bytes)];
            let is_same = |row: &[u8]| {
                row::parse_function(row)
                    .is_some_and(|one| one[..2 * SEGMENT] == first[..2 * SEGMENT])
            };
            while let Some(Ok((row, bytes))) =
                records.next_if(|next| next.as_ref().is_ok_and(|(row, _)| is_same(row)))
            {
                codes.extend(row::parse_function(&row).map(|prefix| (prefix, bytes)));
            }
            if codes.len() > 1 {
                found.extend(self.superseded_among(opened, &codes)?);
            }
        }
        Ok(found)
    }

    fn superseded_among(
        &self,
        opened: &Opened,
        records: &[(FunctionPrefix, Box<[u8]>)],
    ) -> Result<Vec<FunctionPrefix>> {
        let mut codes = Vec::with_capacity(records.len());
        for (prefix, bytes) in records {
            let Ok((identity, parts)) = postcard::take_from_bytes::<FunctionIdentity>(bytes) else {
                continue;
            };
            if let Some((first_made, last_used)) = self.period(opened, prefix)? {
                let parts = decode_parts(parts);
                codes.push(Code {
                    prefix: *prefix,
                    version: identity.version,
                    parts,
                    first_made,
                    last_used,
                });
            }
        }
        let is_superseded = |code: &&Code| codes.iter().any(|other| other.supersedes(code));
        Ok(codes.iter().filter(is_superseded).map(|code| code.prefix).collect())
    }

    /// From when until when a code's entries were made and used; `None` where it has none.
    fn period(
        &self,
        opened: &Opened,
        prefix: &FunctionPrefix,
    ) -> Result<Option<(Timestamp, Timestamp)>> {
        let mut period: Option<(Timestamp, Timestamp)> = None;
        for entry in opened.index.scan(&[row::ENTRIES, prefix].concat()) {
            let (row, bytes) = entry?;
            let Some((_, key)) = row::parse_entry(&row) else { continue };
            let Some(made) = Frame::created_at(&bytes) else { continue };
            let used =
                opened.access(&key)?.and(self.local.recent.lock().access(&key)).last.max(made);
            period = Some(
                period.map_or((made, used), |(first, last)| (first.min(made), last.max(used))),
            );
        }
        Ok(period)
    }
}
