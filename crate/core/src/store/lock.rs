//! [`OwnerLock`]: the right to open the index, held on an open file and so released by the kernel when the process dies.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

use super::layout::Layout;
use crate::error::{Error, FileContext, Result};

/// A lock on `owner.lock`. It belongs to the open file, not to the process: a second copy of the addon in one process
/// is refused like a second process. The file is never deleted, since two files of one name could both be locked.
#[derive(Debug)]
pub struct OwnerLock {
    file: File,
}

impl OwnerLock {
    /// Takes the lock for writing, which nobody may share. [`Error::Busy`] when it is held elsewhere.
    ///
    /// # Errors
    ///
    /// [`Error::Busy`] when it is held elsewhere; [`Error::File`] when the file cannot be opened or locked.
    pub fn exclusive(layout: &Layout) -> Result<Self> {
        let path = layout.owner_lock();
        let file = OpenOptions::new()
            .create(true)
            .read(true)
            .write(true)
            .truncate(false)
            .open(&path)
            .file("opening", &path)?;
        let outcome = file.try_lock();
        Self::held(layout, file, outcome)
    }

    /// Takes the lock for reading, shared with other readers. Works on a directory that cannot be written.
    ///
    /// # Errors
    ///
    /// [`Error::Busy`] when it is held elsewhere; [`Error::File`] when the file cannot be opened or locked.
    pub fn shared(layout: &Layout) -> Result<Self> {
        let path = layout.owner_lock();
        let file = File::open(&path).file("opening", &path)?;
        let outcome = file.try_lock_shared();
        Self::held(layout, file, outcome)
    }

    fn held(layout: &Layout, file: File, outcome: Result<(), TryLockError>) -> Result<Self> {
        match outcome {
            Ok(()) => Ok(Self { file }),
            Err(TryLockError::WouldBlock) => Err(Error::Busy(layout.root().to_owned())),
            Err(TryLockError::Error(error)) => Err(error).file("locking", &layout.owner_lock()),
        }
    }

    /// Whether the lock file still stands in the directory: false once someone deleted the directory.
    #[must_use]
    pub fn is_in_place(&self, layout: &Layout) -> bool {
        is_same(&self.file, &layout.owner_lock()).unwrap_or(false)
    }
}

/// Says that a process waits to own a directory that others read: they give way. Held on an open file, as the lock is.
#[derive(Debug)]
pub struct Wanted {
    _file: File,
}

impl Wanted {
    /// Says so until it is dropped; `None` where that cannot be said, or not just now.
    #[must_use]
    pub fn announce(layout: &Layout) -> Option<Self> {
        let mut options = OpenOptions::new();
        let options = options.create(true).read(true).write(true).truncate(false);
        let file = options.open(layout.wanted_lock()).ok()?;
        // Those who look hold it for a moment only, but they may be stopped in it.
        file.try_lock_shared().ok()?;
        Some(Self { _file: file })
    }

    /// Whether anybody says so.
    #[must_use]
    pub fn is_said(layout: &Layout) -> bool {
        let file = File::open(layout.wanted_lock());
        file.is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
    }
}

/// Whether `path` names the file that is open.
#[cfg(unix)]
fn is_same(held: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let (held, found) = (held.metadata()?, std::fs::metadata(path)?);
    Ok(held.ino() == found.ino() && held.dev() == found.dev())
}

#[cfg(windows)]
fn is_same(held: &File, path: &Path) -> io::Result<bool> {
    let held = same_file::Handle::from_file(held.try_clone()?)?;
    Ok(held == same_file::Handle::from_path(path)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout() -> (tempfile::TempDir, Layout) {
        let directory = tempfile::tempdir().unwrap();
        let layout = Layout::new(directory.path());
        (directory, layout)
    }

    #[test]
    fn a_second_owner_in_the_same_process_is_refused() {
        let (_directory, layout) = layout();
        let first = OwnerLock::exclusive(&layout).unwrap();
        assert!(matches!(OwnerLock::exclusive(&layout), Err(Error::Busy(_))));
        drop(first);
        OwnerLock::exclusive(&layout).unwrap();
    }

    #[test]
    fn readers_share_and_keep_writers_out() {
        let (_directory, layout) = layout();
        drop(OwnerLock::exclusive(&layout).unwrap());
        let _one = OwnerLock::shared(&layout).unwrap();
        let _two = OwnerLock::shared(&layout).unwrap();
        assert!(matches!(OwnerLock::exclusive(&layout), Err(Error::Busy(_))));
    }

    // Who looks holds the lock for a moment. A process that was stopped in that moment kept others for ever from owning
    // a directory that nobody owned.
    #[test]
    fn who_wants_to_own_does_not_wait_for_who_looks() {
        let (_directory, layout) = layout();
        let looking = File::create(layout.wanted_lock()).unwrap();
        looking.lock().unwrap();
        assert!(Wanted::announce(&layout).is_none());
        drop(looking);
        let _said = Wanted::announce(&layout).unwrap();
        assert!(Wanted::is_said(&layout));
    }

    #[test]
    #[cfg_attr(windows, ignore = "not every Windows deletes a directory with a file that is open")]
    fn a_deleted_directory_is_noticed() {
        let (directory, layout) = layout();
        let lock = OwnerLock::exclusive(&layout).unwrap();
        assert!(lock.is_in_place(&layout));
        std::fs::remove_dir_all(directory.path()).unwrap();
        assert!(!lock.is_in_place(&layout));
    }

    #[test]
    fn a_new_file_in_its_place_is_noticed() {
        let (directory, layout) = layout();
        let lock = OwnerLock::exclusive(&layout).unwrap();
        std::fs::rename(layout.owner_lock(), directory.path().join("elsewhere")).unwrap();
        assert!(!lock.is_in_place(&layout));
        let _other = OwnerLock::exclusive(&layout).unwrap();
        assert!(!lock.is_in_place(&layout));
    }
}
