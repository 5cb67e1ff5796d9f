//! [`FunctionIdentity`]: what tells functions apart, as users see it and as the index keeps it.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use crate::digest::Digest;

/// Which rule made the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strategy {
    /// The function's exact text and the inputs.
    CodeHash,
    /// The function's text without what cannot matter, and the inputs.
    SyntaxHash,
    /// The inputs only.
    InputHash,
    /// A key of the user's.
    Custom,
}

impl Strategy {
    /// In the order of their numbers in records.
    const ALL: [Self; 4] = [Self::CodeHash, Self::SyntaxHash, Self::InputHash, Self::Custom];

    /// The word that users write and the key contains.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CodeHash => "codeHash",
            Self::SyntaxHash => "syntaxHash",
            Self::InputHash => "inputHash",
            Self::Custom => "custom",
        }
    }

    /// The strategy that `name` says.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|strategy| strategy.name() == name)
    }
}

/// What a function was given to. Those of two kinds never share an entry, whatever their names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A memory: `memory.cache(fn)`.
    Memory,
    /// A pipeline.
    Step,
    /// A task.
    Task,
    /// A workflow, as a node of another one.
    Workflow,
    /// A work.
    Work,
}

impl Kind {
    /// In the order of their numbers in records.
    const ALL: [Self; 5] = [Self::Memory, Self::Step, Self::Task, Self::Workflow, Self::Work];

    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Step => "step",
            Self::Task => "task",
            Self::Workflow => "workflow",
            Self::Work => "work",
        }
    }

    /// The kind that `name` says.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Opens the pre-image of a function's name.
    pub(super) const fn domain_tag(self) -> &'static str {
        match self {
            // Older than the other kinds.
            Self::Memory => "engram function v1",
            Self::Step => "engram step v1",
            Self::Task => "engram task v1",
            Self::Workflow => "engram workflow v1",
            Self::Work => "engram work v1",
        }
    }
}

/// What identifies a function, as users see it in listings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionIdentity {
    /// Function id: module path and function name, or the name that the user gave.
    pub name: String,
    /// The user's version.
    pub version: Option<String>,
    /// The project whose results these are.
    pub project: Option<String>,
    /// The domain whose results these are.
    pub domain: Option<String>,
    /// What the function was given to.
    pub kind: Kind,
    /// The rule that made the key.
    pub strategy: Strategy,
    /// Fingerprint of the function's code, where the strategy has one.
    pub code: Option<Digest>,
}

/// One byte says kind and strategy: the strategy in its low half, as in records that are older than kinds.
const STRATEGY_BITS: u8 = 4;

impl Serialize for FunctionIdentity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { name, version, project, domain, kind, strategy, code } = self;
        let rule = (*kind as u8) << STRATEGY_BITS | *strategy as u8;
        (name, version, project, domain, rule, code).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for FunctionIdentity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (name, version, project, domain, rule, code) = Deserialize::deserialize(deserializer)?;
        let rule: u8 = rule;
        let kind = Kind::ALL.get(usize::from(rule >> STRATEGY_BITS));
        let strategy = Strategy::ALL.get(usize::from(rule & ((1 << STRATEGY_BITS) - 1)));
        let (Some(&kind), Some(&strategy)) = (kind, strategy) else {
            return Err(D::Error::custom("neither kind nor strategy has this number"));
        };
        Ok(Self { name, version, project, domain, kind, strategy, code })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back() {
        assert_eq!(Strategy::from_name("syntaxHash"), Some(Strategy::SyntaxHash));
        assert_eq!(Strategy::from_name("SyntaxHash"), None);
        for kind in Kind::ALL {
            assert_eq!(Kind::from_name(kind.name()), Some(kind));
        }
    }

    #[test]
    fn records_read_back_for_every_kind_and_strategy() {
        for kind in Kind::ALL {
            for strategy in Strategy::ALL {
                let identity = FunctionIdentity {
                    name: "shop/prices.ts#load".to_owned(),
                    version: None,
                    project: Some("shop".to_owned()),
                    domain: None,
                    kind,
                    strategy,
                    code: Some(Digest::from_bytes([7; 32])),
                };
                let bytes = postcard::to_stdvec(&identity).unwrap();
                assert_eq!(postcard::from_bytes(&bytes), Ok(identity));
            }
        }
    }

    #[test]
    fn a_record_of_an_unknown_kind_is_refused() {
        // One more than there are; then a strategy that there is not.
        for rule in [0x50, 0x04] {
            let bytes = [&[1, b'f', 0, 0, 0][..], &[rule, 0]].concat();
            assert!(postcard::from_bytes::<FunctionIdentity>(&bytes).is_err());
        }
    }
}
