use super::*;
use crate::digest::Digest;
use Ending::{Committed, Failed, Unstored};
use Outcome::{Deadlock, Waiting};

const K: Digest = key(1);
const L: Digest = key(2);
const M: Digest = key(3);
const A: Agent = agent(1, 0);
const B: Agent = agent(2, 0);
const C: Agent = agent(3, 0);

const fn key(number: u8) -> Digest {
    Digest::from_bytes([number; Digest::LENGTH])
}

const fn agent(session: u64, thread: u32) -> Agent {
    Agent { session: Session(session), thread }
}

/// An asynchronous call, nested in runs of these keys.
fn call(agent: Agent, id: u64, blocked: &[Digest]) -> Waiter {
    Waiter { agent, id, blocked: blocked.to_vec(), is_blocking: false }
}

/// A synchronous call.
fn sync(agent: Agent, id: u64) -> Waiter {
    Waiter { agent, id, blocked: Vec::new(), is_blocking: true }
}

fn told(key: Digest, agent: Agent, id: u64, turn: Turn) -> Notice {
    Notice { key, agent, id, turn }
}

/// A table in which these agents hold these keys.
fn held(leases: &[(Digest, Agent)]) -> Leases {
    let mut table = Leases::default();
    for (key, agent) in leases {
        assert!(table.acquire(*key, *agent));
    }
    table
}

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
fn nested_runs_that_want_each_other_are_refused() {
    let mut table = held(&[(K, A), (L, B)]);
    assert_eq!(table.wait(L, call(A, 1, &[K])), Waiting);
    assert_eq!(table.wait(K, call(B, 1, &[L])), Deadlock);
    // Not nested, it may wait.
    assert_eq!(table.wait(K, call(B, 2, &[])), Waiting);
}

#[test]
fn a_circle_of_three_is_found() {
    let mut table = held(&[(K, A), (L, B), (M, C)]);
    assert_eq!(table.wait(L, call(A, 1, &[K])), Waiting);
    assert_eq!(table.wait(M, sync(B, 1)), Waiting);
    assert_eq!(table.wait(K, call(C, 1, &[M])), Deadlock);
    // When the circle is open the same wait is in order.
    assert!(table.cancel(L, A, 1));
    assert_eq!(table.wait(K, call(C, 1, &[M])), Waiting);
}

#[test]
fn a_call_nested_in_its_own_run_is_refused() {
    let mut table = held(&[(K, A)]);
    assert_eq!(table.wait(K, call(A, 1, &[K])), Deadlock);
    assert_eq!(table.wait(K, call(A, 2, &[])), Waiting);
}

#[test]
fn a_thread_does_not_block_for_itself() {
    let mut table = held(&[(K, A), (L, B)]);
    assert_eq!(table.wait(K, sync(A, 1)), Deadlock);
    assert_eq!(table.wait(K, sync(agent(1, 1), 1)), Waiting);
    // Nor for a run that waits for any lease of the thread, nested or not.
    assert_eq!(table.wait(K, call(B, 1, &[L])), Waiting);
    assert_eq!(table.wait(L, sync(A, 2)), Deadlock);
    assert_eq!(table.wait(L, call(A, 3, &[])), Waiting);
}

#[test]
fn a_thread_blocks_once_at_a_time() {
    let mut table = held(&[(K, A), (L, B)]);
    assert_eq!(table.wait(K, sync(C, 1)), Waiting);
    assert_eq!(table.wait(L, sync(C, 2)), Deadlock);
    assert!(table.cancel(K, C, 1));
    assert_eq!(table.wait(L, sync(C, 3)), Waiting);
}

#[test]
fn keys_of_others_hold_nothing_up() {
    let mut table = held(&[(K, A), (L, B)]);
    assert_eq!(table.wait(L, call(A, 1, &[L, M])), Waiting);
    assert_eq!(table.wait(K, call(B, 1, &[L])), Waiting);
}

#[test]
fn what_a_run_left_behind_does_not_hold_up_the_next() {
    let mut table = held(&[(K, A), (L, B)]);
    assert_eq!(table.wait(L, call(A, 1, &[K])), Waiting);
    assert_eq!(table.wait(K, call(C, 1, &[])), Waiting);
    assert_eq!(table.wait(K, call(C, 2, &[])), Waiting);
    assert_eq!(table.release(K, A, Failed), [told(K, C, 1, Turn::Granted)]);
    assert_eq!(table.wait(K, call(B, 1, &[L])), Waiting);
}

#[test]
fn a_blocked_thread_is_passed_over_when_its_turn_would_close_a_circle() {
    // A waits for K first, but its thread then blocks for M, whose run waits for K.
    let mut table = held(&[(K, C), (M, B)]);
    assert_eq!(table.wait(K, call(A, 1, &[])), Waiting);
    assert_eq!(table.wait(K, call(B, 1, &[M])), Waiting);
    assert_eq!(table.wait(M, sync(A, 2)), Waiting);
    assert_eq!(table.release(K, C, Failed), [told(K, B, 1, Turn::Granted)]);
    // Its place is not lost.
    assert_eq!(table.wait(K, call(C, 1, &[])), Waiting);
    assert_eq!(table.release(M, B, Committed), [told(M, A, 2, Turn::LookAgain)]);
    assert_eq!(table.release(K, B, Failed), [told(K, A, 1, Turn::Granted)]);
}

#[test]
fn a_thread_that_joined_and_then_blocked_is_granted_where_it_blocks() {
    let mut table = held(&[(K, B)]);
    assert_eq!(table.wait(K, call(A, 1, &[])), Waiting);
    assert_eq!(table.wait(K, sync(A, 2)), Waiting);
    assert_eq!(table.release(K, B, Failed), [told(K, A, 2, Turn::Granted)]);
}

#[test]
fn a_lease_that_comes_to_a_blocked_thread_is_held_up_with_it() {
    let mut table = held(&[(K, C), (M, B)]);
    assert_eq!(table.wait(K, call(A, 1, &[])), Waiting);
    assert_eq!(table.wait(M, sync(A, 2)), Waiting);
    assert_eq!(table.release(K, C, Failed), [told(K, A, 1, Turn::Granted)]);
    assert_eq!(table.wait(K, call(B, 1, &[M])), Deadlock);
}

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
