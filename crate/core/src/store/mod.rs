//! One directory on disk: an index of small rows, blobs as files, and the lock that says whose it is.
//!
//! The store sees opaque bytes; what rows mean is the engine's matter.

mod blob;
mod index;
mod layout;
mod lock;
mod log;
mod mapping;

pub use blob::{Blob, Blobs, PendingBlob};
pub use index::{Batch, Index, Row};
pub use layout::Layout;
pub use lock::OwnerLock;
pub use log::AppendLog;
pub use mapping::{LazyMemory, Mapping};
