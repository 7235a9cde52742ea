//! Ending a request without doing what it asks: refusal with its legal basis, or the person's own withdrawal.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use jiff::civil::Date;
use law::duty::Duty;
use law::refusal::{Ground, Unproven, grounds, identity};
use law::regime::Regime;
use sea_orm::{ActiveValue::Set, ConnectionTrait};
use serde_json::json;

use super::letters::owing;
use super::{Case, NotDecided, conflict, unfit};
use crate::clock;
use crate::clock::facts::{Facts, regimes};
use crate::clock::settle::Ending;
use crate::error::StoreError;
use crate::event::trail::{self, Actor, Entry};
use crate::letter::kind::LetterKind;
use crate::letter::supersede::supersede_held;
use crate::question::queries::answer;
use crate::question::table::QuestionCode;
use crate::request::right::Right;
use crate::request::status::{AnswerForm, Outcome, RequestEvent};
use crate::request::table::{ActiveModel, Model};
use crate::step::kind::StepKind;
use crate::step::queue::{self, NewStep};
use crate::step::waiting;

/// A coded reason to refuse that comes from no law: nothing is owed then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Moot {
    code: &'static str,
    outcome: Outcome,
    meaning: &'static str,
}

const MOOT: [Moot; 2] = [
    Moot { code: "duplicate", outcome: Outcome::Duplicate, meaning: "The same as another open request." },
    Moot { code: "spam", outcome: Outcome::Spam, meaning: "Not a data subject request." },
];

/// The grounds, by whatever law, which say that nobody knows who asks.
const UNPROVEN: [&str; 3] = ["not_identified", "not_verified", "not_authenticated"];

/// Every code that some law, or none, knows for refusing, with what it means. Which of them hold against one request its own
/// laws decide.
pub static REFUSAL_CODES: LazyLock<BTreeMap<&'static str, &'static str>> = LazyLock::new(|| {
    let mut codes: BTreeMap<_, _> = MOOT.iter().map(|moot| (moot.code, moot.meaning)).collect();
    let rights = || Right::ALL.iter().map(|right| right.in_law());
    // Those in force now, and those that are known to come.
    let days = [law::pack::id().parse().unwrap_or(Date::MAX), Date::MAX];
    for (regime, right) in Regime::all().flat_map(|regime| rights().map(move |right| (regime, right))) {
        for ground in days.iter().flat_map(|day| grounds(regime, right, *day)) {
            codes.entry(ground.code).or_insert(ground.text);
        }
    }
    codes
});

/// The grounds in law on which this request may be refused: those that every law covering it knows, each as the first of them
/// words it. That it is a duplicate or spam is no ground in law, and can be said of any request.
///
/// # Errors
/// The database fails, or somebody wrote past the rules.
pub async fn grounds_of(conn: &impl ConnectionTrait, request: &Model) -> Result<Vec<Ground>, StoreError> {
    let by_law = by_law(conn, request).await?;
    let (first, others) = by_law.split_first().map_or((&[][..], &[][..]), |((_, first), others)| (first, others));
    let hold = |code| others.iter().all(|(_, grounds)| allows(grounds, code));
    Ok(first.iter().filter(|ground| hold(ground.code)).cloned().collect())
}

/// The grounds of each law that covers a request, for its right, as they were on the day of receipt.
async fn by_law(conn: &impl ConnectionTrait, request: &Model) -> Result<Vec<(Regime, Vec<Ground>)>, StoreError> {
    let facts = Facts::load(conn, request).await?;
    let day = facts.received_at.timestamp().to_zoned(facts.zone.clone()).date();
    let right = request.right.in_law();
    Ok(facts.regimes.iter().map(|regime| (*regime, grounds(*regime, right, day))).collect())
}

/// Whether one law's grounds allow what the code says. Each has words of its own for a person it cannot identify.
fn allows(grounds: &[Ground], code: &str) -> bool {
    let unproven = UNPROVEN.contains(&code);
    grounds.iter().any(|ground| ground.code == code || (unproven && UNPROVEN.contains(&ground.code)))
}

