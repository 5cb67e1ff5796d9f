//! Short texts for canonical forms, as a person would write the values.

use super::canonical::{Form, Items, forms, read, texts};

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

struct Full;

impl Text {
    fn put(&mut self, text: &str) -> Result<(), Full> {
        for character in text.chars() {
            if self.left == 0 {
                self.written.push('…');
                return Err(Full);
            }
            self.left -= 1;
            self.written.push(character);
        }
        Ok(())
    }

    fn form(&mut self, form: &[u8], depth: usize) -> Result<(), Full> {
        match read(form) {
            // What puts nothing by itself must end as well.
            _ if depth > LONGEST => self.put("…"),
            None => self.put("?"),
            Some(Form::Undefined) => self.put("undefined"),
            Some(Form::Null) => self.put("null"),
            Some(Form::Boolean(value)) => self.put(if value { "true" } else { "false" }),
            Some(Form::Number(number)) => self.put(&number_text(number)),
            Some(Form::BigInt(digits)) => {
                let digits = String::from_utf8_lossy(digits);
                match digits.strip_prefix('-') {
                    Some(digits) => self.put(&format!("-0x{digits}n")),
                    None => self.put(&format!("0x{digits}n")),
                }
            }
            Some(Form::Text(text)) => self.quoted(text),
            Some(Form::Holes(count)) => self.put(&format!("{count} empty")),
            Some(Form::Arguments(items)) => self.items("(", items, ")", depth),
            Some(Form::Array(items)) => self.items("[", items, "]", depth),
            Some(Form::NamedArray { array, properties }) => {
                self.form(array, depth + 1)?;
                self.put(" ")?;
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
                self.put(&String::from_utf8_lossy(name))?;
                self.put(" ")?;
                self.form(content, depth + 1)
            }
            Some(Form::Unregistered(instance)) => {
                self.put("instance ")?;
                instance.content.or(instance.own).map_or(Ok(()), |form| self.form(form, depth + 1))
            }
            Some(Form::Proxy(content)) => {
                self.put("proxy ")?;
                self.form(content, depth + 1)
            }
            Some(Form::Cycle) => self.put("[circular]"),
            Some(Form::Function(fingerprint)) => {
                let fingerprint = String::from_utf8_lossy(fingerprint);
                self.put(&format!("function #{}", fingerprint.get(..8).unwrap_or_default()))
            }
            Some(Form::StandIn(text) | Form::Url(text)) => self.put(&String::from_utf8_lossy(text)),
            Some(Form::Date(time)) => self.put(&format!("Date({})", number_text(time))),
            Some(Form::RegExp { source, flags }) => {
                let (source, flags) =
                    (String::from_utf8_lossy(source), String::from_utf8_lossy(flags));
                self.put(&format!("/{source}/{flags}"))
            }
            Some(Form::Boxed(content)) => self.form(content, depth + 1),
            Some(Form::Bytes { kind, length }) => {
                let (name, size) = KINDS.get(usize::from(kind)).copied().unwrap_or(("bytes", 1));
                self.put(&format!("{name}({})", length / size))
            }
        }
    }

    fn quoted(&mut self, text: &[u8]) -> Result<(), Full> {
        self.put("'")?;
        for character in String::from_utf8_lossy(text).chars() {
            match character {
                '\n' => self.put("\\n")?,
                '\'' | '\\' => self.put(&format!("\\{character}"))?,
                character if character.is_control() => self.put("\u{fffd}")?,
                character => self.put(character.encode_utf8(&mut [0; 4]))?,
            }
        }
        self.put("'")
    }

    fn items(
        &mut self,
        open: &str,
        items: Items<'_>,
        close: &str,
        depth: usize,
    ) -> Result<(), Full> {
        self.put(open)?;
        if depth >= DEEPEST && items.count > 0 {
            self.put("…")?;
        } else {
            for (index, item) in forms(items.bytes).enumerate() {
                self.put(if index == 0 { "" } else { ", " })?;
                self.form(item, depth + 1)?;
            }
        }
        self.put(close)
    }

    fn object(&mut self, names: &[u8], items: Items<'_>, depth: usize) -> Result<(), Full> {
        self.put("{")?;
        if depth >= DEEPEST && items.count > 0 {
            return self.put("…}");
        }
        for (index, (name, item)) in texts(names).zip(forms(items.bytes)).enumerate() {
            self.put(if index == 0 { "" } else { ", " })?;
            self.put(&String::from_utf8_lossy(name))?;
            self.put(": ")?;
            self.form(item, depth + 1)?;
        }
        self.put("}")
    }

    fn map(&mut self, items: Items<'_>, depth: usize) -> Result<(), Full> {
        self.put("Map {")?;
        if depth >= DEEPEST && items.count > 0 {
            return self.put("…}");
        }
        for (index, item) in forms(items.bytes).enumerate() {
            self.put(match index {
                0 => "",
                index if index % 2 == 1 => " => ",
                _ => ", ",
            })?;
            self.form(item, depth + 1)?;
        }
        self.put("}")
    }
}

/// As JavaScript writes it, or nearly.
fn number_text(number: f64) -> String {
    if number.is_nan() {
        "NaN".to_owned()
    } else if number.is_infinite() {
        if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()
    } else if number.fract() == 0.0 && number.abs() < 1e21 {
        if number == 0.0 && number.is_sign_negative() {
            "-0".to_owned()
        } else {
            format!("{number:.0}")
        }
    } else {
        format!("{number:?}")
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
        for (number, text) in
            [(0.5, "0.5"), (-0.0, "-0"), (1e20, "100000000000000000000"), (3.0, "3")]
        {
            assert_eq!(number_text(number), text);
        }
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
