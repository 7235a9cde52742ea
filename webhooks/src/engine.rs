//! What all schemes with a code in a header have in common: a recipe says what differs, this does the rest.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::call::Call;
use crate::delivery::DeliveryKeys;
use crate::encoding::Encoding;
use crate::mac::{Key, Method, same};
use crate::refused::{Reason, Refused};
use crate::schemes::Room;
use crate::secrets::{Keys, Secrets};
use crate::setup::BadSetup;
use crate::time::{self, TimeFormat};
use crate::verify::Verified;

/// A piece of what is signed.
#[derive(Clone, Debug)]
pub(crate) enum Part {
    /// Always the same.
    Text(String),
    /// The instant, as the header has it.
    Time,
    /// The HTTP method.
    Method,
    /// The address, as [`Call::url`] has it.
    Url,
    /// The address, rewritten.
    UrlAs(fn(&str) -> String),
    /// The body.
    Body,
}

/// How the signature stands in its header.
#[derive(Clone, Debug)]
pub(crate) enum Form {
    /// Alone.
    Plain,
    /// After a word that names the algorithm, such as `sha256=`.
    After(Cow<'static, str>),
    /// `t=<instant>,v1=<signature>,v1=<signature>`: with the instant, and one for each key of the sender.
    WithTime,
}

/// Which header holds the instant, how it is written, and how far it may be from now.
#[derive(Clone, Debug)]
pub(crate) struct Time {
    /// `None` where it stands with the signature.
    pub header: Option<Cow<'static, str>>,
    pub format: TimeFormat,
    pub tolerance_s: u32,
}

/// What makes one scheme of this family differ from another.
#[derive(Clone, Debug)]
pub(crate) struct Recipe {
    pub method: Method,
    pub signed: Vec<Part>,
    pub header: Cow<'static, str>,
    pub form: Form,
    pub encoding: Encoding,
    pub time: Option<Time>,
    /// A header that must say this.
    pub version: Option<(&'static str, &'static str)>,
    /// By what a delivery is known again.
    pub known_by: KnownBy,
}

/// By what a delivery is known again, beside all that was signed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum KnownBy {
    /// Nothing.
    Content,
    /// An id in this header, which nobody signed.
    UnsignedId(&'static str),
    /// What a body holds as its id, which is signed with it. Without one: all that was signed.
    BodyId(fn(&[u8]) -> Option<String>),
}

impl Recipe {
    /// Whether the address that is called is part of what is signed.
    pub(crate) fn signs_address(&self) -> bool {
        self.signed.iter().any(|part| matches!(part, Part::Url | Part::UrlAs(_)))
    }
}

/// A recipe with its keys.
pub(crate) struct Engine {
    recipe: Recipe,
    keys: Keys<Key>,
}

/// What a call claims, not yet believed.
struct Claim<'a> {
    /// The instant, as it is written.
    time: Option<&'a [u8]>,
    signatures: Vec<Vec<u8>>,
}

/// More signatures in one header than any sender with a rotation has.
const MOST_SIGNATURES: usize = 32;

impl Engine {
    /// With secrets that are decoded first.
    pub(crate) fn new(
        recipe: Recipe,
        secrets: &Secrets,
        decode: impl Fn(&str) -> Result<Vec<u8>, &'static str>,
    ) -> Result<Self, BadSetup> {
        let keys = secrets.keys(|text| Ok(recipe.method.key(&zeroize::Zeroizing::new(decode(text)?))))?;
        Ok(Self { recipe, keys })
    }

    fn read<'a>(&self, call: &Call<'a>) -> Result<Claim<'a>, Refused> {
        let (recipe, header) = (&self.recipe, self.recipe.header.as_ref());
        let value = call.required(header)?;
        let decode = |text: &[u8]| recipe.encoding.decode(text, recipe.method.length());
        let one = |signature: Result<_, Reason>| signature.map(|one| Claim { time: None, signatures: vec![one] });
        let claim = match &recipe.form {
            Form::Plain => one(decode(value)),
            Form::After(word) => one(after(value, word).and_then(decode)),
            Form::WithTime => with_time(value, decode),
        };
        let time = match recipe.time.as_ref().and_then(|time| time.header.as_ref()) {
            Some(name) => Some(call.required(name)?),
            None => None,
        };
        let claim = claim.map_err(|reason| Refused::at(reason, header))?;
        Ok(Claim { time: time.or(claim.time), ..claim })
    }

    fn content<'a>(&'a self, call: &Call<'a>, time: Option<&'a [u8]>) -> Vec<Cow<'a, [u8]>> {
        let piece = |part: &'a Part| match part {
            Part::Text(text) => Cow::Borrowed(text.as_bytes()),
            Part::Time => Cow::Borrowed(time.unwrap_or_default()),
            Part::Method => Cow::Borrowed(call.method.as_bytes()),
            Part::Url => Cow::Borrowed(call.url.as_bytes()),
            Part::UrlAs(rewrite) => Cow::Owned(rewrite(call.url).into_bytes()),
            Part::Body => Cow::Borrowed(call.body),
        };
        self.recipe.signed.iter().map(piece).collect()
    }
}

