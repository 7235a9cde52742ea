//! Everything that is written to the person before or instead of an answer.

use law::refusal::Proof;
use letters::context::Context;
use letters::context::appeal::{AppealDecision, AppealReceived};
use letters::context::common::Stated;
use letters::context::decision::{Extension, FeeNotice, Refusal, Unverified, Withdrawal};
use letters::context::opening::{Acknowledgement, Clarification, IdentityLink, StatusLink, Verification};
use letters::kind;
use sea_orm::ConnectionTrait;
use serde_json::Value;

use super::Missing;
use super::facts::Facts;
use super::phrases;
use crate::appeal::table::AppealDecision as Decided;
use crate::client::reach::Reach;
use crate::clock;
use crate::error::StoreError;
use crate::guest::link;
use crate::guest::table::Guest;
use crate::identity_link::queries::LIFE;
use crate::inquiry::queries::words;
use crate::inquiry::table::{InquiryKind, Model as Inquiry};
use crate::letter::kind::LetterKind;
use crate::request::decide::reason;
use crate::request::file::context as context_of;
use crate::{appeal, event, extension, inquiry};

/// The context of such a letter.
///
/// # Errors
/// The database fails, or something sealed does not open.
pub async fn context(
    conn: &impl ConnectionTrait,
    facts: &Facts<'_>,
    kind: LetterKind,
    token: Option<&str>,
) -> Result<Result<Context, Missing>, StoreError> {
    let (request, common) = (facts.about.request, facts.common());
    let context = match kind {
        LetterKind::Acknowledgement => Some(Context::Acknowledgement(Acknowledgement {
            common,
            expected_by: facts.day(request.cautious_at),
            verification: verification(facts)?,
        })),
        LetterKind::IdentityLink => Some(Context::IdentityLink(IdentityLink {
            common,
            link: format!(
                "{}/identity/{}",
                facts.public_url.unwrap_or("https://example.invalid"),
                token.unwrap_or_default()
            ),
            expires: facts.day_and_time(facts.now + LIFE),
            time_zone: facts.about.controller.time_zone.clone(),
            why: None,
        })),
        LetterKind::StatusLink => {
            let guest = Guest::Person(request.id);
            let again = link::page(facts.public_url.unwrap_or("https://example.invalid"), guest);
            Some(Context::StatusLink(StatusLink {
                common,
                link: format!("{again}/{}", token.unwrap_or_default()),
                again,
                expires: facts.day_and_time(facts.now + guest.link_life()),
                time_zone: facts.about.controller.time_zone.clone(),
            }))
        }
        LetterKind::Clarification => open(conn, facts, InquiryKind::Clarification).await?.map(|(asked, waits)| {
            Context::Clarification(Clarification {
                common,
                question: asked.1,
                why: None,
                reply_link: None,
                reply_by: None,
                clock_waits: waits,
            })
        }),
        LetterKind::FeeNotice => open(conn, facts, InquiryKind::Fee).await?.and_then(|(asked, waits)| {
            let fee = fee(&asked.0)?;
            let how_to_pay = facts.statement.how_to_pay.clone().unwrap_or_default();
            let reasons = vec![asked.1];
            Some(Context::FeeNotice(FeeNotice { common, fee, reasons, how_to_pay, pay_by: None, clock_waits: waits }))
        }),
        LetterKind::Extension => {
            let decided = extension::queries::of_request(conn, request.id).await?;
            match decided {
                Some(decided) => {
                    let reasons = vec![opened(facts, "extensions.reason", decided.id, &decided.reason_sealed)?];
                    new_date(conn, facts, decided)
                        .await?
                        .map(|new_date| Context::Extension(Extension { common, new_date, reasons }))
                }
                None => None,
            }
        }
        LetterKind::Refusal => reason_of(conn, facts, "request.refused").await?.map(|why| {
            let legal_basis = request.refusal_basis.iter().cloned().collect();
            Context::Refusal(Refusal { common, refused_part: None, reasons: vec![why], legal_basis })
        }),
        LetterKind::Unverified => {
            let why = reason_of(conn, facts, "request.refused").await?;
            let why = if why.is_some() { why } else { reason_of(conn, facts, "request.fell_back").await? };
            why.map(|why| {
                let usual = phrases::of(facts.language).how_to_prove;
                Context::Unverified(Unverified {
                    common,
                    reasons: vec![why],
                    how_to_prove: facts.statement.how_to_prove.clone().unwrap_or_else(|| usual.to_owned()),
                    categories: facts.statement.categories.clone(),
                    policy: None,
                })
            })
        }
        LetterKind::Withdrawal => Some(Context::Withdrawal(Withdrawal {
            withdrawn_on: common.written_on,
            common,
            // A request can be withdrawn only before anything has been done on the platform.
            done: Stated::nothing(),
        })),
        LetterKind::AppealReceived | LetterKind::AppealDecision => appealed(conn, facts, kind).await?,
        _ => None,
    };
    Ok(context.ok_or_else(|| Missing(vec![format!("occasion for {kind}")])))
}

