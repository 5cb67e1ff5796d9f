//! One directory on disk: an index of small rows, blobs as files, and the lock that says whose it is.
//!
//! The store sees opaque bytes; what rows mean is the engine's matter.

mod blob;
mod blobs;
mod disk;
mod generation;
mod index;
mod layout;
mod lock;
mod log;
mod mapping;
mod open_blob;
mod recent_blobs;
mod session;
mod set_aside;
mod temporary;

pub use blob::{Blob, PendingBlob};
pub use blobs::Blobs;
pub use disk::{Disk, Durability, RealDisk};
pub use generation::Generation;
pub use index::{Batch, Index, Row, is_full};
pub use layout::Layout;
pub use lock::{OwnerLock, Wanted};
pub use log::AppendLog;
pub use mapping::{LazyMemory, Mapping, SharedNumber};
pub use open_blob::OpenBlob;
pub use session::{SessionLock, alive_sessions, is_session_alive, is_session_name, session_name};
