//! One store, many processes: the owner has the index open and serves the others, who notice nothing of it.
//!
//! [`SharedStore`] is what callers use; it answers the same whichever role its process has.

mod client;
mod connection;
mod control;
mod election;
mod flight;
mod operations;
mod owner;
#[cfg(windows)]
mod pipe;
mod protocol;
mod reached;
mod recall;
mod registry;
mod serving;
#[cfg(unix)]
mod socket;
mod store;
mod waiting;
mod waits;

#[cfg(windows)]
use pipe as socket;

pub use flight::{Lead, Reach};
pub use recall::Recall;
pub use registry::{StoreHandle, close_all, open};
pub use store::{Role, SharedStore};

#[cfg(all(test, unix))]
mod hand_over_test;
#[cfg(test)]
mod hostile_test;
#[cfg(test)]
mod socket_test;
