//! Golden vectors of what users' stores hold: call keys, digests and frames.
//!
//! The specs of `__test__/key` and `__test__/value` check the same files. What fails here has lost the entries of every
//! store there is: a new format gets vectors of its own, and these stay.

#![expect(clippy::unwrap_used, reason = "a vector that cannot be read fails its test")]

use engram_core::codec::{BlobReference, FORMAT_VERSION, Frame, FrameError, Output, Structure};
use engram_core::digest::Digest;
use engram_core::engine::{Function, FunctionIdentity, Kind, Strategy};
use engram_core::hash;

const CALLS: &str = include_str!("../../../../__test__/vectors/calls.json");
const KEYS: &str = include_str!("../../../../__test__/vectors/keys.json");

/// The text under `name` in a line of JSON; none for null. No text that is read here has escapes in it.
fn field<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let rest = line.split_once(&format!("\"{name}\": ")).unwrap().1;
    rest.strip_prefix('"').map(|rest| rest.split_once('"').unwrap().0)
}

fn owned(line: &str, name: &str) -> Option<String> {
    field(line, name).map(str::to_owned)
}

fn from_hex(text: &str) -> Vec<u8> {
    let digits = (0..text.len()).step_by(2);
    digits.map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn identity(line: &str) -> FunctionIdentity {
    FunctionIdentity {
        name: owned(line, "name").unwrap(),
        version: owned(line, "version"),
        project: owned(line, "project"),
        domain: owned(line, "domain"),
        kind: Kind::Memory,
        strategy: Strategy::from_name(field(line, "strategy").unwrap()).unwrap(),
        code: field(line, "code").map(|hex| Digest::from_hex(hex).unwrap()),
    }
}

#[test]
fn call_keys_stay_as_they_are() {
    let calls: Vec<&str> = CALLS.lines().filter(|line| line.contains("\"key\"")).collect();
    assert_eq!(calls.len(), 15);
    for call in calls {
        let arguments = from_hex(field(call, "arguments").unwrap());
        let key = Function::new(identity(call)).call_key(&arguments);
        assert_eq!(Some(key.to_hex().as_str()), field(call, "key"), "{:?}", field(call, "about"));
    }
}

/// The first of the calls, with the same function as a step, a task, a workflow and a work.
#[test]
fn call_keys_of_every_kind_stay_as_they_are() {
    let call = CALLS.lines().find(|line| line.contains("\"key\"")).unwrap();
    let arguments = from_hex(field(call, "arguments").unwrap());
    for (kind, key) in KEYS_BY_KIND {
        let function = Function::new(FunctionIdentity { kind, ..identity(call) });
        assert_eq!(function.call_key(&arguments).to_hex(), key, "{kind:?}");
    }
}

const KEYS_BY_KIND: [(Kind, &str); 5] = [
    (Kind::Memory, "44065b44b1a10f573af12cdda309e44d1dbb394a76a7dffd6f34a1a72a5fa3f9"),
    (Kind::Step, "8d5857d9071ca69e155e7b88f9b98ce1ffb56211d3e06acca40089dc7909bed2"),
    (Kind::Task, "a1479f3c999db6ec1a1f1eed1a9f39db6e350d706c8d4449edb31fe60533e831"),
    (Kind::Workflow, "21cb5428c726f152d83fcc12abddd3e17f9d0a17449d2005327596d84862b26c"),
    (Kind::Work, "4527724ffe48948939641c34c12be4bde1584a06dc6d21dac36056c5f3c2ff57"),
];

#[test]
fn fingerprints_are_digests_of_the_text() {
    for call in CALLS.lines().filter(|line| line.contains("\"text\": \"")) {
        let code = hash::digest(field(call, "text").unwrap().as_bytes()).to_hex();
        assert_eq!(Some(code.as_str()), field(call, "code"));
    }
}

#[test]
fn digests_of_canonical_forms_stay_as_they_are() {
    let lines_with = |name: &'static str| {
        let mark = format!("    \"{name}\": ");
        KEYS.lines()
            .filter(move |line| line.starts_with(&mark))
            .filter_map(move |line| field(line, name))
    };
    let forms: Vec<(&str, &str)> = lines_with("hex").zip(lines_with("digest")).collect();
    assert!(forms.len() > 20);
    for (form, digest) in forms {
        assert_eq!(hash::digest(&from_hex(form)).to_hex(), digest);
    }
}

