//! [`Cut`]: the beginning of a text.

use std::fmt;

/// Takes at most so many bytes, and refuses what is more: it is not written anywhere.
pub struct Cut {
    pub text: String,
    most: usize,
}

impl Cut {
    pub fn new(most: usize) -> Self {
        Self { text: String::new(), most }
    }
}

impl fmt::Write for Cut {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let left = self.most - self.text.len();
        if text.len() <= left {
            self.text.push_str(text);
            return Ok(());
        }
        let mut end = left;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        self.text.push_str(&text[..end]);
        Err(fmt::Error)
    }
}
