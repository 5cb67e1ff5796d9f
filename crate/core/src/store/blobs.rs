//! [`Blobs`]: immutable files named by the digest of their bytes.

use std::collections::HashSet;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;

use super::blob::{Blob, PendingBlob};
use super::disk::{Disk, Durability, RealDisk};
use super::layout::Layout;
use super::open_blob::OpenBlob;
use super::recent_blobs::RecentBlobs;
use super::session;
use crate::digest::Digest;
use crate::error::{FileContext, Result};
use crate::progress::steps;

/// From this many bytes on, a blob is hashed and written at the same time, on two threads.
const CONCURRENT_FROM: usize = 4 << 20;

/// The blobs of one store.
#[derive(Debug)]
pub struct Blobs {
    root: PathBuf,
    pub(super) temporary: PathBuf,
    pub(super) disk: Arc<dyn Disk>,
    session: String,
    written: AtomicU64,
    recent: Arc<RecentBlobs>,
    /// Directories below `blobs/` of which the disk has the names: their own, and those of `blobs/`.
    durable: Mutex<HashSet<PathBuf>>,
}

impl Blobs {
    /// Directories that blobs lie in: one for each byte that a digest may begin with.
    pub const DIRECTORIES: u16 = 256;

    /// The blobs below `layout`, written in the name of this process; touches nothing.
    #[must_use]
    pub fn new(layout: &Layout) -> Self {
        Self::on(Arc::new(RealDisk), layout, &format!("{:x}", std::process::id()))
    }

    /// The blobs below `layout`, on this disk, written in the name of a session that no other writer has (see
    /// [`session::is_session_name`]); touches nothing.
    #[must_use]
    pub fn on(disk: Arc<dyn Disk>, layout: &Layout, session: &str) -> Self {
        debug_assert!(session::is_session_name(session), "{session}");
        Self {
            root: layout.blobs(),
            temporary: layout.temporary(),
            disk,
            session: session.to_owned(),
            written: AtomicU64::new(0),
            recent: Arc::default(),
            durable: Mutex::default(),
        }
    }

    /// Writes `bytes` under a temporary name. Visible to nobody before [`Blobs::publish`]. With [`Durability::Power`] the
    /// disk has the bytes on return.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::File`], with the path and what was tried.
    pub fn write(&self, bytes: &[u8], durability: Durability) -> Result<PendingBlob> {
        let number = self.written.fetch_add(1, Ordering::Relaxed);
        let temporary = self.temporary.join(format!("{}-{number}", self.session));
        let blob = Blob { digest: Digest::from_bytes([0; 32]), byte_length: bytes.len() as u64 };
        let mut pending = PendingBlob { blob, temporary, durability, disk: Arc::clone(&self.disk) };
        let path = &pending.temporary;
        let (outcome, digest) = if bytes.len() < CONCURRENT_FROM {
            (self.create(path, bytes, durability), blake3::hash(bytes).into())
        } else {
            rayon::join(|| self.create(path, bytes, durability), || hash_shared(bytes))
        };
        // Not the file: its name differs each time, and one cause is to be told once.
        outcome.file("writing a blob into", &self.temporary)?;
        pending.blob.digest = digest;
        Ok(pending)
    }

