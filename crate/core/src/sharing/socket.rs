//! The owner's socket: where it is, how it is reached, and who may connect.

use std::io;
#[cfg(any(target_os = "linux", target_os = "android"))]
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::store::Layout;

/// A connection to another process of this machine.
pub type Stream = UnixStream;
/// The owner's end.
pub type Listener = UnixListener;

/// A path of a Unix socket has room for 104 to 108 bytes, depending on the system.
const LONGEST_PATH: usize = 100;
const MODE: u32 = 0o600;

/// Listens in the store's directory. Only for the owner: a socket that an earlier one left is replaced.
///
/// # Errors
///
/// What the operating system says, as on a file system without sockets.
pub fn listen(layout: &Layout) -> io::Result<Listener> {
    let path = layout.socket();
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = reached(layout, |path| UnixListener::bind(path))?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(MODE))?;
    // Whoever connected may be gone when it is accepted.
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Connects to whoever listens in the store's directory.
///
/// # Errors
///
/// What the operating system says: `NotFound` and `ConnectionRefused` when nobody does.
pub fn connect(layout: &Layout) -> io::Result<Stream> {
    reached(layout, connect_at_once)
}

/// Where others wait to be let in by somebody who lets nobody in, says `WouldBlock` instead of waiting with them.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn connect_at_once(path: &Path) -> io::Result<Stream> {
    use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType};
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
    rustix::net::connect(&socket, &SocketAddrUnix::new(path)?)?;
    Ok(Stream::from(socket))
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn connect_at_once(path: &Path) -> io::Result<Stream> {
    Stream::connect(path)
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

/// Whether the other end belongs to this user. The directory's mode says so too, where it is ours.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub fn is_same_user(stream: &Stream) -> bool {
    // Not through rustix: its process id cannot be 0, which is what a peer from another process namespace has.
    let mut peer = libc::ucred { pid: 0, uid: u32::MAX, gid: u32::MAX };
    let Ok(mut length) = libc::socklen_t::try_from(size_of_val(&peer)) else { return false };
    // SAFETY: both pointers are to locals that outlive the call; `length` is the size of `peer`, which is valid with any
    // bits.
    let code = unsafe {
        libc::getsockopt(
            stream.as_raw_fd(),
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
pub fn is_same_user(_stream: &Stream) -> bool {
    true
}

/// Waits until there is something to read, or the other end is gone. False when neither happens in time.
pub fn wait_readable(stream: &Stream, patience: Option<Duration>) -> bool {
    wait(&mut [PollFd::new(stream, PollFlags::IN)], patience)
}

/// Waits until something can be written, or the other end is gone. False when neither happens in time.
pub fn wait_writable(stream: &Stream, patience: Duration) -> bool {
    wait(&mut [PollFd::new(stream, PollFlags::OUT)], Some(patience))
}

/// Waits for somebody to connect, or for [`stop_listening`]. False when neither happens in time.
pub fn wait_for_peer(listener: &Listener, patience: Duration) -> bool {
    wait(&mut [PollFd::new(listener, PollFlags::IN)], Some(patience))
}

/// Wakes whoever waits for somebody to connect. Where the system does not, they look again after their patience.
pub fn stop_listening(listener: &Listener) {
    let _ = rustix::net::shutdown(listener, rustix::net::Shutdown::Both);
}

fn wait(descriptors: &mut [PollFd<'_>], patience: Option<Duration>) -> bool {
    let timeout = patience.and_then(|patience| Timespec::try_from(patience).ok());
    loop {
        match poll(descriptors, timeout.as_ref()) {
            Ok(ready) => return ready > 0,
            Err(rustix::io::Errno::INTR) => {}
            // Reading or writing will say what is wrong.
            Err(_) => return true,
        }
    }
}
