//! [`Role`]: which part a process has in the sharing of a store.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::client::Client;
use super::owner::Owner;
use crate::error::{Error, Result};

/// After a failed opening, callers go on without the store for so long before it is tried again.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Which part a process has in the sharing of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It has the store open, and serves the others.
    Owner,
    /// It asks the owner.
    Client,
    /// It has not needed the store yet, or cannot reach it.
    None,
}

/// A role in which the store can be used.
pub enum ActiveRole {
    Owner(Arc<Owner>),
    Client(Arc<Client>),
}

/// The role as it stands, with what belongs to it.
pub enum RoleState {
    Idle {
        failure: Option<(Instant, Error)>,
    },
    Owner(Arc<Owner>),
    Client(Arc<Client>),
    /// The owner does not answer. A thread waits until it does.
    Waiting(Error),
    Closed,
}

impl RoleState {
    /// No role, and nothing known against taking one.
    pub const IDLE: Self = Self::Idle { failure: None };

    /// The role was looked for, and not found.
    pub fn failed(error: Error) -> Self {
        Self::Idle { failure: Some((Instant::now(), error)) }
    }

    /// Whether the store is reached through this session.
    pub fn is_client(&self, client: &Arc<Client>) -> bool {
        matches!(self, Self::Client(current) if Arc::ptr_eq(current, client))
    }

    /// Whether this owner is the role.
    pub fn is_owner(&self, owner: &Arc<Owner>) -> bool {
        matches!(self, Self::Owner(current) if Arc::ptr_eq(current, owner))
    }

    /// The role, if there is one; `None` where one is still to be found.
    ///
    /// # Errors
    ///
    /// Why there is none, and will be none for now.
    pub fn active(&self) -> Result<Option<ActiveRole>> {
        match self {
            Self::Owner(owner) => Ok(Some(ActiveRole::Owner(Arc::clone(owner)))),
            Self::Client(client) => Ok(Some(ActiveRole::Client(Arc::clone(client)))),
            Self::Idle { failure: Some((at, error)) } if at.elapsed() < RETRY_AFTER => {
                Err(error.clone())
            }
            Self::Idle { .. } => Ok(None),
            Self::Waiting(error) => Err(error.clone()),
            Self::Closed => Err(Error::Closed),
        }
    }
}
