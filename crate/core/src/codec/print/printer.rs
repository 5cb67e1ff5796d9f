//! [`Printer`]: the walk through a value, and [`Notation`]: how what it meets is written.

use std::fmt::{self, Write};

use crate::codec::value::{Integrity, Object, Property, Text, Value, on_enough_stack};

pub type Out<'a> = &'a mut dyn Write;

/// How parts of a value are written. What is not asked of it is written in one way.
pub trait Notation {
    fn text(&self, out: Out<'_>, text: &Text) -> fmt::Result;

    /// The name of a property.
    fn name(&self, out: Out<'_>, name: &Text) -> fmt::Result;

    /// Letters that are part of something else.
    fn letters(&self, out: Out<'_>, letters: &Text) -> fmt::Result;

    fn number(&self, out: Out<'_>, number: f64) -> fmt::Result;

    fn big_int(&self, out: Out<'_>, is_negative: bool, magnitude: &[u8]) -> fmt::Result;

    /// What comes before the object of this number.
    fn mark(&self, out: Out<'_>, number: usize) -> fmt::Result;

    /// Where the object of this number stands again.
    fn reference(&self, out: Out<'_>, number: usize) -> fmt::Result;

    /// Milliseconds since the epoch.
    fn date(&self, out: Out<'_>, time: f64) -> fmt::Result;

    /// A `Blob` or `File`, an array buffer, or a view of one.
    fn bytes(&self, out: Out<'_>, object: &Object) -> fmt::Result;

    fn array(&self, printer: &mut Printer<'_>, elements: &[Value]) -> fmt::Result {
        printer.list("[", elements, "]", Printer::value)
    }

    fn sparse_array(
        &self,
        printer: &mut Printer<'_>,
        length: u32,
        elements: &[(u32, Value)],
        properties: &[Property],
    ) -> fmt::Result {
        write!(printer, "Array({length}) ")?;
        printer.list("{", elements, "} ", |printer, (index, value)| {
            write!(printer, "{index}: ")?;
            printer.value(value)
        })?;
        printer.list("{", properties, "}", Printer::property)
    }

    fn instance(&self, printer: &mut Printer<'_>, name: &Text, stored: &Value) -> fmt::Result {
        self.letters(printer, name)?;
        printer.write_char('(')?;
        printer.value(stored)?;
        printer.write_char(')')
    }
}

/// Walks through a value.
pub struct Printer<'a> {
    pub out: Out<'a>,
    pub notation: &'a dyn Notation,
}

impl Write for Printer<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.out.write_str(text)
    }
}

impl Printer<'_> {
    pub fn value(&mut self, value: &Value) -> fmt::Result {
        match value {
            Value::Undefined => self.write_str("undefined"),
            Value::Null => self.write_str("null"),
            Value::Boolean(value) => write!(self, "{value}"),
            Value::Number(number) => self.notation.number(self.out, *number),
            Value::BigInt { is_negative, magnitude } => {
                self.notation.big_int(self.out, *is_negative, magnitude)
            }
            Value::Text(text) => self.text(text),
            Value::Hole => self.write_str("<hole>"),
            Value::Reference(number) => self.notation.reference(self.out, *number),
            Value::Object(number, integrity, object) => {
                self.notation.mark(self.out, *number)?;
                self.write_str(match integrity {
                    Integrity::Extensible => "",
                    Integrity::Sealed => "sealed ",
                    Integrity::Frozen => "frozen ",
                })?;
                on_enough_stack(|| self.object(object))
            }
        }
    }

    pub fn object(&mut self, object: &Object) -> fmt::Result {
        let notation = self.notation;
        match object {
            Object::Record { keys, values } => {
                self.list("{", keys.iter().zip(values), "}", Self::named)
            }
            Object::Dictionary(properties) => self.list("{", properties, "}", Self::property),
            Object::NullPrototype(properties) => {
                self.list("[null prototype] {", properties, "}", Self::property)
            }
            Object::Array(elements) => notation.array(self, elements),
            Object::SparseArray { length, elements, properties } => {
                notation.sparse_array(self, *length, elements, properties)
            }
            Object::Template { strings, raw } => {
                notation.array(self, strings)?;
                self.write_str(" raw ")?;
                self.value(raw)
            }
            Object::Map(entries) => self.list("Map {", entries, "}", |printer, (key, value)| {
                printer.value(key)?;
                printer.write_str(" => ")?;
                printer.value(value)
            }),
            Object::Set(values) => self.list("Set {", values, "}", Self::value),
            Object::Date(time) => notation.date(self.out, *time),
            Object::Boxed(primitive) => {
                self.write_str("Object(")?;
                self.value(primitive)?;
                self.write_char(')')
            }
            Object::Error { kind, hidden, properties } => {
                write!(self, "{kind} ")?;
                self.list("{", hidden.iter().chain(properties), "}", Self::property)
            }
            Object::Instance { name, stored } => notation.instance(self, name, stored),
            Object::Blob(_)
            | Object::File { .. }
            | Object::ArrayBuffer { .. }
            | Object::View { .. } => notation.bytes(self.out, object),
            Object::RegExp { .. }
            | Object::DomException { .. }
            | Object::Headers(_)
            | Object::FormData(_)
            | Object::Temporal { .. }
            | Object::Url(_)
            | Object::UrlSearchParams(_) => self.made_of_texts(object),
        }
    }

    /// What is made of texts, for the most part.
    fn made_of_texts(&mut self, object: &Object) -> fmt::Result {
        match object {
            Object::RegExp { source, flags } => {
                self.write_char('/')?;
                self.notation.letters(self.out, source)?;
                self.write_char('/')?;
                self.notation.letters(self.out, flags)
            }
            Object::DomException { message, name, hidden, properties } => {
                self.call("DOMException", &[message, name])?;
                self.list(" {", hidden.iter().chain(properties), "}", Self::property)
            }
            Object::Headers(entries) => {
                self.list("Headers {", entries, "}", |printer, (name, value)| {
                    printer.notation.name(printer.out, name)?;
                    printer.write_str(": ")?;
                    printer.text(value)
                })
            }
            Object::FormData(entries) => self.list("FormData {", entries, "}", Self::property),
            Object::Temporal { kind, text } => {
                self.write_str("Temporal.")?;
                self.call(kind, &[text])
            }
            Object::Url(href) => self.call("URL", &[href]),
            Object::UrlSearchParams(text) => self.call("URLSearchParams", &[text]),
            // `object` hands over no other.
            _ => Ok(()),
        }
    }

    fn text(&mut self, text: &Text) -> fmt::Result {
        self.notation.text(self.out, text)
    }

    pub fn property(&mut self, Property { key, value }: &Property) -> fmt::Result {
        self.named((key, value))
    }

    fn named(&mut self, (name, value): (&Text, &Value)) -> fmt::Result {
        self.notation.name(self.out, name)?;
        self.write_str(": ")?;
        self.value(value)
    }

    fn call(&mut self, name: &str, texts: &[&Text]) -> fmt::Result {
        self.write_str(name)?;
        self.list("(", texts, ")", |printer, text| printer.text(text))
    }

    pub fn list<T>(
        &mut self,
        open: &str,
        items: impl IntoIterator<Item = T>,
        close: &str,
        write_item: impl Fn(&mut Self, T) -> fmt::Result,
    ) -> fmt::Result {
        self.write_str(open)?;
        for (index, item) in items.into_iter().enumerate() {
            if index > 0 {
                self.write_str(", ")?;
            }
            write_item(self, item)?;
        }
        self.write_str(close)
    }
}