impl Room for Engine {
    fn verify(&self, call: &Call<'_>, now: Timestamp) -> Result<Verified, Refused> {
        let recipe = &self.recipe;
        if let Some((name, version)) = recipe.version
            && call.required(name)? != version.as_bytes()
        {
            return Err(Refused::at(Reason::WrongVersion, name));
        }
        let claim = self.read(call)?;
        let sent_at = match (&recipe.time, claim.time) {
            (Some(rule), Some(raw)) => {
                let name = rule.header.as_ref().unwrap_or(&recipe.header);
                let at = rule.format.read(raw).ok_or_else(|| Refused::at(Reason::BadTimestamp, name))?;
                Some((at, rule.tolerance_s, name))
            }
            _ => None,
        };
        let content = self.content(call, claim.time);
        let parts = || content.iter().map(AsRef::as_ref);
        let is_made_with = |key: &Key| {
            let code = key.code(parts());
            claim.signatures.iter().any(|signature| same(&code, signature))
        };
        let secret = self.keys.find(is_made_with).ok_or_else(|| Refused::at(Reason::Mismatch, &recipe.header))?;
        if let Some((at, tolerance_s, name)) = sent_at {
            time::check(at, now, tolerance_s).map_err(|reason| Refused::at(reason, name))?;
        }
        let by_content = || DeliveryKeys::of_content(parts());
        let keys = match recipe.known_by {
            KnownBy::Content => by_content(),
            KnownBy::UnsignedId(name) => by_content().with_unsigned_id(call.unsigned_id(name), call.body),
            KnownBy::BodyId(id) => id(call.body).map_or_else(by_content, |id| DeliveryKeys::of_signed_id(&id)),
        };
        Ok(Verified { secret, sent_at: sent_at.map(|(at, ..)| at), keys })
    }
}

/// What stands after the word for the algorithm. Another word is an attempt to agree on another algorithm.
fn after<'a>(value: &'a [u8], word: &str) -> Result<&'a [u8], Reason> {
    if let Some(rest) = value.strip_prefix(word.as_bytes()) {
        return Ok(rest);
    }
    let end = value.iter().position(|byte| *byte == b'=').ok_or(Reason::BadEncoding)?;
    match &value[..end] {
        b"md5" | b"sha1" if !word.starts_with("md5") => Err(Reason::AlgorithmDowngrade),
        b"sha224" | b"sha256" | b"sha384" | b"sha512" => Err(Reason::WrongAlgorithm),
        _ => Err(Reason::BadEncoding),
    }
}

/// Reads `t=<instant>,v1=<signature>,…`. Other names are skipped, as newer versions may stand next to this one.
fn with_time(value: &[u8], decode: impl Fn(&[u8]) -> Result<Vec<u8>, Reason>) -> Result<Claim<'_>, Reason> {
    let (mut time, mut signatures) = (None, Vec::new());
    for entry in value.split(|byte| *byte == b',') {
        if let Some(text) = entry.strip_prefix(b"t=")
            && time.replace(text).is_some()
        {
            return Err(Reason::DuplicateHeader);
        }
        signatures.extend(entry.strip_prefix(b"v1=").map(&decode));
    }
    let time = Some(time.ok_or(Reason::MissingHeader)?);
    let signatures = any_readable(signatures)?.ok_or(Reason::WrongVersion)?;
    Ok(Claim { time, signatures })
}

/// Of several signatures, those that can be read; where none can, why the first cannot; `None` where there is none.
pub(crate) fn any_readable(signatures: Vec<Result<Vec<u8>, Reason>>) -> Result<Option<Vec<Vec<u8>>>, Reason> {
    if signatures.len() > MOST_SIGNATURES {
        return Err(Reason::BadEncoding);
    }
    let first_problem = signatures.iter().find_map(|signature| signature.as_ref().err().copied());
    let readable: Vec<_> = signatures.into_iter().flatten().collect();
    match (readable.is_empty(), first_problem) {
        (true, Some(problem)) => Err(problem),
        (true, None) => Ok(None),
        (false, _) => Ok(Some(readable)),
    }
}
