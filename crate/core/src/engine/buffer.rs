//! [`Buffer`]: a large part of a value, as it is stored.

use crate::store::Blob;

/// One of a value's out-of-band buffers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Buffer {
    /// Where its bytes are.
    pub blob: Blob,
    /// Its length before it was compressed, if it was.
    pub unpacked: Option<u64>,
}

impl Buffer {
    /// Bytes that it has in the value.
    #[must_use]
    pub fn value_length(&self) -> u64 {
        self.unpacked.unwrap_or(self.blob.byte_length)
    }
}
