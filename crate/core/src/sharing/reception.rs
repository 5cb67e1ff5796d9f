//! The owner's threads: one lets in who connects, and one for each connection serves it.

use std::io;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::thread;
use std::time::{Duration, Instant};

use super::asker::Asker;
use super::connection::Connection;
use super::control::Control;
use super::greeting::{Hello, PROTOCOL, Purpose, Welcome};
use super::note::{Note, Told};
use super::operation::table::answer;
use super::owner::Owner;
use super::session::{session_of, sessions_in};
use super::socket::{self, Listener, Stream};
use crate::lease::{Agent, Leases, Session, Waiter};

/// More connections than this are refused: their processes go on without the cache.
const MOST_CONNECTIONS: usize = 2048;
/// A thread that serves a connection needs little.
const STACK: usize = 512 << 10;
/// How long someone who connects may take to say who it is.
const HELLO_PATIENCE: Duration = Duration::from_secs(2);
/// After a hand-over: how long processes that are alive are waited for, before what they held is given to others.
const GRACE: Duration = Duration::from_secs(1);
/// How often it is checked meanwhile whether they are still alive.
const GRACE_STEP: Duration = Duration::from_millis(10);
/// How often the owner looks after the directory while nobody connects.
const LOOKS_EVERY: Duration = Duration::from_millis(200);

impl Owner {
    /// Begins to serve other processes. Where that cannot be, this process has the store to itself.
    pub fn listen(self: &Arc<Self>) {
        if self.is_listening.swap(true, Ordering::AcqRel) {
            return;
        }
        if self.start_accepting().is_err() {
            self.carry(Leases::give_up_waiting);
        }
    }

    fn start_accepting(self: &Arc<Self>) -> io::Result<()> {
        // Held meanwhile: an owner that was stopped must not take the socket from the next one.
        let mut accepting = self.accepting.lock();
        if self.is_stopping() {
            return Ok(());
        }
        let listener = Arc::new(socket::listen(&self.layout)?);
        let (owner, accepted) = (Arc::downgrade(self), Arc::clone(&listener));
        let thread = thread::Builder::new().name("engram-owner".to_owned());
        let thread = thread.spawn(move || accept_all(&owner, &accepted))?;
        *accepting = Some((listener, thread));
        Ok(())
    }

    /// Ends all connections and closes the store.
    pub fn stop(&self) {
        self.is_stopping.store(true, Ordering::Release);
        let accepting = self.accepting.lock().take();
        if let Some((listener, thread)) = accepting {
            // Before the lock is given up, and not in a directory that came in the place of this one: lest the socket be
            // the next owner's.
            if self.engine.is_in_place() {
                let _ = std::fs::remove_file(self.layout.socket());
            }
            listener.stop();
            // Unless it is that thread which lets go of the store last.
            if thread.thread().id() != thread::current().id() {
                let _ = thread.join();
            }
        }
        self.engine.close();
        for (_, closer) in self.connections.lock().drain() {
            closer.close();
        }
    }

    fn is_stopping(&self) -> bool {
        self.is_stopping.load(Ordering::Acquire)
    }

    /// Removes blobs that no entry names, in nobody's way.
    fn sweep(self: &Arc<Self>) {
        let owner = Arc::clone(self);
        let sweeping = move || {
            // What stays is swept after the next unclean end.
            let _ = owner.engine.sweep_orphans();
        };
        let _ = thread::Builder::new().name("engram-sweep".to_owned()).spawn(sweeping);
    }

    /// Stops waiting for sessions that have died, or that are given up.
    fn settle(&self, begun: Instant) -> bool {
        if self.leases.lock().is_settled() {
            return true;
        }
        if begun.elapsed() > GRACE {
            self.carry(Leases::give_up_waiting);
            return true;
        }
        let alive = sessions_in(&self.layout);
        for session in self.expected.iter().filter(|session| !alive.contains(session)) {
            self.carry(|leases| leases.restated(*session));
        }
        self.leases.lock().is_settled()
    }

    fn admit(self: &Arc<Self>, stream: Stream) {
        if !stream.is_same_user() || self.connections.lock().len() >= MOST_CONNECTIONS {
            return;
        }
        let connection = Connection::new(stream);
        let number = self.connected.fetch_add(1, Ordering::Relaxed);
        let closer = connection.closer();
        self.connections.lock().insert(number, closer.clone());
        let owner = Arc::downgrade(self);
        let serving = move || {
            greet(&owner, connection);
            if let Some(owner) = owner.upgrade() {
                owner.connections.lock().remove(&number);
            }
        };
        let thread = thread::Builder::new().name("engram-client".to_owned()).stack_size(STACK);
        if thread.spawn(serving).is_err() {
            closer.close();
            self.connections.lock().remove(&number);
        }
        // One that came while the others were being closed.
        if self.is_stopping() {
            closer.close();
        }
    }

