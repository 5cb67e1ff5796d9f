//! What a call asks of the core: look a result up, commit one, list and drop them.

mod access;
mod commit;
mod counts;
mod explain;
mod function;
mod hot;
mod identity;
mod limits;
mod listing;
mod local;
mod lookup;
mod opened;
mod recent;
mod removal;
mod revision;
mod row;
mod state;
mod sweep;
mod values;

pub use access::{Access, read_log};
pub use commit::{NewEntry, Place};
pub use explain::Asked;
pub use function::Function;
pub use identity::{FunctionIdentity, Kind, Strategy};
pub use limits::{Limits, Reduced};
pub use listing::{EntryInfo, Totals};
pub use local::Local;
pub use lookup::{Hit, Loaded, Lookup, MissReason};
pub use recent::{Recent, Seen};
pub use revision::{Revision, Validity};
pub use row::{FunctionPrefix, entry_row};
pub use state::{Engine, Mode, Need};
pub use sweep::Sweep;
pub use values::{Staged, Values, hit_of};
