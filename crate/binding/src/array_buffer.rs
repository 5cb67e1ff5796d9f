//! The bytes of blobs as JavaScript's own: to change, to keep and to transfer.
//!
//! Node-API can make an ArrayBuffer over an addon's memory. But Node lets go of that memory only when the event loop turns,
//! so that a loop that never waits holds all that it was ever given, and it does not transfer such buffers. So V8 itself is
//! asked to take the memory over, and where it cannot be asked, bytes are copied into memory of its own.

use engram_core::store::OpenBlob;
use napi::Env;
use napi::bindgen_prelude::{
    ArrayBuffer, FnArgs, FromNapiValue, Function, JsObjectValue, JsValue, Unknown,
};

use crate::error::{Result, failed, misused};

#[cfg(unix)]
mod through_v8;

/// Hands the bytes of a blob over.
pub fn array_buffer(env: &Env, blob: OpenBlob) -> Result<ArrayBuffer<'_>> {
    #[cfg(unix)]
    if through_v8::is_possible(*env) {
        let bytes = blob.to_keep().map_err(|error| failed(&error))?;
        return through_v8::array_buffer(env, bytes).map_err(|error| misused(&error.to_string()));
    }
    let length = blob.byte_length();
    let made = new_array_buffer(env, length).map_err(|error| misused(&error.to_string()))?;
    let Some(mut buffer) = Some(made).filter(|buffer| buffer.len() == length) else {
        return Err(misused("ArrayBuffer is not what it was"));
    };
    // SAFETY: the buffer was made just now, so that nobody else has its memory, and its memory is initialised.
    blob.read_into(unsafe { buffer.as_mut() }).map_err(|error| failed(&error))?;
    Ok(buffer)
}

/// By its constructor, which throws where there is no memory for it: `napi_create_arraybuffer` ends the process there.
fn new_array_buffer(env: &Env, byte_length: usize) -> napi::Result<ArrayBuffer<'_>> {
    let constructor: Function<'_, FnArgs<(f64,)>> =
        env.get_global()?.get_named_property("ArrayBuffer")?;
    #[expect(clippy::cast_precision_loss, reason = "files are shorter than 2^53 bytes")]
    let made: Unknown<'_> = constructor.new_instance(FnArgs::from((byte_length as f64,)))?;
    // SAFETY: both come from `env`; what is no ArrayBuffer is refused.
    unsafe { ArrayBuffer::from_napi_value(env.raw(), made.raw()) }
}
