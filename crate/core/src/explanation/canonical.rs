//! Reads canonical forms, as docs/keys.md lays them out. What is read was written by this process or stands in a store, so
//! any bytes may come: a form that does not read is `None`, and nothing nests.

/// Tags that tell what comes in an instance.
const OBJECT: u8 = 0x11;
const FUNCTION: u8 = 0x16;

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
    /// Of a class that nobody registered.
    Unregistered(Unregistered<'a>),
    /// A proxy: the form of what it stands before, and of what it does.
    Proxy(&'a [u8]),
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

/// An instance by its classes and its state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unregistered<'a> {
    /// What tells its classes, and what it inherits from besides.
    pub classes: &'a [u8],
    /// The form of what its built-in parent holds, or of all that counts of it.
    pub content: Option<&'a [u8]>,
    /// The form of the object of its properties.
    pub own: Option<&'a [u8]>,
    /// Private fields and properties that nobody lists: each a name and a form.
    pub hidden: &'a [u8],
}

/// Splits the first form off, without looking what is in it.
pub fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut reader = Reader(bytes);
    // Forms that are still to come; a run of holes stands for several elements. One number for each instance around them.
    let mut pending: Vec<(u64, After)> = vec![(1, After::Nothing)];
    while let Some((forms, after)) = pending.last_mut() {
        if *forms > 0 {
            if let Some(instance) = reader.instance_head()? {
                *forms -= 1;
                pending.push(instance);
            } else {
                let (read, held) = reader.skip()?;
                *forms = forms.checked_sub(read)?.checked_add(held)?;
            }
        } else if let Some(next) = reader.after(*after)? {
            (*forms, *after) = next;
        } else {
            pending.pop();
        }
    }
    Some(bytes.split_at(bytes.len() - reader.0.len()))
}

/// What comes after some forms of an instance.
#[derive(Debug, Clone, Copy)]
enum After {
    Nothing,
    /// What its built-in parent holds, if it has one, and its properties.
    State,
    /// Its properties.
    Own,
    /// How much is hidden in it.
    Hidden,
    /// As many names with forms.
    Named(u32),
}

/// The forms of instances, one after the other: a name before each.
pub fn named_forms(bytes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let mut reader = Reader(rest);
        let name = reader.text()?;
        let (form, after) = split(reader.0)?;
        rest = after;
        Some((name, form))
    })
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
        0x15 | 0x1b => Form::Cycle,
        0x16 => Form::Function(reader.text()?),
        0x17 => Form::StandIn(reader.text()?),
        0x19 => {
            let (array, properties) = split(reader.0)?;
            Form::NamedArray { array, properties }
        }
        0x1a => Form::Unregistered(unregistered(form)?),
        0x1c => Form::Proxy(reader.0),
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

fn unregistered(form: &[u8]) -> Option<Unregistered<'_>> {
    let mut reader = Reader(form);
    let (holders, mut after) = reader.instance_head()??;
    for _ in 0..holders {
        reader.0 = split(reader.0)?.1;
    }
    let classes = &form[..form.len() - reader.0.len()];
    let mut found = Unregistered { classes, content: None, own: None, hidden: &[] };
    while let Some((_, next)) = reader.after(after)? {
        match next {
            After::Named(_) => {
                found.hidden = reader.0;
                break;
            }
            After::Hidden => found.own = Some(reader.form()?),
            _ => found.content = Some(reader.form()?),
        }
        after = next;
    }
    Some(found)
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

    fn form(&mut self) -> Option<&'a [u8]> {
        let (form, rest) = split(self.0)?;
        self.0 = rest;
        Some(form)
    }

    /// Goes past the classes of an instance, where one begins: how many forms of what it inherits from follow, and what then.
    #[expect(clippy::option_option, reason = "no instance, and one that does not read")]
    fn instance_head(&mut self) -> Option<Option<(u64, After)>> {
        if self.0.first() != Some(&0x1a) {
            return Some(None);
        }
        self.byte()?;
        let count = self.count()?;
        if count > 0 && self.0.first() != Some(&FUNCTION) {
            // One that holds functions stands there by a text.
            self.take(usize::try_from(count).ok()?)?;
            return Some(Some((0, After::Nothing)));
        }
        for _ in 0..count {
            if self.byte()? != FUNCTION {
                return None;
            }
            self.text()?;
        }
        let holders = u64::from(self.count()?);
        let is_whole = count == 0 && holders == 0 && self.0.first() != Some(&OBJECT);
        // What the platform made stands there by what it was made with.
        Some(Some(if is_whole { (1, After::Nothing) } else { (holders, After::State) }))
    }

    /// What follows in an instance: how many forms, and what after them. `None` where it ends.
    #[expect(clippy::option_option, reason = "its end, and bytes that do not read")]
    fn after(&mut self, after: After) -> Option<Option<(u64, After)>> {
        Some(match after {
            After::State if self.0.first() == Some(&OBJECT) => Some((1, After::Hidden)),
            After::State => Some((1, After::Own)),
            After::Own => Some((1, After::Hidden)),
            After::Hidden => Some((0, After::Named(self.count()?))),
            After::Nothing | After::Named(0) => None,
            After::Named(left) => {
                self.text()?;
                Some((1, After::Named(left - 1)))
            }
        })
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
            0x15 | 0x1b => self.count().map(|_| 0)?,
            0x19 => 2,
            0x1c | 0x20 | 0x24 => 1,
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
mod tests;
