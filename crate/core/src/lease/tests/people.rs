//! Keys, agents and calls that these tests are about.

use crate::digest::Digest;
use crate::lease::{Agent, Leases, Notice, Session, Turn, Waiter};

pub const K: Digest = key(1);
pub const L: Digest = key(2);
pub const M: Digest = key(3);
pub const A: Agent = agent(1, 0);
pub const B: Agent = agent(2, 0);
pub const C: Agent = agent(3, 0);

const fn key(number: u8) -> Digest {
    Digest::from_bytes([number; Digest::LENGTH])
}

pub const fn agent(session: u64, thread: u32) -> Agent {
    Agent { session: Session(session), thread }
}

/// An asynchronous call, nested in runs of these keys.
pub fn call(agent: Agent, id: u64, blocked: &[Digest]) -> Waiter {
    Waiter { agent, id, blocked: blocked.to_vec(), is_blocking: false }
}

/// A synchronous call.
pub fn sync(agent: Agent, id: u64) -> Waiter {
    Waiter { agent, id, blocked: Vec::new(), is_blocking: true }
}

pub fn told(key: Digest, agent: Agent, id: u64, turn: Turn) -> Notice {
    Notice { key, agent, id, turn }
}

/// A table in which these agents hold these keys.
pub fn held(leases: &[(Digest, Agent)]) -> Leases {
    let mut table = Leases::default();
    for (key, agent) in leases {
        assert!(table.acquire(*key, *agent));
    }
    table
}
