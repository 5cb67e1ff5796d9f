//! Closing every store before the process runs static destructors.

use std::sync::Once;

/// Closes every store of the process: for `process.on('exit')`.
#[napi_derive::napi]
pub fn close_all() {
    engram_core::engine::close_all();
}

/// Sees to it that stores are closed however the process exits: after `process.exit()` and after uncaught errors no
/// clean-up hook runs, and RocksDB's threads must not outlive what they use.
pub fn guard() {
    static GUARD: Once = Once::new();
    GUARD.call_once(|| {
        // SAFETY: the function takes no arguments, does not unwind, and stays mapped (see build.rs).
        unsafe { libc::atexit(close_at_exit) };
    });
}

extern "C" fn close_at_exit() {
    // Nobody is left to hear of a panic, and unwinding into the C library is not allowed.
    let _ = std::panic::catch_unwind(engram_core::engine::close_all);
}
