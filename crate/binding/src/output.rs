//! What a value is, before it is stored.

use engram_core::engine;
use napi::bindgen_prelude::Uint8ArraySlice;
use napi_derive::napi;

use crate::error::Result;
use crate::scratch;

/// Hexadecimal digest of the value whose structure bytes are `length` bytes of the scratch.
#[napi]
pub fn output_digest(length: u32, buffers: Option<Vec<Uint8ArraySlice>>) -> Result<String> {
    let buffers: Vec<&[u8]> = buffers.iter().flatten().map(AsRef::as_ref).collect();
    scratch::with(length, |scratch, length| {
        engine::output_digest(scratch.payload(length), &buffers).to_hex()
    })
}
