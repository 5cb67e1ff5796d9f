//! Reading a value from its structure bytes.

mod leaf_form;
pub mod output;
mod platform;
mod shape_form;

use super::CodecError;
use super::memory::Memory;
use super::reader::Reader;
use super::shapes::Shapes;
use super::tags;
use super::value::{Integrity, Object, Property, Text, Value, on_enough_stack};

/// Reads a value from its structure bytes; `buffers` are the byte lengths of the buffers stored apart, in order.
///
/// What it allocates is bounded by a constant times the length of `bytes`, and how deep it goes by
/// [`tags::DEPTH_LIMIT`]; its stack grows as it goes. It takes some bytes that the TypeScript decoder refuses, because it
/// does not run JavaScript: invalid patterns and URLs, and repeated keys of maps.
///
/// # Errors
///
/// Any bytes that do not follow the format.
pub fn decode(bytes: &[u8], buffers: &[u64]) -> Result<Value, CodecError> {
    decode_with_memory(bytes, buffers).map(|(value, _)| value)
}

/// Reads a value, and where the bytes are that its array buffers, views and blobs show.
///
/// # Errors
///
/// As [`decode`].
pub fn decode_with_memory<'a>(
    bytes: &'a [u8],
    buffers: &[u64],
) -> Result<(Value, Option<Memory<'a>>), CodecError> {
    let mut decoder = Decoder::begin(bytes, buffers)?;
    let value = decoder.value()?;
    decoder.finish()?;
    Ok((value, decoder.memory))
}

struct Decoder<'a> {
    reader: Reader<'a>,
    memory: Option<Memory<'a>>,
    may_refer: bool,
    shapes: Shapes,
    /// How many were met. What is not whole yet may be referred to: of instances, only their class knows.
    objects: usize,
    depth: usize,
}

impl<'a> Decoder<'a> {
    fn begin(bytes: &'a [u8], buffers: &[u64]) -> Result<Self, CodecError> {
        let (&flags, structure) = bytes.split_first().ok_or(CodecError::Truncated)?;
        if flags > tags::FLAG_REFERENCES | tags::FLAG_MEMORY {
            return Err(CodecError::UnknownHeader(flags));
        }
        let (structure, memory) = if flags & tags::FLAG_MEMORY == 0 {
            (structure, None)
        } else {
            let (structure, memory) = Memory::split_off(structure, buffers)?;
            (structure, Some(memory))
        };
        if memory.is_none() && !buffers.is_empty() {
            return Err(CodecError::Trailing);
        }
        let may_refer = flags & tags::FLAG_REFERENCES != 0;
        let (reader, shapes) = (Reader::new(structure), Shapes::default());
        Ok(Self { reader, memory, may_refer, shapes, objects: 0, depth: 0 })
    }

    fn finish(&self) -> Result<(), CodecError> {
        if !self.reader.is_empty() {
            return Err(CodecError::Trailing);
        }
        self.memory.as_ref().map_or(Ok(()), Memory::finish)
    }

    fn value(&mut self) -> Result<Value, CodecError> {
        let tag = self.reader.byte()?;
        match tag {
            tags::SEALED => self.bearer(Integrity::Sealed),
            tags::FROZEN => self.bearer(Integrity::Frozen),
            _ if is_object(tag) => self.numbered_object(tag, Integrity::Extensible),
            _ => self.primitive(tag),
        }
    }

    /// The object that is sealed or frozen.
    fn bearer(&mut self, integrity: Integrity) -> Result<Value, CodecError> {
        let tag = self.reader.byte()?;
        if is_object(tag) {
            self.numbered_object(tag, integrity)
        } else {
            Err(CodecError::Malformed("sealed object"))
        }
    }

    #[inline(never)]
    fn primitive(&mut self, tag: u8) -> Result<Value, CodecError> {
        let reader = &mut self.reader;
        Ok(match tag {
            tags::SMALL_INTEGER..tags::SHORT_STRING => Value::Number(f64::from(tag)),
            tags::UNDEFINED => Value::Undefined,
            tags::NULL => Value::Null,
            tags::FALSE => Value::Boolean(false),
            tags::TRUE => Value::Boolean(true),
            tags::UINT8 => Value::Number(f64::from(reader.byte()?)),
            tags::INT8 => Value::Number(f64::from(i8::from_le_bytes(reader.array()?))),
            tags::INT16 => Value::Number(f64::from(i16::from_le_bytes(reader.array()?))),
            tags::INT32 => Value::Number(f64::from(i32::from_le_bytes(reader.array()?))),
            tags::FLOAT64 => Value::Number(reader.float()?),
            tags::BIGINT => self.bigint()?,
            tags::REFERENCE => self.reference()?,
            _ => Value::Text(reader.letters_of(tag)?.into()),
        })
    }

