//! [`Function`]: everything in a call's key that does not change from call to call, hashed once.

use std::sync::OnceLock;

use super::identity::FunctionIdentity;
use super::row::{FunctionPrefix, SEGMENT};
use crate::digest::Digest;
use crate::hash::Parts;

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
        let name = Parts::new(identity.kind.domain_tag()).part(identity.name.as_bytes()).digest();
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

    use super::super::identity::{Kind, Strategy};
    use super::*;

    fn identity() -> FunctionIdentity {
        FunctionIdentity {
            name: "pkg/file.ts#fn".into(),
            version: None,
            project: None,
            domain: None,
            kind: Kind::Memory,
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
            FunctionIdentity { kind: Kind::Step, ..identity() },
            FunctionIdentity { kind: Kind::Task, ..identity() },
            FunctionIdentity { kind: Kind::Workflow, ..identity() },
            FunctionIdentity { kind: Kind::Work, ..identity() },
            FunctionIdentity { strategy: Strategy::InputHash, ..identity() },
            FunctionIdentity { code: Some(Digest::from_bytes([0; 32])), ..identity() },
        ];
        let keys: HashSet<Digest> = variants
            .iter()
            .map(|variant| Function::new(variant.clone()).call_key(b"args"))
            .collect();
        assert_eq!(keys.len(), variants.len());
    }
}
