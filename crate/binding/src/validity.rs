//! Until when JavaScript may keep answers, as numbers that it reads by itself.

use std::ffi::c_void;
use std::ptr;
use std::sync::Arc;

use engram_core::engine;
use napi::bindgen_prelude::{ArrayBuffer, FromNapiValue};
use napi::{Env, sys};
use napi_derive::napi;

/// Bytes of a number.
const NUMBER: usize = 8;

/// As long as these numbers stay, what a lookup found after they were read is true. Other threads and processes change
/// them; JavaScript must not.
#[napi(object, object_from_js = false)]
pub struct Validity<'a> {
    /// Eight bytes: of this process.
    pub revision: ArrayBuffer<'a>,
    /// Eight bytes: of all processes; absent in the owner's.
    pub generation: Option<ArrayBuffer<'a>>,
}

/// Hands the numbers to JavaScript; `None` where the runtime refuses memory that is not its own.
pub fn hand_over(env: &Env, validity: engine::Validity) -> Option<Validity<'_>> {
    let engine::Validity { revision, generation } = validity;
    let start = revision.as_ptr();
    let revision = external(env, start, revision)?;
    let generation = match generation {
        Some(generation) => {
            let start = generation.as_ptr();
            Some(external(env, start, generation)?)
        }
        None => None,
    };
    Some(Validity { revision, generation })
}

/// The number at `start`, which lies in `holder`, as an ArrayBuffer that keeps the holder. A copy would never change.
fn external<T: Send + Sync>(
    env: &Env,
    start: *const u64,
    holder: Arc<T>,
) -> Option<ArrayBuffer<'_>> {
    let hint = Arc::into_raw(holder).cast_mut().cast::<c_void>();
    let mut value = ptr::null_mut();
    // SAFETY: `env` is that of the current call. The eight bytes at `start` live as long as what `hint` holds, which the
    // finaliser releases once. JavaScript reads them as two 32-bit words, and writes nothing.
    let status = unsafe {
        sys::napi_create_external_arraybuffer(
            env.raw(),
            start.cast_mut().cast(),
            NUMBER,
            Some(release::<T>),
            hint,
            &raw mut value,
        )
    };
    if status != sys::Status::napi_ok {
        // SAFETY: the runtime has taken nothing, so the count that `into_raw` left is still ours.
        drop(unsafe { Arc::from_raw(hint.cast::<T>().cast_const()) });
        return None;
    }
    // SAFETY: the runtime has just made it, as an ArrayBuffer.
    unsafe { ArrayBuffer::from_napi_value(env.raw(), value) }.ok()
}

unsafe extern "C" fn release<T>(_env: sys::napi_env, _data: *mut c_void, hint: *mut c_void) {
    // SAFETY: `hint` was made by `Arc::into_raw` in `external`, of this type, and the finaliser runs once.
    drop(unsafe { Arc::from_raw(hint.cast::<T>().cast_const()) });
}
