use std::ops::Range;

use super::CodecError;
use super::reader::Reader;
use super::tags::{OUT_OF_BAND_BYTES, RANGE_OUT_OF_BAND, RANGE_SHARED, VIEW_KINDS};
use super::value::{Blob, Object, Text};

/// Where bytes of the value are.
pub enum Part<'a> {
    /// In the section.
    Here(&'a [u8]),
    /// All bytes of the buffer stored apart that has this number.
    Whole(usize),
    /// Bytes of the buffer stored apart that has this number.
    Apart(usize),
}

struct StoredRange<'a> {
    length: u64,
    is_shared: bool,
    /// `None`: stored apart.
    bytes: Option<&'a [u8]>,
}

/// The section after the structure that says which bytes its array buffers and views show.
pub struct Memory<'a> {
    ranges: Vec<StoredRange<'a>>,
    entries: Reader<'a>,
}

impl<'a> Memory<'a> {
    /// Splits the section off the end of `structure` and reads its ranges; `buffers` are the lengths of the buffers
    /// stored apart.
    pub fn split_off(structure: &'a [u8], buffers: &[u64]) -> Result<(&'a [u8], Self), CodecError> {
        let (front, length) = structure.split_last_chunk().ok_or(CodecError::Truncated)?;
        let length = u32::from_le_bytes(*length) as usize;
        let start = front.len().checked_sub(length).ok_or(CodecError::Truncated)?;
        let (structure, section) = front.split_at(start);
        let mut entries = Reader::new(section);
        let ranges = read_ranges(&mut entries, buffers)?;
        Ok((structure, Self { ranges, entries }))
    }

    /// Where these bytes of a range are.
    pub fn part(&self, number: usize, span: &Range<usize>) -> Option<Part<'a>> {
        let range = self.ranges.get(number)?;
        if let Some(bytes) = range.bytes {
            return bytes.get(span.clone()).map(Part::Here);
        }
        let buffer = self.ranges[..number].iter().filter(|one| one.bytes.is_none()).count();
        let is_whole = span.start == 0 && span.end as u64 == range.length;
        Some(if is_whole { Part::Whole(buffer) } else { Part::Apart(buffer) })
    }

    /// Whether a range was a `SharedArrayBuffer`.
    pub fn is_shared(&self, number: usize) -> bool {
        self.ranges.get(number).is_some_and(|range| range.is_shared)
    }

    pub fn buffer(&mut self) -> Result<Object, CodecError> {
        let (range, byte_length) = self.range()?;
        Ok(Object::ArrayBuffer { range, byte_length })
    }

    pub fn blob(&mut self, media_type: Text) -> Result<Blob, CodecError> {
        let (range, byte_length) = self.range()?;
        Ok(Blob { media_type, range, byte_length })
    }

    pub fn view(&mut self, kind: u8) -> Result<Object, CodecError> {
        let (kind, element_size) =
            *VIEW_KINDS.get(usize::from(kind)).ok_or(CodecError::Malformed("view kind"))?;
        let (range, available) = self.range()?;
        let byte_offset = self.entries.varint()?;
        let byte_length = self.entries.varint()?;
        if byte_length > available || byte_offset > available - byte_length {
            return Err(CodecError::Malformed("view length"));
        }
        if byte_offset % element_size != 0 || byte_length % element_size != 0 {
            return Err(CodecError::Malformed("view alignment"));
        }
        Ok(Object::View { kind, range, byte_offset, byte_length })
    }

    /// Everything must have been used.
    pub fn finish(&self) -> Result<(), CodecError> {
        if self.entries.is_empty() { Ok(()) } else { Err(CodecError::Trailing) }
    }

    fn range(&mut self) -> Result<(usize, u64), CodecError> {
        let missing = CodecError::Missing("buffer");
        let number = usize::try_from(self.entries.varint()?).map_err(|_| missing.clone())?;
        let range = self.ranges.get(number).ok_or(missing)?;
        Ok((number, range.length))
    }
}

fn read_ranges<'a>(
    section: &mut Reader<'a>,
    buffers: &[u64],
) -> Result<Vec<StoredRange<'a>>, CodecError> {
    let mut unused = buffers.iter();
    let count = section.count(2)?;
    let ranges = (0..count)
        .map(|_| read_range(section, &mut unused))
        .collect::<Result<Vec<_>, CodecError>>()?;
    if unused.next().is_some() { Err(CodecError::Trailing) } else { Ok(ranges) }
}

fn read_range<'a, 'b>(
    section: &mut Reader<'a>,
    unused: &mut impl Iterator<Item = &'b u64>,
) -> Result<StoredRange<'a>, CodecError> {
    let flags = section.byte()?;
    if flags > RANGE_OUT_OF_BAND | RANGE_SHARED {
        return Err(CodecError::Malformed("buffer kind"));
    }
    let length = section.varint()?;
    let is_shared = flags & RANGE_SHARED != 0;
    let is_out_of_band = flags & RANGE_OUT_OF_BAND != 0;
    if is_out_of_band != (length >= OUT_OF_BAND_BYTES) {
        return Err(CodecError::Malformed("buffer length"));
    }
    if is_out_of_band {
        let actual = unused.next().ok_or(CodecError::Missing("buffer stored apart"))?;
        if *actual != length {
            return Err(CodecError::Malformed("buffer length"));
        }
        return Ok(StoredRange { length, is_shared, bytes: None });
    }
    let bytes = section.take(usize::try_from(length).map_err(|_| CodecError::Truncated)?)?;
    Ok(StoredRange { length, is_shared, bytes: Some(bytes) })
}
