//! What is asked of a [`Text`].

use super::readable::Letter;
use super::value::Text;

impl Text {
    /// Whether two texts have the same code units, however they are stored.
    pub fn is_same(&self, other: &Text) -> bool {
        self.units().eq(other.units())
    }

    pub fn is(&self, other: &str) -> bool {
        self.units().eq(other.encode_utf16())
    }

    pub fn units(&self) -> impl Iterator<Item = u16> + Clone + '_ {
        let (narrow, wide): (&[u8], &[u16]) = match self {
            Text::Latin1(bytes) => (bytes, &[]),
            Text::Utf16(units) => (&[], units),
        };
        narrow.iter().map(|byte| u16::from(*byte)).chain(wide.iter().copied())
    }

    pub fn letters(&self) -> impl Iterator<Item = Letter> + Clone + '_ {
        char::decode_utf16(self.units())
            .map(|letter| letter.map_err(|lone| lone.unpaired_surrogate()))
    }
}
