//! A store that is read back, on another thread than JavaScript's.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use engram_core::digest::Digest;
use engram_core::error::Error;
use engram_core::sharing;
use napi::bindgen_prelude::AsyncTask;
use napi::{Env, Task};
use napi_derive::napi;

use crate::entry::number;

/// What was found in a store that was read back.
#[napi(object, object_from_js = false)]
pub struct Verified {
    pub entries: f64,
    pub blobs: f64,
    pub bytes: f64,
    /// Hexadecimal keys of calls.
    pub corrupt: Vec<String>,
    pub dangling: Vec<String>,
    /// Hexadecimal digests.
    pub orphans: Vec<String>,
}

/// How far it is.
#[napi(object, object_from_js = false)]
pub struct Step {
    /// Entries that were looked at.
    pub entries: f64,
    pub is_done: bool,
    /// Why it cannot go on: the code of an error, and its message.
    pub code: Option<String>,
    pub message: Option<String>,
}

/// Reads a store back, step by step.
#[napi]
pub struct Verification(Arc<Mutex<sharing::Verification>>);

impl Verification {
    pub fn new(verification: sharing::Verification) -> Self {
        Self(Arc::new(Mutex::new(verification)))
    }
}

#[napi]
impl Verification {
    /// Goes on for as long as it takes to read some megabytes, or one blob.
    #[napi(ts_return_type = "Promise<Step>")]
    pub fn step(&self) -> AsyncTask<Stepping> {
        AsyncTask::new(Stepping(Arc::clone(&self.0)))
    }

    /// What was found so far.
    #[napi]
    pub fn found(&self) -> Verified {
        let verification = lock(&self.0);
        let found = verification.found();
        let all = |digests: &[Digest]| digests.iter().map(Digest::to_hex).collect();
        Verified {
            entries: number(found.entries),
            blobs: number(found.blobs),
            bytes: number(found.bytes),
            corrupt: all(&found.corrupt),
            dangling: all(&found.dangling),
            orphans: all(&found.orphans),
        }
    }
}

/// What a step that panicked has found stays true.
fn lock(verification: &Mutex<sharing::Verification>) -> MutexGuard<'_, sharing::Verification> {
    verification.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One step, on a thread of libuv's pool.
pub struct Stepping(Arc<Mutex<sharing::Verification>>);

impl Task for Stepping {
    type Output = (u64, Result<bool, Error>);
    type JsValue = Step;

    fn compute(&mut self) -> napi::Result<Self::Output> {
        let mut verification = lock(&self.0);
        let outcome = verification.step();
        Ok((verification.found().entries, outcome))
    }

    /// An error travels as a value: a rejection by napi has no code of ours.
    fn resolve(&mut self, _: Env, (entries, outcome): Self::Output) -> napi::Result<Step> {
        let (is_done, error) = match outcome {
            Ok(is_done) => (is_done, None),
            Err(error) => (true, Some(error)),
        };
        Ok(Step {
            entries: number(entries),
            is_done,
            code: error.as_ref().map(|error| error.code().to_owned()),
            message: error.map(|error| error.to_string()),
        })
    }
}
