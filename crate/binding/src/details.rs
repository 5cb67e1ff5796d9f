//! What there is to say of one entry, as JavaScript objects.

use engram_core::engine;
use engram_core::explanation::Part;
use engram_core::sharing::Printed;
use napi_derive::napi;

use crate::entry::{Entry, number};
use crate::explanation::Difference;

/// An entry, with what its key was made of.
#[napi(object, object_from_js = false)]
pub struct EntryDetails {
    pub entry: Entry,
    /// Bytes of the value without its buffers.
    pub structure_length: f64,
    /// Of the arguments: their names begin with a position.
    pub arguments: Vec<KeyPart>,
    /// Of the function's code.
    pub code: Vec<KeyPart>,
}

/// One of the things that a key was made of.
#[napi(object, object_from_js = false)]
pub struct KeyPart {
    /// 'code', 'helper', 'capture', 'dependency' or 'argument'.
    pub kind: &'static str,
    pub name: String,
    /// A short text for it; empty where none is kept.
    pub text: String,
}

/// A value as text.
#[napi(object, object_from_js = false)]
pub struct PrintedValue {
    pub text: String,
    /// Whether more follows.
    pub is_cut: bool,
}

/// What differs between two entries.
#[napi(object, object_from_js = false)]
pub struct Comparison {
    /// Hexadecimal key of the other one.
    pub with: String,
    /// The parts of the key that differ; `before` is the other one's.
    pub changes: Vec<Difference>,
}

impl From<engine::EntryDetails> for EntryDetails {
    fn from(details: engine::EntryDetails) -> Self {
        Self {
            entry: details.info.into(),
            structure_length: number(details.structure_length),
            arguments: details.arguments.into_iter().map(KeyPart::from).collect(),
            code: details.code.into_iter().map(KeyPart::from).collect(),
        }
    }
}

impl From<Part> for KeyPart {
    fn from(part: Part) -> Self {
        Self { kind: part.kind.name(), name: part.name, text: part.preview }
    }
}

impl From<Printed> for PrintedValue {
    fn from(Printed { text, is_cut }: Printed) -> Self {
        Self { text, is_cut }
    }
}

impl From<engine::Compared> for Comparison {
    fn from(compared: engine::Compared) -> Self {
        Self {
            with: compared.with.to_hex(),
            changes: compared.changes.into_iter().map(Difference::from).collect(),
        }
    }
}