    fn bigint(&mut self) -> Result<Value, CodecError> {
        let sign = self.reader.byte()?;
        let length = self.reader.count(1)?;
        if sign > 1 || length == 0 {
            return Err(CodecError::Malformed("bigint"));
        }
        let magnitude = self.reader.take(length)?.into();
        Ok(Value::BigInt { is_negative: sign == 1, magnitude })
    }

    fn reference(&mut self) -> Result<Value, CodecError> {
        let missing = CodecError::Missing("object");
        let number = usize::try_from(self.reader.varint()?).map_err(|_| missing.clone())?;
        if number < self.objects && self.may_refer {
            Ok(Value::Reference(number))
        } else {
            Err(missing)
        }
    }

    fn numbered_object(&mut self, tag: u8, integrity: Integrity) -> Result<Value, CodecError> {
        let number = self.enter(tag)?;
        let object = Box::new(on_enough_stack(|| self.object(tag))?);
        self.leave();
        Ok(Value::Object(number, integrity, object))
    }

    /// Begins an object, and says which number it has. A box is numbered like any object, but holds none.
    fn enter(&mut self, tag: u8) -> Result<usize, CodecError> {
        let number = self.objects;
        self.objects += 1;
        if self.depth == tags::DEPTH_LIMIT && is_container(tag) {
            return Err(CodecError::TooDeep);
        }
        self.depth += 1;
        Ok(number)
    }

    fn leave(&mut self) {
        self.depth -= 1;
    }

    fn object(&mut self, tag: u8) -> Result<Object, CodecError> {
        match tag {
            tags::SHORT_RECORD..tags::SHORT_ARRAY => {
                self.record(usize::from(tag - tags::SHORT_RECORD))
            }
            tags::SHORT_ARRAY..tags::UNDEFINED => {
                self.elements(usize::from(tag - tags::SHORT_ARRAY))
            }
            tags::SHAPE => {
                let number = self.shapes.define(&mut self.reader)?;
                self.record(number)
            }
            tags::RECORD => {
                let number = self.reader.varint()?;
                self.record(usize::try_from(number).unwrap_or(usize::MAX))
            }
            tags::ARRAY => {
                let length = self.reader.count(1)?;
                self.elements(length)
            }
            tags::DICTIONARY => self.properties().map(Object::Dictionary),
            tags::NULL_PROTOTYPE => self.properties().map(Object::NullPrototype),
            tags::SPARSE_ARRAY => self.sparse_array(),
            tags::MAP => self.map(),
            tags::SET => self.set(),
            tags::TEMPLATE => self.template(),
            tags::ERROR => self.error(),
            tags::DOM_EXCEPTION => self.dom_exception(),
            tags::FORM_DATA => self.form_data(),
            tags::INSTANCE => {
                Ok(Object::Instance { name: self.reader.text()?, stored: self.value()? })
            }
            _ => self.leaf(tag),
        }
    }

    /// Objects that hold no other objects.
    #[inline(never)]
    fn leaf(&mut self, tag: u8) -> Result<Object, CodecError> {
        match tag {
            tags::FLOATS => self.floats(),
            tags::DATE => self.reader.float().map(Object::Date),
            tags::REGEXP => {
                Ok(Object::RegExp { source: self.reader.text()?, flags: self.reader.text()? })
            }
            tags::BOXED => self.boxed(),
            tags::URL_OBJECT => self.reader.text().map(Object::Url),
            tags::HEADERS => self.headers(),
            tags::BLOB => {
                let media_type = self.reader.text()?;
                self.memory()?.blob(media_type).map(Object::Blob)
            }
            tags::FILE => self.file(),
            tags::TEMPORAL => self.temporal(),
            tags::URL_SEARCH_PARAMS => self.reader.text().map(Object::UrlSearchParams),
            tags::ARRAY_BUFFER => self.memory()?.buffer(),
            tags::VIEW => {
                let kind = self.reader.byte()?;
                self.memory()?.view(kind)
            }
            _ => Err(CodecError::UnknownTag(tag)),
        }
    }

    fn record(&mut self, shape: usize) -> Result<Object, CodecError> {
        let keys = self.shapes.keys(shape)?;
        if keys.len() > self.reader.rest().len() {
            return Err(CodecError::Truncated);
        }
        let mut values = Vec::new();
        for _ in 0..keys.len() {
            values.push(self.value()?);
        }
        Ok(Object::Record { keys, values })
    }

    /// Vectors grow as elements arrive: a length alone must not allocate.
    fn elements(&mut self, length: usize) -> Result<Object, CodecError> {
        let mut elements = Vec::new();
        for _ in 0..length {
            elements.push(self.element()?);
        }
        Ok(Object::Array(elements))
    }

