//! [`Operation`]: what is asked of a store, the same whether this process has it open or asks the owner; and how
//! questions and [`Answer`]s travel.
//!
//! A question is a message of the operation's number and its fields. An answer is a message of a number and what it
//! says, or the number [`FAILED`] and why there is none.

use std::time::Duration;

use serde::de::{self, Deserialize, DeserializeOwned, Deserializer};
use serde::ser::{Serialize, Serializer};

use crate::error::{Error, Result};
use crate::sharing::asker::Asker;
use crate::sharing::connection::{Broken, Reader, Writer, read};

/// How long the owner may take for one entry.
pub const PATIENCE: Duration = Duration::from_secs(2);
/// How long it may take to go through the whole store.
pub const LISTING_PATIENCE: Duration = Duration::from_mins(1);

/// Opens an answer that is none: the number of an error's code and a text follow.
const FAILED: u8 = 11;
const CODES: [&str; 3] = ["ERR_STORE_UNAVAILABLE", "ERR_STORE_FORMAT", "ERR_CLOSED"];
/// What travels in one message of many.
pub const SENT_TOGETHER: usize = 256;

/// The number that opens an operation's message. Given by the table, so that what is not in it is no operation.
pub trait Numbered {
    const NUMBER: u32;
}

/// Something that is asked of a store.
pub trait Operation: Numbered + Serialize {
    /// What comes back. It may borrow from the message that brought it.
    type Answer<'a>: Answer<'a>;

    /// How long the owner may take to answer.
    const PATIENCE: Duration = PATIENCE;
    /// Whether it must know when and how often entries were used: a client tells the owner first what it saw.
    const DEPENDS_ON_USES: bool = false;

    /// Does it, where the store is open.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`], or why the store cannot be read or written.
    fn run(&self, asker: &Asker<'_>) -> Result<Self::Answer<'static>>;
}

/// What an operation brings back.
pub trait Answer<'a>: Sized {
    /// Sends it to the client that asked. The inner result is what went wrong with the store meanwhile: the client has to
    /// be told.
    ///
    /// # Errors
    ///
    /// [`Broken`]
    fn send(self, writer: &mut Writer) -> Result<Result<()>, Broken>;

    /// Receives what [`Answer::send`] sent, or why there is no answer: the inner result.
    ///
    /// # Errors
    ///
    /// [`Broken`]
    fn receive(reader: &'a mut Reader, patience: Duration) -> Result<Result<Self>, Broken>;
}

/// Most answers are one message.
impl<'a, T: Serialize + Deserialize<'a>> Answer<'a> for T {
    fn send(self, writer: &mut Writer) -> Result<Result<()>, Broken> {
        writer.send(&self).map(Ok)
    }

    fn receive(reader: &'a mut Reader, patience: Duration) -> Result<Result<Self>, Broken> {
        let message = reader.receive_message(Some(patience))?;
        match failure_in(message)? {
            Some(error) => Ok(Err(error)),
            None => read(message).map(Ok),
        }
    }
}

/// An answer that opens with its number.
#[derive(Debug)]
pub struct Reply<const NUMBER: u32, T>(pub T);

/// Nothing to say, but that it is done.
pub type Done = Reply<10, ()>;

impl<const NUMBER: u32, T: Serialize> Serialize for Reply<NUMBER, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (NUMBER, &self.0).serialize(serializer)
    }
}

impl<'de, const NUMBER: u32, T: Deserialize<'de>> Deserialize<'de> for Reply<NUMBER, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (number, answer) = <(u32, T)>::deserialize(deserializer)?;
        if number == NUMBER {
            Ok(Self(answer))
        } else {
            Err(de::Error::custom("an answer to another question"))
        }
    }
}

/// A long answer: as many messages as it takes, and an empty one.
#[derive(Debug)]
pub struct Parts<const NUMBER: u32, T>(pub Vec<T>);

impl<const NUMBER: u32, T: Serialize> Parts<NUMBER, T> {
    /// Sends some of it. Nothing is sent where there is nothing, as that would be the end.
    pub fn send_part(part: &[T], writer: &mut Writer) -> Result<(), Broken> {
        if part.is_empty() { Ok(()) } else { writer.send(&Reply::<NUMBER, _>(part)) }
    }

    /// Says that this was all.
    pub fn send_end(writer: &mut Writer) -> Result<(), Broken> {
        writer.send(&Reply::<NUMBER, &[T]>(&[]))
    }
}

impl<'a, const NUMBER: u32, T: Serialize + DeserializeOwned> Answer<'a> for Parts<NUMBER, T> {
    fn send(self, writer: &mut Writer) -> Result<Result<()>, Broken> {
        for part in self.0.chunks(SENT_TOGETHER) {
            Self::send_part(part, writer)?;
        }
        Self::send_end(writer).map(Ok)
    }

    fn receive(reader: &'a mut Reader, patience: Duration) -> Result<Result<Self>, Broken> {
        let mut all = Vec::new();
        loop {
            match Reply::<NUMBER, Vec<T>>::receive(reader, patience)? {
                Ok(Reply(part)) if part.is_empty() => return Ok(Ok(Self(all))),
                Ok(Reply(part)) => all.extend(part),
                Err(error) => return Ok(Err(error)),
            }
        }
    }
}

/// Says that there is no answer, and why.
pub fn send_failure(error: &Error, writer: &mut Writer) -> Result<(), Broken> {
    let position = CODES.iter().position(|code| *code == error.code());
    let code = position.and_then(|position| u8::try_from(position).ok()).unwrap_or(0);
    writer.send(&(FAILED, code, error.to_string()))
}

fn failure_in(message: &[u8]) -> Result<Option<Error>, Broken> {
    if message.first() != Some(&FAILED) {
        return Ok(None);
    }
    let (_, code, message) = read::<(u8, u8, &str)>(message)?;
    let code = CODES.get(usize::from(code)).copied().unwrap_or(CODES[0]);
    Ok(Some(Error::Owner { code, message: message.to_owned() }))
}
