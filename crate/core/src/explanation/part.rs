//! [`Part`]: one of the things that a key was made of.

use serde::{Deserialize, Serialize};

/// Parts of one code, at most.
pub const MOST_PARTS: usize = 256;
/// Bytes of a part's name, at most.
const LONGEST_NAME: usize = 120;

/// What a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum PartKind {
    /// The function id.
    Name,
    /// The user's project.
    Project,
    /// The user's domain.
    Domain,
    /// The user's version.
    Version,
    /// The function's own text, or the rule by which it counts.
    Code,
    /// A function that it reaches.
    Helper,
    /// A value that it captured.
    Capture,
    /// What it loads, or was said to depend on.
    Dependency,
    /// A value that it was called with.
    Argument,
}

impl PartKind {
    const ALL: [Self; 9] = [
        Self::Name,
        Self::Project,
        Self::Domain,
        Self::Version,
        Self::Code,
        Self::Helper,
        Self::Capture,
        Self::Dependency,
        Self::Argument,
    ];

    /// The word that users read.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Project => "project",
            Self::Domain => "domain",
            Self::Version => "version",
            Self::Code => "code",
            Self::Helper => "helper",
            Self::Capture => "capture",
            Self::Dependency => "dependency",
            Self::Argument => "argument",
        }
    }

    /// The kind that `name` says.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// One of the things that a key was made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// What it is.
    pub kind: PartKind,
    /// What it is called.
    pub name: String,
    /// The beginning of its digest.
    pub digest: [u8; 8],
    /// A short text for it; empty where none is kept.
    pub preview: String,
}

impl Part {
    /// A part, its name cut where it is too long to be kept.
    #[must_use]
    pub fn new(kind: PartKind, name: &str, digest: [u8; 8], preview: String) -> Self {
        let mut end = name.len().min(LONGEST_NAME);
        while !name.is_char_boundary(end) {
            end -= 1;
        }
        Self { kind, name: name[..end].to_owned(), digest, preview }
    }
}

/// The bytes in which parts are kept. The first [`MOST_PARTS`] are.
#[must_use]
pub fn encode_parts(parts: &[Part]) -> Vec<u8> {
    postcard::to_stdvec(&parts[..parts.len().min(MOST_PARTS)]).unwrap_or_default()
}

/// The parts in these bytes; none where they are damaged.
#[must_use]
pub fn decode_parts(bytes: &[u8]) -> Vec<Part> {
    postcard::from_bytes(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn kinds_read_back_from_their_names() {
        for kind in PartKind::ALL {
            assert_eq!(PartKind::from_name(kind.name()), Some(kind));
        }
        assert_eq!(PartKind::from_name("part"), None);
    }

    #[test]
    fn a_long_name_is_cut_between_characters() {
        let part = Part::new(PartKind::Capture, &"é".repeat(100), [0; 8], String::new());
        assert_eq!(part.name.len(), LONGEST_NAME);
        let part =
            Part::new(PartKind::Capture, &format!("x{}", "é".repeat(100)), [0; 8], String::new());
        assert_eq!(part.name.len(), LONGEST_NAME - 1);
    }

    proptest! {
        #[test]
        fn any_bytes_are_parts_or_none(bytes: Vec<u8>) {
            let _ = decode_parts(&bytes);
        }

        #[test]
        fn parts_read_back(name in ".{0,30}", preview in ".{0,40}", digest: [u8; 8]) {
            let parts = vec![Part::new(PartKind::Helper, &name, digest, preview)];
            prop_assert_eq!(decode_parts(&encode_parts(&parts)), parts);
        }
    }
}
