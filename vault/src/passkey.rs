//! Passkeys (Web Authentication Level 3): what a browser is asked, and whether what it brings was signed for us.
//!
//! Always with the user verified by the device, by a PIN or a finger, so that one passkey is two factors: something one has, and
//! something one knows or is. Always discoverable, so that nobody has to say who they are first. No attestation is asked for: who
//! made the device is none of our business, and asking would have browsers warn.
//!
//! Without attestation nothing vouches for a new passkey but the page that made it. So its parts are taken as the browser hands them
//! over (`getAuthenticatorData`, `getPublicKey`), and there is no CBOR to read. What counts is the signature at each use. The numbers
//! in comments are the steps of §7.1 and §7.2.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey,
    VerificationAlgorithm,
};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::{Host, Url};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::digest::{constant_time_eq, sha256};
use crate::secret::Secret;

/// How long a browser waits for its user, in milliseconds.
const PATIENCE_MS: u64 = 180_000;
/// The longest id of a passkey, in bytes (§7.1, 25).
const LONGEST_ID: usize = 1023;
/// Bytes of authenticator data that are always there: the hash of the site, flags, a counter (§6.1).
const HEAD: usize = 37;
/// Bytes between these and the id of a new passkey: which make of device it is, and how long the id is (§6.5.1).
const BEFORE_ID: usize = 18;

/// Somebody touched it.
const PRESENT: u8 = 0x01;
/// It knows who: by a PIN or a finger.
const VERIFIED: u8 = 0x04;
/// It may be shared among devices.
const SHAREABLE: u8 = 0x08;
/// It is.
const SHARED: u8 = 0x10;
/// The id and the key of a new passkey follow.
const ATTESTED: u8 = 0x40;

/// Algorithms by their COSE numbers: what every browser can hand over a key of, the best first.
const ALGORITHMS: [i32; 3] = [-8, -7, -257];

fn algorithm(number: i32) -> Result<&'static dyn VerificationAlgorithm, NotOurs> {
    match number {
        -8 => Ok(&ED25519),
        -7 => Ok(&ECDSA_P256_SHA256_ASN1),
        -257 => Ok(&RSA_PKCS1_2048_8192_SHA256),
        _ => Err(NotOurs::Unfit),
    }
}

/// Where passkeys are made for: they work at this origin and nowhere else.
pub struct Site {
    /// The host's name, which a device keeps a passkey under.
    id: String,
    /// What the browser signs that it was at.
    origin: String,
    /// Its name for people.
    name: String,
}

/// One passkey, as it is stored: nothing of it is secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    /// What its device calls it.
    pub id: Vec<u8>,
    /// Its public key, as X.509 has it (SubjectPublicKeyInfo).
    pub public_key: Vec<u8>,
    /// By which algorithm, as COSE numbers them.
    pub algorithm: i32,
    /// How often it signed, if its device counts.
    pub counter: u32,
    /// Whether its owner's devices share it.
    pub is_synced: bool,
}

/// What a browser is asked: the question for it, and what to know the answer by.
#[derive(Debug)]
pub struct Question {
    /// For the browser, as JSON.
    pub options: String,
    /// To be kept, for [`Site::made`] or [`Site::used`].
    pub expected: Zeroizing<Vec<u8>>,
}

#[derive(Serialize, Deserialize)]
struct Expected {
    challenge: String,
    /// Ids among which one must be used; any, if there are none.
    among: Vec<String>,
}

/// A passkey that was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    /// How often it signed by now.
    pub counter: u32,
    /// Whose it is, by its device's word.
    pub owner: Option<Uuid>,
}

/// What was brought is not what was asked for, or not signed for us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotOurs {
    /// It fits in no way.
    #[error("the passkey does not fit")]
    Unfit,
    /// It signed fewer times than it had before: there are two of it.
    #[error("the passkey counts backwards")]
    Copied,
}

impl From<serde_json::Error> for NotOurs {
    fn from(_: serde_json::Error) -> Self {
        Self::Unfit
    }
}

impl From<base64::DecodeError> for NotOurs {
    fn from(_: base64::DecodeError) -> Self {
        Self::Unfit
    }
}

/// What a browser tells of a passkey, as `PublicKeyCredential.toJSON` has it (§5.1).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    raw_id: String,
    response: Response,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    authenticator_data: String,
    /// Of one that was made.
    public_key: Option<String>,
    public_key_algorithm: Option<i32>,
    /// Of one that was used.
    signature: Option<String>,
    user_handle: Option<String>,
}

