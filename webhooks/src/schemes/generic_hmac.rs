//! An HMAC as an operator describes it: for senders whose signature is a script of their own (Apex, ServiceNow), and for those
//! that have no file here.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use words::words;
use zeroize::Zeroizing;

use crate::encoding::{Encoding, hex};
use crate::engine::{Form, KnownBy, Part, Recipe, Time};
use crate::mac::{Hash, Method};
use crate::scheme::{Row, SIGNATURE, TimeSigned};
use crate::setup::{BadSetup, check_header};
use crate::time::{TOLERANCE_S, TimeFormat};

/// Its row in the table of schemes.
pub(crate) const ROW: Row = Row {
    method: "HMAC with SHA-1, SHA-256 or SHA-512, as set",
    signed: "as set; the body always",
    time: TimeSigned::AsSet,
    known_by: "all that is signed",
    secret: "the key, in the encoding that is set",
    ..SIGNATURE
};

/// The settings of such a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenericHmac {
    /// What is signed: `{body}`, and if you like `{timestamp}`, `{method}`, `{url}` and text between them.
    pub template: String,
    /// The hash within the HMAC.
    pub hash: Hash,
    /// How the signature is written.
    pub encoding: Encoding,
    /// How the secret is written.
    #[serde(default)]
    pub key_encoding: KeyEncoding,
    /// The header of the signature.
    pub signature_header: String,
    /// What stands before the signature, such as `sha256=`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature_prefix: Option<String>,
    /// What stands in that header.
    #[serde(default)]
    pub header_form: HeaderForm,
    /// The header of the instant, where it has one of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp_header: Option<String>,
    /// How the instant is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp_format: Option<TimeFormat>,
    /// How far the instant may be from ours, in seconds; 300 unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tolerance_s: Option<u32>,
}

words! {
    /// How the secret of such a source is written.
    #[derive(Default)]
    pub enum KeyEncoding {
        /// The key is the text itself.
        #[default]
        Utf8 = "utf8",
        /// Base64 with padding.
        Base64 = "base64",
        /// Hexadecimal, lower case.
        Hex = "hex",
    }
}

words! {
    /// What the header of the signature holds.
    #[derive(Default)]
    pub enum HeaderForm {
        /// The signature.
        #[default]
        Signature = "signature",
        /// `t=<instant>,v1=<signature>`, the latter as often as the sender has keys.
        WithTime = "with_time",
    }
}

/// A day: more would be no window any more.
const LONGEST_TOLERANCE_S: u32 = 86_400;

impl GenericHmac {
    pub(crate) fn check(&self) -> Result<(), BadSetup> {
        self.recipe().map(|_| ())
    }

    pub(crate) fn recipe(&self) -> Result<Recipe, BadSetup> {
        let signed = parts(&self.template).map_err(|problem| BadSetup::new("template", problem))?;
        check_header("signature_header", &self.signature_header)?;
        let time = self.time(signed.iter().any(|part| matches!(part, Part::Time)))?;
        let form = match (self.header_form, &self.signature_prefix) {
            (HeaderForm::WithTime, Some(_)) => {
                return Err(BadSetup::new("signature_prefix", "has no place where the header form is with_time"));
            }
            (HeaderForm::WithTime, None) => Form::WithTime,
            (HeaderForm::Signature, None) => Form::Plain,
            (HeaderForm::Signature, Some(prefix)) if (1..=64).contains(&prefix.len()) => {
                Form::After(prefix.clone().into())
            }
            (HeaderForm::Signature, Some(_)) => {
                return Err(BadSetup::new("signature_prefix", "has 1 to 64 characters"));
            }
        };
        Ok(Recipe {
            method: Method::Hmac(self.hash),
            signed,
            header: self.signature_header.clone().into(),
            form,
            encoding: self.encoding,
            time,
            version: None,
            known_by: KnownBy::Content,
        })
    }

    /// An instant that is read is signed, and one that is signed is read: else it would prove nothing, or not be looked at.
    fn time(&self, is_signed: bool) -> Result<Option<Time>, BadSetup> {
        let is_with_signature = self.header_form == HeaderForm::WithTime;
        let wrong = |field, problem| Err(BadSetup::new(field, problem));
        match (&self.timestamp_header, is_with_signature) {
            (Some(_), true) => return wrong("timestamp_header", "has no place where the header form is with_time"),
            (Some(name), false) => check_header("timestamp_header", name)?,
            (None, false) if is_signed => return wrong("timestamp_header", "is needed: the template has {timestamp}"),
            (None, _) => {}
        }
        let is_read = is_with_signature || self.timestamp_header.is_some();
        match (is_signed, is_read, self.timestamp_format, self.tolerance_s) {
            (false, true, ..) => wrong("template", "lacks {timestamp}: an instant that is not signed proves nothing"),
            (false, false, Some(_), _) => wrong("timestamp_format", "has no place without {timestamp} in the template"),
            (false, false, _, Some(_)) => wrong("tolerance_s", "has no place without {timestamp} in the template"),
            (false, false, None, None) => Ok(None),
            (true, _, None, _) => wrong("timestamp_format", "is needed: the template has {timestamp}"),
            (true, _, Some(format), tolerance_s) => {
                let tolerance_s = tolerance_s.unwrap_or(TOLERANCE_S);
                if !(1..=LONGEST_TOLERANCE_S).contains(&tolerance_s) {
                    return wrong("tolerance_s", "lies between 1 and 86400 seconds");
                }
                Ok(Some(Time { header: self.timestamp_header.clone().map(Into::into), format, tolerance_s }))
            }
        }
    }
}

impl KeyEncoding {
    /// A key as a secret of this encoding.
    pub(crate) fn encode(self, key: &[u8]) -> SecretString {
        match self {
            Self::Base64 => Zeroizing::new(BASE64_STANDARD.encode(key)).as_str().into(),
            Self::Utf8 | Self::Hex => Zeroizing::new(hex(key)).as_str().into(),
        }
    }

    /// A secret as a key.
    pub(crate) fn decode(self, text: &str) -> Result<Vec<u8>, &'static str> {
        match self {
            Self::Utf8 => Ok(text.as_bytes().to_vec()),
            Self::Base64 => {
                BASE64_STANDARD.decode(text).map_err(|_| "is not base64 with padding, as key_encoding says")
            }
            Self::Hex => Encoding::Hex
                .decode(text.as_bytes(), text.len() / 2)
                .map_err(|_| "is not lower-case hexadecimal, as key_encoding says"),
        }
    }
}

/// Takes a template apart.
fn parts(template: &str) -> Result<Vec<Part>, &'static str> {
    if !template.contains("{body}") {
        return Err("lacks {body}: what is not signed can be changed");
    }
    let mut parts = Vec::new();
    let mut rest = template;
    while !rest.is_empty() {
        let known =
            [("{timestamp}", Part::Time), ("{method}", Part::Method), ("{url}", Part::Url), ("{body}", Part::Body)];
        let found = known.into_iter().find_map(|(name, part)| Some((name, part, rest.strip_prefix(name)?)));
        let (part, after) = match found {
            Some((name, _, after)) if after.contains(name) => return Err("names a part twice"),
            Some((_, part, after)) => (part, after),
            None if rest.starts_with(['{', '}']) => return Err("knows {timestamp}, {method}, {url} and {body} only"),
            None => {
                let (text, after) = rest.split_at(rest.find(['{', '}']).unwrap_or(rest.len()));
                (Part::Text(text.to_owned()), after)
            }
        };
        parts.push(part);
        rest = after;
    }
    Ok(parts)
}
