//! Errors of the core as JavaScript errors with a `code`.

use engram_core::error::Error;

/// Result of a native call; the error's status becomes the JavaScript error's `code`.
pub type Result<T> = napi::Result<T, Code>;

/// A stable code of engram.
#[derive(Debug, Clone, Copy)]
pub struct Code(&'static str);

impl AsRef<str> for Code {
    fn as_ref(&self) -> &str {
        self.0
    }
}

/// A core error, translated.
pub fn failed(error: &Error) -> napi::Error<Code> {
    napi::Error::new(Code(error.code()), error.to_string())
}

/// A call that the TypeScript side must never make.
pub fn misused(what: &str) -> napi::Error<Code> {
    napi::Error::new(Code("ERR_INVALID_OPTION"), what.to_owned())
}
