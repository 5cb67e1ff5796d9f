//! [`Event`]: one thing that happened to the recorded directory, or that was said of it.

use std::path::PathBuf;
use std::sync::Arc;

use engram_core::store::Durability;

/// Number of a key, and of a value.
pub type Number = usize;

/// One entry stored, or dropped (`None`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub key: Number,
    pub value: Option<Number>,
    pub durability: Durability,
}

/// Paths are relative to the recorded directory.
#[derive(Debug, Clone)]
pub enum Event {
    MakeDirectory(PathBuf),
    /// The file's bytes from now on; makes it if it is missing.
    Write(PathBuf, Arc<[u8]>),
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
    SyncData(PathBuf),
    SyncDirectory(PathBuf),
    /// Everything that is there is on the disk.
    SyncAll,
    Started(Change),
    Acknowledged(Change),
}

impl Event {
    /// What happened, without the bytes.
    pub fn short(&self) -> String {
        match self {
            Self::Write(path, bytes) => format!("Write({}, {})", path.display(), bytes.len()),
            other => format!("{other:?}"),
        }
    }
}
