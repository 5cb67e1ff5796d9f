//! Short texts for canonical forms, as a person would write the values.

use std::fmt::{self, Write};

use num_bigint::BigUint;

use super::canonical::{Form, Items, forms, read, texts};
use crate::codec::readable::{
    write_big_int, write_date, write_letters, write_name, write_number, write_quoted,
};

/// Characters of a preview, about.
const LONGEST: usize = 48;
/// Containers within containers that are shown.
const DEEPEST: usize = 3;

const KINDS: [(&str, u64); 16] = [
    ("ArrayBuffer", 1),
    ("SharedArrayBuffer", 1),
    ("DataView", 1),
    ("Buffer", 1),
    ("Int8Array", 1),
    ("Uint8Array", 1),
    ("Uint8ClampedArray", 1),
    ("Int16Array", 2),
    ("Uint16Array", 2),
    ("Int32Array", 4),
    ("Uint32Array", 4),
    ("BigInt64Array", 8),
    ("BigUint64Array", 8),
    ("Float16Array", 2),
    ("Float32Array", 4),
    ("Float64Array", 8),
];

/// A text for a form; `…` stands where it was cut.
pub fn preview(form: &[u8]) -> String {
    let mut text = Text { written: String::new(), left: LONGEST };
    let _ = text.form(form, 0);
    text.written
}

/// A text being written; an error once there is no room left.
struct Text {
    written: String,
    left: usize,
}

impl Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            if self.left == 0 {
                self.written.push('…');
                return Err(fmt::Error);
            }
            self.left -= 1;
            self.written.push(character);
        }
        Ok(())
    }
}

impl Text {
    fn form(&mut self, form: &[u8], depth: usize) -> fmt::Result {
        match read(form) {
            // What puts nothing by itself must end as well.
            _ if depth > LONGEST => self.write_str("…"),
            None => self.write_str("?"),
            Some(Form::Undefined) => self.write_str("undefined"),
            Some(Form::Null) => self.write_str("null"),
            Some(Form::Boolean(value)) => self.write_str(if value { "true" } else { "false" }),
            Some(Form::Number(number)) => write_number(self, number),
            Some(Form::BigInt(digits)) => self.big_int(digits),
            Some(Form::Text(text)) => self.quoted(text),
            Some(Form::Holes(count)) => self.write_str(&format!("{count} empty")),
            Some(Form::Arguments(items)) => self.items("(", items, ")", depth),
            Some(Form::Array(items)) => self.items("[", items, "]", depth),
            Some(Form::NamedArray { array, properties }) => {
                self.form(array, depth + 1)?;
                self.write_str(" ")?;
                self.form(properties, depth + 1)
            }
            Some(Form::Object { names, items }) => self.object(names, items, depth),
            Some(Form::Map(items)) => self.map(items, depth),
            Some(Form::Set(items)) => self.items("Set {", items, "}", depth),
            Some(
                Form::Instance { name, content }
                | Form::Error { name, content }
                | Form::Platform { name, content },
            ) => {
                self.letters(name)?;
                self.write_str(" ")?;
                self.form(content, depth + 1)
            }
            Some(Form::Unregistered(instance)) => {
                self.write_str("instance ")?;
                instance.content.or(instance.own).map_or(Ok(()), |form| self.form(form, depth + 1))
            }
            Some(Form::Proxy(content)) => {
                self.write_str("proxy ")?;
                self.form(content, depth + 1)
            }
            Some(Form::Cycle) => self.write_str("[circular]"),
            Some(Form::Function(fingerprint)) => {
                let fingerprint = String::from_utf8_lossy(fingerprint);
                self.write_str(&format!("function #{}", fingerprint.get(..8).unwrap_or_default()))
            }
            Some(Form::StandIn(text)) => self.letters(text),
            Some(Form::Url(href)) => {
                self.write_str("URL(")?;
                self.quoted(href)?;
                self.write_str(")")
            }
            Some(Form::Date(time)) => write_date(self, time),
            Some(Form::RegExp { source, flags }) => {
                self.write_str("/")?;
                self.letters(source)?;
                self.write_str("/")?;
                self.letters(flags)
            }
            Some(Form::Boxed(content)) => self.form(content, depth + 1),
            Some(Form::Bytes { kind, length }) => {
                let (name, size) = KINDS.get(usize::from(kind)).copied().unwrap_or(("bytes", 1));
                self.write_str(&format!("{name}({})", length / size))
            }
        }
    }

