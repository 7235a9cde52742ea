//! A chain as one file that can be checked offline, with no database and no keyring: what `dsr audit export` writes.
//!
//! JSON Lines. The first line is the [`Header`]: whose chain, the public key, and where the chain ended, signed, so that a
//! bundle that was cut short shows. Then come lines and checkpoints by place, `{"line":{…}}` and `{"checkpoint":{…}}`, a
//! checkpoint after the line it vouches for. [`super::line`] tells what their hashes and signatures cover. A row that could
//! not be read is exported as such: whoever checks the bundle shall learn of it.
//!
//! A bundle [for somebody](For) who may not see everything has `{"withheld":{…}}` where a line's event is not for them: its place,
//! both hashes, and what the event hashes to by itself. So the check is the same and as strict: nothing was taken out, put in,
//! moved or changed, shown or not. What it cannot tell is what a withheld event says, nor, by itself, whether too much was
//! withheld: that it was all that lies outside is the word of whoever made the bundle, who signed it, and comes to light where
//! the same line is seen in another bundle.
//!
//! The public key in a bundle proves nothing about who made it. Compare it with one that came another way, or hand that one
//! to [`verify`].

use std::collections::HashSet;
use std::io::{self, BufRead, Read, Write};

use serde::{Deserialize, Serialize};

use super::audit::{Auditor, ChainReport, Noted, Verification};
use super::line::{Content, Head, Message, bytes_of_hex, hex};
use super::snapshot::{Record, Snapshot};
use super::table::ActorKind;
use crate::error::StoreError;
use crate::id::{ControllerId, InvitationId, RequestId};
use crate::store::Store;

/// The version of the format that is written, and the only one that is read.
pub const VERSION: u32 = 1;

/// No line of a bundle comes near this length in bytes; a longer one is not read into memory.
const LONGEST: u64 = 16 << 20;

const HEADER_TAG: &[u8] = b"dsr bundle v1";

/// What a bundle says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// The version of the format.
    #[serde(rename = "dsr_audit_bundle")]
    pub version: u32,
    /// Whose chain it is; the nil UUID is the installation itself.
    pub controller_id: ControllerId,
    /// The Ed25519 public key that checkpoints are checked with, as hexadecimal digits.
    pub public_key: String,
    /// Where the chain ended; none if nothing had been linked yet.
    pub head: Option<Head>,
    /// How many events waited to be linked; these are not in the bundle.
    pub unlinked: u64,
    /// When it was exported, in microseconds since the Unix epoch.
    #[serde(rename = "exported_at_us")]
    pub exported_at: i64,
    /// For whom it was made, if not for whoever may see everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_for: Option<String>,
    /// The Ed25519 signature of this header, as hexadecimal digits.
    pub signature: String,
}

impl Header {
    /// Covers, in this order: the tag `dsr bundle v1`, controller, public key, the head's seq and hash, unlinked, instant,
    /// and for whom, if that is said.
    fn message(&self) -> Vec<u8> {
        let head = self.head.as_ref();
        let mut message = Message::default();
        message
            .field(HEADER_TAG)
            .field(self.controller_id.0.as_bytes())
            .field(self.public_key.as_bytes())
            .optional(head.map(|head| head.seq.to_be_bytes()).as_ref().map(<[u8; 8]>::as_slice))
            .optional(head.map(|head| head.hash.as_bytes()))
            .field(&self.unlinked.to_be_bytes())
            .field(&self.exported_at.to_be_bytes());
        if let Some(made_for) = &self.made_for {
            message.field(made_for.as_bytes());
        }
        message.into_bytes()
    }

    fn is_signed_by(&self, public: &[u8]) -> bool {
        bytes_of_hex(&self.signature)
            .is_some_and(|signature| vault::signing::verify(public, &self.message(), &signature).is_ok())
    }
}

/// Why a chain was not exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// What is stored failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It could not be written.
    #[error("the bundle cannot be written")]
    Io(#[from] io::Error),
}

impl From<sea_orm::DbErr> for ExportError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Store(error.into())
    }
}

/// Writes a controller's chain as it stands now, and says what a check of it finds.
///
/// # Errors
/// The database fails, or the file does. A fault in the chain is no error: it is in the report.
pub async fn export(
    store: &Store,
    controller: ControllerId,
    mut to: impl Write + Send,
) -> Result<ChainReport, ExportError> {
    let report = write(store, controller, None, &mut Written(&mut to)).await?;
    to.flush()?;
    Ok(report)
}

/// What takes a bundle line by line, such as an answer that is read slowly.
pub trait Taker: Send {
    /// Takes a line, with its end.
    fn take(&mut self, line: Vec<u8>) -> impl Future<Output = io::Result<()>> + Send;
}

/// A file that is being written.
struct Written<W>(W);

impl<W: Write + Send> Taker for Written<W> {
    async fn take(&mut self, line: Vec<u8>) -> io::Result<()> {
        self.0.write_all(&line)
    }
}

