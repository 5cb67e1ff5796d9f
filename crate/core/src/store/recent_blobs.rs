//! [`RecentBlobs`]: the bytes of short blobs that were read lately, and more than once.
//!
//! To find, open, read and close a file takes several times what it takes to copy so few bytes. And blobs do not change, so
//! that bytes that have a blob's digest are true as long as anybody asks for it.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::digest::Digest;

/// Longer blobs are not kept: to copy them takes longer than all else.
const LONGEST: usize = 256 << 10;
/// So many blobs are known at a time. They take 16 MiB at most.
const KNOWN: usize = 64;

/// Short blobs that were read lately, the oldest first: their digests, and from the second time on their bytes. A program
/// that reads many blobs once has none of them copied in vain.
#[derive(Debug, Default)]
pub struct RecentBlobs(Mutex<VecDeque<Known>>);

#[derive(Debug)]
struct Known {
    digest: Digest,
    bytes: Option<Arc<[u8]>>,
}

impl RecentBlobs {
    /// Bytes with this digest, if they are kept.
    pub fn get(&self, digest: &Digest) -> Option<Arc<[u8]>> {
        let known = self.0.lock();
        known.iter().rev().find(|known| known.digest == *digest)?.bytes.clone()
    }

    /// Notes that a blob was read.
    pub fn note(&self, digest: &Digest, bytes: &[u8]) {
        if bytes.len() > LONGEST {
            return;
        }
        let mut known = self.0.lock();
        match known.iter_mut().rev().find(|known| known.digest == *digest) {
            // The file may be damaged.
            Some(known) if Digest::from(blake3::hash(bytes)) == *digest => {
                known.bytes = Some(bytes.into());
            }
            Some(_) => {}
            None => {
                if known.len() == KNOWN {
                    known.pop_front();
                }
                known.push_back(Known { digest: *digest, bytes: None });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(recent: &RecentBlobs, bytes: &[u8], times: usize) -> Digest {
        let digest = blake3::hash(bytes).into();
        for _ in 0..times {
            recent.note(&digest, bytes);
        }
        digest
    }

    #[test]
    fn a_blob_is_kept_from_the_second_time_on() {
        let recent = RecentBlobs::default();
        assert!(recent.get(&read(&recent, b"once", 1)).is_none());
        assert_eq!(*recent.get(&read(&recent, b"twice", 2)).unwrap(), *b"twice");
    }

    #[test]
    fn what_was_read_long_ago_is_forgotten() {
        let recent = RecentBlobs::default();
        let first = read(&recent, b"first", 2);
        for number in 1..KNOWN {
            read(&recent, &number.to_le_bytes(), 2);
        }
        assert!(recent.get(&first).is_some());
        let last = read(&recent, b"last", 2);
        assert!(recent.get(&first).is_none() && recent.get(&last).is_some());
    }

    #[test]
    fn neither_long_nor_damaged_blobs_are_kept() {
        let recent = RecentBlobs::default();
        assert!(recent.get(&read(&recent, &vec![1; LONGEST + 1], 3)).is_none());
        let digest = read(&recent, b"whole", 1);
        recent.note(&digest, b"whose");
        assert!(recent.get(&digest).is_none());
    }
}
