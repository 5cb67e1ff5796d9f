//! Bytes that are no messages, to the owner and to a client: they end one connection, and nothing else happens.

use std::time::Duration;

use proptest::prelude::*;

use super::peer::{accepted, entry, exactly, function, pair, write_all};
use crate::digest::Digest;
use crate::engine::{Mode, Need};
use crate::error::Error;
use crate::sharing::asker::Asker;
use crate::sharing::client::Client;
use crate::sharing::connection::{Broken, Connection, read};
use crate::sharing::greeting::{Hello, PROTOCOL, Purpose, Welcome};
use crate::sharing::note::{Note, Told};
use crate::sharing::operation::contract::{Answer, Operation};
use crate::sharing::operation::explain::Explain;
use crate::sharing::operation::info::Info;
use crate::sharing::operation::list::List;
use crate::sharing::operation::recall::{Found, Recall};
use crate::sharing::operation::table::answer;
use crate::sharing::operation::totals_by_name::TotalsByName;
use crate::sharing::registry::{StoreHandle, open};
use crate::sharing::role::{ActiveRole, Role};
use crate::sharing::socket::{self, Stream};
use crate::store::Layout;

const MOMENT: Duration = Duration::from_millis(500);

/// A store that this process owns, with one entry.
fn owned(directory: &tempfile::TempDir) -> (StoreHandle, Layout) {
    let store = open(&directory.path().join("store"), Mode::ReadWrite);
    let entry = entry(Digest::from_bytes([1; 32]));
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
    let key = Digest::from_bytes([1; 32]);
    let recall = Recall { function: *function().prefix(), key, lead: None };
    client.ask_with(&recall, |found| matches!(found, Found::Row(_))).unwrap()
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

#[test]
fn no_request_makes_the_owner_panic_or_take_memory() {
    let directory = tempfile::tempdir().unwrap();
    let (store, _layout) = owned(&directory);
    let Ok(Some(ActiveRole::Owner(owner))) = store.store().reach(Need::Reading) else { panic!() };
    proptest!(|(number in 0..20_u8, fields in prop::collection::vec(any::<u8>(), 0..300))| {
        let (here, _there) = pair();
        let mut writer = Connection::new(here).writer;
        let message = [&[number], fields.as_slice()].concat();
        let _ = answer(&message, &Asker::client(&owner, 7, None), &mut writer);
    });
}

fn hear<O: Operation>(bytes: &[u8]) {
    let (here, there) = pair();
    let length = u32::try_from(bytes.len()).unwrap().to_le_bytes();
    write_all(&there, &[&length, bytes].concat());
    drop(there);
    let _ = O::Answer::receive(&mut Connection::new(here).reader, MOMENT);
}

proptest! {
    #[test]
    fn no_answer_makes_a_client_panic_or_take_memory(
        number in 0..13_u8,
        rest in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let bytes = [&[number], rest.as_slice()].concat();
        hear::<Recall>(&bytes);
        hear::<Info>(&bytes);
        hear::<List>(&bytes);
        hear::<TotalsByName>(&bytes);
        hear::<Explain<'_>>(&bytes);
    }

    #[test]
    fn nothing_said_on_a_control_connection_makes_anyone_panic_or_take_memory(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let _ = read::<Note>(&bytes);
        let _ = read::<Told>(&bytes);
    }

    #[test]
    fn no_stream_of_bytes_makes_a_connection_panic_or_wait_for_ever(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let (here, there) = pair();
        let mut connection = Connection::new(here);
        write_all(&there, &bytes);
        drop(there);
        for _ in 0..100 {
            match connection.reader.receive::<Note>(Some(MOMENT)) {
                Ok(_) | Err(Broken::Malformed) => {}
                Err(Broken::Ended) => return Ok(()),
                Err(Broken::Silent) => prop_assert!(false, "the end was not seen"),
            }
        }
    }
}