/// How it is made sure who asks.
fn verification(facts: &Facts<'_>) -> Result<Verification, StoreError> {
    let request = facts.about.request;
    if request.identity_method.is_some() {
        return Ok(Verification::Proven);
    }
    let laws = clock::facts::regimes(request)?;
    let right = request.right.in_law();
    let needed =
        laws.iter().any(|law| law::refusal::identity(*law, right).is_none_or(|rule| rule.proof != Proof::None));
    Ok(match (needed, facts.public_url) {
        (false, _) => Verification::NotNeeded,
        (true, Some(_)) => Verification::Link,
        (true, None) => Verification::Contact,
    })
}

type Asked = (Inquiry, String);

/// The open question of a kind with its words, and whether a clock waits for its answer.
async fn open(
    conn: &impl ConnectionTrait,
    facts: &Facts<'_>,
    kind: InquiryKind,
) -> Result<Option<(Asked, bool)>, StoreError> {
    let id = facts.about.request.id;
    let all = inquiry::queries::of_request(conn, id).await?;
    let Some(row) = all.into_iter().rfind(|row| row.kind == kind && row.answered_at.is_none()) else { return Ok(None) };
    let (words, _) = words(facts.about.key, &row)?;
    // It waits from the moment this letter goes out.
    let sent = Inquiry { sent_at: Some(facts.now), ..row.clone() };
    let law = clock::facts::Facts::load(conn, facts.about.request).await?;
    let waits = clock::facts::Facts { inquiries: vec![sent], ..law }.clocks()?.iter().any(clock::change::is_suspended);
    Ok(Some(((row, words), waits)))
}

/// A fee as it is to be read, from the currency's smallest unit.
fn fee(row: &Inquiry) -> Option<String> {
    let (minor, currency) = (row.fee_minor?, row.fee_currency.as_deref()?);
    Some(match decimals(currency) {
        0 => format!("{minor} {currency}"),
        3 => format!("{}.{:03} {currency}", minor / 1_000, minor % 1_000),
        _ => format!("{}.{:02} {currency}", minor / 100, minor % 100),
    })
}

/// How many decimals a currency has (ISO 4217, list one).
fn decimals(currency: &str) -> u8 {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "UYI" | "VND"
        | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

/// The day by which an answer is due if the notice goes out now.
async fn new_date(
    conn: &impl ConnectionTrait,
    facts: &Facts<'_>,
    decided: extension::table::Model,
) -> Result<Option<jiff::civil::Date>, StoreError> {
    let sent = extension::table::Model { announced_at: Some(facts.now), ..decided };
    let law = clock::facts::Facts::load(conn, facts.about.request).await?;
    let law = clock::facts::Facts { extension: sent.notice(), ..law };
    let clocks = law.clocks()?;
    let extended = clocks.iter().filter(|it| it.extended && clock::facts::is_to_answer(it.duty.as_str()));
    Ok(extended.map(|it| it.cautious).min())
}

/// The words of the newest event of this kind.
pub async fn reason_of(
    conn: &impl ConnectionTrait,
    facts: &Facts<'_>,
    kind: &str,
) -> Result<Option<String>, StoreError> {
    let id = facts.about.request.id;
    let rows = event::queries::of_kind(conn, &Reach::installation(), id, kind).await?;
    let Some(row) = rows.into_iter().last() else { return Ok(None) };
    let data: Value = serde_json::from_str(&row.data).map_err(|_| StoreError::Corrupt("an event is not JSON"))?;
    reason(facts.about.key, id, &data)
}

/// Words that were sealed to a place.
fn opened(facts: &Facts<'_>, column: &str, id: impl std::fmt::Display, sealed: &[u8]) -> Result<String, StoreError> {
    let plain = facts.about.key.open(&context_of(column, id), sealed)?;
    String::from_utf8(plain).map_err(|_| StoreError::Corrupt("words are not text"))
}

async fn appealed(
    conn: &impl ConnectionTrait,
    facts: &Facts<'_>,
    kind: LetterKind,
) -> Result<Option<Context>, StoreError> {
    let id = facts.about.request.id;
    let Some(row) = appeal::queries::of_request(conn, id).await? else { return Ok(None) };
    let (common, appealed_on) = (facts.common(), facts.day(row.received_at));
    if kind == LetterKind::AppealReceived {
        let clocks = clock::queries::current(conn, id).await?;
        let due = clocks.iter().filter(|clock| clock.duty == law::duty::Duty::DecideAppeal.as_str());
        let decided_by = due.map(|clock| facts.day(clock.cautious_at)).min();
        return Ok(
            decided_by.map(|decided_by| Context::AppealReceived(AppealReceived { common, appealed_on, decided_by }))
        );
    }
    let Some(decision) = row.decision else { return Ok(None) };
    let decision = match decision {
        Decided::Granted => kind::Decision::Granted,
        Decided::PartlyGranted => kind::Decision::Partly,
        Decided::Denied => kind::Decision::Denied,
    };
    let Some(sealed) = &row.reasons_sealed else { return Ok(None) };
    let (reasons, next) = (vec![opened(facts, "appeals.reasons", row.id, sealed)?], Vec::new());
    Ok(Some(Context::AppealDecision(AppealDecision { common, appealed_on, decision, reasons, next })))
}
