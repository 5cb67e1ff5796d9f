//! What lies in the store, in sum.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::row::{self, FunctionPrefix};
use super::state::Engine;
use crate::codec::Frame;
use crate::digest::Digest;
use crate::error::Result;

/// Sums over entries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// How many entries.
    pub entries: u64,
    /// Bytes of their values.
    pub byte_length: u64,
    /// How many blobs they need; blobs that several need count once.
    pub blobs: u64,
    /// Bytes of those blobs.
    pub blob_bytes: u64,
}

impl Engine {
    /// Sums over one function's entries.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn function_totals(&self, function: &FunctionPrefix) -> Result<Totals> {
        let range = [row::ENTRIES, function].concat();
        let mut sum = Sum::default();
        self.each_frame(&range, |_, frame| sum.add(frame))?;
        Ok(sum.totals)
    }

    /// Sums over the whole store.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn totals(&self) -> Result<Totals> {
        let mut sum = Sum::default();
        self.each_frame(row::ENTRIES, |_, frame| sum.add(frame))?;
        Ok(sum.totals)
    }

    /// Sums over the entries of each function, by function id.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn totals_by_name(&self) -> Result<HashMap<String, Totals>> {
        Ok(self.all_totals()?.1)
    }

    /// Sums over the whole store, and over the entries of each function by its id: what several of them need counts once for
    /// the store, and once for each. Reads the entries once.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn all_totals(&self) -> Result<(Totals, HashMap<String, Totals>)> {
        let mut all = Sum::default();
        let mut sums: HashMap<FunctionPrefix, Sum> = HashMap::new();
        self.each_frame(row::ENTRIES, |prefix, frame| {
            all.add(frame);
            sums.entry(prefix).or_default().add(frame);
        })?;
        let mut by_name: HashMap<String, Totals> = HashMap::new();
        self.read(|opened| {
            for (prefix, sum) in sums {
                if let Some(identity) = opened.identity(&prefix)? {
                    by_name.entry(identity.name).or_default().add(sum.totals);
                }
            }
            Ok(())
        })?;
        Ok((all.totals, by_name))
    }

    /// Shows every whole entry of a range of rows.
    fn each_frame(
        &self,
        range: &[u8],
        mut visit: impl FnMut(FunctionPrefix, &Frame<'_>),
    ) -> Result<()> {
        self.read(|opened| {
            opened.index.visit_from(range, range, usize::MAX, |row, bytes| {
                if let Some((prefix, key)) = row::parse_entry(row)
                    && let Ok(frame) = Frame::decode(&key, bytes)
                {
                    visit(prefix, &frame);
                }
            })?;
            Ok(())
        })
    }
}

impl Totals {
    fn add(&mut self, other: Self) {
        self.entries += other.entries;
        self.byte_length = self.byte_length.saturating_add(other.byte_length);
        self.blobs += other.blobs;
        self.blob_bytes = self.blob_bytes.saturating_add(other.blob_bytes);
    }
}

/// A sum under way.
#[derive(Default)]
struct Sum {
    totals: Totals,
    counted_blobs: HashSet<Digest>,
}

impl Sum {
    fn add(&mut self, frame: &Frame<'_>) {
        self.totals.entries += 1;
        self.totals.byte_length = self.totals.byte_length.saturating_add(frame.byte_length());
        for blob in frame.blobs().filter(|blob| self.counted_blobs.insert(blob.digest)) {
            self.totals.blobs += 1;
            self.totals.blob_bytes = self.totals.blob_bytes.saturating_add(blob.byte_length);
        }
    }
}
