//! Sweeping orphans: blobs that no entry names, as a crash between a blob's rename and its batch leaves them.

use std::sync::atomic::Ordering;

use super::opened::Opened;
use super::row;
use super::state::Engine;
use crate::digest::Digest;
use crate::error::Result;
use crate::store::Blobs;

/// So many files are looked at before commits may go on.
pub(super) const LOOKED_AT_TOGETHER: usize = 32;

/// How far a sweep is, and what it removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sweep {
    next_directory: u16,
    /// Whether an orphan stayed, as one that is mapped does on Windows.
    has_left: bool,
    /// Blobs removed.
    pub blobs: u64,
    /// Bytes of them.
    pub byte_length: u64,
}

impl Sweep {
    /// Whether every directory was looked at.
    #[must_use]
    pub const fn is_done(&self) -> bool {
        self.next_directory == Blobs::DIRECTORIES
    }
}

impl Engine {
    /// Counts anew what was not closed in order, then removes blobs that no entry names, and says what went. Takes as long
    /// as there are rows and blobs, and is in nobody's way for more than a moment: for a thread of its own.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], [`crate::error::Error::ReadOnly`], or why the store cannot be read or written;
    /// what was removed stays removed.
    pub fn sweep_orphans(&self) -> Result<Sweep> {
        self.recount()?;
        let mut sweep = Sweep::default();
        while !sweep.is_done() {
            // Anew for each directory, so that closing need not wait for the rest.
            self.write(|opened| opened.sweep_orphans(&mut sweep))?;
        }
        Ok(sweep)
    }
}

impl Opened {
    /// Removes the files below one directory of `blobs/` that are named as blobs and that no entry refers to. To be
    /// called until [`Sweep::is_done`], on a store that is open for writing.
    ///
    /// A blob gets its name while `publishing` is held, together with the rows that refer to it, whoever wrote its
    /// bytes: so a name without a row is nobody's, if it is looked at while `publishing` is held.
    ///
    /// # Errors
    ///
    /// Why the directory or the index cannot be read; called again, it goes on with the next directory. A file that
    /// cannot be removed is left to the sweep after the next opening.
    pub(super) fn sweep_orphans(&self, sweep: &mut Sweep) -> Result<()> {
        let Ok(first_byte) = u8::try_from(sweep.next_directory) else { return Ok(()) };
        sweep.next_directory += 1;
        for digests in self.local.values.blobs.list(first_byte)?.chunks(LOOKED_AT_TOGETHER) {
            let _publishing = self.publishing.lock();
            for digest in digests {
                self.remove_orphan(digest, sweep)?;
            }
        }
        if sweep.is_done() && !sweep.has_left {
            self.is_unswept.store(false, Ordering::Relaxed);
        }
        Ok(())
    }

    fn remove_orphan(&self, digest: &Digest, sweep: &mut Sweep) -> Result<()> {
        let Some(byte_length) = self.orphan_length(digest)? else { return Ok(()) };
        if self.local.values.blobs.remove(digest).is_ok() {
            sweep.blobs += 1;
            sweep.byte_length += byte_length;
        } else {
            sweep.has_left = true;
        }
        Ok(())
    }

    /// Bytes of a blob that no entry names; `None` for one that is needed. To be asked while `publishing` is held.
    pub(super) fn orphan_length(&self, digest: &Digest) -> Result<Option<u64>> {
        // What is no file is not ours. One that is gone already was removed with its entry.
        let Some(byte_length) = self.local.values.blobs.length(digest) else { return Ok(None) };
        let is_needed = self.index.has_prefix(&row::references_to(digest))?;
        Ok((!is_needed).then_some(byte_length))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::engine::NewEntry;
    use crate::engine::fixture::{entry, function, open};
    use crate::store::{Blobs, Durability, Layout};

    fn orphan(path: &Path, bytes: &[u8]) -> Digest {
        let blobs = Blobs::new(&Layout::new(path));
        let pending = blobs.write(bytes, Durability::Process).unwrap();
        blobs.publish(&pending, Durability::Process).unwrap();
        pending.blob.digest
    }

    #[test]
    fn orphans_go_and_everything_else_stays() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("store");
        let store = open(&path, 7);
        let key = function().call_key(b"");
        let new = NewEntry { buffers: &[&[1; 100], &[2; 200]], ..entry(key) };
        assert!(store.commit(&function(), &new).unwrap());
        let mut sizes = 0;
        for number in 0..100_u8 {
            orphan(&path, &vec![number; 1000 + usize::from(number)]);
            sizes += 1000 + u64::from(number);
        }
        let digest = orphan(&path, b"a directory stands in its place");
        let blobs = Layout::new(&path).blobs();
        let shard = blobs.join(&digest.to_hex()[..2]);
        fs::remove_file(shard.join(digest.to_hex())).unwrap();
        fs::create_dir(shard.join(digest.to_hex())).unwrap();
        fs::write(shard.join("notes.txt"), "mine").unwrap();
        fs::write(blobs.join("notes.txt"), "mine").unwrap();

        let swept = store.sweep_orphans().unwrap();
        assert_eq!((swept.blobs, swept.byte_length), (100, sizes));
        let loaded = store.load(function().prefix(), &key).unwrap().unwrap();
        assert_eq!(loaded.buffers.len(), 2);
        assert!(loaded.buffers.iter().all(|one| store.open_blob(&one.blob).unwrap().is_some()));
        assert!(shard.join(digest.to_hex()).is_dir());
        assert!(shard.join("notes.txt").exists() && blobs.join("notes.txt").exists());
        assert_eq!(store.sweep_orphans().unwrap().blobs, 0);
    }

    #[test]
    fn a_store_says_whether_it_was_closed_in_order() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("store");
        let is_unswept = |store: &Engine| {
            store.write(|opened| Ok(opened.is_unswept.load(Ordering::Relaxed))).unwrap()
        };
        let store = open(&path, 7);
        assert!(is_unswept(&store), "nothing is known of a new one");
        store.sweep_orphans().unwrap();
        drop(store);
        let store = open(&path, 7);
        assert!(!is_unswept(&store));
        drop(store);
        assert!(is_unswept(&open(&path, 17)));
    }
}
