//! [`Client`]: a process that reaches the store through its owner.

use std::io::ErrorKind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::connection::{Broken, Closer, Connection, Reader, Writer};
use super::greeting::{Hello, PROTOCOL, Purpose, Welcome};
use super::lock::{LAST, Lock};
use super::note::Note;
use super::operation::contract::{Answer, Operation, PATIENCE};
use super::socket;
use crate::error::{Error, Result};
use crate::store::Layout;

/// A session with the owner of a store.
pub struct Client {
    layout: Layout,
    session: u128,
    /// Connections that nobody is using. There are as many as threads that ask at once.
    idle: Lock<LAST, Vec<Connection>>,
    control: Lock<LAST, Writer>,
    closer: Closer,
    is_closed: AtomicBool,
}

impl Client {
    /// Begins a session. The reader brings what the owner has to say; when it ends, so has the session.
    ///
    /// # Errors
    ///
    /// [`Error::Disconnected`] when nobody listens; [`Error::Unresponsive`] when whoever listens says nothing;
    /// [`Error::Protocol`] when it says something else than an owner of this version.
    pub fn connect(layout: &Layout, session: u128, patience: Duration) -> Result<(Self, Reader)> {
        let control = open(layout, session, Purpose::Control, patience)?;
        let closer = control.closer();
        let Connection { reader, writer } = control;
        let client = Self {
            layout: layout.clone(),
            session,
            idle: Lock::default(),
            control: Lock::new(writer),
            closer,
            is_closed: AtomicBool::new(false),
        };
        Ok((client, reader))
    }

    /// Asks the owner, and has `read` take from the answer what is wanted.
    ///
    /// # Errors
    ///
    /// What the owner says; [`Error::Disconnected`], [`Error::Unresponsive`], [`Error::Protocol`].
    pub fn ask_with<O: Operation, T>(
        &self,
        operation: &O,
        read: impl FnOnce(O::Answer<'_>) -> T,
    ) -> Result<T> {
        let mut connection = self.connection()?;
        let question = (O::NUMBER, operation);
        connection.writer.send(&question).map_err(|broken| self.failure(&broken))?;
        let answer = O::Answer::receive(&mut connection.reader, O::PATIENCE)
            .map_err(|broken| self.failure(&broken))?
            .map(read);
        self.idle.lock().push(connection);
        answer
    }

    /// Asks the owner.
    ///
    /// # Errors
    ///
    /// As [`Client::ask_with`].
    pub fn ask<O, T>(&self, operation: &O) -> Result<T>
    where
        O: for<'a> Operation<Answer<'a> = T>,
    {
        self.ask_with(operation, |answer| answer)
    }

    /// Says something on the control connection.
    ///
    /// # Errors
    ///
    /// [`Error::Disconnected`], [`Error::Unresponsive`]
    pub fn say(&self, note: &Note) -> Result<()> {
        self.control.lock().send(note).map_err(|broken| self.failure(&broken))
    }

    /// Ends the session.
    pub fn close(&self) {
        self.is_closed.store(true, Ordering::SeqCst);
        self.closer.close();
        self.idle.lock().clear();
    }

    /// Whether the session has ended, as far as this process knows.
    pub fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::SeqCst)
    }

    fn connection(&self) -> Result<Connection> {
        let idle = self.idle.lock().pop();
        if let Some(connection) = idle {
            return Ok(connection);
        }
        let connection = open(&self.layout, self.session, Purpose::Requests, PATIENCE)?;
        // Whoever listens by now may be the next owner, and hear of this process as its client: leases that it grants are
        // not this session's.
        if self.is_closed() {
            return Err(Error::Disconnected);
        }
        Ok(connection)
    }

    fn failure(&self, broken: &Broken) -> Error {
        failed(&self.layout, broken)
    }
}

fn failed(layout: &Layout, broken: &Broken) -> Error {
    match broken {
        Broken::Ended => Error::Disconnected,
        Broken::Silent => Error::Unresponsive(layout.root().to_owned()),
        Broken::Malformed => Error::Protocol("a message that cannot be read".to_owned()),
    }
}

fn open(
    layout: &Layout,
    session: u128,
    purpose: Purpose,
    patience: Duration,
) -> Result<Connection> {
    let stream = socket::connect(layout).map_err(|error| match error.kind() {
        // Others wait to be let in already, and nobody lets them.
        ErrorKind::WouldBlock => Error::Unresponsive(layout.root().to_owned()),
        ErrorKind::PermissionDenied => Error::Unavailable {
            location: layout.root().to_owned(),
            reason: "it is in use by another user; choose another location".to_owned(),
        },
        _ => Error::Disconnected,
    })?;
    let mut connection = Connection::new(stream);
    let hello = Hello { purpose, protocol: PROTOCOL, session };
    connection.writer.send_bytes(&hello.encode()).map_err(|broken| failed(layout, &broken))?;
    let answer = connection.reader.receive_bytes(Some(patience));
    let welcome = Welcome::decode(answer.map_err(|broken| failed(layout, &broken))?)
        .ok_or_else(|| Error::Protocol("it is no engram".to_owned()))?;
    if welcome.is_welcome {
        return Ok(connection);
    }
    Err(Error::Protocol(format!(
        "it has version {}, this engram has {PROTOCOL}; use one version, or another location",
        welcome.protocol
    )))
}
