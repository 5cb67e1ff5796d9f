//! [`Revision`]: a number that this process raises when what was learnt of its store may no longer be true.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::store::Generation;

/// Raised when an entry was overwritten or dropped here, and when the process takes up or gives up a role.
#[derive(Debug, Default)]
pub struct Revision(AtomicU64);

impl Revision {
    /// The number now. What is learnt after it was read is true as long as it stays.
    pub fn current(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }

    /// Says that something may no longer be true.
    pub fn raise(&self) {
        self.0.fetch_add(1, Ordering::AcqRel);
    }

    /// Where the number lies, for who reads it by itself: eight bytes, as long as `self` lives.
    pub fn as_ptr(&self) -> *const u64 {
        self.0.as_ptr()
    }
}

/// As long as these numbers stay, what was learnt of entries is true.
#[derive(Debug, Clone)]
pub struct Validity {
    /// Of this process.
    pub revision: Arc<Revision>,
    /// In a client: of all processes.
    pub generation: Option<Arc<Generation>>,
}
