//! What these tests have in common: both ends of a connection, a function and a result.

use std::time::Duration;

pub use crate::engine::fixture::{entry, function};
use crate::sharing::socket::{Listener, Stream, connect, listen};
use crate::store::Layout;

const LONG: Duration = Duration::from_secs(20);

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
