//! Explaining misses: the nearest entry to a call, and what differs from it.

use super::function::Function;
use super::identity::FunctionIdentity;
use super::opened::Opened;
use super::row::{self, FunctionPrefix};
use super::state::Engine;
use crate::clock::Timestamp;
use crate::codec::Frame;
use crate::digest::Digest;
use crate::error::Result;
use crate::explanation::{Change, Part, PartKind, changes, decode_parts, parts_of};

/// Functions that are looked at, at most.
const MOST_FUNCTIONS: usize = 10_000;
/// Codes whose entries are looked at, nearest first.
const MOST_CODES: usize = 32;
/// Entries that are looked at, and bytes of their rows.
const MOST_ENTRIES: usize = 20_000;
const MOST_BYTES: usize = 64 << 20;

/// A call that shall be explained.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Whose call it is, told as [`Function::describe`] has it.
    pub identity: &'a FunctionIdentity,
    /// What the code is made of.
    pub parts: &'a [u8],
    /// Key of the call: its own entry is not near, it is the call's.
    pub key: Digest,
    /// What would be kept of the arguments.
    pub arguments: &'a [u8],
}

impl<'a> Asked<'a> {
    /// A call of `function`.
    #[must_use]
    pub fn of(function: &'a Function, key: Digest, arguments: &'a [u8]) -> Self {
        Self { identity: function.identity(), parts: function.parts(), key, arguments }
    }
}

/// Whose code it is, nearest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Relation {
    /// The function's own.
    Own,
    /// That of its id in another project or domain.
    OtherScope,
    /// That of another id.
    OtherName,
}

/// A function's code that has, or had, entries.
struct Code {
    prefix: FunctionPrefix,
    relation: Relation,
    changes: Vec<Change>,
}

/// The entry that is nearest to a call.
#[derive(Debug)]
pub struct Near {
    pub key: Digest,
    /// What differs from it.
    pub changes: Vec<Change>,
}

/// The nearest entry so far.
struct Nearest {
    key: Digest,
    /// How many parts differ, and how many of them are arguments.
    distance: (usize, usize),
    created_at: Timestamp,
    changes: Vec<Change>,
    relation: Relation,
}

impl Engine {
    /// The parts of a call's key that differ from those of the nearest entry, most telling first; `None` where no entry is
    /// of this function, or of one with its code or name.
    ///
    /// Entries under the function's id go before those under another one, and in its project and domain before others.
    ///
    /// The nearest entry is the one with the fewest parts that differ; of several one with fewer other arguments, then the
    /// newest. In a very large store it is searched for among as many as are read in some ten milliseconds.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn explain(&self, asked: &Asked<'_>) -> Result<Option<Vec<Change>>> {
        Ok(self.nearest(asked)?.map(|near| near.changes))
    }

    /// The same, with the key of that entry.
    pub(super) fn nearest(&self, asked: &Asked<'_>) -> Result<Option<Near>> {
        self.read(|opened| {
            let arguments = parts_of(asked.arguments);
            let mut nearest: Option<Nearest> = None;
            let mut search = Search { entries: MOST_ENTRIES, bytes: MOST_BYTES };
            let own = row::codes_of(Function::new(asked.identity.clone()).prefix());
            // Mostly there is one: only without it all functions of the store have to be looked through.
            for rows in [own.as_slice(), row::FUNCTIONS] {
                for code in opened.codes_near(asked, rows)? {
                    if nearest.as_ref().is_some_and(|nearest| nearest.relation < code.relation) {
                        break;
                    }
                    search.among(opened, &code, asked, &arguments, &mut nearest)?;
                }
                if nearest.is_some() {
                    break;
                }
            }
            Ok(nearest.map(|Nearest { key, changes, .. }| Near { key, changes }))
        })
    }
}

struct Search {
    entries: usize,
    bytes: usize,
}

impl Search {
    fn among(
        &mut self,
        opened: &Opened,
        code: &Code,
        asked: &Asked<'_>,
        arguments: &[Part],
        nearest: &mut Option<Nearest>,
    ) -> Result<()> {
        for row in opened.index.scan(&[row::ENTRIES, &code.prefix].concat()) {
            let (row, bytes) = row?;
            if self.entries == 0 || self.bytes < bytes.len() {
                break;
            }
            self.entries -= 1;
            self.bytes -= bytes.len();
            let Some((_, key)) = row::parse_entry(&row) else { continue };
            let Ok(frame) = Frame::decode(&key, &bytes) else { continue };
            if key == asked.key || frame.arguments.is_empty() {
                continue;
            }
            let differing = changes(&parts_of(frame.arguments), arguments);
            let distance = (code.changes.len() + differing.len(), differing.len());
            let is_nearer = nearest.as_ref().is_none_or(|known| {
                distance < known.distance
                    || distance == known.distance && frame.created_at > known.created_at
            });
            if is_nearer {
                let changes = [code.changes.clone(), differing].concat();
                *nearest = Some(Nearest {
                    key,
                    distance,
                    created_at: frame.created_at,
                    changes,
                    relation: code.relation,
                });
            }
        }
        Ok(())
    }
}