    fn element(&mut self) -> Result<Value, CodecError> {
        if self.reader.peek() == Some(tags::HOLE) {
            self.reader.byte()?;
            return Ok(Value::Hole);
        }
        self.value()
    }

    fn floats(&mut self) -> Result<Object, CodecError> {
        let length = self.reader.count(8)?;
        let numbers = (0..length).map(|_| self.reader.float().map(Value::Number));
        Ok(Object::Array(numbers.collect::<Result<_, _>>()?))
    }

    fn sparse_array(&mut self) -> Result<Object, CodecError> {
        let (length, count) = self.sparse_head()?;
        let mut next = 0;
        let mut elements = Vec::new();
        for _ in 0..count {
            let index = self.sparse_index(next, length)?;
            elements.push((index, self.value()?));
            next = index + 1;
        }
        Ok(Object::SparseArray { length, elements, properties: self.properties()? })
    }

    /// The length of a sparse array, and how many elements it has.
    fn sparse_head(&mut self) -> Result<(u32, usize), CodecError> {
        let disorder = CodecError::Malformed("array index");
        let length = u32::try_from(self.reader.varint()?).map_err(|_| disorder)?;
        Ok((length, self.reader.count(2)?))
    }

    /// The index of the next element, which is `next` or more.
    fn sparse_index(&mut self, next: u32, length: u32) -> Result<u32, CodecError> {
        let disorder = CodecError::Malformed("array index");
        let index = u32::try_from(self.reader.varint()?).map_err(|_| disorder.clone())?;
        if index < next || index >= length { Err(disorder) } else { Ok(index) }
    }

    fn properties(&mut self) -> Result<Vec<Property>, CodecError> {
        let mut properties = Vec::new();
        for _ in 0..self.reader.count(2)? {
            properties.push(Property { key: self.reader.text()?, value: self.value()? });
        }
        Ok(properties)
    }

    fn map(&mut self) -> Result<Object, CodecError> {
        let mut entries = Vec::new();
        for _ in 0..self.reader.count(2)? {
            entries.push((self.value()?, self.value()?));
        }
        Ok(Object::Map(entries))
    }

    fn set(&mut self) -> Result<Object, CodecError> {
        let mut values = Vec::new();
        for _ in 0..self.reader.count(1)? {
            values.push(self.value()?);
        }
        Ok(Object::Set(values))
    }

    fn boxed(&mut self) -> Result<Object, CodecError> {
        let tag = self.reader.byte()?;
        if is_object(tag) || matches!(tag, tags::UNDEFINED | tags::NULL | tags::REFERENCE) {
            return Err(CodecError::Malformed("box"));
        }
        self.primitive(tag).map(Object::Boxed)
    }

    fn template(&mut self) -> Result<Object, CodecError> {
        let length = self.template_length()?;
        let strings = (0..length).map(|_| self.element()).collect::<Result<_, _>>()?;
        Ok(Object::Template { strings, raw: self.value()? })
    }

    fn template_length(&mut self) -> Result<usize, CodecError> {
        match self.reader.byte()? {
            tag @ tags::SHORT_ARRAY..tags::UNDEFINED => Ok(usize::from(tag - tags::SHORT_ARRAY)),
            tags::ARRAY => self.reader.count(1),
            _ => Err(CodecError::Malformed("template")),
        }
    }

    fn error(&mut self) -> Result<Object, CodecError> {
        let kind = usize::from(self.reader.byte()?);
        let kind = tags::ERROR_KINDS.get(kind).ok_or(CodecError::Malformed("kind of error"))?;
        let hidden = self.hidden_properties()?;
        Ok(Object::Error { kind, hidden, properties: self.properties()? })
    }

    fn hidden_properties(&mut self) -> Result<Vec<Property>, CodecError> {
        let hidden = self.properties()?;
        let is_known =
            |name: &Text| tags::HIDDEN_ERROR_PROPERTIES.iter().any(|known| name.is(known));
        if !hidden.iter().all(|property| is_known(&property.key)) {
            return Err(CodecError::Malformed("part of an error"));
        }
        Ok(hidden)
    }

    fn memory(&mut self) -> Result<&mut Memory<'a>, CodecError> {
        self.memory.as_mut().ok_or(CodecError::Missing("memory section"))
    }
}

fn is_object(tag: u8) -> bool {
    matches!(tag, tags::SHORT_RECORD..tags::UNDEFINED | tags::SHAPE..=tags::INSTANCE | tags::TEMPLATE..=tags::TEMPORAL)
}

fn is_container(tag: u8) -> bool {
    !matches!(
        tag,
        tags::FLOATS
            | tags::DATE..=tags::BOXED
            | tags::URL_OBJECT..=tags::VIEW
            | tags::HEADERS
            | tags::BLOB..=tags::TEMPORAL
    )
}
