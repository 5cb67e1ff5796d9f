//! What is said on control connections, without an answer being waited for: [`Note`] to the owner, [`Told`] by it.

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::lease::Turn;

/// What a client says on its control connection.
#[derive(Debug, Serialize, Deserialize)]
pub enum Note {
    /// A lease that it held under the owner before, and whether its run is known to be asynchronous.
    Restate { key: Digest, thread: u32, is_promised: bool },
    /// That was all.
    Restated,
    /// A wait for a key. [`Told::Turn`] will come.
    Wait { key: Digest, thread: u32, id: u64, blocked: Vec<Digest>, is_blocking: bool },
    /// A caller gave up.
    Cancel { key: Digest, thread: u32, id: u64 },
    /// Are you there?
    Ping,
}

/// What the owner says on a control connection.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub enum Told {
    /// The wait with this number has ended.
    Turn { key: Digest, thread: u32, id: u64, turn: Turn },
    /// Yes.
    Pong,
}
