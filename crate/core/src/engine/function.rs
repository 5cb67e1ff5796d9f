//! [`Function`]: everything in a call's key that does not change from call to call, hashed once.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::row::{FunctionPrefix, SEGMENT};
use crate::digest::Digest;
use crate::hash::Parts;

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
    parts: OnceLock<Vec<u8>>,
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
        Self { identity, digest, prefix, parts: OnceLock::new() }
    }

    /// The key of a call with these arguments, given in their canonical form: BLAKE3 of the arguments, keyed by the digest
    /// of everything else. Keying takes no room in the pre-image, so that most calls are hashed as one block.
    #[must_use]
    pub fn call_key(&self, arguments: &[u8]) -> Digest {
        crate::hash::keyed_digest(&self.digest, arguments)
    }

    /// What identifies the function.
    #[must_use]
    pub const fn identity(&self) -> &FunctionIdentity {
        &self.identity
    }

    /// Notes what the code is made of, as [`crate::explanation::encode_parts`] keeps it. The first one stays.
    pub fn describe(&self, parts: Vec<u8>) {
        let _ = self.parts.set(parts);
    }

    /// What the code is made of; empty where it was not told.
    #[must_use]
    pub fn parts(&self) -> &[u8] {
        self.parts.get().map_or(&[], Vec::as_slice)
    }

    /// Scope, function and code, as they open the rows of the function's entries.
    #[must_use]
    pub const fn prefix(&self) -> &FunctionPrefix {
        &self.prefix
    }
}

fn bytes(text: Option<&String>) -> Option<&[u8]> {
    text.map(String::as_bytes)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

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
        let keys: HashSet<Digest> = variants
            .iter()
            .map(|variant| Function::new(variant.clone()).call_key(b"args"))
            .collect();
        assert_eq!(keys.len(), variants.len());
    }

    #[test]
    fn strategies_read_back_from_their_names() {
        assert_eq!(Strategy::from_name("syntaxHash"), Some(Strategy::SyntaxHash));
        assert_eq!(Strategy::from_name("SyntaxHash"), None);
    }
}
