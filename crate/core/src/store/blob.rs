//! [`Blobs`]: immutable files named by the digest of their bytes.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::layout::Layout;
use super::mapping::Mapping;
use crate::digest::Digest;
use crate::error::{FileContext, Result};

/// From this many bytes on, a blob is hashed and written at the same time, on two threads.
const CONCURRENT_FROM: usize = 4 << 20;

/// Name and length of a blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Blob {
    /// BLAKE3 of the bytes.
    pub digest: Digest,
    /// Length in bytes.
    pub byte_length: u64,
}

/// A blob's bytes under a temporary name; dropping it removes them.
#[derive(Debug)]
pub struct PendingBlob {
    /// The name that the bytes will get.
    pub blob: Blob,
    temporary: PathBuf,
}

impl Drop for PendingBlob {
    fn drop(&mut self) {
        // Gone already once published; a leftover is swept when the store is opened.
        let _ = fs::remove_file(&self.temporary);
    }
}

/// The blobs of one store.
#[derive(Debug)]
pub struct Blobs {
    root: PathBuf,
    temporary: PathBuf,
    written: AtomicU64,
}

impl Blobs {
    /// The blobs below `layout`; touches nothing.
    #[must_use]
    pub fn new(layout: &Layout) -> Self {
        Self { root: layout.blobs(), temporary: layout.temporary(), written: AtomicU64::new(0) }
    }

    /// Writes `bytes` under a temporary name. Visible to nobody before [`Blobs::publish`].
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::File`], with the path and what was tried.
    pub fn write(&self, bytes: &[u8]) -> Result<PendingBlob> {
        let number = self.written.fetch_add(1, Ordering::Relaxed);
        let temporary = self.temporary.join(format!("{}-{number}", std::process::id()));
        let mut pending = PendingBlob {
            blob: Blob { digest: Digest::from_bytes([0; 32]), byte_length: bytes.len() as u64 },
            temporary,
        };
        let path = &pending.temporary;
        let (outcome, digest) = if bytes.len() < CONCURRENT_FROM {
            (write_file(path, bytes), blake3::hash(bytes).into())
        } else {
            rayon::join(|| write_file(path, bytes), || hash_shared(bytes))
        };
        // Not the file: its name differs each time, and one cause is to be told once.
        outcome.file("writing a blob into", &self.temporary)?;
        pending.blob.digest = digest;
        Ok(pending)
    }

    /// Gives the bytes their final name. A file that has it already is replaced, so that a damaged one is repaired.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::File`], with the path and what was tried.
    pub fn publish(&self, pending: &PendingBlob) -> Result<()> {
        let path = self.path(&pending.blob.digest);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).file("making the directory", parent)?;
        }
        fs::rename(&pending.temporary, &path).file("renaming to", &path)
    }

    /// Whether the blob's file is there with the right length.
    #[must_use]
    pub fn is_whole(&self, blob: &Blob) -> bool {
        fs::metadata(self.path(&blob.digest)).is_ok_and(|found| found.len() == blob.byte_length)
    }

    /// Whether the blob's bytes have the digest that they are named by.
    #[must_use]
    pub fn is_genuine(&self, blob: &Blob) -> bool {
        self.map(blob)
            .ok()
            .flatten()
            .is_some_and(|mapping| hash_shared(mapping.as_bytes()) == blob.digest)
    }

    /// Maps a blob; `None` when its file is missing or has another length.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::File`], with the path and what was tried.
    pub fn map(&self, blob: &Blob) -> Result<Option<Mapping>> {
        let path = self.path(&blob.digest);
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).file("opening", &path),
        };
        if file.metadata().file("reading", &path)?.len() != blob.byte_length {
            return Ok(None);
        }
        let Ok(length) = usize::try_from(blob.byte_length) else { return Ok(None) };
        Mapping::new(&file, length).map(Some).file("mapping", &path)
    }

    /// Removes a blob's file; one that is gone already is fine. Existing mappings stay whole.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::File`], with the path and what was tried.
    pub fn remove(&self, digest: &Digest) -> Result<()> {
        let path = self.path(digest);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error).file("removing", &path),
            _ => Ok(()),
        }
    }

    /// Removes what killed writers left under temporary names. Only for the one owner of the directory.
    pub fn sweep_temporary(&self) {
        for entry in fs::read_dir(&self.temporary).into_iter().flatten().flatten() {
            // What cannot be removed now is tried again at the next opening.
            let _ = fs::remove_file(entry.path());
        }
    }

    fn path(&self, digest: &Digest) -> PathBuf {
        let hex = digest.to_hex();
        self.root.join(&hex[..2]).join(hex)
    }
}

