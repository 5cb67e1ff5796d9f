//! Recalling calls: the hot path.
//!
//! The one callback that is written by hand. A method of a `#[napi]` class unwraps its receiver, checks a type tag and
//! keeps a borrow in a map: measured, most of what a hit took.

use std::cell::Cell;
use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::rc::Rc;
use std::sync::Arc;

use engram_core::codec::Compression;
use engram_core::digest::Digest;
use engram_core::engine::{Buffer, Function, Heir, Hit, Lookup, MissReason, output_of_hit};
use engram_core::error::Error;
use engram_core::hash;
use engram_core::lease::Ending;
use engram_core::sharing::{Lead, Recalled, SharedStore};
use engram_core::store::Durability;
use napi::bindgen_prelude::Unknown;
use napi::{Env, sys};

use crate::entry::number;
use crate::error::{Result, misused};
use crate::scratch::{self, Scratch};

// Answers: the length of the structure bytes that now lie in the scratch, or one of these.
const ABSENT: i32 = -1;
const CORRUPT: i32 = -2;
const DANGLING: i32 = -3;
const FORMAT: i32 = -4;
/// A hit whose value `load` brings.
const LARGE: i32 = -5;
/// The store could not be read: `takeFailure` says why.
const FAILED: i32 = -6;
/// No usable entry, and somebody else is computing it.
const HELD: i32 = -7;
/// This and what is below it: a hit with `WITH_BUFFERS - answer` structure bytes in the scratch, whose buffers `buffers`
/// brings.
const WITH_BUFFERS: i32 = -16;

/// Whether an answer says that there is a usable entry.
pub const fn is_hit(answer: i32) -> bool {
    answer >= 0 || answer == LARGE || answer <= WITH_BUFFERS
}

/// What calls of one function share.
pub struct Calls {
    pub store: Arc<SharedStore>,
    pub function: Function,
    /// How misses take the lease on their key, if they do.
    pub lead: Option<Lead>,
    pub durability: Durability,
    pub compression: Compression,
    pub failure: Cell<Option<Error>>,
    /// Of what was recalled last, if it has any.
    pub buffers: Cell<Vec<Buffer>>,
}

impl Calls {
    /// Recalls the call with these arguments, and leaves its key and what a miss needs.
    fn recall(&self, scratch: &mut Scratch<'_>, length: usize) -> i32 {
        let key = self.function.call_key(scratch.payload(length));
        let now = scratch.now();
        let answer = self.recall_key(scratch, &key, self.lead);
        scratch.set_key(&key);
        // Only a hit with a length has overwritten the arguments.
        if answer < 0 {
            let inputs = hash::digest(scratch.payload(length));
            scratch.set_inputs(&inputs);
            if answer == ABSENT && self.take_over(scratch) {
                scratch.set_facts(now, 0.0);
                return self.recall_taken(scratch, &key);
            }
        }
        answer
    }

    /// Gives the call in the scratch the entry that the function's code has adopted for it. A store that cannot say has none.
    pub fn take_over(&self, scratch: &Scratch<'_>) -> bool {
        let heir = Heir {
            function: *self.function.prefix(),
            key: scratch.key(),
            inputs: scratch.inputs(),
        };
        self.store.take_over(heir).unwrap_or(false)
    }

    /// Recalls what was just taken over. The lease that the miss took goes back.
    fn recall_taken(&self, scratch: &mut Scratch<'_>, key: &Digest) -> i32 {
        let answer = self.recall_key(scratch, key, None);
        if is_hit(answer)
            && let Some(lead) = self.lead
        {
            self.store.release(key, lead, Ending::Committed);
        }
        answer
    }

    /// Finds and uses the entry of a key, or takes the lease on it if it is to lead.
    pub fn recall_key(&self, scratch: &mut Scratch<'_>, key: &Digest, lead: Option<Lead>) -> i32 {
        let (now, out) = scratch.now_and_payload();
        match self.store.recall(&self.function, key, now, out, lead) {
            Ok(Recalled::Hit(hit)) => self.answer_hit(scratch, hit),
            Ok(Recalled::Miss(reason)) => {
                scratch.set_state(self.store.is_shared(), self.store.has_warning());
                answer_miss(reason)
            }
            Ok(Recalled::Held(_)) => {
                scratch.set_state(true, self.store.has_warning());
                HELD
            }
            Err(error) => {
                self.failure.set(Some(error));
                FAILED
            }
        }
    }

    /// Translates what was found, and keeps a failure for `takeFailure`.
    pub fn answer(
        &self,
        scratch: &mut Scratch<'_>,
        found: std::result::Result<Lookup, Error>,
    ) -> i32 {
        match found {
            Ok(Lookup::Hit(hit)) => self.answer_hit(scratch, hit),
            Ok(Lookup::Miss(reason)) => answer_miss(reason),
            Err(error) => {
                self.failure.set(Some(error));
                FAILED
            }
        }
    }

