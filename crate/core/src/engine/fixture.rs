//! What tests within this crate have in common: a function, a result of it, and a store.

use std::path::Path;
use std::sync::Arc;

use crate::codec::Compression;
use crate::digest::Digest;
use crate::engine::{
    Engine, Function, FunctionIdentity, Kind, Local, Mode, Need, NewEntry, Strategy,
};
use crate::store::{Blobs, Durability, Layout};

pub fn function() -> Function {
    Function::new(FunctionIdentity {
        name: "square".to_owned(),
        version: None,
        project: None,
        domain: None,
        kind: Kind::Memory,
        strategy: Strategy::InputHash,
        code: None,
    })
}

/// A small result.
pub fn entry(key: Digest) -> NewEntry<'static> {
    NewEntry {
        key,
        inputs: Digest::from_bytes([2; 32]),
        arguments: b"",
        structure: b"value",
        buffers: &[],
        created_at: 1.0,
        duration_ms: 1.0,
        overwrite: false,
        durability: Durability::Process,
        compression: Compression::default(),
        records: &[],
    }
}

/// A store as it is opened in this boot.
pub(super) fn open(path: &Path, boot: u64) -> Engine {
    let layout = Layout::new(path);
    let local = Arc::new(Local::in_boot(Blobs::new(&layout), boot));
    Engine::open(layout, Mode::ReadWrite, Need::Writing, local).unwrap()
}
