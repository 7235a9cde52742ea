//! How mail leaves this installation.

use std::path::PathBuf;
use std::time::Duration;

use lettre::message::Mailbox;
use secrecy::SecretString;

/// How mail leaves.
#[derive(Clone, Debug)]
pub struct MailConfig {
    /// By what way.
    pub transport: Transport,
    /// Whom it comes from; a controller may have a name of its own put before the address.
    pub from: Mailbox,
    /// Where answers go, if elsewhere.
    pub reply_to: Option<Mailbox>,
    /// How long a letter is tried before it counts as failed. RFC 5321 §4.5.4.1 asks for four to five days.
    pub give_up_after: Duration,
}

/// The ways out.
#[derive(Clone, Debug)]
pub enum Transport {
    /// One file a letter, in this folder.
    Files(PathBuf),
    /// A mail server that takes it from there.
    Smtp(SmtpConfig),
}

/// A mail server.
#[derive(Clone, Debug)]
pub struct SmtpConfig {
    /// Its name, which its certificate must bear.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is kept private.
    pub tls: Tls,
    /// Whom we sign in as, and the password.
    pub login: Option<(String, SecretString)>,
    /// A certificate to trust besides the machine's, as PEM.
    pub ca_file: Option<PathBuf>,
    /// How long it may take to answer one command.
    pub timeout: Duration,
}

/// How the connection to a mail server is kept private.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// It begins in the clear and turns private before anything is said; else nothing is.
    StartTls,
    /// It is private from the first byte.
    Tls,
    /// It is not: for a server on this machine only.
    None,
}

impl Tls {
    /// The port that is usual for it.
    #[must_use]
    pub const fn port(self) -> u16 {
        match self {
            Self::StartTls => 587,
            Self::Tls => 465,
            Self::None => 25,
        }
    }
}

/// The folder of letters where nobody says otherwise.
pub const FOLDER: &str = "data/mail";

impl Default for MailConfig {
    fn default() -> Self {
        let address = lettre::Address::new_dangerous("dsr", "localhost.localdomain");
        Self {
            transport: Transport::Files(PathBuf::from(FOLDER)),
            from: Mailbox::new(None, address),
            reply_to: None,
            give_up_after: Duration::from_secs(5 * 24 * 3600),
        }
    }
}
