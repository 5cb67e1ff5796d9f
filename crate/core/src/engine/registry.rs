//! The one piece of global state: which engines are open, so that threads share them and the process can close them.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};

use parking_lot::Mutex;

use super::state::{Engine, Mode};

static ENGINES: Mutex<Vec<Weak<Engine>>> = Mutex::new(Vec::new());

/// One user's hold on an engine. The last one to let go closes it.
pub struct EngineHandle(Arc<Engine>);

impl EngineHandle {
    /// The engine; once every handle is gone its operations fail with [`crate::error::Error::Closed`].
    #[must_use]
    pub const fn engine(&self) -> &Arc<Engine> {
        &self.0
    }
}

impl EngineHandle {
    /// Closes the store for now if nobody else uses it: a later call opens it again. For a thread that is about to end,
    /// and may still make calls.
    pub fn rest(&self) {
        let _engines = ENGINES.lock();
        if self.0.users.load(Ordering::Relaxed) == 1 {
            self.0.rest();
        }
    }
}

impl Drop for EngineHandle {
    fn drop(&mut self) {
        // The registry's lock is kept while closing, so that whoever opens the directory next finds it free.
        let mut engines = ENGINES.lock();
        if self.0.users.fetch_sub(1, Ordering::Relaxed) == 1 {
            engines.retain(|engine| !std::ptr::eq(engine.as_ptr(), Arc::as_ptr(&self.0)));
            self.0.close();
        }
    }
}

/// The engine of a directory: the one that is in use already, whichever thread opened it, or a new one. Touches no file
/// of the store.
#[must_use]
pub fn open(location: &Path, mode: Mode) -> EngineHandle {
    let location = resolved(location);
    let mut engines = ENGINES.lock();
    let in_use: Vec<_> = engines
        .iter()
        .filter_map(Weak::upgrade)
        .filter(|engine| engine.serves(&location, mode))
        .collect();
    // Who only reads sees more through a writer.
    let in_use = in_use.iter().find(|engine| engine.mode() == Mode::ReadWrite).or(in_use.first());
    let engine = if let Some(engine) = in_use {
        Arc::clone(engine)
    } else {
        let engine = Arc::new(Engine::new(location, mode));
        engines.push(Arc::downgrade(&engine));
        engine
    };
    engine.users.fetch_add(1, Ordering::Relaxed);
    EngineHandle(engine)
}

/// Closes every engine of the process. RocksDB's threads must be gone before the process runs static destructors.
pub fn close_all() {
    for engine in ENGINES.lock().drain(..).filter_map(|engine| engine.upgrade()) {
        engine.close();
    }
}

/// The directory's real path, also where its last parts do not exist yet: two names of one directory are one store.
fn resolved(location: &Path) -> PathBuf {
    let absolute = std::path::absolute(location).unwrap_or_else(|_| location.to_owned());
    for existing in absolute.ancestors() {
        if let (Ok(real), Ok(rest)) = (existing.canonicalize(), absolute.strip_prefix(existing)) {
            // Joining nothing would leave a separator at the end.
            return if rest.as_os_str().is_empty() { real } else { real.join(rest) };
        }
    }
    absolute
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_names_of_one_directory_share_an_engine() {
        let parent = tempfile::tempdir().unwrap();
        let plain = open(&parent.path().join("store"), Mode::ReadWrite);
        let dotted = open(&parent.path().join("./store"), Mode::ReadWrite);
        let other = open(&parent.path().join("other"), Mode::ReadWrite);
        assert!(Arc::ptr_eq(plain.engine(), dotted.engine()));
        assert!(!Arc::ptr_eq(plain.engine(), other.engine()));
    }

    #[test]
    fn the_last_user_closes_the_engine() {
        let parent = tempfile::tempdir().unwrap();
        let first = open(parent.path(), Mode::ReadWrite);
        let second = open(parent.path(), Mode::ReadWrite);
        let engine = Arc::clone(first.engine());
        drop(first);
        assert!(engine.totals().is_ok());
        drop(second);
        assert!(matches!(engine.totals(), Err(crate::error::Error::Closed)));
    }
}
