//! What these tests have in common: both ends of a connection, a function and a result.

use std::time::Duration;

use crate::codec::Compression;
use crate::digest::Digest;
use crate::engine::{Function, FunctionIdentity, Kind, NewEntry, Strategy};
use crate::sharing::socket::{Listener, Stream, connect, listen};
use crate::store::{Durability, Layout};

const LONG: Duration = Duration::from_secs(20);

pub fn function() -> Function {
    Function::new(FunctionIdentity {
        name: "f".to_owned(),
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

pub fn accepted(listener: &Listener) -> Stream {
    while !listener.wait(LONG) {}
    listener.accept().unwrap()
}

/// Both ends of a connection. The listener is gone.
pub fn pair() -> (Stream, Stream) {
    let directory = tempfile::tempdir().unwrap();
    let layout = Layout::new(directory.path());
    let listener = listen(&layout).unwrap();
    let there = connect(&layout).unwrap();
    (accepted(&listener), there)
}

pub fn write_all(stream: &Stream, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        bytes = &bytes[stream.write(bytes, LONG).unwrap()..];
    }
}

pub fn exactly(stream: &Stream, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    let mut have = 0;
    while have < length {
        let read = stream.read(&mut bytes[have..], Some(LONG)).unwrap();
        assert_ne!(read, 0, "it ended after {have} of {length} bytes");
        have += read;
    }
    bytes
}
