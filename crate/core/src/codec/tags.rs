//! The bytes of the structure format. This is the reference list: `src/wire.ts` repeats it for TypeScript, and the
//! golden vectors compare the two.

/// Defines the tags once, as constants and as a list that tests can compare.
macro_rules! tags {
    ($($(#[$doc:meta])* $name:ident = $value:literal;)*) => {
        $($(#[$doc])* pub const $name: u8 = $value;)*

        /// Every tag by name.
        pub const ALL: &[(&str, u8)] = &[$((stringify!($name), $value)),*];
    };
}

tags! {
    /// Header bit: the value refers back to objects.
    FLAG_REFERENCES = 1;
    /// Header bit: a memory section follows the structure.
    FLAG_MEMORY = 2;

    /// 0x00 to 0x3f: the integer itself.
    SMALL_INTEGER = 0x00;
    /// 0x40 to 0x7f: Latin-1 text of 0 to 63 characters.
    SHORT_STRING = 0x40;
    /// 0x80 to 0x9f: a record of shape 0 to 31.
    SHORT_RECORD = 0x80;
    /// 0xa0 to 0xaf: an array of 0 to 15 elements.
    SHORT_ARRAY = 0xa0;

    UNDEFINED = 0xb0;
    NULL = 0xb1;
    FALSE = 0xb2;
    TRUE = 0xb3;
    /// A missing element; only inside arrays.
    HOLE = 0xb4;
    UINT8 = 0xb5;
    INT8 = 0xb6;
    INT16 = 0xb7;
    INT32 = 0xb8;
    FLOAT64 = 0xb9;
    /// Sign byte, length in bytes, magnitude in little-endian bytes.
    BIGINT = 0xba;
    LATIN1 = 0xbb;
    UTF16 = 0xbc;
    /// The object met as the n-th, counted from 0 in the order of their first bytes.
    REFERENCE = 0xbd;
    /// Defines the next shape: hash, key count, keys; a record of it follows.
    SHAPE = 0xbe;
    RECORD = 0xbf;
    /// A plain object with its keys spelled out.
    DICTIONARY = 0xc0;
    NULL_PROTOTYPE = 0xc1;
    ARRAY = 0xc2;
    /// An array of numbers only, as IEEE doubles.
    FLOATS = 0xc3;
    /// Length, elements by index, properties by name.
    SPARSE_ARRAY = 0xc4;
    MAP = 0xc5;
    SET = 0xc6;
    DATE = 0xc7;
    REGEXP = 0xc8;
    /// An object around the primitive that follows.
    BOXED = 0xc9;
    /// Kind, hidden properties by name, enumerable properties by name.
    ERROR = 0xca;
    URL_OBJECT = 0xcb;
    URL_SEARCH_PARAMS = 0xcc;
    /// Stands for the next entry of the memory section, as does a view.
    ARRAY_BUFFER = 0xcd;
    VIEW = 0xce;
    /// An instance of a registered class: name, stored value.
    INSTANCE = 0xcf;
    /// The object that follows is sealed.
    SEALED = 0xd0;
    /// The object that follows is frozen.
    FROZEN = 0xd1;
    /// The strings of a template: an array, and its property `raw`, which is not enumerable.
    TEMPLATE = 0xd2;
    /// Message, name, hidden properties by name, enumerable properties by name.
    DOM_EXCEPTION = 0xd3;
    /// Count, name and value each.
    HEADERS = 0xd4;
    /// Count, name and value each; a value is a text or a `File`.
    FORM_DATA = 0xd5;
    /// Type; the bytes are the next entry of the memory section.
    BLOB = 0xd6;
    /// Name, time of the last change as a double, then as a `Blob`.
    FILE = 0xd7;
    /// Kind, and a text of all that it is.
    TEMPORAL = 0xd8;

    /// Bit of a range in the memory section: its bytes are stored apart.
    RANGE_OUT_OF_BAND = 1;
    /// Bit of a range in the memory section: it was a `SharedArrayBuffer`.
    RANGE_SHARED = 2;
}

/// Kinds of error, by their number on disk.
pub const ERROR_KINDS: [&str; 8] = [
    "Error",
    "EvalError",
    "RangeError",
    "ReferenceError",
    "SyntaxError",
    "TypeError",
    "URIError",
    "AggregateError",
];

/// Kinds of `Temporal` value, by their number on disk.
pub const TEMPORAL_KINDS: [&str; 8] = [
    "Instant",
    "ZonedDateTime",
    "PlainDate",
    "PlainTime",
    "PlainDateTime",
    "PlainYearMonth",
    "PlainMonthDay",
    "Duration",
];

/// Own properties of errors that are not enumerable and yet stored.
pub const HIDDEN_ERROR_PROPERTIES: [&str; 5] = ["stack", "message", "cause", "errors", "name"];

/// Kinds of view with the bytes of an element, by their number on disk.
pub const VIEW_KINDS: [(&str, u64); 14] = [
    ("DataView", 1),
    ("Buffer", 1),
    ("Int8Array", 1),
    ("Uint8Array", 1),
    ("Uint8ClampedArray", 1),
    ("Int16Array", 2),
    ("Uint16Array", 2),
    ("Int32Array", 4),
    ("Uint32Array", 4),
    ("Float32Array", 4),
    ("Float64Array", 8),
    ("BigInt64Array", 8),
    ("BigUint64Array", 8),
    ("Float16Array", 2),
];

/// A range of this many bytes or more is stored apart from the structure bytes.
pub const OUT_OF_BAND_BYTES: u64 = 64 * 1024;
/// Objects with more keys are dictionaries.
pub const SHAPE_KEYS_LIMIT: u8 = 32;
/// Keys of shapes are shorter than this.
pub const SHAPE_KEY_LENGTH_LIMIT: u8 = 64;
/// Further key lists of one value are dictionaries.
pub const SHAPES_LIMIT: usize = 1024;
/// How many containers deep a value may be.
pub const DEPTH_LIMIT: usize = 10_000;