    /// Begins a session.
    fn begin(&self, session: Session, control: &Arc<Control>) {
        let before = self.controls.lock().insert(session, Arc::clone(control));
        if before.is_some() {
            // A client that lost patience and came back: what it had is void, as it knows.
            self.carry(|leases| leases.leave(session));
        }
    }

    /// Ends a session with its control connection. The clients of an owner that stops live on: the next one hears from
    /// them what they hold.
    fn end(&self, session: Session, control: &Arc<Control>) {
        if self.is_stopping() {
            return;
        }
        let mut controls = self.controls.lock();
        if controls.get(&session).is_some_and(|current| Arc::ptr_eq(current, control)) {
            controls.remove(&session);
            drop(controls);
            self.carry(|leases| leases.leave(session));
        }
    }

    /// Takes what a session says on its control connection.
    fn hear(&self, session: Session, note: Note, control: &Arc<Control>) {
        match note {
            Note::Restate { key, thread, is_promised } => {
                self.restate(key, Agent { session, thread }, is_promised);
            }
            Note::Restated => self.carry(|leases| leases.restated(session)),
            Note::Wait { key, thread, id, blocked, is_blocking } => {
                let agent = Agent { session, thread };
                self.wait(key, Waiter { agent, id, blocked, is_blocking });
            }
            Note::Cancel { key, thread, id } => {
                self.leases.lock().cancel(key, Agent { session, thread }, id);
            }
            Note::Ping => control.say(Told::Pong),
        }
    }
}

/// Lets in who connects, and looks after the store meanwhile, until the owner stops.
fn accept_all(owner: &Weak<Owner>, listener: &Listener) {
    let begun = Instant::now();
    let (mut is_settled, mut is_swept) = (false, false);
    loop {
        let patience = if is_settled { LOOKS_EVERY } else { GRACE_STEP };
        let has_peer = listener.wait(patience);
        let Some(owner) = owner.upgrade().filter(|owner| !owner.is_stopping()) else { return };
        is_settled = is_settled || owner.settle(begun);
        if !is_swept && owner.engine.is_unswept() {
            is_swept = true;
            owner.sweep();
        }
        if owner.engine.is_lost() {
            // Not in this thread, which is waited for.
            thread::spawn(move || owner.lose());
            return;
        }
        if has_peer {
            match listener.accept() {
                Ok(stream) => owner.admit(stream),
                // No descriptors left: others close theirs in time.
                Err(_) => thread::sleep(GRACE_STEP),
            }
        }
    }
}

/// Exchanges the fixed bytes, and serves what the connection is for.
fn greet(owner: &Weak<Owner>, mut connection: Connection) {
    let Ok(bytes) = connection.reader.receive_bytes(Some(HELLO_PATIENCE)) else { return };
    let Some(hello) = Hello::decode(bytes) else { return };
    let is_welcome = hello.protocol == PROTOCOL;
    let Some(present) = owner.upgrade() else { return };
    // Looked up before the client hears that it may ask: what comes of its session later is not what it began with.
    let control = present.control_of(session_of(hello.session));
    let admitted = present.engine.admit_clients().is_ok();
    drop(present);
    let welcome = Welcome { is_welcome, protocol: PROTOCOL };
    if !admitted || connection.writer.send_bytes(&welcome.encode()).is_err() || !is_welcome {
        return;
    }
    match hello.purpose {
        Purpose::Control => converse(owner, session_of(hello.session), connection),
        Purpose::Requests => answer_all(owner, hello.session, control.as_ref(), connection),
    }
}

/// Serves a control connection until it ends, and ends the session with it.
fn converse(owner: &Weak<Owner>, session: Session, connection: Connection) {
    let Connection { mut reader, writer } = connection;
    let control = Control::new(writer);
    let Some(present) = owner.upgrade() else { return };
    present.begin(session, &control);
    drop(present);
    while let Ok(note) = reader.receive(None) {
        let Some(owner) = owner.upgrade() else { return };
        owner.hear(session, note, &control);
    }
    if let Some(owner) = owner.upgrade() {
        owner.end(session, &control);
    }
}

/// Answers requests until the connection ends, or says something that is none.
fn answer_all(
    owner: &Weak<Owner>,
    session: u128,
    control: Option<&Arc<Control>>,
    connection: Connection,
) {
    let Connection { mut reader, mut writer } = connection;
    while let Ok(message) = reader.receive_message(None) {
        let Some(owner) = owner.upgrade() else { return };
        let asker = Asker::client(&owner, session, control);
        if answer(message, &asker, &mut writer).is_err() {
            return;
        }
    }
}
