//! Reads canonical forms, as docs/keys.md lays them out. What is read was written by this process or stands in a store, so
//! any bytes may come: a form that does not read is `None`, and nothing nests.

/// A form and, of what it holds, as much as one level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Form<'a> {
    Undefined,
    Null,
    Boolean(bool),
    Number(f64),
    /// Hexadecimal digits.
    BigInt(&'a [u8]),
    /// WTF-8, like all texts here.
    Text(&'a [u8]),
    /// Holes in an array, as many.
    Holes(u32),
    Arguments(Items<'a>),
    Array(Items<'a>),
    /// The form of an array, and that of an object of its named properties.
    NamedArray {
        array: &'a [u8],
        properties: &'a [u8],
    },
    Object {
        names: &'a [u8],
        items: Items<'a>,
    },
    /// Keys and values in turn; `count` counts entries.
    Map(Items<'a>),
    Set(Items<'a>),
    /// Of a registered class, or the `this` of a method: name and the form of the content.
    Instance {
        name: &'a [u8],
        content: &'a [u8],
    },
    Cycle,
    /// Hexadecimal fingerprint.
    Function(&'a [u8]),
    StandIn(&'a [u8]),
    Date(f64),
    RegExp {
        source: &'a [u8],
        flags: &'a [u8],
    },
    Url(&'a [u8]),
    /// Built-in type, and the form of the object of its parts.
    Error {
        name: &'a [u8],
        content: &'a [u8],
    },
    Boxed(&'a [u8]),
    /// Of a class that the runtime brings: its name, and the form of the content.
    Platform {
        name: &'a [u8],
        content: &'a [u8],
    },
    /// Kind and length in bytes.
    Bytes {
        kind: u8,
        length: u64,
    },
}

/// The forms in a container, one after the other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Items<'a> {
    /// How many elements, properties or entries.
    pub count: u32,
    pub bytes: &'a [u8],
}

/// Splits the first form off, without looking what is in it.
pub fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut reader = Reader(bytes);
    // Forms that are still to come; a run of holes stands for several elements.
    let mut pending: u64 = 1;
    while pending > 0 {
        let (read, held) = reader.skip()?;
        pending = pending.checked_sub(read)?.checked_add(held)?;
    }
    Some(bytes.split_at(bytes.len() - reader.0.len()))
}

/// Reads a form that stands alone.
pub fn read(form: &[u8]) -> Option<Form<'_>> {
    let mut reader = Reader(form);
    Some(match reader.byte()? {
        0x01 => Form::Holes(reader.count()?),
        0x02 => Form::Undefined,
        0x03 => Form::Null,
        0x04 => Form::Boolean(false),
        0x05 => Form::Boolean(true),
        0x06 => Form::Number(reader.number()?),
        0x07 => Form::BigInt(reader.text()?),
        0x08 => Form::Text(reader.text()?),
        0x0f => Form::Arguments(reader.items()?),
        0x10 => Form::Array(reader.items()?),
        0x11 => {
            let count = reader.count()?;
            let from = reader.0;
            for _ in 0..count {
                reader.text()?;
            }
            let names = &from[..from.len() - reader.0.len()];
            Form::Object { names, items: Items { count, bytes: reader.0 } }
        }
        0x12 => Form::Map(reader.items()?),
        0x13 => Form::Set(reader.items()?),
        0x14 | 0x18 => Form::Instance { name: reader.text()?, content: reader.0 },
        0x15 => Form::Cycle,
        0x16 => Form::Function(reader.text()?),
        0x17 => Form::StandIn(reader.text()?),
        0x19 => {
            let (array, properties) = split(reader.0)?;
            Form::NamedArray { array, properties }
        }
        0x20 => match (reader.byte()?, reader.number()?) {
            (0x06, time) => Form::Date(time),
            _ => return None,
        },
        0x21 => Form::RegExp { source: reader.text()?, flags: reader.text()? },
        0x22 => Form::Url(reader.text()?),
        0x23 => Form::Error { name: reader.text()?, content: reader.0 },
        0x24 => Form::Boxed(reader.0),
        0x25 => Form::Platform { name: reader.text()?, content: reader.0 },
        0x30 => Form::Bytes { kind: reader.byte()?, length: u64::from(reader.count()?) },
        0x31 => {
            let kind = reader.byte()?;
            Form::Bytes { kind, length: u64::from_le_bytes(reader.take(8)?.try_into().ok()?) }
        }
        _ => return None,
    })
}

/// The texts in a row that [`Form::Object`] calls its names.
pub fn texts(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut reader = Reader(bytes);
    std::iter::from_fn(move || reader.text())
}

/// The forms that stand one after the other.
pub fn forms(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let (form, after) = split(rest)?;
        rest = after;
        Some(form)
    })
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    /// LEB128.
    fn count(&mut self) -> Option<u32> {
        let mut count = 0_u32;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            count |= u32::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(count);
            }
        }
        None
    }

    fn text(&mut self) -> Option<&'a [u8]> {
        let length = self.count()?;
        self.take(usize::try_from(length).ok()?)
    }

    fn number(&mut self) -> Option<f64> {
        Some(f64::from_le_bytes(self.take(8)?.try_into().ok()?))
    }

    fn items(&mut self) -> Option<Items<'a>> {
        Some(Items { count: self.count()?, bytes: self.0 })
    }

    /// Goes past a form but for the forms in it: for how many elements it stands, and how many follow that it holds.
    fn skip(&mut self) -> Option<(u64, u64)> {
        let held = match self.byte()? {
            0x01 => return Some((u64::from(self.count()?), 0)),
            0x02..=0x05 => 0,
            0x06 => self.take(8).map(|_| 0)?,
            0x07 | 0x08 | 0x16 | 0x17 | 0x22 => self.text().map(|_| 0)?,
            0x0f | 0x10 | 0x13 => u64::from(self.count()?),
            0x11 => {
                let count = self.count()?;
                for _ in 0..count {
                    self.text()?;
                }
                u64::from(count)
            }
            0x12 => 2 * u64::from(self.count()?),
            0x14 | 0x18 | 0x23 | 0x25 => self.text().map(|_| 1)?,
            0x15 => self.count().map(|_| 0)?,
            0x19 => 2,
            0x20 | 0x24 => 1,
            0x21 => {
                self.text()?;
                self.text()?;
                1
            }
            0x30 => {
                self.byte()?;
                self.text().map(|_| 0)?
            }
            0x31 => self.take(41).map(|_| 0)?,
            _ => return None,
        };
        Some((1, held))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Forms of every kind, and how they end tells where the next begins.
    fn form() -> impl Strategy<Value = Vec<u8>> {
        let text = |tag: u8| {
            proptest::collection::vec(any::<u8>(), 0..200).prop_map(move |bytes| {
                let mut form = vec![tag];
                write_count(&mut form, bytes.len());
                form.extend(bytes);
                form
            })
        };
        let leaf = prop_oneof![
            (0x02..=0x05_u8).prop_map(|tag| vec![tag]),
            any::<[u8; 8]>().prop_map(|bytes| [&[0x06], &bytes[..]].concat()),
            prop_oneof![Just(0x07), Just(0x08), Just(0x16), Just(0x17), Just(0x22)]
                .prop_flat_map(text),
            any::<[u8; 8]>().prop_map(|bytes| [&[0x20, 0x06], &bytes[..]].concat()),
            any::<[u8; 9]>().prop_map(|bytes| [&[0x31], &bytes[..], &[7; 32]].concat()),
            Just(vec![0x15, 1]),
            Just(vec![0x19, 0x10, 1, 0x02, 0x11, 1, 1, b'a', 0x03]),
            Just(vec![0x25, 4, b'B', b'l', b'o', b'b', 0x10, 1, 0x04]),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            let items = proptest::collection::vec(inner, 0..6);
            (prop_oneof![Just(0x10_u8), Just(0x11), Just(0x12), Just(0x13)], items).prop_map(
                |(tag, mut items)| {
                    if tag == 0x12 && items.len() % 2 == 1 {
                        items.pop();
                    }
                    let mut form = vec![tag];
                    let count = if tag == 0x12 { items.len() / 2 } else { items.len() };
                    write_count(&mut form, count);
                    if tag == 0x11 {
                        (0..count).for_each(|_| form.extend([1, b'a']));
                    }
                    form.extend(items.concat());
                    form
                },
            )
        })
    }

    fn write_count(form: &mut Vec<u8>, count: usize) {
        if count < 128 {
            form.push(u8::try_from(count).unwrap_or_default());
        } else {
            form.extend([
                u8::try_from(count & 0x7f).unwrap_or_default() | 0x80,
                u8::try_from(count >> 7).unwrap_or_default(),
            ]);
        }
    }

    #[test]
    fn a_run_of_holes_stands_for_as_many_elements() {
        let form = [0x10, 5, 0x02, 0x01, 3, 0x03, 0x04];
        assert_eq!(split(&form), Some((&form[..6], &form[6..])));
        assert_eq!(split(&[0x10, 2, 0x01, 3]), None);
    }

    proptest! {
        #[test]
        fn a_form_ends_where_the_next_begins(form in form(), rest: Vec<u8>) {
            let bytes = [form.clone(), rest.clone()].concat();
            prop_assert_eq!(split(&bytes), Some((&form[..], &rest[..])));
            prop_assert!(read(&form).is_some());
        }

        #[test]
        fn a_cut_form_is_none(form in form(), at: prop::sample::Index) {
            prop_assert_eq!(split(&form[..at.index(form.len())]), None);
        }

        #[test]
        fn any_bytes_read_or_are_refused(bytes: Vec<u8>) {
            let _ = split(&bytes);
            let _ = read(&bytes);
            let _ = forms(&bytes).count();
        }
    }
}
