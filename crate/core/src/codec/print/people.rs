//! The notation for people: what they would write, and what Node shows of a value.

use std::borrow::Cow;
use std::fmt::{self, Write};

use num_bigint::BigUint;

use super::bytes::{Amount, write_bytes, write_elements};
use super::cut::Cut;
use super::printer::{Notation, Out, Printer};
use super::references::referred_to;
use crate::codec::decode::decode_with_memory;
use crate::codec::decode::output::Buffers;
use crate::codec::memory::{Memory, Part};
use crate::codec::readable::{
    write_big_int, write_date, write_letters, write_name, write_number, write_quoted,
};
use crate::codec::value::{Blob, Object, Property, Text, Value};
use crate::codec::{CodecError, tags};

/// At most so many bytes of a value as text, and whether more follows. What follows is not written anywhere, and of buffers
/// that are stored apart only what is shown is read. An array of bytes that cannot be read is shown by its length.
///
/// # Errors
///
/// Any structure bytes that do not follow the format.
pub fn print_cut(
    structure: &[u8],
    buffers: &dyn Buffers,
    most: usize,
) -> Result<(String, bool), CodecError> {
    let (value, memory) = decode_with_memory(structure, &buffers.lengths())?;
    let may_refer = structure.first().is_some_and(|flags| flags & tags::FLAG_REFERENCES != 0);
    let again = if may_refer { referred_to(&value) } else { Vec::new() };
    let people = People { memory, buffers, again, most };
    let mut cut = Cut::new(most);
    let is_cut = Printer { out: &mut cut, notation: &people }.value(&value).is_err();
    Ok((cut.text, is_cut))
}

struct People<'a> {
    memory: Option<Memory<'a>>,
    buffers: &'a dyn Buffers,
    /// Objects that stand in the value more than once, in order: they are shown by their places here.
    again: Vec<usize>,
    most: usize,
}

/// Bytes of the memory section.
#[derive(Clone, Copy)]
struct Span {
    range: usize,
    start: u64,
    length: u64,
}

impl Span {
    fn of(blob: &Blob) -> Self {
        Self { range: blob.range, start: 0, length: blob.byte_length }
    }
}

impl People<'_> {
    /// The bytes at the beginning of a span of which so much is shown, or none where they cannot be read.
    fn beginning(&self, span: Span, amount: Amount, element_size: u64) -> Option<Vec<u8>> {
        let length = amount.shown(span.length / element_size) * element_size;
        let (start, end) = (span.start, span.start.checked_add(length)?);
        let wanted = usize::try_from(start).ok()?..usize::try_from(end).ok()?;
        match self.memory.as_ref()?.part(span.range, &wanted)? {
            Part::Here(bytes) => Some(bytes.into()),
            Part::Whole(buffer) | Part::Apart(buffer) => {
                self.buffers.bytes(buffer, wanted).map(Cow::into_owned)
            }
        }
    }

    /// Bytes without a type.
    fn raw(&self, out: Out<'_>, name: &str, span: Span) -> fmt::Result {
        write!(out, "{name}({})", span.length)?;
        self.hexadecimal(out, " ", span)
    }

    /// Nothing where there are none, or where they cannot be read.
    fn hexadecimal(&self, out: Out<'_>, before: &str, span: Span) -> fmt::Result {
        match self.beginning(span, Amount::of_bytes(self.most), 1) {
            Some(bytes) if !bytes.is_empty() => {
                out.write_str(before)?;
                write_bytes(out, &bytes, span.length)
            }
            _ => Ok(()),
        }
    }

    fn view(&self, out: Out<'_>, kind: &'static str, span: Span) -> fmt::Result {
        if matches!(kind, "DataView" | "Buffer") {
            return self.raw(out, kind, span);
        }
        let size = tags::VIEW_KINDS.iter().find(|(name, _)| *name == kind).map_or(1, |one| one.1);
        let length = span.length / size;
        write!(out, "{kind}({length})")?;
        let Some(bytes) = self.beginning(span, Amount::of_elements(self.most), size) else {
            return Ok(());
        };
        out.write_char(' ')?;
        write_elements(out, kind, &bytes, length)
    }

    fn blob(&self, out: Out<'_>, blob: &Blob) -> fmt::Result {
        write!(out, "size: {}, type: ", blob.byte_length)?;
        self.text(out, &blob.media_type)?;
        self.hexadecimal(out, ", bytes: ", Span::of(blob))
    }

    fn place(&self, number: usize) -> Option<usize> {
        self.again.binary_search(&number).ok().map(|place| place + 1)
    }
}

