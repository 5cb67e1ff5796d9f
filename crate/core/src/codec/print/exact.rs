//! As close to JavaScript as a line allows. Nothing is escaped, and what is stored apart is named by its range.

use std::fmt::{self, Display, Formatter, Write};

use super::printer::{Notation, Out, Printer};
use crate::codec::value::{Blob, Object, Text, Value};

impl Display for Value {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Printer { out: f, notation: &Exact }.value(self)
    }
}

impl Display for Object {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Printer { out: f, notation: &Exact }.object(self)
    }
}

/// Lone surrogates are shown as the replacement character.
impl Display for Text {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.letters().try_for_each(|letter| f.write_char(letter.unwrap_or('\u{fffd}')))
    }
}

/// An object that is referred to again shows as `#n`.
struct Exact;

impl Notation for Exact {
    fn text(&self, out: Out<'_>, text: &Text) -> fmt::Result {
        write!(out, "'{text}'")
    }

    fn name(&self, out: Out<'_>, name: &Text) -> fmt::Result {
        write!(out, "{name}")
    }

    fn letters(&self, out: Out<'_>, letters: &Text) -> fmt::Result {
        write!(out, "{letters}")
    }

    fn number(&self, out: Out<'_>, number: f64) -> fmt::Result {
        if number.is_infinite() {
            return out.write_str(if number > 0.0 { "Infinity" } else { "-Infinity" });
        }
        write!(out, "{number}")
    }

    fn big_int(&self, out: Out<'_>, is_negative: bool, magnitude: &[u8]) -> fmt::Result {
        out.write_str(if is_negative { "-0x" } else { "0x" })?;
        magnitude.iter().rev().try_for_each(|byte| write!(out, "{byte:02x}"))?;
        out.write_char('n')
    }

    fn mark(&self, _: Out<'_>, _: usize) -> fmt::Result {
        Ok(())
    }

    fn reference(&self, out: Out<'_>, number: usize) -> fmt::Result {
        write!(out, "#{number}")
    }

    fn date(&self, out: Out<'_>, time: f64) -> fmt::Result {
        write!(out, "Date({time})")
    }

    fn bytes(&self, out: Out<'_>, object: &Object) -> fmt::Result {
        match object {
            Object::Blob(blob) => write!(out, "Blob({blob})"),
            Object::File { name, last_modified, blob } => {
                write!(out, "File('{name}', {last_modified}, {blob})")
            }
            Object::ArrayBuffer { range, byte_length } => {
                write!(out, "ArrayBuffer(range {range}, {byte_length} bytes)")
            }
            Object::View { kind, range, byte_offset, byte_length } => {
                write!(out, "{kind}(range {range}, {byte_length} bytes at {byte_offset})")
            }
            _ => Ok(()),
        }
    }
}

impl Display for Blob {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { media_type, range, byte_length } = self;
        write!(f, "'{media_type}', range {range}, {byte_length} bytes")
    }
}
