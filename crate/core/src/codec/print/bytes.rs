//! Arrays of bytes, and what typed arrays make of them.

use std::fmt;

use super::printer::Out;
use crate::codec::readable::write_number;

/// How much of an array is shown: all of a short one, the beginning of others.
#[derive(Clone, Copy)]
pub struct Amount {
    first: u64,
    short: u64,
}

impl Amount {
    /// Elements of a typed array in a text of `most` bytes: three of 2 kB, so that what comes after the array is seen, too.
    pub fn of_elements(most: usize) -> Self {
        let first = (most as u64 / 640).max(3);
        Self { first, short: 5 * first }
    }

    /// Bytes without a type, each of two digits. What kind of file they are the first 16 tell.
    pub fn of_bytes(most: usize) -> Self {
        let first = (most as u64 / 120).max(16);
        Self { first, short: 2 * first }
    }

    /// How many of `length` are shown.
    pub fn shown(self, length: u64) -> u64 {
        if length <= self.short { length } else { self.first }
    }
}

/// The first bytes of `length`.
pub fn write_bytes(out: Out<'_>, bytes: &[u8], length: u64) -> fmt::Result {
    for (index, byte) in bytes.iter().enumerate() {
        write!(out, "{}{byte:02x}", if index == 0 { "" } else { " " })?;
    }
    write_rest(out, " ", length - bytes.len() as u64)
}

/// The first elements of `length`.
pub fn write_elements(out: Out<'_>, kind: &str, bytes: &[u8], length: u64) -> fmt::Result {
    let shown = match kind {
        "Int8Array" => each(out, bytes, |out, one| number(out, i8::from_le_bytes(one))),
        "Int16Array" => each(out, bytes, |out, one| number(out, i16::from_le_bytes(one))),
        "Uint16Array" => each(out, bytes, |out, one| number(out, u16::from_le_bytes(one))),
        "Int32Array" => each(out, bytes, |out, one| number(out, i32::from_le_bytes(one))),
        "Uint32Array" => each(out, bytes, |out, one| number(out, u32::from_le_bytes(one))),
        "Float16Array" => each(out, bytes, |out, one| number(out, half(u16::from_le_bytes(one)))),
        "Float32Array" => each(out, bytes, |out, one| number(out, f32::from_le_bytes(one))),
        "Float64Array" => each(out, bytes, |out, one| number(out, f64::from_le_bytes(one))),
        "BigInt64Array" => each(out, bytes, |out, one| write!(out, "{}n", i64::from_le_bytes(one))),
        "BigUint64Array" => {
            each(out, bytes, |out, one| write!(out, "{}n", u64::from_le_bytes(one)))
        }
        _ => each(out, bytes, |out, [one]| number(out, one)),
    }?;
    write_rest(out, ", ", length - shown)?;
    out.write_char(']')
}

fn number(out: Out<'_>, number: impl Into<f64>) -> fmt::Result {
    write_number(out, number.into())
}

/// Opens a list of elements that take `N` bytes each, and says how many there are.
fn each<const N: usize>(
    out: Out<'_>,
    bytes: &[u8],
    write: impl Fn(Out<'_>, [u8; N]) -> fmt::Result,
) -> Result<u64, fmt::Error> {
    let (elements, _) = bytes.as_chunks::<N>();
    out.write_char('[')?;
    for (index, element) in elements.iter().enumerate() {
        out.write_str(if index == 0 { "" } else { ", " })?;
        write(out, *element)?;
    }
    Ok(elements.len() as u64)
}

fn write_rest(out: Out<'_>, before: &str, left: u64) -> fmt::Result {
    if left == 0 { Ok(()) } else { write!(out, "{before}... {left} more") }
}

/// The number that these bits stand for: a sign, five bits of exponent, ten of fraction.
fn half(bits: u16) -> f64 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let fraction = f64::from(bits & 0x3ff) / 1024.0;
    sign * match i32::from(bits >> 10 & 0x1f) {
        0 => fraction * 2_f64.powi(-14),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        exponent => (1.0 + fraction) * 2_f64.powi(exponent - 15),
    }
}
