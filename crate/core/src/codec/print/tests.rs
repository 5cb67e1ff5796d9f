use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::Range;

use super::print_cut;
use crate::codec::decode::output::Buffers;
use crate::codec::tags;
use crate::digest::Digest;

/// Buffers that are stored apart, all of these lengths; where they can be read, each byte is the low one of its position.
#[derive(Default)]
struct Apart {
    lengths: Vec<u64>,
    is_readable: bool,
    /// What was read.
    read: RefCell<Vec<(usize, Range<usize>)>>,
}

impl Buffers for Apart {
    fn lengths(&self) -> Vec<u64> {
        self.lengths.clone()
    }

    fn bytes(&self, number: usize, span: Range<usize>) -> Option<Cow<'_, [u8]>> {
        self.read.borrow_mut().push((number, span.clone()));
        self.is_readable.then(|| span.map(|position| position.to_le_bytes()[0]).collect())
    }

    fn digest(&self, _: usize) -> Option<Digest> {
        None
    }
}

fn printed(structure: &[u8]) -> String {
    print_cut(structure, &Apart::default(), 2000).unwrap().0
}

/// A value with a memory section: its structure, its ranges, and what of them it shows.
fn with_memory(structure: &[u8], ranges: &[&[u8]], shown: &[u8]) -> Vec<u8> {
    let count = u8::try_from(ranges.len()).unwrap();
    let section = [&[count], &ranges.concat()[..], shown].concat();
    let length = u32::try_from(section.len()).unwrap().to_le_bytes();
    [&[tags::FLAG_MEMORY], structure, &section, &length].concat()
}

/// A view of all of these bytes, less than 128 of them.
fn view(kind: &str, bytes: &[u8]) -> Vec<u8> {
    let number = tags::VIEW_KINDS.iter().position(|(name, _)| *name == kind).unwrap();
    let length = u8::try_from(bytes.len()).unwrap();
    let range = [&[0, length], bytes].concat();
    let structure = [tags::VIEW, u8::try_from(number).unwrap()];
    with_memory(&structure, &[&range], &[0, 0, length])
}

/// A view of 80,000 bytes that are stored apart, from the 16th on.
fn view_apart(kind: u8) -> Vec<u8> {
    let length = [0x80, 0xf1, 0x04];
    let range = [&[tags::RANGE_OUT_OF_BAND], &[0x90, 0xf1, 0x04][..]].concat();
    with_memory(&[tags::VIEW, kind], &[&range], &[&[0, 16], &length[..]].concat())
}

#[test]
fn a_text_is_cut_between_characters() {
    let cut = |most| print_cut(&[0, 0x43, b'a', 0xe9, b'b'], &Apart::default(), most).unwrap();
    assert_eq!(cut(100), ("'a\u{e9}b'".to_owned(), false));
    assert_eq!(cut(3), ("'a".to_owned(), true));
    assert_eq!(cut(0), (String::new(), true));
}

