//! [`Connection`]: length-prefixed messages over a socket, each way bounded in size and in time.

use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::socket::Stream;

/// The longest message. Blobs never travel, so ordinary ones have less than 64 KiB.
pub const LONGEST: usize = 16 << 20;
/// Memory that is taken before bytes have come for it.
const TAKEN_AHEAD: usize = 64 << 10;
/// How long the other side may refuse to take bytes.
pub const WRITE_PATIENCE: Duration = Duration::from_secs(5);

/// One side of a connection: messages are read by one thread and written by one at a time.
pub struct Connection {
    pub reader: Reader,
    pub writer: Writer,
}

/// What can end a connection.
#[derive(Debug)]
pub enum Broken {
    /// The other side closed it, or is gone.
    Ended,
    /// The other side sent nothing for so long.
    Silent,
    /// What came is no message of the protocol.
    Malformed,
}

impl Connection {
    /// Messages over `stream`.
    pub fn new(stream: Stream) -> Self {
        let stream = Arc::new(stream);
        let reader = Reader { stream: Arc::clone(&stream), buffer: Vec::new(), used: 0 };
        Self { reader, writer: Writer { stream, buffer: Vec::new() } }
    }

    /// Ends the connection, whoever is reading or writing on it.
    pub fn closer(&self) -> Closer {
        self.writer.closer()
    }
}

/// Ends a connection from another thread.
#[derive(Clone)]
pub struct Closer(Arc<Stream>);

impl Closer {
    /// Both sides see the end.
    pub fn close(&self) {
        self.0.close();
    }

    /// Waits until a short message can be sent without waiting, or the connection has ended. False when neither happens
    /// in time.
    pub fn has_room(&self, patience: Duration) -> bool {
        self.0.has_room(patience)
    }
}

/// Reads messages.
pub struct Reader {
    stream: Arc<Stream>,
    buffer: Vec<u8>,
    /// Bytes at the start of the buffer that were handed out already.
    used: usize,
}

impl Reader {
    /// The next message. With no `patience`, waits for ever.
    ///
    /// # Errors
    ///
    /// [`Broken`]
    pub fn receive<'a, T: Deserialize<'a>>(
        &'a mut self,
        patience: Option<Duration>,
    ) -> Result<T, Broken> {
        read(self.receive_message(patience)?)
    }

    /// The bytes of the next message.
    ///
    /// # Errors
    ///
    /// [`Broken`]
    pub fn receive_message(&mut self, patience: Option<Duration>) -> Result<&[u8], Broken> {
        let length = self.fill_to(4, patience).map(|start| u32_at(&self.buffer, start))?;
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if length > LONGEST {
            return Err(Broken::Malformed);
        }
        let start = self.fill_to(4 + length, patience)?;
        self.used = start + 4 + length;
        Ok(&self.buffer[start + 4..self.used])
    }

    /// Exactly `N` bytes, as they are.
    ///
    /// # Errors
    ///
    /// [`Broken`]
    pub fn receive_bytes<const N: usize>(
        &mut self,
        patience: Option<Duration>,
    ) -> Result<[u8; N], Broken> {
        let start = self.fill_to(N, patience)?;
        self.used = start + N;
        self.buffer[start..self.used].try_into().map_err(|_| Broken::Malformed)
    }

    /// Reads until `length` bytes are there that were not handed out; says where they start.
    fn fill_to(&mut self, length: usize, patience: Option<Duration>) -> Result<usize, Broken> {
        if self.used > 0 && self.used == self.buffer.len() {
            self.buffer.clear();
            self.used = 0;
        }
        while self.buffer.len() - self.used < length {
            if self.used > 0 {
                self.buffer.drain(..self.used);
                self.used = 0;
            }
            self.read_some(length, patience)?;
        }
        Ok(self.used)
    }

    fn read_some(&mut self, length: usize, patience: Option<Duration>) -> Result<(), Broken> {
        let have = self.buffer.len();
        let room = length.saturating_sub(have).clamp(4096, TAKEN_AHEAD);
        self.buffer.resize(have + room, 0);
        let read = self.stream.read(&mut self.buffer[have..], patience);
        self.buffer.truncate(have + read.as_ref().map_or(0, |read| *read));
        match read {
            Ok(0) => Err(Broken::Ended),
            Ok(_) => Ok(()),
            Err(error) if error.kind() == ErrorKind::TimedOut => Err(Broken::Silent),
            Err(_) => Err(Broken::Ended),
        }
    }
}

/// Writes messages.
pub struct Writer {
    stream: Arc<Stream>,
    buffer: Vec<u8>,
}

impl Writer {
    /// Ends the connection.
    pub fn closer(&self) -> Closer {
        Closer(Arc::clone(&self.stream))
    }

    /// Sends a message. [`Broken::Malformed`] when it is too long: then nothing was sent.
    ///
    /// # Errors
    ///
    /// [`Broken`]
    pub fn send<T: Serialize>(&mut self, message: &T) -> Result<(), Broken> {
        let mut bytes = std::mem::take(&mut self.buffer);
        bytes.clear();
        bytes.extend_from_slice(&[0; 4]);
        let mut bytes = postcard::to_extend(message, bytes).map_err(|_| Broken::Malformed)?;
        let length = bytes.len() - 4;
        if length > LONGEST {
            return Err(Broken::Malformed);
        }
        let prefix = u32::try_from(length).map_err(|_| Broken::Malformed)?;
        bytes[..4].copy_from_slice(&prefix.to_le_bytes());
        let outcome = self.send_bytes(&bytes);
        if bytes.capacity() <= TAKEN_AHEAD {
            self.buffer = bytes;
        }
        outcome
    }

    /// Sends bytes as they are.
    ///
    /// # Errors
    ///
    /// [`Broken`]
    pub fn send_bytes(&self, mut bytes: &[u8]) -> Result<(), Broken> {
        while !bytes.is_empty() {
            match self.stream.write(bytes, WRITE_PATIENCE) {
                Ok(0) => return Err(Broken::Ended),
                Ok(written) => bytes = &bytes[written..],
                Err(error) if error.kind() == ErrorKind::TimedOut => return Err(Broken::Silent),
                Err(_) => return Err(Broken::Ended),
            }
        }
        Ok(())
    }
}

/// What a message says.
///
/// # Errors
///
/// [`Broken::Malformed`]
pub fn read<'a, T: Deserialize<'a>>(message: &'a [u8]) -> Result<T, Broken> {
    postcard::from_bytes(message).map_err(|_| Broken::Malformed)
}

fn u32_at(bytes: &[u8], start: usize) -> u32 {
    let mut number = [0; 4];
    number.copy_from_slice(&bytes[start..start + 4]);
    u32::from_le_bytes(number)
}
