//! Pages of the account and the set-up that only a form leads to, as an officer who may do everything comes by them.

use entities::clock::table as clock;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter};
use serde_json::{Value, json};

use super::exhibition::Exhibition;
use super::looking::Looking;

const CONTROLLERS: &str = "/console/setup/controllers";
const ACME: &str = "/console/setup/controllers/acme";

/// In microseconds.
const TWO_DAYS: i64 = 2 * 86_400_000_000;

/// A step of adding a controller: its name, its heading, and what is answered on the way to it.
type Step = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// The steps after the first. What is not answered is as usual.
const STEPS: [Step; 6] = [
    (
        "place",
        "Time zone and region",
        &[("name", "Example Energy"), ("slug", "energy"), ("organisation", "6f0f7a52-3d1c-4c1e-9a57-0c8e3f1b2d44")],
    ),
    ("credential", "Platform credential", &[("time_zone", "Europe/Berlin"), ("region", "DE")]),
    (
        "divisions",
        "Divisions",
        &[("client_id", "2b6d3f0e-8a41-4f7b-b0c5-5d9e1a7c3f60"), ("client_secret", "the platform gave it")],
    ),
    ("policy", "How requests are handled", &[]),
    ("letters", "Letters and warnings", &[]),
    ("check", "Check your answers", &[]),
];

/// Where the page's links lead that have this in their address.
async fn ways(looking: &Looking, page: &str, holding: &str) -> Vec<String> {
    looking.browser.go(page).await;
    let links = "return [...document.querySelectorAll('main a')].map(it => it.pathname)";
    let found = looking.browser.run(links, json!([])).await;
    let found = found.as_array().into_iter().flatten().filter_map(Value::as_str);
    let found: Vec<_> = found.filter(|path| path.contains(holding)).map(str::to_owned).collect();
    assert!(found.len() > 1, "{page} leads to {found:?}");
    found
}

/// Looks at all of these but the one that the tour has seen already.
async fn others(looking: &mut Looking, name: &str, ways: Vec<String>, seen: &str) {
    for path in ways {
        let (_, word) = path.rsplit_once('/').unwrap();
        if word != seen {
            looking.at(&format!("{name}-{word}"), &path).await;
        }
    }
}

/// What is made for somebody and shown once: recovery codes, an invitation, secrets.
pub async fn of_secrets(looking: &mut Looking, exhibition: &Exhibition) {
    looking.browser.go("/console/account/recovery-codes").await;
    looking.browser.press("New recovery codes").await;
    looking.browser.says("I have kept them").await;
    looking.as_it_is("account-recovery-codes-new").await;
    looking.browser.go("/console/setup/clients/add").await;
    looking.browser.fill("name", "Intake form").await;
    looking.browser.choose("scopes", "requests:file").await;
    looking.browser.press("Make the client").await;
    looking.browser.says("This is shown once").await;
    looking.as_it_is("setup-clients-made").await;
    looking.browser.go("/console/setup/officers/add").await;
    looking.browser.fill("name", "Lena Lindt").await;
    looking.browser.fill("login", "lena.lindt@acme.example").await;
    looking.browser.choose("at", "acme").await;
    looking.browser.choose("roles", "officer").await;
    looking.browser.press("Add and invite").await;
    looking.browser.says("The invitation is ready").await;
    looking.as_it_is("setup-officers-invited").await;
    let (source, subscriber) = (exhibition.surroundings.source.id, exhibition.surroundings.subscriber.id);
    looking.browser.go(&format!("/console/setup/sources/{source}/rotate")).await;
    looking.browser.press("New secret").await;
    looking.browser.says("This is shown once").await;
    looking.as_it_is("setup-sources-secret").await;
    looking.browser.go(&format!("/console/setup/subscribers/{subscriber}/rotate")).await;
    looking.browser.press("New key").await;
    looking.browser.says("The subscriber has a new key").await;
    looking.as_it_is("setup-subscribers-secret").await;
}

