//! [`RecordingDisk`]: the disk of a story.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::sync::Arc;

use engram_core::store::{Disk, Durability, RealDisk};

use super::event::Event;
use super::recorder::Recorder;

/// The real disk, recorded, failing where its recorder says so.
#[derive(Debug)]
pub struct RecordingDisk(pub Arc<Recorder>);

impl Disk for RecordingDisk {
    fn create(&self, path: &Path, bytes: &[u8], durability: Durability) -> io::Result<()> {
        if let Err(error) = self.0.before() {
            // As a full disk does: a part of it is there.
            let half = &bytes[..bytes.len() / 2];
            RealDisk.create(path, half, Durability::Process)?;
            self.0.note(Some(Event::Write(self.0.relative(path), half.into())));
            return Err(error);
        }
        // Before, as the sync in it records itself.
        self.0.note(Some(Event::Write(self.0.relative(path), bytes.into())));
        RealDisk.create(path, bytes, durability)
    }

    fn sync_data(&self, path: &Path) -> io::Result<()> {
        RealDisk.sync_data(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.0.before()?;
        RealDisk.rename(from, to)?;
        self.0.note(Some(Event::Rename(self.0.relative(from), self.0.relative(to))));
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.0.before()?;
        RealDisk.remove(path)?;
        self.0.note(Some(Event::Remove(self.0.relative(path))));
        Ok(())
    }

    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        RealDisk.sync_directory(path)
    }

    fn make_directories(&self, path: &Path) -> io::Result<()> {
        self.0.before()?;
        let missing: Vec<_> = path.ancestors().take_while(|path| !path.exists()).collect();
        RealDisk.make_directories(path)?;
        for path in missing.into_iter().rev() {
            let path = self.0.relative(path);
            // The others are looked at.
            if path.starts_with("store/blobs/") || path.starts_with("store/tmp/") {
                self.0.note(Some(Event::MakeDirectory(path)));
            }
        }
        Ok(())
    }

    fn length(&self, path: &Path) -> io::Result<u64> {
        RealDisk.length(path)
    }

    fn list(&self, path: &Path) -> io::Result<Vec<OsString>> {
        RealDisk.list(path)
    }
}
