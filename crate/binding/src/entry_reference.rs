//! One entry, as something small that can be passed on.

use std::fmt::Write;
use std::sync::Arc;

use engram_core::digest::Digest;
use engram_core::engine::{EntryId, FunctionPrefix, MissReason};
use engram_core::sharing::SharedStore;
use napi::Env;
use napi::bindgen_prelude::Either;
use napi_derive::napi;

use crate::details::{Comparison, EntryDetails, PrintedValue};
use crate::entry::Entry;
use crate::error::{Result, failed};
use crate::loaded::{LoadedValue, hand_over};
use crate::recall::answer_miss;

/// The entry of one call, whether it is there or not.
#[napi]
pub struct EntryReference {
    store: Arc<SharedStore>,
    function: FunctionPrefix,
    key: Digest,
}

impl EntryReference {
    pub const fn new(store: Arc<SharedStore>, function: FunctionPrefix, key: Digest) -> Self {
        Self { store, function, key }
    }

    pub const fn of(store: Arc<SharedStore>, EntryId { function, key }: EntryId) -> Self {
        Self::new(store, function, key)
    }

    const fn id(&self) -> EntryId {
        EntryId { function: self.function, key: self.key }
    }

    /// The entry with this name; `None` for what is no name.
    pub fn named(store: Arc<SharedStore>, name: &str) -> Option<Self> {
        let (function, key) = name.split_once('.')?;
        Some(Self::new(store, prefix_of(function)?, Digest::from_hex(key)?))
    }
}

#[napi]
impl EntryReference {
    /// Names the entry in its store: hexadecimal digits, and a dot.
    #[napi(getter)]
    pub fn name(&self) -> String {
        let mut name = String::new();
        for byte in self.function {
            // Writing to a string cannot fail.
            let _ = write!(name, "{byte:02x}");
        }
        format!("{name}.{}", self.key.to_hex())
    }

    /// Brings the value, if it has this hexadecimal digest, or says why not.
    #[napi]
    pub fn load<'env>(
        &self,
        env: &'env Env,
        output_digest: String,
    ) -> Result<Either<LoadedValue<'env>, i32>> {
        let Self { store, function, key } = self;
        let loaded = store.load(function, key).map_err(|error| failed(&error))?;
        let wanted = Digest::from_hex(&output_digest);
        let value = match loaded {
            Ok(loaded) if loaded.output.is_none() || loaded.output == wanted => {
                hand_over(env, store, &loaded)?
            }
            // Another value took its place.
            Ok(_) => Err(MissReason::Absent),
            Err(reason) => Err(reason),
        };
        Ok(value.map_or_else(|reason| Either::B(answer_miss(reason)), Either::A))
    }

    /// Facts of the entry.
    #[napi]
    pub fn info(&self) -> Result<Option<Entry>> {
        let info = self.store.info(&self.function, &self.key).map_err(|error| failed(&error))?;
        Ok(info.map(Entry::from))
    }

    /// Hexadecimal key of the call.
    #[napi(getter)]
    pub fn key(&self) -> String {
        self.key.to_hex()
    }

    /// Facts of the entry, with what its key was made of; null where it is gone or damaged.
    #[napi]
    pub fn details(&self) -> Result<Option<EntryDetails>> {
        let details = self.store.details(self.id()).map_err(|error| failed(&error))?;
        Ok(details.map(EntryDetails::from))
    }

    /// The first `most` bytes of the value as text, or why there is none. Runs no code, and reads of buffers what is shown.
    #[napi]
    pub fn print(&self, most: u32) -> Result<Either<PrintedValue, i32>> {
        let printed =
            self.store.print(&self.id(), most as usize).map_err(|error| failed(&error))?;
        Ok(match printed {
            Ok(printed) => Either::A(printed.into()),
            Err(reason) => Either::B(answer_miss(reason)),
        })
    }

    /// What differs between its key and that of another entry, or of the nearest one; null where that is gone, or none is near.
    #[napi]
    pub fn compare(&self, other: Option<&EntryReference>) -> Result<Option<Comparison>> {
        let other = other.map(Self::id);
        let compared = self.store.compare(self.id(), other).map_err(|error| failed(&error))?;
        Ok(compared.map(Comparison::from))
    }

    /// Says that the entry was used, at this time.
    #[napi]
    pub fn note_use(&self, now: f64) {
        self.store.note_use(&self.key, now);
    }

    /// Drops the entry.
    #[napi]
    pub fn forget(&self) -> Result<bool> {
        self.store.forget(&self.function, &self.key).map_err(|error| failed(&error))
    }
}

fn prefix_of(text: &str) -> Option<FunctionPrefix> {
    let mut prefix = FunctionPrefix::default();
    if text.len() != 2 * prefix.len() || !text.is_ascii() {
        return None;
    }
    for (index, byte) in prefix.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * index..2 * index + 2], 16).ok()?;
    }
    Some(prefix)
}
