//! What connections promise, whichever way the system connects processes.

use std::io::ErrorKind;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use super::peer::{accepted, exactly, pair, write_all};
use crate::sharing::socket::{connect, listen};
use crate::store::Layout;

const MOMENT: Duration = Duration::from_millis(20);
const LONG: Duration = Duration::from_secs(20);

fn patterned(length: usize, seed: u8) -> Vec<u8> {
    (0..=250).cycle().take(length).map(|byte: u8| byte ^ seed).collect()
}

#[test]
fn both_ends_speak_at_once_and_say_much() {
    let (here, there) = pair();
    thread::scope(|scope| {
        for (stream, seed) in [(&here, 1), (&there, 2)] {
            scope.spawn(move || write_all(stream, &patterned(3 << 20, seed)));
        }
        for (stream, seed) in [(&here, 2), (&there, 1)] {
            scope.spawn(move || assert!(exactly(stream, 3 << 20) == patterned(3 << 20, seed)));
        }
    });
}

#[test]
fn silence_ends_a_wait_and_loses_nothing() {
    let (here, there) = pair();
    for number in 0..20 {
        let error = here.read(&mut [0; 8], Some(MOMENT / 20)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        write_all(&there, &[number; 5]);
        assert_eq!(exactly(&here, 5), [number; 5]);
    }
}

#[test]
fn an_end_that_takes_no_bytes_is_given_up() {
    let (here, _there) = pair();
    let error = loop {
        if let Err(error) = here.write(&[7; 4096], MOMENT) {
            break error;
        }
    };
    assert_eq!(error.kind(), ErrorKind::TimedOut);
}

#[test]
fn closing_wakes_whoever_reads_and_writes_here_and_there() {
    let (here, there) = pair();
    thread::scope(|scope| {
        let reading = [&here, &there].map(|stream| {
            scope.spawn(move || matches!(stream.read(&mut [0; 8], None), Ok(0) | Err(_)))
        });
        let writing = scope.spawn(|| {
            loop {
                // Ends only by an error: nobody reads so much.
                if let Err(error) = here.write(&[7; 4096], LONG) {
                    break error.kind() != ErrorKind::TimedOut;
                }
            }
        });
        thread::sleep(MOMENT);
        here.close();
        assert!(writing.join().unwrap());
        for reading in reading {
            // What was written before comes first.
            reading.join().unwrap();
        }
    });
    assert!(matches!(here.read(&mut [0; 8], None), Ok(0) | Err(_)));
    assert!(here.write(&[7], LONG).is_err());
}

#[test]
fn last_words_are_heard() {
    for is_closed in [true, false] {
        let (here, there) = pair();
        write_all(&here, b"last words");
        if is_closed {
            here.close();
        } else {
            drop(here);
        }
        assert_eq!(exactly(&there, 10), b"last words");
        assert!(matches!(there.read(&mut [0; 8], Some(LONG)), Ok(0)));
    }
}

#[test]
fn many_who_come_at_once_are_all_let_in() {
    const MANY: u8 = 64;
    let directory = tempfile::tempdir().unwrap();
    let layout = Layout::new(directory.path());
    let listener = listen(&layout).unwrap();
    let at_once = Barrier::new(usize::from(MANY));
    let mut heard = thread::scope(|scope| {
        for number in 0..MANY {
            let (layout, at_once) = (&layout, &at_once);
            scope.spawn(move || {
                at_once.wait();
                let stream = connect(layout).unwrap();
                write_all(&stream, &[number]);
                assert_eq!(exactly(&stream, 1), [number]);
            });
        }
        (0..MANY)
            .map(|_| {
                let stream = accepted(&listener);
                let word = exactly(&stream, 1);
                write_all(&stream, &word);
                word[0]
            })
            .collect::<Vec<_>>()
    });
    heard.sort_unstable();
    assert!(heard.into_iter().eq(0..MANY));
}

#[test]
fn who_came_and_went_is_in_nobodys_way() {
    let directory = tempfile::tempdir().unwrap();
    let layout = Layout::new(directory.path());
    let listener = listen(&layout).unwrap();
    assert!(!listener.wait(MOMENT));
    drop(connect(&layout).unwrap());
    thread::sleep(MOMENT);
    let client = thread::spawn(move || {
        let stream = connect(&layout).unwrap();
        write_all(&stream, b"I");
        exactly(&stream, 3)
    });
    loop {
        let stream = accepted(&listener);
        if matches!(stream.read(&mut [0; 1], Some(LONG)), Ok(1)) {
            write_all(&stream, b"you");
            break;
        }
    }
    assert_eq!(client.join().unwrap(), b"you");
}

#[test]
fn nobody_listens_before_the_first_and_after_the_last() {
    let directory = tempfile::tempdir().unwrap();
    let layout = Layout::new(directory.path());
    let is_nobody = |layout: &Layout| {
        connect(layout).err().is_some_and(|error| {
            matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused)
        })
    };
    assert!(is_nobody(&layout));
    drop(listen(&layout).unwrap());
    assert!(is_nobody(&layout));
    for nonsense in ["", "../../x", &"g".repeat(32), &"a".repeat(31)] {
        std::fs::remove_file(layout.socket()).unwrap();
        std::fs::write(layout.socket(), nonsense).unwrap();
        assert!(is_nobody(&layout), "{nonsense}");
    }
}

#[test]
fn stopping_wakes_the_listener() {
    let directory = tempfile::tempdir().unwrap();
    let layout = Layout::new(directory.path());
    let listener = Arc::new(listen(&layout).unwrap());
    let listening = Arc::clone(&listener);
    let listening = thread::spawn(move || listening.wait(LONG * 10));
    thread::sleep(MOMENT);
    listener.stop();
    listening.join().unwrap();
}

#[test]
fn the_next_owner_listens_while_clients_of_the_last_hold_on() {
    let directory = tempfile::tempdir().unwrap();
    let layout = Layout::new(directory.path());
    let listener = listen(&layout).unwrap();
    let client = connect(&layout).unwrap();
    let served = accepted(&listener);
    drop(listener);
    let next = listen(&layout).unwrap();
    let newcomer = connect(&layout).unwrap();
    write_all(&newcomer, b"new");
    assert_eq!(exactly(&accepted(&next), 3), b"new");
    write_all(&client, b"old");
    assert_eq!(exactly(&served, 3), b"old");
    assert!(served.is_same_user());
}
