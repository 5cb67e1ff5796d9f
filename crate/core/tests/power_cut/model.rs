//! [`Model`]: what a disk may hold after a power cut. A file's bytes are sure once they were synced, a name once its
//! directory was; of everything later any part may be there, whatever the order in which it was done.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::event::Event;

type Bytes = Arc<[u8]>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Entry {
    File(usize),
    Directory,
}

#[derive(Debug, Clone, Default)]
struct Directory {
    current: BTreeMap<String, Entry>,
    /// What a name stood for at the last sync, and each time after it.
    unsynced: BTreeMap<String, Vec<Option<Entry>>>,
}

#[derive(Debug, Clone, Default)]
struct File {
    synced: Option<Bytes>,
    /// The bytes after each write since.
    later: Vec<Bytes>,
}

#[derive(Debug, Clone, Default)]
pub struct Model {
    directories: BTreeMap<PathBuf, Directory>,
    files: Vec<File>,
}

/// Something of which the cut decides what becomes of it. The first choice keeps least, the last one all.
pub enum Point {
    Name(PathBuf, String, Vec<Option<Named>>),
    Bytes(usize, Vec<Bytes>),
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named(Entry);

/// Says what there is to choose, and not all its bytes.
impl fmt::Debug for Point {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(folder, name, choices) => {
                write!(formatter, "{} {choices:?}", folder.join(name).display())
            }
            Self::Bytes(file, choices) => {
                let lengths: Vec<_> = choices.iter().map(|bytes| bytes.len()).collect();
                write!(formatter, "File({file}) {lengths:?}")
            }
        }
    }
}

impl Point {
    pub fn choices(&self) -> usize {
        match self {
            Self::Name(_, _, choices) => choices.len(),
            Self::Bytes(_, choices) => choices.len(),
        }
    }
}

/// The files of one state, by path; directories end with nothing.
pub type Tree = BTreeMap<PathBuf, Option<Bytes>>;

impl Model {
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::MakeDirectory(path) => self.set(path, Some(Entry::Directory)),
            Event::Write(path, bytes) => self.write(path, bytes),
            Event::Rename(from, to) => {
                let entry = self.get(from);
                self.set(to, entry);
                self.set(from, None);
            }
            Event::Remove(path) => self.set(path, None),
            Event::SyncData(path) => {
                if let Some(Entry::File(file)) = self.get(path) {
                    self.files[file].sync();
                }
            }
            Event::SyncDirectory(path) => self.directory(path).unsynced.clear(),
            Event::SyncAll => {
                self.files.iter_mut().for_each(File::sync);
                self.directories.values_mut().for_each(|directory| directory.unsynced.clear());
            }
            Event::Started(_) | Event::Acknowledged(_) => {}
        }
    }

    fn directory(&mut self, path: &Path) -> &mut Directory {
        self.directories.entry(path.to_owned()).or_default()
    }

    fn get(&mut self, path: &Path) -> Option<Entry> {
        let (folder, name) = split(path);
        self.directory(&folder).current.get(&name).copied()
    }

    fn set(&mut self, path: &Path, entry: Option<Entry>) {
        let (folder, name) = split(path);
        let directory = self.directory(&folder);
        let before = match entry {
            Some(entry) => directory.current.insert(name.clone(), entry),
            None => directory.current.remove(&name),
        };
        if before != entry {
            directory.unsynced.entry(name).or_insert_with(|| vec![before]).push(entry);
        }
    }

    fn write(&mut self, path: &Path, bytes: &Bytes) {
        let file = if let Some(Entry::File(file)) = self.get(path) {
            file
        } else {
            self.files.push(File::default());
            let file = self.files.len() - 1;
            self.set(path, Some(Entry::File(file)));
            file
        };
        self.files[file].later.push(Arc::clone(bytes));
    }

    /// Everything that a power cut now leaves open, but for files that nobody reads again.
    pub fn points(&self) -> Vec<Point> {
        let mut points = Vec::new();
        for (path, directory) in &self.directories {
            for (name, choices) in &directory.unsynced {
                if is_read(path, name) {
                    let mut choices: Vec<_> =
                        choices.iter().map(|entry| entry.map(Named)).collect();
                    choices.dedup();
                    points.push(Point::Name(path.clone(), name.clone(), choices));
                }
            }
        }
        for file in self.files_read() {
            points.push(Point::Bytes(file, self.files[file].choices()));
        }
        points.retain(|point| point.choices() > 1);
        points
    }

    fn files_read(&self) -> Vec<usize> {
        let mut files = Vec::new();
        for (path, directory) in &self.directories {
            let named = directory.current.iter().map(|(name, entry)| (name, Some(*entry)));
            let unsynced = directory
                .unsynced
                .iter()
                .flat_map(|(name, choices)| choices.iter().map(move |entry| (name, *entry)));
            for (name, entry) in named.chain(unsynced) {
                if let Some(Entry::File(file)) = entry
                    && is_read(path, name)
                {
                    files.push(file);
                }
            }
        }
        files.sort_unstable();
        files.dedup();
        files
    }

    /// The state in which every point has the choice of this number.
    pub fn state(&self, points: &[Point], choices: &[usize]) -> Tree {
        let mut names = BTreeMap::new();
        let mut contents = BTreeMap::new();
        for (point, choice) in points.iter().zip(choices) {
            match point {
                Point::Name(path, name, entries) => {
                    names.insert((path.as_path(), name.as_str()), entries[*choice]);
                }
                Point::Bytes(file, versions) => {
                    contents.insert(*file, Arc::clone(&versions[*choice]));
                }
            }
        }
        let mut tree = Tree::new();
        self.descend(Path::new(""), &names, &contents, &mut tree);
        tree
    }

    fn descend(
        &self,
        folder: &Path,
        names: &BTreeMap<(&Path, &str), Option<Named>>,
        contents: &BTreeMap<usize, Bytes>,
        tree: &mut Tree,
    ) {
        let Some(directory) = self.directories.get(folder) else { return };
        let mut entries: BTreeMap<&str, Entry> =
            directory.current.iter().map(|(name, entry)| (name.as_str(), *entry)).collect();
        for ((path, name), entry) in names {
            if *path == folder {
                match entry {
                    Some(entry) => entries.insert(name, entry.0),
                    None => entries.remove(name),
                };
            }
        }
        for (name, entry) in entries {
            let path = folder.join(name);
            match entry {
                Entry::Directory => {
                    tree.insert(path.clone(), None);
                    self.descend(&path, names, contents, tree);
                }
                Entry::File(file) => {
                    let bytes =
                        contents.get(&file).cloned().unwrap_or_else(|| self.files[file].current());
                    tree.insert(path, Some(bytes));
                }
            }
        }
    }
}

