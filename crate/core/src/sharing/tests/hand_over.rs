//! Messages on two connections come in any order, and an owner may go between any two: no lease may be left behind that
//! nobody knows of, as all who wait for its key would wait for ever.

use std::io::ErrorKind;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use super::peer::{exactly, function, write_all};
use crate::digest::Digest;
use crate::engine::{Mode, Need};
use crate::error::Error;
use crate::lease::{Ending, Turn};
use crate::sharing::client::Client;
use crate::sharing::connection::Connection;
use crate::sharing::greeting::{Hello, PROTOCOL, Purpose, Welcome};
use crate::sharing::lead::{Lead, LeaseScope};
use crate::sharing::note::{Note, Told};
use crate::sharing::operation::accesses::Accesses;
use crate::sharing::operation::contract::{Numbered, Operation};
use crate::sharing::operation::recall::{Found, Recall, Recalled};
use crate::sharing::operation::store_totals::StoreTotals;
use crate::sharing::registry::{StoreHandle, open};
use crate::sharing::role::{ActiveRole, Role};
use crate::sharing::socket::{self, Listener};
use crate::store::{Layout, OwnerLock};

const LONG: Duration = Duration::from_secs(10);
const MOMENT: Duration = Duration::from_millis(200);
const LEAD: Lead = Lead { scope: LeaseScope::Store, thread: 0 };
const KEY: Digest = Digest::from_bytes([1; 32]);

fn numbered(number: u16) -> Digest {
    let mut bytes = [7; 32];
    bytes[..2].copy_from_slice(&number.to_le_bytes());
    Digest::from_bytes(bytes)
}

fn store_in(directory: &tempfile::TempDir) -> (StoreHandle, Layout) {
    let path = directory.path().join("store");
    (open(&path, Mode::ReadWrite), Layout::new(path))
}

fn recall(store: &StoreHandle) -> Recalled {
    store.store().recall(&function(), &KEY, 0.0, &mut [0; 64], Some(LEAD)).unwrap()
}

/// Whether the next request asks for this.
fn is_asked<O: Operation>(requests: &mut Connection) -> bool {
    let message = requests.reader.receive_message(Some(LONG)).unwrap();
    postcard::take_from_bytes::<u32>(message).unwrap().0 == O::NUMBER
}

/// Lets in who connects, as an owner does.
fn admit(listener: &Listener) -> (Purpose, Connection) {
    assert!(listener.wait(LONG));
    let stream = listener.accept().unwrap();
    let hello = exactly(&stream, Hello::LENGTH).try_into().unwrap();
    write_all(&stream, &Welcome { is_welcome: true, protocol: PROTOCOL }.encode());
    (Hello::decode(hello).unwrap().purpose, Connection::new(stream))
}

// An owner was killed under load. A client stated to the next one that it computes a key, and stored the result at once.
// The two took different connections, and the owner's thread that had let the client in had no processor for a moment:
// the result came first, and ended a lease that was not known yet. The lease came next, for a run that was over. Nobody
// ever ended it, and who had waited for that run waited for ever.
#[test]
fn a_client_asks_nothing_before_the_owner_has_heard_what_it_holds() {
    let directory = tempfile::tempdir().unwrap();
    let (store, layout) = store_in(&directory);
    layout.create().unwrap();
    let _lock = OwnerLock::exclusive(&layout).unwrap();
    let listener = socket::listen(&layout).unwrap();
    let (done, is_done) = mpsc::channel();
    let asking = thread::spawn(move || {
        let recall = recall(&store);
        done.send(()).unwrap();
        (store, recall)
    });
    let (purpose, mut control) = admit(&listener);
    assert_eq!(purpose, Purpose::Control);
    assert!(matches!(control.reader.receive(Some(LONG)), Ok(Note::Restated)));
    assert!(matches!(control.reader.receive(Some(LONG)), Ok(Note::Ping)));
    assert!(!listener.wait(MOMENT), "a request overtakes what is restated");
    control.writer.send(&Told::Pong).unwrap();
    let (purpose, mut requests) = admit(&listener);
    assert_eq!(purpose, Purpose::Requests);
    assert!(is_asked::<Recall>(&mut requests));
    requests.writer.send(&Found::Missing { granted: true }).unwrap();
    is_done.recv_timeout(LONG).unwrap();
    let (_store, recall) = asking.join().unwrap();
    assert!(matches!(recall, Recalled::Miss(_)));
    assert!(listener.accept().is_err_and(|error| error.kind() == ErrorKind::WouldBlock));
}

