//! Stands in for the socket on Windows: a named pipe, reached by a name that its owner leaves in the store's directory.
//!
//! The name is random and new for each owner. One derived from the directory could not be taken by the next owner as long
//! as a client of the one before holds its end, and anybody could take it first. Who may read the directory finds the
//! owner, by whichever path, as with a socket.

mod access;
mod event;
mod overlapped;

use std::fs::OpenOptions;
use std::io::{self, ErrorKind};
use std::os::windows::fs::OpenOptionsExt;
use std::os::windows::io::{AsHandle, OwnedHandle};
use std::thread;
use std::time::{Duration, Instant};

use parking_lot::{Mutex, RwLock};
use windows_sys::Win32::Foundation::{ERROR_PIPE_BUSY, ERROR_PIPE_CONNECTED};
use windows_sys::Win32::Storage::FileSystem::{FILE_FLAG_OVERLAPPED, SECURITY_IDENTIFICATION};

use self::access::SameUser;
use self::event::Event;
use self::overlapped::{Waiting, is};
use crate::store::{Layout, session_name};

/// How long others may wait to be let in before somebody who lets nobody in is no owner.
const CONNECT_PATIENCE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_millis(5);
/// Names are 32 hexadecimal digits.
const NAME_LENGTH: usize = 32;

/// A connection to another process of this machine.
pub struct Stream {
    /// None once it is closed. Held for reading as long as an operation is under way, and taken after the two below.
    pipe: RwLock<Option<OwnedHandle>>,
    /// Held by the one who reads.
    reading: Mutex<Event>,
    /// Held by the one who writes.
    writing: Mutex<Event>,
    /// Set once it is closed, for good.
    closing: Event,
}

impl Stream {
    fn new(pipe: OwnedHandle) -> io::Result<Self> {
        Ok(Self {
            pipe: RwLock::new(Some(pipe)),
            reading: Mutex::new(Event::new()?),
            writing: Mutex::new(Event::new()?),
            closing: Event::new()?,
        })
    }

    /// Waits for bytes, and reads those that are there: none at the end. With no `patience`, waits for ever.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TimedOut`] when none come in time; else what the operating system says of a pipe that is broken.
    pub fn read(&self, buffer: &mut [u8], patience: Option<Duration>) -> io::Result<usize> {
        let event = self.reading.lock();
        let pipe = self.pipe.read();
        let Some(pipe) = pipe.as_ref() else { return Ok(0) };
        let waiting = Waiting { event: &event, stop: &self.closing, patience };
        overlapped::read(pipe.as_handle(), buffer, &waiting)
    }

    /// Writes at least one of `bytes`, and says how many.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TimedOut`] when the other side does not take them in time: how many it took is not known then. Else
    /// what the operating system says of a pipe that is broken.
    pub fn write(&self, bytes: &[u8], patience: Duration) -> io::Result<usize> {
        let event = self.writing.lock();
        let pipe = self.pipe.read();
        let Some(pipe) = pipe.as_ref() else { return Err(ErrorKind::BrokenPipe.into()) };
        let waiting = Waiting { event: &event, stop: &self.closing, patience: Some(patience) };
        overlapped::write(pipe.as_handle(), bytes, &waiting)
    }

    /// A pipe does not tell whether there is room: writing waits for it.
    #[expect(clippy::unused_self, reason = "where there are sockets, each is asked")]
    pub const fn has_room(&self, _patience: Duration) -> bool {
        true
    }

    /// Ends it, whoever is reading or writing. The other side reads what was written before, and then the end.
    pub fn close(&self) {
        self.closing.set();
        // Who reads or writes gives it back at once.
        *self.pipe.write() = None;
    }

    /// Whether the other end belongs to this user: nobody else is let in.
    #[expect(clippy::unused_self, reason = "where there are sockets, each is asked")]
    pub const fn is_same_user(&self) -> bool {
        true
    }
}

/// The owner's end.
pub struct Listener {
    name: String,
    access: SameUser,
    /// What the next one who connects gets. None when there was no room for it.
    next: Mutex<Option<OwnedHandle>>,
    /// For who holds `next`.
    connecting: Event,
    /// Set once nobody listens any more, for good.
    stopping: Event,
}

impl Listener {
    /// Waits for somebody to connect, or for [`Listener::stop`]. False when there is nobody to [`Listener::accept`].
    pub fn wait(&self, patience: Duration) -> bool {
        let mut next = self.next.lock();
        if next.is_none() {
            *next = self.instance().ok();
        }
        let Some(pipe) = next.as_ref() else {
            self.stopping.wait(patience);
            return false;
        };
        let (event, stop) = (&self.connecting, &self.stopping);
        let waiting = Waiting { event, stop, patience: Some(patience) };
        match overlapped::connect(pipe.as_handle(), &waiting) {
            Ok(_) => true,
            Err(error) if is(&error, ERROR_PIPE_CONNECTED) => true,
            Err(error) if matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::Interrupted) => {
                false
            }
            // Whoever came is gone already: the next one gets another.
            Err(_) => {
                *next = self.instance().ok();
                false
            }
        }
    }

    /// Lets in whoever has connected.
    ///
    /// # Errors
    ///
    /// What the operating system says, as when it has no room.
    pub fn accept(&self) -> io::Result<Stream> {
        let mut next = self.next.lock();
        // Made first, so that others find something to wait for.
        let another = self.instance().ok();
        let pipe = std::mem::replace(&mut *next, another);
        Stream::new(pipe.ok_or(ErrorKind::WouldBlock)?)
    }

    /// Wakes whoever waits for somebody to connect.
    pub fn stop(&self) {
        self.stopping.set();
    }

    fn instance(&self) -> io::Result<OwnedHandle> {
        overlapped::create(&path_of(&self.name), &self.access, false)
    }
}

/// Listens in the name of the store's directory. Only for the owner: what an earlier one left is replaced.
///
/// # Errors
///
/// What the operating system says.
pub fn listen(layout: &Layout) -> io::Result<Listener> {
    let name = session_name();
    let access = SameUser::new()?;
    let first = overlapped::create(&path_of(&name), &access, true)?;
    // Who reads a part of it finds nobody, and looks again.
    std::fs::write(layout.socket(), &name)?;
    Ok(Listener {
        name,
        access,
        next: Mutex::new(Some(first)),
        connecting: Event::new()?,
        stopping: Event::new()?,
    })
}

/// Connects to whoever listens in the name of the store's directory.
///
/// # Errors
///
/// What the operating system says: `NotFound` when nobody does, `WouldBlock` when somebody does who lets nobody in.
pub fn connect(layout: &Layout) -> io::Result<Stream> {
    let name = std::fs::read_to_string(layout.socket())?;
    if name.len() != NAME_LENGTH || !name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(ErrorKind::NotFound.into());
    }
    let begun = Instant::now();
    let mut pause = Duration::from_micros(500);
    loop {
        let opened = OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags(FILE_FLAG_OVERLAPPED)
            // The owner may see who this is, and not act in its name.
            .security_qos_flags(SECURITY_IDENTIFICATION)
            .open(path_of(&name));
        match opened {
            Ok(pipe) => return Stream::new(pipe.into()),
            // The owner is letting somebody else in.
            Err(error) if is(&error, ERROR_PIPE_BUSY) => {
                if begun.elapsed() > CONNECT_PATIENCE {
                    return Err(ErrorKind::WouldBlock.into());
                }
            }
            Err(error) => return Err(error),
        }
        thread::sleep(pause);
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

fn path_of(name: &str) -> String {
    format!(r"\\.\pipe\engram-{name}")
}
