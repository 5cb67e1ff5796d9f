//! The first bytes of a connection, which no version changes: two versions can tell each other what they are.
//!
//! Then come messages: four bytes with the length, and a value in postcard's encoding. On a *request* connection an
//! operation and its answer alternate ([`super::operation`]); the one *control* connection of a session carries
//! [`super::note::Note`]s to the owner and [`super::note::Told`]s back whenever there is something to say. When it ends,
//! the session is over.

/// Raised when a message changes its meaning.
pub const PROTOCOL: u32 = 7;

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