/// A connection of another session than the store's own.
fn connect(layout: &Layout, purpose: Purpose) -> Connection {
    let mut connection = Connection::new(socket::connect(layout).unwrap());
    let hello = Hello { purpose, protocol: PROTOCOL, session: 7 };
    connection.writer.send_bytes(&hello.encode()).unwrap();
    let welcome = connection.reader.receive_bytes(Some(LONG)).unwrap();
    assert!(Welcome::decode(welcome).unwrap().is_welcome);
    connection
}

/// A session has begun once its first question on the control connection is answered.
fn begin_session(layout: &Layout) -> Connection {
    let mut control = connect(layout, Purpose::Control);
    control.writer.send(&Note::Ping).unwrap();
    assert!(matches!(control.reader.receive(Some(LONG)), Ok(Told::Pong)));
    control
}

/// Recalls what is not there, to compute it.
fn is_granted(requests: &mut Connection) -> bool {
    let recall = Recall { function: *function().prefix(), key: KEY, lead: Some(0) };
    requests.writer.send(&(Recall::NUMBER, recall)).unwrap();
    match requests.reader.receive(Some(LONG)) {
        Ok(Found::Missing { granted }) => granted,
        other => panic!("{other:?}"),
    }
}

/// A store that this process owns and serves.
fn served_in(directory: &tempfile::TempDir) -> (StoreHandle, Layout) {
    let (store, layout) = store_in(directory);
    store.store().acquire(&Digest::from_bytes([2; 32]), LEAD);
    assert_eq!(store.store().role(), Role::Owner);
    (store, layout)
}

// A client was killed just after it had asked for a lease. The owner's threads heard of its end first, and took the
// question out of the socket later: they granted the lease to a session that was over. All who asked for the key waited.
#[test]
fn who_is_dead_is_granted_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let (store, layout) = served_in(&directory);
    let control = begin_session(&layout);
    let mut requests = connect(&layout, Purpose::Requests);
    drop(control);
    while store.store().is_shared() {
        thread::yield_now();
    }
    assert!(!is_granted(&mut requests));
    assert!(matches!(recall(&store), Recalled::Miss(_)), "it waits for the dead");
}

// A client that had lost its owner came to the next one by a request connection before it knew: a lease that it was
// granted on that one was none of those that it knew of.
#[test]
fn a_connection_that_was_there_before_the_session_is_granted_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let (store, layout) = served_in(&directory);
    let mut early = connect(&layout, Purpose::Requests);
    let _control = begin_session(&layout);
    assert!(!is_granted(&mut early));
    assert!(is_granted(&mut connect(&layout, Purpose::Requests)));
    // Nor after the client came back.
    let mut before = connect(&layout, Purpose::Requests);
    let _again = begin_session(&layout);
    assert!(!is_granted(&mut before));
    assert!(matches!(recall(&store), Recalled::Miss(_)));
}

#[test]
fn a_session_that_has_ended_asks_nobody_who_came_later() {
    let directory = tempfile::tempdir().unwrap();
    let (_store, layout) = served_in(&directory);
    let (client, _reader) = Client::connect(&layout, 7, LONG).unwrap();
    client.close();
    let outcome = client.ask(&StoreTotals);
    assert!(matches!(outcome, Err(Error::Disconnected)));
}

/// A client of an owner that the test plays.
struct Joined {
    store: StoreHandle,
    client: Arc<Client>,
    lock: OwnerLock,
    listener: Listener,
    control: Connection,
}

