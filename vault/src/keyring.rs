//! The installation's keys: they wrap the keys of requests and seal credentials.
//!
//! Text form, in the key file or in an environment value: one `dsr1.<id>.<base64url>` a key, parted by white space,
//! current key first. Older keys stay so that what they wrapped still opens; only the first one wraps.
//! Sealed bytes start with a version byte and the key's id, so rotation needs no trial decryption.

use std::fmt;
use std::path::PathBuf;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::data_key::DataKey;
use crate::digest::{hex, sha256};
use crate::seal::{self, SealError, aad};
use crate::secret::Secret;

const FORM: &str = "dsr1";
const VERSION: u8 = 1;
const ID_LEN: usize = 4;
const HEAD_LEN: usize = 1 + ID_LEN;

type Id = [u8; ID_LEN];

/// Installation keys, current first. `Debug` shows their ids only.
#[derive(Clone)]
pub struct Keyring {
    /// Never empty.
    keys: Vec<Key>,
}

#[derive(Clone)]
struct Key {
    id: Id,
    name: String,
    secret: Secret,
}

impl Key {
    fn new(secret: Secret) -> Self {
        let mut id = [0; ID_LEN];
        id.copy_from_slice(&sha256(secret.as_bytes()).as_ref()[..ID_LEN]);
        Self { name: hex(&id), id, secret }
    }

    fn generate() -> Self {
        Self::new(Secret::random())
    }
}

/// Why there is no keyring. No variant holds key material.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// There is not one key in the text.
    #[error("there is no key: one `{FORM}.<id>.<key>` is needed")]
    Empty,
    /// Not the text form of a key.
    #[error("key {position} is not of the form `{FORM}.<id>.<43 characters of base64url>`")]
    Malformed {
        /// Which key of the text, from 1.
        position: usize,
    },
    /// The id does not belong to the key, so one of the two was mistyped or cut.
    #[error("key {position} says it is {stated}, but its content is {actual}: was it copied whole?")]
    WrongId {
        /// Which key of the text, from 1.
        position: usize,
        /// The id written before the key.
        stated: String,
        /// The id computed from the key.
        actual: String,
    },
    /// Two keys share an id, most likely one key written twice.
    #[error("key {id} is there twice")]
    Duplicate {
        /// The id both have.
        id: String,
    },
    /// Others on this machine may read or change the key file.
    #[error(
        "{path} has mode {mode:04o}, so others than its owner can reach the keys; \
         run `chmod 600 {path}`, and rotate the key if others had access to it",
        path = path.display()
    )]
    Exposed {
        /// The key file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The key file could not be read or written.
    #[error("the key file {path} cannot be {doing}", path = path.display())]
    Io {
        /// The key file.
        path: PathBuf,
        /// What was being done to it: "read", "created", "replaced".
        doing: &'static str,
        /// What the operating system said.
        source: std::io::Error,
    },
}

impl Keyring {
    /// A keyring of one new random key.
    pub fn generate() -> Self {
        Self { keys: vec![Key::generate()] }
    }

    /// Reads the text form.
    ///
    /// # Errors
    /// When there is no key, or one that is malformed, does not match its id, or comes twice.
    pub fn parse(text: &str) -> Result<Self, KeyringError> {
        let mut keys: Vec<Key> = Vec::new();
        for (index, line) in text.split_whitespace().enumerate() {
            let position = index + 1;
            let (stated, key) = parse_key(line).ok_or(KeyringError::Malformed { position })?;
            if stated != key.name {
                return Err(KeyringError::WrongId { position, stated: stated.into(), actual: key.name });
            }
            if keys.iter().any(|other| other.id == key.id) {
                return Err(KeyringError::Duplicate { id: key.name });
            }
            keys.push(key);
        }
        if keys.is_empty() { Err(KeyringError::Empty) } else { Ok(Self { keys }) }
    }

    /// The text form that [`Keyring::parse`] reads: every key in clear, one a line. For the key file, or for an operator
    /// who moves the keys elsewhere; never for a log.
    pub fn to_text(&self) -> Zeroizing<String> {
        let key_len = FORM.len() + ID_LEN * 2 + 43 + 3;
        let mut text = Zeroizing::new(String::with_capacity(self.keys.len() * key_len));
        for key in &self.keys {
            text.push_str(FORM);
            text.push('.');
            text.push_str(&key.name);
            text.push('.');
            BASE64_URL_SAFE_NO_PAD.encode_string(key.secret.as_bytes(), &mut text);
            text.push('\n');
        }
        text
    }

