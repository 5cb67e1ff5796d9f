//! What V8 made of a script of the package, as a file beside the addon keeps it. src/platform/bytecode.ts writes it and says
//! what for.
//!
//! Six numbers of 32 bits, the lowest byte first: the lengths of five parts, and 0. Then the parts: V8's bytecode, which the
//! numbers leave where V8 wants it, at a multiple of eight; how that V8 was built; and the script's text, which is an opening,
//! the source in the package, and a closing.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::path::Path;

use crate::store::Mapping;

const HEADER: usize = 24;

/// A file of bytecode that is of use.
#[derive(Debug)]
pub struct Bytecode {
    file: Mapping,
    data: Range<usize>,
    text: Range<usize>,
}

impl Bytecode {
    /// Opens a file of bytecode. `None` if it is not of the very source that `script` holds, or of a V8 that was built in
    /// another way: V8 itself compares neither.
    ///
    /// # Errors
    ///
    /// What opening the files says.
    pub fn open(file: &Path, script: &Path, build: &[u8]) -> io::Result<Option<Self>> {
        let (Some(file), Some(script)) = (map(file)?, map(script)?) else { return Ok(None) };
        let found = parts(file.as_bytes(), script.as_bytes(), build);
        Ok(found.map(|(data, text)| Self { file, data, text }))
    }

    /// V8's bytecode. What is written there leaves the file as it is.
    pub fn data(&mut self) -> &mut [u8] {
        &mut self.file.as_bytes_mut()[self.data.clone()]
    }

    /// The script's text, in Latin-1.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        &self.file.as_bytes()[self.text.clone()]
    }
}

/// Maps a file: its pages need no memory of their own, and a fresh one costs two microseconds. `None` where it cannot be mapped.
fn map(path: &Path) -> io::Result<Option<Mapping>> {
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    Ok(usize::try_from(length).ok().and_then(|length| Mapping::new(&file, length)))
}

/// Where bytecode and text lie in a file of bytecode, if it is of this source and of a V8 built so.
fn parts(file: &[u8], source: &[u8], build: &[u8]) -> Option<(Range<usize>, Range<usize>)> {
    let (header, body) = file.split_first_chunk::<HEADER>()?;
    let length = |at: usize| {
        let bytes = header.get(4 * at..4 * at + 4)?.try_into().ok()?;
        usize::try_from(u32::from_le_bytes(bytes)).ok()
    };
    let [data, said, opening, written, closing] =
        [length(0)?, length(1)?, length(2)?, length(3)?, length(4)?];
    let text = opening.checked_add(written)?.checked_add(closing)?;
    let is_whole = data.checked_add(said)?.checked_add(text)? == body.len();
    let start = HEADER + data + said;
    let is_alike = is_whole
        && file[HEADER + data..start] == *build
        && file[start + opening..start + opening + written] == *source;
    is_alike.then_some((HEADER..HEADER + data, start..start + text))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use proptest::prelude::*;

    use super::*;

    const BUILD: &[u8] = b"a V8";

    fn file_of(data: &[u8], source: &[u8]) -> Vec<u8> {
        let parts = [data, BUILD, b"(function() {", source, b"})"];
        let lengths = parts.iter().map(|part| u32::try_from(part.len()).expect("short"));
        let header = lengths.chain([0]).flat_map(u32::to_le_bytes);
        header.chain(parts.concat()).collect()
    }

    #[test]
    fn bytecode_of_the_source_is_found_where_v8_wants_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let [file, script] = ["bytecode", "script"].map(|name| folder.path().join(name));
        fs::write(&file, file_of(b"data", b"one()")).expect("written");
        fs::write(&script, b"one()").expect("written");
        let mut found = Bytecode::open(&file, &script, BUILD).expect("read").expect("alike");
        assert_eq!(found.text(), b"(function() {one()})");
        assert_eq!(found.data(), b"data");
        assert_eq!(found.data().as_ptr().addr() % 8, 0);
        assert!(Bytecode::open(&file, &script, b"another V8").expect("read").is_none());
        assert!(Bytecode::open(&folder.path().join("none"), &script, BUILD).is_err());
        fs::write(&script, b"two()").expect("written");
        assert!(Bytecode::open(&file, &script, BUILD).expect("read").is_none());
    }

    proptest! {
        #[test]
        fn a_file_of_bytecode_is_of_use_only_whole(data in any::<Vec<u8>>(), source in any::<Vec<u8>>(), cut in any::<usize>()) {
            let file = file_of(&data, &source);
            let (found, text) = parts(&file, &source, BUILD).expect("whole");
            prop_assert_eq!(&file[found], &data[..]);
            prop_assert_eq!(text.len(), source.len() + 15);
            prop_assert!(parts(&file[..cut % file.len()], &source, BUILD).is_none());
            prop_assert!(parts(&[&file[..], &[0]].concat(), &source, BUILD).is_none());
        }

        #[test]
        fn no_bytes_make_reading_fail(file in any::<Vec<u8>>(), lengths in any::<[u32; 6]>(), source in any::<Vec<u8>>()) {
            let header: Vec<u8> = lengths.into_iter().flat_map(u32::to_le_bytes).collect();
            for bytes in [file.clone(), [header, file].concat()] {
                if let Some((data, text)) = parts(&bytes, &source, BUILD) {
                    prop_assert!(data.end <= bytes.len() && text.end == bytes.len());
                }
            }
        }
    }
}
