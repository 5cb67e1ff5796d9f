//! Bytes of stored values: the frame around them and the structure inside.

mod compression;
mod frame;

pub use compression::{compress, decompress};
pub use frame::{BlobReference, FORMAT_VERSION, Frame, FrameError, Structure};