#[test]
fn typed_arrays_show_their_elements() {
    let half = [0x3c00_u16, 0xc100, 0x0001, 0x8000, 0x7c00, 0xfc00, 0x7e00, 0x7bff];
    let halves: Vec<u8> = half.iter().flat_map(|one| one.to_le_bytes()).collect();
    let doubles = [1.5, -0.0, f64::NAN, f64::NEG_INFINITY, 1e21];
    let doubles: Vec<u8> = doubles.iter().flat_map(|one: &f64| one.to_le_bytes()).collect();
    for (kind, bytes, expected) in [
        ("Int8Array", &[0xff, 0x7f][..], "Int8Array(2) [-1, 127]"),
        ("Uint8Array", &[1, 2, 255], "Uint8Array(3) [1, 2, 255]"),
        ("Uint8ClampedArray", &[255], "Uint8ClampedArray(1) [255]"),
        ("Int16Array", &[0xfe, 0xff], "Int16Array(1) [-2]"),
        ("Uint16Array", &[0xfe, 0xff], "Uint16Array(1) [65534]"),
        ("Int32Array", &[0, 0, 0, 0x80], "Int32Array(1) [-2147483648]"),
        ("Uint32Array", &[0, 0, 0, 0x80], "Uint32Array(1) [2147483648]"),
        ("Float32Array", &[0xcd, 0xcc, 0xcc, 0x3d], "Float32Array(1) [0.10000000149011612]"),
        ("Float64Array", &doubles, "Float64Array(5) [1.5, -0, NaN, -Infinity, 1e+21]"),
        ("BigInt64Array", &[0xff; 8], "BigInt64Array(1) [-1n]"),
        ("BigUint64Array", &[0xff; 8], "BigUint64Array(1) [18446744073709551615n]"),
        (
            "Float16Array",
            &halves,
            "Float16Array(8) [1, -2.5, 5.960464477539063e-8, -0, Infinity, -Infinity, NaN, 65504]",
        ),
        ("DataView", &[1, 0xab], "DataView(2) 01 ab"),
        ("Buffer", b"hello", "Buffer(5) 68 65 6c 6c 6f"),
        ("Buffer", &[], "Buffer(0)"),
        ("Float64Array", &[], "Float64Array(0) []"),
    ] {
        assert_eq!(printed(&view(kind, bytes)), expected);
    }
}

#[test]
fn of_a_long_array_more_is_shown_in_a_longer_text() {
    let bytes: Vec<u8> = (0..100).collect();
    let view = view("Uint8Array", &bytes);
    assert_eq!(printed(&view), "Uint8Array(100) [0, 1, 2, ... 97 more]");
    let most = |most| print_cut(&view, &Apart::default(), most).unwrap().0;
    assert_eq!(most(3200), "Uint8Array(100) [0, 1, 2, 3, 4, ... 95 more]");
    assert!(most(1_000_000).ends_with(", 98, 99]"));
    assert_eq!(most(20), "Uint8Array(100) [0, ");
    let raw = printed(&self::view("Buffer", &bytes));
    assert_eq!(raw, "Buffer(100) 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f ... 84 more");
    let short = printed(&self::view("Buffer", &bytes[..32]));
    assert!(short.ends_with("1e 1f"));
}

#[test]
fn of_a_buffer_that_is_stored_apart_only_what_is_shown_is_read() {
    let apart = Apart { lengths: vec![80_016], is_readable: true, ..Apart::default() };
    let text = |kind| print_cut(&view_apart(kind), &apart, 2000).unwrap().0;
    assert_eq!(text(3), "Uint8Array(80000) [16, 17, 18, ... 79997 more]");
    assert_eq!(text(7), "Int32Array(20000) [319951120, 387323156, 454695192, ... 19997 more]");
    assert!(text(1).starts_with("Buffer(80000) 10 11 12 "));
    assert_eq!(*apart.read.borrow(), [(0, 16..19), (0, 16..28), (0, 16..32)]);
}

#[test]
fn what_cannot_be_read_is_shown_by_its_length() {
    let apart = Apart { lengths: vec![80_016], ..Apart::default() };
    let text = |kind| print_cut(&view_apart(kind), &apart, 2000).unwrap().0;
    assert_eq!(text(10), "Float64Array(10000)");
    assert_eq!(text(0), "DataView(80000)");
}

#[test]
fn nothing_is_read_once_the_text_is_full() {
    let apart = Apart { lengths: vec![80_016], is_readable: true, ..Apart::default() };
    print_cut(&view_apart(3), &apart, 5).unwrap();
    assert!(apart.read.borrow().is_empty());
}

#[test]
fn array_buffers_show_bytes() {
    let buffer = |flags| with_memory(&[tags::ARRAY_BUFFER], &[&[flags, 2, 0, 0xff]], &[0]);
    assert_eq!(printed(&buffer(0)), "ArrayBuffer(2) 00 ff");
    assert_eq!(printed(&buffer(tags::RANGE_SHARED)), "SharedArrayBuffer(2) 00 ff");
}

