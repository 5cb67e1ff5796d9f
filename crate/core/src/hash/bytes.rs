//! Digests of plain bytes, on several threads where that pays.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use blake3::Hasher;

use crate::digest::Digest;
use crate::progress::steps;

/// From this many bytes on, hashing is shared among threads: below it, waking them costs more than it saves.
const SHARED_FROM: usize = 1 << 20;

/// BLAKE3-256 of `bytes`, read where they lie.
#[must_use]
pub fn digest(bytes: &[u8]) -> Digest {
    if bytes.len() < SHARED_FROM {
        return blake3::hash(bytes).into();
    }
    let mut hasher = Hasher::new();
    update(&mut hasher, bytes);
    hasher.finalize().into()
}

/// BLAKE3-256 of `bytes` in keyed mode: as unlike that under another key as that of other bytes.
#[must_use]
pub fn keyed_digest(key: &Digest, bytes: &[u8]) -> Digest {
    if bytes.len() < SHARED_FROM {
        return blake3::keyed_hash(key.as_bytes(), bytes).into();
    }
    let mut hasher = Hasher::new_keyed(key.as_bytes());
    update(&mut hasher, bytes);
    hasher.finalize().into()
}

/// Adds `bytes` to a running hash, on several threads where that pays.
pub fn update(hasher: &mut Hasher, bytes: &[u8]) {
    if bytes.len() < SHARED_FROM {
        hasher.update(bytes);
        return;
    }
    for step in steps(bytes) {
        hasher.update_rayon(step);
    }
}

/// BLAKE3-256 of a file's content, whatever its size.
///
/// # Errors
///
/// The file cannot be opened or read.
pub fn digest_file(path: &Path) -> io::Result<Digest> {
    let mut file = File::open(path)?;
    let mut hasher = Hasher::new();
    let mut bytes = vec![0; SHARED_FROM];
    loop {
        match file.read(&mut bytes) {
            Ok(0) => return Ok(hasher.finalize().into()),
            Ok(length) => update(&mut hasher, &bytes[..length]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn threads_do_not_change_the_digest() {
        let bytes: Vec<u8> =
            (0..SHARED_FROM + 12_345).map(|index| index.to_le_bytes()[0]).collect();
        assert_eq!(digest(&bytes), blake3::hash(&bytes).into());
        let key = digest(b"key");
        let whole = blake3::keyed_hash(key.as_bytes(), &bytes);
        assert_eq!(keyed_digest(&key, &bytes), whole.into());
    }

    proptest! {
        #[test]
        fn updating_piecewise_is_digesting_whole(bytes: Vec<u8>, cut: usize) {
            let (head, tail) = bytes.split_at(cut % (bytes.len() + 1));
            let mut hasher = Hasher::new();
            update(&mut hasher, head);
            update(&mut hasher, tail);
            prop_assert_eq!(digest(&bytes), hasher.finalize().into());
        }
    }
}
