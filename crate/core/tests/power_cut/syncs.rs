//! Every `fsync` and `fdatasync` of the test's process, RocksDB's included: these definitions come before the C
//! library's. Each is told to the recorder of the directory that the file lies in.

use std::ffi::{c_int, c_long};
use std::io;
use std::path::PathBuf;

use super::recorder::Recorder;

#[cfg(target_arch = "x86_64")]
const NUMBERS: (c_long, c_long) = (74, 75);
#[cfg(target_arch = "aarch64")]
const NUMBERS: (c_long, c_long) = (82, 83);

unsafe extern "C" {
    fn syscall(number: c_long, ...) -> c_long;
    fn __errno_location() -> *mut c_int;
}

// SAFETY: it has the signature and the meaning of the C library's function of this name.
#[unsafe(no_mangle)]
extern "C" fn fsync(file: c_int) -> c_int {
    recorded(NUMBERS.0, file)
}

// SAFETY: it has the signature and the meaning of the C library's function of this name.
#[unsafe(no_mangle)]
extern "C" fn fdatasync(file: c_int) -> c_int {
    recorded(NUMBERS.1, file)
}

fn recorded(number: c_long, file: c_int) -> c_int {
    let path = std::fs::read_link(PathBuf::from(format!("/proc/self/fd/{file}")));
    let recorder = path.ok().and_then(|path| Some((Recorder::of(&path)?, path)));
    let outcome = match recorder {
        Some((recorder, path)) => recorder.sync(&path, || real(number, file)),
        None => real(number, file),
    };
    match outcome {
        Ok(()) => 0,
        Err(error) => {
            // SAFETY: the C library gives the address of this thread's errno, which is always valid.
            unsafe { *__errno_location() = error.raw_os_error().unwrap_or(5) };
            -1
        }
    }
}

fn real(number: c_long, file: c_int) -> io::Result<()> {
    // SAFETY: both system calls take one file descriptor and touch no memory of the process.
    match unsafe { syscall(number, file) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}