/// Whom a bundle is made for, and what they may see.
pub struct For {
    /// Who, and by which right, in words that stand in the bundle.
    pub whom: String,
    /// The requests whose events they may see; those of all, if there is no such list.
    pub requests: Option<HashSet<RequestId>>,
    /// The invitation that lets them in: of what guests did they see what they did themselves.
    pub invitation: Option<InvitationId>,
}

impl For {
    /// Whether they may see an event. What the person did is withheld with their network address; what belongs to no request is
    /// for those who see the whole register.
    fn sees(&self, event: &Content) -> bool {
        let is_within = match (&self.requests, event.request_id) {
            (None, _) => true,
            (Some(requests), Some(id)) => requests.contains(&id),
            (Some(_), None) => false,
        };
        // One guest need not know of another.
        let is_guests = event.kind.starts_with("regulator.") || event.actor_kind == ActorKind::Regulator.as_str();
        let is_own = self.invitation.is_some_and(|own| event.actor == own.to_string());
        is_within && event.actor_kind != ActorKind::Person.as_str() && (!is_guests || is_own)
    }
}

/// Writes a controller's chain as it stands now, line by line, for whoever may see everything or for somebody who may not. Says
/// what a check of it finds.
///
/// # Errors
/// The database fails, or whoever takes the lines does. A fault in the chain is no error: it is in the report.
pub async fn write(
    store: &Store,
    controller: ControllerId,
    made_for: Option<&For>,
    to: &mut impl Taker,
) -> Result<ChainReport, ExportError> {
    let key = store.safe.signing();
    let public = key.public_key();
    let snapshot = Snapshot::take(&store.db, controller).await?;
    let mut header = Header {
        version: VERSION,
        controller_id: controller,
        public_key: hex(&public),
        head: snapshot.head().await?,
        unlinked: snapshot.unlinked().await?,
        exported_at: store.now().0,
        made_for: made_for.map(|made_for| made_for.whom.clone()),
        signature: String::new(),
    };
    header.signature = hex(&key.sign(&header.message()));
    to.take(line_of(&header)?).await?;
    let mut auditor = Auditor::new(controller, &public, &[]);
    let mut records = snapshot.records();
    while let Some(record) = records.next().await? {
        let record = match (record, made_for) {
            (Record::Line(line), Some(made_for)) if !made_for.sees(&line.event) => Record::Withheld((&line).into()),
            (record, _) => record,
        };
        to.take(line_of(&record)?).await?;
        auditor.hear(&record);
    }
    Ok(auditor.finish(header.head, header.unlinked))
}

fn line_of(line: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut text = serde_json::to_vec(line)?;
    text.push(b'\n');
    Ok(text)
}

/// Why a bundle could not be checked at all.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// It could not be read.
    #[error("the bundle cannot be read")]
    Io(#[from] io::Error),
    /// It does not begin as a bundle does.
    #[error("this is not an audit bundle: its first line is no header")]
    NotABundle,
    /// It was written by another version.
    #[error("this bundle has format {found}; format {VERSION} is understood")]
    Version {
        /// The format it has.
        found: u64,
    },
}

/// Checks a bundle. `public_key` is the key to trust; without one the bundle's own is taken, and the caller must compare it
/// with one that came another way. `noted` are heads that somebody noted elsewhere before.
///
/// # Errors
/// It is no bundle. A fault in the chain is no error: it is in the report.
pub fn verify(
    mut from: impl BufRead,
    public_key: Option<&[u8]>,
    noted: &[Noted],
) -> Result<(Header, Verification), BundleError> {
    let header = header(&next_line(&mut from)?.ok_or(BundleError::NotABundle)?)?;
    let public = match public_key {
        Some(key) => key.to_vec(),
        None => bytes_of_hex(&header.public_key).ok_or(BundleError::NotABundle)?,
    };
    let mut auditor = Auditor::new(header.controller_id, &public, noted);
    if !header.is_signed_by(&public) {
        auditor.forged_header();
    }
    while let Some(line) = next_line(&mut from)? {
        auditor.hear(&serde_json::from_slice(&line).unwrap_or(Record::UnreadableLine));
        if line.len() as u64 > LONGEST {
            break;
        }
    }
    let report = auditor.finish(header.head.clone(), header.unlinked);
    Ok((header, Verification { chains: vec![report] }))
}

fn header(line: &[u8]) -> Result<Header, BundleError> {
    #[derive(Deserialize)]
    struct Version {
        dsr_audit_bundle: u64,
    }
    let Version { dsr_audit_bundle: found } = serde_json::from_slice(line).map_err(|_| BundleError::NotABundle)?;
    if found != u64::from(VERSION) {
        return Err(BundleError::Version { found });
    }
    serde_json::from_slice(line).map_err(|_| BundleError::NotABundle)
}

fn next_line(from: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let read = from.take(LONGEST + 1).read_until(b'\n', &mut line)?;
    Ok((read > 0).then_some(line))
}
