//! [`Shapes`]: the key lists that the records of a value share.

use std::rc::Rc;

use super::CodecError;
use super::reader::Reader;
use super::tags;
use super::value::Text;

/// Key lists, numbered from 0 in the order of their definitions.
#[derive(Default)]
pub struct Shapes(Vec<Rc<[Text]>>);

impl Shapes {
    /// Reads the next definition; says which number it got. Not inlined, since who calls it recurses.
    #[inline(never)]
    pub fn define(&mut self, reader: &mut Reader<'_>) -> Result<usize, CodecError> {
        if self.0.len() == tags::SHAPES_LIMIT {
            return Err(CodecError::Malformed("number of key lists"));
        }
        let hash = u32::from_le_bytes(reader.array()?);
        let definition = reader.rest();
        let keys = key_list(reader)?;
        let length = definition.len() - reader.rest().len();
        if shape_hash(&definition[..length]) != hash {
            return Err(CodecError::Malformed("hash of a key list"));
        }
        self.0.push(keys);
        Ok(self.0.len() - 1)
    }

    /// The key list with this number.
    pub fn keys(&self, number: usize) -> Result<Rc<[Text]>, CodecError> {
        self.0.get(number).cloned().ok_or(CodecError::Missing("key list"))
    }
}

fn key_list(reader: &mut Reader<'_>) -> Result<Rc<[Text]>, CodecError> {
    let count = reader.byte()?;
    if count == 0 || count > tags::SHAPE_KEYS_LIMIT {
        return Err(CodecError::Malformed("length of a key list"));
    }
    let keys = (0..count).map(|_| key(reader)).collect::<Result<Vec<_>, _>>()?;
    let is_repeated = (1..keys.len()).any(|i| keys[..i].iter().any(|key| key.is_same(&keys[i])));
    if is_repeated { Err(CodecError::Malformed("key list")) } else { Ok(keys.into()) }
}

fn key(reader: &mut Reader<'_>) -> Result<Text, CodecError> {
    match reader.byte()? {
        tag @ tags::SHORT_STRING..tags::SHORT_RECORD => {
            reader.latin1(usize::from(tag - tags::SHORT_STRING)).map(Text::from)
        }
        tags::UTF16 => match reader.byte()? {
            length if length < tags::SHAPE_KEY_LENGTH_LIMIT => {
                reader.utf16(usize::from(length)).map(Text::from)
            }
            _ => Err(CodecError::Malformed("key")),
        },
        _ => Err(CodecError::Malformed("key")),
    }
}

/// FNV-1a, by which decoders find a key list that they know.
fn shape_hash(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}
