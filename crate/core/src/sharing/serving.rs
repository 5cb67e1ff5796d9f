//! What the owner does for its clients, message by message.

use std::sync::{Arc, Weak};

use super::connection::{Broken, Connection, Writer};
use super::control::Control;
use super::owner::{Owner, session_of};
use super::protocol::{Answer, Commit, Explain, Note, Request, Told, code_of};
use crate::digest::Digest;
use crate::engine::{Asked, Destination, FunctionPrefix, Staged};
use crate::error::{Error, Result};
use crate::lease::{Agent, Ending, Notice, Outcome, Session, Turn, Waiter};
use crate::store::{Blob, Durability};

/// Entries that travel in one message.
const LISTED_TOGETHER: usize = 256;
/// A session may have so many leases and waits; whoever asks for more computes without.
const MOST_LEASES: usize = 1 << 20;
/// A call may be nested in so many runs.
const MOST_BLOCKED: usize = 1024;

/// Answers requests until the connection ends, or says something that is none.
pub fn answer_all(
    owner: &Weak<Owner>,
    session: u128,
    control: Option<&Arc<Control>>,
    mut connection: Connection,
) {
    let Connection { reader, writer } = &mut connection;
    while let Ok(request) = reader.receive(None) {
        let Some(owner) = owner.upgrade() else { return };
        let client = Client { owner: &owner, session, control };
        if client.answer(request, writer).is_err() {
            return;
        }
    }
}

/// The session that asks.
struct Client<'a> {
    owner: &'a Arc<Owner>,
    session: u128,
    /// The control connection that it had when this one began. Leases are granted as long as it has that one: they end
    /// with it.
    control: Option<&'a Arc<Control>>,
}

impl Client<'_> {
    fn answer(&self, request: Request<'_>, writer: &mut Writer) -> Result<(), Broken> {
        match request {
            Request::List => self.list(writer),
            Request::TotalsByName => self.name_totals(writer),
            Request::Lookup { function, key, lead } => self.look_up(&function, &key, lead, writer),
            request => match self.answer_one(request) {
                Ok(answer) => writer.send(&answer),
                Err(error) => self.fail(&error, writer),
            },
        }
    }

    /// An owner that is one no longer says nothing: its clients ask the next one.
    fn fail(&self, error: &Error, writer: &mut Writer) -> Result<(), Broken> {
        match error {
            Error::Closed => Err(Broken::Ended),
            Error::Lost(_) => {
                self.owner.lose();
                Err(Broken::Ended)
            }
            error => {
                writer.send(&Answer::Failed { code: code_of(error), message: &error.to_string() })
            }
        }
    }

    fn answer_one(&self, request: Request<'_>) -> Result<Answer<'static>> {
        let engine = &self.owner.engine;
        Ok(match request {
            Request::Acquire { key, thread } => self.missing(&key, Some(thread)),
            Request::Release { key, thread, ending } => self.release(key, thread, ending),
            Request::Promised { key, thread } => {
                self.owner.carry(|leases| leases.promised(key, self.agent(thread)));
                Answer::Done
            }
            Request::Commit(commit) => Answer::Stored(self.commit(&commit)?),
            Request::Forget { function, key } => {
                count(usize::from(engine.forget(&function, &key)?))
            }
            Request::ForgetKeys(keys) => count(engine.forget_keys(&keys.into_iter().collect())?),
            Request::ClearFunction(function) => count(engine.clear_function(&function)?),
            Request::Clear => count(engine.clear()?),
            Request::Reduce { limits, now } => Answer::Reduced(engine.reduce(&limits, now)?),
            Request::Info { function, key } => {
                Answer::Info(engine.info(&function, &key)?.map(Box::new))
            }
            Request::Explain(Explain { identity, parts, key, arguments }) => {
                let asked = Asked { identity: &identity, parts, key, arguments };
                Answer::Explained(engine.explain(&asked)?)
            }
            Request::FunctionTotals(function) => Answer::Totals(engine.function_totals(&function)?),
            Request::Totals => Answer::Totals(engine.totals()?),
            Request::Accesses(accesses) => {
                engine.note_accesses(accesses);
                Answer::Done
            }
            Request::Verified(verified) => {
                engine.note_verified(verified);
                Answer::Done
            }
            Request::List | Request::TotalsByName | Request::Lookup { .. } => {
                return Err(Error::Protocol("an answer of many parts".to_owned()));
            }
        })
    }

    fn look_up(
        &self,
        function: &FunctionPrefix,
        key: &Digest,
        lead: Option<u32>,
        writer: &mut Writer,
    ) -> Result<(), Broken> {
        let engine = &self.owner.engine;
        let before = engine.changes();
        let outcome = match engine.row(function, key) {
            Ok(None) => {
                let missing = self.missing(key, lead);
                if engine.changes() == before
                    || !matches!(missing, Answer::Missing { granted: true })
                {
                    return writer.send(&missing);
                }
                // Somebody may have committed it between the look and the lease.
                match engine.row(function, key) {
                    Ok(None) => return writer.send(&missing),
                    found => {
                        self.release(*key, lead.unwrap_or_default(), Ending::Committed);
                        found
                    }
                }
            }
            found => found,
        };
        match outcome {
            Ok(Some(row)) => writer.send(&Answer::Row(&row)),
            Ok(None) => writer.send(&Answer::Missing { granted: false }),
            Err(error) => self.fail(&error, writer),
        }
    }

    fn missing(&self, key: &Digest, lead: Option<u32>) -> Answer<'static> {
        let granted = lead.is_some_and(|thread| {
            let agent = self.agent(thread);
            let granted = self.owner.carry_for(agent.session, self.control, |leases| {
                leases.held_by(agent.session) < MOST_LEASES && leases.acquire(*key, agent)
            });
            // Who is refused for that asks to wait, on a connection that has ended or with the next owner.
            granted.unwrap_or(false)
        });
        Answer::Missing { granted }
    }

    fn release(&self, key: Digest, thread: u32, ending: Ending) -> Answer<'static> {
        self.owner.carry(|leases| leases.release(key, self.agent(thread), ending));
        Answer::Done
    }

    fn commit(&self, commit: &Commit<'_>) -> Result<bool> {
        let session = format!("{:032x}", self.session);
        let mut blobs = Vec::with_capacity(commit.blobs.len());
        let durability = if commit.is_power { Durability::Power } else { Durability::Process };
        for staged in &commit.blobs {
            let blob = Blob { digest: staged.digest, byte_length: staged.byte_length };
            blobs.push(self.owner.engine.adopt(staged.file, blob, &session, durability)?);
        }
        let destination = Destination {
            function: &commit.function,
            identity: &commit.identity,
            parts: commit.parts,
            key: commit.key,
            overwrite: commit.overwrite,
            durability,
        };
        let frame = commit.frame.to_vec();
        let staged = Staged { frame, blobs, byte_length: commit.byte_length };
        let outcome = self.owner.engine.publish(&destination, &staged);
        // After a failure the lease stays: its holder gives it up, or asks the next owner.
        if outcome.is_ok() {
            self.release(commit.key, commit.thread, Ending::Committed);
        }
        outcome
    }

    fn list(&self, writer: &mut Writer) -> Result<(), Broken> {
        let engine = &self.owner.engine;
        let entries = match engine.list() {
            Ok(entries) => entries,
            Err(error) => return self.fail(&error, writer),
        };
        for some in entries.chunks(LISTED_TOGETHER) {
            match engine.infos(some) {
                // None ends the list.
                Ok(infos) if infos.is_empty() => {}
                Ok(infos) => writer.send(&Answer::Entries(infos))?,
                Err(error) => return self.fail(&error, writer),
            }
        }
        writer.send(&Answer::Entries(Vec::new()))
    }

    fn name_totals(&self, writer: &mut Writer) -> Result<(), Broken> {
        match self.owner.engine.totals_by_name() {
            Ok(totals) => {
                let totals: Vec<_> = totals.into_iter().collect();
                for some in totals.chunks(LISTED_TOGETHER) {
                    writer.send(&Answer::Named(some.to_vec()))?;
                }
                writer.send(&Answer::Named(Vec::new()))
            }
            Err(error) => self.fail(&error, writer),
        }
    }

    const fn agent(&self, thread: u32) -> Agent {
        Agent { session: session_of(self.session), thread }
    }
}

