//! Leases: the right to compute a key, held by at most one thread of all processes that share a store (single-flight).
//!
//! [`Leases`] is the table that the owner keeps: no I/O, no clock, no thread of its own. Every operation answers at
//! once and says who is to be told what ([`Notice`]); whoever carries the messages does the waiting.
//!
//! # No deadlock
//!
//! A waiting call may never be told anything if runs wait for each other. The table keeps the graph that shows this
//! (`graph.rs`). Its nodes are keys. There is an edge K → L, "the run of K cannot end before the wait for L ends", for
//! every wait for L
//!
//! - that names K as a run which it is nested in, while the wait's agent holds K, or
//! - that blocks its thread, for every K which that thread holds: now, or from a later moment of the wait on.
//!
//! Edges lead to keys and not to holders, since a wait goes on when a holder fails and the next waiter takes its place.
//! An edge ends with its wait or with the lease on K: what a run left behind does not hold up the next run of that key.
//!
//! **A cycle is exactly a deadlock.** No run on a cycle can end before another one on it. Without a cycle, follow the
//! edges from any key that is waited for: they come to a key without edges out. It is waited for as well, so somebody
//! holds it (a key with waiters has a holder, except in the grace after a hand-over, which ends by itself), the
//! holder's thread is not blocked, and its run waits for nothing: it goes on. So the table must only keep the graph
//! free of cycles. Edges appear in two places:
//!
//! 1. **A wait begins.** It is refused with [`Outcome::Deadlock`] if the key that it wants reaches a run that the wait
//!    holds up (that key itself included: a call nested in its own run, a thread that blocks for its own lease).
//! 2. **A lease gets a holder** whose thread is blocked in another wait, for M: this adds K → M. To a free key nobody
//!    waits for, no edge leads, so nothing closes. There are two other cases:
//!    - *A queued wait is granted* because the holder failed. If M reaches K, this waiter cannot take its turn; it
//!      stays where it is and the next one in order that can is granted. **There always is one.** Suppose that waiter
//!      w1 cannot: its agent is blocked for M1, and M1 reaches K, at last by an edge X1 → K of some wait w2 ≠ w1, whose
//!      agent holds X1. (An edge of w1 itself would start at a lease of w1's agent, which is blocked for M1: the cycle
//!      would be there already.) If w2 cannot either, its agent is blocked for M2, so X1 → M2, and M2 reaches K by an
//!      edge X2 → K of a wait w3; and so on. Thus M1, X1, M2, X2, … is a path without end in a finite graph without
//!      cycles: impossible. Where M1 is K itself, w1's thread is blocked for the same key, and that wait can be
//!      granted. This needs that a thread is blocked in one wait at a time, so a second one is refused.
//!    - *A lease is restated* after a hand-over. If that would close a cycle, it is refused: the run goes on without a
//!      lease, and nobody waits for it any longer.
//!
//! A wait that is told [`Turn::Promised`], or that is cancelled, only takes edges away.
//!
//! **What the table cannot see** must not be waited for: a call that joins a run *without* a lease (after `Deadlock`,
//! `Free` or a timeout) waits outside the graph. Such a run serves its own caller only.
//!
//! # Cost
//!
//! All operations take logarithmic time, and time for each notice. The search for a cycle walks the edges that exist
//! beyond the wanted key, each once, and only when the wait holds up a run at all: calls outside any run never search.

mod agent;
mod graph;
mod notice;
mod table;

pub use agent::{Agent, Session};
pub use notice::{Ending, Notice, Outcome, Turn, Waiter};
pub use table::Leases;

#[cfg(test)]
mod tests;
