//! What values and previews of arguments are made of, as a person would write it and Node shows it.

use std::fmt::{self, Write};

use num_bigint::BigUint;

/// A character, or a surrogate that stands alone.
pub type Letter = Result<char, u16>;

/// Decimal digits take quadratic time: from this many bits on, a number is written with hexadecimal ones.
const DECIMAL_BITS: u64 = 8192;

const DAY: i64 = 86_400_000;
/// The years that have four digits.
const SHORT_YEARS: std::ops::Range<i64> = 0..10_000;
/// No date is further from the epoch, in milliseconds.
const LAST_DATE: f64 = 8.64e15;

/// A string with its quotes. What would end it or is not seen is escaped, so that no two strings look alike.
pub fn write_quoted(out: &mut dyn Write, letters: impl Iterator<Item = Letter>) -> fmt::Result {
    out.write_char('\'')?;
    for letter in letters {
        if let Ok(letter @ ('\'' | '\\')) = letter {
            out.write_char('\\')?;
            out.write_char(letter)?;
        } else {
            write_letter(out, letter)?;
        }
    }
    out.write_char('\'')
}

/// Letters that are part of something else.
pub fn write_letters(out: &mut dyn Write, letters: impl Iterator<Item = Letter>) -> fmt::Result {
    for letter in letters {
        write_letter(out, letter)?;
    }
    Ok(())
}

/// The name of a property: quoted where it could not be written without.
pub fn write_name(
    out: &mut dyn Write,
    letters: impl Iterator<Item = Letter> + Clone,
) -> fmt::Result {
    if is_plain(letters.clone()) { write_letters(out, letters) } else { write_quoted(out, letters) }
}

/// Whether a property of this name is written without quotes.
pub fn is_plain(letters: impl Iterator<Item = Letter>) -> bool {
    let mut is_empty = true;
    for letter in letters {
        let is_known = letter.is_ok_and(|letter| {
            letter == '_'
                || letter == '$'
                || if is_empty { letter.is_alphabetic() } else { letter.is_alphanumeric() }
        });
        if !is_known {
            return false;
        }
        is_empty = false;
    }
    !is_empty
}

/// Control characters, ends of lines and lone surrogates are escaped. What else a terminal would obey is for who writes to one.
fn write_letter(out: &mut dyn Write, letter: Letter) -> fmt::Result {
    match letter {
        Ok('\n') => out.write_str("\\n"),
        Ok('\r') => out.write_str("\\r"),
        Ok('\t') => out.write_str("\\t"),
        Ok(letter) if letter.is_control() => write!(out, "\\x{:02x}", u32::from(letter)),
        Ok(letter @ ('\u{2028}' | '\u{2029}')) => write!(out, "\\u{{{:x}}}", u32::from(letter)),
        Ok(letter) => out.write_char(letter),
        Err(lone) => write!(out, "\\u{{{lone:x}}}"),
    }
}

/// As JavaScript writes it; `-0` has its sign.
pub fn write_number(out: &mut dyn Write, number: f64) -> fmt::Result {
    if number == 0.0 && number.is_sign_negative() {
        return out.write_str("-0");
    }
    out.write_str(dragonbox_ecma::Buffer::new().format(number))
}

/// Decimal, unless it is very long.
pub fn write_big_int(out: &mut dyn Write, is_negative: bool, magnitude: &BigUint) -> fmt::Result {
    if is_negative {
        out.write_char('-')?;
    }
    if magnitude.bits() > DECIMAL_BITS {
        write!(out, "{magnitude:#x}n")
    } else {
        write!(out, "{magnitude}n")
    }
}

/// A date by its milliseconds since the epoch, as `toISOString` writes it.
pub fn write_date(out: &mut dyn Write, time: f64) -> fmt::Result {
    if time.is_nan() || time.abs() > LAST_DATE {
        return out.write_str("Invalid Date");
    }
    #[expect(clippy::cast_possible_truncation, reason = "no date is beyond what is exact")]
    let time = time as i64;
    let (year, month, day) = calendar_day(time.div_euclid(DAY));
    if SHORT_YEARS.contains(&year) {
        write!(out, "{year:04}")?;
    } else {
        write!(out, "{year:+07}")?;
    }
    let of_day = time.rem_euclid(DAY);
    let (seconds, thousandths) = (of_day / 1000, of_day % 1000);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    write!(out, "-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{thousandths:03}Z")
}

