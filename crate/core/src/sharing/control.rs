//! [`Control`]: what the owner says to a session unasked. Whoever says it does not wait for the session to listen.

use std::collections::VecDeque;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use super::connection::{Closer, WRITE_PATIENCE, Writer};
use super::lock::{LAST, Lock};
use super::note::Told;

/// A session that lets so much stand is ended: it has no more waits, and answers to what it asks meanwhile.
const MOST_UNSAID: usize = 1 << 21;

/// The owner's side of a control connection. There is a new one whenever a session begins.
pub struct Control {
    speech: Lock<LAST, Speech>,
    closer: Closer,
}

struct Speech {
    writer: Writer,
    /// What the socket has no room for yet, in order. While there is anything, a thread waits for room.
    unsaid: VecDeque<Told>,
}

impl Control {
    /// What can be said through `writer`.
    pub fn new(writer: Writer) -> Arc<Self> {
        let closer = writer.closer();
        Arc::new(Self { speech: Lock::new(Speech { writer, unsaid: VecDeque::new() }), closer })
    }

    /// Says it, now or once there is room. A session that takes nothing for some seconds then is ended: it is stopped
    /// perhaps, and everything that it had ends with its control connection.
    pub fn say(self: &Arc<Self>, told: Told) {
        let mut speech = self.speech.lock();
        if speech.unsaid.is_empty() && self.closer.has_room(Duration::ZERO) {
            if speech.writer.send(&told).is_err() {
                self.closer.close();
            }
            return;
        }
        let is_first = speech.unsaid.is_empty();
        speech.unsaid.push_back(told);
        let is_full = speech.unsaid.len() > MOST_UNSAID;
        drop(speech);
        if is_full || (is_first && !self.begin_to_catch_up()) {
            self.closer.close();
        }
    }

    fn begin_to_catch_up(self: &Arc<Self>) -> bool {
        let control = Arc::clone(self);
        let thread = thread::Builder::new().name("engram-late".to_owned());
        thread.spawn(move || control.catch_up()).is_ok()
    }

    fn catch_up(&self) {
        while self.closer.has_room(WRITE_PATIENCE) {
            let mut speech = self.speech.lock();
            while let Some(told) = speech.unsaid.front().copied()
                && self.closer.has_room(Duration::ZERO)
            {
                if speech.writer.send(&told).is_err() {
                    return self.closer.close();
                }
                speech.unsaid.pop_front();
            }
            if speech.unsaid.is_empty() {
                return;
            }
        }
        self.closer.close();
    }
}
