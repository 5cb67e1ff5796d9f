//! The power is cut after every single operation, and every state that the disk may be in then is opened.

#![cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
#![expect(clippy::unwrap_used, reason = "what a test cannot do has failed")]

mod cut;
mod event;
#[path = "../fixture/mod.rs"]
mod fixture;
mod model;
mod oracle;
mod recorder;
mod recording_disk;
mod story;
mod syncs;

use std::path::Path;
use std::time::Duration;

use engram_core::store::Durability::{self, Power, Process};

use cut::{assert_every_cut, memory};
use event::{Change, Event};
use model::Model;
use oracle::{End, Oracle};
use recorder::Fault;
use story::{FIRST_BOOT, Story};

/// How many states are opened after each operation, at most.
const STATES: usize = 3;

fn recorded(tell: impl FnOnce(&mut Story)) -> Vec<Event> {
    let directory = memory();
    let mut story = Story::new(directory.path(), FIRST_BOOT);
    tell(&mut story);
    story.end()
}

/// Every kind of value is stored, shared, replaced, repeated and dropped.
fn usual(story: &mut Story, durability: Durability) {
    for number in 0..4 {
        story.put(number, number, durability);
    }
    story.put(0, 6, durability);
    story.put(1, 5, durability);
    story.put(2, 2, durability);
    story.forget(3);
    story.put(3, 4, durability);
}

/// The same after far more states and a longer story.
fn long(story: &mut Story, durability: Durability) {
    for _ in 0..2 {
        usual(story, durability);
        story.close();
        story.put(5, 7, Process);
        story.put(6, 9, durability);
        story.put(7, 7, durability);
        story.forget(5);
    }
}

#[test]
#[ignore = "takes minutes"]
fn nothing_is_lost_or_wrong_in_very_many_states() {
    for durability in [Power, Process] {
        assert_every_cut(&recorded(|story| long(story, durability)), 400);
    }
}

#[test]
fn nothing_acknowledged_for_power_is_lost() {
    assert_every_cut(&recorded(|story| usual(story, Power)), STATES);
}

#[test]
fn no_value_is_wrong_after_a_power_cut_without_syncs() {
    assert_every_cut(&recorded(|story| usual(story, Process)), STATES);
}

/// A log that an earlier opening left is replayed before those that were synced.
#[test]
fn power_entries_outlive_unsynced_logs_of_earlier_openings() {
    let events = recorded(|story| {
        for round in 0..2 {
            story.put(round, 0, Process);
            story.put(round + 4, 2, Process);
            story.close();
        }
        story.put(2, 4, Power);
        story.put(3, 1, Power);
        story.close();
        story.put(6, 8, Process);
    });
    assert_every_cut(&events, STATES);
}

/// An unsynced file must not come in the place of a synced one of the same bytes.
#[test]
fn power_entries_outlive_unsynced_entries_that_share_their_blobs() {
    let events = recorded(|story| {
        story.put(0, 3, Power);
        story.put(1, 2, Process);
        story.put(2, 3, Process);
        story.forget(2);
        story.put(3, 2, Power);
        story.forget(1);
    });
    assert_every_cut(&events, STATES);
}

#[test]
fn an_unsynced_entry_is_no_answer_to_who_asks_for_power() {
    let events = recorded(|story| {
        for number in [0, 1, 2] {
            story.put(number, number, Process);
            assert!(story.put_once(number, number, Power));
        }
    });
    assert_every_cut(&events, STATES);
}

/// A blob torn in one boot is written anew, unsynced, in the next, and the entry that it was torn from is verified.
#[test]
fn what_was_verified_in_one_boot_is_on_the_disk_in_the_next() {
    let directory = memory();
    let mut first = Story::new(directory.path(), FIRST_BOOT);
    first.put(0, 3, Process);
    first.close();
    drop(first);
    tear(&directory.path().join("store/blobs"));
    let mut second = Story::new(directory.path(), FIRST_BOOT + 2);
    assert_eq!(second.recall(0), None);
    // What the first boot acknowledged is in the oracle's eyes begun again here.
    second.put(1, 3, Process);
    assert_eq!(second.recall(0), Some(3));
    second.close();
    second.put(2, 0, Process);
    let mut events = second.end();
    let known = Change { key: 0, value: Some(3), durability: Process };
    events.insert(0, Event::Started(known));
    cut::assert_every_cut_in(&events, STATES, FIRST_BOOT + 2);
}

fn tear(folder: &Path) {
    for path in fixture::files_below(folder) {
        let length = std::fs::metadata(&path).unwrap().len();
        std::fs::write(path, vec![0; usize::try_from(length).unwrap()]).unwrap();
    }
}

/// The disk is full, the disk is broken, the permission is gone.
const ERRORS: [i32; 3] = [28, 5, 13];

/// Tells the usual story once for each operation that can fail, until none is left to fail.
fn failing(durability: Durability, code: i32, mut judge: impl FnMut(&[Event])) {
    for at in 0.. {
        let mut is_over = false;
        let events = recorded(|story| {
            story.put(8, 2, durability);
            story.put(9, 0, durability);
            story.recorder.fail(Fault { at, code });
            usual(story, durability);
            is_over = story.recorder.spare();
            let done = Oracle::after(&story.recorder.events(), End::Killed);
            for (key, allowed) in &done.0 {
                let found = story.recall(*key);
                assert!(allowed.contains(&found), "operation {at}: {key} is {found:?}");
            }
            // The store is as good as before, but for the moment that RocksDB takes to believe in room on the disk.
            let is_well = (0..500).any(|attempt| {
                std::thread::sleep(Duration::from_millis(if attempt == 0 { 0 } else { 20 }));
                story.put(10, 2, durability)
            });
            assert!(is_well, "operation {at} with {code}");
        });
        judge(&events);
        if is_over {
            return;
        }
    }
}

#[test]
fn a_failed_operation_loses_nothing_acknowledged() {
    for code in ERRORS {
        failing(Power, code, cut::assert_end);
    }
    failing(Process, ERRORS[0], cut::assert_end);
}

#[test]
fn a_power_cut_after_a_failed_operation_loses_nothing_acknowledged() {
    failing(Power, 5, |events| cut::assert_last_cuts(events, 6));
}

/// The model itself: without it finding torn files, the tests above would show nothing.
#[test]
fn the_model_tears_what_was_not_synced() {
    let events = recorded(|story| {
        story.put(0, 1, Process);
    });
    let points = points_after(&events);
    assert!(points.iter().map(model::Point::choices).product::<usize>() > 100);
    let synced = recorded(|story| {
        story.put(0, 1, Power);
    });
    let last = synced.iter().rposition(|event| matches!(event, Event::Acknowledged(_))).unwrap();
    let points = points_after(&synced[..=last]);
    assert!(points.is_empty(), "{points:?}");
}

fn points_after(events: &[Event]) -> Vec<model::Point> {
    let mut model = Model::default();
    for event in events {
        model.apply(event);
    }
    model.points()
}
