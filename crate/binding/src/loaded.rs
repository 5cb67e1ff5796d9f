//! Loaded values as JavaScript memory.

use engram_core::engine::Loaded;
use engram_core::store::Mapping;
use napi::Env;
use napi::bindgen_prelude::{ArrayBuffer, Buffer};
use napi_derive::napi;

use crate::error::{Result, misused};

/// A value too large for the scratch: its structure bytes, and its buffers in order.
#[napi(object, object_from_js = false)]
pub struct LoadedValue<'a> {
    /// Structure bytes.
    pub structure: Buffer,
    /// Out-of-band buffers: files mapped copy-on-write, or copies where external memory is refused.
    pub buffers: Vec<ArrayBuffer<'a>>,
}

/// Hands a loaded value to JavaScript.
pub fn hand_over(env: &Env, loaded: Loaded) -> Result<LoadedValue<'_>> {
    let buffers = loaded
        .buffers
        .into_iter()
        .map(|mapping| external(env, mapping))
        .collect::<napi::Result<_>>()
        .map_err(|error| misused(&error.to_string()))?;
    Ok(LoadedValue { structure: loaded.structure.into(), buffers })
}

fn external(env: &Env, mut mapping: Mapping) -> napi::Result<ArrayBuffer<'_>> {
    let (start, length) = (mapping.as_mut_ptr(), mapping.len());
    // SAFETY: the mapping is private, writable, valid for `length` bytes, given to this one ArrayBuffer only, and lives
    // until the finaliser drops it.
    unsafe {
        ArrayBuffer::from_external(env, start, length, mapping, |_env, mapping| drop(mapping))
    }
}
