//! [`Forms`]: values written down so that equal ones have equal bytes.
//!
//! A form is a tag, and what the value is made of: texts and bytes behind their lengths, parts as forms. One of over
//! [`LONGEST`] bytes is replaced by its digest wherever it stands, so that nothing is written down twice.

use blake3::Hasher;

use super::reader::Letters;
use crate::digest::Digest;

/// Longer forms, and longer texts in them, are replaced by their digests: most values are hashed as one.
const LONGEST: usize = 1024;
/// How much of a long form is gathered before it is hashed.
const GATHERED: usize = 64 << 10;

/// What a form is of. The order is format: digests are kept.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Stands for a longer form.
    Digest,
    Undefined,
    Null,
    False,
    True,
    Number,
    BigInt,
    Latin1,
    Utf16,
    Hole,
    /// What contains this, so many levels up.
    Cycle,
    Object,
    Array,
    SparseArray,
    Template,
    Map,
    Set,
    Date,
    RegExp,
    Boxed,
    Error,
    DomException,
    Url,
    UrlSearchParams,
    Headers,
    FormData,
    Blob,
    File,
    Temporal,
    ArrayBuffer,
    View,
    Instance,
    /// The end of properties: they are counted by nobody before they are read.
    End,
}

/// Forms of what is not whole yet, each behind that of what contains it.
#[derive(Debug, Default)]
pub struct Forms(Vec<u8>);

impl Forms {
    /// The digest of all that was written.
    pub fn digest(&self) -> Digest {
        hash_of(&self.0)
    }

    /// Where the next form begins.
    pub fn end(&self) -> usize {
        self.0.len()
    }

    /// What was written from `start` on.
    pub fn since(&self, start: usize) -> &[u8] {
        &self.0[start..]
    }

    pub fn drop_since(&mut self, start: usize) {
        self.0.truncate(start);
    }

    pub fn kind(&mut self, kind: Kind) {
        self.0.push(kind as u8);
    }

    pub fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    pub fn integer(&mut self, integer: u32) {
        self.0.extend_from_slice(&integer.to_le_bytes());
    }

    /// Seven bits a byte, low bits first.
    pub fn count(&mut self, mut count: usize) {
        while count >= 0x80 {
            self.0.push(count.to_le_bytes()[0] | 0x80);
            count >>= 7;
        }
        self.0.push(count.to_le_bytes()[0]);
    }

    /// There are many NaNs, and one in JavaScript.
    pub fn number(&mut self, kind: Kind, number: f64) {
        self.kind(kind);
        let number = if number.is_nan() { f64::NAN } else { number };
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    pub fn big_int(&mut self, is_negative: bool, magnitude: &[u8]) {
        self.kind(Kind::BigInt);
        self.byte(u8::from(is_negative));
        self.bytes(magnitude);
    }

    pub fn letters(&mut self, letters: &Letters<'_>) {
        match letters {
            Letters::Latin1(bytes) => {
                self.kind(Kind::Latin1);
                self.bytes(bytes);
            }
            Letters::Utf16(bytes) => {
                self.kind(Kind::Utf16);
                self.bytes(bytes);
            }
        }
    }

    pub fn bytes(&mut self, bytes: &[u8]) {
        if bytes.len() > LONGEST {
            self.digest_of(bytes.len(), &hash_of(bytes));
        } else {
            self.count(bytes.len());
            self.0.extend_from_slice(bytes);
        }
    }

    /// As `bytes`, for many of which the digest is known.
    pub fn digest_of(&mut self, length: usize, digest: &Digest) {
        self.count(length);
        self.0.extend_from_slice(digest.as_bytes());
    }

    /// A form that was written before.
    pub fn again(&mut self, form: &[u8]) {
        self.0.extend_from_slice(form);
    }

    /// Ends the form that began at `start`.
    pub fn shorten(&mut self, start: usize) {
        if self.0.len() - start > LONGEST {
            let digest = hash_of(&self.0[start..]);
            self.replace(start, &digest);
        }
    }

    /// Puts the forms that begin at `starts`, to the end, in the order of their bytes.
    pub fn sort(&mut self, starts: &[usize]) {
        let mut order: Vec<usize> = (0..starts.len()).collect();
        if !order.is_sorted_by_key(|&index| self.nth(starts, index)) {
            order.sort_unstable_by_key(|&index| self.nth(starts, index));
            self.rearrange(starts, &order);
        }
    }

    /// Puts the forms that begin at `starts`, to the end, in another order.
    pub fn rearrange(&mut self, starts: &[usize], order: &[usize]) {
        let Some(&first) = starts.first() else { return };
        let mut rearranged = Vec::with_capacity(self.0.len() - first);
        for &index in order {
            rearranged.extend_from_slice(self.nth(starts, index));
        }
        self.0[first..].copy_from_slice(&rearranged);
    }

    fn nth(&self, starts: &[usize], index: usize) -> &[u8] {
        let end = starts.get(index + 1).copied().unwrap_or(self.0.len());
        &self.0[starts[index]..end]
    }

    fn replace(&mut self, start: usize, digest: &Digest) {
        self.0.truncate(start);
        self.kind(Kind::Digest);
        self.0.extend_from_slice(digest.as_bytes());
    }
}

fn hash_of(bytes: &[u8]) -> Digest {
    blake3::hash(bytes).into()
}

/// A form of many parts, hashed as they come: its parts together may take more memory than there is.
pub struct LongForm {
    start: usize,
    hasher: Option<Hasher>,
}

impl LongForm {
    pub fn begin(forms: &Forms) -> Self {
        Self { start: forms.end(), hasher: None }
    }

    /// Says that one more part is whole.
    pub fn gather(&mut self, forms: &mut Forms) {
        if forms.end() - self.start > GATHERED {
            self.hasher.get_or_insert_default().update(forms.since(self.start));
            forms.drop_since(self.start);
        }
    }

    /// Ends it. A form of which nothing was hashed is left as it is.
    pub fn end(self, forms: &mut Forms) {
        if let Some(mut hasher) = self.hasher {
            hasher.update(forms.since(self.start));
            forms.replace(self.start, &hasher.finalize().into());
        }
    }
}