fn count(removed: usize) -> Answer<'static> {
    Answer::Count(removed as u64)
}

/// Takes what a session says on its control connection.
pub fn note(owner: &Owner, session: Session, note: Note, control: &Arc<Control>) {
    match note {
        Note::Restate { key, thread, is_promised } => {
            restate(owner, key, Agent { session, thread }, is_promised);
        }
        Note::Restated => owner.carry(|leases| leases.restated(session)),
        Note::Wait { key, thread, id, blocked, is_blocking } => {
            let agent = Agent { session, thread };
            let waiter = Waiter { agent, id, blocked, is_blocking };
            wait(owner, key, waiter);
        }
        Note::Cancel { key, thread, id } => {
            owner.leases.lock().cancel(key, Agent { session, thread }, id);
        }
        Note::Ping => control.say(Told::Pong),
    }
}

/// Begins a wait. What can be said at once is told like everything else.
pub fn wait(owner: &Owner, key: Digest, waiter: Waiter) {
    let (agent, id) = (waiter.agent, waiter.id);
    let outcome = {
        let mut leases = owner.leases.lock();
        let has_too_many =
            waiter.blocked.len() > MOST_BLOCKED || leases.waits_of(agent.session) >= MOST_LEASES;
        if has_too_many { Outcome::Deadlock } else { leases.wait(key, waiter) }
    };
    if let Some(turn) = turn_at_once(outcome) {
        owner.tell(Notice { key, agent, id, turn });
    }
}

/// The turn of a wait that ended as it began.
pub const fn turn_at_once(outcome: Outcome) -> Option<Turn> {
    match outcome {
        Outcome::Waiting => None,
        Outcome::Granted => Some(Turn::Granted),
        Outcome::Promised => Some(Turn::Promised),
        Outcome::Deadlock => Some(Turn::Free),
    }
}

/// A lease that was held under the owner before.
pub fn restate(owner: &Owner, key: Digest, agent: Agent, is_promised: bool) {
    owner.carry(|leases| {
        let is_held = leases.restate(key, agent);
        if is_held && is_promised { leases.promised(key, agent) } else { Vec::new() }
    });
}
