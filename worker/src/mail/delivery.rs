//! How one attempt to send a letter ended.

use std::fmt;

/// The command of SMTP that was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The connection, its greeting, `EHLO`.
    Connect,
    /// `STARTTLS`.
    Tls,
    /// `AUTH`.
    SignIn,
    /// `MAIL FROM`.
    Sender,
    /// `RCPT TO`.
    Recipient,
    /// `DATA`.
    Data,
    /// The end of the message.
    Message,
}

impl Stage {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Connect => "connecting",
            Self::Tls => "TLS",
            Self::SignIn => "signing in",
            Self::Sender => "MAIL FROM",
            Self::Recipient => "RCPT TO",
            Self::Data => "DATA",
            Self::Message => "the message",
        }
    }
}

/// What a mail server answered: its code, the enhanced code if there is one (RFC 3463), and at which command. Its text is left
/// out, because servers quote addresses in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The three digits.
    pub code: u16,
    /// Such as `5.1.1`.
    pub enhanced: Option<String>,
    /// At which command.
    pub stage: Stage,
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        if let Some(enhanced) = &self.enhanced {
            write!(f, " {enhanced}")?;
        }
        write!(f, " at {}", self.stage.as_str())
    }
}

/// Why the mail server could not be asked at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Away {
    /// No connection, or it broke before the message.
    #[error("no connection to the mail server, at {}", .0.as_str())]
    NoConnection(Stage),
    /// It took too long.
    #[error("the mail server took too long, at {}", .0.as_str())]
    TooSlow(Stage),
    /// Its certificate is not trusted, or there is no private way to talk to it.
    #[error("no private connection to the mail server")]
    NotPrivate,
    /// It does not offer to make the connection private, or none of our ways to sign in.
    #[error("the mail server does not offer what is needed, at {}", .0.as_str())]
    NotOffered(Stage),
    /// It does not take our user and password.
    #[error("the mail server refuses user and password: {0}")]
    NotSignedIn(Answer),
    /// It does not want to talk to us now.
    #[error("the mail server does not talk to us: {0}")]
    Unwilling(Answer),
    /// The file of a letter cannot be written.
    #[error("the mail folder cannot be written: {0}")]
    Folder(std::io::ErrorKind),
}

/// How one attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// It was taken; what was said to that.
    Accepted(String),
    /// Not now: try again later (4xx).
    Deferred(Answer),
    /// Never (5xx).
    Refused(Answer),
    /// The connection was lost after the message had been sent: nobody can say whether it was taken. It is sent again with the
    /// same message id, so that the receiver can tell.
    Unclear,
    /// Nothing was sent, and that was not about this letter.
    Away(Away),
}
