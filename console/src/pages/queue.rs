//! `GET /console/requests`: the requests within reach, the one whose day comes first on top.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::Data;
use api::app::App;
use api::auth::scopes::RequestsRead;
use api::cursor;
use api::query::Query;
use askama::Template;
use entities::id::{ControllerId, RequestId};
use entities::request::queries::{self, Filter};
use entities::request::right::Right;
use entities::request::status::RequestStatus;
use entities::request::table::Model;
use entities::time::At;
use serde::Deserialize;
use url::form_urlencoded::Serializer;
use uuid::Uuid;

use crate::dates::When;
use crate::officer::Officer;
use crate::own_path::OwnPath;
use crate::page;
use crate::parts::{Choice, Tag, Tone};
use crate::refused::Refused;
use crate::risk;
use crate::shell::Shell;

/// What to show. Words that are not understood show everything, as an old bookmark should.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    controller: Option<String>,
    status: Option<String>,
    right: Option<String>,
    signal: Option<String>,
    after: Option<String>,
}

const LIST: &str = "console.requests";
const SHOWN: usize = 50;
const SIGNALS: [&str; 4] = ["overdue", "week", "attention", "on_hold"];
const WEEK: Duration = Duration::from_secs(7 * 86_400);

#[derive(Template)]
#[template(path = "queue.html")]
struct Page {
    s: Shell,
    rows: Vec<Row>,
    controllers: Vec<Choice>,
    statuses: Vec<Choice>,
    rights: Vec<Choice>,
    signals: Vec<Choice>,
    is_filtered: bool,
    are_closed: bool,
    first: Option<String>,
    next: Option<String>,
}

/// One request in the list.
struct Row {
    reference: String,
    right: String,
    controller: String,
    regime: String,
    status: Tag,
    signals: Vec<Tag>,
    due: When,
    left: Option<Tag>,
    received: When,
}

/// The queue.
///
/// # Errors
/// The database fails, or the place to go on from is none of ours.
pub async fn show(
    app: Data<App>,
    officer: Officer<RequestsRead>,
    asked: Query<Asked>,
) -> Result<HttpResponse, Refused> {
    let asked = asked.get()?;
    let s = Shell::of(&app, officer.visitor()).await?;
    let (filter, are_closed) = filter(&s, &asked);
    let place = asked.after.as_deref().map(|text| place(&app, text)).transpose()?;
    let limit = SHOWN as u64 + 1;
    let conn = app.store.db.read();
    let reached: Vec<_> = s.controllers.keys().copied().filter(|id| officer.reach().covers(*id)).collect();
    let mut found = if are_closed {
        queries::page(conn, officer.reach(), &filter, place.map(|(_, id)| id), limit).await?
    } else {
        queries::by_urgency(conn, officer.reach(), reached, &filter, place, limit).await?
    };
    let more = found.len() > SHOWN;
    found.truncate(SHOWN);
    let next = found.last().filter(|_| more).map(|row| {
        let mut bytes = row.cautious_at.0.to_be_bytes().to_vec();
        bytes.extend_from_slice(row.id.0.as_bytes());
        address(&asked, Some(&cursor::seal(&app.store.safe, LIST, &bytes)))
    });
    let rows = found.into_iter().map(|row| Row::of(&s, row)).collect();
    let statuses = RequestStatus::ALL.iter().map(|status| status.as_str());
    let mut controllers: Vec<_> = s.controllers.values().filter(|row| officer.reach().covers(row.id)).collect();
    controllers.sort_by(|a, b| a.name.cmp(&b.name));
    let controllers = controllers.into_iter().map(|row| (row.slug.as_str(), row.name.clone()));
    let page = Page {
        controllers: Choice::among(s.t("queue-any-controller"), controllers, asked.controller.as_deref()),
        statuses: Choice::words(&s, "queue-open", "status", statuses, asked.status.as_deref()),
        rights: Choice::words(
            &s,
            "queue-any-right",
            "right",
            Right::ALL.iter().map(|it| it.as_str()),
            asked.right.as_deref(),
        ),
        signals: Choice::words(&s, "queue-any-signal", "signal", SIGNALS, asked.signal.as_deref()),
        is_filtered: [&asked.controller, &asked.status, &asked.right, &asked.signal]
            .into_iter()
            .any(|given| given.as_deref().is_some_and(|given| !given.is_empty())),
        are_closed,
        first: asked.after.is_some().then(|| address(&asked, None)),
        next,
        rows,
        s,
    };
    page::show(&page)
}

fn filter(s: &Shell, asked: &Asked) -> (Filter, bool) {
    let controller = asked.controller.as_deref().filter(|slug| !slug.is_empty());
    let status: Option<RequestStatus> = asked.status.as_deref().and_then(|word| word.parse().ok());
    let are_closed = status == Some(RequestStatus::Closed);
    let signal = asked.signal.as_deref().unwrap_or_default();
    let due = |wait: Duration| Some(s.now + wait);
    let filter = Filter {
        // A controller that is not within sight matches nothing.
        controller: controller.map(|slug| {
            let found = s.controllers.values().find(|row| row.slug == slug);
            found.map_or(ControllerId::INSTALLATION, |row| row.id)
        }),
        status,
        is_open: (status.is_none()).then_some(true),
        right: asked.right.as_deref().and_then(|word| word.parse().ok()),
        attention: (signal == "attention").then_some(true),
        on_hold: (signal == "on_hold").then_some(true),
        due_before: match signal {
            "overdue" => due(Duration::ZERO),
            "week" => due(WEEK),
            _ => None,
        },
        lookup_hashes: None,
    };
    (filter, are_closed)
}

fn place(app: &App, text: &str) -> Result<(At, RequestId), Refused> {
    let bytes: [u8; 24] = cursor::open(&app.store.safe, LIST, text)?;
    let (at, id) = bytes.split_at(8);
    // The array's length makes both parts long enough.
    let at = i64::from_be_bytes(at.try_into().unwrap_or_default());
    let id = Uuid::from_slice(id).unwrap_or_default();
    Ok((At(at), RequestId(id)))
}

fn address(asked: &Asked, after: Option<&str>) -> String {
    let mut query = Serializer::new(String::new());
    let given = [
        ("controller", asked.controller.as_deref()),
        ("status", asked.status.as_deref()),
        ("right", asked.right.as_deref()),
        ("signal", asked.signal.as_deref()),
        ("after", after),
    ];
    for (name, value) in given {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            query.append_pair(name, value);
        }
    }
    let query = query.finish();
    if query.is_empty() { "/console/requests".to_owned() } else { format!("/console/requests?{query}") }
}

impl Row {
    fn of(s: &Shell, row: Model) -> Self {
        let dates = s.dates_of(row.controller_id);
        let mut signals = Vec::new();
        if row.open_questions > 0 {
            signals.push(Tag::new(Tone::Warn, s.with("queue-questions", "count", row.open_questions)));
        }
        if row.on_hold {
            signals.push(Tag::new(Tone::Info, s.t("queue-on-hold")));
        }
        Self {
            right: s.word("right", row.right.as_str()),
            controller: s.controller_name(row.controller_id),
            regime: s.w.known("regime", &row.regime).unwrap_or_else(|| row.regime.clone()),
            status: risk::standing(s, &row),
            left: risk::left(s, &dates, &row),
            due: dates.short(row.cautious_at),
            received: dates.short(row.received_at),
            reference: row.reference,
            signals,
        }
    }
}

/// `GET /console`: where one begins.
pub async fn enter() -> HttpResponse {
    page::go_to(&OwnPath::home())
}
