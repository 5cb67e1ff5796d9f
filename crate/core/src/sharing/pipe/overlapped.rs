//! Operations on a pipe, each of which ends in time: it is begun, waited for, and cancelled if need be.

use std::io::{self, ErrorKind};
use std::os::windows::io::{AsRawHandle, BorrowedHandle, FromRawHandle, OwnedHandle};
use std::time::Duration;

use windows_sys::Win32::Foundation::{
    ERROR_BROKEN_PIPE, ERROR_IO_PENDING, HANDLE, INVALID_HANDLE_VALUE,
};
use windows_sys::Win32::Storage::FileSystem::{
    FILE_FLAG_FIRST_PIPE_INSTANCE, FILE_FLAG_OVERLAPPED, PIPE_ACCESS_DUPLEX, ReadFile, WriteFile,
};
use windows_sys::Win32::System::IO::{CancelIoEx, GetOverlappedResult, OVERLAPPED};
use windows_sys::Win32::System::Pipes::{
    ConnectNamedPipe, CreateNamedPipeW, PIPE_READMODE_BYTE, PIPE_REJECT_REMOTE_CLIENTS,
    PIPE_TYPE_BYTE, PIPE_UNLIMITED_INSTANCES, PIPE_WAIT,
};
use windows_sys::core::BOOL;

use super::access::SameUser;
use super::event::{Event, first_of};

/// Bytes that are on their way at once in each direction. A longer write would have to end in time as a whole.
const BUFFER: u32 = 64 << 10;

/// How an operation is waited for.
pub struct Waiting<'a> {
    /// Of this operation alone.
    pub event: &'a Event,
    /// Ends it before its time.
    pub stop: &'a Event,
    /// For ever, if there is none.
    pub patience: Option<Duration>,
}

/// Makes a pipe, or another end of one for others to connect to.
///
/// # Errors
///
/// What the operating system says; for the `is_first` one also when somebody has a pipe of that name already.
pub fn create(path: &str, access: &SameUser, is_first: bool) -> io::Result<OwnedHandle> {
    let path: Vec<u16> = path.encode_utf16().chain([0]).collect();
    let first = if is_first { FILE_FLAG_FIRST_PIPE_INSTANCE } else { 0 };
    let attributes = access.attributes();
    // SAFETY: `path` ends with a zero; `attributes` and the descriptor in it live as long as the call.
    let pipe = unsafe {
        CreateNamedPipeW(
            path.as_ptr(),
            PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED | first,
            PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS,
            PIPE_UNLIMITED_INSTANCES,
            BUFFER,
            BUFFER,
            0,
            &raw const attributes,
        )
    };
    if pipe == INVALID_HANDLE_VALUE {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: it is open, and nobody else's.
    Ok(unsafe { OwnedHandle::from_raw_handle(pipe) })
}

/// Waits for somebody at the other end.
///
/// # Errors
///
/// As [`read`]; `ERROR_PIPE_CONNECTED` when somebody was there already.
pub fn connect(pipe: BorrowedHandle<'_>, waiting: &Waiting<'_>) -> io::Result<usize> {
    run(pipe, waiting, |pipe, overlapped| {
        // SAFETY: `pipe` is open, and `run` keeps `overlapped` until the operation has ended.
        unsafe { ConnectNamedPipe(pipe, overlapped) }
    })
}

/// Waits for bytes, and reads those that are there: none at the end.
///
/// # Errors
///
/// [`ErrorKind::TimedOut`] when none come in time, [`ErrorKind::Interrupted`] when it was stopped; else what the
/// operating system says.
pub fn read(
    pipe: BorrowedHandle<'_>,
    buffer: &mut [u8],
    waiting: &Waiting<'_>,
) -> io::Result<usize> {
    let length = u32::try_from(buffer.len()).unwrap_or(u32::MAX);
    let outcome = run(pipe, waiting, |pipe, overlapped| {
        // SAFETY: `pipe` is open, `buffer` has `length` bytes and is ours alone; `run` keeps `overlapped`, and does not
        // return before the operation has ended.
        unsafe { ReadFile(pipe, buffer.as_mut_ptr(), length, std::ptr::null_mut(), overlapped) }
    });
    match outcome {
        Err(error) if is(&error, ERROR_BROKEN_PIPE) => Ok(0),
        outcome => outcome,
    }
}

/// Writes at least one of `bytes`, and says how many.
///
/// # Errors
///
/// As [`read`].
pub fn write(pipe: BorrowedHandle<'_>, bytes: &[u8], waiting: &Waiting<'_>) -> io::Result<usize> {
    let length = u32::try_from(bytes.len()).map_or(BUFFER, |length| length.min(BUFFER));
    run(pipe, waiting, |pipe, overlapped| {
        // SAFETY: `pipe` is open, `bytes` has at least `length` bytes; `run` keeps `overlapped`, and does not return
        // before the operation has ended.
        unsafe { WriteFile(pipe, bytes.as_ptr(), length, std::ptr::null_mut(), overlapped) }
    })
}

/// Runs what `begin` begins with the pipe, and returns once it has ended and not before: the kernel has no pointer to
/// anything then. Says how many bytes went over.
fn run(
    pipe: BorrowedHandle<'_>,
    waiting: &Waiting<'_>,
    begin: impl FnOnce(HANDLE, *mut OVERLAPPED) -> BOOL,
) -> io::Result<usize> {
    let pipe = pipe.as_raw_handle();
    let mut overlapped = OVERLAPPED { hEvent: waiting.event.handle(), ..OVERLAPPED::default() };
    let mut cancelled = None;
    if begin(pipe, &raw mut overlapped) == 0 {
        let error = io::Error::last_os_error();
        if !is(&error, ERROR_IO_PENDING) {
            return Err(error);
        }
        cancelled = match first_of(&[waiting.event, waiting.stop], waiting.patience) {
            Some(0) => None,
            Some(_) => Some(ErrorKind::Interrupted),
            None => Some(ErrorKind::TimedOut),
        };
        if cancelled.is_some() {
            // SAFETY: `pipe` is open, and the operation is the one of `overlapped`, or has ended just now.
            unsafe { CancelIoEx(pipe, &raw const overlapped) };
        }
    }
    let mut transferred = 0;
    // SAFETY: `pipe` is open, both pointers are to locals, and `overlapped` is the operation's. Waits for its end, which
    // a cancelled one reaches at once.
    let is_done =
        unsafe { GetOverlappedResult(pipe, &raw const overlapped, &raw mut transferred, 1) };
    if is_done != 0 {
        // Also one that ended while it was being cancelled.
        return Ok(usize::try_from(transferred).unwrap_or(usize::MAX));
    }
    let error = io::Error::last_os_error();
    Err(cancelled.map_or(error, io::Error::from))
}

/// Whether the operating system said this.
pub fn is(error: &io::Error, code: u32) -> bool {
    error.raw_os_error().and_then(|found| u32::try_from(found).ok()) == Some(code)
}
