//! Which release of the package this core belongs to.

use napi_derive::napi;

/// A core of another release may lack what the JavaScript beside it asks for.
#[napi]
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