#[test]
fn blobs_and_files_show_what_they_are_and_their_bytes() {
    let blob = [tags::BLOB, 0x44, b'a', b'/', b'\'', b'b'];
    let blob = with_memory(&blob, &[&[0, 2, b'h', b'i']], &[0]);
    assert_eq!(printed(&blob), r"Blob {size: 2, type: 'a/\'b', bytes: 68 69}");
    let time = 1000_f64.to_le_bytes();
    let file = [&[tags::FILE, 0x42, b'a', b'\n'], &time[..], &[0x40]].concat();
    let file = with_memory(&file, &[&[0, 0]], &[0]);
    assert_eq!(
        printed(&file),
        r"File {name: 'a\n', lastModified: 1970-01-01T00:00:01.000Z, size: 0, type: ''}"
    );
}

#[test]
fn primitives_are_as_people_write_them() {
    let date = [&[0, tags::DATE], &1_796_077_360_740_f64.to_le_bytes()[..]].concat();
    assert_eq!(printed(&date), "2026-11-30T22:22:40.740Z");
    let invalid = [&[0, tags::DATE], &f64::NAN.to_le_bytes()[..]].concat();
    assert_eq!(printed(&invalid), "Invalid Date");
    assert_eq!(printed(&[0, tags::BIGINT, 1, 2, 0, 1]), "-256n");
    let number = [&[0, tags::FLOAT64], &1e21_f64.to_le_bytes()[..]].concat();
    assert_eq!(printed(&number), "1e+21");
    assert_eq!(printed(&[0, 0x43, b'\'', 0x1b, b'\n']), r"'\'\x1b\n'");
    let lone = [0, tags::UTF16, 1, 0x00, 0xd8];
    assert_eq!(printed(&lone), r"'\u{d800}'");
}

#[test]
fn names_are_quoted_where_they_must_be() {
    let names = [0, tags::DICTIONARY, 2, 0x41, b'a', 1, 0x43, b'b', b':', b'\n', 2];
    assert_eq!(printed(&names), r"{a: 1, 'b:\n': 2}");
}

#[test]
fn what_is_missing_in_an_array_is_counted() {
    let holes = [0, 0xa5, tags::HOLE, tags::HOLE, 1, tags::HOLE, 2];
    assert_eq!(printed(&holes), "[2 empty, 1, 1 empty, 2]");
    let sparse = [0, tags::SPARSE_ARRAY, 9, 2, 0, 1, 4, 2, 1, 0x41, b'n', 3];
    assert_eq!(printed(&sparse), "[1, 3 empty, 2, 4 empty] {n: 3}");
    assert_eq!(printed(&[0, tags::SPARSE_ARRAY, 7, 0, 0]), "[7 empty]");
    assert_eq!(printed(&[0, tags::SPARSE_ARRAY, 0, 0, 1, 0x41, b'n', 3]), "[] {n: 3}");
    assert_eq!(printed(&[0, tags::SPARSE_ARRAY, 1, 1, 0, 5, 0]), "[5]");
}

#[test]
fn an_instance_shows_its_class() {
    let instance = [0, tags::INSTANCE, 0x44, b'S', b'h', b'o', b'p', 0xa1, 1];
    assert_eq!(printed(&instance), "Shop [1]");
}

#[test]
fn what_stands_in_a_value_again_is_marked() {
    let flags = tags::FLAG_REFERENCES;
    assert_eq!(printed(&[flags, 0xa1, tags::REFERENCE, 0]), "<ref *1> [[*1]]");
    // [{}, a frozen [], the same, itself, the first {} again]
    let again = [
        flags,
        0xa5,
        tags::DICTIONARY,
        0,
        tags::FROZEN,
        0xa0,
        tags::REFERENCE,
        2,
        tags::REFERENCE,
        0,
        7,
    ];
    assert_eq!(printed(&again), "<ref *1> [{}, <ref *2> frozen [], [*2], [*1], 7]");
}
