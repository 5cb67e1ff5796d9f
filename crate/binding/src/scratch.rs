//! The scratch: one buffer per JavaScript thread through which calls and small answers travel.
//!
//! ```text
//! byte   0       1 once another scratch has taken its place
//! bytes  8..16   in: now; out: when the entry was made (f64, milliseconds since the epoch), or, out of misses, 1 where
//!                others could be computing the same, else 0
//! bytes 16..24   in, on commit, and out: how long the run took (f64, milliseconds); out of misses, 1 where the store
//!                has a warning for the user, else 0
//! bytes 24..56   call key; out of lookups, into commits
//! bytes 56..88   arguments digest; out of misses, into commits
//! bytes 88..     in: canonical arguments, or structure bytes to commit; out: structure bytes of a hit
//! ```
//!
//! A thread may have several instances of the package, as when a test runner loads it anew for each file: each has a scratch of
//! its own, and attaches that again before a call, where another one has taken its place.

use std::cell::Cell;
use std::ptr;

use engram_core::digest::Digest;
use napi::bindgen_prelude::{ArrayBuffer, JsValue};
use napi::{Env, sys};
use napi_derive::napi;

use crate::error::{Result, misused};

const REPLACED: usize = 0;
const CREATED: usize = 8;
const DURATION: usize = 16;
const KEY: usize = 24;
const INPUTS: usize = 56;
/// Where arguments and structure bytes start.
pub const PAYLOAD: usize = 88;

#[derive(Clone, Copy)]
struct Attached {
    start: *mut u8,
    length: usize,
    reference: sys::napi_ref,
}

thread_local! {
    static ATTACHED: Cell<Attached> =
        const { Cell::new(Attached { start: ptr::null_mut(), length: 0, reference: ptr::null_mut() }) };
}

/// Makes `buffer` this thread's scratch, in place of the one before. It must never be transferred or resized.
#[napi]
pub fn attach_scratch(env: Env, buffer: ArrayBuffer) -> Result<()> {
    let length = buffer.len();
    if length < PAYLOAD {
        return Err(misused("the scratch is too short"));
    }
    let mut reference = ptr::null_mut();
    // SAFETY: `env` and `buffer` belong to the current call. A strong reference keeps the buffer alive until another
    // one is attached.
    let status =
        unsafe { sys::napi_create_reference(env.raw(), buffer.raw(), 1, &raw mut reference) };
    if status != sys::Status::napi_ok {
        return Err(misused("the scratch cannot be referenced"));
    }
    let attached = Attached { start: buffer.as_ptr().cast_mut(), length, reference };
    let before = ATTACHED.replace(attached);
    if !before.reference.is_null() {
        // SAFETY: the reference, made above in this thread's environment, keeps the memory of the one before alive until it is
        // deleted, which is once. JavaScript does not run meanwhile.
        unsafe {
            before.start.add(REPLACED).write(1);
            sys::napi_delete_reference(env.raw(), before.reference);
        }
    }
    // SAFETY: the buffer has this byte, and its reference keeps it alive. It may be the one before.
    unsafe { attached.start.add(REPLACED).write(0) };
    Ok(())
}

/// The scratch during one native call.
pub struct Scratch<'a>(&'a mut [u8]);

/// Runs `operation` on this thread's scratch, of which `length` payload bytes are in use.
pub fn with<T>(length: u32, operation: impl FnOnce(&mut Scratch<'_>, usize) -> T) -> Result<T> {
    let attached = ATTACHED.get();
    let length = length as usize;
    if attached.start.is_null() || length > attached.length - PAYLOAD {
        return Err(misused("the scratch is shorter than its contents"));
    }
    // SAFETY: the buffer is kept alive by a strong reference, its memory does not move, and the TypeScript side gives it
    // to nobody. JavaScript does not run during a native call, and native calls of one thread do not nest, so this is
    // the only reference to these bytes.
    let bytes = unsafe { std::slice::from_raw_parts_mut(attached.start, attached.length) };
    Ok(operation(&mut Scratch(bytes), length))
}

impl Scratch<'_> {
    pub fn now(&self) -> f64 {
        self.number(CREATED)
    }

    pub fn duration_ms(&self) -> f64 {
        self.number(DURATION)
    }

    pub fn key(&self) -> Digest {
        self.digest(KEY)
    }

    pub fn inputs(&self) -> Digest {
        self.digest(INPUTS)
    }

    pub fn payload(&self, length: usize) -> &[u8] {
        &self.0[PAYLOAD..PAYLOAD + length]
    }

    /// Puts other bytes in the place of the payload; says how many.
    ///
    /// # Errors
    ///
    /// There is no room for them.
    pub fn set_payload(&mut self, bytes: &[u8]) -> Result<u32> {
        let room = self.0.get_mut(PAYLOAD..PAYLOAD + bytes.len());
        room.ok_or_else(|| misused("the scratch is too short"))?.copy_from_slice(bytes);
        Ok(u32::try_from(bytes.len()).unwrap_or(0))
    }

    pub fn now_and_payload(&mut self) -> (f64, &mut [u8]) {
        (self.now(), &mut self.0[PAYLOAD..])
    }

    /// Whether others could be computing the same, and whether there is something to tell the user.
    pub fn set_state(&mut self, is_shared: bool, has_warning: bool) {
        self.set_facts(f64::from(u8::from(is_shared)), f64::from(u8::from(has_warning)));
    }

    pub fn set_facts(&mut self, created_at: f64, duration_ms: f64) {
        self.0[CREATED..DURATION].copy_from_slice(&created_at.to_le_bytes());
        self.0[DURATION..KEY].copy_from_slice(&duration_ms.to_le_bytes());
    }

    pub fn set_key(&mut self, key: &Digest) {
        self.0[KEY..INPUTS].copy_from_slice(key.as_bytes());
    }

    pub fn set_inputs(&mut self, inputs: &Digest) {
        self.0[INPUTS..PAYLOAD].copy_from_slice(inputs.as_bytes());
    }

    fn number(&self, at: usize) -> f64 {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&self.0[at..at + 8]);
        f64::from_le_bytes(bytes)
    }

    fn digest(&self, at: usize) -> Digest {
        let mut bytes = [0; Digest::LENGTH];
        bytes.copy_from_slice(&self.0[at..at + Digest::LENGTH]);
        Digest::from_bytes(bytes)
    }
}
