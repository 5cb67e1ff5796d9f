//! Leases: what a call does while another one computes its result, or after it computed one itself.

use std::ptr;
use std::time::Duration;

use engram_core::digest::Digest;
use engram_core::lease::{Ending, Turn};
use napi::bindgen_prelude::{Object, Uint8Array};
use napi::{Env, sys};
use napi_derive::napi;

use crate::error::{Result, misused};
use crate::function_entries::FunctionEntries;

/// A wait that has begun.
#[napi(object, object_from_js = false)]
pub struct Waiting<'a> {
    /// Its number, for `cancelWait`.
    pub id: f64,
    /// Resolves with the turn.
    #[napi(ts_type = "Promise<number>")]
    pub turn: Object<'a>,
}

#[napi]
impl FunctionEntries {
    /// Takes the lease on the key in the scratch. False: somebody else is computing it.
    #[napi]
    pub fn acquire(&self) -> Result<bool> {
        let key = Self::key_in_scratch()?;
        let calls = self.calls();
        Ok(calls.lead.is_none_or(|lead| calls.store.acquire(&key, lead)))
    }

    /// Gives up the lease on the key in the scratch, if this thread holds it. `is_stored_nowhere`: the run went well, but
    /// its result is not stored, and others need not wait for one; otherwise the next one tries.
    #[napi]
    pub fn release(&self, is_stored_nowhere: bool) -> Result<()> {
        let key = Self::key_in_scratch()?;
        let calls = self.calls();
        if let Some(lead) = calls.lead {
            let ending = if is_stored_nowhere { Ending::Unstored } else { Ending::Failed };
            calls.store.release(&key, lead, ending);
        }
        Ok(())
    }

    /// Says that the function returned a promise for the key in the scratch.
    #[napi]
    pub fn promised(&self) -> Result<()> {
        let key = Self::key_in_scratch()?;
        let calls = self.calls();
        if let Some(lead) = calls.lead {
            calls.store.promised(&key, lead);
        }
        Ok(())
    }

    /// Stands still until it is this thread's turn for the key in the scratch, or `patience_ms` are over. A worker thread
    /// also stops when it is terminated.
    #[napi]
    pub fn wait_here(&self, env: Env, is_worker: bool, patience_ms: Option<f64>) -> Result<u32> {
        let key = Self::key_in_scratch()?;
        let calls = self.calls();
        // Beyond what a duration can hold, patience has no end.
        let patience =
            patience_ms.and_then(|ms| Duration::try_from_secs_f64(ms.max(0.0) / 1000.0).ok());
        let must_end = || !may_run_javascript(env);
        let must_end = is_worker.then_some(&must_end as &dyn Fn() -> bool);
        let turn = calls
            .lead
            .map_or(Turn::Free, |lead| calls.store.wait_here(&key, lead, patience, must_end));
        Ok(number_of(turn))
    }

    /// Begins to wait for the turn of the key in the scratch. `blocked` has the keys of the runs that the call is nested
    /// in, one after the other.
    #[napi]
    pub fn wait<'env>(&self, env: &'env Env, blocked: Option<Uint8Array>) -> Result<Waiting<'env>> {
        let key = Self::key_in_scratch()?;
        let calls = self.calls();
        let Some(lead) = calls.lead else { return Err(misused("nothing to wait for")) };
        let blocked = blocked.as_deref().unwrap_or_default().chunks_exact(Digest::LENGTH);
        let blocked = blocked.filter_map(|bytes| Digest::try_from(bytes).ok()).collect();
        let (deferred, turn) =
            env.create_deferred().map_err(|error| misused(&error.to_string()))?;
        let tell = Box::new(move |turn| deferred.resolve(move |_| Ok(number_of(turn))));
        let id = calls.store.wait(&key, lead, blocked, false, tell);
        #[expect(clippy::cast_precision_loss, reason = "nobody waits 2^53 times")]
        Ok(Waiting { id: id as f64, turn })
    }

    /// Ends a wait that has not ended yet: its turn is to run without a lease.
    #[napi]
    pub fn cancel_wait(&self, id: f64) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it was a u64"
        )]
        self.calls().store.cancel(id as u64);
    }
}

/// Whether this thread goes on after a native call: false once its worker is terminated.
fn may_run_javascript(env: Env) -> bool {
    let (mut undefined, mut coerced) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: `env` is that of the current call, on its thread; the out-parameters outlive the calls. Coercing undefined
    // runs nothing, but is refused, like all that could run something, where nothing may run any more.
    unsafe {
        sys::napi_get_undefined(env.raw(), &raw mut undefined) == sys::Status::napi_ok
            && sys::napi_coerce_to_bool(env.raw(), undefined, &raw mut coerced)
                == sys::Status::napi_ok
    }
}

/// The number that stands for a turn.
const fn number_of(turn: Turn) -> u32 {
    match turn {
        Turn::LookAgain => 0,
        Turn::Granted => 1,
        Turn::Free => 2,
        Turn::Promised => 3,
    }
}
