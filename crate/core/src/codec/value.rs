use std::rc::Rc;

/// Text as JavaScript has it, lone surrogates included.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Text {
    Latin1(Box<[u8]>),
    Utf16(Box<[u16]>),
}

/// A named property of an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Property {
    pub key: Text,
    pub value: Value,
}

/// A value as its structure bytes describe it.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Undefined,
    Null,
    Boolean(bool),
    Number(f64),
    /// Magnitude in little-endian bytes.
    BigInt {
        is_negative: bool,
        magnitude: Box<[u8]>,
    },
    Text(Text),
    /// A missing element of an array.
    Hole,
    /// The object with this number, which stands elsewhere in the tree.
    Reference(usize),
    /// Objects are numbered from 0 in the order of their first bytes.
    Object(usize, Integrity, Box<Object>),
}

/// What may still be done to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Integrity {
    Extensible,
    Sealed,
    Frozen,
}

/// A value within values within values must not end the stack when it goes.
impl Drop for Value {
    fn drop(&mut self) {
        if let Value::Object(_, _, object) = self {
            let object = std::mem::replace(&mut **object, Object::Array(Vec::new()));
            on_enough_stack(|| drop(object));
        }
    }
}

/// Runs what may recurse once more.
pub fn on_enough_stack<T>(step: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(64 << 10, 1 << 20, step)
}

/// An object; the names of kinds are those of JavaScript.
#[derive(Debug, Clone, PartialEq)]
pub enum Object {
    /// The keys are shared by all records of a shape.
    Record {
        keys: Rc<[Text]>,
        values: Vec<Value>,
    },
    Dictionary(Vec<Property>),
    NullPrototype(Vec<Property>),
    Array(Vec<Value>),
    SparseArray {
        length: u32,
        elements: Vec<(u32, Value)>,
        properties: Vec<Property>,
    },
    /// The strings of a template, and how they are written.
    Template {
        strings: Vec<Value>,
        raw: Value,
    },
    Map(Vec<(Value, Value)>),
    Set(Vec<Value>),
    /// Milliseconds since the epoch; NaN is an invalid date.
    Date(f64),
    RegExp {
        source: Text,
        flags: Text,
    },
    Boxed(Value),
    Error {
        kind: &'static str,
        hidden: Vec<Property>,
        properties: Vec<Property>,
    },
    DomException {
        message: Text,
        name: Text,
        hidden: Vec<Property>,
        properties: Vec<Property>,
    },
    Url(Text),
    UrlSearchParams(Text),
    Headers(Vec<(Text, Text)>),
    /// Values are texts and files.
    FormData(Vec<Property>),
    Blob(Blob),
    File {
        name: Text,
        /// Milliseconds since the epoch.
        last_modified: f64,
        blob: Blob,
    },
    Temporal {
        kind: &'static str,
        text: Text,
    },
    ArrayBuffer {
        range: usize,
        byte_length: u64,
    },
    View {
        kind: &'static str,
        range: usize,
        byte_offset: u64,
        byte_length: u64,
    },
    Instance {
        name: Text,
        stored: Value,
    },
}

/// The bytes of a blob, and the type that they are said to have.
#[derive(Debug, Clone, PartialEq)]
pub struct Blob {
    pub media_type: Text,
    pub range: usize,
    pub byte_length: u64,
}
