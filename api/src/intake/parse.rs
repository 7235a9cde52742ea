//! From the body of `POST /api/v1/requests` to a [`NewRequest`]: what is past here is normalised and within bounds.

use std::collections::HashMap;
use std::time::Duration;

use entities::controller::table::Model as Controller;
use entities::request::file::{NewRequest, Replacement, right_word};
use entities::time::At;
use jiff::Timestamp;
use law::regime::Regime;
use resolution::identifier::IdentifierKind;
use resolution::normalise::Normalised;
use resolution::plan::Right;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::fields::Faults;
use crate::given::{GivenIdentifier, kind, normal};
use crate::json::Object;
use crate::problem::Problem;
use crate::schema;
use crate::words::{CHANNELS, IDENTITY_METHODS};

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
    /// The law whose clock runs.
    #[schema(schema_with = schema::regime)]
    regime: String,
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
    /// A note for those who handle it. It is stored sealed.
    #[schema(max_length = 2000)]
    note: Option<String>,
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
const MOST_REPLACEMENTS: usize = 20;
const LONGEST_NOTE: usize = 2000;

/// How far ahead of ours the clock of the caller may be.
const AHEAD: Duration = Duration::from_secs(5 * 60);
/// Older than this no request still runs: a receipt so long ago is a slip of the pen.
const OLDEST: Duration = Duration::from_secs(10 * 366 * 86_400);

impl FileRequest {
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
        let right = right(&mut faults, &self.right);
        let regime = faults.word::<Regime>(
            "regime",
            "unknown_regime",
            &self.regime,
            Regime::all().map(|regime| regime.as_str()),
        );
        let channel = faults.one_of("channel", "unknown_channel", &self.channel, CHANNELS);
        let received_at = received_at(&mut faults, self.received_at.as_deref(), now);
        let identifiers = identifiers(&mut faults, &self.identifiers, region);
        let replacements = replacements(&mut faults, &self.replacements, right, region);
        let identity_method = self
            .identity
            .as_ref()
            .map(|given| faults.one_of("identity.method", "unknown_method", &given.0.method, IDENTITY_METHODS));
        let note = self.note.as_deref().map(|note| faults.text("note", note, LONGEST_NOTE));
        let read = || {
            Some(NewRequest {
                right: right?,
                regime: regime?,
                channel: channel?.to_owned(),
                received_at: received_at?,
                identifiers,
                replacements,
                identity_method: identity_method.flatten().map(str::to_owned),
                note: note.flatten(),
            })
        };
        faults.finish(read())
    }
}

fn right(faults: &mut Faults, given: &str) -> Option<Right> {
    let word = faults.one_of("right", "unknown_right", given, &schema::RIGHTS.map(right_word))?;
    schema::RIGHTS.into_iter().find(|right| right_word(*right) == word)
}

fn received_at(faults: &mut Faults, given: Option<&str>, now: At) -> Option<At> {
    let Some(given) = given else { return Some(now) };
    let Some(instant) = given.parse::<Timestamp>().ok().filter(|_| is_rfc3339(given)) else {
        faults.add("received_at", "not_an_instant", "must be RFC 3339 with an offset, such as 2026-11-20T08:00:00Z");
        return None;
    };
    let at = At::from(instant);
    if at > now + AHEAD {
        faults.add("received_at", "in_the_future", "lies in the future; a clock starts when the request was received");
    } else if at < now - OLDEST {
        faults.add("received_at", "too_long_ago", "lies more than ten years back");
    }
    Some(at)
}

/// Whether an instant is written as in RFC 3339 §5.6. The parser reads more than that: forms without separators, offsets of a
/// day and more, and the name of a zone, which may contradict the offset beside it. A clock must not start on a guess.
fn is_rfc3339(text: &str) -> bool {
    let shape = |text: &str, shape: &str| {
        text.len() == shape.len()
            && text.bytes().zip(shape.bytes()).all(|(c, wanted)| match wanted {
                b'0' => c.is_ascii_digit(),
                _ => c.eq_ignore_ascii_case(&wanted),
            })
    };
    let Some((whole, rest)) = text.split_at_checked(19) else { return false };
    let fraction = rest.strip_prefix('.').map_or(0, |digits| 1 + digits.bytes().take_while(u8::is_ascii_digit).count());
    let offset = &rest[fraction..];
    let hours = offset.get(1..3).unwrap_or_default();
    shape(whole, "0000-00-00T00:00:00")
        && fraction != 1
        && (shape(offset, "Z") || (shape(offset, "+00:00") || shape(offset, "-00:00")) && hours <= "23")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_written_in_one_way() {
        for good in [
            "2026-11-20T08:00:00Z",
            "2026-11-20t08:00:00z",
            "2026-11-20T08:00:00.5Z",
            "2026-11-20T08:00:00.123456789+05:30",
            "2026-11-20T08:00:00-23:59",
        ] {
            assert!(is_rfc3339(good) && good.parse::<Timestamp>().is_ok(), "{good}");
        }
        for other in [
            "20261120T080000Z",
            "2026-11-20T08:00Z",
            "2026-11-20 08:00:00Z",
            "+002026-11-20T08:00:00Z",
            "2026-11-20T08:00:00+01:00[Europe/Berlin]",
            "2026-11-20T08:00:00+24:00",
            "2026-11-20T08:00:00+01",
            "2026-11-20T08:00:00.Z",
            "2026-11-20T08:00:00,5Z",
            "2026-11-20T08:00:00",
            "2026-11-20T08:00:0ä",
        ] {
            assert!(!is_rfc3339(other), "{other}");
        }
    }
}
