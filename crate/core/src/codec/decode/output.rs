//! The digest of a value: what stands for it where it is an argument.

use std::borrow::Cow;
use std::ops::Range;
use std::rc::Rc;

use super::leaf_form::{Shown, write_leaf, write_primitive};
use super::shape_form::{ShapeForm, read_shape};
use super::{Decoder, is_object};
use crate::codec::CodecError;
use crate::codec::form::{Forms, Kind, LongForm};
use crate::codec::memory::Part;
use crate::codec::reader::Letters;
use crate::codec::tags;
use crate::codec::value::{Value, on_enough_stack};
use crate::digest::Digest;

/// The digest of the value with these structure bytes. Values that are equal as arguments (docs/keys.md) have equal
/// digests, whoever made them: the order of properties, and of what is in a `Map` or a `Set`, does not count, nor whether
/// equal parts are one object.
///
/// # Errors
///
/// As [`super::decode`], and where a buffer cannot be read.
pub fn output_digest(bytes: &[u8], buffers: &impl Buffers) -> Result<Digest, CodecError> {
    let decoder = Decoder::begin(bytes, &buffers.lengths())?;
    let forms = Forms::default();
    let (shapes, met, starts) = (Vec::new(), Vec::new(), Vec::new());
    let mut describer = Describer { decoder, buffers, forms, shapes, met, starts };
    describer.value()?;
    describer.decoder.finish()?;
    Ok(describer.forms.digest())
}

/// The buffers of a value that are stored apart, by number.
pub trait Buffers {
    /// How many bytes each has.
    fn lengths(&self) -> Vec<u64>;
    /// Some bytes of one; `None` if they cannot be read.
    fn bytes(&self, number: usize, span: Range<usize>) -> Option<Cow<'_, [u8]>>;
    /// The digest of all bytes of one.
    fn digest(&self, number: usize) -> Option<Digest>;
}

/// An object that may be referred to.
enum Met {
    /// It contains what is read now. How deep it is.
    Open(usize),
    Whole(Box<[u8]>),
}

/// Reads a value, and writes its form.
struct Describer<'a, B> {
    decoder: Decoder<'a>,
    buffers: &'a B,
    forms: Forms,
    shapes: Vec<Rc<ShapeForm>>,
    /// Objects by number; none where nothing is referred to.
    met: Vec<Met>,
    /// Where the properties of the records begin that are being read.
    starts: Vec<usize>,
}

