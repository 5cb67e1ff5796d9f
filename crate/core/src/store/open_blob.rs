//! [`OpenBlob`]: a blob whose bytes can be copied or mapped.

use std::fs::File;
use std::io::{self, Cursor, ErrorKind, Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::Arc;

use super::blob::Blob;
use super::mapping::Mapping;
use super::recent_blobs::RecentBlobs;
use crate::error::{FileContext, Result};

/// From this many bytes on, a mapping pays for who keeps the bytes. The first write to a page of one costs several times what
/// copying the page costs, and reading it about half. So below this, a copy gains more where an array is written to than it
/// loses where it is only read; from here on, a call that needs a part of the bytes would wait too long for all.
const MAPPED_FROM: usize = 16 << 20;

/// A blob whose bytes can be had.
#[derive(Debug)]
pub struct OpenBlob {
    blob: Blob,
    length: usize,
    source: Source,
}

#[derive(Debug)]
enum Source {
    Memory(Arc<[u8]>),
    File { file: File, path: PathBuf, recent: Arc<RecentBlobs> },
}

impl OpenBlob {
    /// A blob whose bytes are in memory.
    pub(super) fn kept(blob: &Blob, bytes: Arc<[u8]>) -> Self {
        Self { blob: *blob, length: bytes.len(), source: Source::Memory(bytes) }
    }

    /// Opens the file of a blob; `None` when it is missing or has another length. `recent` is told when it is read.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::File`], with the path and what was tried.
    pub(super) fn open(
        blob: &Blob,
        path: PathBuf,
        recent: &Arc<RecentBlobs>,
    ) -> Result<Option<Self>> {
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).file("opening", &path),
        };
        if file.metadata().file("reading", &path)?.len() != blob.byte_length {
            return Ok(None);
        }
        let Ok(length) = usize::try_from(blob.byte_length) else { return Ok(None) };
        let source = Source::File { file, path, recent: Arc::clone(recent) };
        Ok(Some(Self { blob: *blob, length, source }))
    }

    /// Length in bytes.
    #[must_use]
    pub const fn byte_length(&self) -> usize {
        self.length
    }

    /// The bytes mapped, for who may keep them for long; `None` where a copy is cheaper, or where there can be no mapping.
    #[must_use]
    pub fn map_to_keep(&self) -> Option<Mapping> {
        if self.length < MAPPED_FROM { None } else { self.map() }
    }

    /// The bytes mapped; `None` where there can be no mapping.
    #[must_use]
    pub fn map(&self) -> Option<Mapping> {
        match &self.source {
            Source::Memory(_) => None,
            Source::File { file, .. } => Mapping::new(file, self.length),
        }
    }

    /// Copies the bytes into memory of their length.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::File`], also when the file has become shorter.
    pub fn read_into(self, memory: &mut [u8]) -> Result<()> {
        match self.source {
            Source::Memory(bytes) => memory.copy_from_slice(&bytes),
            Source::File { mut file, path, recent } => {
                file.read_exact(memory).file("reading", &path)?;
                recent.note(&self.blob.digest, memory);
            }
        }
        Ok(())
    }

    /// The bytes from one of them on, to be read as far as they are needed.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::File`].
    pub fn read_from(self, start: u64) -> Result<Box<dyn Read>> {
        match self.source {
            Source::Memory(bytes) => {
                let mut reader = Cursor::new(bytes);
                reader.set_position(start);
                Ok(Box::new(reader))
            }
            Source::File { mut file, path, .. } => {
                file.seek(SeekFrom::Start(start)).file("reading", &path)?;
                Ok(Box::new(file))
            }
        }
    }

    /// A copy of the bytes.
    ///
    /// # Errors
    ///
    /// As [`OpenBlob::read_into`]; also when there is no memory for them.
    pub fn read(self) -> Result<Vec<u8>> {
        let mut bytes = match &self.source {
            Source::Memory(bytes) => return Ok(bytes.to_vec()),
            Source::File { path, .. } => reserved(self.length).file("reading", path)?,
        };
        bytes.resize(self.length, 0);
        self.read_into(&mut bytes)?;
        Ok(bytes)
    }
}

/// Where there is no memory, that is for the caller to hear of, and not the end of the process.
fn reserved(length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(length).map_err(|_| ErrorKind::OutOfMemory)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
