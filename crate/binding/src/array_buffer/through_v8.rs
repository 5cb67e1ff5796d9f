//! Buffers over mappings, which V8 itself makes: see `through_v8.cc`.

use std::ffi::c_void;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::AtomicU8;

use engram_core::store::Mapping;
use napi::bindgen_prelude::{ArrayBuffer, FromNapiValue, JsObjectValue, Object};
use napi::{Env, sys};

/// Major versions of Node on which this was tried. For another one, compare its `v8-array-buffer.h` and `v8-local-handle.h`
/// with `through_v8.cc`, and run `__test__/value/transfer.spec.ts` and `loops-of-hits.spec.ts` on it.
const NODES: [u32; 5] = [20, 22, 24, 25, 26];

/// Names in `process.versions` of runtimes that pass for Node, and have another engine or another V8.
const OTHERS: [&str; 4] = ["bun", "deno", "electron", "nw"];

unsafe extern "C" {
    fn engram_finds_v8() -> bool;
    fn engram_array_buffer(
        data: *mut c_void,
        length: usize,
        deleter: unsafe extern "C" fn(*mut c_void, usize, *mut c_void),
        owner: *mut c_void,
    ) -> *mut c_void;
}

/// Whether V8 can be asked: one answer for the whole process.
pub fn is_possible(env: Env) -> bool {
    static IS_POSSIBLE: OnceLock<bool> = OnceLock::new();
    *IS_POSSIBLE.get_or_init(|| {
        // SAFETY: it compares addresses.
        let is_found = unsafe { engram_finds_v8() };
        is_found && is_known_node(env).unwrap_or(false) && allows_external(env)
    })
}

fn is_known_node(env: Env) -> napi::Result<bool> {
    let process: Object<'_> = env.get_global()?.get_named_property("process")?;
    let versions: Object<'_> = process.get_named_property("versions")?;
    for name in OTHERS {
        if versions.has_named_property(name)? {
            return Ok(false);
        }
    }
    Ok(NODES.contains(&env.get_node_version()?.major))
}

/// A V8 with a sandbox ends the process when it gets memory from outside of it; Node-API says that it has one. Asked with a
/// buffer of no bytes: with one, a first array of 64 MiB would be past what V8 lets come before it collects garbage.
fn allows_external(env: Env) -> bool {
    static BYTE: AtomicU8 = AtomicU8::new(0);
    let (hint, mut buffer) = (ptr::null_mut(), ptr::null_mut());
    let byte = BYTE.as_ptr().cast();
    // SAFETY: `env` is that of the current call; the byte may be written to, and lives as long as the process.
    let status = unsafe {
        sys::napi_create_external_arraybuffer(env.raw(), byte, 0, None, hint, &raw mut buffer)
    };
    status == sys::Status::napi_ok
}

/// An ArrayBuffer over a mapping, where [`is_possible`] says so.
pub fn array_buffer(env: &Env, mapping: Mapping) -> napi::Result<ArrayBuffer<'_>> {
    let mut owner = Box::new(mapping);
    let (data, length) = (owner.as_mut_ptr().cast(), owner.as_bytes().len());
    // SAFETY: V8's functions are there and are those that `through_v8.cc` declares, as `is_possible` found. A native call has
    // an isolate, the thread's own, and a scope for handles. The memory is writable, valid for `length` bytes, given to this
    // one ArrayBuffer only, and lives until V8 calls `release`, once, when no ArrayBuffer of any thread has it any more. It
    // may call it on any thread, also after this one has ended: `Mapping` is `Send`, and this library stays mapped (see
    // build.rs). What is returned is a handle to an ArrayBuffer in that scope, which is what a `napi_value` is in Node.
    unsafe {
        let owner = Box::into_raw(owner).cast();
        let value: sys::napi_value = engram_array_buffer(data, length, release, owner).cast();
        ArrayBuffer::from_napi_value(env.raw(), value)
    }
}

unsafe extern "C" fn release(_data: *mut c_void, _length: usize, owner: *mut c_void) {
    const fn is_send<T: Send>() {}
    const { is_send::<Mapping>() };
    // SAFETY: `owner` was made by `Box::into_raw` in `array_buffer`, and V8 calls this once. Nothing here can panic.
    drop(unsafe { Box::from_raw(owner.cast::<Mapping>()) });
}
