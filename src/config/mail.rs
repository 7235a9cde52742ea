//! The section `[mail]`: how letters leave, and where their links lead.

use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::message::Mailbox;
use secrecy::SecretString;
use url::{Host, Url};
use worker::mail::config::{MailConfig, SmtpConfig, Tls, Transport};
use worker::mail::message::address;

use super::settings::{self, Reader};
use super::{path, some_time};

/// How letters leave, and where their links lead.
#[derive(Clone, Debug)]
pub struct Mail {
    /// How they leave.
    pub config: MailConfig,
    /// Where people reach this service.
    pub public_url: Option<Url>,
}

/// Reads the section. What is wrong with it is noted with the reader.
pub fn read(r: &mut Reader, data_dir: &Path) -> Mail {
    let usual = MailConfig::default();
    let by_smtp = r.read(&settings::MAIL_TRANSPORT, transport).unwrap_or(false);
    let folder = r.read(&settings::MAIL_FOLDER, path).unwrap_or_else(|| data_dir.join("mail"));
    let smtp = smtp(r);
    let from = r.read(&settings::MAIL_FROM, mailbox);
    let reply_to = r.read(&settings::MAIL_REPLY_TO, mailbox);
    let give_up_after = r.read(&settings::MAIL_GIVE_UP_AFTER, some_time).unwrap_or(usual.give_up_after);
    let public_url = r.read(&settings::MAIL_PUBLIC_URL, public_url);
    if by_smtp {
        let source = r.given(&settings::MAIL_TRANSPORT).map(|given| given.source.to_string()).unwrap_or_default();
        for (setting, is_there) in
            [(&settings::MAIL_HOST, smtp.is_some()), (&settings::MAIL_FROM, r.given(&settings::MAIL_FROM).is_some())]
        {
            if !is_there {
                r.problems.push(format!("{source}: `mail.transport` is smtp, and `{}` is not given", setting.name));
            }
        }
    }
    let transport = match smtp {
        Some(server) if by_smtp => Transport::Smtp(server),
        _ => Transport::Files(folder),
    };
    Mail { config: MailConfig { transport, from: from.unwrap_or(usual.from), reply_to, give_up_after }, public_url }
}

fn smtp(r: &mut Reader) -> Option<SmtpConfig> {
    let tls = r.read(&settings::MAIL_TLS, tls).unwrap_or(Tls::StartTls);
    let port = r.read(&settings::MAIL_PORT, |text| match text.parse() {
        Ok(port) if port > 0 => Ok(port),
        _ => Err("a port is a number from 1 to 65535".to_owned()),
    });
    let user = r.read(&settings::MAIL_USER, |text| Ok(text.to_owned()));
    let password = r.read(&settings::MAIL_PASSWORD, |text| Ok(SecretString::from(text)));
    let ca_file: Option<PathBuf> = r.read(&settings::MAIL_CA_FILE, path);
    let timeout = r.read(&settings::MAIL_TIMEOUT, some_time).unwrap_or(Duration::from_secs(30));
    let login = match (user, password) {
        (Some(user), Some(password)) => Some((user, password)),
        (None, None) => None,
        (Some(_), None) | (None, Some(_)) => {
            r.problems.push("`mail.user` and `mail.password` are given together or not at all".to_owned());
            None
        }
    };
    let host = r.read(&settings::MAIL_HOST, |text| {
        Host::parse(text).map(|_| text.to_owned()).map_err(|_| "a host is written like `mail.example.com`".to_owned())
    })?;
    if tls == Tls::None && !is_this_machine(&host) {
        r.problems.push(format!(
            "`mail.tls` is none, and `mail.host` is not this machine: letters and password would go in the clear; {}",
            "`starttls` or `tls` is needed"
        ));
    }
    Some(SmtpConfig { host, port: port.unwrap_or(tls.port()), tls, login, ca_file, timeout })
}

/// Whether a host is this machine itself.
pub fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn transport(text: &str) -> Result<bool, String> {
    match text {
        "files" => Ok(false),
        "smtp" => Ok(true),
        _ => Err("`files` or `smtp` is needed".into()),
    }
}

fn tls(text: &str) -> Result<Tls, String> {
    match text {
        "starttls" => Ok(Tls::StartTls),
        "tls" => Ok(Tls::Tls),
        "none" => Ok(Tls::None),
        _ => Err("`starttls`, `tls` or `none` is needed".into()),
    }
}

fn mailbox(text: &str) -> Result<Mailbox, String> {
    let plain = address(text).map(|address| Mailbox::new(None, address));
    plain.ok_or_else(|| "one mail address is needed, such as `privacy@example.com`".to_owned())
}

fn public_url(text: &str) -> Result<Url, String> {
    let expected = "an address is written like `https://privacy.example.com`; http is for this machine only";
    let url = Url::parse(text).map_err(|_| expected.to_owned())?;
    let plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    let private = url.scheme() == "https" || (url.scheme() == "http" && url.host_str().is_some_and(is_this_machine));
    if plain && private { Ok(url) } else { Err(expected.to_owned()) }
}
