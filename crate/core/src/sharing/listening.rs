//! Listening to the owner: what it says unasked, and whether it is still there.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use super::client::Client;
use super::connection::{Broken, Reader};
use super::note::{Note, Told};
use super::operation::release::Release;
use super::store::SharedStore;
use crate::error::Error;
use crate::lease::{Ending, Notice};

/// While somebody waits, an owner that says nothing for so long is asked whether it is there, and once more given up.
const HEARTBEAT: Duration = Duration::from_secs(1);

impl SharedStore {
    /// Listens to what the owner has to say, as long as it lives. Tells of the first time that it answered a
    /// [`Note::Ping`]; the sender is gone when it has ended before.
    pub(super) fn listen_to_owner(&self, client: &Arc<Client>, mut reader: Reader) -> Receiver<()> {
        let (store, client) = (self.me(), Arc::clone(client));
        let (answered, first_answer) = mpsc::sync_channel(1);
        let mut answered = Some(answered);
        let listening = move || {
            let mut is_asked = false;
            loop {
                let told = reader.receive::<Told>(Some(HEARTBEAT));
                let Some(store) = store.upgrade() else { return client.close() };
                match told {
                    Ok(Told::Pong) => {
                        is_asked = false;
                        if let Some(answered) = answered.take() {
                            let _ = answered.send(());
                        }
                    }
                    Ok(Told::Turn { key, thread, id, turn }) => {
                        is_asked = false;
                        let notice = Notice { key, agent: store.agent(thread), id, turn };
                        if !store.turn_unless(&notice, || client.is_closed()) {
                            let _ = client.ask(&Release { key, thread, ending: Ending::Failed });
                        }
                    }
                    Err(Broken::Silent) if store.waits.lock().is_empty() => is_asked = false,
                    Err(Broken::Silent) if !is_asked => is_asked = client.say(&Note::Ping).is_ok(),
                    Err(Broken::Silent) => {
                        let error = Error::Unresponsive(store.location().to_owned());
                        return store.give_up(&client, &error);
                    }
                    Err(Broken::Ended | Broken::Malformed) => {
                        // First, since whoever waits for it keeps the state locked.
                        drop(answered);
                        return store.lost(&client);
                    }
                }
            }
        };
        // Where there can be no more threads, there is no answer either.
        let _ = thread::Builder::new().name("engram-session".to_owned()).spawn(listening);
        first_answer
    }
}
