//! The golden vectors that TypeScript writes and reads too.

use crate::codec::{decode, tags};

const FILE: &str = include_str!("../../../../../__test__/vectors/values.json");

pub struct Vector {
    pub name: String,
    pub bytes: Vec<u8>,
    pub buffers: Vec<u64>,
    pub text: String,
}

/// The file has one vector a line, in strings without escapes, so that no JSON parser is needed.
pub fn vectors() -> Vec<Vector> {
    let lines = FILE.lines().filter(|line| line.contains("\"bytes\""));
    lines
        .map(|line| Vector {
            name: field(line, "name").to_owned(),
            bytes: from_hex(field(line, "bytes")),
            buffers: lengths(line),
            text: field(line, "text").to_owned(),
        })
        .collect()
}

fn field<'a>(line: &'a str, name: &str) -> &'a str {
    let start = format!("\"{name}\": \"");
    let rest = &line[line.find(&start).unwrap() + start.len()..];
    &rest[..rest.find('"').unwrap()]
}

fn lengths(line: &str) -> Vec<u64> {
    let rest = line.split("\"buffers\": [").nth(1).unwrap();
    let list = rest.split(']').next().unwrap();
    list.split(',')
        .filter(|item| !item.is_empty())
        .map(|item| item.trim().parse().unwrap())
        .collect()
}

fn from_hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
}

#[test]
fn vectors_decode_to_what_they_say() {
    assert!(vectors().len() > 40);
    for vector in vectors() {
        let value = decode(&vector.bytes, &vector.buffers);
        assert_eq!(
            value.map(|value| value.to_string()).as_deref(),
            Ok(vector.text.as_str()),
            "{}",
            vector.name
        );
    }
}

#[test]
fn tags_are_those_of_typescript() {
    let list = FILE.split("\"tags\": {").nth(1).unwrap().split('}').next().unwrap();
    let listed: Vec<(String, u8)> = list
        .split(',')
        .map(|entry| {
            let (name, value) = entry.split_once(':').unwrap();
            (name.trim().trim_matches('"').to_owned(), value.trim().parse().unwrap())
        })
        .collect();
    let defined: Vec<(String, u8)> =
        tags::ALL.iter().map(|(name, tag)| ((*name).to_owned(), *tag)).collect();
    assert_eq!(listed, defined);
}
