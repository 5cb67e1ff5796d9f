//! [`Asker`]: on whose behalf the owner does something.

use std::sync::Arc;

use super::control::Control;
use super::owner::{NewLease, Owner};
use super::session::session_of;
use crate::digest::Digest;
use crate::engine::Engine;
use crate::lease::{Agent, Ending};

/// A session that asks the owner for something: the owner's own process, or a client's.
pub struct Asker<'a> {
    pub owner: &'a Arc<Owner>,
    session: u128,
    origin: Origin<'a>,
}

enum Origin<'a> {
    Here,
    /// The control connection that the session had when this request connection began. Leases are granted as long as it
    /// has that one: they end with it.
    Elsewhere(Option<&'a Arc<Control>>),
}

impl<'a> Asker<'a> {
    /// The owner's own process.
    pub fn own(owner: &'a Arc<Owner>) -> Self {
        Self { owner, session: owner.session, origin: Origin::Here }
    }

    /// A client, on a request connection that began when its session had this control connection.
    pub const fn client(
        owner: &'a Arc<Owner>,
        session: u128,
        control: Option<&'a Arc<Control>>,
    ) -> Self {
        Self { owner, session, origin: Origin::Elsewhere(control) }
    }

    pub fn engine(&self) -> &'a Engine {
        &self.owner.engine
    }

    /// The session's name, as files that it stages carry it.
    pub fn session_name(&self) -> String {
        format!("{:032x}", self.session)
    }

    /// Takes the lease on a key for a thread of the asker's, if it is free. A client that is refused because its session
    /// has ended asks to wait, on a connection that has ended or with the next owner.
    pub fn acquire(&self, key: Digest, thread: u32) -> Option<NewLease<'a>> {
        let agent = self.agent(thread);
        match self.origin {
            Origin::Here => self.owner.lease_to_own(key, agent),
            Origin::Elsewhere(control) => self.owner.lease_to_client(key, agent, control),
        }
    }

    /// Ends a lease of the asker's. Nothing happens if the thread does not hold it.
    pub fn release(&self, key: Digest, thread: u32, ending: Ending) {
        self.owner.carry(|leases| leases.release(key, self.agent(thread), ending));
    }

    /// Notes that the run of a lease of the asker's is asynchronous.
    pub fn promised(&self, key: Digest, thread: u32) {
        self.owner.carry(|leases| leases.promised(key, self.agent(thread)));
    }

    const fn agent(&self, thread: u32) -> Agent {
        Agent { session: session_of(self.session), thread }
    }
}
