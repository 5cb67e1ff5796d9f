//! Runs that would wait for each other for ever.

use super::people::{A, B, C, K, L, M, agent, call, held, sync, told};
use crate::lease::{Ending, Outcome, Turn};
use Ending::{Committed, Failed};
use Outcome::{Deadlock, Waiting};

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
