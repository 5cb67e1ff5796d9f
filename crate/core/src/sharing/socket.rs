//! The owner's socket: where it is, how it is reached, and who may connect.

use std::io::{self, ErrorKind, Read, Write};
use std::net::Shutdown;
use std::os::fd::AsFd;
#[cfg(any(target_os = "linux", target_os = "android"))]
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::LazyLock;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::store::Layout;

/// A path of a Unix socket has room for 104 to 108 bytes, depending on the system.
const LONGEST_PATH: usize = 100;
const MODE: u32 = 0o600;
/// How often a reader looks again before it sleeps. An answer mostly comes within microseconds; waking up costs ten times
/// as much.
const LOOKS: u32 = 40;

/// A connection to another process of this machine.
pub struct Stream(UnixStream);

impl Stream {
    fn new(stream: UnixStream) -> io::Result<Self> {
        stream.set_nonblocking(true)?;
        Ok(Self(stream))
    }

    /// Waits for bytes, and reads those that are there: none at the end. With no `patience`, waits for ever.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TimedOut`] when none come in time; else what the operating system says of a socket that is broken.
    pub fn read(&self, buffer: &mut [u8], patience: Option<Duration>) -> io::Result<usize> {
        let looks = if *IS_ALONE { 1 } else { LOOKS };
        self.attempt(PollFlags::IN, looks, patience, |mut stream| stream.read(buffer))
    }

    /// Writes at least one of `bytes`, and says how many.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TimedOut`] when the other side does not take them in time; else what the operating system says of a
    /// socket that is broken.
    pub fn write(&self, bytes: &[u8], patience: Duration) -> io::Result<usize> {
        self.attempt(PollFlags::OUT, 1, Some(patience), |mut stream| stream.write(bytes))
    }

    fn attempt(
        &self,
        ready: PollFlags,
        mut looks: u32,
        patience: Option<Duration>,
        mut operation: impl FnMut(&UnixStream) -> io::Result<usize>,
    ) -> io::Result<usize> {
        loop {
            match operation(&self.0) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    looks = looks.saturating_sub(1);
                    if looks == 0 && !wait(&self.0, ready, patience) {
                        return Err(ErrorKind::TimedOut.into());
                    }
                }
                outcome => return outcome,
            }
        }
    }

    /// Waits until something can be written, or the other end is gone. False when neither happens in time.
    pub fn has_room(&self, patience: Duration) -> bool {
        wait(&self.0, PollFlags::OUT, Some(patience))
    }

    /// Ends it, whoever is reading or writing. The other side reads what was written before, and then the end.
    pub fn close(&self) {
        let _ = self.0.shutdown(Shutdown::Both);
    }

    /// Whether the other end belongs to this user. The directory's mode says so too, where it is ours.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub fn is_same_user(&self) -> bool {
        // Not through rustix: its process id cannot be 0, which is what a peer from another process namespace has.
        let mut peer = libc::ucred { pid: 0, uid: u32::MAX, gid: u32::MAX };
        let Ok(mut length) = libc::socklen_t::try_from(size_of_val(&peer)) else { return false };
        // SAFETY: both pointers are to locals that outlive the call; `length` is the size of `peer`, which is valid with
        // any bits.
        let code = unsafe {
            libc::getsockopt(
                self.0.as_raw_fd(),
                libc::SOL_SOCKET,
                libc::SO_PEERCRED,
                (&raw mut peer).cast(),
                &raw mut length,
            )
        };
        code == 0 && peer.uid == rustix::process::geteuid().as_raw()
    }

    /// Elsewhere, the modes of directory and socket have to do.
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    #[expect(clippy::unused_self, reason = "where the system says it, each is asked")]
    pub const fn is_same_user(&self) -> bool {
        true
    }
}

/// With one processor, looking again only keeps the other side from answering.
static IS_ALONE: LazyLock<bool> =
    LazyLock::new(|| std::thread::available_parallelism().is_ok_and(|count| count.get() == 1));

/// The owner's end.
pub struct Listener(UnixListener);

impl Listener {
    /// Waits for somebody to connect, or for [`Listener::stop`]. False when neither happens in time.
    pub fn wait(&self, patience: Duration) -> bool {
        wait(&self.0, PollFlags::IN, Some(patience))
    }

    /// Lets in whoever has connected.
    ///
    /// # Errors
    ///
    /// What the operating system says, as when there are no descriptors left, or nobody is there any more.
    pub fn accept(&self) -> io::Result<Stream> {
        Stream::new(self.0.accept()?.0)
    }

    /// Wakes whoever waits for somebody to connect. Where the system does not, they look again after their patience.
    pub fn stop(&self) {
        let _ = rustix::net::shutdown(&self.0, rustix::net::Shutdown::Both);
    }
}

/// Listens in the store's directory. Only for the owner: a socket that an earlier one left is replaced.
///
/// # Errors
///
/// What the operating system says, as on a file system without sockets.
pub fn listen(layout: &Layout) -> io::Result<Listener> {
    let path = layout.socket();
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = reached(layout, |path| UnixListener::bind(path))?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(MODE))?;
    // Whoever connected may be gone when it is accepted.
    listener.set_nonblocking(true)?;
    Ok(Listener(listener))
}

/// Connects to whoever listens in the store's directory.
///
/// # Errors
///
/// What the operating system says: `NotFound` and `ConnectionRefused` when nobody does.
pub fn connect(layout: &Layout) -> io::Result<Stream> {
    reached(layout, connect_at_once).and_then(Stream::new)
}

/// Where others wait to be let in by somebody who lets nobody in, says `WouldBlock` instead of waiting with them.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn connect_at_once(path: &Path) -> io::Result<UnixStream> {
    use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType};
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
    rustix::net::connect(&socket, &SocketAddrUnix::new(path)?)?;
    Ok(UnixStream::from(socket))
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn connect_at_once(path: &Path) -> io::Result<UnixStream> {
    UnixStream::connect(path)
}

/// Calls `operation` with a path of the socket that is short enough: through a link of a moment's life if need be.
fn reached<T>(layout: &Layout, operation: impl FnOnce(&Path) -> io::Result<T>) -> io::Result<T> {
    let path = layout.socket();
    if path.as_os_str().len() <= LONGEST_PATH {
        return operation(&path);
    }
    // The directory is new, and only its maker may enter it.
    let nearby = tempfile::Builder::new().prefix("engram-").tempdir()?;
    let link = nearby.path().join("s");
    std::os::unix::fs::symlink(layout.root(), &link)?;
    operation(&link.join("owner.sock"))
}

fn wait(descriptor: &impl AsFd, ready: PollFlags, patience: Option<Duration>) -> bool {
    let timeout = patience.and_then(|patience| Timespec::try_from(patience).ok());
    loop {
        match poll(&mut [PollFd::new(descriptor, ready)], timeout.as_ref()) {
            Ok(ready) => return ready > 0,
            Err(rustix::io::Errno::INTR) => {}
            // Reading or writing will say what is wrong.
            Err(_) => return true,
        }
    }
}
