use std::fmt::{self, Display, Formatter, Write as _};

use super::value::{Blob, Integrity, Object, Property, Text, Value, on_enough_stack};

impl Text {
    /// Whether two texts have the same code units, however they are stored.
    pub fn is_same(&self, other: &Text) -> bool {
        self.units().eq(other.units())
    }

    pub fn is(&self, other: &str) -> bool {
        self.units().eq(other.encode_utf16())
    }

    pub fn units(&self) -> impl Iterator<Item = u16> + '_ {
        let (narrow, wide): (&[u8], &[u16]) = match self {
            Text::Latin1(bytes) => (bytes, &[]),
            Text::Utf16(units) => (&[], units),
        };
        narrow.iter().map(|byte| u16::from(*byte)).chain(wide.iter().copied())
    }
}

/// Lone surrogates are shown as the replacement character.
impl Display for Text {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        char::decode_utf16(self.units())
            .try_for_each(|unit| f.write_char(unit.unwrap_or('\u{fffd}')))
    }
}

/// As close to JavaScript as a line allows; an object that is referred to again shows as `#n`.
impl Display for Value {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Value::Undefined => f.write_str("undefined"),
            Value::Null => f.write_str("null"),
            Value::Boolean(value) => write!(f, "{value}"),
            Value::Number(value) => write_number(f, *value),
            Value::BigInt { is_negative, magnitude } => {
                f.write_str(if *is_negative { "-0x" } else { "0x" })?;
                magnitude.iter().rev().try_for_each(|byte| write!(f, "{byte:02x}"))?;
                f.write_char('n')
            }
            Value::Text(text) => write!(f, "'{text}'"),
            Value::Hole => f.write_str("<hole>"),
            Value::Reference(number) => write!(f, "#{number}"),
            Value::Object(_, integrity, object) => {
                f.write_str(match integrity {
                    Integrity::Extensible => "",
                    Integrity::Sealed => "sealed ",
                    Integrity::Frozen => "frozen ",
                })?;
                on_enough_stack(|| write!(f, "{object}"))
            }
        }
    }
}

impl Display for Object {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Object::Record { keys, values } => {
                list(f, "{", keys.iter().zip(values), "}", |f, (key, value)| {
                    write!(f, "{key}: {value}")
                })
            }
            Object::Dictionary(properties) => list(f, "{", properties, "}", property),
            Object::NullPrototype(properties) => {
                list(f, "[null prototype] {", properties, "}", property)
            }
            Object::Array(elements) => list(f, "[", elements, "]", |f, value| write!(f, "{value}")),
            Object::SparseArray { length, elements, properties } => {
                write!(f, "Array({length}) ")?;
                list(f, "{", elements, "} ", |f, (index, value)| write!(f, "{index}: {value}"))?;
                list(f, "{", properties, "}", property)
            }
            Object::Template { strings, raw } => {
                list(f, "[", strings, "]", |f, value| write!(f, "{value}"))?;
                write!(f, " raw {raw}")
            }
            Object::Map(entries) => {
                list(f, "Map {", entries, "}", |f, (key, value)| write!(f, "{key} => {value}"))
            }
            Object::Set(values) => list(f, "Set {", values, "}", |f, value| write!(f, "{value}")),
            Object::Date(time) => write!(f, "Date({time})"),
            Object::RegExp { source, flags } => write!(f, "/{source}/{flags}"),
            Object::Boxed(primitive) => write!(f, "Object({primitive})"),
            Object::Error { kind, hidden, properties } => {
                list(f, format_args!("{kind} {{"), hidden.iter().chain(properties), "}", property)
            }
            Object::DomException { message, name, hidden, properties } => {
                write!(f, "DOMException('{message}', '{name}') ")?;
                list(f, "{", hidden.iter().chain(properties), "}", property)
            }
            Object::Headers(entries) => list(f, "Headers {", entries, "}", |f, (name, value)| {
                write!(f, "{name}: '{value}'")
            }),
            Object::FormData(entries) => list(f, "FormData {", entries, "}", property),
            Object::Blob(blob) => write!(f, "Blob({blob})"),
            Object::File { name, last_modified, blob } => {
                write!(f, "File('{name}', {last_modified}, {blob})")
            }
            Object::Temporal { kind, text } => write!(f, "Temporal.{kind}('{text}')"),
            Object::Url(href) => write!(f, "URL('{href}')"),
            Object::UrlSearchParams(text) => write!(f, "URLSearchParams('{text}')"),
            Object::ArrayBuffer { range, byte_length } => {
                write!(f, "ArrayBuffer(range {range}, {byte_length} bytes)")
            }
            Object::View { kind, range, byte_offset, byte_length } => {
                write!(f, "{kind}(range {range}, {byte_length} bytes at {byte_offset})")
            }
            Object::Instance { name, stored } => write!(f, "{name}({stored})"),
        }
    }
}

impl Display for Blob {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { media_type, range, byte_length } = self;
        write!(f, "'{media_type}', range {range}, {byte_length} bytes")
    }
}

/// At most so many bytes of a value as text, and whether more follows. What follows is not written anywhere.
#[must_use]
pub fn print_cut(value: &Value, most: usize) -> (String, bool) {
    let mut cut = Cut { text: String::new(), most };
    let is_cut = write!(cut, "{value}").is_err();
    (cut.text, is_cut)
}

struct Cut {
    text: String,
    most: usize,
}

impl fmt::Write for Cut {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let left = self.most - self.text.len();
        if text.len() <= left {
            self.text.push_str(text);
            return Ok(());
        }
        let mut end = left;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        self.text.push_str(&text[..end]);
        Err(fmt::Error)
    }
}

fn write_number(f: &mut Formatter<'_>, value: f64) -> fmt::Result {
    if value.is_infinite() {
        return f.write_str(if value > 0.0 { "Infinity" } else { "-Infinity" });
    }
    write!(f, "{value}")
}

fn property(f: &mut Formatter<'_>, property: &Property) -> fmt::Result {
    write!(f, "{}: {}", property.key, property.value)
}

fn list<T>(
    f: &mut Formatter<'_>,
    open: impl Display,
    items: impl IntoIterator<Item = T>,
    close: &str,
    write_item: impl Fn(&mut Formatter<'_>, T) -> fmt::Result,
) -> fmt::Result {
    write!(f, "{open}")?;
    for (i, item) in items.into_iter().enumerate() {
        if i > 0 {
            f.write_str(", ")?;
        }
        write_item(f, item)?;
    }
    f.write_str(close)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters() {
        let value = Value::Text(Text::Latin1(b"a\xe9b".to_vec().into()));
        assert_eq!(print_cut(&value, 100), ("'a\u{e9}b'".to_owned(), false));
        assert_eq!(print_cut(&value, 3), ("'a".to_owned(), true));
        assert_eq!(print_cut(&value, 0), (String::new(), true));
    }
}
