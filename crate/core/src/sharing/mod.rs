//! One store, many processes: the owner has the index open and serves the others, who notice nothing of it.
//!
//! [`SharedStore`] is what callers use; it answers the same whichever role its process has. Lowest first:
//!
//! - **what travels**: `socket` (on Windows `pipe`), `connection`, `greeting`, `note`, `session`;
//! - **the owner's side**: `control`, `owner`, `asker`; `reception` lets clients in and answers them;
//! - **the client's side**: `client`; `listening` hears what the owner says unasked;
//! - **what this process has, whoever owns the store**: `lead`, `held`, `waits`, and with its `role` the `store`;
//! - **what it does**: `operation/`, one file for each thing that can be asked; `waiting` for runs of others; `holding`
//!   leases from one owner to the next; `verification` reads everything back; `reach` and `election`, which find the role;
//! - **all stores of the process**: `registry`.
//!
//! The order of the locks stands in `lock`.

mod asker;
mod client;
mod connection;
mod control;
mod election;
mod greeting;
mod held;
mod holding;
mod lead;
mod listening;
mod lock;
mod note;
mod operation;
mod owner;
#[cfg(windows)]
mod pipe;
mod reach;
mod reception;
mod registry;
mod role;
mod session;
#[cfg(unix)]
mod socket;
mod store;
mod verification;
mod waiting;
mod waits;

#[cfg(windows)]
use pipe as socket;

pub use lead::{Lead, LeaseScope};
pub use operation::list::EntryPages;
pub use operation::print::Printed;
pub use operation::recall::Recalled;
pub use registry::{StoreHandle, close_all, open};
pub use role::Role;
pub use store::SharedStore;
pub use verification::{Verification, Verified};

#[cfg(test)]
mod tests;
