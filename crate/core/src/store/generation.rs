//! [`Generation`]: a number that every process of a store sees, raised when what they keep in memory may be out of date.

use std::fs::OpenOptions;

use super::layout::Layout;
use super::mapping::SharedNumber;

/// Eight bytes of a file, mapped by all processes of a store.
#[derive(Debug)]
pub struct Generation(SharedNumber);

impl Generation {
    /// The store's generation, made if it is missing; `None` where files cannot be shared as memory.
    #[must_use]
    pub fn make(layout: &Layout) -> Option<Self> {
        Self::open(layout, true)
    }

    /// The store's generation, if anyone ever needed one.
    #[must_use]
    pub fn existing(layout: &Layout) -> Option<Self> {
        Self::open(layout, false)
    }

    fn open(layout: &Layout, make: bool) -> Option<Self> {
        let mut options = OpenOptions::new();
        let file = options
            .read(true)
            .write(true)
            .create(make)
            .truncate(false)
            .open(layout.generation())
            .ok()?;
        // Several may do so at once: the length is the same, and the bytes stay.
        if file.metadata().ok()?.len() != SharedNumber::LENGTH {
            file.set_len(SharedNumber::LENGTH).ok()?;
        }
        SharedNumber::new(&file).ok().map(Self)
    }

    /// The number now. What was learnt before it was read is true as long as it stays.
    pub fn current(&self) -> u64 {
        self.0.load()
    }

    /// Where the number lies, for who reads it by itself: eight bytes, as long as `self` lives.
    pub fn as_ptr(&self) -> *const u64 {
        self.0.as_ptr()
    }

    /// Tells every process that an entry was overwritten or dropped.
    pub fn raise(&self) {
        self.0.add_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_who_open_it_see_it_rise() {
        let directory = tempfile::tempdir().unwrap();
        let layout = Layout::new(directory.path());
        assert!(Generation::existing(&layout).is_none());
        let (one, other) = (Generation::make(&layout).unwrap(), Generation::make(&layout).unwrap());
        let before = other.current();
        one.raise();
        assert_eq!(other.current(), before + 1);
        assert_eq!(Generation::existing(&layout).unwrap().current(), before + 1);
    }
}
