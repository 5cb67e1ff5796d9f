//! [`Buffer`]: a large part of a value, as it is stored.

use crate::codec::Frame;
use crate::store::Blob;

use super::values::stored;

/// One of a value's out-of-band buffers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Buffer {
    /// Where its bytes are.
    pub blob: Blob,
    /// Its length before it was compressed, if it was.
    pub unpacked: Option<u64>,
}

/// The buffers that a frame names, in order.
pub fn buffers_of(frame: &Frame<'_>) -> Vec<Buffer> {
    let buffer = |(blob, unpacked)| Buffer { blob: stored(blob), unpacked };
    frame.packed_buffers().map(buffer).collect()
}