/// What the browser itself put together, and the device signed.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
}

/// The head of what the device signs.
struct Head {
    flags: u8,
    counter: u32,
}

impl Site {
    /// The site at which people reach us. None where browsers make no passkeys: without TLS, except at `localhost`, and for an
    /// address in figures.
    #[must_use]
    pub fn at(public_url: &str, name: &str) -> Option<Self> {
        let url = Url::parse(public_url).ok()?;
        let Some(Host::Domain(domain)) = url.host() else { return None };
        let is_private = url.scheme() == "https" || (url.scheme() == "http" && domain == "localhost");
        let origin = url.origin().ascii_serialization();
        is_private.then(|| Self { id: domain.to_owned(), origin, name: name.to_owned() })
    }

    /// Asks for a new passkey, on no device that holds one of these.
    ///
    /// # Errors
    /// Never, in truth.
    pub fn ask_new(&self, owner: Uuid, login: &str, name: &str, present: &[Passkey]) -> Result<Question, NotOurs> {
        let kinds = ALGORITHMS.map(|alg| json!({ "type": "public-key", "alg": alg }));
        self.question(&[], |challenge| {
            json!({
                "rp": { "id": self.id, "name": self.name },
                "user": { "id": text(owner.as_bytes()), "name": login, "displayName": name },
                "challenge": challenge, "pubKeyCredParams": kinds, "timeout": PATIENCE_MS, "attestation": "none",
                "excludeCredentials": listed(present),
                "authenticatorSelection": {
                    "residentKey": "required", "requireResidentKey": true, "userVerification": "required",
                },
            })
        })
    }

    /// Asks for one of these passkeys to be used; where there are none, for any of this site.
    ///
    /// # Errors
    /// Never, in truth.
    pub fn ask(&self, among: &[Passkey]) -> Result<Question, NotOurs> {
        self.question(among, |challenge| {
            json!({
                "rpId": self.id, "challenge": challenge, "timeout": PATIENCE_MS, "userVerification": "required",
                "allowCredentials": listed(among),
            })
        })
    }

    fn question(
        &self,
        among: &[Passkey],
        options: impl FnOnce(&str) -> serde_json::Value,
    ) -> Result<Question, NotOurs> {
        let challenge = text(Secret::random().as_bytes());
        let options = options(&challenge).to_string();
        let expected = Expected { challenge, among: among.iter().map(|passkey| text(&passkey.id)).collect() };
        Ok(Question { options, expected: serde_json::to_vec(&expected)?.into() })
    }

    /// Takes a new passkey, as the browser tells of it.
    ///
    /// # Errors
    /// It is not what was asked for.
    pub fn made(&self, expected: &[u8], told: &str) -> Result<Passkey, NotOurs> {
        let expected: Expected = serde_json::from_slice(expected)?;
        let Told { raw_id, response } = serde_json::from_str(told)?;
        self.check_client(&bytes(&response.client_data)?, "webauthn.create", &expected.challenge)?;
        let data = bytes(&response.authenticator_data)?;
        let head = self.head(&data)?;
        let id = new_id(&data, head.flags)?;
        let number = response.public_key_algorithm.filter(|number| ALGORITHMS.contains(number)); // 20
        let number = number.ok_or(NotOurs::Unfit)?;
        let public_key = bytes(response.public_key.as_deref().ok_or(NotOurs::Unfit)?)?;
        ParsedPublicKey::new(algorithm(number)?, &public_key).map_err(|_| NotOurs::Unfit)?;
        if bytes(&raw_id)? != id {
            return Err(NotOurs::Unfit);
        }
        let is_synced = head.flags & SHARED != 0;
        Ok(Passkey { id: id.to_vec(), public_key, algorithm: number, counter: head.counter, is_synced })
    }

