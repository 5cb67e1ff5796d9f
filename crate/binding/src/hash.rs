//! Digests of large views, taken where they lie.

use std::path::Path;

use engram_core::digest::Digest;
use engram_core::hash;
use napi::bindgen_prelude::Uint8ArraySlice;
use napi_derive::napi;

use crate::error::{Result, misused};
use crate::progress::shown;

/// Writes the BLAKE3-256 digest of `view` into `target` at byte `at`.
#[napi]
pub fn digest_into(view: Uint8ArraySlice, mut target: Uint8ArraySlice, at: u32) -> Result<()> {
    let digest = shown("hashing", view.len() as u64, 1, || hash::digest(&view));
    let at = at as usize;
    // SAFETY: JavaScript does not run during this call, and `view` is not read any more.
    let target = unsafe { target.as_mut() };
    let Some(place) = target.get_mut(at..at.saturating_add(Digest::LENGTH)) else {
        return Err(misused("the digest does not fit"));
    };
    place.copy_from_slice(digest.as_bytes());
    Ok(())
}

/// The BLAKE3-256 digest of a file's content, in hexadecimal.
#[napi]
pub fn digest_of_file(path: String) -> napi::Result<String> {
    let failed = |error: std::io::Error| napi::Error::from_reason(error.to_string());
    let path = Path::new(&path);
    let bytes = path.metadata().map_or(0, |found| found.len());
    let digest = shown("hashing", bytes, 1, || hash::digest_file(path)).map_err(failed)?;
    Ok(digest.to_hex())
}

/// The BLAKE3-256 digest of a text's UTF-8 bytes, in hexadecimal.
#[napi]
pub fn digest_of_text(text: String) -> String {
    hash::digest(text.as_bytes()).to_hex()
}
