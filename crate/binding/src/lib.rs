//! The core of engram as a Node-API addon. Translates; the core decides.

mod entry;
mod error;
mod exit;
mod function;
mod hash;
mod limits;
mod loaded;
mod lookup;
mod parameters;
mod scratch;
mod store;
