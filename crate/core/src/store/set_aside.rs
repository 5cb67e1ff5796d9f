//! An index that RocksDB cannot open is set aside, never deleted: the cache starts empty, and a user may look.

use std::fs;
use std::path::{Path, PathBuf};

use super::index::{Index, Merge, is_full};
use crate::error::{Error, FileContext, Result};

impl Index {
    /// Opens the index for reading and writing; one that is broken is set aside, and an empty one made. Says where the
    /// broken one is then.
    ///
    /// # Errors
    ///
    /// [`Error::Index`] for any other reason than damage (see [`Index::is_broken`]), or when the new one cannot be made;
    /// [`Error::File`] when the broken one cannot be renamed.
    pub fn open_or_set_aside(path: &Path, merge: Merge) -> Result<(Self, Option<PathBuf>)> {
        match Self::open(path, merge) {
            Err(error) if Self::is_broken(path, &error) => {
                let aside = Self::set_aside(path)?;
                Ok((Self::open(path, merge)?, Some(aside)))
            }
            outcome => outcome.map(|index| (index, None)),
        }
    }

    /// Whether `error` says that the bytes of the index at `path` are damaged, or some of its files missing: that it will
    /// never open. Not so a lock that is held, a full disk, a missing permission, too many open files, a disk that
    /// cannot be read now, or an index of a newer version.
    #[must_use]
    pub fn is_broken(path: &Path, error: &Error) -> bool {
        let Error::Index(message) = error else { return false };
        match message.split(':').next().unwrap_or_default() {
            // RocksDB also calls corrupt what it could not open or read at the moment.
            "Corruption" => {
                !is_full(error) && !PASSING.iter().any(|reason| message.contains(reason))
            }
            // A file that another one names. Not the directory, which someone may just be deleting.
            "IO error" => message.contains(MISSING) && path.join("CURRENT").exists(),
            _ => false,
        }
    }

    /// Renames the directory of an index that nobody has open to `<name>.broken-<n>`, the first that is free.
    ///
    /// # Errors
    ///
    /// [`Error::File`], with the path and what was tried.
    pub fn set_aside(path: &Path) -> Result<PathBuf> {
        let mut number = 1_u32;
        loop {
            let mut name = path.file_name().unwrap_or_default().to_owned();
            name.push(format!(".broken-{number}"));
            let aside = path.with_file_name(name);
            // Renaming would replace a directory that is empty.
            if fs::symlink_metadata(&aside).is_err() {
                fs::rename(path, &aside).file("setting aside", path)?;
                return Ok(aside);
            }
            number += 1;
        }
    }
}

