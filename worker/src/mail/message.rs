//! A letter as it goes over the wire: the same bytes in every attempt.

use std::time::{Duration, UNIX_EPOCH};

use entities::letter::outbox::Words;
use entities::letter::table::Model as Letter;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};

use super::config::MailConfig;

/// A letter that cannot be put on the wire as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotMailable {
    /// Its recipient is no mail address.
    #[error("the recipient is no mail address")]
    Address,
    /// Its subject is no single line.
    #[error("the subject is not one line of text")]
    Subject,
    /// Anything else.
    #[error("the message cannot be made")]
    Message,
}

/// A mail address, strictly: one address, nothing around it, and nothing that could begin another header.
#[must_use]
pub fn address(text: &str) -> Option<Address> {
    let plain = text.len() <= 254 && !text.chars().any(|c| c.is_control() || c.is_whitespace() || "<>,;".contains(c));
    if plain { text.parse().ok() } else { None }
}

/// The message id of a letter: its own id, at the domain it comes from. The row keeps it from the first attempt on.
#[must_use]
pub fn message_id(letter: &Letter, config: &MailConfig) -> String {
    format!("<{}@{}>", letter.id, config.from.email.domain())
}

/// Puts a letter on the wire's form. `name` is what the controller calls itself in mails.
///
/// # Errors
/// What of it cannot go into a mail.
pub fn message(letter: &Letter, words: &Words, config: &MailConfig, name: &str) -> Result<Message, NotMailable> {
    let to = address(&words.recipient).ok_or(NotMailable::Address)?;
    if words.subject.trim().is_empty() || words.subject.chars().any(char::is_control) {
        return Err(NotMailable::Subject);
    }
    let name: String = name.chars().filter(|c| !c.is_control()).collect();
    let from = Mailbox::new(Some(name), config.from.email.clone());
    let written = Duration::from_micros(u64::try_from(letter.queued_at.0).unwrap_or_default());
    let message_id = letter.message_id.clone().unwrap_or_else(|| message_id(letter, config));
    let mut builder = Message::builder()
        .from(from)
        .to(Mailbox::new(None, to))
        .date(UNIX_EPOCH + written)
        .message_id(Some(message_id))
        .subject(words.subject.clone())
        .raw_header(plain("Auto-Submitted", "auto-generated"))
        .raw_header(plain("Content-Language", &letter.language));
    if let Some(reply_to) = &config.reply_to {
        builder = builder.reply_to(reply_to.clone());
    }
    let part = |content_type, text: &str| SinglePart::builder().header(content_type).body(text.to_owned());
    let both = MultiPart::alternative()
        .boundary(format!("dsr-{}", letter.id.0.simple()))
        .singlepart(part(ContentType::TEXT_PLAIN, &words.text))
        .singlepart(part(ContentType::TEXT_HTML, &words.html));
    builder.multipart(both).map_err(|_| NotMailable::Message)
}

fn plain(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("ada@example.org", true)]
    #[case("ada.lovelace+dsr@mail.example.co.uk", true)]
    #[case("\u{fc}nal@example.org", true)]
    #[case("ada@example.org\r\nBcc: eve@example.org", false)]
    #[case("ada@example.org, eve@example.org", false)]
    #[case("ada@example.org eve@example.org", false)]
    #[case("Ada <ada@example.org>", false)]
    #[case("ada", false)]
    #[case("", false)]
    #[case("@example.org", false)]
    fn an_address_is_one_address_and_nothing_else(#[case] text: &str, #[case] good: bool) {
        assert_eq!(address(text).is_some(), good, "{text:?}");
    }
}
