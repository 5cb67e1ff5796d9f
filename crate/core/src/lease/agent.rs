//! [`Session`] and [`Agent`]: who holds leases and waits for them.

use std::ops::RangeInclusive;

/// A client process's connection to the owner, or the owner's own process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Session(pub u64);

/// One JavaScript thread of a session's process: what runs on it stands still together when it blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Agent {
    /// The connection that it speaks through.
    pub session: Session,
    /// Which thread of the process; any number that is its own.
    pub thread: u32,
}

impl Session {
    /// Every agent that this session may have, in their order.
    pub(super) const fn agents(self) -> RangeInclusive<Agent> {
        Agent { session: self, thread: 0 }..=Agent { session: self, thread: u32::MAX }
    }
}
