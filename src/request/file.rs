//! Filing a request, from arguments or from a JSON document.

use std::io::Read;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::answers::Request;
use crate::http::Api;
use crate::terminal::{note, say, say_json};

const EXAMPLES: &str = "\
Examples:
  dsr request file --controller acme --right erasure --regime eu_gdpr \\
      --identifier email=maya.okafor@example.com --identifier phone=+13175550142 --identity officer_word
  dsr request file --controller acme --right rectification --identifier email=old.mail@example.com \\
      --replace email:old.mail@example.com=new.mail@example.com --identity document
  dsr request file --from request.json --idempotency-key ticket-4711
  ticket-to-json | dsr request file --from -

What stands on a command line can be read by others on the machine; --from keeps a person's data off it.
Without --identity the request waits until its identity is proven (`dsr request verify`).";

/// What is filed.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct File {
    /// JSON document as the API takes it, `-` for standard input; instead of all arguments below
    #[arg(long, value_name = "FILE", conflicts_with_all = ["controller", "right", "identifiers", "replacements"])]
    from: Option<PathBuf>,
    /// Short name of the controller
    #[arg(long, value_name = "SLUG", required_unless_present = "from")]
    controller: Option<String>,
    /// What is asked for
    #[arg(long, value_parser = [
        "access", "erasure", "rectification", "portability", "restriction", "objection", "opt_out", "limit",
        "admt_opt_out", "admt_access"], required_unless_present = "from")]
    right: Option<String>,
    /// The law that the answer goes by
    #[arg(long, default_value = "eu_gdpr")]
    regime: String,
    /// A further law that may cover the person; its clocks run beside; may come several times
    #[arg(long = "other-regime", value_name = "REGIME")]
    other_regimes: Vec<String>,
    /// ISO 3166 code of the place whose holidays count, such as DE-BY [default: the controller's]
    #[arg(long)]
    region: Option<String>,
    /// How it reached the controller
    #[arg(long, default_value = "other", value_parser = ["email", "phone", "letter", "form", "ticket", "in_person", "other"])]
    channel: String,
    /// When it reached the controller, such as 2026-11-20T08:00:00Z [default: now]
    #[arg(long, value_name = "TIME")]
    received_at: Option<Timestamp>,
    /// What is known of the person, KIND=VALUE; may come several times
    #[arg(long = "identifier", value_name = "KIND=VALUE", required_unless_present = "from", value_parser = identifier)]
    identifiers: Vec<Value>,
    /// What to correct, KIND:OLD=NEW; only for a rectification
    #[arg(long = "replace", value_name = "KIND:OLD=NEW", value_parser = replacement)]
    replacements: Vec<Value>,
    /// How the person's identity was proven
    #[arg(long, value_name = "METHOD",
          value_parser = ["officer_word", "ticketing_source", "account_login", "email_link", "document"])]
    identity: Option<String>,
    /// A note; stored encrypted
    #[arg(long)]
    note: Option<String>,
    /// Filing twice under one key files once
    #[arg(long, value_name = "KEY")]
    idempotency_key: Option<String>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

fn identifier(text: &str) -> Result<Value, String> {
    match text.split_once('=') {
        Some((kind, value)) if !kind.is_empty() && !value.is_empty() => Ok(json!({ "kind": kind, "value": value })),
        _ => Err("an identifier is written KIND=VALUE, such as email=ada@example.com".into()),
    }
}

fn replacement(text: &str) -> Result<Value, String> {
    let parts = text.split_once(':').and_then(|(kind, rest)| Some((kind, rest.split_once('=')?)));
    match parts {
        Some((kind, (existing, updated))) if !kind.is_empty() && !existing.is_empty() && !updated.is_empty() => {
            Ok(json!({ "kind": kind, "existing": existing, "updated": updated }))
        }
        _ => Err("a replacement is written KIND:OLD=NEW, such as email:old@example.com=new@example.com".into()),
    }
}

impl File {
    /// Files it.
    ///
    /// # Errors
    /// The document does not read, or the API says no.
    pub async fn run(self, api: &Api) -> anyhow::Result<()> {
        let key = self.idempotency_key.clone();
        let as_json = self.json;
        let body = self.body()?;
        let filed: Request = api.post("/api/v1/requests", &body, None, key).await?;
        if as_json {
            return say_json(&filed);
        }
        say(&filed.reference);
        note(format_args!(
            "Filed for {}; {}, to be answered by {}.",
            filed.controller,
            filed.standing(),
            super::minute(filed.respond_by)
        ));
        note(format_args!("Follow it: dsr request watch {}", filed.reference));
        Ok(())
    }

    fn body(self) -> anyhow::Result<Value> {
        if let Some(path) = self.from {
            let text = if path.as_os_str() == "-" {
                let mut text = String::new();
                std::io::stdin().read_to_string(&mut text).context("standard input cannot be read")?;
                text
            } else {
                std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?
            };
            return serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()));
        }
        let mut body = json!({
            "controller": self.controller, "right": self.right, "regime": self.regime, "channel": self.channel,
            "identifiers": self.identifiers,
        });
        let optional = [
            ("other_regimes", (!self.other_regimes.is_empty()).then(|| json!(self.other_regimes))),
            ("region", self.region.map(Value::String)),
            ("received_at", self.received_at.map(|at| json!(at))),
            ("replacements", (!self.replacements.is_empty()).then(|| json!(self.replacements))),
            ("identity", self.identity.map(|method| json!({ "method": method }))),
            ("note", self.note.map(Value::String)),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                body[name] = value;
            }
        }
        Ok(body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_and_replacements_are_taken_apart_at_the_first_sign() {
        assert_eq!(identifier("name=A=B").unwrap(), json!({"kind": "name", "value": "A=B"}));
        assert_eq!(
            replacement("email:a@example.com=b@example.com").unwrap(),
            json!({"kind": "email", "existing": "a@example.com", "updated": "b@example.com"})
        );
        for wrong in ["", "email", "email=", "=x"] {
            assert!(identifier(wrong).is_err(), "{wrong}");
        }
        for wrong in ["", "email:a", "email:=b", ":a=b", "email:a="] {
            assert!(replacement(wrong).is_err(), "{wrong}");
        }
    }
}
