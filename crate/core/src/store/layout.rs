//! Where things lie in a store's directory, and how the directory is made.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, FileContext, Result};

/// The paths of one store.
#[derive(Debug, Clone)]
pub struct Layout {
    root: PathBuf,
}

impl Layout {
    /// The layout below `root`; touches nothing.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The store's directory.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The RocksDB directory.
    #[must_use]
    pub fn index(&self) -> PathBuf {
        self.root.join("index")
    }

    /// The directory of content-addressed files.
    #[must_use]
    pub fn blobs(&self) -> PathBuf {
        self.root.join("blobs")
    }

    /// Files that are not yet blobs.
    #[must_use]
    pub fn temporary(&self) -> PathBuf {
        self.root.join("tmp")
    }

    /// Locked by who waits to own the directory while others read it.
    #[must_use]
    pub fn wanted_lock(&self) -> PathBuf {
        self.root.join("wanted.lock")
    }

    /// One locked file for each living session.
    #[must_use]
    pub fn sessions(&self) -> PathBuf {
        self.root.join("sessions")
    }

    /// The lock file; never deleted.
    #[must_use]
    pub fn owner_lock(&self) -> PathBuf {
        self.root.join("owner.lock")
    }

    /// Uses of entries that the index has not seen yet.
    #[must_use]
    pub fn accesses(&self) -> PathBuf {
        self.root.join("accesses.log")
    }

    /// What calls did that is not in the index yet.
    #[must_use]
    pub fn statistics(&self) -> PathBuf {
        self.root.join("statistics.log")
    }

    /// The number that tells clients of changes.
    #[must_use]
    pub fn generation(&self) -> PathBuf {
        self.root.join("generation")
    }

    /// The socket on which the owner serves other processes; on Windows the file with the name of its pipe.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        self.root.join(if cfg!(windows) { "owner.pipe" } else { "owner.sock" })
    }

    /// Whether a store was ever made here.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.owner_lock().exists()
    }

    /// Refuses a location that is something else than a directory.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::File`], with what to do.
    pub fn check(&self) -> Result<()> {
        if self.root.is_dir() || !self.root.exists() {
            return Ok(());
        }
        Err(Error::Unavailable {
            location: self.root.clone(),
            reason: "it is not a directory; choose another location".to_owned(),
        })
    }

    /// Makes the directories that are missing. A directory that is new or empty gets a `.gitignore`; one that holds
    /// someone's files does not, so that nothing of theirs disappears from git.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] or [`Error::File`], with what to do.
    pub fn create(&self) -> Result<()> {
        self.check()?;
        let is_ours = !self.root.exists() || is_empty(&self.root);
        make_root(&self.root).file("making the directory", &self.root)?;
        for directory in [self.blobs(), self.temporary()] {
            fs::create_dir_all(&directory).file("making the directory", &directory)?;
        }
        if is_ours {
            let path = self.root.join(".gitignore");
            fs::write(&path, "# Made by engram: a cache does not belong in git.\n*\n")
                .file("writing", &path)?;
        }
        Ok(())
    }
}

/// A new directory is for its user alone: whoever may write in it decides what calls return.
fn make_root(root: &Path) -> std::io::Result<()> {
    if root.exists() {
        return Ok(());
    }
    if let Some(parent) = root.parent() {
        fs::create_dir_all(parent)?;
    }
    match make_private(root) {
        // Another process may have been faster.
        Err(_) if root.is_dir() => Ok(()),
        outcome => outcome,
    }
}

#[cfg(unix)]
fn make_private(directory: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().mode(0o700).create(directory)
}

/// Windows takes over who may enter the directory above: for a user's own files, nobody else.
#[cfg(not(unix))]
fn make_private(directory: &Path) -> std::io::Result<()> {
    fs::create_dir(directory)
}

fn is_empty(directory: &Path) -> bool {
    fs::read_dir(directory).is_ok_and(|mut entries| entries.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_directory_is_hidden_from_git() {
        let parent = tempfile::tempdir().unwrap();
        let layout = Layout::new(parent.path().join("a/b"));
        layout.create().unwrap();
        assert!(layout.root().join(".gitignore").exists());
    }

    #[test]
    fn a_directory_with_files_keeps_its_place_in_git() {
        let parent = tempfile::tempdir().unwrap();
        fs::write(parent.path().join("mine.csv"), "1").unwrap();
        let layout = Layout::new(parent.path());
        layout.create().unwrap();
        assert!(!layout.root().join(".gitignore").exists());
    }
}