/// Year, month and day by days since the epoch, in the calendar that goes by 400 years. A year begins in March here, so
/// that the day that not all have is its last.
fn calendar_day(days: i64) -> (i64, i64, i64) {
    const ERA: i64 = 146_097;
    // From 0000-03-01 on.
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(ERA), days.rem_euclid(ERA));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / (ERA - 1)) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (era * 400 + year + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl Fn(&mut dyn Write) -> fmt::Result) -> String {
        let mut text = String::new();
        write(&mut text).unwrap();
        text
    }

    fn quoted(letters: &str) -> String {
        text(|out| write_quoted(out, letters.chars().map(Ok)))
    }

    #[test]
    fn strings_that_differ_look_different() {
        assert_eq!(quoted("it's"), r"'it\'s'");
        assert_eq!(quoted("\n\r\t"), r"'\n\r\t'");
        assert_eq!(quoted("\\n\\r\\t"), r"'\\n\\r\\t'");
        assert_eq!(quoted("\u{1b}[31m\u{9b}\0"), r"'\x1b[31m\x9b\x00'");
        assert_eq!(quoted("\u{2028}e\u{301}\u{1f600}"), "'\\u{2028}e\u{301}\u{1f600}'");
        let lone = [Ok('a'), Err(0xd83d)];
        assert_eq!(text(|out| write_quoted(out, lone.into_iter())), r"'a\u{d83d}'");
    }

    #[test]
    fn names_are_quoted_where_they_must_be() {
        let name = |name: &str| text(|out| write_name(out, name.chars().map(Ok)));
        for plain in ["a", "_a1", "$", "straße", "x2"] {
            assert_eq!(name(plain), plain);
        }
        for other in ["", "1", "a b", "content-type", "a: 1"] {
            assert_eq!(name(other), format!("'{other}'"));
        }
        assert_eq!(name("a'\n"), r"'a\'\n'");
    }

    #[test]
    fn numbers_are_those_of_javascript() {
        for (number, expected) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (f64::NAN, "NaN"),
            (-f64::INFINITY, "-Infinity"),
            (0.1 + 0.2, "0.30000000000000004"),
            (123_456_789_012_345_680_000.0, "123456789012345680000"),
            (1e21, "1e+21"),
            (0.000_001, "0.000001"),
            (-1e-7, "-1e-7"),
        ] {
            assert_eq!(text(|out| write_number(out, number)), expected);
        }
    }

    #[test]
    fn big_ints_are_decimal_unless_they_are_very_long() {
        let big =
            |negative, magnitude: &BigUint| text(|out| write_big_int(out, negative, magnitude));
        assert_eq!(big(true, &BigUint::from(255_u8)), "-255n");
        assert_eq!(big(false, &(BigUint::from(1_u8) << 70)), "1180591620717411303424n");
        let long = BigUint::from(1_u8) << 8192;
        assert_eq!(big(false, &long), format!("0x1{}n", "0".repeat(2048)));
        assert!(big(false, &(long - 1_u8)).starts_with("1090"));
    }

    #[test]
    fn dates_are_those_of_to_iso_string() {
        for (time, expected) in [
            (0.0, "1970-01-01T00:00:00.000Z"),
            (-1.0, "1969-12-31T23:59:59.999Z"),
            (1_796_077_360_740.0, "2026-11-30T22:22:40.740Z"),
            (951_782_400_000.0, "2000-02-29T00:00:00.000Z"),
            (-2_203_891_200_001.0, "1900-02-28T23:59:59.999Z"),
            (-62_167_219_200_000.0, "0000-01-01T00:00:00.000Z"),
            (-62_167_219_200_001.0, "-000001-12-31T23:59:59.999Z"),
            (253_402_300_800_000.0, "+010000-01-01T00:00:00.000Z"),
            (8.64e15, "+275760-09-13T00:00:00.000Z"),
            (-8.64e15, "-271821-04-20T00:00:00.000Z"),
            (8.64e15 + 1.0, "Invalid Date"),
            (f64::NAN, "Invalid Date"),
            (f64::INFINITY, "Invalid Date"),
        ] {
            assert_eq!(text(|out| write_date(out, time)), expected);
        }
    }
}