impl Opened {
    /// Codes of the function, and of others that it may have been, those with the fewest differences first: of those whose
    /// rows start with `rows`.
    fn codes_near(&self, asked: &Asked<'_>, rows: &[u8]) -> Result<Vec<Code>> {
        let now = decode_parts(asked.parts);
        let mut codes = Vec::new();
        for row in self.index.scan(rows).take(MOST_FUNCTIONS) {
            let (row, bytes) = row?;
            let Some(prefix) = row::parse_function(&row) else { continue };
            let Ok((identity, parts)) = postcard::take_from_bytes::<FunctionIdentity>(&bytes)
            else {
                continue;
            };
            if identity.kind != asked.identity.kind {
                continue;
            }
            let may_be = may_be(&identity, asked.identity);
            if !may_be && module(&identity.name) != module(&asked.identity.name) {
                continue;
            }
            let before = decode_parts(parts);
            if may_be || has_text_of(&before, &now) {
                let changes = identity_changes(&identity, asked.identity, &before, &now);
                let relation = relation_of(&identity, asked.identity);
                codes.push(Code { prefix, relation, changes });
            }
        }
        codes.sort_by_key(|code| (code.relation, code.changes.len()));
        codes.truncate(MOST_CODES);
        Ok(codes)
    }
}

fn relation_of(before: &FunctionIdentity, now: &FunctionIdentity) -> Relation {
    match before.name == now.name {
        false => Relation::OtherName,
        true if before.project == now.project && before.domain == now.domain => Relation::Own,
        true => Relation::OtherScope,
    }
}

/// Whether a function may be the same one, under another name or in another place.
fn may_be(before: &FunctionIdentity, now: &FunctionIdentity) -> bool {
    before.name == now.name
        || before.code.is_some() && before.code == now.code
        || own_name(&before.name) == own_name(&now.name)
}

/// What follows the module's path in a function id.
fn own_name(id: &str) -> Option<&str> {
    id.rsplit_once('#').map(|(_, name)| name).filter(|name| !name.is_empty())
}

/// The module's path in a function id.
fn module(id: &str) -> Option<&str> {
    id.rsplit_once('#').map(|(module, _)| module)
}

/// Whether a function has the text of another one. The parts leave a function's own name out of it, so that one declared
/// under another name is known again.
fn has_text_of(before: &[Part], now: &[Part]) -> bool {
    let text = |parts: &[Part]| {
        parts.iter().find(|part| part.kind == PartKind::Code).map(|part| part.digest)
    };
    text(before).is_some_and(|one| text(now) == Some(one))
}

pub(super) fn identity_changes(
    before: &FunctionIdentity,
    now: &FunctionIdentity,
    parts_before: &[Part],
    parts_now: &[Part],
) -> Vec<Change> {
    let mut found = Vec::new();
    let mut compare = |kind: PartKind, name: &str, before: Option<&str>, now: Option<&str>| {
        if before != now {
            let text = |text: Option<&str>| text.map(str::to_owned);
            found.push(Change {
                kind,
                name: name.to_owned(),
                before: text(before),
                now: text(now),
            });
        }
    };
    compare(PartKind::Name, "name", Some(&before.name), Some(&now.name));
    compare(PartKind::Project, "project", before.project.as_deref(), now.project.as_deref());
    compare(PartKind::Domain, "domain", before.domain.as_deref(), now.domain.as_deref());
    compare(PartKind::Version, "version", before.version.as_deref(), now.version.as_deref());
    let (rule_before, rule_now) = (before.strategy.name(), now.strategy.name());
    compare(PartKind::Code, "strategy", Some(rule_before), Some(rule_now));
    if before.code != now.code {
        let mut differing = changes(parts_before, parts_now);
        if rule_before != rule_now {
            // Each rule has texts of its own, so that these differ whatever they say.
            differing.retain(|one| !matches!(one.kind, PartKind::Code | PartKind::Helper));
            found.extend(differing);
            return found;
        }
        // That it is declared under another name has been said.
        let is_same_but_for_name =
            own_name(&before.name) != own_name(&now.name) && has_text_of(parts_before, parts_now);
        if differing.is_empty() && !is_same_but_for_name {
            let name = own_name(&now.name).unwrap_or(&now.name).to_owned();
            found.push(Change { kind: PartKind::Code, name, before: None, now: None });
        }
        found.extend(differing);
    }
    found
}
