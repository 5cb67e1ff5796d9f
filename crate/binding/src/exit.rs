//! Closing stores before the process runs static destructors.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::sync::Once;

use engram_core::sharing::StoreHandle;
use napi::Env;

use crate::lead;

/// A hold on a store that this thread's exit may end.
pub type Holder = RefCell<Option<StoreHandle>>;

thread_local! {
    static HOLDERS: RefCell<Vec<Weak<Holder>>> = const { RefCell::new(Vec::new()) };
    static IS_HOOKED: Cell<bool> = const { Cell::new(false) };
}

/// Remembers a hold until it is let go, or the thread ends.
pub fn remember(env: Env, holder: &Rc<Holder>) {
    if !IS_HOOKED.replace(true) {
        // Without the hook, what a thread holds that is terminated is free when the process ends.
        let _ = env.add_env_cleanup_hook((), |()| end_thread());
    }
    HOLDERS.with_borrow_mut(|holders| {
        holders.retain(|holder| holder.strong_count() > 0);
        holders.push(Rc::downgrade(holder));
    });
}

/// Closes every store that only this thread holds, until somebody calls again: for `process.on('exit')`, where listeners
/// that come later may.
#[napi_derive::napi]
pub fn rest_stores() {
    HOLDERS.with_borrow(|holders| {
        for holder in holders.iter().filter_map(Weak::upgrade) {
            if let Some(handle) = &*holder.borrow() {
                handle.rest();
            }
        }
    });
}

/// Lets go of what this thread was computing, however it ends: others take it over.
fn end_thread() {
    HOLDERS.with_borrow(|holders| {
        for holder in holders.iter().filter_map(Weak::upgrade) {
            if let Some(handle) = &*holder.borrow() {
                handle.store().end_thread(lead::thread());
            }
        }
    });
}

/// Sees to it that stores are closed however the process exits: after `process.exit()` and after uncaught errors no
/// clean-up hook runs, and RocksDB's threads must not outlive what they use.
#[cfg(unix)]
pub fn guard() {
    static GUARD: Once = Once::new();
    GUARD.call_once(|| {
        // SAFETY: the function takes no arguments, does not unwind, and stays mapped (see build.rs).
        unsafe { libc::atexit(close_at_exit) };
    });
}

#[cfg(unix)]
extern "C" fn close_at_exit() {
    // Nobody is left to hear of a panic, and unwinding into the C library is not allowed.
    let _ = std::panic::catch_unwind(engram_core::sharing::close_all);
}

/// Keeps this library mapped until the process ends, as build.rs does elsewhere: RocksDB's and rayon's threads run its
/// code, also after a worker that loaded it has ended. Nothing is closed at exit: Windows ends all other threads before
/// it calls anybody, so that whoever waits for one of them, or for a lock that it held, waits for ever.
#[cfg(windows)]
pub fn guard() {
    use windows_sys::Win32::System::LibraryLoader::{
        GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, GET_MODULE_HANDLE_EX_FLAG_PIN, GetModuleHandleExW,
    };
    static GUARD: Once = Once::new();
    GUARD.call_once(|| {
        let mut module = std::ptr::null_mut();
        let flags = GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN;
        // SAFETY: with these flags the second argument is not read, only its place in memory matters: this library.
        unsafe { GetModuleHandleExW(flags, (&raw const GUARD).cast(), &raw mut module) };
    });
}
