//! Salesforce outbound messages: SOAP, and nothing signed.
//!
//! What stands for a signature is a word at the end of the address, and the organisation within the message: any organisation
//! can point its messages at our address, and a message names its own. Neither vouches for the record in it. Notifications are
//! repeated until they are acknowledged, each under its own id. Source: Salesforce SOAP API Developer Guide, "Understanding
//! notifications" and "Outbound messaging".

use jiff::Timestamp;
use quick_xml::events::Event;
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

use crate::call::Call;
use crate::delivery::DeliveryKeys;
use crate::refused::{Reason, Refused};
use crate::scheme::{Acknowledgement, Row, SHARED_WORD};
use crate::schemes::Room;
use crate::schemes::header_token::Words;
use crate::secrets::Secrets;
use crate::setup::BadSetup;
use crate::verify::Verified;

const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";
const OUTBOUND: &str = "http://soap.sforce.com/2005/09/outbound";

/// An organisation id of 18 characters ends in a checksum over the 15 before it.
const ID_WITHOUT_CHECKSUM: usize = 15;
/// As many notifications as Salesforce puts into one message.
const MOST_NOTIFICATIONS: usize = 100;
/// Deeper than any record.
const DEEPEST: usize = 64;

/// Its row in the table of schemes.
pub(crate) const ROW: Row = Row {
    method: "compared; `OrganizationId` in the body as well",
    known_by: "the notifications' `Id`s",
    secret: "the last segment of the address",
    secret_in_address: true,
    acknowledgement: Acknowledgement::Body { content_type: "text/xml; charset=utf-8", text: ACKNOWLEDGED },
    ..SHARED_WORD
};

/// The answer that ends a message's repetitions.
const ACKNOWLEDGED: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
    <soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body>\
    <notificationsResponse xmlns=\"http://soap.sforce.com/2005/09/outbound\"><Ack>true</Ack></notificationsResponse>\
    </soapenv:Body></soapenv:Envelope>";

pub(crate) struct OutboundMessage {
    organization_id: String,
    words: Words,
}

impl OutboundMessage {
    pub(crate) fn new(organization_id: &str, secrets: &Secrets) -> Result<Self, BadSetup> {
        // Characters that no address is rewritten for on its way.
        let can_stand = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~');
        let organization_id = organization_id[..ID_WITHOUT_CHECKSUM].to_owned();
        Ok(Self { organization_id, words: Words::new(secrets, can_stand)? })
    }
}

/// Whether it is one: `00D` and 12 or 15 characters more.
pub(crate) fn is_organization_id(text: &str) -> bool {
    is_id(text) && text.starts_with("00D")
}