const MISSING: &str = "No such file or directory";
/// What the operating system says, in its words, of causes that pass.
const PASSING: [&str; 5] = [
    "Permission denied",
    "Operation not permitted",
    "Too many open files",
    "Cannot allocate memory",
    "Input/output error",
];

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;
    use crate::store::{Batch, Durability};

    fn latest(
        _row: &[u8],
        existing: Option<&[u8]>,
        added: &mut dyn Iterator<Item = &[u8]>,
    ) -> Vec<u8> {
        added.last().or(existing).unwrap_or_default().to_vec()
    }

    fn fill(index: &Index, rows: u32) {
        for number in 0..rows {
            let mut batch = Batch::default();
            batch.put(&number.to_be_bytes(), &[7; 100]);
            index.write(&batch, Durability::Process).unwrap();
        }
    }

    /// A closed index with rows in a sorted file and in a log.
    fn closed() -> (tempfile::TempDir, PathBuf) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("index");
        // So many rows that closing sorts them.
        fill(&Index::open(&path, latest).unwrap(), 5000);
        fill(&Index::open(&path, latest).unwrap(), 10);
        (directory, path)
    }

    fn file(path: &Path, has_name: impl Fn(&str) -> bool) -> PathBuf {
        let mut found: Vec<_> = fs::read_dir(path)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|file| has_name(file.file_name().unwrap().to_str().unwrap()))
            .collect();
        found.sort();
        found.pop().unwrap()
    }

    fn manifest(path: &Path) -> PathBuf {
        file(path, |name| name.starts_with("MANIFEST"))
    }

    fn sorted(path: &Path) -> PathBuf {
        file(path, |name| Path::new(name).extension().is_some_and(|kind| kind == "sst"))
    }

    fn cut(path: &Path, length: u64) {
        File::options().write(true).open(path).unwrap().set_len(length).unwrap();
    }

    fn flip(path: &Path, at: usize) {
        let mut bytes = fs::read(path).unwrap();
        bytes[at] ^= 0x10;
        fs::write(path, bytes).unwrap();
    }

    fn assert_set_aside(damage: impl Fn(&Path)) {
        let (_directory, path) = closed();
        damage(&path);
        let (index, aside) = Index::open_or_set_aside(&path, latest).unwrap();
        let aside = aside.unwrap();
        assert_eq!(aside.file_name().unwrap(), "index.broken-1");
        assert!(aside.is_dir());
        assert_eq!(index.scan(b"").count(), 0);
        fill(&index, 3);
        drop(index);
        let (index, aside) = Index::open_or_set_aside(&path, latest).unwrap();
        assert_eq!((index.scan(b"").count(), aside), (3, None));
    }

    #[test]
    fn a_whole_index_stays() {
        let (_directory, path) = closed();
        let (index, aside) = Index::open_or_set_aside(&path, latest).unwrap();
        assert_eq!((index.scan(b"").count(), aside), (5000, None));
    }

    #[test]
    fn a_damaged_current_is_set_aside() {
        assert_set_aside(|path| flip(&path.join("CURRENT"), 0));
        assert_set_aside(|path| flip(&path.join("CURRENT"), 12));
        assert_set_aside(|path| cut(&path.join("CURRENT"), 0));
        assert_set_aside(|path| fs::remove_file(path.join("CURRENT")).unwrap());
    }

    #[test]
    fn a_damaged_manifest_is_set_aside() {
        assert_set_aside(|path| cut(&manifest(path), 0));
        assert_set_aside(|path| cut(&manifest(path), 20));
        assert_set_aside(|path| flip(&manifest(path), 10));
        assert_set_aside(|path| fs::remove_file(manifest(path)).unwrap());
    }

    #[test]
    fn a_damaged_sorted_file_is_set_aside() {
        assert_set_aside(|path| cut(&sorted(path), 0));
        assert_set_aside(|path| cut(&sorted(path), 1000));
        assert_set_aside(|path| fs::remove_file(sorted(path)).unwrap());
    }

    #[test]
    fn every_broken_index_is_kept() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("index");
        for number in 1..=3 {
            fs::create_dir(&path).unwrap();
            fs::create_dir(directory.path().join(format!("index.broken-{}", number * 2 - 1)))
                .unwrap();
            let aside = Index::set_aside(&path).unwrap();
            assert_eq!(aside, directory.path().join(format!("index.broken-{}", number * 2)));
        }
    }

    #[test]
    fn an_index_that_is_in_use_stays() {
        let (_directory, path) = closed();
        let _held = Index::open(&path, latest).unwrap();
        let Err(error) = Index::open_or_set_aside(&path, latest) else { panic!("opened twice") };
        assert!(!Index::is_broken(&path, &error), "{error}");
        assert!(!path.with_file_name("index.broken-1").exists());
    }

    #[test]
    fn causes_that_pass_are_no_damage() {
        let (_directory, path) = closed();
        for (message, is_broken) in [
            ("Corruption: checksum mismatch", true),
            ("IO error: No such file or directory: While open a file", true),
            ("Corruption: IO error: Too many open files: 000008.sst", false),
            ("IO error: No space left on device: While appending to file", false),
            ("Corruption: IO error: No space left on device", false),
            ("IO error: Permission denied: While opening a file", false),
            ("IO error: Input/output error: While reading", false),
            ("Invalid argument: Column families not opened: later", false),
            ("Not implemented: unknown format", false),
        ] {
            assert_eq!(Index::is_broken(&path, &Error::Index(message.to_owned())), is_broken);
        }
        let elsewhere = path.with_file_name("none");
        let gone = Error::Index("IO error: No such file or directory".to_owned());
        assert!(!Index::is_broken(&elsewhere, &gone));
        assert!(!Index::is_broken(&path, &Error::Closed));
    }
}
