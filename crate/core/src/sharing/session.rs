//! Sessions: the processes that share a store, by name in its directory, and by number in messages and in leases.

use crate::lease::Session;
use crate::store::{Layout, alive_sessions};

/// A session's number, from its name.
pub fn number_of(name: &str) -> Option<u128> {
    u128::from_str_radix(name, 16).ok()
}

/// A session as the table of leases knows it: half of a random number is random enough.
#[expect(clippy::cast_possible_truncation, reason = "half of it is meant")]
pub const fn session_of(number: u128) -> Session {
    Session(number as u64)
}

/// Whoever is alive and was a client.
pub fn sessions_in(layout: &Layout) -> Vec<Session> {
    alive_sessions(layout).iter().filter_map(|name| number_of(name)).map(session_of).collect()
}
