//! Keeping records: written, listed newest first, and dropped, the oldest of a name by themselves.

use std::cmp::Reverse;

use super::opened::Opened;
use super::record::{RecordFilter, RecordId, RecordRow};
use super::state::Engine;
use crate::error::Result;
use crate::store::{Batch, Durability};

/// A record and what is kept in its row.
pub type Record = (RecordId, Vec<u8>);
/// The name of a part of a record, and what is kept in its row.
pub type RecordPart = (String, Vec<u8>);

impl Engine {
    /// Writes rows, all or none. Of the records that are among them, only the `keep` newest of their kind and name stay.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], [`crate::error::Error::ReadOnly`], [`crate::error::Error::Index`] for a row that is
    /// too long, or why the store cannot be written.
    pub fn write_records(&self, rows: &[RecordRow], keep: usize) -> Result<()> {
        let mut batch = Batch::default();
        put(rows, &mut batch)?;
        self.write(|opened| {
            opened.index.write(&batch, Durability::Process)?;
            let records = rows.iter().filter(|row| row.part.is_none());
            records.map(|row| &row.record).try_for_each(|record| opened.drop_oldest(record, keep))
        })
    }

    /// The newest records that match, newest first, `limit` at most.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn records(&self, filter: &RecordFilter, limit: usize) -> Result<Vec<Record>> {
        self.read(|opened| {
            let mut found = opened.records(filter)?;
            found.truncate(limit);
            let mut records = Vec::with_capacity(found.len());
            for record in found {
                let value = opened.index.get(&record.row())?;
                // It may have gone meanwhile.
                records.extend(value.map(|value| (record, value.as_ref().to_vec())));
            }
            Ok(records)
        })
    }

    /// The parts of a record, in the order of their names' bytes.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn record_parts(&self, record: &RecordId) -> Result<Vec<RecordPart>> {
        let prefix = record.parts();
        self.read(|opened| {
            let mut parts = Vec::new();
            for row in opened.index.scan(&prefix) {
                let (row, value) = row?;
                if let Ok(part) = std::str::from_utf8(&row[prefix.len()..]) {
                    parts.push((part.to_owned(), value.into_vec()));
                }
            }
            Ok(parts)
        })
    }

    /// Drops the records that match, with their parts. Says how many records went.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], [`crate::error::Error::ReadOnly`], or why the store cannot be written.
    pub fn drop_records(&self, filter: &RecordFilter) -> Result<usize> {
        self.write(|opened| {
            let records = opened.records(filter)?;
            records.iter().try_for_each(|record| opened.drop_record(record))?;
            Ok(records.len())
        })
    }
}

/// Sets rows of records.
pub(super) fn put(rows: &[RecordRow], batch: &mut Batch) -> Result<()> {
    for row in rows {
        row.check()?;
        batch.put(&row.row(), &row.value);
    }
    Ok(())
}

impl Opened {
    /// Those that match, newest first.
    fn records(&self, filter: &RecordFilter) -> Result<Vec<RecordId>> {
        let mut found = Vec::new();
        for row in self.index.scan(&filter.prefix()) {
            found.extend(RecordId::parse(&row?.0).filter(|record| filter.matches(record)));
        }
        found.sort_by_key(|record| Reverse(record.began_at));
        Ok(found)
    }

    fn drop_oldest(&self, record: &RecordId, keep: usize) -> Result<()> {
        let RecordId { kind, name, .. } = record;
        let filter = RecordFilter { kind: kind.clone(), name: Some(name.clone()), id: None };
        let records = self.records(&filter)?;
        records.iter().skip(keep).try_for_each(|record| self.drop_record(record))
    }

    /// The parts go first, a few at a time: after a crash in between, the rest goes with the record.
    fn drop_record(&self, record: &RecordId) -> Result<()> {
        let rows = self.index.scan(&record.parts()).map(|row| row.map(|(row, _)| row));
        let rows: Vec<Box<[u8]>> = rows.collect::<Result<_>>()?;
        for rows in rows.chunks(Self::REMOVED_TOGETHER) {
            let mut batch = Batch::default();
            for row in rows {
                batch.remove(row);
            }
            self.index.write(&batch, Durability::Process)?;
        }
        let mut batch = Batch::default();
        batch.remove(&record.row());
        self.index.write(&batch, Durability::Process)
    }
}
