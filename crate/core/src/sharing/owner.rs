//! [`Owner`]: the process that has the index open, serving the others from threads of its own.

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::connection::{Closer, Connection};
use super::control::Control;
use super::protocol::{Hello, PROTOCOL, Purpose, Told, Welcome};
use super::serving;
use super::socket::{self, Listener, Stream};
use super::store::SharedStore;
use crate::engine::Engine;
use crate::lease::{Agent, Ending, Leases, Notice, Session};
use crate::store::{Layout, alive_sessions};

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

/// The open store, its leases, and who is connected.
pub struct Owner {
    pub engine: Engine,
    pub leases: Mutex<Leases>,
    pub layout: Layout,
    /// This process among the sessions.
    pub session: Session,
    /// Clients of the owner before, who may hold leases that are not known yet.
    expected: Vec<Session>,
    /// Control connections, by session.
    controls: Mutex<HashMap<Session, Arc<Control>>>,
    /// Everything to be closed at the end.
    connections: Mutex<HashMap<u64, Closer>>,
    connected: AtomicU64,
    is_listening: AtomicBool,
    accepting: Mutex<Option<(Arc<Listener>, JoinHandle<()>)>>,
    is_stopping: AtomicBool,
    /// The store that this is a role of.
    home: Weak<SharedStore>,
}

impl Owner {
    /// The owner of an open engine. Those who were clients of an owner before it are waited for with the leases that
    /// they held.
    pub fn new(
        engine: Engine,
        layout: Layout,
        session: u128,
        home: Weak<SharedStore>,
    ) -> Arc<Self> {
        let mut expected = sessions_in(&layout);
        expected.retain(|other| *other != session_of(session));
        let mut leases = Leases::default();
        leases.await_sessions(expected.iter().copied());
        Arc::new(Self {
            engine,
            leases: Mutex::new(leases),
            layout,
            session: session_of(session),
            expected,
            controls: Mutex::default(),
            connections: Mutex::default(),
            connected: AtomicU64::new(0),
            is_listening: AtomicBool::new(false),
            accepting: Mutex::default(),
            is_stopping: AtomicBool::new(false),
            home,
        })
    }

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
        let thread = thread.spawn(move || Self::accept_all(&owner, &accepted))?;
        *accepting = Some((listener, thread));
        Ok(())
    }

    /// Whether anyone else is connected.
    pub fn has_clients(&self) -> bool {
        !self.controls.lock().is_empty()
    }

    /// The control connection that a session has now.
    pub fn control_of(&self, session: Session) -> Option<Arc<Control>> {
        self.controls.lock().get(&session).cloned()
    }

    /// Changes the leases for a session that still has this control connection: what it is given after its end, nobody
    /// would take back. `None` when it has not.
    pub fn carry_for<T>(
        &self,
        session: Session,
        control: Option<&Arc<Control>>,
        change: impl FnOnce(&mut Leases) -> T,
    ) -> Option<T> {
        let controls = self.controls.lock();
        let is_current = match (controls.get(&session), control) {
            (Some(current), Some(control)) => Arc::ptr_eq(current, control),
            _ => false,
        };
        is_current.then(|| change(&mut self.leases.lock()))
    }

    /// Changes the leases, and tells everyone concerned.
    pub fn carry(&self, change: impl FnOnce(&mut Leases) -> Vec<Notice>) {
        let notices = change(&mut self.leases.lock());
        for notice in notices {
            self.tell(notice);
        }
    }

    /// Tells one who waits.
    pub fn tell(&self, notice: Notice) {
        let Notice { key, agent: Agent { session, thread }, id, turn } = notice;
        if session == self.session {
            return self.tell_own(&notice);
        }
        if let Some(control) = self.control_of(session) {
            control.say(Told::Turn { key, thread, id, turn });
        }
    }

    fn tell_own(&self, notice: &Notice) {
        if !self.home.upgrade().is_some_and(|store| store.turn(notice)) {
            self.carry(|leases| leases.release(notice.key, notice.agent, Ending::Failed));
        }
    }

    /// The directory was deleted: whoever owns what comes in its place, it is not this.
    pub fn lose(self: &Arc<Self>) {
        if let Some(store) = self.home.upgrade() {
            store.leave(self);
        }
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

    fn accept_all(owner: &Weak<Self>, listener: &Listener) {
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

    /// Serves a control connection until it ends, and ends the session with it.
    fn converse(owner: &Weak<Self>, session: Session, connection: Connection) {
        let Connection { mut reader, writer } = connection;
        let control = Control::new(writer);
        let Some(strong) = owner.upgrade() else { return };
        let before = strong.controls.lock().insert(session, Arc::clone(&control));
        if before.is_some() {
            // A client that lost patience and came back: what it had is void, as it knows.
            strong.carry(|leases| leases.leave(session));
        }
        drop(strong);
        while let Ok(note) = reader.receive(None) {
            let Some(owner) = owner.upgrade() else { return };
            serving::note(&owner, session, note, &control);
        }
        // The clients of an owner that stops live on: the next one hears from them what they hold.
        if let Some(owner) = owner.upgrade().filter(|owner| !owner.is_stopping()) {
            let mut controls = owner.controls.lock();
            if controls.get(&session).is_some_and(|current| Arc::ptr_eq(current, &control)) {
                controls.remove(&session);
                drop(controls);
                owner.carry(|leases| leases.leave(session));
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
        Purpose::Control => Owner::converse(owner, session_of(hello.session), connection),
        Purpose::Requests => {
            serving::answer_all(owner, hello.session, control.as_ref(), connection);
        }
    }
}

/// Whoever is alive and was a client.
fn sessions_in(layout: &Layout) -> Vec<Session> {
    alive_sessions(layout).iter().filter_map(|name| number_of(name)).map(session_of).collect()
}

/// A session's number, from its name.
pub fn number_of(name: &str) -> Option<u128> {
    u128::from_str_radix(name, 16).ok()
}

/// A session as the table of leases knows it: half of a random number is random enough.
#[expect(clippy::cast_possible_truncation, reason = "half of it is meant")]
pub const fn session_of(number: u128) -> Session {
    Session(number as u64)
}
