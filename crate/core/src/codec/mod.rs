//! Bytes of stored values: the frame around them and the structure inside.
//!
//! The structure is written and read by TypeScript; the reader here needs no JavaScript and serves inspection,
//! verification and tests. `docs/format.md` describes the bytes.

mod compression;
mod decode;
mod error;
mod form;
mod frame;
mod memory;
mod print;
pub(crate) mod readable;
mod reader;
mod shapes;
pub mod tags;
mod text;
mod value;

pub use compression::{
    Compression, Method, compress, decompress, decompress_span, read_exactly, unpack,
};
pub use decode::decode;
pub use decode::output::{Buffers, output_digest};
pub use error::CodecError;
pub use frame::{BlobReference, FORMAT_VERSION, Frame, FrameError, Output, Place, Structure};
pub use print::print_cut;
pub use value::{Blob, Integrity, Object, Property, Text, Value};

#[cfg(test)]
mod tests;
