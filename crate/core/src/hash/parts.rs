//! Pre-images that open with a domain tag and delimit themselves, after redun's hashing rules: two kinds of thing, or
//! two ways to cut the same text into parts, never share a digest.

use blake3::Hasher;

use super::bytes::update;
use crate::digest::Digest;

/// A running hash over tagged, length-prefixed parts.
///
/// ```
/// use engram_core::hash::Parts;
/// let joined = Parts::new("example").part(b"ab").part(b"c").digest();
/// let moved = Parts::new("example").part(b"a").part(b"bc").digest();
/// assert_ne!(joined, moved);
/// ```
pub struct Parts(Hasher);

impl Parts {
    /// Opens a pre-image of the kind `domain_tag`.
    #[must_use]
    pub fn new(domain_tag: &str) -> Self {
        Self(Hasher::new()).part(domain_tag.as_bytes())
    }

    /// Adds one part: its length as 8 little-endian bytes, then its bytes.
    #[must_use]
    pub fn part(mut self, bytes: &[u8]) -> Self {
        self.0.update(&(bytes.len() as u64).to_le_bytes());
        update(&mut self.0, bytes);
        self
    }

    /// Adds a part that may be missing; a missing part differs from an empty one.
    #[must_use]
    pub fn optional(mut self, bytes: Option<&[u8]>) -> Self {
        if let Some(bytes) = bytes {
            return self.part(bytes);
        }
        self.0.update(&u64::MAX.to_le_bytes());
        self
    }

    /// Closes the pre-image.
    #[must_use]
    pub fn digest(self) -> Digest {
        self.0.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_missing_part_differs_from_an_empty_one() {
        let empty = Parts::new("t").optional(Some(b"")).digest();
        assert_ne!(empty, Parts::new("t").optional(None).digest());
    }

    #[test]
    fn kinds_do_not_collide() {
        assert_ne!(Parts::new("a").part(b"x").digest(), Parts::new("b").part(b"x").digest());
    }

    proptest! {
        #[test]
        fn cutting_elsewhere_changes_the_digest(bytes in prop::collection::vec(any::<u8>(), 1..64), a: usize, b: usize) {
            let (a, b) = (a % (bytes.len() + 1), b % (bytes.len() + 1));
            prop_assume!(a != b);
            let cut = |at: usize| Parts::new("t").part(&bytes[..at]).part(&bytes[at..]).digest();
            prop_assert_ne!(cut(a), cut(b));
        }
    }
}
