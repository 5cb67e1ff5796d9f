//! What callers say to the table and what it answers: [`Waiter`], [`Outcome`], [`Ending`], [`Turn`], [`Notice`].

use serde::{Deserialize, Serialize};

use super::agent::Agent;
use crate::digest::Digest;

/// A call that asks to wait for the end of a key's run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiter {
    /// The thread that the call is on.
    pub agent: Agent,
    /// The caller's number for this wait. A new wait with the key, agent and id of one that is there replaces it.
    pub id: u64,
    /// The keys of the runs in progress that the call is nested in: they cannot end before this wait does. At most
    /// 1,024, which the caller checks. Only those count that the agent holds at this moment; for a blocking wait, all
    /// that the agent holds count anyway.
    pub blocked: Vec<Digest>,
    /// The thread stands still until it is told its turn: none of its leases can be released before.
    pub is_blocking: bool,
}

/// What became of asking to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The key was free: the lease is the waiter's agent's now, and there is no wait.
    Granted,
    /// A [`Notice`] will come.
    Waiting,
    /// Blocking only: the key's run is known to be asynchronous. The caller comes back with a wait that does not block.
    Promised,
    /// Waiting would never end: the caller computes without a lease.
    Deadlock,
}

/// How a holder's run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    /// Its result is in the store.
    Committed,
    /// It threw, or its process died: somebody else must try.
    Failed,
    /// It ran well, but nothing was stored, and nothing would be if another one ran.
    Unstored,
}

/// What a waiting call is to do now. Its wait has ended with this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Turn {
    /// Look the key up again: there should be an entry.
    LookAgain,
    /// Run: the lease is its agent's now.
    Granted,
    /// Run without a lease: no other run will bring a result.
    Free,
    /// The run is asynchronous: come back with a wait that does not block.
    Promised,
}

/// A message to be carried to a waiting call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The key that it waited for.
    pub key: Digest,
    /// The thread that it waits on.
    pub agent: Agent,
    /// The caller's number for the wait.
    pub id: u64,
    /// What to do.
    pub turn: Turn,
}