impl File {
    fn current(&self) -> Bytes {
        self.later.last().or(self.synced.as_ref()).cloned().unwrap_or_default()
    }

    fn sync(&mut self) {
        self.synced = Some(self.current());
        self.later.clear();
    }

    /// What was synced; and for each write since: half of it, zeros in its place, and it.
    fn choices(&self) -> Vec<Bytes> {
        let mut choices = vec![self.synced.clone().unwrap_or_default()];
        for bytes in &self.later {
            let before = Arc::clone(choices.last().unwrap());
            let kept = before.iter().zip(bytes.iter()).take_while(|(a, b)| a == b).count();
            if kept < bytes.len() {
                choices.push(bytes[..kept.midpoint(bytes.len())].into());
                let zeros = vec![0; bytes.len() - kept];
                choices.push([&bytes[..kept], &zeros].concat().into());
            }
            choices.push(Arc::clone(bytes));
        }
        choices.dedup();
        choices
    }
}

/// Temporary files and what is for people decide nothing.
fn is_read(folder: &Path, name: &str) -> bool {
    folder != Path::new("store/tmp") && !["LOG", "LOCK", ".gitignore"].contains(&name)
}

fn split(path: &Path) -> (PathBuf, String) {
    let name = path.file_name().unwrap().to_str().unwrap().to_owned();
    (path.parent().unwrap().to_owned(), name)
}

/// Puts a state into an empty directory.
pub fn lay_out(tree: &Tree, top: &Path) {
    for (path, bytes) in tree {
        match bytes {
            Some(bytes) => fs::write(top.join(path), bytes).unwrap(),
            None => fs::create_dir(top.join(path)).unwrap(),
        }
    }
}

/// The same for the same states.
pub fn name_of(tree: &Tree) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    for (path, bytes) in tree {
        hasher.update(blake3::hash(path.to_str().unwrap().as_bytes()).as_bytes());
        hasher.update(blake3::hash(bytes.as_deref().unwrap_or(b"directory")).as_bytes());
    }
    hasher.finalize()
}
