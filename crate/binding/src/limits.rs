//! Limits of a store, and what they made leave.

use engram_core::engine::{Limits, Reduced};
use napi_derive::napi;

use crate::entry::number;

/// How much a store may hold; what is not limited is infinite.
#[expect(clippy::struct_field_names, reason = "the words of the public contract")]
#[napi(object, object_to_js = false)]
pub struct StoreLimits {
    pub max_bytes: f64,
    pub max_entries: f64,
    pub max_age_ms: f64,
}

/// What left a store.
#[napi(object, object_from_js = false)]
pub struct Reduction {
    pub entries: f64,
    pub bytes: f64,
}

impl From<StoreLimits> for Limits {
    fn from(limits: StoreLimits) -> Self {
        Self { bytes: limits.max_bytes, entries: limits.max_entries, age_ms: limits.max_age_ms }
    }
}

impl From<Reduced> for Reduction {
    fn from(reduced: Reduced) -> Self {
        Self { entries: number(reduced.entries), bytes: number(reduced.bytes) }
    }
}
