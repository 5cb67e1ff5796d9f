//! [`SessionLock`]: says that a session lives, by a lock that the kernel releases when its process dies. What a dead
//! session left in the directory may be swept.

use std::fs::{self, File, TryLockError};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::layout::Layout;
use crate::error::{FileContext, Result};

/// Opens the names of files that are not yet locked.
const UNLOCKED: char = '.';
const LONGEST_NAME: usize = 32;
/// Only a sweeper can take a file away before it is locked, and it takes each only once.
const ATTEMPTS: usize = 8;

/// The life of one session: a locked file `sessions/<name>`, which goes when the session ends in order.
#[derive(Debug)]
pub struct SessionLock {
    name: String,
    path: PathBuf,
    /// The lock belongs to the open file, and is released when this is dropped, after the file is removed.
    _file: File,
}

impl SessionLock {
    /// Begins a session of this name, which no other has (see [`session_name`]). Makes the directory if it is missing.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::File`], with the path and what was tried.
    pub fn new(layout: &Layout, name: &str) -> Result<Self> {
        let directory = layout.sessions();
        fs::create_dir_all(&directory).file("making the directory", &directory)?;
        let mut outcome = Err(ErrorKind::NotFound.into());
        for _ in 0..ATTEMPTS {
            outcome = Self::begin(&directory, name.to_owned());
            if outcome.is_ok() {
                break;
            }
        }
        outcome.file("locking a session in", &directory)
    }

    /// A file that is found under its real name is locked, or its session is dead: so it is locked under another name
    /// first. A sweeper may be quicker than the lock: then the lock is refused, or the file is gone when it is renamed.
    fn begin(directory: &Path, name: String) -> io::Result<Self> {
        let unlocked = directory.join(format!("{UNLOCKED}{name}"));
        let file = File::create_new(&unlocked)?;
        let path = directory.join(&name);
        if let Err(error) = file.try_lock().map_err(Into::into).and_then(|()| {
            // Not hard-linked and not checked for: no two sessions have one name.
            fs::rename(&unlocked, &path)
        }) {
            let _ = fs::remove_file(&unlocked);
            return Err(error);
        }
        Ok(Self { name, path, _file: file })
    }

    /// 32 hexadecimal digits.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for SessionLock {
    fn drop(&mut self) {
        // What stays is removed by the next sweep: its lock is free.
        let _ = fs::remove_file(&self.path);
    }
}

/// Whether `name` can be the name of a session: 1 to 32 lower-case hexadecimal digits, and so no path.
#[must_use]
pub fn is_session_name(name: &str) -> bool {
    (1..=LONGEST_NAME).contains(&name.len())
        && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether the session `name` lives now. Where that cannot be told, it is said to live.
#[must_use]
pub fn is_session_alive(layout: &Layout, name: &str) -> bool {
    is_session_name(name) && !is_free(&layout.sessions().join(name))
}

/// The names of the sessions that live now, in no order. The files of dead ones are removed.
///
/// A session may begin right after this returns: whoever sweeps lists what there is to sweep first and asks then.
#[must_use]
pub fn alive_sessions(layout: &Layout) -> Vec<String> {
    let mut alive = Vec::new();
    for entry in fs::read_dir(layout.sessions()).into_iter().flatten().flatten() {
        let Ok(name) = entry.file_name().into_string() else { continue };
        let bare = name.strip_prefix(UNLOCKED).unwrap_or(&name);
        if is_session_name(bare) && !removes_dead(&entry.path()) && bare == name {
            alive.push(name);
        }
    }
    alive
}

fn is_free(path: &Path) -> bool {
    match File::open(path).map(|file| file.try_lock()) {
        Ok(Ok(())) => true,
        Ok(Err(_)) => false,
        Err(error) => error.kind() == ErrorKind::NotFound,
    }
}

/// Removes the file of a dead session; false when it lives. Names are random and never used again, so that nobody can
/// have locked another file of this name meanwhile, as could be with `owner.lock`.
fn removes_dead(path: &Path) -> bool {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) => return error.kind() == ErrorKind::NotFound,
    };
    match file.try_lock() {
        Ok(()) => {
            // While the lock is held: a file not yet renamed is then refused to its maker, which takes another name.
            let _ = fs::remove_file(path);
            true
        }
        Err(TryLockError::WouldBlock | TryLockError::Error(_)) => false,
    }
}

/// A new, random name: 32 hexadecimal digits.
///
/// Not a secret, only a name that no other session has: each part alone sets apart what the others do not.
#[must_use]
pub fn session_name() -> String {
    let mut hasher = blake3::Hasher::new();
    for _ in 0..2 {
        hasher.update(&RandomState::new().build_hasher().finish().to_le_bytes());
    }
    hasher.update(&std::process::id().to_le_bytes());
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    hasher.update(&since.as_nanos().to_le_bytes());
    hasher.finalize().to_hex()[..LONGEST_NAME].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout() -> (tempfile::TempDir, Layout) {
        let directory = tempfile::tempdir().unwrap();
        let layout = Layout::new(directory.path());
        (directory, layout)
    }

    fn files(layout: &Layout) -> usize {
        fs::read_dir(layout.sessions()).unwrap().count()
    }

    #[test]
    fn sessions_live_until_they_end() {
        let (_directory, layout) = layout();
        let (one, two) = (
            SessionLock::new(&layout, &session_name()).unwrap(),
            SessionLock::new(&layout, &session_name()).unwrap(),
        );
        assert!(is_session_name(one.name()) && one.name() != two.name());
        let mut alive = alive_sessions(&layout);
        alive.sort();
        let mut expected = [one.name().to_owned(), two.name().to_owned()];
        expected.sort();
        assert_eq!(alive, expected);
        assert!(is_session_alive(&layout, one.name()));
        let ended = one.name().to_owned();
        drop(one);
        assert!(!is_session_alive(&layout, &ended));
        assert_eq!(alive_sessions(&layout), [two.name()]);
        assert_eq!(files(&layout), 1);
    }

    #[test]
    fn files_of_dead_sessions_go_and_others_stay() {
        let (_directory, layout) = layout();
        let living = SessionLock::new(&layout, &session_name()).unwrap();
        for name in ["00ff", ".00ff", "mine.txt", "00EE", ".gitkeep"] {
            fs::write(layout.sessions().join(name), "").unwrap();
        }
        assert!(!is_session_alive(&layout, "00ff"));
        assert_eq!(alive_sessions(&layout), [living.name()]);
        assert_eq!(files(&layout), 4, "the living one and what is no session");
    }

    #[test]
    fn names_that_are_paths_are_no_sessions() {
        for name in ["", ".", "..", "a/b", "/", "a\\b", "A", "g", &"a".repeat(33)] {
            assert!(!is_session_name(name), "{name}");
        }
    }

    #[test]
    fn beginning_beside_a_sweeper_gives_a_session_that_lives() {
        let (_directory, layout) = layout();
        fs::create_dir_all(layout.sessions()).unwrap();
        let stop = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                    drop(alive_sessions(&layout));
                }
            });
            let sessions: Vec<_> =
                (0..300).map(|_| SessionLock::new(&layout, &session_name())).collect();
            stop.store(true, std::sync::atomic::Ordering::Relaxed);
            for session in sessions {
                let session = session.unwrap();
                assert!(session.path.exists());
                assert!(is_session_alive(&layout, session.name()));
            }
        });
    }
}
