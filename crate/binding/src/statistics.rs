//! What the calls of functions did, in sum over all processes.

use engram_core::engine;
use napi_derive::napi;

use crate::entry::number;

/// Sums over the calls of one function.
#[napi(object)]
pub struct Statistics {
    /// Of the function, as JavaScript names it.
    pub name: String,
    pub hits: f64,
    pub misses: f64,
    pub joined: f64,
    pub stale: f64,
    pub saved_ms: f64,
    pub saved_bytes: f64,
    /// Milliseconds since the epoch.
    pub since: f64,
}

impl From<(String, engine::Statistics)> for Statistics {
    fn from((name, sums): (String, engine::Statistics)) -> Self {
        Self {
            name,
            hits: number(sums.hits),
            misses: number(sums.misses),
            joined: number(sums.joined),
            stale: number(sums.stale),
            saved_ms: sums.saved_ms,
            saved_bytes: number(sums.saved_bytes),
            since: sums.since,
        }
    }
}

impl From<Statistics> for (String, engine::Statistics) {
    fn from(given: Statistics) -> Self {
        let sums = engine::Statistics {
            hits: count(given.hits),
            misses: count(given.misses),
            joined: count(given.joined),
            stale: count(given.stale),
            saved_ms: given.saved_ms,
            saved_bytes: count(given.saved_bytes),
            since: given.since,
        };
        (given.name, sums)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count is a whole number from 0 on"
)]
const fn count(number: f64) -> u64 {
    number as u64
}
