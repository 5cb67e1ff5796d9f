//! [`Mode`] and [`Need`]: what a store may be opened for, and what it is opened for now.

/// What an engine may do to its directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Read and write; makes the directory on the first write.
    ReadWrite,
    /// Writes nothing at all, not even a lock file or an access time.
    ReadOnly,
}

/// What a caller is about to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The directory is there and is opened as it lies there.
    Reading,
    /// The directory is made if it is missing.
    Writing,
}
