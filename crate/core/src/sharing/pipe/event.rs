//! [`Event`]: something that has happened, or has not yet.

use std::io;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::ptr;
use std::time::Duration;

use windows_sys::Win32::Foundation::{HANDLE, WAIT_OBJECT_0};
use windows_sys::Win32::System::Threading::{
    CreateEventW, INFINITE, SetEvent, WaitForMultipleObjects,
};

/// An event of the kernel's, which stays set until an operation that it is given to begins.
#[derive(Debug)]
pub struct Event(OwnedHandle);

impl Event {
    /// One that has not happened yet.
    ///
    /// # Errors
    ///
    /// What the operating system says, as when it has no room.
    pub fn new() -> io::Result<Self> {
        // SAFETY: without attributes and name, nothing is pointed to.
        let event = unsafe { CreateEventW(ptr::null(), 1, 0, ptr::null()) };
        if event.is_null() {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: it is open, and nobody else's.
        Ok(Self(unsafe { OwnedHandle::from_raw_handle(event) }))
    }

    /// From now on, it has happened.
    pub fn set(&self) {
        // SAFETY: the handle is an event's, and open as long as `self` lives.
        unsafe { SetEvent(self.handle()) };
    }

    /// Waits for it. False when it does not happen in time.
    pub fn wait(&self, patience: Duration) -> bool {
        first_of(&[self], Some(patience)) == Some(0)
    }

    pub(super) fn handle(&self) -> HANDLE {
        self.0.as_raw_handle()
    }
}

/// Waits until one of `events` has happened, at most 64. Says which, the first of them if several have; `None` when none
/// happens in time.
pub fn first_of(events: &[&Event], patience: Option<Duration>) -> Option<usize> {
    let handles: Vec<HANDLE> = events.iter().map(|event| event.handle()).collect();
    let count = u32::try_from(handles.len()).ok()?;
    // SAFETY: `handles` has `count` handles of events, which are open as long as `events` is borrowed.
    let outcome =
        unsafe { WaitForMultipleObjects(count, handles.as_ptr(), 0, milliseconds(patience)) };
    let position = usize::try_from(outcome.checked_sub(WAIT_OBJECT_0)?).ok()?;
    (position < handles.len()).then_some(position)
}

/// Never less than asked for.
fn milliseconds(patience: Option<Duration>) -> u32 {
    let Some(patience) = patience else { return INFINITE };
    let rounded_up = patience.as_nanos().div_ceil(1_000_000);
    u32::try_from(rounded_up).map_or(INFINITE - 1, |rounded_up| rounded_up.min(INFINITE - 1))
}