    /// The same keys behind a new current one.
    #[must_use]
    pub fn rotated(&self) -> Self {
        let mut fresh = Key::generate();
        while self.key(fresh.id).is_some() {
            fresh = Key::generate(); // one in four thousand million, but an id must name one key
        }
        Self { keys: std::iter::once(fresh).chain(self.keys.iter().cloned()).collect() }
    }

    /// Short id of the key that wraps and seals, 8 hex digits.
    pub fn current_id(&self) -> &str {
        &self.keys[0].name
    }

    /// Short ids of all keys, current first.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(|key| key.name.as_str())
    }

    /// Wraps a request's key for storage beside the request. `owner` is the request's id and must be given again.
    pub fn wrap(&self, owner: Uuid, key: &DataKey) -> Vec<u8> {
        self.seal_as(b"dsr wrapped key", owner, "", key.secret().as_bytes())
    }

    /// Opens what [`Keyring::wrap`] wrapped for the same owner, under any key of the ring.
    ///
    /// # Errors
    /// [`SealError::UnknownKey`] when the ring lacks the key, [`SealError::Damaged`] otherwise.
    pub fn unwrap(&self, owner: Uuid, wrapped: &[u8]) -> Result<DataKey, SealError> {
        let bytes = self.open_as(b"dsr wrapped key", owner, "", wrapped)?;
        DataKey::from_bytes(bytes).map_err(|_| SealError::Damaged)
    }

    /// Seals a secret of the installation or of a controller, such as platform credentials. `owner` and `context` name
    /// its place and must be given again.
    pub fn seal(&self, owner: Uuid, context: &str, plain: &[u8]) -> Vec<u8> {
        self.seal_as(b"dsr installation value", owner, context, plain)
    }

    /// Opens what [`Keyring::seal`] sealed for the same owner and context, under any key of the ring.
    ///
    /// # Errors
    /// [`SealError::UnknownKey`] when the ring lacks the key, [`SealError::Damaged`] otherwise.
    pub fn open(&self, owner: Uuid, context: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        self.open_as(b"dsr installation value", owner, context, sealed)
    }

    /// Whether these wrapped or sealed bytes say they are under the current key. What is not is wrapped anew after a
    /// rotation, until no row needs the older keys.
    pub fn is_current(&self, wrapped: &[u8]) -> bool {
        matches!(split_head(wrapped), Ok((id, _)) if id == self.keys[0].id)
    }

    fn key(&self, id: Id) -> Option<&Key> {
        self.keys.iter().find(|key| key.id == id)
    }

    fn seal_as(&self, purpose: &[u8], owner: Uuid, context: &str, plain: &[u8]) -> Vec<u8> {
        let key = &self.keys[0];
        let mut head = [VERSION; HEAD_LEN];
        head[1..].copy_from_slice(&key.id);
        seal::seal(&seal::cipher(&key.secret), &bound(purpose, key.id, owner, context), &head, plain)
    }

    fn open_as(&self, purpose: &[u8], owner: Uuid, context: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let (id, body) = split_head(sealed)?;
        let key = self.key(id).ok_or_else(|| SealError::UnknownKey { id: hex(&id) })?;
        seal::open(&seal::cipher(&key.secret), &bound(purpose, id, owner, context), body)
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keyring ")?;
        f.debug_list().entries(self.ids()).finish()
    }
}

fn parse_key(line: &str) -> Option<(&str, Key)> {
    let (form, rest) = line.split_once('.')?;
    let (id, encoded) = rest.split_once('.')?;
    if form != FORM {
        return None;
    }
    let bytes = Zeroizing::new(BASE64_URL_SAFE_NO_PAD.decode(encoded).ok()?);
    Some((id, Key::new(Secret::from_slice(&bytes).ok()?)))
}

fn split_head(sealed: &[u8]) -> Result<(Id, &[u8]), SealError> {
    match sealed.split_first_chunk::<HEAD_LEN>() {
        Some(([VERSION, id @ ..], body)) => Ok((*id, body)),
        _ => Err(SealError::Damaged),
    }
}

fn bound(purpose: &[u8], id: Id, owner: Uuid, context: &str) -> Vec<u8> {
    aad(&[purpose, &[VERSION], &id, owner.as_bytes(), context.as_bytes()])
}
