//! Facts of entries as JavaScript objects.

use std::collections::HashMap;

use engram_core::engine::{EntryInfo, Totals};
use engram_core::error as core;
use napi_derive::napi;

use crate::error::{Result, failed};

/// One entry.
#[napi(object, object_from_js = false)]
pub struct Entry {
    pub key: String,
    pub name: String,
    pub version: Option<String>,
    pub project: Option<String>,
    pub domain: Option<String>,
    pub kind: &'static str,
    pub strategy: &'static str,
    pub code_digest: Option<String>,
    pub inputs_digest: String,
    pub created_at: f64,
    pub accessed_at: f64,
    pub duration_ms: f64,
    pub byte_length: f64,
    pub hits: f64,
    pub output_digest: String,
    /// Whether the function gave a promise of the value.
    pub is_promised: bool,
    /// Whether the value refers to what lies elsewhere: files, values of other entries.
    pub has_references: bool,
    /// Bytes that the value takes in the store.
    pub stored_length: f64,
    /// 'none', 'lz4' or 'zstd'.
    pub compression: &'static str,
    pub is_packed: bool,
}

/// Sums over entries.
#[napi(object, object_from_js = false)]
pub struct Sums {
    pub entries: f64,
    pub byte_length: f64,
    pub blobs: f64,
    pub blob_bytes: f64,
}

/// Sums over all entries, and over those of each function.
#[napi(object, object_from_js = false)]
pub struct AllSums {
    pub all: Sums,
    /// By function id.
    pub by_name: HashMap<String, Sums>,
}

impl From<EntryInfo> for Entry {
    fn from(info: EntryInfo) -> Self {
        let function = info.function;
        Self {
            key: info.key.to_hex(),
            name: function.as_ref().map_or_else(String::new, |function| function.name.clone()),
            kind: function.as_ref().map_or("memory", |function| function.kind.name()),
            strategy: function.as_ref().map_or("custom", |function| function.strategy.name()),
            code_digest: function
                .as_ref()
                .and_then(|function| function.code)
                .map(|code| code.to_hex()),
            inputs_digest: info.inputs.to_hex(),
            created_at: info.created_at,
            accessed_at: info.accessed_at,
            duration_ms: info.duration_ms,
            byte_length: number(info.byte_length),
            hits: number(info.hits),
            is_promised: info.is_promised,
            has_references: info.has_references,
            stored_length: number(info.stored_length),
            compression: info.compression.name(),
            is_packed: info.is_packed,
            output_digest: info.output.map_or_else(String::new, |digest| digest.to_hex()),
            version: function.as_ref().and_then(|function| function.version.clone()),
            project: function.as_ref().and_then(|function| function.project.clone()),
            domain: function.and_then(|function| function.domain),
        }
    }
}

impl From<Totals> for Sums {
    fn from(totals: Totals) -> Self {
        Self {
            entries: number(totals.entries),
            byte_length: number(totals.byte_length),
            blobs: number(totals.blobs),
            blob_bytes: number(totals.blob_bytes),
        }
    }
}

/// A count as JavaScript has it.
#[expect(clippy::cast_precision_loss, reason = "JavaScript counts in doubles: exact up to 8 PiB")]
pub fn number(count: u64) -> f64 {
    count as f64
}

/// A count of removed entries, translated.
pub fn counted(removed: core::Result<usize>) -> Result<u32> {
    let removed = removed.map_err(|error| failed(&error))?;
    Ok(u32::try_from(removed).unwrap_or(u32::MAX))
}
