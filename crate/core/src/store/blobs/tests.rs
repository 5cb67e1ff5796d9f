use std::fs;

use super::*;

fn blobs() -> (tempfile::TempDir, Blobs) {
    let directory = tempfile::tempdir().unwrap();
    let layout = Layout::new(directory.path());
    layout.create().unwrap();
    (directory, Blobs::new(&layout))
}

fn stored(blobs: &Blobs, bytes: &[u8]) -> Blob {
    let pending = blobs.write(bytes, Durability::Process).unwrap();
    blobs.publish(&pending, Durability::Process).unwrap();
    pending.blob
}

#[test]
fn small_and_large_blobs_read_back() {
    let (_directory, blobs) = blobs();
    for length in [1, 65_536, CONCURRENT_FROM + 3] {
        let bytes: Vec<u8> = (0..length).map(|index| index.to_le_bytes()[1]).collect();
        let blob = stored(&blobs, &bytes);
        assert_eq!(blob.digest, blake3::hash(&bytes).into());
        let open = || blobs.open(&blob).unwrap().unwrap();
        assert_eq!(open().read().unwrap(), bytes);
        assert_eq!(open().map().unwrap().as_bytes(), bytes);
    }
}

#[test]
fn an_unpublished_blob_leaves_nothing() {
    let (directory, blobs) = blobs();
    drop(blobs.write(b"abc", Durability::Process).unwrap());
    assert_eq!(fs::read_dir(directory.path().join("tmp")).unwrap().count(), 0);
}

#[test]
fn equal_bytes_are_kept_once() {
    let (directory, blobs) = blobs();
    let blob = stored(&blobs, b"abc");
    assert_eq!(stored(&blobs, b"abc"), blob);
    let folder = directory.path().join("blobs").join(&blob.digest.to_hex()[..2]);
    assert_eq!(fs::read_dir(folder).unwrap().count(), 1);
    assert_eq!(fs::read_dir(directory.path().join("tmp")).unwrap().count(), 0);
}

#[test]
fn a_missing_or_shortened_blob_is_not_opened() {
    let (_directory, blobs) = blobs();
    let blob = stored(&blobs, &[1; 1000]);
    fs::File::options().write(true).open(blobs.path(&blob.digest)).unwrap().set_len(10).unwrap();
    assert!(blobs.open(&blob).unwrap().is_none());
    blobs.remove(&blob.digest).unwrap();
    assert!(blobs.open(&blob).unwrap().is_none());
    blobs.remove(&blob.digest).unwrap();
}

#[test]
fn a_damaged_blob_is_replaced_when_stored_again() {
    let (_directory, blobs) = blobs();
    let blob = stored(&blobs, &[1; 1000]);
    fs::write(blobs.path(&blob.digest), [2; 1000]).unwrap();
    assert_eq!(stored(&blobs, &[1; 1000]), blob);
    assert!(blobs.is_genuine(&blob));
}

#[test]
fn altered_bytes_are_not_genuine() {
    let (_directory, blobs) = blobs();
    let blob = stored(&blobs, &[1; 1000]);
    fs::write(blobs.path(&blob.digest), [2; 1000]).unwrap();
    assert!(blobs.is_whole(&blob));
    assert!(!blobs.is_genuine(&blob));
}

#[test]
fn a_blob_written_for_power_reads_back() {
    let (_directory, blobs) = blobs();
    for (written, published) in [
        (Durability::Power, Durability::Power),
        (Durability::Process, Durability::Power),
        (Durability::Power, Durability::Process),
    ] {
        let pending =
            blobs.write(format!("{written:?} {published:?}").as_bytes(), written).unwrap();
        blobs.publish(&pending, published).unwrap();
        blobs.sync(&pending.blob).unwrap();
        assert!(blobs.is_genuine(&pending.blob));
    }
}

#[test]
fn deleted_directories_are_made_again() {
    let (directory, blobs) = blobs();
    for name in ["tmp", "blobs"] {
        fs::remove_dir_all(directory.path().join(name)).unwrap();
        for durability in [Durability::Process, Durability::Power] {
            let pending = blobs.write(name.as_bytes(), durability).unwrap();
            blobs.publish(&pending, durability).unwrap();
            assert!(blobs.is_genuine(&pending.blob));
        }
    }
}

#[test]
fn only_digests_are_listed() {
    let (directory, blobs) = blobs();
    let blob = stored(&blobs, b"abc");
    let first = blob.digest.as_bytes()[0];
    let shard = directory.path().join("blobs").join(format!("{first:02x}"));
    fs::write(shard.join("notes.txt"), "").unwrap();
    // Elsewhere, it is the same file.
    if cfg!(not(any(windows, target_os = "macos"))) {
        fs::write(shard.join(blob.digest.to_hex().to_uppercase()), "").unwrap();
    }
    fs::write(shard.join(Digest::from_bytes([first ^ 1; 32]).to_hex()), "").unwrap();
    assert_eq!(blobs.list(first).unwrap(), [blob.digest]);
    assert!(blobs.list(first ^ 1).unwrap().is_empty());
    assert_eq!(blobs.length(&blob.digest), Some(3));
}

#[test]
fn a_whole_blob_is_not_replaced_by_one_that_is_not_on_the_disk() {
    let (_directory, blobs) = blobs();
    let blob = stored(&blobs, b"abc");
    #[cfg(unix)]
    let number = || {
        use std::os::unix::fs::MetadataExt;
        fs::metadata(blobs.path(&blob.digest)).unwrap().ino()
    };
    #[cfg(unix)]
    let before = number();
    stored(&blobs, b"abc");
    #[cfg(unix)]
    assert_eq!(number(), before);
    assert!(blobs.is_genuine(&blob));
}
