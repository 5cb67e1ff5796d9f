//! The one piece of global state: which stores are open, so that threads share them and the process can close them.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};

use super::lock::{Lock, REGISTRY};
use super::store::SharedStore;
use crate::engine::Mode;

static STORES: Lock<REGISTRY, Vec<Weak<SharedStore>>> = Lock::new(Vec::new());

/// One user's hold on a store. The last one to let go closes it.
pub struct StoreHandle(Arc<SharedStore>);

impl StoreHandle {
    /// The store; once every handle is gone its operations fail with [`crate::error::Error::Closed`].
    #[must_use]
    pub const fn store(&self) -> &Arc<SharedStore> {
        &self.0
    }
}

impl StoreHandle {
    /// Closes the store for now if nobody else uses it: a later call opens it again. For a thread that is about to end,
    /// and may still make calls.
    pub fn rest(&self) {
        let _stores = STORES.lock();
        if self.0.users.load(Ordering::Relaxed) == 1 {
            self.0.rest();
        }
    }
}

impl Drop for StoreHandle {
    fn drop(&mut self) {
        // The registry's lock is kept while closing, so that whoever opens the directory next finds it free.
        let mut stores = STORES.lock();
        if self.0.users.fetch_sub(1, Ordering::Relaxed) == 1 {
            stores.retain(|store| !std::ptr::eq(store.as_ptr(), Arc::as_ptr(&self.0)));
            self.0.close();
        }
    }
}

/// The store of a directory: the one that is in use already, whichever thread opened it, or a new one. Touches no file
/// of the store.
#[must_use]
pub fn open(location: &Path, mode: Mode) -> StoreHandle {
    let location = resolved(location);
    let mut stores = STORES.lock();
    let in_use: Vec<_> = stores
        .iter()
        .filter_map(Weak::upgrade)
        .filter(|store| store.serves(&location, mode))
        .collect();
    // Who only reads sees more through a writer.
    let in_use = in_use.iter().find(|store| store.mode() == Mode::ReadWrite).or(in_use.first());
    let store = if let Some(store) = in_use {
        Arc::clone(store)
    } else {
        let store = SharedStore::new(location, mode);
        stores.push(Arc::downgrade(&store));
        store
    };
    store.users.fetch_add(1, Ordering::Relaxed);
    StoreHandle(store)
}

/// Closes every store of the process. RocksDB's threads must be gone before the process runs static destructors.
pub fn close_all() {
    for store in STORES.lock().drain(..).filter_map(|store| store.upgrade()) {
        store.close();
    }
}

/// The directory's real path, also where its last parts do not exist yet: two names of one directory are one store.
fn resolved(location: &Path) -> PathBuf {
    let absolute = std::path::absolute(location).unwrap_or_else(|_| location.to_owned());
    for existing in absolute.ancestors() {
        if let (Ok(real), Ok(rest)) = (canonical(existing), absolute.strip_prefix(existing)) {
            // Joining nothing would leave a separator at the end.
            return if rest.as_os_str().is_empty() { real } else { real.join(rest) };
        }
    }
    absolute
}

#[cfg(not(windows))]
fn canonical(path: &Path) -> std::io::Result<PathBuf> {
    path.canonicalize()
}

/// Without the `\\?\` that Windows puts before it: below that, RocksDB's slashes are no separators.
#[cfg(windows)]
fn canonical(path: &Path) -> std::io::Result<PathBuf> {
    dunce::canonicalize(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_names_of_one_directory_share_an_store() {
        let parent = tempfile::tempdir().unwrap();
        let plain = open(&parent.path().join("store"), Mode::ReadWrite);
        let dotted = open(&parent.path().join("./store"), Mode::ReadWrite);
        let other = open(&parent.path().join("other"), Mode::ReadWrite);
        assert!(Arc::ptr_eq(plain.store(), dotted.store()));
        assert!(!Arc::ptr_eq(plain.store(), other.store()));
    }

    #[test]
    fn the_last_user_closes_the_store() {
        let parent = tempfile::tempdir().unwrap();
        let first = open(parent.path(), Mode::ReadWrite);
        let second = open(parent.path(), Mode::ReadWrite);
        let store = Arc::clone(first.store());
        drop(first);
        assert!(store.totals().is_ok());
        drop(second);
        assert!(matches!(store.totals(), Err(crate::error::Error::Closed)));
    }
}
