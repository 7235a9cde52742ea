//! Bytes to text: UTF-8, or the character set that the content type names.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8};

use super::BODY_BYTES_MAX;
use crate::unreadable::Unreadable;

/// Decodes a body. A byte order mark is dropped; a character that does not decode refuses the body, since a name with a
/// hole in it is another name.
///
/// # Errors
/// [`Unreadable::TooLarge`], [`Unreadable::Empty`], [`Unreadable::Charset`].
pub fn decode<'a>(content_type: Option<&str>, body: &'a [u8]) -> Result<Cow<'a, str>, Unreadable> {
    if body.len() > BODY_BYTES_MAX {
        return Err(Unreadable::TooLarge);
    }
    let encoding = match charset(content_type) {
        None => UTF_8,
        Some(label) => Encoding::for_label(label.as_bytes()).ok_or(Unreadable::Charset)?,
    };
    let body = body.strip_prefix(b"\xef\xbb\xbf").filter(|_| encoding == UTF_8).unwrap_or(body);
    let text = encoding
        .decode_without_bom_handling_and_without_replacement(body)
        .map(|text| match text {
            Cow::Owned(text) => Cow::Owned(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)),
            borrowed @ Cow::Borrowed(_) => borrowed,
        })
        .ok_or(Unreadable::Charset)?;
    if text.trim().is_empty() { Err(Unreadable::Empty) } else { Ok(text) }
}

/// The `charset` parameter.
fn charset(content_type: Option<&str>) -> Option<&str> {
    content_type?.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_utf_8_unless_it_says_otherwise() {
        for (content_type, body, text) in [
            (None, "Zoë".as_bytes(), Ok("Zoë")),
            (Some("application/json"), b"\xef\xbb\xbfZo\xc3\xab".as_slice(), Ok("Zoë")),
            (Some("application/json; charset=\"UTF-8\""), "Zoë".as_bytes(), Ok("Zoë")),
            (Some("text/xml; charset=ISO-8859-1"), b"Zo\xeb", Ok("Zoë")),
            (Some("text/xml; charset=utf-16le"), b"\xff\xfeZ\0", Ok("Z")),
            (Some("application/json"), b"Zo\xeb", Err(Unreadable::Charset)),
            (Some("application/json; charset=klingon"), b"Zo", Err(Unreadable::Charset)),
            (Some("text/xml; charset=utf-16le"), b"\x00\xd8", Err(Unreadable::Charset)),
            (None, b" \n", Err(Unreadable::Empty)),
            (None, b"", Err(Unreadable::Empty)),
        ] {
            assert_eq!(decode(content_type, body).as_deref(), text.as_ref().map(|it| &**it), "{content_type:?}");
        }
        assert_eq!(decode(None, &vec![b'a'; BODY_BYTES_MAX + 1]), Err(Unreadable::TooLarge));
    }
}
