//! A listing of the store: every entry once, newest first, and in memory only what is looked at.

#![allow(clippy::unwrap_used, reason = "clippy takes only the tests themselves for tests")]

use std::alloc::{GlobalAlloc, Layout as Block, System};
use std::cell::Cell;
use std::path::Path;
use std::sync::Arc;

use engram_core::codec::Compression;
use engram_core::digest::Digest;
use engram_core::engine::{
    Engine, EntryInfo, Function, FunctionIdentity, Kind, Local, Mode, Need, NewEntry, Strategy,
};
use engram_core::store::{Blobs, Durability, Layout};

/// Entries that are asked for together.
const PAGE: usize = 256;

/// Counts what this thread has allocated.
struct Counting;

thread_local! {
    static HELD: Cell<usize> = const { Cell::new(0) };
    static MOST: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call goes to the system's allocator as it came; the counters allocate nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, block: Block) -> *mut u8 {
        HELD.set(HELD.get() + block.size());
        MOST.set(MOST.get().max(HELD.get()));
        // SAFETY: as the caller promises.
        unsafe { System.alloc(block) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, block: Block) {
        // What another thread allocated was not counted here.
        HELD.set(HELD.get().saturating_sub(block.size()));
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(memory, block) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The most bytes that `operation` had allocated at once.
fn most_held<T>(operation: impl FnOnce() -> T) -> (usize, T) {
    let before = HELD.get();
    MOST.set(before);
    let outcome = operation();
    (MOST.get() - before, outcome)
}

fn open(directory: &Path) -> Engine {
    let layout = Layout::new(directory.join("store"));
    let local = Arc::new(Local::new(Blobs::new(&layout)));
    Engine::open(layout, Mode::ReadWrite, Need::Writing, local).unwrap()
}

/// A function of which much is to be told.
fn function() -> Function {
    Function::new(FunctionIdentity {
        name: format!("{}#load", "shop/".repeat(40)),
        version: Some("1".repeat(40)),
        project: None,
        domain: None,
        kind: Kind::Memory,
        strategy: Strategy::InputHash,
        code: None,
    })
}

fn commit(engine: &Engine, number: u32, created_at: f64) -> Digest {
    let function = function();
    let key = function.call_key(&number.to_le_bytes());
    let entry = NewEntry {
        key,
        inputs: key,
        arguments: b"",
        structure: b"value",
        buffers: &[],
        created_at,
        duration_ms: 5.0,
        overwrite: false,
        durability: Durability::Process,
        compression: Compression::default(),
        records: &[],
    };
    assert!(engine.commit(&function, &entry).unwrap());
    key
}

fn infos(engine: &Engine) -> Vec<EntryInfo> {
    let entries = engine.list(None).unwrap();
    entries.chunks(PAGE).flat_map(|page| engine.infos(page).unwrap()).collect()
}

#[test]
fn pages_hold_every_entry_once_and_the_newest_first() {
    let directory = tempfile::tempdir().unwrap();
    let engine = open(directory.path());
    let mut keys: Vec<_> =
        (0..1000).map(|number| commit(&engine, number, f64::from(number * 7 % 1000))).collect();
    let listed = infos(&engine);
    assert!(listed.is_sorted_by(|one, next| one.created_at > next.created_at));
    let mut found: Vec<_> = listed.iter().map(|info| info.key).collect();
    keys.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, keys);
    assert_eq!(listed[0].function.as_ref(), Some(function().identity()));
}

#[test]
fn what_has_gone_since_is_left_out_and_what_came_since_is_not_there() {
    let directory = tempfile::tempdir().unwrap();
    let engine = open(directory.path());
    let keys: Vec<_> = (0..3).map(|number| commit(&engine, number, 0.0)).collect();
    let entries = engine.list(None).unwrap();
    assert!(engine.forget(function().prefix(), &keys[1]).unwrap());
    commit(&engine, 3, 0.0);
    let listed: Vec<_> = engine.infos(&entries).unwrap().iter().map(|info| info.key).collect();
    assert_eq!(listed.len(), 2);
    assert!(listed.contains(&keys[0]) && listed.contains(&keys[2]));
}

/// All facts were collected before the first was looked at: 50 MB for 100,000 entries.
#[test]
fn a_listing_takes_little_memory_however_many_entries_there_are() {
    const ENTRIES: u32 = 20_000;
    let directory = tempfile::tempdir().unwrap();
    let engine = open(directory.path());
    for number in 0..ENTRIES {
        commit(&engine, number, f64::from(number));
    }
    let (held, entries) = most_held(|| engine.list(None).unwrap());
    assert_eq!(entries.len(), ENTRIES as usize);
    assert!(held < 200 * entries.len(), "{held} bytes");
    let (held, ()) = most_held(|| {
        for page in entries.chunks(PAGE) {
            assert_eq!(engine.infos(page).unwrap().len(), page.len());
        }
    });
    assert!(held < 2048 * PAGE, "{held} bytes");
}
