//! What owner and clients say to each other.
//!
//! A connection begins with fixed bytes that no version changes ([`Hello`], [`Welcome`]), so that two versions can tell
//! each other what they are. Then come postcard messages with a length before them. A *request* connection is a strict
//! alternation of [`Request`] and [`Answer`]; the one *control* connection of a session carries [`Note`]s to the owner
//! and [`Told`]s back whenever there is something to say. When it ends, the session is over.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::digest::Digest;
use crate::engine::{Access, EntryInfo, FunctionIdentity, FunctionPrefix, Limits, Reduced, Totals};
use crate::error::Error;
use crate::explanation::Change;
use crate::lease::{Ending, Turn};

/// Raised when a message changes its meaning.
pub const PROTOCOL: u32 = 2;

const MAGIC: [u8; 7] = *b"engram\0";

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Requests,
    Control,
}

/// The first bytes from the client: magic, purpose, protocol, session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hello {
    pub purpose: Purpose,
    pub protocol: u32,
    pub session: u128,
}

impl Hello {
    pub const LENGTH: usize = 28;

    pub fn encode(self) -> [u8; Self::LENGTH] {
        let mut bytes = [0; Self::LENGTH];
        bytes[..7].copy_from_slice(&MAGIC);
        bytes[7] = match self.purpose {
            Purpose::Requests => 0,
            Purpose::Control => 1,
        };
        bytes[8..12].copy_from_slice(&self.protocol.to_le_bytes());
        bytes[12..].copy_from_slice(&self.session.to_le_bytes());
        bytes
    }

    pub fn decode(bytes: [u8; Self::LENGTH]) -> Option<Self> {
        let (head, rest) = bytes.split_at(8);
        let (protocol, session) = rest.split_at(4);
        let purpose = match head.strip_prefix(&MAGIC)? {
            [0] => Purpose::Requests,
            [1] => Purpose::Control,
            _ => return None,
        };
        Some(Self {
            purpose,
            protocol: u32::from_le_bytes(protocol.try_into().ok()?),
            session: u128::from_le_bytes(session.try_into().ok()?),
        })
    }
}

/// The first bytes from the owner: magic, whether the client may stay, the owner's protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Welcome {
    pub is_welcome: bool,
    pub protocol: u32,
}

impl Welcome {
    pub const LENGTH: usize = 12;

    pub fn encode(self) -> [u8; Self::LENGTH] {
        let mut bytes = [0; Self::LENGTH];
        bytes[..7].copy_from_slice(&MAGIC);
        bytes[7] = u8::from(self.is_welcome);
        bytes[8..].copy_from_slice(&self.protocol.to_le_bytes());
        bytes
    }

    pub fn decode(bytes: [u8; Self::LENGTH]) -> Option<Self> {
        let (head, protocol) = bytes.split_at(8);
        let is_welcome = head.strip_prefix(&MAGIC)? == [1];
        Some(Self { is_welcome, protocol: u32::from_le_bytes(protocol.try_into().ok()?) })
    }
}