    fn answer_hit(&self, scratch: &mut Scratch<'_>, hit: Hit) -> i32 {
        scratch.set_facts(hit.created_at, hit.duration_ms);
        let Some(length) = hit.length.and_then(|length| i32::try_from(length).ok()) else {
            return LARGE;
        };
        if hit.buffers.is_empty() {
            return length;
        }
        self.buffers.set(hit.buffers);
        WITH_BUFFERS - length
    }
}

/// The number that stands for a reason.
pub const fn answer_miss(reason: MissReason) -> i32 {
    match reason {
        MissReason::Absent => ABSENT,
        MissReason::Corrupt => CORRUPT,
        MissReason::Dangling => DANGLING,
        MissReason::Format => FORMAT,
    }
}

/// What a callback does with the `length` bytes of arguments in the scratch.
pub trait Question {
    /// The number that JavaScript gets.
    fn answer(calls: &Calls, scratch: &mut Scratch<'_>, length: usize) -> i32;
}

/// Recalls the call.
pub struct Recall;

/// Leaves the call key in the scratch.
pub struct Key;

/// Says what the value is that was recalled last, whose structure bytes are in the scratch: leaves its digest in their place,
/// and as the first fact how many bytes it has. 0, or that its entry has to be asked.
pub struct Output;

impl Question for Recall {
    fn answer(calls: &Calls, scratch: &mut Scratch<'_>, length: usize) -> i32 {
        calls.recall(scratch, length)
    }
}

impl Question for Key {
    fn answer(calls: &Calls, scratch: &mut Scratch<'_>, length: usize) -> i32 {
        let key = calls.function.call_key(scratch.payload(length));
        scratch.set_key(&key);
        0
    }
}

impl Question for Output {
    fn answer(calls: &Calls, scratch: &mut Scratch<'_>, length: usize) -> i32 {
        let buffers = calls.buffers.take();
        let Some((digest, byte_length)) = output_of_hit(scratch.payload(length), &buffers) else {
            return LARGE;
        };
        if scratch.set_payload(digest.as_bytes()).is_err() {
            return FAILED;
        }
        scratch.set_facts(number(byte_length), 0.0);
        0
    }
}

/// The JavaScript function `(length: number) => number` that asks `Q`.
pub fn callback<'env, Q: Question>(env: &'env Env, calls: &Rc<Calls>) -> Result<Unknown<'env>> {
    let data = Rc::into_raw(Rc::clone(calls)).cast_mut().cast::<c_void>();
    let mut function = ptr::null_mut();
    // SAFETY: `env` is that of the current call. `data` is what `on_call` expects, and lives until `release`, which
    // runs when nothing can call the function any more.
    unsafe {
        let made = sys::napi_create_function(
            env.raw(),
            ptr::null(),
            0,
            Some(on_call::<Q>),
            data,
            &raw mut function,
        );
        if made != sys::Status::napi_ok {
            drop(Rc::from_raw(data.cast::<Calls>()));
            return Err(misused("the function cannot be made"));
        }
        let (hint, reference) = (ptr::null_mut(), ptr::null_mut());
        sys::napi_add_finalizer(env.raw(), function, data, Some(release), hint, reference);
        Ok(Unknown::from_raw_unchecked(env.raw(), function))
    }
}

unsafe extern "C" fn release(_env: sys::napi_env, data: *mut c_void, _hint: *mut c_void) {
    // SAFETY: `data` was made by `Rc::into_raw` in `callback`, and the finaliser runs once.
    drop(unsafe { Rc::from_raw(data.cast::<Calls>()) });
}

unsafe extern "C" fn on_call<Q: Question>(
    env: sys::napi_env,
    info: sys::napi_callback_info,
) -> sys::napi_value {
    let (mut count, mut argument, mut data) = (1, ptr::null_mut(), ptr::null_mut());
    let (mut length, mut answer) = (0, ptr::null_mut());
    // SAFETY: `env` and `info` are those of this call; the out-parameters outlive it. An argument that is missing or no
    // number leaves `length` at 0. `data` is the `Calls` that `callback` put there, alive as long as the function.
    unsafe {
        let receiver = ptr::null_mut();
        sys::napi_get_cb_info(
            env,
            info,
            &raw mut count,
            &raw mut argument,
            receiver,
            &raw mut data,
        );
        sys::napi_get_value_uint32(env, argument, &raw mut length);
        let calls = &*data.cast::<Calls>();
        sys::napi_create_int32(env, guarded::<Q>(calls, length), &raw mut answer);
    }
    answer
}

/// A panic must not unwind into Node: the call has failed to be recalled, and the function runs.
fn guarded<Q: Question>(calls: &Calls, length: u32) -> i32 {
    let ask = || scratch::with(length, |scratch, length| Q::answer(calls, scratch, length));
    match catch_unwind(AssertUnwindSafe(ask)) {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) | Err(_) => FAILED,
    }
}
