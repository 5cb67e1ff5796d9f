//! One entry for who looks at it: found by the beginning of its key, told with what its key was made of, compared.

use serde::{Deserialize, Serialize};

use super::explain::identity_changes;
use super::identity::FunctionIdentity;
use super::listing::{EntryId, EntryInfo};
use super::opened::Opened;
use super::row::{self, FunctionPrefix};
use super::state::Engine;
use super::{Asked, explain};
use crate::codec::Frame;
use crate::digest::Digest;
use crate::error::Result;
use crate::explanation::{Change, Part, changes, decode_parts, parts_of};

/// An entry, with what its key was made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EntryDetails {
    pub info: EntryInfo,
    /// Bytes of the value without its buffers.
    pub structure_length: u64,
    /// What was kept of the arguments: their names begin with a position.
    pub arguments: Vec<Part>,
    /// What the function's code was made of, as it was described first.
    pub code: Vec<Part>,
}

/// Two entries of which the key of one is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// Key of the other one.
    pub with: Digest,
    /// The parts of the key that differ: `before` is the other one's.
    pub changes: Vec<Change>,
}

/// What the index says of an entry's key.
struct Told {
    identity: FunctionIdentity,
    /// As [`crate::explanation::encode_parts`] keeps them.
    code: Vec<u8>,
    /// As [`crate::explanation::record`] keeps them.
    arguments: Vec<u8>,
}

impl Engine {
    /// Entries whose keys begin with these hexadecimal digits, `most` at most. One seek for each function's code.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn find(&self, digits: &str, most: usize) -> Result<Vec<EntryId>> {
        let Some(start) = first_key(digits) else { return Ok(Vec::new()) };
        self.read(|opened| {
            let mut found = Vec::new();
            for function in opened.index.scan(row::FUNCTIONS) {
                let Some(function) = row::parse_function(&function?.0) else { continue };
                let prefix = [row::ENTRIES, &function].concat();
                for entry in opened.index.scan_from(&prefix, &row::entry(&function, &start)) {
                    let Some((function, key)) = row::parse_entry(&entry?.0) else { continue };
                    if found.len() == most || !key.to_hex().starts_with(digits) {
                        break;
                    }
                    found.push(EntryId { function, key });
                }
            }
            Ok(found)
        })
    }

    /// The entry with what its key was made of; `None` where it is gone or damaged.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn details(&self, entry: &EntryId) -> Result<Option<EntryDetails>> {
        let Some(info) = self.infos(&[*entry])?.pop() else { return Ok(None) };
        self.read(|opened| {
            let Some(bytes) = opened.index.get(&row::entry(&entry.function, &entry.key))? else {
                return Ok(None);
            };
            let Ok(frame) = Frame::decode(&entry.key, bytes.as_ref()) else { return Ok(None) };
            let code = opened.described(&entry.function)?.map(|(_, parts)| decode_parts(&parts));
            Ok(Some(EntryDetails {
                info,
                structure_length: frame.structure_length,
                arguments: parts_of(frame.arguments),
                code: code.unwrap_or_default(),
            }))
        })
    }

    /// What differs between the keys of two entries; without `with`, from that of the nearest one. `None` where one of them
    /// is gone, or none is near.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn compare(&self, entry: &EntryId, with: Option<&EntryId>) -> Result<Option<Compared>> {
        let told = self.read(|opened| opened.told(entry))?;
        let Some(Told { identity, code, arguments }) = told else { return Ok(None) };
        let Some(other) = with else {
            let (identity, parts, arguments) = (&identity, &*code, &*arguments);
            let asked = Asked { identity, parts, key: entry.key, arguments };
            let nearest = self.nearest(&asked)?;
            return Ok(
                nearest.map(|explain::Near { key, changes }| Compared { with: key, changes })
            );
        };
        let Some(before) = self.read(|opened| opened.told(other))? else { return Ok(None) };
        let (code_before, code_now) = (decode_parts(&before.code), decode_parts(&code));
        let mut found = identity_changes(&before.identity, &identity, &code_before, &code_now);
        found.extend(changes(&parts_of(&before.arguments), &parts_of(&arguments)));
        Ok(Some(Compared { with: other.key, changes: found }))
    }

    /// The next entries in the order of the index, grouped by function, and where it goes on; nowhere at the end. With `name`
    /// those of functions of this id, or of this name after the `#` in it.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn page(
        &self,
        after: Option<&EntryId>,
        name: Option<&str>,
    ) -> Result<(Vec<EntryInfo>, Option<EntryId>)> {
        let ids = self.read(|opened| match name {
            None => opened.entries_in(row::ENTRIES, after),
            Some(name) => opened.entries_named(name, after),
        })?;
        let last = if ids.len() < PAGE { None } else { ids.last().copied() };
        Ok((self.infos(&ids)?, last))
    }
}

