//! From the body of `POST /api/v1/requests` to a [`NewRequest`]: what is past here is normalised and within bounds.

use std::collections::HashMap;
use std::time::Duration;

use entities::addressee::queries::Addressee;
use entities::controller::rules;
use entities::controller::table::Model as Controller;
use entities::request::file::{NewRequest, Replacement};
use entities::request::right::Right;
use entities::time::At;
use law::regime::Regime;
use resolution::identifier::IdentifierKind;
use resolution::normalise::{Normalised, normalise};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::fields::Faults;
use crate::given::{GivenIdentifier, kind, normal};
use crate::json::Object;
use crate::problem::Problem;
use crate::schema;
use crate::words::{CHANNELS, IDENTITY_METHODS, LANGUAGES};

/// A request to be filed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewRequest)]
pub struct FileRequest {
    /// The controller's short name.
    #[schema(example = "acme")]
    pub controller: String,
    /// What is asked for.
    #[schema(schema_with = schema::right)]
    right: String,
    /// The law that the answer goes by.
    #[schema(schema_with = schema::regime)]
    regime: String,
    /// Further laws that may cover the person. Their clocks run beside; work goes by the earliest date.
    #[serde(default)]
    #[schema(schema_with = schema::regimes)]
    other_regimes: Vec<String>,
    /// The ISO 3166 code of the place whose holidays count; the controller's, if left away.
    #[schema(example = "DE-BY", pattern = "^[A-Z]{2}(-[A-Z0-9]{1,3})?$")]
    region: Option<String>,
    /// How it reached the controller.
    #[schema(schema_with = schema::channel)]
    channel: String,
    /// When it reached the controller, RFC 3339 with offset; now, if left away. Not in the future.
    #[schema(schema_with = schema::maybe_instant)]
    received_at: Option<String>,
    /// What is known of the person.
    #[schema(value_type = Vec<GivenIdentifier>, min_items = 1, max_items = 50)]
    identifiers: Vec<Object<GivenIdentifier>>,
    /// What to correct; only for a rectification, which needs it.
    #[serde(default)]
    #[schema(value_type = Vec<GivenReplacement>, max_items = 20)]
    replacements: Vec<Object<GivenReplacement>>,
    /// How the person's identity was proven; without it the request waits in `verifying`.
    #[schema(value_type = Option<GivenIdentity>)]
    identity: Option<Object<GivenIdentity>>,
    /// The mail address that letters go to; the first one among the identifiers, if left away. It is stored sealed.
    #[schema(max_length = 254)]
    reply_to: Option<String>,
    /// The language of letters; the controller's, if left away.
    #[schema(schema_with = schema::language)]
    language: Option<String>,
    /// The name that letters greet with. It is stored sealed.
    #[schema(max_length = 200)]
    salutation: Option<String>,
    /// A note for those who handle it. It is stored sealed.
    #[schema(max_length = 2000)]
    note: Option<String>,
    /// Whether it only tries something out: it is searched for and planned, never carried out on the platform, and left out of
    /// reports.
    #[serde(default)]
    pub test: bool,
}

/// One correction.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewReplacement)]
struct GivenReplacement {
    /// The kind of both values; one that the platform can search for.
    #[schema(schema_with = schema::identifier_kind)]
    kind: String,
    /// What is wrong.
    existing: String,
    /// What is right.
    updated: String,
}

/// How identity was proven.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewIdentity)]
struct GivenIdentity {
    /// The method.
    #[schema(schema_with = schema::identity_method)]
    method: String,
}

const MOST_IDENTIFIERS: usize = 50;
const MOST_REGIMES: usize = 5;
const MOST_REPLACEMENTS: usize = 20;
const LONGEST_NOTE: usize = 2000;
const LONGEST_NAME: usize = 200;

/// How far ahead of ours the clock of the caller may be.
const AHEAD: Duration = Duration::from_secs(5 * 60);
/// Older than this no request still runs: a receipt so long ago is a slip of the pen.
const OLDEST: Duration = Duration::from_secs(10 * 366 * 86_400);

impl FileRequest {
    /// Whether it says that the person's identity is proven.
    #[must_use]
    pub fn says_who_it_is(&self) -> bool {
        self.identity.is_some()
    }

    /// Reads it for a controller, at `now`. `None` stands for a controller that is not within reach.
    ///
    /// # Errors
    /// Every field that cannot be used.
    pub fn read(self, controller: Option<&Controller>, now: At) -> Result<NewRequest, Problem> {
        let mut faults = Faults::default();
        if controller.is_none() {
            faults.add("controller", "unknown_controller", "there is no such controller within your reach");
        }
        let region = controller.and_then(|controller| controller.region.as_deref());
        let rights = Right::ALL.iter().map(|right| right.as_str());
        let right = faults.word::<Right>("right", "unknown_right", &self.right, rights);
        let regime = regime(&mut faults, "regime", &self.regime);
        let other_regimes = other_regimes(&mut faults, &self.other_regimes, regime);
        let place = self.region.as_deref().map(|given| place(&mut faults, given));
        let channel = faults.one_of("channel", "unknown_channel", &self.channel, CHANNELS);
        let received_at = received_at(&mut faults, self.received_at.as_deref(), now);
        let identifiers = identifiers(&mut faults, &self.identifiers, region);
        let replacements = replacements(&mut faults, &self.replacements, right, region);
        let identity_method = self
            .identity
            .as_ref()
            .map(|given| faults.one_of("identity.method", "unknown_method", &given.0.method, IDENTITY_METHODS));
        let note = self.note.as_deref().map(|note| faults.text("note", note, LONGEST_NOTE));
        let addressee = self.addressee(&mut faults);
        let read = || {
            Some(NewRequest {
                right: right?,
                regime: regime?,
                other_regimes,
                region: place.flatten(),
                channel: channel?.to_owned(),
                received_at: received_at?,
                identifiers,
                replacements,
                identity_method: identity_method.flatten().map(str::to_owned),
                note: note.flatten(),
                addressee,
            })
        };
        faults.finish(read())
    }