/// Sources: the form of each system, and a mapping that is tried while one types, with nothing pressed.
pub async fn of_sources(looking: &mut Looking, exhibition: &Exhibition) {
    let kinds = ways(looking, "/console/setup/sources/add", "/sources/add/").await;
    others(looking, "setup-sources-add", kinds, "zendesk").await;
    looking.browser.go(&format!("/console/setup/sources/{}/mapping", exhibition.surroundings.source.id)).await;
    looking.browser.says("Makes a request").await.does_not_say("Goes to a person").await;
    looking.browser.fill("request_type:at", "/ticket/fields/1").await;
    looking.browser.says("Goes to a person").await.does_not_say("Makes a request").await;
    looking.as_it_is("setup-sources-one-mapping-tried").await;
}

/// A controller: each step of adding one, each part of one to change, and what its platform lets it do.
pub async fn of_controllers(looking: &mut Looking) {
    looking.browser.go(&format!("{CONTROLLERS}/add")).await;
    looking.browser.choose("platform", "eu_central_1").await;
    for (name, heading, answers) in STEPS {
        for (field, answer) in answers {
            looking.browser.fill(field, answer).await;
        }
        looking.browser.press("Go on").await;
        looking.browser.says(heading).await;
        looking.as_it_is(&format!("setup-controllers-add-{name}")).await;
    }
    let parts = ways(looking, ACME, "/change/").await;
    others(looking, "setup-controllers-one-change", parts, "policy").await;
    looking.browser.go(ACME).await;
    looking.browser.press("Ask the platform").await;
    looking.browser.says("Back to the controller").await;
    looking.as_it_is("setup-controllers-one-look").await;
}

/// What a change of the law would move: nothing at first, and then the dates of two requests.
pub async fn of_the_law(looking: &mut Looking, exhibition: &Exhibition) {
    looking.browser.go("/console/setup/law").await;
    looking.browser.press("Work it out").await;
    looking.browser.says("No date would move").await;
    looking.as_it_is("setup-law-review").await;
    under_another_law(exhibition, ["named", "failed"]).await;
    looking.browser.go("/console/setup/law").await;
    looking.browser.press("Work it out").await;
    looking.browser.says("The dates of 2 requests would move").await;
    looking.as_it_is("setup-law-review-moves").await;
}

/// Has the dates of some requests lie two days later, as another law pack could have computed them.
async fn under_another_law(exhibition: &Exhibition, words: [&str; 2]) {
    let some = words.map(|word| exhibition.other(word).id);
    let mut moved = clock::Entity::update_many().filter(clock::Column::RequestId.is_in(some));
    for column in [clock::Column::CautiousAt, clock::Column::StatutoryAt, clock::Column::TargetAt] {
        moved = moved.col_expr(column, Expr::col(column).add(TWO_DAYS));
    }
    let txn = exhibition.installation.store.db.begin().await.unwrap();
    moved.exec(&*txn).await.unwrap();
    txn.commit().await.unwrap();
}

/// Work that is stopped, of one controller and then of all, as every page says it; and how it goes on.
pub async fn of_pauses(looking: &mut Looking) {
    for (switch, name) in [(ACME, "setup-controllers-one"), ("/console/setup", "setup-controllers")] {
        looking.browser.go(&format!("{switch}/pause")).await;
        looking.browser.fill("reason", "The platform is looked after tonight.").await;
        looking.browser.press("Pause").await;
        looking.browser.says("Nothing is done on the platform there until somebody resumes it").await;
        looking.as_it_is(&format!("{name}-paused")).await;
    }
    let (one, all) = (("setup-controllers-one-resume", "Ask the platform"), ("setup-resume", "Add a controller"));
    for (switch, (name, then)) in [(ACME, one), ("/console/setup", all)] {
        looking.at(name, &format!("{switch}/pause")).await;
        looking.browser.press("Let it go on").await;
        looking.browser.says(then).await;
    }
}