const KEY: Digest = Digest::from_bytes([0xa5; 32]);

fn blob(byte: u8, byte_length: u64) -> BlobReference {
    BlobReference { digest: Digest::from_bytes([byte; 32]), byte_length }
}

fn frame(
    structure: Structure<'static>,
    structure_length: u64,
    buffers: Vec<BlobReference>,
) -> Frame<'static> {
    Frame {
        created_at: 1_700_000_000_000.0,
        duration_ms: 12.5,
        inputs: Digest::from_bytes([0x11; 32]),
        unsynced_boot: 0x0123_4567_89ab_cdef,
        structure_length,
        structure,
        buffers,
        unpacked: Vec::new(),
        output: None,
        arguments: &[],
    }
}

/// Each kind of frame with its bytes under [`KEY`].
fn frames() -> [(Frame<'static>, &'static str); 5] {
    [
        // The value 63, as a function returned it.
        (frame(Structure::Plain(&[0x00, 0x00, 0x3f]), 3, vec![]), PLAIN),
        (
            Frame { unsynced_boot: 0, ..frame(Structure::Plain(&[0x00, 0x00, 0x3f]), 3, vec![]) },
            SYNCED,
        ),
        (frame(Structure::Lz4(&[0x1f, 0x61, 0x01, 0x00]), 300, vec![]), LZ4),
        (
            frame(Structure::PlainBlob(blob(0x22, 70_000)), 70_000, vec![blob(0x33, 65_536)]),
            PLAIN_BLOB,
        ),
        (
            frame(
                Structure::Lz4Blob(blob(0x44, 66_000)),
                1 << 32,
                vec![blob(0x55, 1), blob(0x66, 1 << 40)],
            ),
            LZ4_BLOB,
        ),
    ]
}

const PLAIN: &str = "\
    e701bbad3db24877b2767160cb18757b346200008056febc78420000000000002940111111111111\
    1111111111111111111111111111111111111111111111111111ef9bafcdf8acd191010300030000\
    3f00";
const SYNCED: &str = "\
    e701d26a70548e64c3652a88ee2c13aa844d00008056febc78420000000000002940111111111111\
    11111111111111111111111111111111111111111111111111110003000300003f00";
const LZ4: &str = "\
    e701f215f63dcbdff23112c45da79d023a9100008056febc78420000000000002940111111111111\
    1111111111111111111111111111111111111111111111111111ef9bafcdf8acd19101ac0201041f\
    61010000";
const PLAIN_BLOB: &str = "\
    e701e5c07810d8083d45f7ba01a1689626f100008056febc78420000000000002940111111111111\
    1111111111111111111111111111111111111111111111111111ef9bafcdf8acd19101f0a2040222\
    22222222222222222222222222222222222222222222222222222222222222f0a204013333333333\
    333333333333333333333333333333333333333333333333333333808004";
const LZ4_BLOB: &str = "\
    e70119d776057a2262e4c092a6611d83599b00008056febc78420000000000002940111111111111\
    1111111111111111111111111111111111111111111111111111ef9bafcdf8acd191018080808010\
    034444444444444444444444444444444444444444444444444444444444444444d0830402555555\
    55555555555555555555555555555555555555555555555555555555550166666666666666666666\
    66666666666666666666666666666666666666666666808080808020";

#[test]
fn frames_of_format_1_are_read() {
    for (frame, hex) in frames() {
        assert_eq!(Frame::decode(&KEY, &from_hex(hex)), Ok(frame));
    }
}

/// With `('A')` as the arguments.
#[test]
fn a_frame_of_format_2_stays_as_it_is() {
    let plain = frame(Structure::Plain(&[0x00, 0x00, 0x3f]), 3, vec![]);
    let frame = Frame { arguments: &[0x0f, 0x01, 0x08, 0x01, 0x41], ..plain };
    let bytes = from_hex(WITH_ARGUMENTS);
    assert_eq!(frame.encode(&KEY), bytes);
    assert_eq!(Frame::decode(&KEY, &bytes), Ok(frame));
}

