//! Letters to a mail server, by lettre's connection and our own sequence of commands.
//!
//! Why not lettre's own transport: it does not tell whether a connection was lost before the message or after, which decides
//! whether a second copy is possible; it takes a refused password for a refused letter; and its pool takes connections back
//! that were dropped in the middle of a message, as happens here whenever a lease is lost. So a connection goes back to the
//! shelf only after a whole exchange, and is closed in every other case.

use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use lettre::Message;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use secrecy::ExposeSecret;

use super::config::{SmtpConfig, Tls};
use super::delivery::{Answer, Away, Delivery, Stage};

/// How long a server may take to accept a whole message (RFC 5321 §4.5.3.2.6).
const MESSAGE_TAKEN_WITHIN: Duration = Duration::from_secs(600);
/// How many connections are kept for the next letters.
const KEPT: usize = 4;
/// How long each of them is.
const KEPT_FOR: Duration = Duration::from_secs(20);

/// A mail server, and the connections to it that are free.
pub struct Smtp {
    config: SmtpConfig,
    tls: Option<TlsParameters>,
    shelf: Mutex<Vec<(AsyncSmtpConnection, Instant)>>,
}

/// How a command ended that was not taken.
enum Stop {
    Answered(Answer),
    Lost,
    TooSlow,
    Tls,
    NotOffered,
}

impl Smtp {
    /// A mail server; nothing is asked of it yet.
    ///
    /// # Errors
    /// The certificate to trust cannot be read.
    pub fn new(config: SmtpConfig) -> anyhow::Result<Self> {
        use anyhow::Context;
        let tls = match config.tls {
            Tls::None => None,
            Tls::StartTls | Tls::Tls => {
                let mut parameters = TlsParameters::builder(config.host.clone());
                if let Some(file) = &config.ca_file {
                    let shown = file.display();
                    let pem = std::fs::read(file).with_context(|| format!("`mail.ca_file` {shown} cannot be read"))?;
                    let certificate = Certificate::from_pem(&pem);
                    let certificate =
                        certificate.with_context(|| format!("`mail.ca_file` {shown} is no certificate"))?;
                    parameters = parameters.add_root_certificate(certificate);
                }
                Some(parameters.build_rustls().context("TLS to the mail server cannot be set up")?)
            }
        };
        Ok(Self { config, tls, shelf: Mutex::new(Vec::new()) })
    }

    /// Sends one message.
    pub async fn send(&self, message: &Message) -> Delivery {
        let mut connection = match self.connection().await {
            Ok(connection) => connection,
            Err(away) => return Delivery::Away(away),
        };
        let delivery = self.converse(&mut connection, message).await;
        // What was refused leaves the connection in order, and a reset makes sure of it.
        let usable = match delivery {
            Delivery::Accepted(_) => true,
            Delivery::Deferred(ref answer) if answer.code == 421 => false,
            Delivery::Deferred(_) | Delivery::Refused(_) => {
                self.ask(Stage::Connect, connection.command(Rset)).await.is_ok()
            }
            Delivery::Unclear | Delivery::Away(_) => false,
        };
        if usable {
            self.put_back(connection);
        }
        delivery
    }

    /// Connects and signs in, and sends nothing.
    ///
    /// # Errors
    /// Why that fails.
    pub async fn check(&self) -> Result<(), Away> {
        let connection = self.connect().await?;
        self.put_back(connection);
        Ok(())
    }

