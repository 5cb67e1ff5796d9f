//! BLAKE3 over tagged, length-prefixed parts, and over large bytes where they lie.

mod bytes;
mod parts;

pub use bytes::{digest, digest_file, keyed_digest, update};
pub use parts::Parts;
