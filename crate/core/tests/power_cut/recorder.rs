//! [`Recorder`]: what is done to one directory, in order. Blobs say what they do through a [`Disk`] that records;
//! what RocksDB does is seen by comparing the files before each operation; and every sync in the process, RocksDB's
//! included, passes through [`super::syncs`].

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::event::{Change, Event};

/// The `at`th operation from now on fails, with this number of the operating system.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    pub at: usize,
    pub code: i32,
}

static RECORDERS: Mutex<Vec<Weak<Recorder>>> = Mutex::new(Vec::new());

#[derive(Debug)]
pub struct Recorder {
    top: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    events: Vec<Event>,
    seen: BTreeMap<PathBuf, Seen>,
    fault: Option<Fault>,
}

#[derive(Debug, Clone)]
struct Seen {
    inode: u64,
    modified: (i64, i64),
    /// `None` for a directory.
    bytes: Option<Arc<[u8]>>,
}

impl Recorder {
    /// Records what is done below `top`; what is there already counts as on the disk.
    pub fn new(top: &Path) -> Arc<Self> {
        let top = top.canonicalize().unwrap();
        let recorder = Arc::new(Self { top: top.clone(), state: Mutex::default() });
        {
            let mut state = recorder.lock();
            state.look(&top);
            // Blobs and temporary files are seen here only; later the disk says what becomes of them.
            for folder in ["store/blobs", "store/tmp"] {
                record_tree(&top, Path::new(folder), &mut state.events);
            }
            state.events.push(Event::SyncAll);
        }
        RECORDERS.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::downgrade(&recorder));
        recorder
    }

    /// The recorder below whose directory `path` lies.
    pub fn of(path: &Path) -> Option<Arc<Self>> {
        let mut recorders = RECORDERS.lock().unwrap_or_else(PoisonError::into_inner);
        recorders.retain(|recorder| recorder.strong_count() > 0);
        let mut recorders = recorders.iter().filter_map(Weak::upgrade);
        recorders.find(|recorder| path.starts_with(&recorder.top))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on counts operations and syncs until one fails.
    pub fn fail(&self, fault: Fault) {
        self.lock().fault = Some(fault);
    }

    /// Whether the fault that was asked for did not come yet; it does not come any more.
    pub fn spare(&self) -> bool {
        self.lock().fault.take().is_some()
    }

    /// Everything so far.
    pub fn events(&self) -> Vec<Event> {
        self.note(None);
        self.lock().events.clone()
    }

    pub fn started(&self, change: &Change) {
        self.note(Some(Event::Started(change.clone())));
    }

    pub fn acknowledged(&self, change: &Change) {
        self.note(Some(Event::Acknowledged(change.clone())));
    }

    /// Notes what RocksDB did before, and then `event`.
    pub fn note(&self, event: Option<Event>) {
        let mut state = self.lock();
        state.look(&self.top);
        state.events.extend(event);
    }

    /// Notes what RocksDB did before an operation; the error that the operation shall fail with.
    pub fn before(&self) -> io::Result<()> {
        let mut state = self.lock();
        state.look(&self.top);
        let Some(fault) = &mut state.fault else { return Ok(()) };
        if fault.at > 0 {
            fault.at -= 1;
            return Ok(());
        }
        let code = fault.code;
        state.fault = None;
        Err(io::Error::from_raw_os_error(code))
    }

    /// Runs a sync of what is open at `path`, unless it shall fail.
    pub fn sync(&self, path: &Path, sync: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
        self.before()?;
        let is_directory = path.is_dir();
        sync()?;
        let path = self.relative(path);
        self.note(Some(if is_directory {
            Event::SyncDirectory(path)
        } else {
            Event::SyncData(path)
        }));
        Ok(())
    }

    pub fn relative(&self, path: &Path) -> PathBuf {
        path.strip_prefix(&self.top).unwrap().to_owned()
    }
}

impl State {
    /// Compares what lies there, but for blobs and temporary files, with what lay there before.
    fn look(&mut self, top: &Path) {
        let mut found = BTreeMap::new();
        look_below(top, Path::new(""), &self.seen, &mut found);
        for (path, now) in &found {
            match self.seen.get(path) {
                Some(before) if before.inode == now.inode && before.bytes == now.bytes => {}
                Some(before) if before.inode == now.inode => self.write(path, now),
                _ => self.appeared(path, now, &found),
            }
        }
        for path in self.seen.keys().filter(|path| !found.contains_key(*path)) {
            let was_renamed = self
                .events
                .iter()
                .rev()
                .take(64)
                .any(|event| matches!(event, Event::Rename(from, _) if from == path));
            if !was_renamed {
                self.events.push(Event::Remove(path.clone()));
            }
        }
        self.seen = found;
    }

    fn appeared(&mut self, path: &Path, now: &Seen, found: &BTreeMap<PathBuf, Seen>) {
        let old = self.seen.iter().find(|(old, before)| {
            before.inode == now.inode
                && before.bytes == now.bytes
                && now.bytes.is_some()
                && found.get(*old).is_none_or(|there| there.inode != now.inode)
        });
        match old {
            Some((old, _)) => self.events.push(Event::Rename(old.clone(), path.to_owned())),
            None => self.write(path, now),
        }
    }

    fn write(&mut self, path: &Path, now: &Seen) {
        self.events.push(match &now.bytes {
            Some(bytes) => Event::Write(path.to_owned(), Arc::clone(bytes)),
            None => Event::MakeDirectory(path.to_owned()),
        });
    }
}

fn look_below(
    top: &Path,
    folder: &Path,
    before: &BTreeMap<PathBuf, Seen>,
    found: &mut BTreeMap<PathBuf, Seen>,
) {
    for entry in fs::read_dir(top.join(folder)).into_iter().flatten().flatten() {
        let path = folder.join(entry.file_name());
        // RocksDB's threads remove files meanwhile.
        let Ok(metadata) = entry.metadata() else { continue };
        let Some(seen) = see(&entry.path(), &metadata, before.get(&path)) else { continue };
        found.insert(path.clone(), seen);
        if metadata.is_dir() && !is_recorded(&path) {
            look_below(top, &path, before, found);
        }
    }
}

/// Files here are only made and appended to: one of the same length and time has the same bytes.
fn see(path: &Path, metadata: &fs::Metadata, before: Option<&Seen>) -> Option<Seen> {
    let (inode, modified) = (metadata.ino(), (metadata.mtime(), metadata.mtime_nsec()));
    let same = before.filter(|before| {
        let length = before.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64);
        before.inode == inode && before.modified == modified && length == metadata.len()
    });
    let bytes = match same {
        Some(before) => before.bytes.clone(),
        None if metadata.is_dir() => None,
        None => Some(fs::read(path).ok()?.into()),
    };
    Some(Seen { inode, modified, bytes })
}

/// What the disk tells of, and need not be looked at.
fn is_recorded(path: &Path) -> bool {
    path == Path::new("store/blobs") || path == Path::new("store/tmp")
}

fn record_tree(top: &Path, folder: &Path, events: &mut Vec<Event>) {
    for entry in fs::read_dir(top.join(folder)).into_iter().flatten().flatten() {
        let path = folder.join(entry.file_name());
        if entry.path().is_dir() {
            events.push(Event::MakeDirectory(path.clone()));
            record_tree(top, &path, events);
        } else {
            events.push(Event::Write(path, fs::read(entry.path()).unwrap().into()));
        }
    }
}