    fn addressee(&self, faults: &mut Faults) -> Addressee {
        let address = self.reply_to.as_deref().and_then(|given| {
            let address = normalise(IdentifierKind::Email, given, None).ok();
            if address.is_none() {
                faults.add("reply_to", "not_an_address", "must be one mail address");
            }
            address.map(|address| address.value)
        });
        let language = self
            .language
            .as_deref()
            .and_then(|given| faults.one_of("language", "unknown_language", given, LANGUAGES).map(str::to_owned));
        let salutation = self.salutation.as_deref().and_then(|given| faults.text("salutation", given, LONGEST_NAME));
        Addressee { language: language.unwrap_or_default(), address, salutation }
    }
}

fn regime(faults: &mut Faults, field: &str, given: &str) -> Option<Regime> {
    faults.word::<Regime>(field, "unknown_regime", given, Regime::all().map(Regime::as_str))
}

fn other_regimes(faults: &mut Faults, given: &[String], first: Option<Regime>) -> Vec<Regime> {
    if given.len() > MOST_REGIMES {
        faults.add("other_regimes", "too_many", format!("at most {MOST_REGIMES} entries"));
    }
    let mut seen: Vec<Regime> = first.into_iter().collect();
    for (at, word) in given.iter().take(MOST_REGIMES).enumerate() {
        let field = format!("other_regimes[{at}]");
        match regime(faults, &field, word) {
            Some(regime) if seen.contains(&regime) => faults.add(field, "duplicate_regime", "is named twice"),
            Some(regime) => seen.push(regime),
            None => {}
        }
    }
    seen.split_off(seen.len().min(usize::from(first.is_some())))
}

/// A place by ISO 3166: a country, or a part of one. Whether its holidays are known is shown with each date.
fn place(faults: &mut Faults, given: &str) -> Option<String> {
    if rules::region(given).is_ok() {
        return Some(given.to_owned());
    }
    faults.add("region", "not_a_region", "is an ISO 3166 code, such as DE or DE-BY");
    None
}

fn received_at(faults: &mut Faults, given: Option<&str>, now: At) -> Option<At> {
    let Some(given) = given else { return Some(now) };
    let at = faults.instant("received_at", given)?;
    if at > now + AHEAD {
        faults.add("received_at", "in_the_future", "lies in the future; a clock starts when the request was received");
    } else if at < now - OLDEST {
        faults.add("received_at", "too_long_ago", "lies more than ten years back");
    }
    Some(at)
}

fn identifiers(faults: &mut Faults, given: &[Object<GivenIdentifier>], region: Option<&str>) -> Vec<Normalised> {
    faults.count("identifiers", given.len(), MOST_IDENTIFIERS);
    let mut seen: HashMap<(IdentifierKind, String), usize> = HashMap::new();
    let mut read = Vec::new();
    for (at, Object(given)) in given.iter().take(MOST_IDENTIFIERS).enumerate() {
        let Some(found) = given.normalised(faults, &format!("identifiers[{at}]"), region) else { continue };
        match seen.entry((found.kind, found.lookup.clone())) {
            std::collections::hash_map::Entry::Occupied(first) => {
                let detail = format!("identifiers[{at}] is the same as identifiers[{}]", first.get());
                faults.add(format!("identifiers[{at}]"), "duplicate_identifier", detail);
            }
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(at);
                read.push(found);
            }
        }
    }
    read
}

fn replacements(
    faults: &mut Faults,
    given: &[Object<GivenReplacement>],
    right: Option<Right>,
    region: Option<&str>,
) -> Vec<Replacement> {
    match right {
        Some(Right::Rectification) => faults.count("replacements", given.len(), MOST_REPLACEMENTS),
        Some(_) if !given.is_empty() => {
            faults.add("replacements", "only_for_rectification", "only a rectification replaces anything");
        }
        _ => {}
    }
    let mut seen: HashMap<(IdentifierKind, String), usize> = HashMap::new();
    let mut read = Vec::new();
    for (at, Object(given)) in given.iter().take(MOST_REPLACEMENTS).enumerate() {
        let field = format!("replacements[{at}]");
        let Some(kind) = kind(faults, &field, &given.kind) else { continue };
        if !kind.is_search_term() {
            faults.add(format!("{field}.kind"), "not_replaceable", "an id of the platform cannot be replaced");
            continue;
        }
        let existing = normal(faults, format!("{field}.existing"), kind, &given.existing, region);
        let updated = normal(faults, format!("{field}.updated"), kind, &given.updated, region);
        let (Some(existing), Some(updated)) = (existing, updated) else { continue };
        if existing.value == updated.value {
            faults.add(format!("{field}.updated"), "no_change", "is the same as `existing`");
        } else if let Some(first) = seen.insert((kind, existing.lookup), at) {
            let detail = format!("replacements[{at}] replaces the same as replacements[{first}]");
            faults.add(field, "duplicate_replacement", detail);
        } else {
            read.push(Replacement { kind, existing: existing.value, updated: updated.value });
        }
    }
    read
}
