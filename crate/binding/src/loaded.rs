//! Loaded values as JavaScript memory.

use engram_core::engine::{Buffer, Loaded, MissReason};
use engram_core::sharing::SharedStore;
use napi::Env;
use napi::bindgen_prelude::{ArrayBuffer, BufferSlice};
use napi_derive::napi;

use crate::array_buffer::{array_buffer, unpacked_buffer};
use crate::error::{Result, failed, misused};

/// A value too large for the scratch: its structure bytes, and its buffers in order.
#[napi(object, object_from_js = false)]
pub struct LoadedValue<'a> {
    /// Structure bytes.
    pub structure: BufferSlice<'a>,
    /// Out-of-band buffers.
    pub buffers: Vec<ArrayBuffer<'a>>,
}

/// Hands a loaded value to JavaScript, unless one of its buffers is missing.
pub fn hand_over<'env>(
    env: &'env Env,
    store: &SharedStore,
    loaded: &Loaded,
) -> Result<std::result::Result<LoadedValue<'env>, MissReason>> {
    // A copy, which V8 lets go of by itself: the original it would hold until the event loop turns. Before the buffers: with a
    // large one, V8 begins to collect garbage, on threads that want this one's processor.
    let structure = BufferSlice::copy_from(env, &loaded.structure);
    let structure = structure.map_err(|error| misused(&error.to_string()))?;
    let buffers = hand_over_buffers(env, store, &loaded.buffers)?;
    Ok(buffers.map(|buffers| LoadedValue { structure, buffers }))
}

/// Hands buffers to JavaScript, unless one is missing.
pub fn hand_over_buffers<'env>(
    env: &'env Env,
    store: &SharedStore,
    stored: &[Buffer],
) -> Result<std::result::Result<Vec<ArrayBuffer<'env>>, MissReason>> {
    let mut buffers = Vec::with_capacity(stored.len());
    for Buffer { blob, unpacked } in stored {
        let Some(open) = store.open_blob(blob).map_err(|error| failed(&error))? else {
            return Ok(Err(MissReason::Dangling));
        };
        match unpacked {
            None => buffers.push(array_buffer(env, open)?),
            Some(length) => match unpacked_buffer(env, open, *length)? {
                Some(buffer) => buffers.push(buffer),
                None => return Ok(Err(MissReason::Corrupt)),
            },
        }
    }
    Ok(Ok(buffers))
}