fn joined(directory: &tempfile::TempDir) -> Joined {
    let (store, layout) = store_in(directory);
    layout.create().unwrap();
    let lock = OwnerLock::exclusive(&layout).unwrap();
    let listener = socket::listen(&layout).unwrap();
    let joining = thread::spawn(move || {
        let (_, mut control) = admit(&listener);
        while !matches!(control.reader.receive(Some(LONG)), Ok(Note::Ping)) {}
        control.writer.send(&Told::Pong).unwrap();
        (listener, control)
    });
    let Ok(Some(ActiveRole::Client(client))) = store.store().reach(Need::Reading) else { panic!() };
    let (listener, control) = joining.join().unwrap();
    Joined { store, client, lock, listener, control }
}

// An owner granted a lease with its last words. Another thread of the client had found out by then that it was gone, and
// was about to tell the next one of the wait: the lease would have been unknown to that one, and the key run twice.
#[test]
fn what_an_owner_grants_that_has_gone_is_void() {
    let directory = tempfile::tempdir().unwrap();
    let Joined { store, client, lock, listener, mut control } = joined(&directory);
    let (tell, told) = mpsc::channel();
    let tell = Box::new(move |turn| tell.send(turn).unwrap());
    let id = store.store().wait(&KEY, LEAD, Vec::new(), false, tell);
    assert!(matches!(control.reader.receive(Some(LONG)), Ok(Note::Wait { .. })));

    let state = store.store().role.write();
    let waits = store.store().waits.lock();
    control.writer.send(&Told::Turn { key: KEY, thread: 0, id, turn: Turn::Granted }).unwrap();
    thread::sleep(MOMENT);
    client.close();
    drop(waits);
    assert!(
        told.recv_timeout(MOMENT).is_err(),
        "it runs with a lease that the next one grants too"
    );
    drop((listener, control, lock));
    drop(state);
    assert_eq!(told.recv_timeout(LONG).unwrap(), Turn::Granted);
    assert_eq!(store.store().role(), Role::Owner);
}

// A process ended while its owner was stopped. It had many uses of entries to tell, in parts, and waited in vain for the
// answer to each part.
#[test]
fn an_owner_that_does_not_answer_is_told_one_part_on_closing() {
    let directory = tempfile::tempdir().unwrap();
    let Joined { store, lock: _lock, listener, control: _control, .. } = joined(&directory);
    let mut recent = store.store().local.recent.lock();
    for number in 0..10_000 {
        recent.note(&numbered(number), 0.0);
    }
    drop(recent);
    let closing = thread::spawn(move || drop(store));
    let (_, mut requests) = admit(&listener);
    assert!(is_asked::<Accesses<'_>>(&mut requests));
    while !closing.is_finished() {
        assert!(!listener.wait(MOMENT), "it is told the next part");
    }
}

// A process was stopped (Ctrl+Z) while it waited for the results of hundreds of calls. The socket took no more of what the
// owner had to say, and the owner's own thread stood still for five seconds; then the process had lost all of its waits.
#[test]
fn who_does_not_listen_holds_nobody_up_and_hears_everything_later() {
    let directory = tempfile::tempdir().unwrap();
    let (store, layout) = served_in(&directory);
    let store = store.store();
    let keys: Vec<_> = (0..2000).map(numbered).collect();
    assert!(keys.iter().all(|key| store.acquire(key, LEAD)));
    let mut control = connect(&layout, Purpose::Control);
    for (id, key) in (0..).zip(&keys) {
        let (thread, blocked) = (0, Vec::new());
        let wait = Note::Wait { key: *key, thread, id, blocked, is_blocking: false };
        control.writer.send(&wait).unwrap();
    }
    control.writer.send(&Note::Ping).unwrap();
    assert!(matches!(control.reader.receive(Some(LONG)), Ok(Told::Pong)));
    for key in &keys {
        store.release(key, LEAD, Ending::Unstored);
    }
    for expected in 0..2000 {
        match control.reader.receive(Some(LONG)) {
            Ok(Told::Turn { id, turn: Turn::Free, .. }) => assert_eq!(id, expected),
            other => panic!("{other:?} instead of {expected}"),
        }
    }
}