fn is_id(text: &str) -> bool {
    matches!(text.len(), 15 | 18) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

impl Room for OutboundMessage {
    fn verify(&self, call: &Call<'_>, _now: Timestamp) -> Result<Verified, Refused> {
        let path = call.url.split(['?', '#']).next().unwrap_or_default();
        let word = path.rsplit('/').next().unwrap_or_default();
        // First who calls, and only then a look into what came.
        let verified = self.words.verify(word.as_bytes(), DeliveryKeys::default)?;
        let message = Message::read(call.body)?;
        let is_ours = |id: &String| is_organization_id(id) && id.starts_with(&self.organization_id);
        if !message.organization_ids.iter().all(is_ours) || message.organization_ids.len() != 1 {
            return Err(Reason::WrongOrganization.into());
        }
        if !message.notification_ids.iter().all(|id| is_id(id)) {
            return Err(Reason::BadEncoding.into());
        }
        Ok(Verified { keys: DeliveryKeys::of_notifications(message.notification_ids), ..verified })
    }
}

/// What a message says of itself; the records in it are for others to read.
#[derive(Default)]
struct Message {
    organization_ids: Vec<String>,
    notification_ids: Vec<String>,
}

/// Where the two stand. A record may hold an element of the same name, elsewhere.
const ORGANIZATION_ID: [(&str, &str); 4] =
    [(SOAP, "Envelope"), (SOAP, "Body"), (OUTBOUND, "notifications"), (OUTBOUND, "OrganizationId")];
const NOTIFICATION_ID: [(&str, &str); 5] =
    [(SOAP, "Envelope"), (SOAP, "Body"), (OUTBOUND, "notifications"), (OUTBOUND, "Notification"), (OUTBOUND, "Id")];

type Path = Vec<(String, String)>;

impl Message {
    fn read(body: &[u8]) -> Result<Self, Reason> {
        // In UTF-16 a document type would not look like one. XML has no NUL.
        let text = std::str::from_utf8(body).map_err(|_| Reason::BadEncoding)?;
        if text.contains('\0') {
            return Err(Reason::BadEncoding);
        }
        let mut reader = NsReader::from_str(text.trim_start_matches('\u{feff}'));
        let (mut message, mut path) = (Self::default(), Path::new());
        loop {
            let (namespace, event) = reader.read_resolved_event().map_err(|_| Reason::BadEncoding)?;
            match event {
                Event::DocType(_) | Event::PI(_) => return Err(Reason::ForbiddenXml),
                Event::GeneralRef(entity) => {
                    let is_predefined = ["amp", "lt", "gt", "apos", "quot"].contains(&entity.as_ref());
                    if !is_predefined && !entity.is_char_ref() {
                        return Err(Reason::ForbiddenXml);
                    }
                    // An id needs none, so one that has it is none.
                    message.push(&path, "&");
                }
                Event::Decl(declaration) => {
                    let encoding = declaration.encoding().transpose().map_err(|_| Reason::BadEncoding)?;
                    if encoding.is_some_and(|name| !name.eq_ignore_ascii_case("utf-8")) {
                        return Err(Reason::BadEncoding);
                    }
                }
                Event::Start(start) => {
                    let namespace = match namespace {
                        ResolveResult::Bound(namespace) => namespace.into_inner().to_owned(),
                        ResolveResult::Unbound => String::new(),
                        ResolveResult::Unknown(_) => return Err(Reason::BadEncoding),
                    };
                    path.push((namespace, start.local_name().as_ref().to_owned()));
                    if path.len() > DEEPEST {
                        return Err(Reason::BadEncoding);
                    }
                    message.open(&path)?;
                }
                Event::End(_) => {
                    path.pop();
                }
                Event::Text(text) => message.push(&path, text.as_ref()),
                Event::CData(text) => message.push(&path, text.as_ref()),
                Event::Empty(_) | Event::Comment(_) => {}
                Event::Eof if path.is_empty() && !message.notification_ids.is_empty() => return Ok(message),
                Event::Eof => return Err(Reason::BadEncoding),
            }
        }
    }

    fn open(&mut self, path: &Path) -> Result<(), Reason> {
        if stands_at(path, &ORGANIZATION_ID) {
            self.organization_ids.push(String::new());
        }
        if stands_at(path, &NOTIFICATION_ID) {
            self.notification_ids.push(String::new());
        }
        match self.notification_ids.len().max(self.organization_ids.len()) {
            0..=MOST_NOTIFICATIONS => Ok(()),
            _ => Err(Reason::BadEncoding),
        }
    }

    fn push(&mut self, path: &Path, text: &str) {
        let place = if stands_at(path, &ORGANIZATION_ID) {
            self.organization_ids.last_mut()
        } else if stands_at(path, &NOTIFICATION_ID) {
            self.notification_ids.last_mut()
        } else {
            None
        };
        if let Some(place) = place {
            place.push_str(text.trim());
        }
    }
}

fn stands_at(path: &Path, place: &[(&str, &str)]) -> bool {
    path.len() == place.len()
        && path.iter().zip(place).all(|((space, name), place)| (space.as_str(), name.as_str()) == *place)
}
