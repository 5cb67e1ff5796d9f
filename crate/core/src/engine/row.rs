//! The rows of the index. The first byte says what a row is.
//!
//! ```text
//! e scope(8) function(8) code(8) call key(32)   an entry: its frame
//! f scope(8) function(8) code(8)                what these prefixes stand for: identity, parts of the code
//! d scope(8) function(8) code(8) inputs(32)     a call with these arguments may take an entry over: what follows its `e`
//! a call key(32)                                accesses of an entry
//! r blob digest(32) call key(32)                the entry needs the blob: its length, 8 little-endian bytes
//! s name                                        what calls of the function did: `Statistics`
//! j …                                           what a family keeps of something that happened: `RecordId`
//! p …                                           a part of such a record
//! m format                                      format version of the store, 4 little-endian bytes
//! m clean                                       boot in which the store was closed in order; missing while it is open
//! m counts                                      entries and bytes in the store: `Counts`
//! ```
//!
//! All entries of one function, of one project and domain, and of superseded code are ranges of `e`.

use crate::digest::Digest;

/// Bytes of each of the three prefixes in an entry's row.
pub const SEGMENT: usize = 8;
/// Scope, function and code.
pub type FunctionPrefix = [u8; 3 * SEGMENT];

/// Opens every entry's row.
pub const ENTRIES: &[u8] = b"e";
/// Opens every function's record.
pub const FUNCTIONS: &[u8] = b"f";
/// Opens the row of every entry that was adopted and not yet taken over.
pub const ADOPTED: &[u8] = b"d";
/// Opens every blob reference's row.
pub const REFERENCES: &[u8] = b"r";
/// Opens every row of accesses.
const ACCESSES: &[u8] = b"a";
/// Opens every row of statistics.
pub const STATISTICS: &[u8] = b"s";
/// Holds how much is in the store.
pub const COUNTS: &[u8] = b"mcounts";
/// Holds the format version of the store.
pub const FORMAT: &[u8] = b"mformat";

pub const ENTRY_LENGTH: usize = 1 + 3 * SEGMENT + Digest::LENGTH;

/// Row of an entry.
pub fn entry(function: &FunctionPrefix, key: &Digest) -> [u8; ENTRY_LENGTH] {
    let mut row = [0; ENTRY_LENGTH];
    row[0] = b'e';
    row[1..=3 * SEGMENT].copy_from_slice(function);
    row[1 + 3 * SEGMENT..].copy_from_slice(key.as_bytes());
    row
}

/// Takes an entry's row apart again.
pub fn parse_entry(row: &[u8]) -> Option<(FunctionPrefix, Digest)> {
    let row: &[u8; ENTRY_LENGTH] = row.try_into().ok()?;
    let function = row[1..=3 * SEGMENT].try_into().ok()?;
    Some((function, Digest::try_from(&row[1 + 3 * SEGMENT..]).ok()?))
}

/// Row of a function's record.
pub fn function(prefix: &FunctionPrefix) -> Vec<u8> {
    [FUNCTIONS, prefix].concat()
}

/// Takes a function's row apart.
pub fn parse_function(row: &[u8]) -> Option<FunctionPrefix> {
    row.get(FUNCTIONS.len()..)?.try_into().ok()
}

/// What the rows of all codes of a function start with.
pub fn codes_of(function: &FunctionPrefix) -> Vec<u8> {
    [FUNCTIONS, &function[..2 * SEGMENT]].concat()
}

/// What the rows start with of all that a code has adopted.
pub fn adopted_by(function: &FunctionPrefix) -> Vec<u8> {
    [ADOPTED, function].concat()
}

/// Row of what a code has adopted for calls with these arguments.
pub fn adopted(function: &FunctionPrefix, inputs: &Digest) -> Vec<u8> {
    [ADOPTED, function.as_slice(), inputs.as_bytes()].concat()
}

/// Takes such a row apart: the digest of the arguments.
pub fn parse_adopted(row: &[u8]) -> Option<Digest> {
    Digest::try_from(row.get(ADOPTED.len() + 3 * SEGMENT..)?).ok()
}

/// Row of an entry's accesses.
pub fn access(key: &Digest) -> Vec<u8> {
    [ACCESSES, key.as_bytes()].concat()
}

/// Row of what calls of a function did, by its name.
pub fn statistics(name: &str) -> Vec<u8> {
    [STATISTICS, name.as_bytes()].concat()
}

/// Takes such a row apart.
pub fn parse_statistics(row: &[u8]) -> Option<&str> {
    std::str::from_utf8(row.get(STATISTICS.len()..)?).ok()
}

/// What the rows of all references to a blob start with.
pub fn references_to(blob: &Digest) -> Vec<u8> {
    [REFERENCES, blob.as_bytes()].concat()
}

/// Row of one entry's reference to a blob.
pub fn reference(blob: &Digest, key: &Digest) -> Vec<u8> {
    [REFERENCES, blob.as_bytes(), key.as_bytes()].concat()
}

/// Takes a reference's row apart: the blob, and the call whose entry needs it.
pub fn parse_reference(row: &[u8]) -> Option<(Digest, Digest)> {
    let row: &[u8; 1 + 2 * Digest::LENGTH] = row.try_into().ok()?;
    let (blob, key) = row[1..].split_at(Digest::LENGTH);
    Some((Digest::try_from(blob).ok()?, Digest::try_from(key).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entry_rows_read_back() {
        let (prefix, key) = ([3; 24], Digest::from_bytes([4; 32]));
        assert_eq!(parse_entry(&entry(&prefix, &key)), Some((prefix, key)));
        assert_eq!(parse_entry(b"e"), None);
    }

    #[test]
    fn references_lie_below_their_blob() {
        let blob = Digest::from_bytes([5; 32]);
        let key = Digest::from_bytes([6; 32]);
        let row = reference(&blob, &key);
        assert!(row.starts_with(&references_to(&blob)));
        assert_eq!(parse_reference(&row), Some((blob, key)));
    }
}
