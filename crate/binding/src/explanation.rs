//! What keys are made of, and what differs between two, as JavaScript has it.

use engram_core::explanation::{self, Change, Part, PartKind, part_of};
use napi::bindgen_prelude::Uint8ArraySlice;
use napi_derive::napi;

use crate::error::Result;
use crate::scratch;

/// Puts what is kept of the canonical arguments, `length` bytes of the scratch, in their place; says how long it is.
#[napi]
pub fn record_arguments(length: u32, keeps_values: bool) -> Result<u32> {
    scratch::with(length, |scratch, length| {
        let record = explanation::record(scratch.payload(length), keeps_values);
        scratch.set_payload(&record)
    })?
}

/// One of the things that a function's code is made of.
#[napi(object, object_to_js = false)]
pub struct CodePart<'env> {
    /// 'code', 'helper', 'capture' or 'dependency'.
    pub kind: String,
    /// What it is called.
    pub name: String,
    /// Its canonical form.
    pub form: Uint8ArraySlice<'env>,
    /// Whether a short text of it may be kept.
    pub is_shown: bool,
}

impl CodePart<'_> {
    pub fn to_part(&self) -> Option<Part> {
        let kind = PartKind::from_name(&self.kind)?;
        Some(part_of(kind, &self.name, &self.form, self.is_shown))
    }
}

/// A part of a key that is another one now.
#[napi(object, object_from_js = false)]
pub struct Difference {
    /// What it is: see `Explanation`.
    pub part: &'static str,
    /// What it is called.
    pub name: String,
    /// A short text for what it was; absent where it was not there.
    pub before: Option<String>,
    /// A short text for what it is; absent where it is not there.
    pub now: Option<String>,
}

impl From<Change> for Difference {
    fn from(Change { kind, name, before, now }: Change) -> Self {
        Self { part: kind.name(), name, before, now }
    }
}
