//! Whether letters could be sent: the mail server answers and lets us sign in. Nothing is sent unless a test letter is asked for.

use entities::id::{ControllerId, LetterId};
use entities::letter::kind::{LetterKind, LetterState, Means};
use entities::letter::outbox::Words;
use entities::letter::table::Model as Letter;
use entities::time::Clock;
use worker::mail::config::Transport;
use worker::mail::delivery::{Away, Delivery};
use worker::mail::mailer::Mailer;
use worker::mail::message::message;

use super::{Finding, Findings};
use crate::config::Config;

/// Checks the way out for letters, and sends a test letter if one is asked for.
pub async fn check(config: &Config, test_to: Option<&str>) -> Vec<Finding> {
    let mut findings = Findings::of("installation");
    let mailer = match Mailer::new(config.mail.config.clone()) {
        Ok(mailer) => mailer,
        Err(error) => {
            findings.bad("mail", format!("{error:#}"), "correct the section `[mail]`");
            return findings.all;
        }
    };
    match mailer.check().await {
        Ok(found) => findings.good("mail", found),
        Err(away) => {
            let found = format!("{}{away}", shown(config));
            findings.bad("mail", found, way_out(&away));
            return findings.all;
        }
    }
    if let Some(to) = test_to {
        send(&mailer, to, &mut findings).await;
    }
    findings.all
}

fn shown(config: &Config) -> String {
    match &config.mail.config.transport {
        Transport::Smtp(server) => format!("{}:{}: ", server.host, server.port),
        Transport::Files(_) => String::new(),
    }
}

fn way_out(away: &Away) -> &'static str {
    match away {
        Away::NotSignedIn(_) => "correct `mail.user` and `mail.password`",
        Away::NotPrivate => {
            "is `mail.host` the name in the server's certificate? `mail.ca_file` trusts an authority of your own; \
             `mail.tls` says how the connection is made private"
        }
        Away::NotOffered(_) => "`mail.tls` must fit the port, and the server must let us sign in by PLAIN or LOGIN",
        Away::NoConnection(_) | Away::TooSlow(_) => {
            "is the mail server running, are `mail.host`, `mail.port` and `mail.tls` right, and does the network let us through?"
        }
        Away::Unwilling(_) => "the mail server must let this machine in; its log says why it does not",
        Away::Folder(_) => "give `mail.folder` to the account dsr runs under",
    }
}

async fn send(mailer: &Mailer, to: &str, findings: &mut Findings) {
    let now = Clock::System.now();
    let letter = Letter {
        id: LetterId::new(),
        controller_id: ControllerId::INSTALLATION,
        request_id: None,
        kind: LetterKind::DeliveryFailed,
        audience: LetterKind::DeliveryFailed.audience(),
        language: "en".to_owned(),
        means: Means::Mail,
        recipient_sealed: None,
        subject_sealed: None,
        text_sealed: None,
        html_sealed: None,
        sections_sealed: None,
        message_id: None,
        template: None,
        template_hash: None,
        parts: "[]".to_owned(),
        demands: "[]".to_owned(),
        state: LetterState::Queued,
        attempts: 1,
        unclear: 0,
        last_answer: None,
        caused_by: None,
        written_at: now,
        queued_at: now,
        edited_at: None,
        sent_at: None,
        updated_at: now,
    };
    let said = "This is a test of the mail settings of dsr. No request is behind it.";
    let words = Words {
        recipient: to.to_owned(),
        subject: "Test of the mail settings".to_owned(),
        text: format!("{said}\n"),
        html: format!("<!doctype html><html lang=\"en\"><title>Test</title><p>{said}</p></html>\n"),
        sections: Vec::new(),
    };
    let message = match message(&letter, &words, mailer.config(), "dsr") {
        Ok(message) => message,
        Err(error) => return findings.bad("test letter", error.to_string(), "give one mail address to --send-test"),
    };
    match mailer.send(&letter, &message).await {
        Delivery::Accepted(answer) => findings.good("test letter", format!("taken ({answer})")),
        Delivery::Deferred(answer) => findings.bad(
            "test letter",
            format!("put off: {answer}"),
            "usual for a first letter; try again in some minutes",
        ),
        Delivery::Refused(answer) => findings.bad(
            "test letter",
            format!("refused: {answer}"),
            "is the address right, and may we send as `mail.from`?",
        ),
        Delivery::Unclear => {
            findings.bad("test letter", "the connection was lost after the letter", "look whether it arrived")
        }
        Delivery::Away(away) => findings.bad("test letter", away.to_string(), way_out(&away)),
    }
}