/// What a client asks of the owner.
#[derive(Debug, Serialize, Deserialize)]
pub enum Request<'a> {
    /// The row of a call. Without one, the lease for this thread, if it wants it: [`Answer::Row`], [`Answer::Missing`].
    Lookup { function: FunctionPrefix, key: Digest, lead: Option<u32> },
    /// The lease on a key for this thread: [`Answer::Missing`].
    Acquire { key: Digest, thread: u32 },
    /// The run that held the lease is over: [`Answer::Done`].
    Release { key: Digest, thread: u32, ending: Ending },
    /// The holder's function returned a promise: [`Answer::Done`].
    Promised { key: Digest, thread: u32 },
    /// A staged result, and the lease that ends with it: [`Answer::Stored`].
    #[serde(borrow)]
    Commit(Commit<'a>),
    /// [`Answer::Count`]
    Forget { function: FunctionPrefix, key: Digest },
    /// [`Answer::Count`]
    ForgetKeys(Vec<Digest>),
    /// [`Answer::Count`]
    ClearFunction(FunctionPrefix),
    /// [`Answer::Count`]
    Clear,
    /// [`Answer::Reduced`]
    Reduce { limits: Limits, now: Timestamp },
    /// [`Answer::Info`]
    Info { function: FunctionPrefix, key: Digest },
    /// [`Answer::Explained`]
    #[serde(borrow)]
    Explain(Explain<'a>),
    /// [`Answer::Entries`] again and again, the last one empty.
    List,
    /// [`Answer::Totals`]
    FunctionTotals(FunctionPrefix),
    /// [`Answer::Totals`]
    Totals,
    /// [`Answer::Named`] again and again, the last one empty.
    TotalsByName,
    /// [`Answer::Done`]
    Accesses(Vec<(Digest, Access)>),
    /// [`Answer::Done`]
    Verified(Vec<(Digest, Vec<u8>)>),
}

/// A call that shall be explained.
#[derive(Debug, Serialize, Deserialize)]
pub struct Explain<'a> {
    pub identity: FunctionIdentity,
    pub parts: &'a [u8],
    pub key: Digest,
    pub arguments: &'a [u8],
}

/// A result whose blobs lie under temporary names.
#[derive(Debug, Serialize, Deserialize)]
pub struct Commit<'a> {
    pub function: FunctionPrefix,
    pub identity: FunctionIdentity,
    #[serde(borrow)]
    pub parts: &'a [u8],
    pub key: Digest,
    #[serde(borrow)]
    pub frame: &'a [u8],
    pub blobs: Vec<StagedBlob<'a>>,
    pub byte_length: u64,
    pub overwrite: bool,
    pub is_power: bool,
    /// The thread whose lease ends.
    pub thread: u32,
}

/// A blob under its temporary name.
#[derive(Debug, Serialize, Deserialize)]
pub struct StagedBlob<'a> {
    pub file: &'a str,
    pub digest: Digest,
    pub byte_length: u64,
}

/// What the owner answers.
#[derive(Debug, Serialize, Deserialize)]
pub enum Answer<'a> {
    Row(&'a [u8]),
    /// No row; whether the lease was granted, if it was asked for.
    Missing {
        granted: bool,
    },
    Stored(bool),
    Count(u64),
    Reduced(Reduced),
    Info(Option<Box<EntryInfo>>),
    Explained(Option<Vec<Change>>),
    Entries(Vec<EntryInfo>),
    Named(Vec<(String, Totals)>),
    Totals(Totals),
    Done,
    Failed {
        code: u8,
        message: &'a str,
    },
}

/// What a client says on its control connection.
#[derive(Debug, Serialize, Deserialize)]
pub enum Note {
    /// A lease that it held under the owner before, and whether its run is known to be asynchronous.
    Restate { key: Digest, thread: u32, is_promised: bool },
    /// That was all.
    Restated,
    /// A wait for a key. [`Told::Turn`] will come.
    Wait { key: Digest, thread: u32, id: u64, blocked: Vec<Digest>, is_blocking: bool },
    /// A caller gave up.
    Cancel { key: Digest, thread: u32, id: u64 },
    /// Are you there?
    Ping,
}

/// What the owner says on a control connection.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub enum Told {
    /// The wait with this number has ended.
    Turn { key: Digest, thread: u32, id: u64, turn: Turn },
    /// Yes.
    Pong,
}

const CODES: [&str; 3] = ["ERR_STORE_UNAVAILABLE", "ERR_STORE_FORMAT", "ERR_CLOSED"];

/// The number that stands for an error's code.
pub fn code_of(error: &Error) -> u8 {
    let position = CODES.iter().position(|code| *code == error.code());
    position.and_then(|position| u8::try_from(position).ok()).unwrap_or(0)
}

/// The error that a failed answer means.
pub fn failure(code: u8, message: &str) -> Error {
    let code = CODES.get(usize::from(code)).copied().unwrap_or(CODES[0]);
    Error::Owner { code, message: message.to_owned() }
}
