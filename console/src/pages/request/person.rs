//! Who is meant: what is known of the person, and the platform records that it found.

use api::app::App;
use api::masks;
use api::reveal::Look;
use entities::candidate::table::Model as Candidate;
use entities::id::{CandidateId, IdentifierId};
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
    /// The merge sets, in words.
    pub sets: Vec<String>,
    /// What was noted at filing, where it is in the clear.
    pub note: Option<String>,
    /// Whether the data has been erased.
    pub is_erased: bool,
}

/// One identifier.
pub struct IdentifierRow {
    /// Its id.
    pub id: IdentifierId,
    /// Its place, from 1: candidates name it by that.
    pub place: usize,
    /// Whether it is a search term, so that somebody can say whether it may be acted on.
    pub is_term: bool,
    /// Whether several people share it.
    pub is_shared: bool,
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
    /// Its id.
    pub id: CandidateId,
    /// Its letter: the picture names it by that.
    pub letter: String,
    /// What is to be done with it.
    pub mark: Mark,
    /// The identifiers that found it, by their positions.
    pub hits: Vec<usize>,
    /// Its merge set, by its position.
    pub set: Option<usize>,
    /// What kind it is.
    pub kind: String,
    /// Its key on the platform.
    pub key: String,
    /// What the platform shows of it: names, addresses, numbers.
    pub shows: Vec<String>,
    /// The places of the identifiers that found it.
    pub found_by: String,
    /// Its merge set, in words.
    pub merge_set: Option<String>,
    /// What is to be said of it.
    pub tags: Vec<Tag>,
}

/// What becomes of a record, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It is acted on.
    Meant,
    /// Somebody must say.
    Doubtful,
    /// It is not acted on.
    LeftOut,
}

impl Mark {
    fn of(row: &Candidate) -> Self {
        match (row.set_aside, row.choice, row.certain) {
            (Some(_), ..) | (None, Choice::LeftOut, _) => Self::LeftOut,
            (None, Choice::Included, _) | (None, Choice::Undecided, true) => Self::Meant,
            (None, Choice::Undecided, false) => Self::Doubtful,
        }
    }
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
        let place = |id| identifiers.iter().position(|row| row.id == id);
        let in_words = |at: usize, members: usize| {
            let mut values = fluent_bundle::FluentArgs::new();
            values.set("number", (at + 1).to_string());
            values.set("count", members);
            s.w.filled("person-merge-set", &values)
        };
        let set_words: Vec<_> = sets.iter().enumerate().map(|(at, (_, members))| in_words(at, members.len())).collect();
        let mut rows = Vec::new();
        for (at, row) in candidates.iter().enumerate() {
            let own = hits.iter().filter(|hit| hit.candidate_id == row.id);
            let mut found_by: Vec<_> = own.filter_map(|hit| place(hit.identifier_id)).collect();
            found_by.sort_unstable();
            let set = row.merge_set_id.and_then(|id| sets.iter().position(|(set, _)| set.id == id));
            let (kind, key, shows) = shown(s, look, row)?;
            rows.push(CandidateRow {
                id: row.id,
                letter: letter(at),
                mark: Mark::of(row),
                found_by: found_by.iter().map(|at| format!("#{}", at + 1)).collect::<Vec<_>>().join(", "),
                hits: found_by,
                set,
                merge_set: set.map(|at| set_words[at].clone()),
                tags: said_of(s, row),
                kind,
                key,
                shows,
            });
        }
        let identifiers = identifiers.iter().enumerate().map(|(at, row)| IdentifierRow::of(s, look, at + 1, row));
        let noted = look.clear_key()?.map(|key| note(key, &look.request)).transpose()?.flatten();
        Ok(Self {
            identifiers: identifiers.collect::<Result<_, _>>()?,
            candidates: rows,
            sets: set_words,
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
        Ok(Self {
            id: row.id,
            place,
            is_term: identifier::queries::kind(row)?.is_search_term(),
            is_shared: row.people.is_some_and(|people| people > 1),
            kind: s.word("identifier", &row.kind),
            value,
            found,
            tags,
        })
    }
}

/// What the platform shows of a record: its kind, its key, and names, addresses and numbers.
fn shown(s: &Shell, look: &Look, row: &Candidate) -> Result<(String, String, Vec<String>), Refused> {
    let kind = s.word("record", &row.kind);
    let Some(key) = &look.key else { return Ok((kind, s.t("person-erased"), Vec::new())) };
    let record = candidate::queries::record(key, row)?;
    let mut shows: Vec<_> = record.name.iter().map(|name| look.through(name, masks::name)).collect();
    shows.extend(record.emails.iter().map(|email| look.through(email, masks::email)));
    shows.extend(record.phones.iter().map(|phone| look.through(phone, masks::phone)));
    Ok((kind, bare(&look.subject(&record.key)), shows))
}

/// A, B, …, Z, AA, AB, …
fn letter(at: usize) -> String {
    let last = char::from(b'A' + u8::try_from(at % 26).unwrap_or_default());
    if at < 26 { last.to_string() } else { format!("{}{last}", letter(at / 26 - 1)) }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_go_on_after_the_last() {
        let all: Vec<_> = [0, 1, 25, 26, 51, 52, 701, 702].into_iter().map(letter).collect();
        assert_eq!(all, ["A", "B", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }
}
