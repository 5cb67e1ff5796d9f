//! Objects of classes that the runtime brings besides those of the language: of the web, and of `Temporal`.

use super::Decoder;
use crate::codec::CodecError;
use crate::codec::tags;
use crate::codec::value::{Object, Value};

impl Decoder<'_> {
    pub(super) fn headers(&mut self) -> Result<Object, CodecError> {
        let count = self.reader.count(2)?;
        let entries = (0..count).map(|_| Ok((self.reader.text()?, self.reader.text()?)));
        entries.collect::<Result<_, _>>().map(Object::Headers)
    }

    pub(super) fn form_data(&mut self) -> Result<Object, CodecError> {
        let entries = self.properties()?;
        let is_part = |value: &Value| match value {
            Value::Text(_) | Value::Reference(_) => true,
            Value::Object(_, _, object) => {
                matches!(**object, Object::Blob(_) | Object::File { .. })
            }
            _ => false,
        };
        if entries.iter().all(|entry| is_part(&entry.value)) {
            Ok(Object::FormData(entries))
        } else {
            Err(CodecError::Malformed("part of a form"))
        }
    }

    pub(super) fn file(&mut self) -> Result<Object, CodecError> {
        let name = self.reader.text()?;
        let last_modified = self.reader.float()?;
        let media_type = self.reader.text()?;
        Ok(Object::File { name, last_modified, blob: self.memory()?.blob(media_type)? })
    }

    pub(super) fn temporal(&mut self) -> Result<Object, CodecError> {
        let kind = usize::from(self.reader.byte()?);
        let kind = tags::TEMPORAL_KINDS.get(kind).ok_or(CodecError::Malformed("kind of time"))?;
        Ok(Object::Temporal { kind, text: self.reader.text()? })
    }

    pub(super) fn dom_exception(&mut self) -> Result<Object, CodecError> {
        let (message, name) = (self.reader.text()?, self.reader.text()?);
        let hidden = self.hidden_properties()?;
        Ok(Object::DomException { message, name, hidden, properties: self.properties()? })
    }
}
