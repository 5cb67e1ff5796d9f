//! Bytes that are no messages, to the owner and to a client: they end one connection, and nothing else happens.

use std::time::Duration;

use proptest::prelude::*;

use super::client::Client;
use super::connection::{Broken, Connection};
use super::protocol::{Answer, Hello, Note, PROTOCOL, Purpose, Request, Told, Welcome};
use super::socket::{self, Stream};
use super::socket_test::{accepted, exactly, pair, write_all};
use super::{Role, StoreHandle, open};
use crate::digest::Digest;
use crate::engine::{Function, FunctionIdentity, Kind, Mode, NewEntry, Strategy as KeyStrategy};
use crate::error::Error;
use crate::store::{Durability, Layout};

const MOMENT: Duration = Duration::from_millis(500);

fn function() -> Function {
    Function::new(FunctionIdentity {
        name: "f".to_owned(),
        version: None,
        project: None,
        domain: None,
        kind: Kind::Memory,
        strategy: KeyStrategy::InputHash,
        code: None,
    })
}

/// A store that this process owns, with one entry.
fn owned(directory: &tempfile::TempDir) -> (StoreHandle, Layout) {
    let store = open(&directory.path().join("store"), Mode::ReadWrite);
    let entry = NewEntry {
        key: Digest::from_bytes([1; 32]),
        inputs: Digest::from_bytes([2; 32]),
        arguments: b"",
        structure: b"value",
        buffers: &[],
        created_at: 1.0,
        duration_ms: 1.0,
        overwrite: false,
        durability: Durability::Process,
    };
    assert!(store.store().commit(&function(), &entry, None).unwrap());
    assert_eq!(store.store().role(), Role::Owner);
    let layout = Layout::new(store.store().location());
    (store, layout)
}

fn hello(purpose: Purpose, protocol: u32) -> [u8; Hello::LENGTH] {
    Hello { purpose, protocol, session: 7 }.encode()
}

/// Whether the other side ends the connection.
fn is_ended(stream: &Stream) -> bool {
    loop {
        match stream.read(&mut [0; 256], Some(MOMENT * 20)) {
            Ok(0) => return true,
            Ok(_) => {}
            Err(error) => return error.kind() != std::io::ErrorKind::TimedOut,
        }
    }
}

fn answers(layout: &Layout) -> bool {
    let (client, _reader) = Client::connect(layout, 8, MOMENT * 10).unwrap();
    let request = Request::Lookup {
        function: *function().prefix(),
        key: Digest::from_bytes([1; 32]),
        lead: None,
    };
    client.ask(&request, MOMENT * 10, |answer| Ok(matches!(answer, Answer::Row(_)))).unwrap()
}

#[test]
fn garbage_ends_the_connection_that_it_came_on_and_no_other() {
    let directory = tempfile::tempdir().unwrap();
    let (store, layout) = owned(&directory);
    let requests = hello(Purpose::Requests, PROTOCOL);
    let control = hello(Purpose::Control, PROTOCOL);
    let garbage: [Vec<u8>; 6] = [
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec(),
        vec![0xff; 4096],
        [requests.as_slice(), &u32::MAX.to_le_bytes()].concat(),
        [requests.as_slice(), &4_u32.to_le_bytes(), &[0xff; 4]].concat(),
        [control.as_slice(), &4_u32.to_le_bytes(), &[0xff; 4]].concat(),
        hello(Purpose::Requests, PROTOCOL + 1).to_vec(),
    ];
    for bytes in garbage {
        let stream = socket::connect(&layout).unwrap();
        write_all(&stream, &bytes);
        assert!(is_ended(&stream), "{:?} is taken", &bytes[..8]);
        assert!(answers(&layout));
    }
    assert_eq!(store.store().totals().unwrap().entries, 1);
}

#[test]
fn a_message_that_never_ends_takes_no_memory_ahead_and_nobody_elses_time() {
    let directory = tempfile::tempdir().unwrap();
    let (_store, layout) = owned(&directory);
    let stream = socket::connect(&layout).unwrap();
    write_all(&stream, &hello(Purpose::Requests, PROTOCOL));
    write_all(&stream, &(15_u32 << 20).to_le_bytes());
    assert!(answers(&layout));
}

#[test]
fn another_version_is_told_both_versions() {
    let directory = tempfile::tempdir().unwrap();
    let layout = Layout::new(directory.path());
    let listener = socket::listen(&layout).unwrap();
    let owner = std::thread::spawn(move || {
        let stream = accepted(&listener);
        exactly(&stream, Hello::LENGTH);
        let welcome = Welcome { is_welcome: false, protocol: PROTOCOL + 41 };
        write_all(&stream, &welcome.encode());
    });
    let error = Client::connect(&layout, 1, MOMENT).err().unwrap();
    assert!(matches!(&error, Error::Protocol(text) if text.contains(&(PROTOCOL + 41).to_string())));
    owner.join().unwrap();
}

#[test]
fn an_owner_that_says_nothing_is_unresponsive_and_one_that_says_nonsense_is_none() {
    let directory = tempfile::tempdir().unwrap();
    let layout = Layout::new(directory.path());
    assert!(matches!(Client::connect(&layout, 1, MOMENT), Err(Error::Disconnected)));
    let listener = socket::listen(&layout).unwrap();
    let nonsense = std::thread::spawn(move || {
        let _silent = accepted(&listener);
        let stream = accepted(&listener);
        exactly(&stream, Hello::LENGTH);
        write_all(&stream, &[0x42; 64]);
    });
    assert!(matches!(Client::connect(&layout, 1, MOMENT), Err(Error::Unresponsive(_))));
    assert!(matches!(Client::connect(&layout, 1, MOMENT * 20), Err(Error::Protocol(_))));
    nonsense.join().unwrap();
}

proptest! {
    #[test]
    fn no_bytes_make_reading_a_message_panic_or_take_memory(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = postcard::from_bytes::<Request<'_>>(&bytes);
        let _ = postcard::from_bytes::<Answer<'_>>(&bytes);
        let _ = postcard::from_bytes::<Note>(&bytes);
        let _ = postcard::from_bytes::<Told>(&bytes);
    }

    #[test]
    fn no_stream_of_bytes_makes_a_connection_panic_or_wait_for_ever(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let (here, there) = pair();
        let mut connection = Connection::new(here);
        write_all(&there, &bytes);
        drop(there);
        for _ in 0..100 {
            match connection.reader.receive::<Request<'_>>(Some(MOMENT)) {
                Ok(_) | Err(Broken::Malformed) => {}
                Err(Broken::Ended) => return Ok(()),
                Err(Broken::Silent) => prop_assert!(false, "the end was not seen"),
            }
        }
    }
}
