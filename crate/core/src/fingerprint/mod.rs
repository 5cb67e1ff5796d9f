//! What of a function's source text engram reads: for now, its parameters.

mod function_text;
mod parameters;

pub use parameters::{Parameter, ParameterError, parameters};