    /// By its hexadecimal digits.
    fn big_int(&mut self, digits: &[u8]) -> fmt::Result {
        let (is_negative, digits) =
            digits.strip_prefix(b"-").map_or((false, digits), |digits| (true, digits));
        match BigUint::parse_bytes(digits, 16) {
            Some(magnitude) => write_big_int(self, is_negative, &magnitude),
            None => self.write_str("?"),
        }
    }

    fn quoted(&mut self, text: &[u8]) -> fmt::Result {
        write_quoted(self, String::from_utf8_lossy(text).chars().map(Ok))
    }

    fn letters(&mut self, text: &[u8]) -> fmt::Result {
        write_letters(self, String::from_utf8_lossy(text).chars().map(Ok))
    }

    fn items(&mut self, open: &str, items: Items<'_>, close: &str, depth: usize) -> fmt::Result {
        self.write_str(open)?;
        if depth >= DEEPEST && items.count > 0 {
            self.write_str("…")?;
        } else {
            for (index, item) in forms(items.bytes).enumerate() {
                self.write_str(if index == 0 { "" } else { ", " })?;
                self.form(item, depth + 1)?;
            }
        }
        self.write_str(close)
    }

    fn object(&mut self, names: &[u8], items: Items<'_>, depth: usize) -> fmt::Result {
        self.write_str("{")?;
        if depth >= DEEPEST && items.count > 0 {
            return self.write_str("…}");
        }
        for (index, (name, item)) in texts(names).zip(forms(items.bytes)).enumerate() {
            self.write_str(if index == 0 { "" } else { ", " })?;
            write_name(self, String::from_utf8_lossy(name).chars().map(Ok))?;
            self.write_str(": ")?;
            self.form(item, depth + 1)?;
        }
        self.write_str("}")
    }

    fn map(&mut self, items: Items<'_>, depth: usize) -> fmt::Result {
        self.write_str("Map {")?;
        if depth >= DEEPEST && items.count > 0 {
            return self.write_str("…}");
        }
        for (index, item) in forms(items.bytes).enumerate() {
            self.write_str(match index {
                0 => "",
                index if index % 2 == 1 => " => ",
                _ => ", ",
            })?;
            self.form(item, depth + 1)?;
        }
        self.write_str("}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_look_as_a_person_writes_them() {
        let object =
            [&[0x11, 2, 1, b'a', 1, b'b', 0x10, 2, 0x04, 0x01, 1, 0x08, 2][..], b"it"].concat();
        assert_eq!(preview(&object), "{a: [false, 1 empty], b: 'it'}");
        assert_eq!(preview(&[0x12, 1, 0x08, 1, b'k', 0x03]), "Map {'k' => null}");
        assert_eq!(
            preview(&[&[0x31, 0x0f][..], &800_u64.to_le_bytes(), &[0; 32]].concat()),
            "Float64Array(100)"
        );
    }

    /// A value is printed with the same words.
    #[test]
    fn dates_big_ints_and_strings_are_as_they_are_printed() {
        assert_eq!(preview(&[0x20, 0x06, 0, 0, 0, 0, 0, 0, 0, 0]), "1970-01-01T00:00:00.000Z");
        assert_eq!(preview(&[0x07, 3, b'-', b'f', b'f']), "-255n");
        assert_eq!(preview(&[0x07, 1, b'x']), "?");
        assert_eq!(preview(&[0x08, 3, b'\'', 0x1b, b'\n']), r"'\'\x1b\n'");
        assert_eq!(preview(&[0x11, 1, 3, b'b', b' ', b'c', 0x03]), "{'b c': null}");
    }

    #[test]
    fn an_array_shows_its_named_properties() {
        let rows = [0x19, 0x10, 1, 0x03, 0x11, 1, 1, b'n', 0x04];
        assert_eq!(preview(&rows), "[null] {n: false}");
    }

    /// A box puts nothing of its own, so that many of them ended the stack.
    #[test]
    fn what_only_nests_is_cut() {
        assert_eq!(preview(&vec![0x24; 1 << 20]), "…");
        assert_eq!(preview(&vec![0x20; 1 << 20]), "?");
    }

    #[test]
    fn what_is_long_or_deep_is_cut() {
        let long = [&[0x08, 100][..], &[b'x'; 100]].concat();
        assert_eq!(preview(&long).chars().count(), LONGEST + 1);
        assert_eq!(preview(&[0x10, 1, 0x10, 1, 0x10, 1, 0x10, 1, 0x03]), "[[[[…]]]]");
    }

    proptest! {
        #[test]
        fn any_bytes_have_a_short_preview(bytes: Vec<u8>) {
            prop_assert!(preview(&bytes).chars().count() <= LONGEST + 1);
        }
    }
}
