//! [`Lead`]: who wants a lease, and how far it shall reach.

/// Among whom one call at a time computes a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaseScope {
    /// All processes that share the store.
    Store,
    /// The threads of this process.
    Process,
}

/// Who wants a lease, and how far it shall reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lead {
    /// How far.
    pub scope: LeaseScope,
    /// Which thread of this process.
    pub thread: u32,
}
