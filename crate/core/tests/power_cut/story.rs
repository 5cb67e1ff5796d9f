//! [`Story`]: a run of the engine that is recorded.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use engram_core::engine::{Engine, Function, Local, Mode, Need, NewEntry, RecordId, RecordRow};
use engram_core::error::{Error, Result};
use engram_core::store::{Blobs, Disk, Durability, Layout, RealDisk};

use super::event::{Change, Event, Number};
use super::fixture::{Value, entry, function, noise, read};
use super::recorder::Recorder;
use super::recording_disk::RecordingDisk;

/// The boot in which stories begin.
pub const FIRST_BOOT: u64 = 1001;
/// Values are numbered below this.
pub const VALUES: Number = 16;

static MADE: LazyLock<Vec<Value>> = LazyLock::new(|| (0..VALUES).map(make).collect());

/// What the number stands for.
pub fn value(number: Number) -> &'static Value {
    &MADE[number]
}

/// An inline value, a structure in a blob, buffers of which one is shared, or the shared one alone.
fn make(number: Number) -> Value {
    let own = number as u64;
    let shared = noise(1000, 3000);
    match number % 4 {
        0 => (noise(own, 300), Vec::new()),
        1 => (noise(own, 66_000), Vec::new()),
        2 => (noise(own, 10), vec![noise(own, 5000), shared]),
        _ => (noise(own, 10), vec![shared]),
    }
}

pub struct Story {
    top: PathBuf,
    pub recorder: Arc<Recorder>,
    store: Option<Engine>,
    boot: u64,
    square: Function,
}

impl Story {
    /// Begins in a directory of which everything is on the disk.
    pub fn new(top: &Path, boot: u64) -> Self {
        let recorder = Recorder::new(top);
        let square = function("square");
        Self { top: top.to_owned(), recorder, store: None, boot, square }
    }

    /// Runs an operation on the store, opened if need be: again where the engine says that it must be opened anew.
    fn on<T>(&mut self, operation: impl Fn(&Engine) -> Result<T>) -> Result<T> {
        loop {
            let store = match self.store.take() {
                Some(store) => store,
                None => self.open()?,
            };
            let outcome = operation(&store);
            if !matches!(outcome, Err(Error::Lost(_))) {
                self.store = Some(store);
                return outcome;
            }
        }
    }

    fn open(&self) -> Result<Engine> {
        let disk = Arc::new(RecordingDisk(Arc::clone(&self.recorder)));
        open_on(disk, &self.top.join("store"), self.boot)
    }

    /// Closes the store; the next change opens it again.
    pub fn close(&mut self) {
        self.store = None;
    }

    /// Stores a value whether there is one or not. False when that failed.
    pub fn put(&mut self, key: Number, value: Number, durability: Durability) -> bool {
        self.commit(key, value, durability, true)
    }

    /// Stores a value unless there is one, which must be the same. False when that failed.
    pub fn put_once(&mut self, key: Number, value: Number, durability: Durability) -> bool {
        self.commit(key, value, durability, false)
    }

    fn commit(
        &mut self,
        key: Number,
        number: Number,
        durability: Durability,
        overwrite: bool,
    ) -> bool {
        let (structure, buffers) = value(number);
        let buffers: Vec<&[u8]> = buffers.iter().map(Vec::as_slice).collect();
        let square = self.square.clone();
        let call = square.call_key(&key.to_le_bytes());
        let records = [kept(key, number)];
        let new = NewEntry {
            overwrite,
            durability,
            records: &records,
            ..entry(call, structure, &buffers)
        };
        let change = Change { key, value: Some(number), durability };
        self.recorder.started(&change);
        let is_done = self.on(|store| store.commit(&square, &new)).is_ok();
        if is_done {
            self.recorder.acknowledged(&change);
        }
        is_done
    }

    pub fn forget(&mut self, key: Number) {
        let square = self.square.clone();
        let change = Change { key, value: None, durability: Durability::Process };
        self.recorder.started(&change);
        let call = square.call_key(&key.to_le_bytes());
        if self.on(|store| store.forget(square.prefix(), &call)).is_ok() {
            self.recorder.acknowledged(&change);
        }
    }

    /// What is found under a key.
    pub fn recall(&mut self, key: Number) -> Option<Number> {
        let square = self.square.clone();
        self.on(|store| Ok(recalled(store, &square, key))).unwrap()
    }

    /// Closes the store, and tells everything that happened.
    pub fn end(mut self) -> Vec<Event> {
        self.close();
        self.recorder.events()
    }
}

/// An engine on a state as a cut left it.
pub fn open(path: &Path, boot: u64) -> Engine {
    open_on(Arc::new(RealDisk), path, boot).unwrap()
}

fn open_on(disk: Arc<dyn Disk>, path: &Path, boot: u64) -> Result<Engine> {
    let layout = Layout::new(path);
    let local = Arc::new(Local::in_boot(Blobs::on(disk, &layout, "5e55"), boot));
    let need = if layout.exists() { Need::Reading } else { Need::Writing };
    Engine::open(layout, Mode::ReadWrite, need, local)
}

/// What is kept of each run of the story.
fn kept(key: Number, value: Number) -> RecordRow {
    let [kind, name, id] = ["run", "story", "1"].map(str::to_owned);
    let record = RecordId { kind, name, began_at: 1, id };
    RecordRow { record, part: Some(name_of_kept(key, value)), value: Vec::new() }
}

/// What is kept of runs: the names of the parts.
pub fn all_kept(store: &Engine) -> Vec<String> {
    let parts = store.record_parts(&kept(0, 0).record).unwrap();
    parts.into_iter().map(|(part, _)| part).collect()
}

/// The name of the part that is kept of the run whose value was stored under this key.
pub fn name_of_kept(key: Number, value: Number) -> String {
    format!("{key} {value}")
}

/// The number of the value under a key; `None` for a miss. Panics for a value that is none of ours.
pub fn recalled(store: &Engine, square: &Function, key: Number) -> Option<Number> {
    let found = store.load(square.prefix(), &square.call_key(&key.to_le_bytes())).unwrap().ok()?;
    let found = (found.structure, read(&found.buffers, |blob| store.open_blob(blob))?);
    Some((0..VALUES).find(|number| *value(*number) == found).expect("a value that nobody stored"))
}
