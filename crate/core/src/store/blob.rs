//! [`Blob`]: what a blob is called, and [`PendingBlob`]: its bytes before they have that name.

use std::path::PathBuf;
use std::sync::Arc;

use super::disk::{Disk, Durability};
use crate::digest::Digest;

/// Name and length of a blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Blob {
    /// BLAKE3 of the bytes.
    pub digest: Digest,
    /// Length in bytes.
    pub byte_length: u64,
}

/// A blob's bytes under a temporary name; dropping it removes them.
#[derive(Debug)]
pub struct PendingBlob {
    /// The name that the bytes will get.
    pub blob: Blob,
    pub(super) temporary: PathBuf,
    /// What the bytes survive under their temporary name.
    pub(super) durability: Durability,
    pub(super) disk: Arc<dyn Disk>,
}

impl PendingBlob {
    /// The temporary name, by which another process of the same store may take the bytes over: [`super::Blobs::adopt`].
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.temporary.file_name().and_then(|name| name.to_str()).unwrap_or_default()
    }
}

impl Drop for PendingBlob {
    fn drop(&mut self) {
        // Gone already once published, here or by who took it over; a leftover is swept when the session is dead.
        let _ = self.disk.remove(&self.temporary);
    }
}
