//! Dropping entries, one or many, with the blobs that nothing else needs.

use std::collections::HashSet;

use super::function::Function;
use super::row;
use super::state::{Engine, Opened, Recent};
use crate::digest::Digest;
use crate::error::Result;
use crate::store::Batch;

/// Entries dropped in one batch: a crash in between leaves the rest to be dropped again, and memory stays bounded.
const REMOVED_TOGETHER: usize = 1000;

impl Engine {
    /// Drops the entry of one call. False when there was none.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], [`crate::error::Error::ReadOnly`], or why the store cannot be written.
    pub fn forget(&self, function: &Function, key: &Digest) -> Result<bool> {
        let dropped = self.remove(&[row::entry(function.prefix(), key).to_vec()])?;
        Ok(dropped > 0)
    }

    /// Drops every entry of a function's code under its project, domain, version and strategy. Says how many went.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], [`crate::error::Error::ReadOnly`], or why the store cannot be written.
    pub fn clear_function(&self, function: &Function) -> Result<usize> {
        let range = [row::ENTRIES, function.prefix()].concat();
        let rows = self.rows(&range)?;
        self.remove(&rows)
    }

    /// Drops every entry. Says how many went. Touches no file that engram did not write.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], [`crate::error::Error::ReadOnly`], or why the store cannot be written.
    pub fn clear(&self) -> Result<usize> {
        let rows = self.rows(row::ENTRIES)?;
        self.remove(&rows)
    }

    /// Drops the entries of these calls, whichever function they belong to. Says how many went.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], [`crate::error::Error::ReadOnly`], or why the store cannot be written.
    pub fn forget_keys(&self, keys: &HashSet<Digest>) -> Result<usize> {
        let mut rows = self.rows(row::ENTRIES)?;
        rows.retain(|row| row::parse_entry(row).is_some_and(|(_, key)| keys.contains(&key)));
        self.remove(&rows)
    }

    fn rows(&self, range: &[u8]) -> Result<Vec<Vec<u8>>> {
        let rows = self.read(|opened| {
            opened.index.scan(range).map(|row| row.map(|(key, _)| key.into_vec())).collect()
        })?;
        Ok(rows.unwrap_or_default())
    }

    /// Drops the entries of these rows; those that are gone already do not count.
    pub(super) fn remove(&self, rows: &[Vec<u8>]) -> Result<usize> {
        if rows.is_empty() || self.read(|_| Ok(()))?.is_none() {
            return Ok(0);
        }
        let mut removed = 0;
        for rows in rows.chunks(REMOVED_TOGETHER) {
            removed += self.write(|opened| opened.remove(rows))?;
            let Recent { hot, pending } = &mut *self.recent.lock();
            for (_, key) in rows.iter().filter_map(|row| row::parse_entry(row)) {
                hot.remove(&key, pending);
                pending.forget(&key);
            }
        }
        Ok(removed)
    }
}

impl Opened {
    fn remove(&self, rows: &[Vec<u8>]) -> Result<usize> {
        let _publishing = self.publishing.lock();
        let mut batch = Batch::default();
        let mut blobs = Vec::new();
        let mut removed = 0;
        for row in rows {
            let Some((_, key)) = row::parse_entry(row) else { continue };
            let Some(bytes) = self.index.get(row)? else { continue };
            removed += 1;
            batch.remove(row);
            batch.remove(&row::access(&key));
            let of_entry = self.blobs_of(&key, Some(bytes.as_ref()))?;
            for digest in &of_entry {
                batch.remove(&row::reference(digest, &key));
            }
            blobs.extend(of_entry);
        }
        self.index.write(&batch)?;
        self.remove_unreferenced(blobs)?;
        Ok(removed)
    }
}
