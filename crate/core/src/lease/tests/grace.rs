//! What is granted after a hand-over, and when.

use super::people::{A, B, C, K, L, M, call, sync, told};
use crate::lease::{Ending, Leases, Outcome, Turn};
use Ending::Failed;
use Outcome::Waiting;

#[test]
fn nothing_free_is_granted_before_all_have_restated() {
    let mut table = Leases::default();
    table.await_sessions([A.session, B.session]);
    assert!(!table.is_settled());
    assert!(!table.acquire(K, C));
    assert_eq!(table.wait(K, call(C, 1, &[])), Waiting);
    assert_eq!(table.wait(L, call(C, 2, &[])), Waiting);
    assert_eq!(table.wait(L, call(C, 3, &[])), Waiting);
    assert!(table.restate(K, A));
    assert!(table.restate(K, A));
    assert!(!table.restate(K, B));
    assert_eq!(table.restated(A.session), []);
    assert_eq!(table.restated(A.session), []);
    assert_eq!(table.restated(B.session), [told(L, C, 2, Turn::Granted)]);
    assert!(table.is_settled());
    assert_eq!(table.release(K, A, Failed), [told(K, C, 1, Turn::Granted)]);
}

#[test]
fn who_does_not_come_back_is_not_awaited_for_ever() {
    let mut table = Leases::default();
    table.await_sessions([A.session, B.session]);
    assert_eq!(table.wait(K, sync(C, 1)), Waiting);
    assert_eq!(table.leave(A.session), []);
    assert_eq!(table.give_up_waiting(), [told(K, C, 1, Turn::Granted)]);
    assert_eq!(table.give_up_waiting(), []);
    // Too late: the run goes on without a lease. What is still free it may have.
    assert!(!table.restate(K, B));
    assert!(table.restate(L, B));
}

#[test]
fn the_grace_ends_with_the_last_one_that_leaves() {
    let mut table = Leases::default();
    table.await_sessions([A.session]);
    assert_eq!(table.wait(L, call(C, 2, &[])), Waiting);
    assert_eq!(table.wait(K, call(B, 1, &[])), Waiting);
    let notices = table.leave(A.session);
    assert_eq!(notices, [told(L, C, 2, Turn::Granted), told(K, B, 1, Turn::Granted)]);
}

#[test]
fn a_wait_in_the_grace_may_be_given_up() {
    let mut table = Leases::default();
    table.await_sessions([A.session]);
    assert_eq!(table.wait(K, call(B, 1, &[])), Waiting);
    assert!(table.cancel(K, B, 1));
    assert!(table.is_empty());
    assert_eq!(table.restated(A.session), []);
}

#[test]
fn a_lease_stated_after_its_threads_wait_does_not_close_a_circle() {
    let mut table = Leases::default();
    table.await_sessions([A.session, B.session]);
    assert!(table.restate(M, B));
    assert_eq!(table.wait(K, call(B, 1, &[M])), Waiting);
    assert_eq!(table.wait(M, sync(A, 1)), Waiting);
    assert!(!table.restate(K, A));
    assert_eq!(table.give_up_waiting(), [told(K, B, 1, Turn::Granted)]);
}
