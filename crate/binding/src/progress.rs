//! Whether long operations say how far they are.

use std::io::stderr;
use std::sync::atomic::{AtomicBool, Ordering};

use engram_core::progress::{STEP, Task, showing};
use napi_derive::napi;

/// A process has one terminal.
static IS_SHOWN: AtomicBool = AtomicBool::new(false);

/// From now on, operations of this process that take over a second say on stderr how far they are.
#[napi]
pub fn show_progress() {
    IS_SHOWN.store(true, Ordering::Relaxed);
}

/// Runs an operation that goes through so many bytes, so many times.
pub fn shown<T>(what: &'static str, bytes: u64, passes: u64, operation: impl FnOnce() -> T) -> T {
    if bytes < STEP as u64 || !IS_SHOWN.load(Ordering::Relaxed) {
        return operation();
    }
    showing(Task { what, bytes, passes }, stderr(), operation)
}
