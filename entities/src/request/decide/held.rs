//! Deciding about a letter before it goes out: it is held back, its words are changed for this one person, it is sent.

use std::collections::BTreeMap;

use letters::edit::{LONGEST_PASSAGE, Why, Wrong};

use super::letters::{incomplete, not_proven};
use super::{Case, NotDecided, conflict, unfit};
use crate::id::LetterId;
use crate::letter::compose::Missing;
use crate::letter::demand::Demand;
use crate::letter::hold::{Sheet, hold, redate, release, rewrite};
use crate::letter::kind::{Audience, LetterKind, LetterState};
use crate::letter::outbox::{Words, words};
use crate::letter::table::Model as Letter;
use crate::question::queries::of_request;
use crate::question::table::QuestionCode;
use crate::request::status::RequestStatus;
use crate::request::table::{ActiveModel, Model};
use crate::time::At;
use crate::{addressee, controller};

impl Case<'_> {
    /// Holds a letter back that waits to be sent.
    ///
    /// # Errors
    /// It is not the request's or lets its reader in, or it is on its way already.
    pub async fn hold_letter(self, letter: LetterId) -> Result<Model, NotDecided> {
        let letter = self.letter(letter).await?;
        if letter.audience != Audience::Person || letter.kind.lets_in() {
            return Err(unfit(
                "letter",
                "not_editable",
                "is one that nobody but its recipient may read, or goes to officers",
            ));
        }
        if !hold(self.txn, self.now, &self.by.actor, &self.request, letter.id, letter.kind).await? {
            let message = "only a letter that waits to be sent, and was never tried, is held back";
            return Err(conflict("letter_not_waiting", message));
        }
        self.write(ActiveModel::default()).await
    }

    /// Changes passages of a letter that is held back, by their places in it.
    ///
    /// # Errors
    /// It is not the request's or not held back, or it would lack what the law asks for.
    pub async fn edit_letter(self, letter: LetterId, changes: &BTreeMap<usize, String>) -> Result<Model, NotDecided> {
        let letter = self.held(letter).await?;
        let said = words(&**self.txn, &self.store.safe, &letter).await?;
        let edited = Sheet::of(&letter, &said)?.edited(changes)?;
        let demands = letter.demanded()?;
        let edited = edited.map_err(|wrong| refused(&wrong, &demands))?;
        if edited.text == said.text {
            return Err(unfit("passages", "nothing_to_do", "change nothing of what the letter says"));
        }
        let about = (&self.request, &self.key().await?);
        if !rewrite(self.txn, self.now, &self.by.actor, about, &letter, &edited).await? {
            return Err(not_held());
        }
        self.write(ActiveModel::default()).await
    }

    /// Sends a letter that was held back, to the request's address as it is now.
    ///
    /// # Errors
    /// It is not the request's or not held back, it tells of the person's data and the address is not proven to be theirs, or it
    /// answers a request that is not at that point any more.
    pub async fn send_letter(self, letter: LetterId) -> Result<Model, NotDecided> {
        let letter = self.held(letter).await?;
        if letter.kind.is_answer() && self.request.status != RequestStatus::Answering {
            let message = format!("the request is {}; an answer goes out once the work is done", self.request.status);
            return Err(conflict("not_answering", message));
        }
        let asked = of_request(&**self.txn, self.request.id).await?;
        if letter.kind.is_answer()
            && asked.iter().any(|it| it.code == QuestionCode::StillFound && it.answered_at.is_none())
        {
            let message = "more was found than the answer tells of; accept what remains, or have it looked for again";
            return Err(conflict("letter_incomplete", message));
        }
        if letter.kind == LetterKind::Extension {
            self.extends_still().await?;
        }
        let row = addressee::queries::of_request(&**self.txn, self.request.id).await?;
        if letter.kind.needs_proven_address() && row.as_ref().is_some_and(|row| row.proven_at.is_none()) {
            return Err(not_proven());
        }
        let key = self.key().await?;
        let now_at = row.map(|row| addressee::queries::open(&key, &row)).transpose()?.and_then(|to| to.address);
        let written = words(&**self.txn, &self.store.safe, &letter).await?;
        let by = &self.by.actor;
        match now_at {
            Some(address) if address != written.recipient => {
                self.write_anew(&letter, written, &address).await?;
            }
            _ => {
                let said = self.dated_today(&letter, &written).await?;
                if said != written {
                    redate(self.txn, self.now, by, (&self.request, &key), &letter, &said).await?;
                }
                release(self.txn, self.now, by, &self.request, letter.id, letter.kind).await?;
            }
        }
        self.write(ActiveModel::default()).await
    }

    /// What a letter says, dated today where it bears the day on which it was written: the time for a remedy is told from there.
    pub(super) async fn dated_today(&self, letter: &Letter, said: &Words) -> Result<Words, NotDecided> {
        let controller = controller::queries::by_id(&**self.txn, letter.controller_id).await?;
        let zone = controller.ok_or(NotDecided::NotFound("controller"))?.zone()?;
        let day = |at: At| at.timestamp().to_zoned(zone.clone()).date();
        let redated = Sheet::of(letter, said)?.redated(day(letter.written_at), day(self.now))?;
        Ok(Words { text: redated.text, html: redated.html, sections: redated.sections, ..said.clone() })
    }

    async fn held(&self, id: LetterId) -> Result<Letter, NotDecided> {
        let letter = self.letter(id).await?;
        if letter.state == LetterState::Held { Ok(letter) } else { Err(not_held()) }
    }
}

fn not_held() -> NotDecided {
    conflict(
        "letter_not_held",
        "only a letter that is held back can be changed or sent; hold it back first, while it waits",
    )
}

/// Why words are not taken. It repeats none of them.
fn refused(wrong: &[Wrong], demands: &[Demand]) -> NotDecided {
    let one = |at: usize, code: &'static str, message: &str| {
        unfit("passages", code, format!("passage {at} of the letter {message}"))
    };
    match wrong.iter().find(|it| !matches!(it.why, Why::Lacks(_))) {
        Some(Wrong { at, why: Why::NoSuch }) => one(*at, "no_such_passage", "does not exist"),
        Some(Wrong { at, why: Why::Fixed }) => one(*at, "fixed", "stays as it is; add words before or after it"),
        Some(Wrong { at, .. }) => one(*at, "too_long", &format!("has more than {LONGEST_PASSAGE} characters")),
        None => {
            let lost = |demand: &&Demand| wrong.iter().any(|it| it.why == Why::Lacks(demand.part));
            let lost = demands.iter().filter(lost).map(|it| format!("{} ({})", it.part, it.source));
            incomplete(&Missing(lost.collect()))
        }
    }
}
