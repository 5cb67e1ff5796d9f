//! Records that families keep.

use engram_core::engine;
use napi::bindgen_prelude::{Buffer, Uint8Array};
use napi_derive::napi;

use crate::entry::number;

/// Which record.
#[napi(object)]
pub struct RecordId {
    /// What it is of, as 'run'.
    pub kind: String,
    /// Whose it is, as the name of a pipeline.
    pub name: String,
    /// Milliseconds since the Unix epoch.
    pub began_at: f64,
    /// Tells it from others of its name that began at the same time.
    pub id: String,
}

/// A row of a record.
#[napi(object, object_to_js = false)]
pub struct RecordRow {
    pub record: RecordId,
    /// Which part of the record; absent for the record itself.
    pub part: Option<String>,
    pub value: Uint8Array,
}

/// Which records.
#[napi(object, object_to_js = false)]
pub struct RecordFilter {
    pub kind: String,
    /// Absent for any.
    pub name: Option<String>,
    /// Absent for any.
    pub id: Option<String>,
}

/// A record and what is kept of it. TypeScript has a `Record` of its own.
#[napi(object, object_from_js = false)]
pub struct KeptRecord {
    pub record: RecordId,
    pub value: Buffer,
}

/// A part of a record.
#[napi(object, object_from_js = false)]
pub struct RecordPart {
    pub part: String,
    pub value: Buffer,
}

/// Rows as the core takes them.
pub fn rows_of(rows: Vec<RecordRow>) -> Vec<engine::RecordRow> {
    rows.into_iter().map(engine::RecordRow::from).collect()
}

impl From<RecordRow> for engine::RecordRow {
    fn from(row: RecordRow) -> Self {
        Self { record: row.record.into(), part: row.part, value: row.value.to_vec() }
    }
}

impl From<RecordId> for engine::RecordId {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a time is a whole number from 0 on"
    )]
    fn from(RecordId { kind, name, began_at, id }: RecordId) -> Self {
        Self { kind, name, began_at: began_at as u64, id }
    }
}

impl From<engine::RecordId> for RecordId {
    fn from(record: engine::RecordId) -> Self {
        let engine::RecordId { kind, name, began_at, id } = record;
        Self { kind, name, began_at: number(began_at), id }
    }
}

impl From<RecordFilter> for engine::RecordFilter {
    fn from(RecordFilter { kind, name, id }: RecordFilter) -> Self {
        Self { kind, name, id }
    }
}

impl From<engine::Record> for KeptRecord {
    fn from((record, value): engine::Record) -> Self {
        Self { record: record.into(), value: value.into() }
    }
}

impl From<engine::RecordPart> for RecordPart {
    fn from((part, value): engine::RecordPart) -> Self {
        Self { part, value: value.into() }
    }
}
