//! Counting anew what a store holds that was not closed in order: the counts that were written down last are some changes
//! behind, and each end of that kind would add to it.

use std::sync::atomic::Ordering;

use super::counts::Recount;
use super::opened::Opened;
use super::state::Engine;
use crate::error::Result;

impl Engine {
    /// Counts to the end what has to be counted anew, in steps that are in nobody's way for more than a moment.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Closed`], [`crate::error::Error::ReadOnly`], or why the store cannot be read.
    pub(super) fn recount(&self) -> Result<()> {
        while !self.write(Opened::count_further)? {}
        Ok(())
    }
}

impl Opened {
    /// True at the end, also where nothing has to be counted anew.
    fn count_further(&self) -> Result<bool> {
        let mut counts = self.publishing.lock();
        let mut under_way = self.recount.lock();
        let Some(recount) = under_way.as_mut() else { return Ok(true) };
        if let Some(all) = recount.step(&self.index)? {
            *counts = all;
            *under_way = None;
        }
        Ok(under_way.is_none())
    }

    /// Says that a row with a value of `old` bytes gave way to one of `new` bytes; `publishing` must be held.
    pub(super) fn note_counted(&self, row: &[u8], old: Option<u64>, new: Option<u64>) {
        if let Some(recount) = self.recount.lock().as_mut() {
            recount.note(row, old, new);
        }
    }

    /// Has all be counted anew, and orphans be looked for.
    pub(super) fn distrust(&self) {
        *self.recount.lock() = Some(Recount::begin());
        self.is_unswept.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::Digest;
    use crate::engine::NewEntry;
    use crate::engine::counts::{Counts, TOGETHER};
    use crate::engine::fixture::{entry, function, open};

    fn commit(engine: &Engine, key: Digest, structure: &[u8]) {
        let new = NewEntry { structure, overwrite: true, ..entry(key) };
        assert!(engine.commit(&function(), &new).unwrap());
    }

    #[test]
    fn what_comes_and_goes_while_it_is_counted_is_counted_once() {
        let directory = tempfile::tempdir().unwrap();
        let engine = open(directory.path(), 7);
        let mut keys: Vec<Digest> = (0..5 * TOGETHER / 2)
            .map(|number| function().call_key(&number.to_le_bytes()))
            .collect();
        keys.sort_unstable_by_key(|key| *key.as_bytes());
        // Some come later, before and behind the first steps.
        let (later, first): (Vec<_>, Vec<_>) =
            keys.iter().enumerate().partition(|(number, _)| number % 10 == 0);
        for (_, key) in &first {
            commit(&engine, **key, b"value");
        }
        let expected = || {
            engine
                .read(|opened| Counts::counted(&opened.index))
                .map(|counts| (counts.entries, counts.bytes))
        };
        let distrust = |opened: &Opened| {
            opened.distrust();
            Ok(())
        };
        engine.write(distrust).unwrap();
        for step in 0.. {
            let is_over = engine.write(Opened::count_further).unwrap();
            if is_over {
                break;
            }
            for (_, key) in later.iter().skip(step).step_by(5) {
                commit(&engine, **key, b"come later");
            }
            for (_, key) in first.iter().skip(step).step_by(7) {
                commit(&engine, **key, b"another value");
            }
            for (_, key) in first.iter().skip(step).step_by(11) {
                engine.forget(function().prefix(), key).unwrap();
            }
        }
        let counts = engine.counts().unwrap();
        assert_eq!((counts.entries, counts.bytes), expected().unwrap());
        assert!(counts.has_changed());
    }
}
