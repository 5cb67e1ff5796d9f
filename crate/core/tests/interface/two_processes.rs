//! Two processes on one directory: what one stored the other finds, and the death of the owner costs nobody an entry.
//! The other process is this program, started again for one test.

#![expect(clippy::unwrap_used, reason = "what a test cannot do has failed")]

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;
use std::time::Duration;

use super::fixture::{Place, entry, function, keys, noise, recall};
use engram_core::engine::Mode;
use engram_core::sharing::{self, Role};

const DIRECTORY: &str = "ENGRAM_TEST_DIRECTORY";

/// The other process. It is killed when this is dropped.
struct Other {
    child: Child,
    told: ChildStdin,
    says: BufReader<ChildStdout>,
}

impl Other {
    /// Begins it with the test of this name.
    fn start(place: &Place, test: &str) -> Self {
        let test = format!("two_processes::{test}");
        let mut child = Command::new(env::current_exe().unwrap())
            .args([&test, "--exact", "--ignored", "--nocapture", "--test-threads=1"])
            .env(DIRECTORY, place.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let told = child.stdin.take().unwrap();
        let says = BufReader::new(child.stdout.take().unwrap());
        Self { child, told, says }
    }

    /// Waits until it says this, after whatever the test runner says.
    fn await_word(&mut self, word: &str) {
        let mut line = String::new();
        while !line.trim_end().ends_with(word) {
            line.clear();
            assert_ne!(
                self.says.read_line(&mut line).unwrap(),
                0,
                "it ended before it said {word}"
            );
        }
    }

    fn tell(&mut self) {
        writeln!(self.told).unwrap();
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn say(word: &str) {
    let mut out = std::io::stdout();
    writeln!(out, "{word}").unwrap();
    out.flush().unwrap();
}

fn is_told() {
    std::io::stdin().lock().read_line(&mut String::new()).unwrap();
}

#[test]
fn a_killed_owner_is_followed_by_its_client_and_nothing_is_lost() {
    let place = Place::new();
    let (square, buffer) = (function("square"), noise(1, 70_000));
    let keys = keys(&square, 4);
    let mut other = Other::start(&place, "owns_until_it_is_killed");
    other.await_word("stored");
    let store = place.open();
    let found = recall(store.store(), &square, &keys[0]).unwrap();
    assert_eq!(found, (b"of the other".to_vec(), vec![buffer.clone()]));
    assert_eq!(store.store().role(), Role::Client);
    assert!(
        store.store().commit(&square, &entry(keys[1], b"of the client", &[&buffer]), None).unwrap()
    );
    other.tell();
    other.await_word("found");
    other.child.kill().unwrap();
    other.child.wait().unwrap();
    assert!(store.store().commit(&square, &entry(keys[2], b"of the next", &[]), None).unwrap());
    assert_eq!(store.store().role(), Role::Owner);
    for (key, value) in keys.iter().zip(["of the other", "of the client", "of the next"]) {
        assert_eq!(recall(store.store(), &square, key).unwrap().0, value.as_bytes());
    }
}

#[test]
#[ignore = "the other process of the test above"]
fn owns_until_it_is_killed() {
    let Some(directory) = env::var_os(DIRECTORY) else { return };
    let store = sharing::open(directory.as_ref(), Mode::ReadWrite);
    let (square, buffer) = (function("square"), noise(1, 70_000));
    let keys = keys(&square, 2);
    store.store().commit(&square, &entry(keys[0], b"of the other", &[&buffer]), None).unwrap();
    assert_eq!(store.store().role(), Role::Owner);
    say("stored");
    is_told();
    assert_eq!(recall(store.store(), &square, &keys[1]).unwrap().0, b"of the client");
    say("found");
    thread::sleep(Duration::from_mins(1));
}

#[test]
fn clients_that_come_at_once_are_all_served_and_the_last_one_owns() {
    let place = Place::new();
    let square = function("square");
    let keys = keys(&square, 8);
    let store = place.open();
    assert!(store.store().commit(&square, &entry(keys[0], b"first", &[]), None).unwrap());
    let mut others: Vec<_> = (0..4).map(|_| Other::start(&place, "asks_and_stays")).collect();
    for other in &mut others {
        other.await_word("asked");
    }
    assert_eq!(store.store().role(), Role::Owner);
    drop(store);
    for other in &mut others {
        other.tell();
    }
    for other in &mut others {
        other.await_word("asked again");
    }
    drop(others);
    let store = place.open();
    assert_eq!(recall(store.store(), &square, &keys[0]).unwrap().0, b"first");
    assert_eq!(recall(store.store(), &square, &keys[1]).unwrap().0, b"second");
    assert_eq!(store.store().role(), Role::Owner);
}

#[test]
#[ignore = "the other processes of the test above"]
fn asks_and_stays() {
    let Some(directory) = env::var_os(DIRECTORY) else { return };
    let store = sharing::open(directory.as_ref(), Mode::ReadWrite);
    let square = function("square");
    let keys = keys(&square, 2);
    assert_eq!(recall(store.store(), &square, &keys[0]).unwrap().0, b"first");
    assert_eq!(store.store().role(), Role::Client);
    say("asked");
    is_told();
    // The owner has left: one of the clients is the next one.
    store.store().commit(&square, &entry(keys[1], b"second", &[]), None).unwrap();
    assert_eq!(recall(store.store(), &square, &keys[0]).unwrap().0, b"first");
    say("asked again");
    thread::sleep(Duration::from_mins(1));
}