impl Case<'_> {
    /// Refuses the request on a coded ground, with words for why. `basis` is the provision, if it is narrower than the ground's
    /// own. Where a law has it so, an access by somebody who could not be identified is not ended but narrowed to categories.
    ///
    /// # Errors
    /// Its jobs have been placed already, it is closed, no law that covers it knows the ground, the laws have different things
    /// follow from it, or a machine refuses.
    pub async fn refuse(self, code: &str, basis: Option<&str>, reason: &str) -> Result<Model, NotDecided> {
        let status = self.request.status.transition(RequestEvent::Refused)?;
        self.is_person("a refusal")?;
        let (outcome, ground) = self.ground(code).await?;
        let basis = basis.or(ground.as_ref().map(|ground| ground.basis));
        if outcome == Outcome::IdentityNotProven && self.falls_back()? {
            return self.fall_back(code, basis, reason).await;
        }
        let late: Vec<_> = self.late_to_refuse().await?.into_iter().map(|it| it.regime).collect();
        let data = json!({ "code": code, "basis": basis, "late_under": late });
        self.record_reasoned("request.refused", data, reason).await?;
        let change = ActiveModel {
            status: Set(status),
            outcome: Set(Some(outcome)),
            refusal_code: Set(Some(code.to_owned())),
            refusal_basis: Set(basis.map(str::to_owned)),
            ..Default::default()
        };
        // The duties to tell the person are done when they have been told.
        let ending = if self.has_letters().await? { Ending::ToBeTold } else { Ending::Refused };
        let (txn, store, by) = (self.txn, self.store, self.by);
        if ground.is_none() {
            // A duplicate or spam: nobody is owed a letter.
            return self.end(change, Ending::Moot).await;
        }
        let unproven = outcome == Outcome::IdentityNotProven;
        let kind = if unproven { LetterKind::Unverified } else { LetterKind::Refusal };
        owing(txn, store, by, self.end(change, ending).await?, kind).await
    }

    /// What a code comes to, and the ground in law that it stands for.
    pub(super) async fn ground(&self, code: &str) -> Result<(Outcome, Option<Ground>), NotDecided> {
        if let Some(moot) = MOOT.iter().find(|moot| moot.code == code) {
            return Ok((moot.outcome, None));
        }
        let by_law = by_law(&**self.txn, &self.request).await?;
        let known: Vec<&Ground> = by_law.iter().flat_map(|(_, grounds)| grounds).collect();
        let Some(ground) = known.iter().find(|ground| ground.code == code) else {
            let codes: BTreeSet<_> = known.iter().map(|ground| ground.code).chain(MOOT.map(|moot| moot.code)).collect();
            let codes: Vec<_> = codes.into_iter().collect();
            let message = format!("is no ground here; those of this request's laws are {}", codes.join(", "));
            return Err(unfit("code", "not_a_ground", message));
        };
        // What one law allows does not end what another demands.
        if let Some((law, _)) = by_law.iter().find(|(_, grounds)| !allows(grounds, code)) {
            let message = format!("is no ground under {law}, which covers this request as well");
            return Err(unfit("code", "not_a_ground", message));
        }
        let outcome = if UNPROVEN.contains(&code) { Outcome::IdentityNotProven } else { Outcome::Refused };
        Ok((outcome, Some((*ground).clone())))
    }

    /// Whether the law has the request weighed again as one for categories. A request has one answer, so it is narrowed only if
    /// all laws that cover it have it so: what one allows must not cut the answer that another demands.
    fn falls_back(&self) -> Result<bool, NotDecided> {
        let right = self.request.right.in_law();
        let laws = regimes(&self.request)?;
        let narrows = |law: &Regime| identity(*law, right).is_some_and(|rule| rule.unproven == Unproven::AsCategories);
        let (narrowing, others): (Vec<Regime>, Vec<Regime>) = laws.into_iter().partition(narrows);
        if self.request.answer_form.is_some() || narrowing.is_empty() {
            return Ok(false);
        }
        if others.is_empty() {
            return Ok(true);
        }
        let list = |laws: Vec<Regime>| laws.iter().map(|law| law.as_str()).collect::<Vec<_>>().join(", ");
        let message = format!(
            "{} would have it answered in categories, {} would not: file it anew under each law by itself with the same time of \
             receipt, decide there, and refuse this one as `duplicate`",
            list(narrowing),
            list(others)
        );
        Err(conflict("laws_differ", message))
    }

    /// Narrows the request to an answer in categories, which people give. It stays open, and its clocks run on.
    async fn fall_back(self, code: &str, basis: Option<&str>, reason: &str) -> Result<Model, NotDecided> {
        let status = self.request.status.transition(RequestEvent::FellBack)?;
        let form = AnswerForm::Categories;
        let data = json!({ "code": code, "basis": basis, "answer_form": form });
        self.record_reasoned("request.fell_back", data, reason).await?;
        let doubts = [QuestionCode::NameOnlyMatch, QuestionCode::SharedIdentifier, QuestionCode::MergeContradiction];
        answer(self.txn, self.now, &self.by.actor, &self.request, &doubts, None).await?;
        queue::add(&**self.txn, self.now, [NewStep::of(&self.request, StepKind::Resolve, self.now)]).await?;
        let change = ActiveModel {
            status: Set(status),
            answer_form: Set(Some(form)),
            refusal_code: Set(Some(code.to_owned())),
            refusal_basis: Set(basis.map(str::to_owned)),
            ..Default::default()
        };
        let (txn, store, by) = (self.txn, self.store, self.by);
        owing(txn, store, by, self.write(change).await?, LetterKind::Unverified).await
    }

    /// The clocks to refuse in time that have run, though nothing has been refused.
    ///
    /// # Errors
    /// The database fails.
    pub async fn late_to_refuse(&self) -> Result<Vec<clock::table::Model>, NotDecided> {
        let running = clock::queries::current(&**self.txn, self.request.id).await?;
        let is_late = |it: &clock::table::Model| it.duty == Duty::Refuse.as_str() && !it.is_settled();
        Ok(running.into_iter().filter(|it| is_late(it) && it.statutory_at < self.now).collect())
    }

    /// The person withdrew the request.
    ///
    /// # Errors
    /// Its jobs have been placed already, or it is closed.
    pub async fn withdraw(self, reason: &str) -> Result<Model, NotDecided> {
        let status = self.request.status.transition(RequestEvent::Withdrew)?;
        self.record_reasoned("request.withdrawn", json!({}), reason).await?;
        let change = ActiveModel { status: Set(status), outcome: Set(Some(Outcome::Withdrawn)), ..Default::default() };
        let (txn, store, by) = (self.txn, self.store, self.by);
        owing(txn, store, by, self.end(change, Ending::Moot).await?, LetterKind::Withdrawal).await
    }

    async fn end(self, change: ActiveModel, ending: Ending) -> Result<Model, NotDecided> {
        clock::settle::end(self.txn, &self.request, ending, self.now, self.now).await?;
        waiting::of(self.request.id).but(StepKind::Mail).remove(&**self.txn).await?;
        // What waits to be read tells of a request that goes on. Of its end another letter tells.
        supersede_held(self.txn, self.now, &self.by.actor, &self.request, None).await?;
        answer(self.txn, self.now, &self.by.actor, &self.request, QuestionCode::ALL, None).await?;
        closed_event(&self, &change).await?;
        let closed_at = Set(Some(self.now));
        self.write(ActiveModel { closed_at, on_hold: Set(false), ..change }).await
    }
}

async fn closed_event(case: &Case<'_>, change: &ActiveModel) -> Result<(), sea_orm::DbErr> {
    let actor: &Actor = &case.by.actor;
    let data = json!({ "outcome": change.outcome.try_as_ref().copied().flatten() });
    trail::record(&**case.txn, case.now, actor, [Entry::of(&case.request, "request.closed", data)]).await
}
