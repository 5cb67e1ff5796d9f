//! V8's bytecode of the package's scripts.

use std::path::Path;

use engram_core::bytecode;
use napi::bindgen_prelude::BufferSlice;
use napi::{Env, JsString};
use napi_derive::napi;

/// What V8 made of a script.
#[napi(object, object_from_js = false)]
pub struct Bytecode<'a> {
    /// Of the script.
    pub text: JsString<'a>,
    /// What V8 made of it: a view of the file.
    pub data: BufferSlice<'a>,
}

/// What is in a file of bytecode, if it was made of the source that is in `script` now, by a V8 that was built so.
#[napi]
pub fn bytecode_of(
    env: &Env,
    file: String,
    script: String,
    build: String,
) -> napi::Result<Option<Bytecode<'_>>> {
    let found = bytecode::Bytecode::open(Path::new(&file), Path::new(&script), build.as_bytes());
    // A file that cannot be read is as good as none.
    let Ok(Some(mut found)) = found else { return Ok(None) };
    let text = env.create_string_latin1(found.text())?;
    let data = found.data();
    let (data, length) = (data.as_mut_ptr(), data.len());
    // SAFETY: the bytes stay where they are while `found` lives, which is let go with the buffer, and are nobody else's.
    let data =
        unsafe { BufferSlice::from_external(env, data, length, found, |_, found| drop(found)) }?;
    Ok(Some(Bytecode { text, data }))
}
