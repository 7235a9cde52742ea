//! The answers: what was done, and what the controller has stated about its processing. What nobody has stated is missing, and
//! the letter is not sent without it.

use letters::context::Context;
use letters::context::answer::{
    AnswerAccess, AnswerErasure, AnswerOptOut, AnswerRectification, CopyOfData, Kept, Means,
};
use letters::context::common::{RecipientsTold, Withheld};
use letters::kind;
use sea_orm::ConnectionTrait;

use super::facts::{Facts, stated};
use super::notices::reason_of;
use super::phrases::{self, Phrases};
use super::{Missing, Order};
use crate::artifact::handed::to_person;
use crate::artifact::queries::of_request;
use crate::error::StoreError;
use crate::guest::link;
use crate::guest::table::Guest;
use crate::letter::demand::ended;
use crate::letter::kind::LetterKind;
use crate::request::decide::PARTLY_REFUSED;
use crate::request::status::Outcome;

/// The context of an answer.
///
/// # Errors
/// The database fails.
pub async fn context(
    conn: &impl ConnectionTrait,
    facts: &Facts<'_>,
    order: Order,
) -> Result<Result<Context, Missing>, StoreError> {
    let request = facts.about.request;
    let outcome = ended(order.outcome.or(request.outcome).unwrap_or(Outcome::Fulfilled));
    let words = phrases::of(facts.language);
    let (common, said) = (facts.common(), &facts.statement);
    let searched = if said.searched.is_empty() { vec![words.searched.to_owned()] } else { said.searched.clone() };
    let withheld = match outcome {
        kind::Outcome::Partly => withheld(conn, facts, &words).await?,
        _ => Vec::new(),
    };
    Ok(Ok(match order.kind {
        LetterKind::AnswerAccess => {
            let copy = match outcome {
                kind::Outcome::NoDataFound => None,
                _ => match copy(conn, facts, &words).await? {
                    Ok(copy) => copy,
                    Err(missing) => return Ok(Err(missing)),
                },
            };
            Context::AnswerAccess(AnswerAccess {
                common,
                outcome,
                searched,
                purposes: said.purposes.clone(),
                categories: said.categories.clone(),
                recipients: stated(said.recipients.as_ref()),
                storage_period: said.storage.clone(),
                source_of_data: said.source.clone(),
                automated_decisions: stated(said.automated_decisions.as_ref()),
                transfers: stated(said.transfers.as_ref()),
                copy,
                withheld,
            })
        }
        LetterKind::AnswerErasure => Context::AnswerErasure(AnswerErasure {
            common,
            outcome,
            searched,
            done: vec![words.erased.to_owned()],
            nothing_remains: withheld.is_empty(),
            remains: withheld
                .into_iter()
                .map(|it| Kept { what: it.what, why: it.why, legal_basis: it.legal_basis, until: None })
                .collect(),
            backups_until: None,
            recipients: told(facts),
            opt_out_link: None,
        }),
        LetterKind::AnswerRectification => Context::AnswerRectification(AnswerRectification {
            common,
            outcome,
            searched,
            corrected: vec![words.corrected.to_owned()],
            not_corrected: withheld,
            recipients: told(facts),
        }),
        _ => Context::AnswerOptOut(AnswerOptOut {
            effective_on: common.written_on,
            common,
            outcome,
            searched,
            done: said.stopped.clone(),
            not_done: withheld,
            recipients: told(facts),
            not_asked_before: None,
        }),
    }))
}

/// How the files come to the person, if there are any: they download what officers have handed over. Where that is not all, the
/// copy goes by a way that the controller chooses, and an officer records the letter.
async fn copy(
    conn: &impl ConnectionTrait,
    facts: &Facts<'_>,
    words: &Phrases,
) -> Result<Result<Option<CopyOfData>, Missing>, StoreError> {
    let request = facts.about.request;
    let files = of_request(conn, request.id).await?.len();
    if files == 0 {
        return Ok(Ok(None));
    }
    let theirs = to_person(conn, request).await?.len();
    Ok(match facts.public_url.filter(|_| theirs == files) {
        Some(url) => Ok(Some(CopyOfData {
            means: Means::Download,
            link: Some(link::page(url, Guest::Person(request.id))),
            until: None,
            format: words.files.to_owned(),
        })),
        None => Err(Missing(vec!["a_way_for_the_copy".to_owned()])),
    })
}

/// What is not done, and why: what people withheld on a ground, or else what the service itself left out.
async fn withheld(
    conn: &impl ConnectionTrait,
    facts: &Facts<'_>,
    words: &Phrases,
) -> Result<Vec<Withheld>, StoreError> {
    if let Some(said) = reason_of(conn, facts, PARTLY_REFUSED).await? {
        let (what, why) = said.split_once('\n').unwrap_or((&said, ""));
        let legal_basis = facts.about.request.refusal_basis.clone();
        return Ok(vec![Withheld { what: what.to_owned(), why: why.to_owned(), legal_basis }]);
    }
    let item = |what: &str, why: &str| Withheld { what: what.to_owned(), why: why.to_owned(), legal_basis: None };
    Ok(vec![item(words.doubtful, words.doubt), item(words.unfinished, words.unfinished_why)])
}

fn told(facts: &Facts<'_>) -> RecipientsTold {
    match &facts.statement.recipients_told {
        Some(told) => RecipientsTold { nobody: told.is_empty(), told: told.clone(), not_told: None },
        None => RecipientsTold { nobody: false, told: Vec::new(), not_told: None },
    }
}
