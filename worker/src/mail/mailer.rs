//! The way out that was configured, ready to be used.

use entities::crash;
use entities::letter::table::Model as Letter;
use lettre::Message;
use tokio::task::spawn_blocking;

use super::config::{MailConfig, Transport};
use super::delivery::{Away, Delivery};
use super::files;
use super::smtp::Smtp;

/// The way out.
pub struct Mailer {
    config: MailConfig,
    smtp: Option<Smtp>,
}

impl Mailer {
    /// Makes it; nobody is talked to yet.
    ///
    /// # Errors
    /// The certificate to trust cannot be read.
    pub fn new(config: MailConfig) -> anyhow::Result<Self> {
        let smtp = match &config.transport {
            Transport::Smtp(server) => Some(Smtp::new(server.clone())?),
            Transport::Files(_) => None,
        };
        Ok(Self { config, smtp })
    }

    /// How it was configured.
    #[must_use]
    pub fn config(&self) -> &MailConfig {
        &self.config
    }

    /// Sends one letter.
    pub async fn send(&self, letter: &Letter, message: &Message) -> Delivery {
        crash::point();
        let delivery = match (&self.smtp, &self.config.transport) {
            (Some(smtp), _) => smtp.send(message).await,
            (None, Transport::Files(folder)) => {
                let (folder, bytes) = (folder.clone(), message.formatted());
                let written = letter.queued_at.timestamp().strftime("%Y%m%dT%H%M%SZ");
                let name = format!("{written}-{}-{}", letter.kind, letter.id);
                let written = spawn_blocking(move || files::write(&folder, &name, &bytes)).await;
                match written {
                    Ok(Ok(())) => Delivery::Accepted("file".to_owned()),
                    Ok(Err(error)) => Delivery::Away(Away::Folder(error.kind())),
                    Err(_) => Delivery::Away(Away::Folder(std::io::ErrorKind::Other)),
                }
            }
            (None, Transport::Smtp(_)) => Delivery::Away(Away::NotPrivate),
        };
        crash::point();
        delivery
    }

    /// Whether letters could be sent now; nothing is. Says where they would go.
    ///
    /// # Errors
    /// Why not.
    pub async fn check(&self) -> Result<String, Away> {
        match (&self.smtp, &self.config.transport) {
            (Some(smtp), Transport::Smtp(server)) => {
                smtp.check().await?;
                let signed_in = if server.login.is_some() { ", signed in" } else { "" };
                Ok(format!("{}:{} answers{signed_in}", server.host, server.port))
            }
            (_, Transport::Files(folder)) => Ok(format!("letters go to files in {}", folder.display())),
            (None, Transport::Smtp(_)) => Err(Away::NotPrivate),
        }
    }
}
