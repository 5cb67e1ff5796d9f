//! What can go wrong in the core, in words that tell the user what to do next.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Result of a core operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Every failure of the core. Misses are not failures: see [`crate::engine::Lookup`].
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Another process, or a second copy of the addon in this one, holds the directory.
    #[error(
        "the cache directory {0} is in use by another process; close that process or choose another location"
    )]
    Busy(PathBuf),
    /// The directory cannot be made, read or written.
    #[error("the cache directory {location} cannot be used: {reason}")]
    Unavailable {
        /// Directory of the store.
        location: PathBuf,
        /// What the operating system or the index said.
        reason: String,
    },
    /// The directory was written by a newer engram.
    #[error(
        "the cache directory {location} has format {found}, this engram reads up to {supported}; \
         upgrade engram or choose another location"
    )]
    Format {
        /// Directory of the store.
        location: PathBuf,
        /// Format version found there.
        found: u32,
        /// Newest format version this build reads.
        supported: u32,
    },
    /// The engine was closed.
    #[error("the memory is closed; open a new Memory to go on")]
    Closed,
    /// The index refused an operation.
    #[error("the cache index failed: {0}")]
    Index(String),
    /// A file of the store could not be read or written.
    #[error("{action} {path} failed: {source}")]
    File {
        /// What was tried, as a verb.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: Arc<io::Error>,
    },
    /// The directory was deleted or replaced under the process that owned it, or its index takes no more.
    #[error("the cache directory {0} was deleted or failed while it was in use")]
    Lost(PathBuf),
    /// The process that owns the directory does not answer.
    #[error(
        "the process that owns the cache directory {0} does not answer; calls go on without the cache until it does"
    )]
    Unresponsive(PathBuf),
    /// The connection to the owner ended before the answer came.
    #[error("the process that owned the cache directory has gone")]
    Disconnected,
    /// The other side of a connection does not speak this protocol.
    #[error("the process that owns the cache directory speaks another protocol: {0}")]
    Protocol(String),
    /// What the owner of the directory answered.
    #[error("{message}")]
    Owner {
        /// The code under which JavaScript knows the error.
        code: &'static str,
        /// The owner's words.
        message: String,
    },
    /// The engine was opened for reading only.
    #[error("the cache directory {0} was opened for reading only")]
    ReadOnly(PathBuf),
}

impl Error {
    /// The stable code under which JavaScript knows this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Format { .. } => "ERR_STORE_FORMAT",
            Self::Closed => "ERR_CLOSED",
            Self::Unresponsive(_) => "ERR_OWNER_UNRESPONSIVE",
            Self::Owner { code, .. } => code,
            Self::Busy(_)
            | Self::Lost(_)
            | Self::Disconnected
            | Self::Protocol(_)
            | Self::Unavailable { .. }
            | Self::Index(_)
            | Self::File { .. }
            | Self::ReadOnly(_) => "ERR_STORE_UNAVAILABLE",
        }
    }
}

/// Names the file and the action in what the operating system says.
pub(crate) trait FileContext<T> {
    /// Turns an I/O error into [`Error::File`].
    fn file(self, action: &'static str, path: &Path) -> Result<T>;
}

impl<T, E: Into<io::Error>> FileContext<T> for std::result::Result<T, E> {
    fn file(self, action: &'static str, path: &Path) -> Result<T> {
        self.map_err(|error| Error::File {
            action,
            path: path.to_owned(),
            source: Arc::new(error.into()),
        })
    }
}
