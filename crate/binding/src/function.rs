//! Calls of one function: the hot path.

use std::sync::Arc;

use engram_core::engine::{Engine, Function, FunctionIdentity, Hit, Lookup, MissReason, NewEntry};
use engram_core::error::Error;
use engram_core::hash;
use napi::Env;
use napi::bindgen_prelude::{Either, Uint8ArraySlice};
use napi_derive::napi;

use crate::entry::{Entry, Sums};
use crate::error::{Result, failed};
use crate::loaded::{LoadedValue, hand_over};
use crate::scratch::{self, Scratch};
use crate::store::counted;

// Answers of a lookup: the length of the structure bytes that now lie in the scratch, or one of these.
const ABSENT: i32 = -1;
const CORRUPT: i32 = -2;
const DANGLING: i32 = -3;
const FORMAT: i32 = -4;
/// A hit whose value `load` brings.
const LARGE: i32 = -5;
/// The store could not be read: `takeFailure` says why.
const FAILED: i32 = -6;

/// A function of a store.
#[napi]
pub struct NativeFunction {
    engine: Arc<Engine>,
    function: Function,
    failure: Option<Error>,
}

/// Why a lookup failed.
#[napi(object, object_from_js = false)]
pub struct Failure {
    pub code: &'static str,
    pub message: String,
}

impl NativeFunction {
    pub fn new(engine: Arc<Engine>, identity: FunctionIdentity) -> Self {
        Self { engine, function: Function::new(identity), failure: None }
    }

    fn answer(&mut self, scratch: &mut Scratch<'_>, found: std::result::Result<Lookup, Error>) -> i32 {
        match found {
            Ok(Lookup::Hit(hit)) => answer_hit(scratch, &hit),
            Ok(Lookup::Miss(reason)) => answer_miss(reason),
            Err(error) => {
                self.failure = Some(error);
                FAILED
            }
        }
    }
}

#[napi]
impl NativeFunction {
    /// Looks up the call whose canonical arguments are `length` bytes of the scratch. Leaves the call key there, after a
    /// hit the facts and the structure bytes, else the arguments digest.
    #[napi]
    pub fn lookup(&mut self, length: u32) -> Result<i32> {
        scratch::with(length, |scratch, length| {
            let arguments = scratch.payload(length);
            let key = self.function.call_key(arguments);
            let now = scratch.now();
            let found = self.engine.lookup(&self.function, &key, now, scratch.payload_mut());
            let answer = self.answer(scratch, found);
            scratch.set_key(&key);
            // Only a hit with a length has overwritten the arguments.
            if answer < 0 {
                let inputs = hash::digest(scratch.payload(length));
                scratch.set_inputs(&inputs);
            }
            answer
        })
    }

    /// Like `lookup`, but brings no value and notes no use: 0 for a usable entry.
    #[napi]
    pub fn peek(&mut self, length: u32) -> Result<i32> {
        scratch::with(length, |scratch, length| {
            let arguments = scratch.payload(length);
            let (key, inputs) = (self.function.call_key(arguments), hash::digest(arguments));
            scratch.set_key(&key);
            scratch.set_inputs(&inputs);
            let found = self.engine.peek(&self.function, &key);
            match self.answer(scratch, found) {
                LARGE => 0,
                answer => answer,
            }
        })
    }

    /// Leaves call key and arguments digest in the scratch.
    #[napi]
    pub fn identify(&self, length: u32) -> Result<()> {
        scratch::with(length, |scratch, length| {
            let arguments = scratch.payload(length);
            let (key, inputs) = (self.function.call_key(arguments), hash::digest(arguments));
            scratch.set_key(&key);
            scratch.set_inputs(&inputs);
        })
    }

    /// Brings the value of the key in the scratch, whatever its size, or says why not.
    #[napi]
    pub fn load<'env>(&self, env: &'env Env) -> Result<Either<LoadedValue<'env>, i32>> {
        let key = scratch::with(0, |scratch, _| scratch.key())?;
        match self.engine.load(&self.function, &key).map_err(|error| failed(&error))? {
            Ok(loaded) => hand_over(env, loaded).map(Either::A),
            Err(reason) => Ok(Either::B(answer_miss(reason))),
        }
    }

    /// Stores the value whose structure bytes are `length` bytes of the scratch under the key and with the facts that
    /// stand there too. False when a usable entry was there already and stayed.
    #[napi]
    pub fn commit(
        &self,
        length: u32,
        buffers: Option<Vec<Uint8ArraySlice>>,
        is_refresh: bool,
    ) -> Result<bool> {
        let buffers: Vec<&[u8]> = buffers.iter().flatten().map(AsRef::as_ref).collect();
        scratch::with(length, |scratch, length| {
            let entry = NewEntry {
                key: scratch.key(),
                inputs: scratch.inputs(),
                structure: scratch.payload(length),
                buffers: &buffers,
                created_at: scratch.now(),
                duration_ms: scratch.duration_ms(),
                overwrite: is_refresh,
            };
            self.engine.commit(&self.function, &entry).map_err(|error| failed(&error))
        })?
    }

    /// Facts of the entry whose key is in the scratch.
    #[napi]
    pub fn info(&self) -> Result<Option<Entry>> {
        let key = scratch::with(0, |scratch, _| scratch.key())?;
        let info = self.engine.info(&self.function, &key).map_err(|error| failed(&error))?;
        Ok(info.map(Entry::from))
    }

    /// Drops the entry whose key is in the scratch.
    #[napi]
    pub fn forget(&self) -> Result<bool> {
        let key = scratch::with(0, |scratch, _| scratch.key())?;
        self.engine.forget(&self.function, &key).map_err(|error| failed(&error))
    }

    /// Drops the entries of this function's present code; says how many went.
    #[napi]
    pub fn clear(&self) -> Result<u32> {
        counted(self.engine.clear_function(&self.function))
    }

    /// Sums over the entries of this function's present code.
    #[napi]
    pub fn totals(&self) -> Result<Sums> {
        self.engine.function_totals(&self.function).map(Sums::from).map_err(|error| failed(&error))
    }

    /// Why the last lookup could not be done.
    #[napi]
    pub fn take_failure(&mut self) -> Option<Failure> {
        let error = self.failure.take()?;
        Some(Failure { code: error.code(), message: error.to_string() })
    }
}

fn answer_hit(scratch: &mut Scratch<'_>, hit: &Hit) -> i32 {
    scratch.set_facts(hit.created_at, hit.duration_ms);
    hit.length.and_then(|length| i32::try_from(length).ok()).unwrap_or(LARGE)
}

const fn answer_miss(reason: MissReason) -> i32 {
    match reason {
        MissReason::Absent => ABSENT,
        MissReason::Corrupt => CORRUPT,
        MissReason::Dangling => DANGLING,
        MissReason::Format => FORMAT,
    }
}