    async fn converse(&self, connection: &mut AsyncSmtpConnection, message: &Message) -> Delivery {
        let envelope = message.envelope();
        let mut options = Vec::new();
        if envelope.to().iter().any(|to| !to.to_string().is_ascii()) {
            if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                // The words of RFC 6531 §3.5 for an address that a server cannot take.
                let enhanced = Some("5.6.7".to_owned());
                return Delivery::Refused(Answer { code: 553, enhanced, stage: Stage::Recipient });
            }
            options.push(MailParameter::SmtpUtfEight);
        }
        let sender = Mail::new(envelope.from().cloned(), options);
        if let Err(stop) = self.ask(Stage::Sender, connection.command(sender)).await {
            return before_message(stop, Stage::Sender);
        }
        for to in envelope.to() {
            if let Err(stop) = self.ask(Stage::Recipient, connection.command(Rcpt::new(to.clone(), vec![]))).await {
                return before_message(stop, Stage::Recipient);
            }
        }
        if let Err(stop) = self.ask(Stage::Data, connection.command(Data)).await {
            return before_message(stop, Stage::Data);
        }
        match self.ask(Stage::Message, connection.message(&message.formatted())).await {
            Ok(response) => Delivery::Accepted(format!("{}", u16::from(response.code()))),
            Err(Stop::Answered(answer)) if answer.code >= 500 => Delivery::Refused(answer),
            Err(Stop::Answered(answer)) => Delivery::Deferred(answer),
            Err(_) => Delivery::Unclear,
        }
    }

    /// A connection that is signed in: one from the shelf that still answers, or a new one.
    async fn connection(&self) -> Result<AsyncSmtpConnection, Away> {
        while let Some((mut connection, since)) = self.take() {
            let answers = tokio::time::timeout(self.config.timeout, connection.test_connected());
            if since.elapsed() < KEPT_FOR && answers.await.unwrap_or(false) {
                return Ok(connection);
            }
        }
        self.connect().await
    }

    fn take(&self) -> Option<(AsyncSmtpConnection, Instant)> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn put_back(&self, connection: AsyncSmtpConnection) {
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.retain(|(_, since)| since.elapsed() < KEPT_FOR);
        if shelf.len() < KEPT {
            shelf.push((connection, Instant::now()));
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Away> {
        let SmtpConfig { host, port, timeout, .. } = &self.config;
        let hello = ClientId::default();
        let wrapped = self.tls.clone().filter(|_| self.config.tls == Tls::Tls);
        let opening =
            AsyncSmtpConnection::connect_tokio1((host.as_str(), *port), Some(*timeout), &hello, wrapped, None);
        let opened = self.ask(Stage::Connect, opening).await;
        let mut connection = opened.map_err(|stop| away(stop, Stage::Connect))?;
        if let (Tls::StartTls, Some(tls)) = (self.config.tls, self.tls.clone()) {
            if !connection.can_starttls() {
                return Err(Away::NotOffered(Stage::Tls));
            }
            let turned = self.ask(Stage::Tls, connection.starttls(tls, &hello)).await;
            turned.map_err(|stop| match stop {
                // A handshake that fails shows as a lost connection.
                Stop::Lost | Stop::Tls => Away::NotPrivate,
                stop => away(stop, Stage::Tls),
            })?;
        }
        if let Some((user, password)) = &self.config.login {
            let credentials = Credentials::new(user.clone(), password.expose_secret().to_owned());
            let signed_in = self.ask(Stage::SignIn, connection.auth(DEFAULT_MECHANISMS, &credentials)).await;
            signed_in.map_err(|stop| match stop {
                Stop::Answered(answer) => Away::NotSignedIn(answer),
                stop => away(stop, Stage::SignIn),
            })?;
        }
        Ok(connection)
    }

    async fn ask<T>(&self, stage: Stage, asking: impl Future<Output = Result<T, Error>>) -> Result<T, Stop> {
        let patience = match stage {
            // The server may well look into the message before it takes it (RFC 5321 §4.5.3.2.6). To go away earlier is to send
            // it again to somebody who has it.
            Stage::Message => self.config.timeout.max(MESSAGE_TAKEN_WITHIN),
            _ => self.config.timeout,
        };
        match tokio::time::timeout(patience, asking).await {
            Err(_) => Err(Stop::TooSlow),
            Ok(answered) => answered.map_err(|error| stop(&error, stage)),
        }
    }
}

fn stop(error: &Error, stage: Stage) -> Stop {
    match error.status() {
        Some(code) => {
            let text = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
            Stop::Answered(Answer { code: code.into(), enhanced: enhanced(&text), stage })
        }
        None if error.is_tls() => Stop::Tls,
        None if error.is_timeout() => Stop::TooSlow,
        None if error.is_client() => Stop::NotOffered,
        None => Stop::Lost,
    }
}

/// The enhanced code that a reply begins with (RFC 3463 §2): `5.1.1`. Nothing else of the reply is taken.
fn enhanced(reply: &str) -> Option<String> {
    let word = reply.split_whitespace().next()?;
    let numbers: Vec<_> = word.split('.').collect();
    let is_code = numbers.len() == 3
        && matches!(numbers[0], "2" | "4" | "5")
        && numbers[1..].iter().all(|it| (1..=3).contains(&it.len()) && it.bytes().all(|byte| byte.is_ascii_digit()));
    is_code.then(|| word.to_owned())
}

fn away(stop: Stop, stage: Stage) -> Away {
    match stop {
        Stop::Answered(answer) => Away::Unwilling(answer),
        Stop::Lost => Away::NoConnection(stage),
        Stop::TooSlow => Away::TooSlow(stage),
        Stop::Tls => Away::NotPrivate,
        Stop::NotOffered => Away::NotOffered(stage),
    }
}

fn before_message(stop: Stop, stage: Stage) -> Delivery {
    match stop {
        // What the server has against the sender it has against every letter.
        Stop::Answered(answer) if stage == Stage::Sender && answer.code >= 500 => {
            Delivery::Away(Away::Unwilling(answer))
        }
        // Somebody must sign in (RFC 4954 §6), or the session is over: not about this letter.
        Stop::Answered(answer) if matches!(answer.code, 530 | 534 | 535 | 538) => {
            Delivery::Away(Away::NotSignedIn(answer))
        }
        Stop::Answered(answer) if answer.code >= 500 => Delivery::Refused(answer),
        Stop::Answered(answer) => Delivery::Deferred(answer),
        stop => Delivery::Away(away(stop, stage)),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("5.1.1 <ada@example.org>: no such user", Some("5.1.1"))]
    #[case("4.7.1 Greylisted", Some("4.7.1"))]
    #[case("no such user ada@example.org", None)]
    #[case("5.1.ada no", None)]
    #[case("9.1.1 no", None)]
    #[case("", None)]
    fn of_a_reply_only_the_code_is_kept(#[case] reply: &str, #[case] code: Option<&str>) {
        assert_eq!(enhanced(reply).as_deref(), code);
    }
}
