//! [`Reader`]: primitives, read one after the other.

use std::borrow::Cow;

use super::CodecError;
use super::tags;
use super::value::Text;

/// Integers of JavaScript are exact up to here.
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// The letters of a text, as they lie there.
#[derive(Debug, PartialEq)]
pub enum Letters<'a> {
    Latin1(&'a [u8]),
    /// Two little-endian bytes a code unit.
    Utf16(Cow<'a, [u8]>),
}

impl<'a> From<&'a Text> for Letters<'a> {
    fn from(text: &'a Text) -> Self {
        match text {
            Text::Latin1(bytes) => Self::Latin1(bytes),
            Text::Utf16(units) => {
                Self::Utf16(units.iter().flat_map(|unit| unit.to_le_bytes()).collect())
            }
        }
    }
}

impl From<Letters<'_>> for Text {
    fn from(letters: Letters<'_>) -> Self {
        match letters {
            Letters::Latin1(bytes) => Self::Latin1(bytes.into()),
            Letters::Utf16(bytes) => {
                let (units, _) = bytes.as_chunks::<2>();
                Self::Utf16(units.iter().map(|unit| u16::from_le_bytes(*unit)).collect())
            }
        }
    }
}

/// Reads primitives one after the other and never beyond the end.
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The bytes not read as yet.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    pub fn take(&mut self, count: usize) -> Result<&'a [u8], CodecError> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(CodecError::Truncated)?;
        self.rest = rest;
        Ok(taken)
    }

    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], CodecError> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or(CodecError::Truncated)?;
        self.rest = rest;
        Ok(*taken)
    }

    pub fn byte(&mut self) -> Result<u8, CodecError> {
        self.array::<1>().map(|[byte]| byte)
    }

    /// Seven bits a byte, low bits first, in as few bytes as possible.
    pub fn varint(&mut self) -> Result<u64, CodecError> {
        let mut value = 0_u64;
        for shift in (0..56).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                let is_canonical = shift == 0 || byte != 0;
                return if is_canonical && value <= MAX_SAFE_INTEGER {
                    Ok(value)
                } else {
                    Err(CodecError::Malformed("number"))
                };
            }
        }
        Err(CodecError::Malformed("number"))
    }

    /// A count of things of which each takes at least `width` bytes: what is counted must be there.
    pub fn count(&mut self, width: usize) -> Result<usize, CodecError> {
        let count = usize::try_from(self.varint()?).map_err(|_| CodecError::Truncated)?;
        if count > self.rest.len() / width {
            return Err(CodecError::Truncated);
        }
        Ok(count)
    }

    pub fn float(&mut self) -> Result<f64, CodecError> {
        self.array().map(f64::from_le_bytes)
    }

    pub fn latin1(&mut self, length: usize) -> Result<Letters<'a>, CodecError> {
        Ok(Letters::Latin1(self.take(length)?))
    }

    pub fn utf16(&mut self, length: usize) -> Result<Letters<'a>, CodecError> {
        let bytes = self.take(length.checked_mul(2).ok_or(CodecError::Truncated)?)?;
        Ok(Letters::Utf16(bytes.into()))
    }

    /// A text that may be short, Latin-1 or UTF-16.
    pub fn text(&mut self) -> Result<Text, CodecError> {
        let tag = self.byte()?;
        self.letters_of(tag).map(Text::from)
    }

    /// The letters of the text that `tag` opens.
    pub fn letters_of(&mut self, tag: u8) -> Result<Letters<'a>, CodecError> {
        match tag {
            tags::SHORT_STRING..tags::SHORT_RECORD => {
                self.latin1(usize::from(tag - tags::SHORT_STRING))
            }
            tags::LATIN1 => {
                let length = self.count(1)?;
                self.latin1(length)
            }
            tags::UTF16 => {
                let length = self.count(2)?;
                self.utf16(length)
            }
            _ => Err(CodecError::UnknownTag(tag)),
        }
    }
}
