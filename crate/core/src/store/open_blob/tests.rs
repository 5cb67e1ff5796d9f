use super::*;

/// A blob of `length` bytes in a file.
fn stored(length: usize) -> (tempfile::NamedTempFile, Blob) {
    let file = tempfile::NamedTempFile::new().unwrap();
    let bytes: Vec<u8> = (0..length).map(|index| index.to_le_bytes()[1]).collect();
    std::fs::write(file.path(), &bytes).unwrap();
    (file, Blob { digest: blake3::hash(&bytes).into(), byte_length: length as u64 })
}

fn open(file: &tempfile::NamedTempFile, blob: &Blob) -> OpenBlob {
    OpenBlob::open(blob, file.path().to_owned(), &Arc::default()).unwrap().unwrap()
}

#[test]
fn a_blob_is_mapped_where_it_is_long() {
    let (file, blob) = stored(MAPPED_FROM - 1);
    assert!(open(&file, &blob).map_to_keep().is_none());
    let (file, blob) = stored(MAPPED_FROM);
    let mapping = open(&file, &blob).map_to_keep().unwrap();
    assert!(mapping.as_bytes() == open(&file, &blob).read().unwrap());
}

#[test]
fn a_blob_is_read_from_memory_the_third_time() {
    let (file, blob) = stored(1000);
    let recent = Arc::<RecentBlobs>::default();
    for _ in 0..2 {
        let open = OpenBlob::open(&blob, file.path().to_owned(), &recent).unwrap().unwrap();
        open.read().unwrap();
    }
    let kept = OpenBlob::kept(&blob, recent.get(&blob.digest).unwrap());
    let mut memory = [0; 1000];
    kept.read_into(&mut memory).unwrap();
    assert_eq!(memory.to_vec(), open(&file, &blob).read().unwrap());
}

#[test]
fn bytes_are_read_from_one_of_them_on() {
    let (file, blob) = stored(1000);
    let bytes = open(&file, &blob).read().unwrap();
    let kept = || OpenBlob::kept(&blob, bytes.clone().into());
    for (start, length) in [(0, 3), (600, 200), (998, 2), (1000, 0), (2000, 0)] {
        for open in [open(&file, &blob), kept()] {
            let mut read = Vec::new();
            open.read_from(start as u64).unwrap().take(200).read_to_end(&mut read).unwrap();
            assert_eq!(read.get(..length), bytes.get(start.min(1000)..start.min(1000) + length));
        }
    }
}

#[test]
fn a_file_that_becomes_shorter_is_an_error() {
    let (file, blob) = stored(1000);
    let opened = [open(&file, &blob), open(&file, &blob)];
    file.as_file().set_len(999).unwrap();
    let [one, other] = opened;
    assert!(one.read().is_err());
    assert!(other.read_into(&mut [0; 1000]).is_err());
}

#[test]
fn more_bytes_than_there_is_memory_for_are_an_error() {
    assert_eq!(reserved(usize::MAX / 2).unwrap_err().kind(), ErrorKind::OutOfMemory);
}
