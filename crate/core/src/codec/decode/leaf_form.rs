//! Forms of what holds no objects.

use std::ops::Range;

use crate::codec::CodecError;
use crate::codec::form::{Forms, Kind};
use crate::codec::reader::Letters;
use crate::codec::value::{Blob, Object, Text, Value};

/// Bytes of the memory section whose form is still to follow.
pub struct Shown {
    /// None: no bytes follow.
    pub range: Option<usize>,
    pub span: Range<u64>,
}

const NOTHING: Shown = Shown { range: None, span: 0..0 };

/// Writes the form of a value that is no object.
pub fn write_primitive(forms: &mut Forms, value: &Value) -> Result<(), CodecError> {
    match value {
        Value::Undefined => forms.kind(Kind::Undefined),
        Value::Null => forms.kind(Kind::Null),
        Value::Boolean(false) => forms.kind(Kind::False),
        Value::Boolean(true) => forms.kind(Kind::True),
        Value::Number(number) => forms.number(Kind::Number, *number),
        Value::Text(text) => forms.letters(&Letters::from(text)),
        Value::BigInt { is_negative, magnitude } => forms.big_int(*is_negative, magnitude),
        _ => return Err(CodecError::Malformed("primitive")),
    }
    Ok(())
}

/// Writes the form of an object, all but bytes of the memory section, which are its last part.
pub fn write_leaf(forms: &mut Forms, leaf: &Object) -> Result<Shown, CodecError> {
    match leaf {
        Object::Date(time) => forms.number(Kind::Date, *time),
        Object::RegExp { source, flags } => texts(forms, Kind::RegExp, &[source, flags]),
        Object::Url(text) => texts(forms, Kind::Url, &[text]),
        Object::UrlSearchParams(text) => texts(forms, Kind::UrlSearchParams, &[text]),
        Object::Temporal { kind, text } => {
            forms.kind(Kind::Temporal);
            forms.bytes(kind.as_bytes());
            forms.letters(&Letters::from(text));
        }
        Object::Headers(entries) => {
            let parts: Vec<&Text> =
                entries.iter().flat_map(|(name, value)| [name, value]).collect();
            texts(forms, Kind::Headers, &parts);
        }
        Object::Boxed(value) => {
            forms.kind(Kind::Boxed);
            write_primitive(forms, value)?;
        }
        Object::Blob(blob) => {
            forms.kind(Kind::Blob);
            return Ok(bytes_of(forms, blob));
        }
        Object::File { name, last_modified, blob } => {
            forms.number(Kind::File, *last_modified);
            forms.letters(&Letters::from(name));
            return Ok(bytes_of(forms, blob));
        }
        Object::ArrayBuffer { range, byte_length } => {
            forms.kind(Kind::ArrayBuffer);
            return Ok(Shown { range: Some(*range), span: 0..*byte_length });
        }
        Object::View { kind, range, byte_offset, byte_length } => {
            forms.kind(Kind::View);
            forms.bytes(kind.as_bytes());
            let span = *byte_offset..byte_offset + byte_length;
            return Ok(Shown { range: Some(*range), span });
        }
        _ => return Err(CodecError::Malformed("object")),
    }
    Ok(NOTHING)
}

fn bytes_of(forms: &mut Forms, blob: &Blob) -> Shown {
    forms.letters(&Letters::from(&blob.media_type));
    Shown { range: Some(blob.range), span: 0..blob.byte_length }
}

fn texts(forms: &mut Forms, kind: Kind, texts: &[&Text]) {
    forms.kind(kind);
    forms.count(texts.len());
    for text in texts {
        forms.letters(&Letters::from(*text));
    }
}
