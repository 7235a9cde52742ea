//! How signatures are written as text, read strictly: one text for one value.
//!
//! Strictly, so that nobody can write a signature in another way and have it pass for a new one.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use words::words;

use crate::refused::Reason;

words! {
    /// How the bytes of a signature are written.
    pub enum Encoding {
        /// Lower-case hexadecimal.
        Hex = "hex",
        /// Upper-case hexadecimal.
        HexUpper = "hex_upper",
        /// Base64 with padding (RFC 4648, section 4).
        Base64 = "base64",
        /// Base64 for addresses, without padding (RFC 4648, section 5).
        Base64Url = "base64_url",
    }
}

impl Encoding {
    /// Reads what must be `length` bytes.
    ///
    /// # Errors
    /// [`TruncatedSignature`](Reason::TruncatedSignature) when it is of the right characters but too short,
    /// [`BadEncoding`](Reason::BadEncoding) for whatever else.
    pub(crate) fn decode(self, text: &[u8], length: usize) -> Result<Vec<u8>, Reason> {
        if !text.iter().all(|byte| self.knows(*byte)) {
            return Err(Reason::BadEncoding);
        }
        match text.len().cmp(&self.text_length(length)) {
            std::cmp::Ordering::Less => return Err(Reason::TruncatedSignature),
            std::cmp::Ordering::Greater => return Err(Reason::BadEncoding),
            std::cmp::Ordering::Equal => {}
        }
        let decoded = match self {
            Self::Hex | Self::HexUpper => {
                Some(text.chunks_exact(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect())
            }
            // Both refuse bits that no byte comes from.
            Self::Base64 => BASE64_STANDARD.decode(text).ok(),
            Self::Base64Url => BASE64_URL_SAFE_NO_PAD.decode(text).ok(),
        };
        decoded.filter(|bytes: &Vec<u8>| bytes.len() == length).ok_or(Reason::BadEncoding)
    }

    const fn knows(self, byte: u8) -> bool {
        match self {
            Self::Hex => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
            Self::HexUpper => matches!(byte, b'0'..=b'9' | b'A'..=b'F'),
            Self::Base64 => byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='),
            Self::Base64Url => byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'),
        }
    }

    const fn text_length(self, bytes: usize) -> usize {
        match self {
            Self::Hex | Self::HexUpper => bytes * 2,
            Self::Base64 => bytes.div_ceil(3) * 4,
            Self::Base64Url => (bytes * 4).div_ceil(3),
        }
    }
}

/// The value of a hexadecimal digit, of which it is known that it is one.
const fn digit(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => byte - b'0',
        b'a'..=b'f' => byte - b'a' + 10,
        _ => byte - b'A' + 10,
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digits = |byte: &u8| [byte >> 4, byte & 15].map(|half| char::from_digit(half.into(), 16).unwrap_or('?'));
    bytes.iter().flat_map(digits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_read_whole_or_not_at_all() {
        let bytes = [0x00, 0x1f, 0xfb, 0xff];
        for (encoding, text) in [
            (Encoding::Hex, "001ffbff"),
            (Encoding::HexUpper, "001FFBFF"),
            (Encoding::Base64, "AB/7/w=="),
            (Encoding::Base64Url, "AB_7_w"),
        ] {
            assert_eq!(encoding.decode(text.as_bytes(), 4), Ok(bytes.to_vec()), "{encoding}");
            for end in 0..text.len() {
                assert_eq!(
                    encoding.decode(&text.as_bytes()[..end], 4),
                    Err(Reason::TruncatedSignature),
                    "{encoding} {end}"
                );
            }
            assert_eq!(encoding.decode(format!("{text}0").as_bytes(), 4), Err(Reason::BadEncoding), "{encoding}");
            assert_eq!(
                encoding.decode(format!("{}\u{e9}", &text[..text.len() - 2]).as_bytes(), 4),
                Err(Reason::BadEncoding)
            );
        }
        assert_eq!(hex(&bytes), "001ffbff");
    }

    #[test]
    fn a_value_has_one_text() {
        // Bits that no byte comes from, padding in the middle, the other case.
        for (encoding, text) in [
            (Encoding::Base64, "AB/7/x=="),
            (Encoding::Base64, "AB==/w=="),
            (Encoding::Base64Url, "AB_7_x"),
            (Encoding::Hex, "001FFBFF"),
            (Encoding::HexUpper, "001ffbff"),
        ] {
            assert_eq!(encoding.decode(text.as_bytes(), 4), Err(Reason::BadEncoding), "{text}");
        }
    }
}
