//! The core of engram as a Node-API addon. Translates; the core decides.

#![expect(clippy::needless_pass_by_value, reason = "JavaScript's values arrive owned")]
#![cfg_attr(test, allow(dead_code, reason = "napi-derive exports nothing in test builds"))]

mod array_buffer;
mod bytecode;
mod details;
mod entry;
mod entry_reference;
mod entry_walk;
mod error;
mod exit;
mod explanation;
mod function_entries;
mod hash;
mod lead;
mod lease;
mod limits;
mod loaded;
mod looked_up;
mod output;
mod parameters;
mod progress;
mod reading;
mod recall;
mod record;
mod scratch;
mod statistics;
mod store;
mod validity;
mod verification;
mod version;