    fn create(&self, path: &Path, bytes: &[u8], durability: Durability) -> io::Result<()> {
        match self.disk.create(path, bytes, durability) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                // The directory was deleted under the running process: joblib's users do that, and go on.
                self.disk.make_directories(&self.temporary)?;
                self.disk.create(path, bytes, durability)
            }
            outcome => outcome,
        }
    }

    /// Gives the bytes their final name, unless a file has it already that is whole; a damaged one is replaced. With
    /// [`Durability::Power`] the disk has the bytes and the name on return.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::File`], with the path and what was tried. The name may be there all the same.
    pub fn publish(&self, pending: &PendingBlob, durability: Durability) -> Result<()> {
        match durability {
            // The file that is there may be on the disk, and an entry may count on that: no unsynced one in its place.
            Durability::Process if self.is_genuine(&pending.blob) => return Ok(()),
            Durability::Process => {}
            Durability::Power if pending.durability == Durability::Power => {}
            Durability::Power => {
                let outcome = self.disk.sync_data(&pending.temporary);
                outcome.file("syncing a blob in", &self.temporary)?;
            }
        }
        let path = self.path(&pending.blob.digest);
        let shard = self.shard(&pending.blob.digest);
        match self.rename(&pending.temporary, &path, &shard) {
            // A file that is mapped is not replaced on Windows. If it is what should be there, it may stay.
            Err(_) if cfg!(windows) && self.is_genuine(&pending.blob) => {
                let outcome = self.disk.sync_data(&path);
                outcome.file("syncing", &path)?;
            }
            outcome => outcome?,
        }
        if durability == Durability::Power { self.sync_names(&shard) } else { Ok(()) }
    }

    fn rename(&self, from: &Path, to: &Path, shard: &Path) -> Result<()> {
        match self.disk.rename(from, to) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                // The first blob of its directory; or the directories above it were deleted, and are new too.
                self.durable.lock().clear();
                self.disk.make_directories(shard).file("making the directory", shard)?;
                self.disk.rename(from, to).file("renaming to", to)
            }
            outcome => outcome.file("renaming to", to),
        }
    }

    /// Waits until the disk has the names in a directory of blobs, and the name of the directory.
    fn sync_names(&self, shard: &Path) -> Result<()> {
        self.disk.sync_directory(shard).file("syncing the directory", shard)?;
        if self.durable.lock().contains(shard) {
            return Ok(());
        }
        // A name that an earlier session made, or another thread just now, may not be on the disk either.
        self.disk.sync_directory(&self.root).file("syncing the directory", &self.root)?;
        if let Some(store) = self.root.parent() {
            self.disk.sync_directory(store).file("syncing the directory", store)?;
        }
        self.durable.lock().insert(shard.to_owned());
        Ok(())
    }

    /// Waits until the disk has a blob that is there: its bytes and its name. Quick for one that was read from the disk.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::File`], with the path and what was tried.
    pub fn sync(&self, blob: &Blob) -> Result<()> {
        let path = self.path(&blob.digest);
        self.disk.sync_data(&path).file("syncing", &path)?;
        self.sync_names(&self.shard(&blob.digest))
    }

    /// Whether the blob's file is there with the right length.
    #[must_use]
    pub fn is_whole(&self, blob: &Blob) -> bool {
        self.disk.length(&self.path(&blob.digest)).is_ok_and(|length| length == blob.byte_length)
    }

    /// Whether the blob can be read: its file is whole, or it is in memory.
    #[must_use]
    pub fn is_readable(&self, blob: &Blob) -> bool {
        self.recent.get(&blob.digest).is_some() || self.is_whole(blob)
    }

    /// Whether the blob's bytes have the digest that they are named by.
    #[must_use]
    pub fn is_genuine(&self, blob: &Blob) -> bool {
        let file = OpenBlob::open(blob, self.path(&blob.digest), &self.recent).ok().flatten();
        file.and_then(digest_of).is_some_and(|digest| digest == blob.digest)
    }

    /// The blob, to be copied or mapped; `None` when its file is missing or has another length.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::File`], with the path and what was tried.
    pub fn open(&self, blob: &Blob) -> Result<Option<OpenBlob>> {
        match self.recent.get(&blob.digest) {
            Some(bytes) => Ok(Some(OpenBlob::kept(blob, bytes))),
            None => OpenBlob::open(blob, self.path(&blob.digest), &self.recent),
        }
    }

    /// Removes a blob's file; one that is gone already is fine. Existing mappings stay whole.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::File`], with the path and what was tried. On Windows also while the blob is mapped.
    pub fn remove(&self, digest: &Digest) -> Result<()> {
        let path = self.path(digest);
        match self.disk.remove(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error).file("removing", &path),
            _ => Ok(()),
        }
    }

    /// The blobs whose digests begin with this byte, by the names of their files; other names are left out.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::File`], with the path and what was tried. A directory that is missing is empty.
    pub fn list(&self, first_byte: u8) -> Result<Vec<Digest>> {
        let shard = self.root.join(format!("{first_byte:02x}"));
        let names = match self.disk.list(&shard) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            names => names.file("reading the directory", &shard)?,
        };
        let digests = names.iter().filter_map(|name| {
            let name = name.to_str()?;
            // One that is written otherwise names another file, or one that belongs elsewhere.
            Digest::from_hex(name)
                .filter(|digest| digest.as_bytes()[0] == first_byte && digest.to_hex() == name)
        });
        Ok(digests.collect())
    }

    /// Length of a blob's file in bytes; `None` when it is no file or cannot be seen.
    #[must_use]
    pub fn length(&self, digest: &Digest) -> Option<u64> {
        self.disk.length(&self.path(digest)).ok()
    }

    fn path(&self, digest: &Digest) -> PathBuf {
        self.shard(digest).join(digest.to_hex())
    }

    fn shard(&self, digest: &Digest) -> PathBuf {
        self.root.join(format!("{:02x}", digest.as_bytes()[0]))
    }
}

fn digest_of(blob: OpenBlob) -> Option<Digest> {
    match blob.map() {
        Some(mapping) => Some(hash_shared(mapping.as_bytes())),
        None => blob.read().ok().map(|bytes| hash_shared(&bytes)),
    }
}

fn hash_shared(bytes: &[u8]) -> Digest {
    let mut hasher = blake3::Hasher::new();
    for step in steps(bytes) {
        hasher.update_rayon(step);
    }
    hasher.finalize().into()
}

#[cfg(test)]
mod tests;
