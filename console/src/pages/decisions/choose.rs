//! Saying of a record or a search term whether it is meant, and why.

use api::auth::scopes::RequestsDecide;
use api::decision::{Decision, LONGEST_REASON};
use api::masks;
use entities::id::{CandidateId, IdentifierId};
use entities::identifier::table::Choice;
use entities::request::status::RequestStatus;
use entities::{candidate, identifier};

use crate::parts::bare;
use crate::refused::Refused;
use crate::sheet::desk::Desk;
use crate::sheet::field::{Field, Kind, Opt};
use crate::sheet::reading::Reading;
use crate::sheet::{Deciding, Sheet};

/// The decision about a record.
pub struct Candidate;

/// The decision about a search term.
pub struct Term;

const CHOICES: [Choice; 2] = [Choice::Included, Choice::LeftOut];

impl Deciding for Candidate {
    type Scope = RequestsDecide;
    const DONE: &'static str = "chosen";
    const IS_CHECKED: bool = false;

    async fn asks(desk: &Desk<'_>) -> Result<Sheet, Refused> {
        let (s, look) = (&desk.s, &desk.look);
        let id = CandidateId(desk.item()?);
        let found = candidate::queries::of_request(desk.db(), desk.request().id).await?;
        let row = found.iter().find(|row| row.id == id).ok_or_else(Refused::not_found)?;
        let record = candidate::queries::record(look.opened()?, row)?;
        let hits = candidate::queries::hits(desk.db(), std::slice::from_ref(row)).await?;
        let terms = identifier::queries::of_request(desk.db(), desk.request().id).await?;
        let mut sheet = sheet(desk, s.t("candidate-title"), s.t("candidate-lead"), "candidate-help");
        let mut shows: Vec<_> = record.name.iter().map(|name| look.through(name, masks::name)).collect();
        shows.extend(record.emails.iter().map(|email| look.through(email, masks::email)));
        shows.extend(record.phones.iter().map(|phone| look.through(phone, masks::phone)));
        sheet = sheet.tell(
            s.t("person-record"),
            format!("{} {}", s.word("record", &row.kind), bare(&look.subject(&record.key))),
        );
        if !shows.is_empty() {
            sheet = sheet.tell(s.t("person-shows"), shows.join(", "));
        }
        let mut found_by = Vec::new();
        for (at, term) in
            terms.iter().enumerate().filter(|(_, term)| hits.iter().any(|hit| hit.identifier_id == term.id))
        {
            let value =
                look.identifier(identifier::queries::kind(term)?, &identifier::queries::value(look.opened()?, term)?);
            let shared =
                if term.people.is_some_and(|people| people > 1) { s.t("person-shared-by") } else { String::new() };
            found_by.push(format!("#{} {} {value}{shared}", at + 1, s.word("identifier", &term.kind)));
        }
        sheet = sheet.tell(s.t("person-found-by"), found_by.join("; "));
        if let Some(doubt) = row.doubt.as_deref().filter(|_| !row.certain) {
            let says = s.w.known("doubt", doubt).unwrap_or_else(|| doubt.replace('_', " "));
            sheet = sheet.tell(s.t("candidate-doubt"), says);
        }
        if let Some(why) = row.set_aside {
            sheet = sheet.tell(s.t("person-state"), s.word("set-aside", why.as_str()));
        }
        Ok(sheet)
    }

    fn read(desk: &Desk<'_>, given: &mut Reading<'_>) -> Option<Decision> {
        let (choice, reason) = read(desk, given);
        Some(Decision::Candidate(CandidateId(desk.item().ok()?), choice?, reason?))
    }
}

impl Deciding for Term {
    type Scope = RequestsDecide;
    const DONE: &'static str = "term-chosen";
    const IS_CHECKED: bool = false;

    async fn asks(desk: &Desk<'_>) -> Result<Sheet, Refused> {
        let (s, look) = (&desk.s, &desk.look);
        let id = IdentifierId(desk.item()?);
        let terms = identifier::queries::of_request(desk.db(), desk.request().id).await?;
        let row = terms.iter().find(|row| row.id == id).ok_or_else(Refused::not_found)?;
        let value = look.identifier(identifier::queries::kind(row)?, &identifier::queries::value(look.opened()?, row)?);
        let mut sheet = sheet(desk, s.t("term-title"), s.t("term-lead"), "term-help")
            .tell(s.t("person-known"), format!("{} {value}", s.word("identifier", &row.kind)))
            .tell(s.t("person-found"), s.with("person-hits", "count", row.hits.unwrap_or_default()));
        if let Some(people) = row.people.filter(|people| *people > 1) {
            sheet = sheet.tell(s.t("term-people"), s.with("term-people-count", "count", people));
        }
        if row.not_searchable.is_some() {
            sheet = sheet.tell(s.t("person-state"), s.t("person-not-searchable"));
        }
        Ok(sheet)
    }

    fn read(desk: &Desk<'_>, given: &mut Reading<'_>) -> Option<Decision> {
        let (choice, reason) = read(desk, given);
        Some(Decision::Term(IdentifierId(desk.item().ok()?), choice?, reason?))
    }
}

fn sheet(desk: &Desk<'_>, title: String, lead: String, help: &str) -> Sheet {
    let s = &desk.s;
    let option = |choice: Choice| {
        Opt::new(choice.as_str(), s.word("choose", choice.as_str())).meaning(s.word(help, choice.as_str()))
    };
    let mut sheet = Sheet::new(title, lead, s.t("choose-go"));
    sheet.is_personal = true;
    if desk.request().status != RequestStatus::Reviewing {
        sheet.barred.push(s.t("choose-not-reviewing"));
    }
    sheet
        .ask(Field::new(Kind::OneOf, "choice", s.t("choose-choice")).options(CHOICES.map(option).into()))
        .ask(Field::reason(s, s.t("choose-reason")))
}

fn read(desk: &Desk<'_>, given: &mut Reading<'_>) -> (Option<Choice>, Option<String>) {
    let known = |text: &str| CHOICES.into_iter().find(|choice| choice.as_str() == text);
    let choice = given.word("choice", known, desk.s.t("choose-choice-missing"));
    let reason = given.text("reason", LONGEST_REASON, desk.s.t("choose-reason-missing"));
    (choice, reason)
}
