//! [`Function`]: everything in a call's key that does not change from call to call, hashed once.

use serde::{Deserialize, Serialize};

use super::row::{FunctionPrefix, SEGMENT};
use crate::digest::Digest;
use crate::hash::Parts;

/// Opens the pre-image of a call key. Sixteen bytes, so that tag and function fill three quarters of a BLAKE3 block.
const CALL_TAG: &[u8; 16] = b"engram call v1\0\0";
const PREAMBLE: usize = CALL_TAG.len() + Digest::LENGTH;
/// Arguments up to this length are hashed in one go from the stack.
const SHORT_ARGUMENTS: usize = 1024 - PREAMBLE;

/// Which rule made the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
        [Self::CodeHash, Self::SyntaxHash, Self::InputHash, Self::Custom]
            .into_iter()
            .find(|strategy| strategy.name() == name)
    }
}

/// What identifies a function, as users see it in listings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionIdentity {
    /// Function id: module path and function name, or the name that the user gave.
    pub name: String,
    /// The user's version.
    pub version: Option<String>,
    /// The project whose results these are.
    pub project: Option<String>,
    /// The domain whose results these are.
    pub domain: Option<String>,
    /// The rule that made the key.
    pub strategy: Strategy,
    /// Fingerprint of the function's code, where the strategy has one.
    pub code: Option<Digest>,
}

/// A function as the engine knows it.
#[derive(Debug, Clone)]
pub struct Function {
    identity: FunctionIdentity,
    digest: Digest,
    prefix: FunctionPrefix,
}

impl Function {
    /// Hashes what identifies a function.
    #[must_use]
    pub fn new(identity: FunctionIdentity) -> Self {
        let scope = Parts::new("engram scope v1")
            .optional(bytes(identity.project.as_ref()))
            .optional(bytes(identity.domain.as_ref()))
            .digest();
        let name = Parts::new("engram function v1").part(identity.name.as_bytes()).digest();
        let code = Parts::new("engram code v1")
            .part(identity.strategy.name().as_bytes())
            .optional(bytes(identity.version.as_ref()))
            .optional(identity.code.as_ref().map(|code| code.as_bytes().as_slice()))
            .digest();
        let digest = Parts::new("engram identity v1")
            .part(scope.as_bytes())
            .part(name.as_bytes())
            .part(code.as_bytes())
            .digest();
        let mut prefix = [0; 3 * SEGMENT];
        for (segment, digest) in prefix.chunks_exact_mut(SEGMENT).zip([scope, name, code]) {
            segment.copy_from_slice(&digest.prefix::<SEGMENT>());
        }
        Self { identity, digest, prefix }
    }

    /// The key of a call with these arguments, given in their canonical form.
    #[must_use]
    pub fn call_key(&self, arguments: &[u8]) -> Digest {
        if arguments.len() > SHORT_ARGUMENTS {
            return self.call_key_of_long(arguments);
        }
        let mut preimage = [0; PREAMBLE + SHORT_ARGUMENTS];
        preimage[..CALL_TAG.len()].copy_from_slice(CALL_TAG);
        preimage[CALL_TAG.len()..PREAMBLE].copy_from_slice(self.digest.as_bytes());
        let end = PREAMBLE + arguments.len();
        preimage[PREAMBLE..end].copy_from_slice(arguments);
        blake3::hash(&preimage[..end]).into()
    }

    fn call_key_of_long(&self, arguments: &[u8]) -> Digest {
        let mut hasher = blake3::Hasher::new();
        hasher.update(CALL_TAG);
        hasher.update(self.digest.as_bytes());
        crate::hash::update(&mut hasher, arguments);
        hasher.finalize().into()
    }

    /// What identifies the function.
    #[must_use]
    pub const fn identity(&self) -> &FunctionIdentity {
        &self.identity
    }

    /// Scope, function and code, as they open the rows of the function's entries.
    pub(super) const fn prefix(&self) -> &FunctionPrefix {
        &self.prefix
    }
}

fn bytes(text: Option<&String>) -> Option<&[u8]> {
    text.map(String::as_bytes)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::{any, prop, prop_assert_eq, proptest};

    use super::*;

    fn identity() -> FunctionIdentity {
        FunctionIdentity {
            name: "pkg/file.ts#fn".into(),
            version: None,
            project: None,
            domain: None,
            strategy: Strategy::CodeHash,
            code: None,
        }
    }

    #[test]
    fn each_part_changes_the_key_alone() {
        let some = || Some("x".to_owned());
        let variants = [
            identity(),
            FunctionIdentity { name: "pkg/file.ts#other".into(), ..identity() },
            FunctionIdentity { version: some(), ..identity() },
            FunctionIdentity { project: some(), ..identity() },
            FunctionIdentity { domain: some(), ..identity() },
            FunctionIdentity { strategy: Strategy::InputHash, ..identity() },
            FunctionIdentity { code: Some(Digest::from_bytes([0; 32])), ..identity() },
        ];
        let keys: HashSet<Digest> =
            variants.iter().map(|variant| Function::new(variant.clone()).call_key(b"args")).collect();
        assert_eq!(keys.len(), variants.len());
    }

    #[test]
    fn strategies_read_back_from_their_names() {
        assert_eq!(Strategy::from_name("syntaxHash"), Some(Strategy::SyntaxHash));
        assert_eq!(Strategy::from_name("SyntaxHash"), None);
    }

    proptest! {
        #[test]
        fn short_and_long_arguments_are_hashed_alike(arguments in prop::collection::vec(any::<u8>(), 0..3000)) {
            let function = Function::new(identity());
            prop_assert_eq!(function.call_key(&arguments), function.call_key_of_long(&arguments));
        }
    }
}
