//! Trying a description with a call's body: the requests it would make, and every problem. Nothing is stored, and nobody is called.

use entities::request::right::Right;
use jiff::tz::TimeZone;
use ticketing::mapping::check::Mapping;
use ticketing::mapping::mapped::{Ignored, Mapped, Verdict};
use ticketing::mapping::place::Place;
use ticketing::reading::json;
use ticketing::unreadable::Unreadable;

use crate::description::{Description, Fault};

/// Why nothing could be tried.
#[derive(Debug, thiserror::Error)]
pub enum NotTried {
    /// The description cannot be used; everything that is wrong with it.
    #[error("the description cannot be used")]
    Description(Vec<Fault>),
    /// The body is none that this system sends.
    #[error(transparent)]
    Body(#[from] Unreadable),
}

/// What a call says of one ticket, or a ticket's fields by themselves.
#[derive(Clone, Debug)]
pub struct Tried {
    /// The ticket, as its system's API calls it; none where only fields were tried.
    pub ticket: Option<String>,
    /// Whether the ticket is read from its own system before anything is done.
    pub read_back: bool,
    /// What comes of the fields; none where the call names the ticket and nothing else.
    pub outcome: Option<Outcome>,
}

/// What comes of a ticket's fields.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The request it would make, as far as it could be read, and what is wrong with the fields.
    pub mapped: Mapped,
    /// What keeps a ticket that could be read from being a request all the same: place and reason.
    pub beyond: Vec<Fault>,
}

impl Outcome {
    fn of(mapped: Mapped) -> Self {
        Self { beyond: beyond(&mapped), mapped }
    }

    /// Whether it makes a request by itself.
    #[must_use]
    pub fn is_fileable(&self) -> bool {
        self.mapped.verdict == Verdict::Fileable && self.beyond.is_empty()
    }

    /// Why the ticket is none of ours, if it is not.
    #[must_use]
    pub fn ignored(&self) -> Option<String> {
        let Verdict::Ignored(why) = &self.mapped.verdict else { return None };
        Some(match why {
            Ignored::Absent { pointer } => format!("nothing stands at {pointer}"),
            Ignored::Other { pointer } => format!("something else stands at {pointer}"),
            Ignored::Unmapped { target } => format!("no table names what it has for {target}"),
        })
    }
}

/// Tries a call's body, byte for byte.
///
/// # Errors
/// The description cannot be used, or the body is none that its system sends.
pub fn call(described: &Description, content_type: Option<&str>, body: &[u8]) -> Result<Vec<Tried>, NotTried> {
    let mapping = described.check().map_err(NotTried::Description)?;
    let mentions = described.system.system().mentions(content_type, body)?;
    let vouched = described.signing.scheme().row().proof.vouches_for_the_body();
    let reads = described.system.row().reads;
    Ok(mentions
        .into_iter()
        .map(|mention| {
            let read_back = reads && (mention.document.is_none() || !vouched || described.settings.always_read_back);
            let mut outcome = mention.document.map(|document| Outcome::of(mapping.apply(&document)));
            if let Some(outcome) = outcome.as_mut().filter(|_| !vouched && !reads) {
                let reason = format!(
                    "nothing vouches for the fields of such a call, and {} has no API to read the ticket by: a person looks at each",
                    described.system
                );
                outcome.beyond.push(Fault { place: "signing".to_owned(), reason });
            }
            Tried { ticket: Some(mention.ticket), read_back, outcome }
        })
        .collect())
}

/// Tries a ticket's fields, in the shape that the system's page in `docs/integrations` shows.
///
/// # Errors
/// The description cannot be used, or these are no fields.
pub fn document(described: &Description, fields: &[u8]) -> Result<Tried, NotTried> {
    let mapping: Mapping = described.check().map_err(NotTried::Description)?;
    let text = std::str::from_utf8(fields).map_err(|_| Unreadable::Charset)?;
    let outcome = Outcome::of(mapping.apply(&json::parse(text)?));
    Ok(Tried { ticket: None, read_back: false, outcome: Some(outcome) })
}

fn beyond(mapped: &Mapped) -> Vec<Fault> {
    let Some(right) = mapped.right else { return Vec::new() };
    let fault = |place: &str, reason: String| Fault { place: place.to_owned(), reason };
    if right.as_str().parse::<Right>().is_err() {
        let reason = format!("{right} is not handled as a request of its own; file it by hand");
        return vec![fault("request_type", reason)];
    }
    // The day decides which version of a law counts; without one this is seen when a call comes.
    let Some(day) = mapped.received_at.map(|at| at.to_zoned(TimeZone::UTC).date()) else { return Vec::new() };
    let granted = |place: &Place| place.regime.rights(day).any(|granted| granted == right);
    let refused = mapped.places.iter().filter(|place| !granted(place));
    let reason = |place: &Place| format!("{} grants no right to {right} to a request received on {day}", place.regime);
    refused.map(|place| fault("jurisdiction", reason(place))).collect()
}
