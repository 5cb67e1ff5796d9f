//! The entries of one function of a store: all that calls ask but to recall, which is the hot path.

use std::rc::Rc;
use std::sync::Arc;

use engram_core::digest::Digest;
use engram_core::engine::{Asked, Lookup, MissReason, NewEntry};
use engram_core::explanation::{Part, encode_parts};
use engram_core::hash;
use engram_core::lease::Ending;
use napi::Env;
use napi::bindgen_prelude::{
    ArrayBuffer, Buffer, Either, Uint8ArraySlice, Uint32ArraySlice, Unknown,
};
use napi_derive::napi;

use crate::entry::{Entry, Sums, counted};
use crate::entry_reference::EntryReference;
use crate::error::{Result, failed};
use crate::explanation::{CodePart, Difference};
use crate::loaded::{LoadedValue, hand_over, hand_over_buffers};
use crate::looked_up;
use crate::progress::shown;
use crate::recall::{self, Calls, Key, Output, Recall};
use crate::record::{RecordRow, rows_of};
use crate::scratch;

/// The entries of a function of a store.
#[napi]
pub struct FunctionEntries(Rc<Calls>);

/// Why the store could not be read.
#[napi(object, object_from_js = false)]
pub struct Failure {
    pub code: &'static str,
    pub message: String,
}

impl FunctionEntries {
    pub fn new(calls: Calls) -> Self {
        Self(Rc::new(calls))
    }

    pub fn calls(&self) -> &Calls {
        &self.0
    }

    pub fn key_in_scratch() -> Result<Digest> {
        scratch::with(0, |scratch, _| scratch.key())
    }
}

