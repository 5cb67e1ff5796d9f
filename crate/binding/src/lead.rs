//! Who wants leases: this JavaScript thread, and how far they shall reach.

use std::cell::Cell;
use std::sync::atomic::{AtomicU32, Ordering};

use engram_core::sharing::{Lead, LeaseScope};

use crate::error::{Result, misused};

/// How misses of this thread take leases.
pub fn lead_of(single_flight: Option<&str>) -> Result<Option<Lead>> {
    let scope = match single_flight {
        None => return Ok(None),
        Some("shared") => LeaseScope::Store,
        Some("process") => LeaseScope::Process,
        Some(_) => return Err(misused("no such single-flight")),
    };
    Ok(Some(Lead { scope, thread: thread() }))
}

/// This JavaScript thread among those of the process.
pub fn thread() -> u32 {
    static LAST: AtomicU32 = AtomicU32::new(0);
    thread_local! {
        static THREAD: Cell<u32> = Cell::new(LAST.fetch_add(1, Ordering::Relaxed));
    }
    THREAD.get()
}
