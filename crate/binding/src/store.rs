//! One store directory, as a memory holds it.

use std::cell::Cell;
use std::collections::HashSet;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use engram_core::codec::{Compression, Method};
use engram_core::digest::Digest;
use engram_core::engine::{Function, FunctionIdentity, Kind, Mode, Strategy};
use engram_core::error::Error;
use engram_core::sharing::{self, Role, SharedStore};
use engram_core::store::Durability;
use napi::Env;
use napi::bindgen_prelude::Uint8Array;
use napi_derive::napi;

use crate::entry::{AllSums, Entry, Sums, counted};
use crate::entry_reference::EntryReference;
use crate::entry_walk::EntryWalk;
use crate::error::{Result, failed, misused};
use crate::exit::{self, Holder};
use crate::function_entries::FunctionEntries;
use crate::lead::lead_of;
use crate::limits::{Reduction, StoreLimits};
use crate::recall::Calls;
use crate::record::{KeptRecord, RecordFilter, RecordId, RecordPart, RecordRow, rows_of};
use crate::statistics::Statistics;
use crate::validity::{self, Validity};
use crate::verification::Verification;

/// What identifies a function in its entries.
#[napi(object, object_to_js = false)]
pub struct Identity {
    pub name: String,
    pub version: Option<String>,
    pub project: Option<String>,
    pub domain: Option<String>,
    /// 'memory', 'step', 'task', 'workflow' or 'work'.
    pub kind: String,
    /// 'codeHash', 'syntaxHash', 'inputHash' or 'custom'.
    pub strategy: String,
    /// Hexadecimal fingerprint of the code, where the strategy has one.
    pub code: Option<String>,
}

/// How calls of a function are to be made.
#[napi(object, object_to_js = false)]
pub struct Calling {
    /// 'shared', 'process', or absent: how far the lease on a key reaches that a miss takes.
    pub single_flight: Option<String>,
    /// Whether stored results are to survive a power cut.
    pub is_power: bool,
    /// 'none', 'lz4' or 'zstd': how structure bytes are compressed.
    pub compression: String,
    /// Whether large buffers are compressed too.
    pub packs_buffers: bool,
}

/// A store directory in use. Opening touches nothing; the directory is made on the first write.
#[napi]
pub struct Store(Rc<Holder>);

#[napi]
impl Store {
    /// The store at `location`, shared with whoever uses it in this process already.
    #[napi(factory)]
    pub fn open(env: Env, location: String, is_read_only: bool) -> Self {
        exit::guard();
        let mode = if is_read_only { Mode::ReadOnly } else { Mode::ReadWrite };
        let holder = Rc::new(Holder::new(Some(sharing::open(Path::new(&location), mode))));
        exit::remember(env, &holder);
        Self(holder)
    }

    /// The entries of a function. Who asks for them is about to call it: a store that exists starts to open.
    #[napi]
    pub fn function(&self, identity: Identity, calling: Calling) -> Result<FunctionEntries> {
        let store = self.store()?;
        store.open_ahead();
        Ok(FunctionEntries::new(Calls {
            store,
            function: Function::new(identity_of(identity)?),
            lead: lead_of(calling.single_flight.as_deref())?,
            durability: if calling.is_power { Durability::Power } else { Durability::Process },
            compression: compression_of(&calling)?,
            failure: Cell::default(),
            buffers: Cell::default(),
        }))
    }

    /// Says that somebody is about to call a function: a store that exists starts to open.
    #[napi]
    pub fn open_ahead(&self) -> Result<()> {
        self.store()?.open_ahead();
        Ok(())
    }

    /// The entry that `EntryReference.name` named; null for what is no such name.
    #[napi]
    pub fn reference(&self, name: String) -> Result<Option<EntryReference>> {
        Ok(EntryReference::named(self.store()?, &name))
    }

    /// Facts of all entries, newest first, to be taken a few at a time; of those that are superseded, or that are not.
    #[napi]
    pub fn list(&self, superseded: Option<bool>) -> Result<EntryPages> {
        self.store()?.list(superseded).map(EntryPages).map_err(|error| failed(&error))
    }

    /// Entries grouped by function, a page at a time; with `name` those of functions of this id, or of this name in their
    /// module.
    #[napi]
    pub fn walk(&self, name: Option<String>) -> Result<EntryWalk> {
        Ok(EntryWalk::new(self.store()?, name))
    }

    /// Entries whose keys begin with these hexadecimal digits, `most` at most.
    #[napi]
    pub fn find(&self, digits: String, most: u32) -> Result<Vec<EntryReference>> {
        let store = self.store()?;
        let found = store.find(&digits, most).map_err(|error| failed(&error))?;
        Ok(found.into_iter().map(|id| EntryReference::of(Arc::clone(&store), id)).collect())
    }

    /// Sums over all entries.
    #[napi]
    pub fn totals(&self) -> Result<Sums> {
        self.store()?.totals().map(Sums::from).map_err(|error| failed(&error))
    }

    /// Sums over all entries, and over those of each function by its id. Reads them once.
    #[napi]
    pub fn all_totals(&self) -> Result<AllSums> {
        let (all, by_name) = self.store()?.all_totals().map_err(|error| failed(&error))?;
        let by_name = by_name.into_iter().map(|(name, totals)| (name, Sums::from(totals)));
        Ok(AllSums { all: all.into(), by_name: by_name.collect() })
    }

