//! [`SameUser`]: who may connect to a pipe.

use std::ffi::c_void;
use std::io;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::ptr;

use windows_sys::Win32::Foundation::{HANDLE, LocalFree};
use windows_sys::Win32::Security::Authorization::{
    ConvertSidToStringSidW, ConvertStringSecurityDescriptorToSecurityDescriptorW, SDDL_REVISION_1,
};
use windows_sys::Win32::Security::{
    GetTokenInformation, PSECURITY_DESCRIPTOR, SECURITY_ATTRIBUTES, TOKEN_QUERY, TOKEN_USER,
    TokenUser,
};
use windows_sys::Win32::System::Threading::{GetCurrentProcess, OpenProcessToken};

/// Room for a token's user, in units of eight bytes: the longest identifier has 68 bytes.
const USER_LENGTH: usize = 16;

/// A security descriptor that admits the user of this process, and nobody else. The kernel asks it whenever somebody
/// connects, so that nobody has to be asked who they are afterwards, when that process may be gone and its number
/// another's. Without one, everybody may read from a pipe.
pub struct SameUser(LocalMemory);

impl SameUser {
    /// That of the user of this process.
    ///
    /// # Errors
    ///
    /// What the operating system says.
    pub fn new() -> io::Result<Self> {
        let description: Vec<u16> =
            format!("D:P(A;;GA;;;{})", user()?).encode_utf16().chain([0]).collect();
        let mut descriptor: PSECURITY_DESCRIPTOR = ptr::null_mut();
        // SAFETY: `description` ends with a zero, and `descriptor` is a local; its size is not asked for.
        let is_done = unsafe {
            ConvertStringSecurityDescriptorToSecurityDescriptorW(
                description.as_ptr(),
                SDDL_REVISION_1,
                &raw mut descriptor,
                ptr::null_mut(),
            )
        };
        succeeded(is_done)?;
        Ok(Self(LocalMemory(descriptor)))
    }

    /// For a new object, which processes that are started do not inherit. Valid as long as `self` lives.
    pub(super) fn attributes(&self) -> SECURITY_ATTRIBUTES {
        SECURITY_ATTRIBUTES {
            nLength: size_of::<SECURITY_ATTRIBUTES>().try_into().unwrap_or(u32::MAX),
            lpSecurityDescriptor: self.0.0,
            bInheritHandle: 0,
        }
    }
}

/// The user of this process, as `S-1-…`.
fn user() -> io::Result<String> {
    let token = token()?;
    let mut user = [0_u64; USER_LENGTH];
    let room = size_of_val(&user).try_into().unwrap_or(0);
    let mut length = 0;
    // SAFETY: the token is open, and `user` has room for `room` bytes; it is aligned as a `TOKEN_USER` must be.
    let is_done = unsafe {
        GetTokenInformation(
            token.as_raw_handle(),
            TokenUser,
            user.as_mut_ptr().cast(),
            room,
            &raw mut length,
        )
    };
    succeeded(is_done)?;
    // SAFETY: the call wrote a `TOKEN_USER` at the start, and what it points to behind it.
    let identifier = unsafe { user.as_ptr().cast::<TOKEN_USER>().read() }.User.Sid;
    let mut text: *mut u16 = ptr::null_mut();
    // SAFETY: `identifier` points into `user`, which lives; `text` is a local.
    succeeded(unsafe { ConvertSidToStringSidW(identifier, &raw mut text) })?;
    let _memory = LocalMemory(text.cast());
    let mut length = 0;
    // SAFETY: `text` ends with a zero, so each place up to that one can be read.
    while unsafe { *text.add(length) } != 0 {
        length += 1;
    }
    // SAFETY: `text` has `length` units before its zero, and lives until `_memory` is dropped.
    Ok(String::from_utf16_lossy(unsafe { std::slice::from_raw_parts(text, length) }))
}

fn token() -> io::Result<OwnedHandle> {
    let mut token: HANDLE = ptr::null_mut();
    // SAFETY: the process is this one, and `token` is a local.
    succeeded(unsafe { OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &raw mut token) })?;
    // SAFETY: it is open, and nobody else's.
    Ok(unsafe { OwnedHandle::from_raw_handle(token) })
}

fn succeeded(outcome: i32) -> io::Result<()> {
    if outcome == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// Memory that the system made for us.
struct LocalMemory(*mut c_void);

impl Drop for LocalMemory {
    fn drop(&mut self) {
        // SAFETY: it came from a function that says to free it so, and nobody else does.
        unsafe { LocalFree(self.0) };
    }
}

// SAFETY: the memory is never written again, and is freed by whoever drops it last.
unsafe impl Send for LocalMemory {}
// SAFETY: it is never written again.
unsafe impl Sync for LocalMemory {}
