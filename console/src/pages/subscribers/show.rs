//! `GET /console/setup/subscribers/{subscriber}`: one subscriber, never its key.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use api::app::App;
use api::auth::scopes::SubscribersManage;
use api::query::Query;
use api::subscribers::asked::find;
use askama::Template;
use entities::client::reach::Reach;
use entities::id::SubscriberId;
use entities::letter;
use entities::subscriber::keys::live;
use entities::subscriber::table::Model;

use super::acts::Act;
use super::view;
use crate::dates::{Dates, When};
use crate::officer::Officer;
use crate::page;
use crate::parts::Tag;
use crate::refused::Refused;
use crate::say::Say;
use crate::shell::{Shell, Tie};

#[derive(Template)]
#[template(path = "subscriber.html")]
struct Page {
    s: Shell,
    tie: Tie,
    notice: Option<String>,
    id: SubscriberId,
    name: String,
    controller: String,
    url: String,
    owner: String,
    told: Vec<String>,
    health: Tag,
    trouble: Option<Trouble>,
    keys: Vec<Key>,
    delivered: Option<When>,
    made: When,
    acts: Vec<(&'static str, String, bool)>,
}

/// Why it is told nothing, or does not take what it is told.
struct Trouble {
    says: String,
    since: When,
    warned: Option<(String, When)>,
}

/// A key, without the key.
struct Key {
    signs: String,
    made: When,
    ends: Option<When>,
}

/// One subscriber.
///
/// # Errors
/// There is none of this id within reach, or the database fails.
pub async fn show(
    app: Data<App>,
    officer: Officer<SubscribersManage>,
    id: Path<String>,
    asked: Query<Say>,
) -> Result<HttpResponse, Refused> {
    let asked = asked.get()?;
    let conn = app.store.db.read();
    let row = find(conn, officer.reach(), &id).await?;
    let s = Shell::of(&app, officer.visitor()).await?;
    let dates = s.dates_of(row.controller_id);
    let keys = live(conn, row.id, s.now).await?;
    let key = |key: &entities::subscriber::table::key::Model| Key {
        signs: s.word("signs", &key.version),
        made: dates.minute(key.created_at),
        ends: key.ends_at.map(|at| dates.minute(at)),
    };
    let acts = Act::ALL.iter().filter(|act| act.fits(&row));
    let page = Page {
        tie: Tie::to(row.version),
        notice: asked.notice(&s, "subscriber-say"),
        name: view::name(&row),
        controller: s.controller_name(row.controller_id),
        url: row.url(&app.store.safe)?,
        told: view::told(&s, &row),
        health: view::health(&s, &row),
        trouble: trouble(&app, &s, &dates, &row).await?,
        keys: keys.iter().map(key).collect(),
        delivered: row.last_ok_at.map(|at| dates.minute(at)),
        made: dates.day(row.created_at),
        acts: acts.map(|act| (act.as_str(), s.word("subscriber-act", act.as_str()), act.is_direct())).collect(),
        owner: row.owner,
        id: row.id,
        s,
    };
    page::show(&page)
}

async fn trouble(app: &App, s: &Shell, dates: &Dates, row: &Model) -> Result<Option<Trouble>, Refused> {
    let (says, since) = match (row.disabled_at, row.disabled_for, row.failing_since(s.now)) {
        (Some(at), Some(why), _) => (s.word("subscriber-disabled", why.as_str()), at),
        (None, _, Some(at)) => (s.t("subscriber-failing-text"), at),
        _ => return Ok(None),
    };
    // The letter is the subscriber's own, and that is within reach.
    let letter = match row.warning_id {
        Some(id) => letter::queries::by_id(app.store.db.read(), &Reach::installation(), id).await?,
        None => None,
    };
    let warned = letter.map(|it| (s.word("letter-state", it.state.as_str()), dates.minute(it.written_at)));
    Ok(Some(Trouble { says, since: dates.minute(since), warned }))
}
