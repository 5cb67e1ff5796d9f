//! The order in which the locks of this module are taken. A thread that holds one of them takes only such as stand
//! further down; those of the last level are never held together.
//!
//! | level | lock | taken while it is held |
//! |---|---|---|
//! | [`REGISTRY`] | the stores of the process | everything: the last handle closes its store under it |
//! | [`ROLE`] | the role that the process has in a store | all below: a role is found, and given up, under it |
//! | [`ACCEPTING`] | the owner's listener and the thread that accepts | nothing |
//! | [`CONTROLS`] | the owner's control connections | `LEASES`: only a session that has one is given a lease |
//! | [`LEASES`] | a table of leases: the owner's, or that of a process alone | nothing: who is concerned is told afterwards |
//! | [`WAITS`] | the waits of this process | `HELD`: a wait becomes a lease without a moment in which it is neither |
//! | [`HELD`] | the leases of this process | nothing |
//! | [`LAST`] | limits, the session's lock, a warning, idle connections, who writes on a connection | nothing |
//!
//! The engine's locks, and those of a Windows pipe, come after all of these: neither knows of any of them. Nobody is
//! told anything (a turn, a message) while one below `ROLE` is held, but for the writer of that very message.
//!
//! Debug builds and the tests of this crate check the order whenever a lock is taken.

use std::cell::RefCell;
use std::ops::{Deref, DerefMut};

use parking_lot::{Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};

pub const REGISTRY: u8 = 0;
pub const ROLE: u8 = 1;
pub const ACCEPTING: u8 = 2;
pub const CONTROLS: u8 = 3;
pub const LEASES: u8 = 4;
pub const WAITS: u8 = 5;
pub const HELD: u8 = 6;
pub const LAST: u8 = 7;

const IS_CHECKED: bool = cfg!(any(test, debug_assertions));

thread_local! {
    static TAKEN: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// A mutex with its place in the order.
#[derive(Default)]
pub struct Lock<const LEVEL: u8, T>(Mutex<T>);

impl<const LEVEL: u8, T> Lock<LEVEL, T> {
    pub const fn new(value: T) -> Self {
        Self(Mutex::new(value))
    }

    pub fn lock(&self) -> Guard<MutexGuard<'_, T>> {
        let taken = Taken::new(LEVEL);
        Guard { guard: self.0.lock(), _taken: taken }
    }
}

/// A lock for many readers with its place in the order. No thread reads twice at a time: a writer that came in between
/// would keep it waiting for itself.
pub struct SharedLock<const LEVEL: u8, T>(RwLock<T>);

impl<const LEVEL: u8, T> SharedLock<LEVEL, T> {
    pub const fn new(value: T) -> Self {
        Self(RwLock::new(value))
    }

    pub fn read(&self) -> Guard<RwLockReadGuard<'_, T>> {
        let taken = Taken::new(LEVEL);
        Guard { guard: self.0.read(), _taken: taken }
    }

    pub fn write(&self) -> Guard<RwLockWriteGuard<'_, T>> {
        let taken = Taken::new(LEVEL);
        Guard { guard: self.0.write(), _taken: taken }
    }
}

/// A lock that is held.
pub struct Guard<G> {
    guard: G,
    _taken: Taken,
}

impl<G: Deref> Deref for Guard<G> {
    type Target = G::Target;

    fn deref(&self) -> &Self::Target {
        &self.guard
    }
}

impl<G: DerefMut> DerefMut for Guard<G> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.guard
    }
}

/// A level that this thread holds a lock of.
struct Taken(u8);

impl Taken {
    fn new(level: u8) -> Self {
        let check = |taken: &RefCell<Vec<u8>>| {
            let mut taken = taken.borrow_mut();
            let before = taken.iter().max();
            assert!(before < Some(&level), "lock {level} is taken while {before:?} is held");
            taken.push(level);
        };
        if IS_CHECKED {
            // At the end of the process nothing is left that could be checked.
            let _ = TAKEN.try_with(check);
        }
        Self(level)
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        let give_back = |taken: &RefCell<Vec<u8>>| {
            let mut taken = taken.borrow_mut();
            if let Some(at) = taken.iter().rposition(|level| *level == self.0) {
                taken.remove(at);
            }
        };
        if IS_CHECKED {
            let _ = TAKEN.try_with(give_back);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_are_taken_downwards() {
        let (waits, held) = (Lock::<WAITS, _>::new(1), Lock::<HELD, _>::new(2));
        let first = waits.lock();
        assert_eq!(*first + *held.lock(), 3);
        drop(first);
        assert_eq!(*held.lock(), 2);
        assert_eq!(*waits.lock(), 1);
    }

    #[test]
    #[should_panic(expected = "is taken while")]
    fn a_lock_that_is_taken_upwards_is_told() {
        let (waits, held) = (Lock::<WAITS, _>::new(()), Lock::<HELD, _>::new(()));
        let _held = held.lock();
        let _waits = waits.lock();
    }

    #[test]
    #[should_panic(expected = "is taken while")]
    fn a_lock_that_is_read_twice_is_told() {
        let role = SharedLock::<ROLE, _>::new(());
        let _first = role.read();
        let _second = role.read();
    }
}