impl Notation for People<'_> {
    fn text(&self, out: Out<'_>, text: &Text) -> fmt::Result {
        write_quoted(out, text.letters())
    }

    fn name(&self, out: Out<'_>, name: &Text) -> fmt::Result {
        write_name(out, name.letters())
    }

    fn letters(&self, out: Out<'_>, letters: &Text) -> fmt::Result {
        write_letters(out, letters.letters())
    }

    fn number(&self, out: Out<'_>, number: f64) -> fmt::Result {
        write_number(out, number)
    }

    fn big_int(&self, out: Out<'_>, is_negative: bool, magnitude: &[u8]) -> fmt::Result {
        write_big_int(out, is_negative, &BigUint::from_bytes_le(magnitude))
    }

    fn mark(&self, out: Out<'_>, number: usize) -> fmt::Result {
        self.place(number).map_or(Ok(()), |place| write!(out, "<ref *{place}> "))
    }

    fn reference(&self, out: Out<'_>, number: usize) -> fmt::Result {
        write!(out, "[*{}]", self.place(number).unwrap_or_default())
    }

    fn date(&self, out: Out<'_>, time: f64) -> fmt::Result {
        write_date(out, time)
    }

    fn bytes(&self, out: Out<'_>, object: &Object) -> fmt::Result {
        match object {
            Object::Blob(blob) => {
                out.write_str("Blob {")?;
                self.blob(out, blob)?;
                out.write_char('}')
            }
            Object::File { name, last_modified, blob } => {
                out.write_str("File {name: ")?;
                self.text(out, name)?;
                out.write_str(", lastModified: ")?;
                write_date(out, *last_modified)?;
                out.write_str(", ")?;
                self.blob(out, blob)?;
                out.write_char('}')
            }
            Object::ArrayBuffer { range, byte_length } => {
                let is_shared = self.memory.as_ref().is_some_and(|memory| memory.is_shared(*range));
                let name = if is_shared { "SharedArrayBuffer" } else { "ArrayBuffer" };
                self.raw(out, name, Span { range: *range, start: 0, length: *byte_length })
            }
            Object::View { kind, range, byte_offset, byte_length } => {
                let span = Span { range: *range, start: *byte_offset, length: *byte_length };
                self.view(out, kind, span)
            }
            _ => Ok(()),
        }
    }

    fn array(&self, printer: &mut Printer<'_>, elements: &[Value]) -> fmt::Result {
        // What is missing is told by how many follow each other.
        let runs = elements.chunk_by(|one, next| *one == Value::Hole && *next == Value::Hole);
        printer.list("[", runs, "]", |printer, run| match run {
            [Value::Hole, ..] => write_empty(printer, run.len()),
            _ => run.iter().try_for_each(|value| printer.value(value)),
        })
    }

    fn sparse_array(
        &self,
        printer: &mut Printer<'_>,
        length: u32,
        elements: &[(u32, Value)],
        properties: &[Property],
    ) -> fmt::Result {
        let mut next = 0;
        let mut separator = "[";
        for (index, value) in elements {
            printer.write_str(separator)?;
            separator = ", ";
            if *index > next {
                write_empty(printer, index - next)?;
                printer.write_str(separator)?;
            }
            printer.value(value)?;
            next = index + 1;
        }
        if length > next || separator == "[" {
            printer.write_str(separator)?;
        }
        if length > next {
            write_empty(printer, length - next)?;
        }
        printer.write_char(']')?;
        if properties.is_empty() {
            return Ok(());
        }
        printer.list(" {", properties, "}", Printer::property)
    }

    fn instance(&self, printer: &mut Printer<'_>, name: &Text, stored: &Value) -> fmt::Result {
        self.letters(printer, name)?;
        printer.write_char(' ')?;
        printer.value(stored)
    }
}

fn write_empty(out: Out<'_>, count: impl fmt::Display) -> fmt::Result {
    write!(out, "{count} empty")
}
