//! Temporary names, `<session>-<number>`, say whose bytes are that are not yet published: others take them over, or sweep
//! them when the session is dead.

use std::io::{self, ErrorKind};
use std::sync::Arc;

use super::blob::{Blob, PendingBlob};
use super::blobs::Blobs;
use super::disk::Durability;
use super::session;
use crate::error::{FileContext, Result};

impl Blobs {
    /// Takes over the bytes that `session` wrote as `file_name` (see [`PendingBlob::file_name`]), to publish them.
    /// `durability` is how they were written. The digest is the writer's word.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::File`] when the name is not one that the session gives, when it is no file, or when it has
    /// another length.
    pub fn adopt(
        &self,
        file_name: &str,
        blob: Blob,
        session: &str,
        durability: Durability,
    ) -> Result<PendingBlob> {
        let action = "taking over a blob in";
        if !session::is_session_name(session) || session_of(file_name) != Some(session) {
            // Not the name: it comes from elsewhere.
            return Err(io::Error::from(ErrorKind::InvalidInput)).file(action, &self.temporary);
        }
        let temporary = self.temporary.join(file_name);
        if self.disk.length(&temporary).file(action, &self.temporary)? != blob.byte_length {
            return Err(io::Error::from(ErrorKind::InvalidData)).file(action, &self.temporary);
        }
        Ok(PendingBlob { blob, temporary, durability, disk: Arc::clone(&self.disk) })
    }

    /// Removes the temporary files of sessions that are not alive. `is_alive` is asked once for each session, after its
    /// files were found: so a session that begins meanwhile is safe, if `is_alive` looks when it is asked.
    pub fn sweep_dead(&self, is_alive: impl Fn(&str) -> bool) {
        let names = self.disk.list(&self.temporary).unwrap_or_default();
        let mut names: Vec<_> =
            names.into_iter().filter_map(|name| name.into_string().ok()).collect();
        names.sort_unstable();
        for names in names.chunk_by(|a, b| session_of(a) == session_of(b)) {
            // A file of any other name is not ours.
            let Some(session) = session_of(&names[0]) else { continue };
            if !is_alive(session) {
                for name in names {
                    // What cannot be removed now is tried again by the next sweep.
                    let _ = self.disk.remove(&self.temporary.join(name));
                }
            }
        }
    }
}

/// The session that gave a file its temporary name, `<session>-<number>`; `None` for any other name.
fn session_of(file_name: &str) -> Option<&str> {
    let (session, number) = file_name.split_once('-')?;
    let is_number =
        (1..=20).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && session::is_session_name(session)).then_some(session)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::store::{Layout, RealDisk};

    /// An owner's blobs and a client's, in one directory.
    fn blobs() -> (tempfile::TempDir, Blobs, Blobs) {
        let directory = tempfile::tempdir().unwrap();
        let layout = Layout::new(directory.path());
        layout.create().unwrap();
        let blobs = |session| Blobs::on(Arc::new(RealDisk), &layout, session);
        let (owner, client) = (blobs("0"), blobs("c1"));
        (directory, owner, client)
    }

    #[test]
    fn another_process_publishes_what_a_session_wrote() {
        let (directory, owner, client) = blobs();
        let pending = client.write(b"abc", Durability::Process).unwrap();
        let blob = pending.blob;
        let adopted =
            owner.adopt(pending.file_name(), pending.blob, "c1", Durability::Process).unwrap();
        owner.publish(&adopted, Durability::Process).unwrap();
        drop(adopted);
        drop(pending);
        assert!(owner.is_genuine(&blob));
        let pending = client.write(b"other", Durability::Process).unwrap();
        drop(owner.adopt(pending.file_name(), pending.blob, "c1", Durability::Process).unwrap());
        assert_eq!(fs::read_dir(directory.path().join("tmp")).unwrap().count(), 0);
    }

    #[test]
    fn only_a_sessions_own_whole_files_are_taken_over() {
        let (directory, owner, client) = blobs();
        let pending = client.write(b"abc", Durability::Process).unwrap();
        let adopt = |name: &str, blob, session: &str| {
            owner.adopt(name, blob, session, Durability::Process).map(drop)
        };
        assert!(adopt("c1-0", Blob { byte_length: 2, ..pending.blob }, "c1").is_err());
        for (name, session) in [
            ("c1-0", "c2"),
            ("c1-1", "c1"),
            ("c1-", "c1"),
            ("c1-0x", "c1"),
            ("c1-+0", "c1"),
            ("c1-0/", "c1"),
            ("../tmp/c1-0", "c1"),
            ("c1-0", "../tmp/c1"),
            ("", ""),
            ("-0", ""),
            ("c1-000000000000000000000", "c1"),
            ("C1-0", "C1"),
        ] {
            assert!(adopt(name, pending.blob, session).is_err(), "{name} of {session}");
        }
        #[cfg(unix)]
        {
            let temporary = directory.path().join("tmp");
            std::os::unix::fs::symlink(temporary.join("c1-0"), temporary.join("c1-7")).unwrap();
            assert!(adopt("c1-7", pending.blob, "c1").is_err());
        }
        assert!(fs::exists(directory.path().join("tmp/c1-0")).unwrap());
    }

    #[test]
    fn temporary_files_of_dead_sessions_go_and_others_stay() {
        let (directory, blobs, _client) = blobs();
        let temporary = directory.path().join("tmp");
        for name in ["a1-0", "a1-17", "b2-0", "4711-3", "notes.txt", "b2-", "-1"] {
            fs::write(temporary.join(name), "").unwrap();
        }
        blobs.sweep_dead(|session| session == "a1");
        let mut left: Vec<_> = fs::read_dir(&temporary)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort();
        assert_eq!(left, ["-1", "a1-0", "a1-17", "b2-", "notes.txt"]);
    }
}