fn write_file(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = match File::create_new(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            // The directory was deleted under the running process: joblib's users do that, and go on.
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            File::create_new(path)?
        }
        file => file?,
    };
    file.write_all(bytes)
}

fn hash_shared(bytes: &[u8]) -> Digest {
    let mut hasher = blake3::Hasher::new();
    hasher.update_rayon(bytes);
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blobs() -> (tempfile::TempDir, Blobs) {
        let directory = tempfile::tempdir().unwrap();
        let layout = Layout::new(directory.path());
        layout.create().unwrap();
        (directory, Blobs::new(&layout))
    }

    fn stored(blobs: &Blobs, bytes: &[u8]) -> Blob {
        let pending = blobs.write(bytes).unwrap();
        blobs.publish(&pending).unwrap();
        pending.blob
    }

    #[test]
    fn small_and_large_blobs_read_back() {
        let (_directory, blobs) = blobs();
        for length in [1, 65_536, CONCURRENT_FROM + 3] {
            let bytes: Vec<u8> = (0..length).map(|index| index.to_le_bytes()[1]).collect();
            let blob = stored(&blobs, &bytes);
            assert_eq!(blob.digest, blake3::hash(&bytes).into());
            assert_eq!(blobs.map(&blob).unwrap().unwrap().as_bytes(), bytes);
        }
    }

    #[test]
    fn an_unpublished_blob_leaves_nothing() {
        let (directory, blobs) = blobs();
        drop(blobs.write(b"abc").unwrap());
        assert_eq!(fs::read_dir(directory.path().join("tmp")).unwrap().count(), 0);
    }

    #[test]
    fn equal_bytes_are_kept_once() {
        let (directory, blobs) = blobs();
        let blob = stored(&blobs, b"abc");
        assert_eq!(stored(&blobs, b"abc"), blob);
        let folder = directory.path().join("blobs").join(&blob.digest.to_hex()[..2]);
        assert_eq!(fs::read_dir(folder).unwrap().count(), 1);
        assert_eq!(fs::read_dir(directory.path().join("tmp")).unwrap().count(), 0);
    }

    #[test]
    fn a_missing_or_shortened_blob_is_not_mapped() {
        let (_directory, blobs) = blobs();
        let blob = stored(&blobs, &[1; 1000]);
        File::options().write(true).open(blobs.path(&blob.digest)).unwrap().set_len(10).unwrap();
        assert!(blobs.map(&blob).unwrap().is_none());
        blobs.remove(&blob.digest).unwrap();
        assert!(blobs.map(&blob).unwrap().is_none());
        blobs.remove(&blob.digest).unwrap();
    }

    #[test]
    fn a_damaged_blob_is_replaced_when_stored_again() {
        let (_directory, blobs) = blobs();
        let blob = stored(&blobs, &[1; 1000]);
        fs::write(blobs.path(&blob.digest), [2; 1000]).unwrap();
        assert_eq!(stored(&blobs, &[1; 1000]), blob);
        assert!(blobs.is_genuine(&blob));
    }

    #[test]
    fn altered_bytes_are_not_genuine() {
        let (_directory, blobs) = blobs();
        let blob = stored(&blobs, &[1; 1000]);
        fs::write(blobs.path(&blob.digest), [2; 1000]).unwrap();
        assert!(blobs.is_whole(&blob));
        assert!(!blobs.is_genuine(&blob));
    }
}
