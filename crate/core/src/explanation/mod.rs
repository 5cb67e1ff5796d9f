//! Why a call missed: the parts of its key against those of the nearest entry's.

mod arguments;
mod canonical;
mod difference;
mod part;
mod preview;

pub use arguments::{part_of, parts_of, record};
pub use difference::{Change, changes};
pub use part::{MOST_PARTS, Part, PartKind, decode_parts, encode_parts};
