//! [`Disk`]: the edge to the file system, so that a test can record every operation, fail it, or cut the power after it.

use std::ffi::OsString;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use crate::progress::steps;

/// What an acknowledged write survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Durability {
    /// The end of the process, however it comes: the operating system has the bytes.
    #[default]
    Process,
    /// A power cut as well: the disk has the bytes.
    Power,
}

/// What blobs ask of a file system. Each operation is one that a crash may come before or after; all of them fail with
/// what the operating system says.
#[expect(clippy::missing_errors_doc, reason = "said once, above")]
pub trait Disk: fmt::Debug + Send + Sync {
    /// Makes a file that was not there, with these bytes; with [`Durability::Power`] the disk has them on return, under
    /// a name that may yet be lost.
    fn create(&self, path: &Path, bytes: &[u8], durability: Durability) -> io::Result<()>;

    /// Waits until the disk has a file's bytes.
    fn sync_data(&self, path: &Path) -> io::Result<()>;

    /// Gives a file another name, in place of a file that has it already.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Waits until the disk has the names in a directory.
    fn sync_directory(&self, path: &Path) -> io::Result<()>;

    /// Makes a directory and those above it that are missing.
    fn make_directories(&self, path: &Path) -> io::Result<()>;

    /// Length of a file in bytes. Anything else, a link included, is [`ErrorKind::InvalidInput`].
    fn length(&self, path: &Path) -> io::Result<u64>;

    /// The names in a directory, in no order.
    fn list(&self, path: &Path) -> io::Result<Vec<OsString>>;
}

/// The file system of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealDisk;

impl Disk for RealDisk {
    fn create(&self, path: &Path, bytes: &[u8], durability: Durability) -> io::Result<()> {
        let mut file = File::create_new(path)?;
        for step in steps(bytes) {
            file.write_all(step)?;
        }
        match durability {
            Durability::Process => Ok(()),
            Durability::Power => file.sync_data(),
        }
    }

    fn sync_data(&self, path: &Path) -> io::Result<()> {
        // Windows flushes only what may be written.
        File::options().read(true).write(cfg!(windows)).open(path)?.sync_data()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    #[cfg(unix)]
    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        match File::open(path)?.sync_all() {
            // Said by file systems that keep no names of their own to be synced: some of the network and of FUSE.
            Err(error)
                if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) =>
            {
                Ok(())
            }
            outcome => outcome,
        }
    }

    /// NTFS keeps names in its journal; there is no call that waits for them.
    #[cfg(not(unix))]
    fn sync_directory(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn make_directories(&self, path: &Path) -> io::Result<()> {
        fs::create_dir_all(path)
    }

    fn length(&self, path: &Path) -> io::Result<u64> {
        let found = fs::symlink_metadata(path)?;
        if found.is_file() { Ok(found.len()) } else { Err(ErrorKind::InvalidInput.into()) }
    }

    fn list(&self, path: &Path) -> io::Result<Vec<OsString>> {
        fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.file_name())).collect()
    }
}

/// Waits until the disk has the name of `path` in its directory, and those of the directories above: whoever made them
/// did not wait.
///
/// # Errors
///
/// What the operating system says. Not for a directory that may not be read: it was there before the store.
pub(super) fn sync_name(disk: &dyn Disk, path: &Path) -> io::Result<()> {
    let Some(parent) = path.parent() else { return Ok(()) };
    disk.sync_directory(parent)?;
    for (directory, below) in parent.ancestors().skip(1).zip(parent.ancestors()) {
        if directory.as_os_str().is_empty() || !is_on_one_volume(directory, below) {
            break;
        }
        match disk.sync_directory(directory) {
            Err(error) if error.kind() == ErrorKind::PermissionDenied => break,
            outcome => outcome?,
        }
    }
    Ok(())
}

#[cfg(unix)]
fn is_on_one_volume(a: &Path, b: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let volume = |path| fs::metadata(path).map(|found| found.dev());
    matches!((volume(a), volume(b)), (Ok(a), Ok(b)) if a == b)
}

#[cfg(not(unix))]
fn is_on_one_volume(_: &Path, _: &Path) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_made_once_and_whole() {
        let directory = tempfile::tempdir().unwrap();
        for durability in [Durability::Process, Durability::Power] {
            let path = directory.path().join(format!("{durability:?}"));
            RealDisk.create(&path, b"abc", durability).unwrap();
            RealDisk.sync_data(&path).unwrap();
            assert_eq!(fs::read(&path).unwrap(), b"abc");
            let again = RealDisk.create(&path, b"other", durability);
            assert_eq!(again.unwrap_err().kind(), ErrorKind::AlreadyExists);
        }
        RealDisk.sync_directory(directory.path()).unwrap();
        sync_name(&RealDisk, directory.path()).unwrap();
    }

    #[test]
    fn only_files_have_a_length() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        fs::write(&path, "abc").unwrap();
        assert_eq!(RealDisk.length(&path).unwrap(), 3);
        let kind = |path: &Path| RealDisk.length(path).unwrap_err().kind();
        assert_eq!(kind(directory.path()), ErrorKind::InvalidInput);
        assert_eq!(kind(&directory.path().join("none")), ErrorKind::NotFound);
        #[cfg(unix)]
        {
            let link = directory.path().join("link");
            std::os::unix::fs::symlink(&path, &link).unwrap();
            assert_eq!(kind(&link), ErrorKind::InvalidInput);
        }
    }
}
