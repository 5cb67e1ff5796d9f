//! Who holds a key, who waits for it, and what they are told.

use super::people::{A, B, C, K, L, M, agent, call, held, sync, told};
use crate::digest::Digest;
use crate::lease::{Agent, Ending, Leases, Notice, Outcome, Session, Turn, Waiter};
use Ending::{Committed, Failed, Unstored};
use Outcome::Waiting;

#[test]
fn a_key_has_one_holder() {
    let mut table = held(&[(K, A)]);
    assert!(!table.acquire(K, B));
    assert!(!table.acquire(K, A));
    assert!(table.acquire(L, B));
    assert_eq!(table.holder(K), Some(A));
    assert_eq!(table.wait(M, call(C, 1, &[])), Outcome::Granted);
    assert_eq!(table.holder(M), Some(C));
}

#[test]
fn after_a_commit_everybody_looks_again() {
    let mut table = held(&[(K, A)]);
    assert_eq!(table.wait(K, call(B, 1, &[])), Waiting);
    assert_eq!(table.wait(K, sync(C, 1)), Waiting);
    let notices = table.release(K, A, Committed);
    assert_eq!(notices, [told(K, B, 1, Turn::LookAgain), told(K, C, 1, Turn::LookAgain)]);
    assert!(table.is_empty());
}

#[test]
fn after_a_failure_the_next_in_order_runs() {
    let mut table = held(&[(K, A)]);
    assert_eq!(table.wait(K, call(B, 1, &[])), Waiting);
    assert_eq!(table.wait(K, call(C, 1, &[])), Waiting);
    assert_eq!(table.release(K, A, Failed), [told(K, B, 1, Turn::Granted)]);
    assert_eq!(table.release(K, B, Failed), [told(K, C, 1, Turn::Granted)]);
    assert_eq!(table.release(K, C, Failed), []);
    assert!(table.is_empty());
}

#[test]
fn what_is_not_stored_is_everybodys_own() {
    let mut table = held(&[(K, A)]);
    assert_eq!(table.wait(K, call(B, 1, &[])), Waiting);
    assert_eq!(table.wait(K, sync(C, 1)), Waiting);
    let notices = table.release(K, A, Unstored);
    assert_eq!(notices, [told(K, B, 1, Turn::Free), told(K, C, 1, Turn::Free)]);
    assert!(table.is_empty());
}

#[test]
fn only_the_holder_releases_and_promises() {
    let mut table = held(&[(K, A)]);
    assert_eq!(table.wait(K, sync(C, 1)), Waiting);
    assert_eq!(table.release(K, B, Committed), []);
    assert_eq!(table.promised(K, B), []);
    assert_eq!(table.release(L, A, Committed), []);
    assert_eq!(table.holder(K), Some(A));
    assert_eq!(table.waits_of(C.session), 1);
}

#[test]
fn nobody_blocks_for_a_promise() {
    let mut table = held(&[(K, A)]);
    assert_eq!(table.wait(K, sync(B, 1)), Waiting);
    assert_eq!(table.wait(K, call(C, 1, &[])), Waiting);
    assert_eq!(table.promised(K, A), [told(K, B, 1, Turn::Promised)]);
    assert_eq!(table.wait(K, sync(B, 2)), Outcome::Promised);
    // A thread's own run too: the call joins it.
    assert_eq!(table.wait(K, sync(A, 1)), Outcome::Promised);
    assert_eq!(table.wait(K, call(A, 2, &[])), Waiting);
    // The next holder's function may be another one.
    assert_eq!(table.release(K, A, Failed), [told(K, C, 1, Turn::Granted)]);
    assert_eq!(table.wait(K, sync(B, 3)), Waiting);
}

#[test]
fn who_gave_up_is_not_told() {
    let mut table = held(&[(K, A)]);
    assert_eq!(table.wait(K, call(B, 1, &[])), Waiting);
    assert_eq!(table.wait(K, call(C, 1, &[])), Waiting);
    assert!(table.cancel(K, B, 1));
    assert!(!table.cancel(K, B, 1));
    assert!(!table.cancel(L, C, 1));
    assert_eq!(table.release(K, A, Failed), [told(K, C, 1, Turn::Granted)]);
    assert!(!table.cancel(K, C, 1));
}

#[test]
fn a_wait_that_comes_twice_is_one() {
    let mut table = held(&[(K, A)]);
    assert_eq!(table.wait(K, sync(B, 1)), Waiting);
    assert_eq!(table.wait(K, sync(B, 1)), Waiting);
    assert_eq!(table.release(K, A, Committed).len(), 1);
}

#[test]
fn who_is_gone_holds_and_waits_no_longer() {
    let (mut table, second) = (held(&[(K, A), (L, A)]), agent(1, 7));
    assert_eq!(table.wait(K, call(second, 1, &[])), Waiting);
    assert_eq!(table.wait(K, call(B, 1, &[])), Waiting);
    assert_eq!((table.held_by(A.session), table.waits_of(A.session)), (2, 1));
    assert_eq!(table.leave(A.session), [told(K, B, 1, Turn::Granted)]);
    assert_eq!((table.held_by(A.session), table.waits_of(A.session)), (0, 0));
    assert_eq!(table.leave(B.session), []);
    assert!(table.is_empty());
}

#[test]
fn a_thread_that_ends_leaves_its_leases_and_waits_and_nothing_of_the_others() {
    let mut leases = Leases::default();
    let [one, other] = [0, 1].map(|thread| Agent { session: Session(1), thread });
    let [first, second] = [1, 2].map(|byte| Digest::from_bytes([byte; 32]));
    assert!(leases.acquire(first, one) && leases.acquire(second, other));
    let wait = |agent, id| Waiter { agent, id, blocked: Vec::new(), is_blocking: false };
    assert_eq!(leases.wait(first, wait(other, 1)), Waiting);
    assert_eq!(leases.wait(second, wait(one, 2)), Waiting);
    let notices = leases.leave_agent(one);
    assert_eq!(notices, [Notice { key: first, agent: other, id: 1, turn: Turn::Granted }]);
    assert_eq!((leases.holder(second), leases.waits_of(Session(1))), (Some(other), 0));
}
