//! The bytes of blobs as JavaScript's own: to change, to keep and to transfer.
//!
//! Node-API can make an ArrayBuffer over an addon's memory. But Node lets go of that memory only when the event loop turns,
//! so that a loop that never waits holds all that it was ever given, and it does not transfer such buffers. So bytes are
//! copied into memory of V8's own, and only where V8 itself takes a mapping over are long ones mapped.

use std::ptr;

use engram_core::codec;
use engram_core::store::OpenBlob;
use napi::bindgen_prelude::{
    ArrayBuffer, FnArgs, FromNapiValue, Function, JsObjectValue, JsValue, Unknown,
};
use napi::{Env, sys};

use crate::error::{Result, failed, misused};
use crate::progress::shown;

#[cfg(unix)]
mod through_v8;

/// From this many bytes on, there may be no memory for them in a process that goes on all the same. V8 ends it in
/// `napi_create_arraybuffer`, and throws in the constructor, which takes a microsecond longer.
const REFUSED_FROM: usize = 1 << 20;

/// Hands the bytes of a blob over.
pub fn array_buffer(env: &Env, blob: OpenBlob) -> Result<ArrayBuffer<'_>> {
    #[cfg(unix)]
    if through_v8::is_possible(*env)
        && let Some(mapping) = blob.map_to_keep()
    {
        // The mapping needs no file, and nothing should be left to do: see `loaded`.
        drop(blob);
        return through_v8::array_buffer(env, mapping).map_err(refused);
    }
    let length = blob.byte_length();
    let mut buffer = own_buffer(env, length)?;
    // SAFETY: the buffer was made just now, so that nobody else has its memory, and its memory is initialised.
    blob.read_into(unsafe { buffer.as_mut() }).map_err(|error| failed(&error))?;
    Ok(buffer)
}

/// The `length` bytes that a compressed blob stands for, as an ArrayBuffer; `None` where it stands for anything else.
pub fn unpacked_buffer(env: &Env, blob: OpenBlob, length: u64) -> Result<Option<ArrayBuffer<'_>>> {
    let compressed = blob.read().map_err(|error| failed(&error))?;
    let Ok(length) = usize::try_from(length) else { return Ok(None) };
    let mut buffer = own_buffer(env, length)?;
    // SAFETY: as in `array_buffer`.
    let memory = unsafe { buffer.as_mut() };
    let is_whole = shown("loading", length as u64, 1, || codec::unpack(&compressed, memory));
    Ok(is_whole.then_some(buffer))
}

/// A new ArrayBuffer of V8's own memory, of this length.
fn own_buffer(env: &Env, length: usize) -> Result<ArrayBuffer<'_>> {
    let buffer = new_array_buffer(env, length).map_err(refused)?;
    if buffer.len() == length {
        Ok(buffer)
    } else {
        Err(misused("ArrayBuffer is not JavaScript's own"))
    }
}

/// An ArrayBuffer of V8's own memory.
fn new_array_buffer(env: &Env, byte_length: usize) -> napi::Result<ArrayBuffer<'_>> {
    if byte_length < REFUSED_FROM {
        let (mut data, mut buffer) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: `env` is that of the current call, and what is written to is alive. A status that is not `napi_ok` leaves
        // `buffer` null, which is refused.
        return unsafe {
            sys::napi_create_arraybuffer(env.raw(), byte_length, &raw mut data, &raw mut buffer);
            ArrayBuffer::from_napi_value(env.raw(), buffer)
        };
    }
    let constructor: Function<'_, FnArgs<(f64,)>> =
        env.get_global()?.get_named_property("ArrayBuffer")?;
    #[expect(clippy::cast_precision_loss, reason = "files are shorter than 2^53 bytes")]
    let made: Unknown<'_> = constructor.new_instance(FnArgs::from((byte_length as f64,)))?;
    // SAFETY: both come from `env`; what is no ArrayBuffer is refused.
    unsafe { ArrayBuffer::from_napi_value(env.raw(), made.raw()) }
}

fn refused(error: napi::Error) -> napi::Error<crate::error::Code> {
    misused(&error.to_string())
}
