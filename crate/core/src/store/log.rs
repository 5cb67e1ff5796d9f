//! [`AppendLog`]: a file that only grows, for what is not worth opening the index for writing.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::PathBuf;

/// Bytes appended by one process after the other. Its last bytes may be missing after a power cut.
#[derive(Debug)]
pub struct AppendLog {
    path: PathBuf,
}

impl AppendLog {
    /// The log in the file `path`; touches nothing.
    #[must_use]
    pub const fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// All of it; nothing when it is missing or cannot be read.
    #[must_use]
    pub fn read(&self) -> Vec<u8> {
        fs::read(&self.path).unwrap_or_default()
    }

    /// Adds bytes at the end. Says how long the log is then.
    ///
    /// # Errors
    ///
    /// What the operating system says; then nothing or a part was added.
    pub fn append(&self, bytes: &[u8]) -> std::io::Result<u64> {
        let mut file = OpenOptions::new().create(true).append(true).open(&self.path)?;
        file.write_all(bytes)?;
        Ok(file.metadata()?.len())
    }

    /// Removes it; one that is missing is fine.
    pub fn remove(&self) {
        // What stays is read again: whoever keeps such a log must not mind.
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_appended_reads_back_until_it_is_removed() {
        let directory = tempfile::tempdir().unwrap();
        let log = AppendLog::new(directory.path().join("log"));
        assert_eq!(log.read(), b"");
        assert_eq!(log.append(b"ab").unwrap(), 2);
        assert_eq!(log.append(b"c").unwrap(), 3);
        assert_eq!(log.read(), b"abc");
        log.remove();
        log.remove();
        assert_eq!(log.read(), b"");
    }
}
