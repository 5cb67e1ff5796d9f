//! [`RecordId`] and [`RecordRow`]: what families keep of what happened: a run with its calls, the state of an app.
//!
//! A record is a row, and a row for each of its parts. Lengths are two little-endian bytes, times big-endian ones, so that
//! records of one name lie in the order in which they began:
//!
//! ```text
//! j length kind length name began(8) length id         the record
//! p length kind length name began(8) length id part    a part of it
//! ```

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// Opens every record's row.
pub const RECORDS: &[u8] = b"j";
/// Opens the row of every part of a record.
const PARTS: &[u8] = b"p";
/// The longest kind, name, id or name of a part, in bytes.
const LONGEST_TEXT: usize = 1000;
/// The longest value of a row, in bytes: records are small things beside the entries.
pub const LONGEST_VALUE: usize = 32 << 10;

/// Which record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordId {
    /// What it is of, as `run`.
    pub kind: String,
    /// Whose it is, as the name of a pipeline.
    pub name: String,
    /// Milliseconds since the Unix epoch.
    pub began_at: u64,
    /// Tells it from others of its name that began at the same time.
    pub id: String,
}

/// A row of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordRow {
    /// Which record.
    pub record: RecordId,
    /// Which part of it; `None` for the record itself.
    pub part: Option<String>,
    /// What is kept.
    pub value: Vec<u8>,
}

/// Which records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordFilter {
    /// Of this kind.
    pub kind: String,
    /// Of this name; `None` for any.
    pub name: Option<String>,
    /// With this id; `None` for any.
    pub id: Option<String>,
}

impl RecordId {
    /// The record's row.
    pub fn row(&self) -> Vec<u8> {
        self.below(RECORDS)
    }

    /// What the rows of its parts start with.
    pub fn parts(&self) -> Vec<u8> {
        self.below(PARTS)
    }

    fn below(&self, class: &[u8]) -> Vec<u8> {
        let mut row = class.to_vec();
        push_text(&mut row, &self.kind);
        push_text(&mut row, &self.name);
        row.extend(self.began_at.to_be_bytes());
        push_text(&mut row, &self.id);
        row
    }

    /// Takes a record's row apart.
    pub fn parse(row: &[u8]) -> Option<Self> {
        let (kind, row) = take_text(row.strip_prefix(RECORDS)?)?;
        let (name, row) = take_text(row)?;
        let (began_at, row) = row.split_first_chunk()?;
        let (id, row) = take_text(row)?;
        row.is_empty().then_some(Self { kind, name, began_at: u64::from_be_bytes(*began_at), id })
    }
}

impl RecordRow {
    /// The row's key.
    pub fn row(&self) -> Vec<u8> {
        match &self.part {
            None => self.record.row(),
            Some(part) => [self.record.parts(), part.as_bytes().to_vec()].concat(),
        }
    }

    /// Refuses what is too long for a row.
    ///
    /// # Errors
    ///
    /// [`Error::Index`]
    pub fn check(&self) -> Result<()> {
        let RecordId { kind, name, id, .. } = &self.record;
        let part = self.part.as_deref().unwrap_or_default();
        if [kind, name, id].iter().any(|text| text.len() > LONGEST_TEXT)
            || part.len() > LONGEST_TEXT
        {
            return Err(Error::Index(format!("a record's name has over {LONGEST_TEXT} bytes")));
        }
        if self.value.len() > LONGEST_VALUE {
            return Err(Error::Index(format!("a record has over {LONGEST_VALUE} bytes")));
        }
        Ok(())
    }
}

impl RecordFilter {
    /// What the rows of these records start with.
    pub fn prefix(&self) -> Vec<u8> {
        let mut row = RECORDS.to_vec();
        push_text(&mut row, &self.kind);
        if let Some(name) = &self.name {
            push_text(&mut row, name);
        }
        row
    }

    /// Whether a record with this prefix is one of them.
    pub fn matches(&self, record: &RecordId) -> bool {
        self.id.as_ref().is_none_or(|id| *id == record.id)
    }
}

fn push_text(row: &mut Vec<u8>, text: &str) {
    // Nothing longer is written, and so nothing longer is found.
    let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
    row.extend(length.to_le_bytes());
    row.extend(text.as_bytes());
}

fn take_text(row: &[u8]) -> Option<(String, &[u8])> {
    let (length, row) = row.split_first_chunk()?;
    let (text, row) = row.split_at_checked(usize::from(u16::from_le_bytes(*length)))?;
    Some((std::str::from_utf8(text).ok()?.to_owned(), row))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn rows_read_back(kind: String, name: String, began_at: u64, id: String, part: String) {
            let record = RecordId { kind, name, began_at, id };
            prop_assert_eq!(RecordId::parse(&record.row()), Some(record.clone()));
            let row = RecordRow { record: record.clone(), part: Some(part.clone()), value: vec![] };
            let whole = [record.parts(), part.into_bytes()].concat();
            prop_assert_eq!(row.row(), whole);
        }

        #[test]
        fn any_bytes_are_read_as_a_row(bytes: Vec<u8>) {
            let _ = RecordId::parse(&[RECORDS, &bytes].concat());
        }

        #[test]
        fn records_of_a_name_lie_in_the_order_of_time(one: u64, other: u64, ids: (String, String)) {
            let at = |began_at, id: &String| RecordId {
                kind: "run".to_owned(), name: "p".to_owned(), began_at, id: id.clone(),
            };
            let rows = (at(one, &ids.0).row(), at(other, &ids.1).row());
            prop_assume!(one != other);
            prop_assert_eq!(one.cmp(&other), rows.0.cmp(&rows.1));
        }
    }
}
