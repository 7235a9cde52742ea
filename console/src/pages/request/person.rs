//! Who is meant: what is known of the person, and the platform records that it found.

use api::app::App;
use api::masks;
use api::reveal::Look;
use entities::candidate::table::Model as Candidate;
use entities::identifier::table::{Choice, Model as Identifier};
use entities::request::file::note;
use entities::{candidate, identifier, merge_set};

use crate::parts::{Tag, Tone, bare};
use crate::refused::Refused;
use crate::shell::Shell;

/// Who is meant.
pub struct Person {
    /// What is known.
    pub identifiers: Vec<IdentifierRow>,
    /// What was found.
    pub candidates: Vec<CandidateRow>,
    /// What was noted at filing, where it is in the clear.
    pub note: Option<String>,
    /// Whether the data has been erased.
    pub is_erased: bool,
}

/// One identifier.
pub struct IdentifierRow {
    /// Its place, from 1: candidates name it by that.
    pub place: usize,
    /// What kind it is.
    pub kind: String,
    /// Its value, masked or not.
    pub value: String,
    /// What it found.
    pub found: String,
    /// What is to be said of it.
    pub tags: Vec<Tag>,
}

/// One record.
pub struct CandidateRow {
    /// What kind it is.
    pub kind: String,
    /// Its key on the platform.
    pub key: String,
    /// What the platform shows of it: names, addresses, numbers.
    pub shows: Vec<String>,
    /// The places of the identifiers that found it.
    pub found_by: String,
    /// Its merge set.
    pub merge_set: Option<String>,
    /// What is to be said of it.
    pub tags: Vec<Tag>,
}

impl Person {
    /// As far as the look goes.
    ///
    /// # Errors
    /// The database fails, or something sealed does not open.
    pub async fn of(
        app: &App,
        s: &Shell,
        look: &Look,
        identifiers: &[Identifier],
        candidates: &[Candidate],
    ) -> Result<Self, Refused> {
        let conn = app.store.db.read();
        let hits = if candidates.is_empty() { Vec::new() } else { candidate::queries::hits(conn, candidates).await? };
        let sets = merge_set::queries::of_request(conn, look.request.id).await?;
        let place = |id| identifiers.iter().position(|row| row.id == id).map(|at| at + 1);
        let mut rows = Vec::new();
        for row in candidates {
            let mut found_by: Vec<_> = hits
                .iter()
                .filter(|hit| hit.candidate_id == row.id)
                .filter_map(|hit| place(hit.identifier_id))
                .collect();
            found_by.sort_unstable();
            let set = row.merge_set_id.and_then(|id| sets.iter().position(|(set, _)| set.id == id));
            rows.push(CandidateRow {
                found_by: found_by.iter().map(|at| format!("#{at}")).collect::<Vec<_>>().join(", "),
                merge_set: set.map(|at| {
                    let mut values = fluent_bundle::FluentArgs::new();
                    values.set("number", (at + 1).to_string());
                    values.set("count", sets[at].1.len());
                    s.w.filled("person-merge-set", &values)
                }),
                tags: said_of(s, row),
                ..CandidateRow::shown(s, look, row)?
            });
        }
        let identifiers = identifiers.iter().enumerate().map(|(at, row)| IdentifierRow::of(s, look, at + 1, row));
        let noted = look.clear_key()?.map(|key| note(key, &look.request)).transpose()?.flatten();
        Ok(Self {
            identifiers: identifiers.collect::<Result<_, _>>()?,
            candidates: rows,
            note: noted,
            is_erased: look.key.is_none(),
        })
    }
}

impl IdentifierRow {
    fn of(s: &Shell, look: &Look, place: usize, row: &Identifier) -> Result<Self, Refused> {
        let value = match &look.key {
            Some(key) => look.identifier(identifier::queries::kind(row)?, &identifier::queries::value(key, row)?),
            None => s.t("person-erased"),
        };
        let mut tags = Vec::new();
        if row.people.is_some_and(|people| people > 1) {
            tags.push(Tag::new(Tone::Warn, s.t("person-shared")));
        }
        if row.not_searchable.is_some() {
            tags.push(Tag::new(Tone::Quiet, s.t("person-not-searchable")));
        }
        tags.extend(chosen(s, row.choice));
        let found = match (row.searched_at, row.hits) {
            (None, _) => s.t("person-not-searched"),
            (Some(_), hits) => s.with("person-hits", "count", hits.unwrap_or_default()),
        };
        Ok(Self { place, kind: s.word("identifier", &row.kind), value, found, tags })
    }
}

impl CandidateRow {
    fn shown(s: &Shell, look: &Look, row: &Candidate) -> Result<Self, Refused> {
        let kind = s.word("record", &row.kind);
        let (key, shows) = match &look.key {
            None => (s.t("person-erased"), Vec::new()),
            Some(key) => {
                let record = candidate::queries::record(key, row)?;
                let mut shows: Vec<_> = record.name.iter().map(|name| look.through(name, masks::name)).collect();
                shows.extend(record.emails.iter().map(|email| look.through(email, masks::email)));
                shows.extend(record.phones.iter().map(|phone| look.through(phone, masks::phone)));
                (bare(&look.subject(&record.key)), shows)
            }
        };
        Ok(Self { kind, key, shows, found_by: String::new(), merge_set: None, tags: Vec::new() })
    }
}

fn said_of(s: &Shell, row: &Candidate) -> Vec<Tag> {
    let mut tags = Vec::new();
    match (&row.set_aside, row.choice, row.certain) {
        (Some(why), _, _) => tags.push(Tag::new(Tone::Quiet, s.word("set-aside", why.as_str()))),
        (None, Choice::Undecided, true) => tags.push(Tag::new(Tone::Good, s.t("person-certain"))),
        (None, Choice::Undecided, false) => tags.push(Tag::new(Tone::Warn, s.t("person-doubtful"))),
        (None, choice, _) => tags.extend(chosen(s, choice)),
    }
    if row.ancestor {
        tags.push(Tag::new(Tone::Quiet, s.t("person-ancestor")));
    }
    tags
}

fn chosen(s: &Shell, choice: Choice) -> Option<Tag> {
    match choice {
        Choice::Undecided => None,
        Choice::Included => Some(Tag::new(Tone::Good, s.word("choice", choice.as_str()))),
        Choice::LeftOut => Some(Tag::new(Tone::Quiet, s.word("choice", choice.as_str()))),
    }
}