    /// 'owner', 'client' or 'none': which part this process has in sharing the directory.
    #[napi(ts_return_type = "'owner' | 'client' | 'none'")]
    pub fn role(&self) -> Result<&'static str> {
        Ok(match self.store()?.role() {
            Role::Owner => "owner",
            Role::Client => "client",
            Role::None => "none",
        })
    }

    /// What the user should know of the store, once.
    #[napi]
    pub fn take_warning(&self) -> Result<Option<String>> {
        Ok(self.store()?.take_warning())
    }

    /// Drops every entry; says how many went.
    #[napi]
    pub fn clear(&self) -> Result<u32> {
        counted(self.store()?.clear())
    }

    /// Drops the entries with these hexadecimal keys; says how many went.
    #[napi]
    pub fn forget_keys(&self, keys: Vec<String>) -> Result<u32> {
        let keys: HashSet<Digest> = keys.iter().filter_map(|key| Digest::from_hex(key)).collect();
        counted(self.store()?.forget_keys(&keys))
    }

    /// Sets what writers of this directory keep to from now on; what is not limited is infinite.
    #[napi]
    pub fn set_limits(&self, limits: StoreLimits) -> Result<()> {
        self.store()?.set_limits(limits.into());
        Ok(())
    }

    /// Drops what exceeds the limits, least recently used first; says what went.
    #[napi]
    pub fn reduce(&self, limits: StoreLimits, now: f64) -> Result<Reduction> {
        let reduced = self.store()?.reduce(&limits.into(), now).map_err(|error| failed(&error))?;
        Ok(reduced.into())
    }

    /// Begins to read everything back; `repairs` drops what is damaged.
    #[napi]
    pub fn verification(&self, repairs: bool) -> Result<Verification> {
        let verification = self.store()?.verification(repairs).map_err(|error| failed(&error))?;
        Ok(Verification::new(verification))
    }

    /// Until when what lookups find from now on may be kept; null where nothing would tell.
    #[napi]
    pub fn validity<'a>(&self, env: &'a Env) -> Result<Option<Validity<'a>>> {
        let validity = self.store()?.validity();
        Ok(validity.and_then(|validity| validity::hand_over(env, validity)))
    }

    /// Notes uses of what was kept, as records of the log of accesses: call key, how many (u64), when the last one was (f64).
    #[napi]
    pub fn note_uses(&self, records: Uint8Array) -> Result<()> {
        self.store()?.note_uses(&records);
        Ok(())
    }

    /// Adds what calls of this process did to the sums that are kept.
    #[napi]
    pub fn note_statistics(&self, noted: Vec<Statistics>) -> Result<()> {
        self.store()?.note_statistics(noted.into_iter().map(Into::into).collect());
        Ok(())
    }

    /// The sums that are kept.
    #[napi]
    pub fn statistics(&self) -> Result<Vec<Statistics>> {
        let all = self.store()?.statistics().map_err(|error| failed(&error))?;
        Ok(all.into_iter().map(Statistics::from).collect())
    }

    /// Writes rows of records, all or none. Of the records that are among them, only the `keep` newest of their kind and
    /// name stay.
    #[napi]
    pub fn write_records(&self, rows: Vec<RecordRow>, keep: u32) -> Result<()> {
        self.store()?.write_records(&rows_of(rows), keep).map_err(|error| failed(&error))
    }

    /// The newest records that match, newest first, `limit` at most.
    #[napi]
    pub fn records(&self, filter: RecordFilter, limit: u32) -> Result<Vec<KeptRecord>> {
        let found = self.store()?.records(filter.into(), limit).map_err(|error| failed(&error))?;
        Ok(found.into_iter().map(KeptRecord::from).collect())
    }

    /// The parts of a record, in the order of their names' bytes.
    #[napi]
    pub fn record_parts(&self, record: RecordId) -> Result<Vec<RecordPart>> {
        let parts = self.store()?.record_parts(record.into()).map_err(|error| failed(&error))?;
        Ok(parts.into_iter().map(RecordPart::from).collect())
    }

    /// Drops the records that match, with their parts; says how many records went.
    #[napi]
    pub fn drop_records(&self, filter: RecordFilter) -> Result<u32> {
        counted(self.store()?.drop_records(filter.into()))
    }

    /// Lets go of the directory. The last to let go closes it.
    #[napi]
    pub fn close(&self) {
        self.0.take();
    }

    fn store(&self) -> Result<Arc<SharedStore>> {
        let handle = self.0.borrow();
        let handle = handle.as_ref().ok_or_else(|| failed(&Error::Closed))?;
        Ok(Arc::clone(handle.store()))
    }
}

/// Entries that are still to be looked at.
#[napi]
pub struct EntryPages(sharing::EntryPages);

#[napi]
impl EntryPages {
    /// The facts of the next `count` entries; fewer at the end.
    #[napi]
    pub fn take(&mut self, count: u32) -> Result<Vec<Entry>> {
        let infos = self.0.next_page(count as usize).map_err(|error| failed(&error))?;
        Ok(infos.into_iter().map(Entry::from).collect())
    }
}

fn identity_of(identity: Identity) -> Result<FunctionIdentity> {
    let kind = Kind::from_name(&identity.kind).ok_or_else(|| misused("no such kind"))?;
    let strategy =
        Strategy::from_name(&identity.strategy).ok_or_else(|| misused("no such strategy"))?;
    Ok(FunctionIdentity {
        name: identity.name,
        version: identity.version,
        project: identity.project,
        domain: identity.domain,
        kind,
        strategy,
        code: identity.code.as_deref().and_then(Digest::from_hex),
    })
}

fn compression_of(calling: &Calling) -> Result<Compression> {
    let name = &calling.compression;
    let structure =
        Method::named(name).ok_or_else(|| misused(&format!("'{name}' is no compression")))?;
    Ok(Compression { structure, packs_buffers: calling.packs_buffers })
}
