//! [`Local`]: what a process has of a store by itself, whoever owns the index.

use parking_lot::Mutex;

use super::recent::Recent;
use super::values::Values;
use crate::store::Blobs;

/// Kept from one role of the process to the next.
pub struct Local {
    /// Reads and writes values.
    pub values: Values,
    /// What was used lately.
    pub recent: Mutex<Recent>,
}

impl Local {
    /// Nothing used yet; `blobs` are the store's.
    #[must_use]
    pub fn new(blobs: Blobs) -> Self {
        Self { values: Values::new(blobs), recent: Mutex::default() }
    }
}
