//! Standard Webhooks 1.0.0, both ways of signing: `v1` with HMAC-SHA256, `v1a` with Ed25519.
//!
//! The kind of our key says which way counts, never the header: a key for one is not tried on the other. Versions that no key
//! of ours is for are skipped, and any match wins. Stricter than the libraries: an id must not hold a full stop, or bytes could
//! move between id and instant, and the instant must be a whole number. Source: standard-webhooks/standard-webhooks,
//! `spec/standard-webhooks.md`.

use jiff::Timestamp;

use crate::call::{Call, LONGEST_ID};
use crate::delivery::DeliveryKeys;
use crate::encoding::Encoding;
use crate::engine::any_readable;
use crate::keys::{VerifyingKey, Version};
use crate::refused::{Reason, Refused};
use crate::scheme::{Row, SIGNATURE, TimeSigned};
use crate::schemes::Room;
use crate::secrets::{Keys, Secrets};
use crate::setup::BadSetup;
use crate::time::{self, TOLERANCE_S, TimeFormat};
use crate::verify::Verified;

/// Its row in the table of schemes.
pub(crate) const ROW: Row = Row {
    method: "`v1`: HMAC-SHA256, `v1a`: Ed25519; base64, one or several",
    signed: "id, `.`, instant, `.`, body",
    headers: &["webhook-id", "webhook-timestamp", "webhook-signature"],
    time: TimeSigned::Always,
    known_by: "`webhook-id`",
    secret: "`whsec_…`, or the public key `whpk_…`: its kind says which version counts",
    ..SIGNATURE
};

pub(crate) struct StandardWebhooks {
    keys: Keys<VerifyingKey>,
    svix_headers: bool,
}

impl StandardWebhooks {
    pub(crate) fn new(svix_headers: bool, secrets: &Secrets) -> Result<Self, BadSetup> {
        Ok(Self { keys: secrets.keys(VerifyingKey::parse)?, svix_headers })
    }

    /// `webhook-` or, where that is agreed and the signature stands there, `svix-`. All three headers have the same.
    fn prefix(&self, call: &Call<'_>) -> Result<&'static str, Refused> {
        if !self.svix_headers {
            return Ok("webhook-");
        }
        match (call.optional("webhook-signature")?, call.optional("svix-signature")?) {
            (Some(_), Some(_)) => Err(Refused::at(Reason::DuplicateHeader, "svix-signature")),
            (None, Some(_)) => Ok("svix-"),
            _ => Ok("webhook-"),
        }
    }
}

impl Room for StandardWebhooks {
    fn verify(&self, call: &Call<'_>, now: Timestamp) -> Result<Verified, Refused> {
        let prefix = self.prefix(call)?;
        let [id_at, time_at, signature_at] = ["id", "timestamp", "signature"].map(|name| format!("{prefix}{name}"));
        let (id, time) = (call.required(&id_at)?, call.required(&time_at)?);
        let list = call.required(&signature_at)?;

        let id = message_id(id).ok_or_else(|| Refused::at(Reason::BadId, &id_at))?;
        let sent_at = TimeFormat::UnixSeconds.read(time).ok_or_else(|| Refused::at(Reason::BadTimestamp, &time_at))?;
        let has_key = |version: Version| self.keys.iter().any(|key| key.version() == version);
        let signatures = Signatures::read(list, has_key).map_err(|reason| Refused::at(reason, &signature_at))?;

        let content = [id.as_bytes(), b".", time, b".", call.body];
        let opens = |key: &VerifyingKey| key.verifies(&content, signatures.of(key.version()));
        let secret = self.keys.find(opens).ok_or_else(|| Refused::at(Reason::Mismatch, &signature_at))?;
        time::check(sent_at, now, TOLERANCE_S).map_err(|reason| Refused::at(reason, &time_at))?;
        let keys = DeliveryKeys { sender_id: Some(id.to_owned()), ..DeliveryKeys::of_signed_id(id) };
        Ok(Verified { secret, sent_at: Some(sent_at), keys })
    }
}

/// A message id: printable, without a full stop.
pub(crate) fn message_id(raw: &[u8]) -> Option<&str> {
    let is_id =
        (1..=LONGEST_ID).contains(&raw.len()) && raw.iter().all(|byte| byte.is_ascii_graphic() && *byte != b'.');
    std::str::from_utf8(raw).ok().filter(|_| is_id)
}

/// The signatures of a header that can be read, by version.
struct Signatures {
    v1: Vec<Vec<u8>>,
    v1a: Vec<Vec<u8>>,
}

impl Signatures {
    /// Reads `version,base64 version,base64`, only the versions that there is a key for.
    fn read(list: &[u8], has_key: impl Fn(Version) -> bool) -> Result<Self, Reason> {
        let entries = || list.split(|byte| *byte == b' ').filter(|entry| !entry.is_empty());
        let of = |version: Version| {
            let rest = |entry: &'_ [u8]| {
                entry.strip_prefix(version.as_str().as_bytes())?.strip_prefix(b",").map(<[u8]>::to_vec)
            };
            let read = |text: Vec<u8>| Encoding::Base64.decode(&text, version.length());
            let texts = entries().filter_map(rest).filter(|_| has_key(version));
            any_readable(texts.map(read).collect())
        };
        match (of(Version::V1), of(Version::V1a)) {
            (Ok(None), Ok(None)) if entries().any(|entry| !entry.contains(&b',')) => Err(Reason::BadEncoding),
            (Ok(None), Ok(None)) => Err(Reason::WrongVersion),
            (Err(reason), Err(_) | Ok(None)) | (Ok(None), Err(reason)) => Err(reason),
            (v1, v1a) => {
                Ok(Self { v1: v1.ok().flatten().unwrap_or_default(), v1a: v1a.ok().flatten().unwrap_or_default() })
            }
        }
    }

    fn of(&self, version: Version) -> &[Vec<u8>] {
        match version {
            Version::V1 => &self.v1,
            Version::V1a => &self.v1a,
        }
    }
}
