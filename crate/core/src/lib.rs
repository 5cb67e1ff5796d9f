//! The core of engram: digests, the store on disk, and the engine that answers calls. Knows nothing of Node.
//!
//! `error digest clock progress <- hash codec store lease fingerprint <- explanation bytecode <- engine <- sharing`: each module uses only
//! what stands to its left of an arrow.

pub mod bytecode;
pub mod clock;
pub mod codec;
pub mod digest;
pub mod engine;
pub mod error;
pub mod explanation;
pub mod fingerprint;
pub mod hash;
pub mod lease;
pub mod progress;
pub mod sharing;
pub mod store;
