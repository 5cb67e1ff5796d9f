//! Keeping statistics: added to as calls tell what they did.

use super::mode::Mode;
use super::opened::Opened;
use super::row;
use super::state::Engine;
use super::statistics::{Statistics, StatisticsByName, add, read_log, record};
use crate::error::Result;
use crate::store::{Batch, Durability};

/// A log of statistics that is longer than this goes into the index.
const LOGGED_BYTES: u64 = 64 << 10;

impl Engine {
    /// Adds to what is kept. Like the times of uses, it is not worth failing anyone's call.
    pub fn note_statistics(&self, noted: &[(String, Statistics)]) {
        if noted.is_empty() || self.mode() == Mode::ReadOnly {
            return;
        }
        let is_log_long = self.read(|opened| Ok(opened.note_statistics(noted)));
        if is_log_long.unwrap_or(false) {
            // A store that was only read is opened for writing, which takes the log in.
            let _ = self.write(|_| Ok(()));
        }
    }

    /// All that is kept.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], or why the store cannot be read.
    pub fn statistics(&self) -> Result<StatisticsByName> {
        self.read(|opened| {
            let mut all = StatisticsByName::new();
            for found in opened.index.scan(row::STATISTICS) {
                let (row, bytes) = found?;
                if let Some(name) = row::parse_statistics(&row) {
                    add(&mut all, name.to_owned(), Statistics::decode(&bytes));
                }
            }
            for (name, one) in read_log(&opened.statistics_log.read()) {
                add(&mut all, name, one);
            }
            Ok(all)
        })
    }
}

impl Opened {
    /// True when the log has become long.
    fn note_statistics(&self, noted: &[(String, Statistics)]) -> bool {
        if self.is_writable() {
            self.write_statistics(noted);
            return false;
        }
        let records: Vec<u8> = noted.iter().flat_map(record).collect();
        self.statistics_log.append(&records).is_ok_and(|length| length > LOGGED_BYTES)
    }

    fn write_statistics(&self, noted: &[(String, Statistics)]) {
        let mut batch = Batch::default();
        for (name, one) in noted {
            batch.merge(&row::statistics(name), &one.encode());
        }
        let _ = self.index.write(&batch, Durability::Process);
    }

    /// Takes what stands in the log into the index.
    pub(super) fn import_statistics(&self) {
        let logged = read_log(&self.statistics_log.read());
        if !logged.is_empty() {
            self.write_statistics(&logged);
        }
        self.statistics_log.remove();
    }
}
