//! A call as it came in, byte for byte.

use crate::refused::{Reason, Refused};

/// An HTTP call to be verified. It holds personal data and secrets, so it does not print.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// As it was sent: `POST`.
    pub method: &'a str,
    /// The address the sender called, with its query: our public base address, which is configured, and the path as it came
    /// in. Never from the `Host` header: behind a proxy that is another, and a sender writes what it likes.
    pub url: &'a str,
    /// Names in any case, values without the white space around them, repeated headers one by one.
    pub headers: &'a [(&'a str, &'a [u8])],
    /// Before any decoding but that of the transfer: re-serialised, or with its text normalised, it is another.
    pub body: &'a [u8],
}

impl<'a> Call<'a> {
    /// The value of a header, `None` where it is missing.
    ///
    /// # Errors
    /// It is repeated. Which of two counts differs between programs, and that difference is what forgers live on.
    pub(crate) fn optional(&self, name: &str) -> Result<Option<&'a [u8]>, Refused> {
        let mut values =
            self.headers.iter().filter(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| *value);
        match (values.next(), values.next()) {
            (value, None) => Ok(value),
            (_, Some(_)) => Err(Refused::at(Reason::DuplicateHeader, name)),
        }
    }

    /// The value of a header.
    ///
    /// # Errors
    /// It is missing or repeated.
    pub(crate) fn required(&self, name: &str) -> Result<&'a [u8], Refused> {
        self.optional(name)?.ok_or_else(|| Refused::at(Reason::MissingHeader, name))
    }

    /// What the sender calls this delivery, in a header that nothing vouches for. What does not look like an id is none.
    pub(crate) fn unsigned_id(&self, name: &str) -> Option<&'a str> {
        let value = self.optional(name).ok().flatten()?;
        let is_id = (1..=LONGEST_ID).contains(&value.len()) && value.iter().all(u8::is_ascii_graphic);
        std::str::from_utf8(value).ok().filter(|_| is_id)
    }
}

/// Longer than any id a sender is known to use.
pub(crate) const LONGEST_ID: usize = 256;
