//! Which dates the rules in use would move, and moving them by somebody's word: `POST /console/setup/law/review` and `…/apply`.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use api::app::App;
use api::auth::scopes::ControllersManage;
use api::decision::LONGEST_REASON;
use api::problem::{Problem, codes};
use askama::Template;
use entities::clock::change::{Dates as Ends, Move};
use entities::clock::review::{Moving, NotApplied, Signature, apply, review};
use entities::time::At;
use law::pack;
use serde::Deserialize;

use crate::dates::{Dates, When};
use crate::faults::Faults;
use crate::form::{Form, Nothing};
use crate::officer::Officer;
use crate::own_path::OwnPath;
use crate::page;
use crate::refused::Refused;
use crate::shell::Shell;

/// As many requests are moved by one form: each is a transaction of its own, and a page is not waited for longer than half a minute.
const AT_ONCE: usize = 200;
/// As many are shown.
const SHOWN: usize = 100;

#[derive(Template)]
#[template(path = "law-review.html")]
struct Page {
    s: Shell,
    faults: Faults,
    reason: String,
    edition: &'static str,
    hash: &'static str,
    requests: usize,
    at_once: usize,
    counts: Counts,
    by_law: Vec<(String, Counts)>,
    rows: Vec<Row>,
    more: usize,
}

/// How many clocks move, and which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    earlier: usize,
    later: usize,
    begin: usize,
    end: usize,
}

/// One clock that would move.
struct Row {
    reference: String,
    controller: String,
    law: String,
    duty: String,
    /// Which of its days is shown, where it is not the cautious one.
    which: Option<String>,
    from: Option<When>,
    to: Option<When>,
}

/// What is filled in.
#[derive(Deserialize)]
pub struct Fields {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    pack_hash: String,
}

/// Computes which dates would move, of everything the officer manages. Changes nothing. By POST, because it looks at every request
/// that waits: no address leads to so much work.
///
/// # Errors
/// The database fails.
pub async fn look(
    app: Data<App>,
    officer: Officer<ControllersManage>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Refused> {
    page::show(&page_of(&app, &officer, String::new(), Faults::default()).await?)
}

/// Moves them. Sent twice it does nothing more: what has moved does not move again.
///
/// # Errors
/// Another pack was looked at than the one in use, or the database fails.
pub async fn send(
    app: Data<App>,
    officer: Officer<ControllersManage>,
    form: Form<Fields>,
) -> Result<HttpResponse, Refused> {
    let reason = form.fields.reason.trim();
    let words = officer.visitor().words;
    let fault = match reason.chars().count() {
        0 => Some(words.t("law-reason-missing")),
        n if n > LONGEST_REASON => Some(words.with("reason-too-long", "most", LONGEST_REASON)),
        _ => None,
    };
    if let Some(says) = fault {
        let page = page_of(&app, &officer, form.fields.reason.clone(), Faults::one("reason", says)).await?;
        return page::with_status(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let by = officer.by.decider();
    let name = officer.visitor().session.as_ref().map(|session| session.name.clone()).unwrap_or_default();
    let signature = Signature { by: &name, pack_hash: &form.fields.pack_hash, reason: Some(reason) };
    if signature.pack_hash != pack::sha256() {
        return Err(not_applied(NotApplied::OtherPack { signed: form.fields.pack_hash.clone() }));
    }
    let moving = review(app.store.db.read(), officer.reach()).await?;
    let rest = moving.len().saturating_sub(AT_ONCE);
    for Moving { request, .. } in moving.iter().take(AT_ONCE) {
        // Computed again under the request's lock: what was shown may have moved since.
        apply(&app.store, &by, signature, request.id).await.map_err(not_applied)?;
    }
    let done = if rest > 0 { "applied-in-part" } else { "applied" };
    Ok(page::go_to(&OwnPath::read(&format!("/console/setup/law?done={done}"))))
}

fn not_applied(why: NotApplied) -> Refused {
    match why {
        NotApplied::OtherPack { .. } => Problem::new(codes::RACED, why.to_string()).into(),
        NotApplied::Store(error) => error.into(),
    }
}

async fn page_of(
    app: &App,
    officer: &Officer<ControllersManage>,
    reason: String,
    faults: Faults,
) -> Result<Page, Refused> {
    let s = Shell::of(app, officer.visitor()).await?;
    let moving = review(app.store.db.read(), officer.reach()).await?;
    let (mut counts, mut by_law) = (Counts::default(), BTreeMap::<String, Counts>::new());
    for it in moving.iter().flat_map(|it| &it.moves) {
        counts.add(it);
        by_law.entry(it.regime.clone()).or_default().add(it);
    }
    let all = moving.iter().flat_map(|it| it.moves.iter().map(move |moved| (it, moved)));
    let rows: Vec<_> = all.take(SHOWN).map(|(it, moved)| Row::of(&s, it, moved)).collect();
    Ok(Page {
        more: (counts.earlier + counts.later + counts.begin + counts.end).saturating_sub(rows.len()),
        by_law: by_law.into_iter().map(|(law, counts)| (s.word("regime", &law), counts)).collect(),
        edition: pack::id(),
        hash: pack::sha256(),
        requests: moving.len(),
        at_once: AT_ONCE,
        counts,
        rows,
        faults,
        reason,
        s,
    })
}

impl Counts {
    fn add(&mut self, moved: &Move) {
        match (&moved.from, &moved.to) {
            (Some(from), Some(to)) if sooner(to, from) => self.earlier += 1,
            (Some(_), Some(_)) => self.later += 1,
            (None, _) => self.begin += 1,
            (Some(_), None) => self.end += 1,
        }
    }
}

/// Whether any day of the first comes before that of the second: whoever signs must not take less time for more.
fn sooner(to: &Ends, from: &Ends) -> bool {
    to.cautious < from.cautious
        || to.statutory < from.statutory
        || (to.cautious == from.cautious && to.target < from.target)
}

impl Row {
    fn of(s: &Shell, it: &Moving, moved: &Move) -> Self {
        let dates: Dates = s.dates_of(it.request.controller_id);
        let (which, day_of) = shown(moved);
        // The end of a civil day: a moment before it lies on that day.
        let day = |ends: &Option<Ends>| ends.as_ref().map(|ends| dates.short(day_of(ends)));
        Self {
            reference: it.request.reference.clone(),
            controller: s.controller_name(it.request.controller_id),
            law: s.w.known("regime", &moved.regime).unwrap_or_else(|| moved.regime.clone()),
            duty: s.w.known("duty", &moved.duty).unwrap_or_else(|| moved.duty.clone()),
            which: which.map(|word| s.t(word)),
            from: day(&moved.from),
            to: day(&moved.to),
        }
    }
}

/// The day to show of a move, with its word where that is needed: one that comes sooner, or else the first that moves, since one
/// that stays tells nothing.
fn shown(moved: &Move) -> (Option<&'static str>, fn(&Ends) -> At) {
    match (&moved.from, &moved.to) {
        (Some(from), Some(to)) if from.cautious <= to.cautious && from.statutory > to.statutory => {
            (Some("clock-statutory"), |ends| ends.statutory)
        }
        (Some(from), Some(to)) if from.cautious == to.cautious && from.statutory != to.statutory => {
            (Some("clock-statutory"), |ends| ends.statutory)
        }
        (Some(from), Some(to)) if from.cautious == to.cautious => (Some("clock-target"), |ends| ends.target),
        _ => (None, |ends| ends.cautious),
    }
}