impl<B: Buffers> Describer<'_, B> {
    fn value(&mut self) -> Result<(), CodecError> {
        let tag = self.decoder.reader.byte()?;
        match tag {
            tags::SEALED | tags::FROZEN => match self.decoder.reader.byte()? {
                tag if is_object(tag) => self.object(tag),
                _ => Err(CodecError::Malformed("sealed object")),
            },
            tags::REFERENCE => self.reference(),
            tags::SHORT_STRING..tags::SHORT_RECORD | tags::LATIN1 | tags::UTF16 => {
                self.text_of(tag)
            }
            _ if is_object(tag) => self.object(tag),
            _ => {
                let value = self.decoder.primitive(tag)?;
                write_primitive(&mut self.forms, &value)
            }
        }
    }

    fn reference(&mut self) -> Result<(), CodecError> {
        let Value::Reference(number) = self.decoder.reference()? else {
            return Err(CodecError::Missing("object"));
        };
        match &self.met[number] {
            Met::Whole(form) => self.forms.again(form),
            Met::Open(depth) => {
                self.forms.kind(Kind::Cycle);
                self.forms.count(self.decoder.depth - depth);
            }
        }
        Ok(())
    }

    fn object(&mut self, tag: u8) -> Result<(), CodecError> {
        let number = self.decoder.enter(tag)?;
        if self.decoder.may_refer {
            self.met.push(Met::Open(self.decoder.depth));
        }
        let start = self.forms.end();
        on_enough_stack(|| self.parts(tag))?;
        self.forms.shorten(start);
        if self.decoder.may_refer {
            self.met[number] = Met::Whole(self.forms.since(start).into());
        }
        self.decoder.leave();
        Ok(())
    }

    fn parts(&mut self, tag: u8) -> Result<(), CodecError> {
        match tag {
            tags::SHORT_RECORD..tags::SHORT_ARRAY => {
                self.record(usize::from(tag - tags::SHORT_RECORD))
            }
            tags::SHORT_ARRAY..tags::UNDEFINED => {
                self.elements(Kind::Array, usize::from(tag - tags::SHORT_ARRAY))
            }
            tags::SHAPE => {
                let shape = read_shape(&mut self.decoder.reader)?;
                self.shapes.push(shape);
                self.record(self.shapes.len() - 1)
            }
            tags::RECORD => {
                let number = self.decoder.reader.varint()?;
                self.record(usize::try_from(number).unwrap_or(usize::MAX))
            }
            tags::ARRAY => {
                let length = self.decoder.reader.count(1)?;
                self.elements(Kind::Array, length)
            }
            tags::FLOATS => self.floats(),
            tags::DICTIONARY | tags::NULL_PROTOTYPE => {
                self.forms.kind(Kind::Object);
                self.properties(|_| true)
            }
            tags::SPARSE_ARRAY => self.sparse_array(),
            tags::MAP => self.unordered(Kind::Map, 2),
            tags::SET => self.unordered(Kind::Set, 1),
            _ => self.other(tag),
        }
    }

    #[inline(never)]
    fn other(&mut self, tag: u8) -> Result<(), CodecError> {
        match tag {
            tags::TEMPLATE => {
                let length = self.decoder.template_length()?;
                self.elements(Kind::Template, length)?;
                self.value()
            }
            tags::ERROR => {
                self.forms.kind(Kind::Error);
                let kind = self.decoder.reader.byte()?;
                self.forms.byte(kind);
                self.error_parts()
            }
            tags::DOM_EXCEPTION => {
                self.forms.kind(Kind::DomException);
                self.text()?;
                self.text()?;
                self.error_parts()
            }
            tags::FORM_DATA => {
                let count = self.decoder.reader.count(2)?;
                self.forms.kind(Kind::FormData);
                self.forms.count(count);
                (0..count).try_for_each(|_| {
                    self.text()?;
                    self.value()
                })
            }
            tags::INSTANCE => {
                self.forms.kind(Kind::Instance);
                self.text()?;
                self.value()
            }
            _ => {
                let leaf = self.decoder.leaf(tag)?;
                let Shown { range, span } = write_leaf(&mut self.forms, &leaf)?;
                range.map_or(Ok(()), |range| self.memory(range, span))
            }
        }
    }

    fn record(&mut self, shape: usize) -> Result<(), CodecError> {
        let missing = CodecError::Missing("key list");
        let shape = Rc::clone(self.shapes.get(shape).ok_or(missing)?);
        self.forms.kind(Kind::Object);
        let first = self.starts.len();
        for index in 0..shape.count() {
            self.starts.push(self.forms.end());
            self.forms.again(shape.name(index));
            self.value()?;
        }
        if let Some(order) = &shape.order {
            self.forms.rearrange(&self.starts[first..], order);
        }
        self.starts.truncate(first);
        self.forms.kind(Kind::End);
        Ok(())
    }

    /// In the order of their names; those that are not wanted are left out.
    fn properties(&mut self, is_wanted: fn(&Letters<'_>) -> bool) -> Result<(), CodecError> {
        let count = self.decoder.reader.count(2)?;
        let mut starts = Vec::new();
        for _ in 0..count {
            let start = self.forms.end();
            let tag = self.decoder.reader.byte()?;
            let name = self.decoder.reader.letters_of(tag)?;
            let is_kept = is_wanted(&name);
            self.forms.letters(&name);
            self.value()?;
            if is_kept { starts.push(start) } else { self.forms.drop_since(start) }
        }
        self.forms.sort(&starts);
        self.forms.kind(Kind::End);
        Ok(())
    }

    /// What has no order: each of `width` values.
    fn unordered(&mut self, kind: Kind, width: usize) -> Result<(), CodecError> {
        let count = self.decoder.reader.count(width)?;
        self.forms.kind(kind);
        self.forms.count(count);
        let mut starts = Vec::new();
        for _ in 0..count {
            starts.push(self.forms.end());
            (0..width).try_for_each(|_| self.value())?;
        }
        self.forms.sort(&starts);
        Ok(())
    }

    fn elements(&mut self, kind: Kind, length: usize) -> Result<(), CodecError> {
        let mut long = LongForm::begin(&self.forms);
        self.forms.kind(kind);
        self.forms.count(length);
        for _ in 0..length {
            if self.decoder.reader.peek() == Some(tags::HOLE) {
                self.decoder.reader.byte()?;
                self.forms.kind(Kind::Hole);
            } else {
                self.value()?;
            }
            long.gather(&mut self.forms);
        }
        long.end(&mut self.forms);
        Ok(())
    }

    /// As an array of these numbers.
    fn floats(&mut self) -> Result<(), CodecError> {
        let length = self.decoder.reader.count(8)?;
        let mut long = LongForm::begin(&self.forms);
        self.forms.kind(Kind::Array);
        self.forms.count(length);
        for _ in 0..length {
            let number = self.decoder.reader.float()?;
            self.forms.number(Kind::Number, number);
            long.gather(&mut self.forms);
        }
        long.end(&mut self.forms);
        Ok(())
    }

    fn sparse_array(&mut self) -> Result<(), CodecError> {
        let (length, count) = self.decoder.sparse_head()?;
        self.forms.kind(Kind::SparseArray);
        self.forms.integer(length);
        self.forms.count(count);
        let mut next = 0;
        for _ in 0..count {
            let index = self.decoder.sparse_index(next, length)?;
            self.forms.integer(index);
            self.value()?;
            next = index + 1;
        }
        self.properties(|_| true)
    }

    /// The stack of an error says where it was made, not what it is.
    fn error_parts(&mut self) -> Result<(), CodecError> {
        self.properties(|name| *name != Letters::Latin1(b"stack"))?;
        self.properties(|_| true)
    }

    fn text(&mut self) -> Result<(), CodecError> {
        let tag = self.decoder.reader.byte()?;
        self.text_of(tag)
    }

    fn text_of(&mut self, tag: u8) -> Result<(), CodecError> {
        let letters = self.decoder.reader.letters_of(tag)?;
        self.forms.letters(&letters);
        Ok(())
    }

    fn memory(&mut self, range: usize, span: Range<u64>) -> Result<(), CodecError> {
        let missing = || CodecError::Missing("buffer");
        let span = usize::try_from(span.start)
            .and_then(|start| Ok(start..usize::try_from(span.end)?))
            .map_err(|_| missing())?;
        match self.decoder.memory()?.part(range, &span).ok_or_else(missing)? {
            Part::Here(bytes) => self.forms.bytes(bytes),
            Part::Whole(buffer) => {
                let digest = self.buffers.digest(buffer).ok_or_else(missing)?;
                self.forms.digest_of(span.len(), &digest);
            }
            Part::Apart(buffer) => {
                let bytes = self.buffers.bytes(buffer, span).ok_or_else(missing)?;
                self.forms.bytes(&bytes);
            }
        }
        Ok(())
    }
}