    /// Looks whether this passkey has signed what was asked, here and now.
    ///
    /// # Errors
    /// It has not.
    pub fn used(&self, expected: &[u8], told: &str, passkey: &Passkey) -> Result<Used, NotOurs> {
        let expected: Expected = serde_json::from_slice(expected)?;
        let Told { raw_id, response } = serde_json::from_str(told)?;
        let is_among = expected.among.is_empty() || expected.among.contains(&text(&passkey.id)); // 5
        if !is_among || bytes(&raw_id)? != passkey.id {
            return Err(NotOurs::Unfit);
        }
        let client_data = bytes(&response.client_data)?;
        self.check_client(&client_data, "webauthn.get", &expected.challenge)?;
        let mut signed = bytes(&response.authenticator_data)?;
        let head = self.head(&signed)?;
        signed.extend_from_slice(sha256(&client_data).as_ref()); // 20
        let signature = bytes(response.signature.as_deref().ok_or(NotOurs::Unfit)?)?;
        UnparsedPublicKey::new(algorithm(passkey.algorithm)?, &passkey.public_key)
            .verify(&signed, &signature)
            .map_err(|_| NotOurs::Unfit)?; // 21
        // Two zeros are a device that does not count (22).
        if (head.counter, passkey.counter) != (0, 0) && head.counter <= passkey.counter {
            return Err(NotOurs::Copied);
        }
        let owner = response.user_handle.as_deref().filter(|handle| !handle.is_empty());
        let owner = owner.map(|handle| Uuid::from_slice(&bytes(handle)?).map_err(|_| NotOurs::Unfit)).transpose()?;
        Ok(Used { counter: head.counter, owner })
    }

    /// Looks at what the browser put together: for this, for our question, at our page and in no frame of another's.
    fn check_client(&self, data: &[u8], kind: &str, challenge: &str) -> Result<(), NotOurs> {
        let data: ClientData = serde_json::from_slice(data)?;
        let fits = data.kind == kind // 7, 10
            && constant_time_eq(data.challenge.as_bytes(), challenge.as_bytes()) // 8, 11
            && data.origin == self.origin // 9, 12
            && !data.cross_origin; // 10, 13
        if fits { Ok(()) } else { Err(NotOurs::Unfit) }
    }

    /// Looks at what the device says: for our site, touched, and by whom it knows.
    fn head(&self, data: &[u8]) -> Result<Head, NotOurs> {
        let head: &[u8; HEAD] = data.first_chunk().ok_or(NotOurs::Unfit)?;
        let (site, rest) = head.split_at(32);
        let [flags, counter @ ..] = rest else { return Err(NotOurs::Unfit) };
        let has = |flag: u8| flags & flag != 0;
        let fits = constant_time_eq(site, sha256(self.id.as_bytes()).as_ref()) // 13, 15
            && has(PRESENT) // 14, 16
            && has(VERIFIED) // 15, 17
            && (has(SHAREABLE) || !has(SHARED)); // 16, 18
        let counter = counter.try_into().map(u32::from_be_bytes).map_err(|_| NotOurs::Unfit)?;
        if fits { Ok(Head { flags: *flags, counter }) } else { Err(NotOurs::Unfit) }
    }
}

/// The id of a new passkey, from what its device says of it.
fn new_id(data: &[u8], flags: u8) -> Result<&[u8], NotOurs> {
    let rest = data.get(HEAD..).filter(|_| flags & ATTESTED != 0).ok_or(NotOurs::Unfit)?;
    let (before, rest) = rest.split_at_checked(BEFORE_ID).ok_or(NotOurs::Unfit)?;
    let length: &[u8; 2] = before.last_chunk().ok_or(NotOurs::Unfit)?;
    let length = usize::from(u16::from_be_bytes(*length));
    rest.get(..length).filter(|id| (1..=LONGEST_ID).contains(&id.len())).ok_or(NotOurs::Unfit)
}

/// Which passkey a browser says that it used. Its word alone.
///
/// # Errors
/// It does not say.
pub fn named(told: &str) -> Result<Vec<u8>, NotOurs> {
    let told: Told = serde_json::from_str(told)?;
    bytes(&told.raw_id)
}

/// Bytes as text, as browsers write them: base64url without an end.
#[must_use]
pub fn text(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes that a text stands for.
///
/// # Errors
/// It stands for none.
pub fn bytes(text: &str) -> Result<Vec<u8>, NotOurs> {
    Ok(BASE64_URL_SAFE_NO_PAD.decode(text)?)
}

fn listed(passkeys: &[Passkey]) -> Vec<serde_json::Value> {
    passkeys.iter().map(|passkey| json!({ "type": "public-key", "id": text(&passkey.id) })).collect()
}

#[cfg(test)]
mod tests;
