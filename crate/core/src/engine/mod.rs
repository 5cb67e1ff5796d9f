//! What a call asks of the core: look a result up, commit one, list and drop them.

mod access;
mod commit;
mod counts;
mod function;
mod hot;
mod limits;
mod listing;
mod lookup;
mod opened;
mod registry;
mod removal;
mod row;
mod state;

pub use commit::NewEntry;
pub use function::{Function, FunctionIdentity, Strategy};
pub use limits::{Limits, Reduced};
pub use listing::{EntryInfo, Totals};
pub use lookup::{Hit, Loaded, Lookup, MissReason};
pub use registry::{EngineHandle, close_all, open};
pub use state::{Engine, Mode};