#[napi]
impl FunctionEntries {
    /// `(length: number) => number`: finds and uses the entry of the call whose canonical arguments are `length` bytes of
    /// the scratch. Leaves the call key there, after a hit the facts and the structure bytes, else the arguments digest.
    #[napi(getter, ts_return_type = "(length: number) => number")]
    pub fn recall<'env>(&self, env: &'env Env) -> Result<Unknown<'env>> {
        recall::callback::<Recall>(env, &self.0)
    }

    /// `(length: number) => number`: leaves the digest of the value that was recalled last in the place of its structure bytes,
    /// and its length as the first fact; 0, or that its entry has to be asked.
    #[napi(getter, ts_return_type = "(length: number) => number")]
    pub fn output<'env>(&self, env: &'env Env) -> Result<Unknown<'env>> {
        recall::callback::<Output>(env, &self.0)
    }

    /// `(length: number) => number`: leaves the call key of these arguments in the scratch; 0, or that it failed.
    #[napi(getter, ts_return_type = "(length: number) => number")]
    pub fn key<'env>(&self, env: &'env Env) -> Result<Unknown<'env>> {
        recall::callback::<Key>(env, &self.0)
    }

    /// As `recall`, once more and by the key in the scratch. `is_granted`: this thread has been granted the lease; it goes
    /// back if somebody stored the result meanwhile.
    #[napi]
    pub fn recall_again(&self, is_granted: bool) -> Result<i32> {
        scratch::with(0, |scratch, _| {
            let key = scratch.key();
            let calls = &*self.0;
            if !is_granted {
                return calls.recall_key(scratch, &key, calls.lead);
            }
            let answer = calls.recall_key(scratch, &key, None);
            if recall::is_hit(answer)
                && let Some(lead) = calls.lead
            {
                calls.store.release(&key, lead, Ending::Committed);
            }
            answer
        })
    }

    /// Looks the call up like `recall`, but brings no value, notes no use and takes no lease: 0 for a usable entry.
    #[napi]
    pub fn lookup(&self, length: u32) -> Result<i32> {
        self.identify(length)?;
        scratch::with(length, |scratch, _| {
            let look = || self.0.store.lookup(&self.0.function, &scratch.key());
            let found = match look() {
                Ok(Lookup::Miss(MissReason::Absent)) if self.0.take_over(scratch) => look(),
                found => found,
            };
            let answer = self.0.answer(scratch, found);
            if recall::is_hit(answer) { 0 } else { answer }
        })
    }

    /// Looks up many calls at once, each as `lookup` does: the canonical arguments of each end where `ends` says in the
    /// payload of the scratch. What was found is laid out as in `looked_up`.
    #[napi]
    pub fn lookup_many(&self, ends: Uint32ArraySlice) -> Result<Buffer> {
        let length = ends.last().copied().unwrap_or(0);
        let calls = scratch::with(length, |scratch, length| {
            let payload = scratch.payload(length);
            looked_up::calls(&self.0.function, payload, &ends)
        })?;
        looked_up::look(&self.0, &calls).map(Buffer::from).map_err(|error| failed(&error))
    }

    /// Leaves call key and arguments digest in the scratch.
    #[napi]
    pub fn identify(&self, length: u32) -> Result<()> {
        scratch::with(length, |scratch, length| {
            let arguments = scratch.payload(length);
            let (key, inputs) = (self.0.function.call_key(arguments), hash::digest(arguments));
            scratch.set_key(&key);
            scratch.set_inputs(&inputs);
        })
    }

    /// Brings the value of the key in the scratch, whatever its size, or says why not.
    #[napi]
    pub fn load<'env>(&self, env: &'env Env) -> Result<Either<LoadedValue<'env>, i32>> {
        let key = Self::key_in_scratch()?;
        let Calls { store, function, .. } = &*self.0;
        let value = match store.load(function.prefix(), &key).map_err(|error| failed(&error))? {
            Ok(loaded) => hand_over(env, store, &loaded)?,
            Err(reason) => Err(reason),
        };
        Ok(either(value))
    }

    /// Brings the buffers of what was recalled last, or says why not.
    #[napi]
    pub fn buffers<'env>(&self, env: &'env Env) -> Result<Either<Vec<ArrayBuffer<'env>>, i32>> {
        hand_over_buffers(env, &self.0.store, &self.0.buffers.take()).map(either)
    }

    /// Stores the value whose structure bytes are `length` bytes of the scratch, with the `recorded` bytes after them that
    /// are kept of its arguments, under the key and with the facts that stand there too. False when a usable entry was there already and stayed.
    #[napi]
    pub fn commit(
        &self,
        length: u32,
        recorded: u32,
        buffers: Option<Vec<Uint8ArraySlice>>,
        is_refresh: bool,
        records: Option<Vec<RecordRow>>,
    ) -> Result<bool> {
        let records = records.map_or_else(Vec::new, rows_of);
        let buffers: Vec<&[u8]> = buffers.iter().flatten().map(AsRef::as_ref).collect();
        scratch::with(length.saturating_add(recorded), |scratch, all| {
            let (structure, arguments) = scratch.payload(all).split_at(length as usize);
            let entry = NewEntry {
                key: scratch.key(),
                inputs: scratch.inputs(),
                arguments,
                structure,
                buffers: &buffers,
                created_at: scratch.now(),
                duration_ms: scratch.duration_ms(),
                overwrite: is_refresh,
                durability: self.0.durability,
                compression: self.0.compression,
                records: &records,
            };
            let Calls { store, function, lead, .. } = &*self.0;
            let bytes = buffers.iter().map(|buffer| buffer.len() as u64).sum();
            // Hashed and written.
            let stored = shown("storing", bytes, 2, || store.commit(function, &entry, *lead));
            stored.map_err(|error| failed(&error))
        })?
    }

    /// Notes what the function's code is made of, before its first commit. The first description stays.
    #[napi]
    pub fn describe(&self, parts: Vec<CodePart>) {
        let parts: Vec<Part> = parts.iter().filter_map(CodePart::to_part).collect();
        self.0.function.describe(encode_parts(&parts));
    }

    /// The parts of the call's key that differ from those of the nearest entry, or null where none is near. The key stands
    /// in the scratch, and `length` bytes that would be kept of its arguments.
    #[napi]
    pub fn explain(&self, length: u32) -> Result<Option<Vec<Difference>>> {
        scratch::with(length, |scratch, length| {
            let asked = Asked::of(&self.0.function, scratch.key(), scratch.payload(length));
            let changes = self.0.store.explain(&asked).map_err(|error| failed(&error))?;
            Ok(changes.map(|changes| changes.into_iter().map(Difference::from).collect()))
        })?
    }

    /// Facts of the entry whose key is in the scratch.
    #[napi]
    pub fn info(&self) -> Result<Option<Entry>> {
        let key = Self::key_in_scratch()?;
        let info =
            self.0.store.info(self.0.function.prefix(), &key).map_err(|error| failed(&error))?;
        Ok(info.map(Entry::from))
    }

    /// The entry whose key is in the scratch, as something small that can be passed on.
    #[napi]
    pub fn reference(&self) -> Result<EntryReference> {
        let Calls { store, function, .. } = &*self.0;
        Ok(EntryReference::new(Arc::clone(store), *function.prefix(), Self::key_in_scratch()?))
    }

    /// Drops the entry whose key is in the scratch.
    #[napi]
    pub fn forget(&self) -> Result<bool> {
        let key = scratch::with(0, |scratch, _| {
            // What the code has adopted for the call would be found in its place.
            self.0.take_over(scratch);
            scratch.key()
        })?;
        self.0.store.forget(self.0.function.prefix(), &key).map_err(|error| failed(&error))
    }

    /// Drops the entries of this function's present code; says how many went.
    #[napi]
    pub fn clear(&self) -> Result<u32> {
        counted(self.0.store.clear_function(&self.0.function))
    }

    /// Has this function's present code adopt the entries of the nearest earlier one, once it was described; says how many.
    #[napi]
    pub fn adopt(&self) -> Result<u32> {
        counted(self.0.store.adopt(&self.0.function))
    }

    /// Sums over the entries of this function's present code.
    #[napi]
    pub fn totals(&self) -> Result<Sums> {
        self.0
            .store
            .function_totals(&self.0.function)
            .map(Sums::from)
            .map_err(|error| failed(&error))
    }

    /// Why the store could not be read when it was last asked.
    #[napi]
    pub fn take_failure(&self) -> Option<Failure> {
        let error = self.0.failure.take()?;
        Some(Failure { code: error.code(), message: error.to_string() })
    }
}

/// A value, or the answer that says why there is none.
fn either<T>(value: std::result::Result<T, MissReason>) -> Either<T, i32> {
    value.map_or_else(|reason| Either::B(recall::answer_miss(reason)), Either::A)
}