/// Entries of a page.
const PAGE: usize = 256;

impl Opened {
    /// Those of a range of rows, after one of them.
    fn entries_in(&self, range: &[u8], after: Option<&EntryId>) -> Result<Vec<EntryId>> {
        let last = after.map(|EntryId { function, key }| row::entry(function, key));
        let start = last.as_ref().map_or(range, <[u8; row::ENTRY_LENGTH]>::as_slice);
        let mut found = Vec::new();
        for entry in self.index.scan_from(range, start) {
            let (row, _) = entry?;
            let Some((function, key)) = row::parse_entry(&row) else { continue };
            let id = EntryId { function, key };
            if after != Some(&id) {
                found.push(id);
            }
            if found.len() == PAGE {
                break;
            }
        }
        Ok(found)
    }

    fn entries_named(&self, name: &str, after: Option<&EntryId>) -> Result<Vec<EntryId>> {
        let mut found = Vec::new();
        for function in self.functions_named(name)? {
            let is_past = after.is_some_and(|after| function < after.function);
            if is_past || found.len() == PAGE {
                continue;
            }
            let begun = after.filter(|after| after.function == function);
            found.extend(self.entries_in(&[row::ENTRIES, &function].concat(), begun)?);
            found.truncate(PAGE);
        }
        Ok(found)
    }

    /// In the order of their rows.
    fn functions_named(&self, name: &str) -> Result<Vec<FunctionPrefix>> {
        let mut found = Vec::new();
        for function in self.index.scan(row::FUNCTIONS) {
            let (row, bytes) = function?;
            let Some(prefix) = row::parse_function(&row) else { continue };
            let identity = postcard::take_from_bytes::<FunctionIdentity>(&bytes);
            let Ok((FunctionIdentity { name: id, .. }, _)) = identity else { continue };
            if id == name || id.strip_suffix(name).is_some_and(|rest| rest.ends_with('#')) {
                found.push(prefix);
            }
        }
        Ok(found)
    }

    /// Whose entries these are, and what the code is made of.
    fn described(&self, function: &FunctionPrefix) -> Result<Option<(FunctionIdentity, Vec<u8>)>> {
        let record = self.index.get(&row::function(function))?;
        let taken =
            record.as_ref().and_then(|bytes| postcard::take_from_bytes(bytes.as_ref()).ok());
        Ok(taken.map(|(identity, parts): (FunctionIdentity, &[u8])| (identity, parts.to_vec())))
    }

    fn told(&self, entry: &EntryId) -> Result<Option<Told>> {
        let Some(bytes) = self.index.get(&row::entry(&entry.function, &entry.key))? else {
            return Ok(None);
        };
        let Ok(frame) = Frame::decode(&entry.key, bytes.as_ref()) else { return Ok(None) };
        let described = self.described(&entry.function)?;
        Ok(described.map(|(identity, code)| Told {
            identity,
            code,
            arguments: frame.arguments.to_vec(),
        }))
    }
}

/// The first key that begins with these digits; `None` where none can.
fn first_key(digits: &str) -> Option<Digest> {
    let length = 2 * Digest::LENGTH;
    Digest::from_hex(&format!("{digits:0<length$}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_key_with_some_digits_has_zeros_after_them() {
        let first = first_key("ab1").map(|key| key.to_hex());
        assert_eq!(first, Some(format!("ab1{}", "0".repeat(61))));
        assert_eq!(first_key("xy"), None);
        assert_eq!(first_key(&"a".repeat(65)), None);
    }
}