const WITH_ARGUMENTS: &str = "\
    e70249d8c08f96d2f6e67e589b28fb64f8dc00008056febc78420000000000002940111111111111\
    1111111111111111111111111111111111111111111111111111ef9bafcdf8acd191010300030000\
    3f000f01080141";

#[test]
fn a_frame_of_format_3_stays_as_it_is() {
    let plain = frame(Structure::Plain(&[0x00, 0x00, 0x3f]), 3, vec![]);
    let output =
        Output { digest: Digest::from_bytes([0x77; 32]), is_promised: true, has_references: false };
    let frame = Frame { output: Some(output), arguments: &[0x0f, 0x01, 0x08, 0x01, 0x41], ..plain };
    let bytes = from_hex(WITH_OUTPUT);
    assert_eq!(frame.encode(&KEY), bytes);
    assert_eq!(Frame::decode(&KEY, &bytes), Ok(frame));
}

const WITH_OUTPUT: &str = "\
    e703d663057a3a18e64c2662acf9279d37e300008056febc78420000000000002940111111111111\
    1111111111111111111111111111111111111111111111111111ef9bafcdf8acd191010300030000\
    3f007777777777777777777777777777777777777777777777777777777777777777010f01080141";

/// Of a value that refers to a file, whose second buffer is compressed.
#[test]
fn a_frame_of_format_4_stays_as_it_is() {
    assert_eq!(FORMAT_VERSION, 4, "a newer format needs frames of its own here");
    let buffers = vec![blob(0x33, 65_536), blob(0x44, 1_000)];
    let plain = frame(Structure::Zstd(&[0x28, 0xb5, 0x2f, 0xfd]), 300, buffers);
    let output =
        Output { digest: Digest::from_bytes([0x77; 32]), is_promised: true, has_references: true };
    let frame = Frame {
        output: Some(output),
        unpacked: vec![0, 70_000],
        arguments: &[0x0f, 0x01, 0x08, 0x01, 0x41],
        ..plain
    };
    let bytes = from_hex(WITH_FLAGS);
    assert_eq!(frame.encode(&KEY), bytes);
    assert_eq!(Frame::decode(&KEY, &bytes), Ok(frame));
}

const WITH_FLAGS: &str = "\
    e704b248716a7616ecdead29b74d6670af5500008056febc78420000000000002940111111111111\
    1111111111111111111111111111111111111111111111111111ef9bafcdf8acd19101ac02040428\
    b52ffd02333333333333333333333333333333333333333333333333333333333333333380800444\
    44444444444444444444444444444444444444444444444444444444444444e80777777777777777\
    77777777777777777777777777777777777777777777777777070200f0a2040f01080141";

#[test]
fn a_frame_of_a_newer_format_is_told_from_a_damaged_one() {
    let mut bytes = from_hex(PLAIN);
    bytes[1] = 5;
    assert_eq!(Frame::decode(&KEY, &bytes), Err(FrameError::Version(5)));
    bytes[0] = 0;
    assert_eq!(Frame::decode(&KEY, &bytes), Err(FrameError::Damaged));
}

/// What the row of a function's prefixes holds.
#[test]
fn records_of_functions_stay_as_they_are() {
    let identity = FunctionIdentity {
        name: "shop/src/prices.ts#load".to_owned(),
        version: Some("2".to_owned()),
        project: None,
        domain: Some("test".to_owned()),
        kind: Kind::Memory,
        strategy: Strategy::InputHash,
        code: None,
    };
    let bytes = postcard::to_stdvec(&identity).unwrap();
    assert_eq!(bytes, from_hex(RECORD));
    assert_eq!(postcard::from_bytes::<FunctionIdentity>(&bytes), Ok(identity));
}

const RECORD: &str = "1773686f702f7372632f7072696365732e7473236c6f6164010132000104746573740200";
