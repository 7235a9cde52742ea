//! Looking after subscribers: set up, tested, given a new key, switched off and on, sent things once more.

use entities::announcement::kind::DeliveryState;
use entities::announcement::log;
use entities::client::reach::Reach;
use entities::officer::role::{Role, Where};
use entities::subscriber::queries;
use entities::subscriber::table::Model;
use rstest::rstest;
use testbed::database::Kind::{self, Postgres, Sqlite};

use crate::browser::Browser;
use crate::world::World;

const LIST: &str = "/console/setup/subscribers";

impl World {
    async fn subscribers(&self) -> Vec<Model> {
        queries::all(self.store.db.read(), &Reach::installation(), None).await.unwrap()
    }
}

/// Sets one up, and says the address of its page and its key.
pub async fn set_up(world: &World, browser: &mut Browser, controller: &str) -> (String, String) {
    let add = format!("{LIST}/add");
    let form = browser.get(&add).await.fine();
    let filled = [
        ("controller", controller),
        ("url", "https://hooks.example.com/dsr/in"),
        ("description", "Ticket desk"),
        ("owner", "desk@example.com"),
        ("types", "dsr.request.received"),
        ("signs", "v1"),
    ];
    let made = browser.submit(&form, &add, &filled).await.fine();
    let key = made.between("<dd class=\"secret mono\">", "</dd>").to_owned();
    let path = format!("{LIST}/{}", world.subscribers().await.last().unwrap().id);
    assert_eq!(browser.submit(&form, &add, &filled).await.goes_to(), format!("{path}?say=shown"));
    (path, key)
}

#[rstest]
#[tokio::test]
async fn a_subscriber_is_set_up_its_key_shown_once_and_replaced(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (_, mut browser) = world.with_role("rosa@example.com", Where::At(world.acme.id), Role::Administrator).await;
    browser.get(LIST).await.fine().says("No subscriber yet");
    let add = format!("{LIST}/add");
    let form = browser.get(&add).await.fine();
    let bad = [("controller", "beta"), ("url", "http://hooks.example.com"), ("owner", "desk")];
    let bad = browser.submit(&form, &add, &bad).await;
    assert_eq!(bad.status, 422);
    bad.says("The address must begin with https://").says("Enter one e-mail address").says("Choose for which");
    bad.says("value=\"http://hooks.example.com\"");

    let (path, key) = set_up(&world, &mut browser, "acme").await;
    assert!(key.starts_with("whsec_"), "a key of ours");
    assert_eq!(world.subscribers().await.len(), 1, "sent twice, done once");
    let page = browser.get(&path).await.fine();
    page.says("Ticket desk").says("https://hooks.example.com/dsr/in").says("A request came in").does_not_say(&key);

    let ask = browser.get(&format!("{path}/rotate")).await.fine();
    let fresh = browser.submit(&ask, &format!("{path}/rotate"), &[]).await.fine();
    let fresh = fresh.between("<dd class=\"secret mono\">", "</dd>").to_owned();
    assert_ne!(fresh, key);
    assert_eq!(browser.submit(&ask, &format!("{path}/rotate"), &[]).await.goes_to(), format!("{path}?say=rotate"));
    browser.get(&path).await.fine().says("signs until").says("3 March 2026, 10:00").does_not_say(&fresh);

    // A page that somebody else has overtaken changes nothing.
    let old = browser.get(&format!("{path}/change")).await.fine();
    let filled = [("url", "https://hooks.example.com/new"), ("description", "Desk"), ("owner", "desk@example.com")];
    let form = browser.get(&format!("{path}/change")).await.fine();
    let done = browser.submit(&form, &format!("{path}/change"), &filled).await;
    assert_eq!(done.goes_to(), format!("{path}?say=changed"));
    browser.get(&path).await.fine().says("https://hooks.example.com/new").says("Everything");
    let late = [("url", "https://hooks.example.com/late"), ("description", "Late"), ("owner", "desk@example.com")];
    let late = browser.submit(&old, &format!("{path}/change"), &late).await;
    assert_eq!(late.status, 412);
    late.says("Somebody changed this since you opened it");
    browser.get(&path).await.fine().says("https://hooks.example.com/new");
    let ask = browser.get(&format!("{path}/remove")).await.fine();
    assert_eq!(browser.submit(&ask, &format!("{path}/remove"), &[]).await.goes_to(), format!("{LIST}?say=remove"));
    assert_eq!(browser.get(&path).await.status, 404);
}

#[rstest]
#[tokio::test]
async fn a_test_and_what_was_missed_are_sent_on_demand(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (_, mut browser) = world.with_role("olga@example.com", Where::At(world.acme.id), Role::Operator).await;
    let (path, _) = set_up(&world, &mut browser, "acme").await;
    let id = world.subscribers().await[0].id;
    let page = browser.get(&path).await.fine();
    let sent = browser.submit(&page, &format!("{path}/test"), &[]).await;
    let delivery = sent.goes_to().to_owned();
    let one = browser.get(&delivery).await.fine();
    one.says("Waits").says("dsr.test").says("Not tried yet");
    browser.get(&format!("{path}/deliveries")).await.fine().says(&delivery);
    browser.get(&format!("{path}/deliveries?state=delivered")).await.fine().does_not_say(&delivery);

    // Switched off, what waits is given up; on again, it is sent by a replay: one, or all of a time.
    let ask = browser.get(&format!("{path}/disable")).await.fine();
    browser.submit(&ask, &format!("{path}/disable"), &[]).await.goes_to();
    browser.get(&delivery).await.fine().says("Not tried any more").does_not_say("Send once more");
    let page = browser.get(&path).await.fine();
    page.says("Somebody switched it off");
    let refused = browser.submit(&one, &format!("{delivery}/replay"), &[]).await;
    assert_eq!(refused.status, 412, "the page is of before it was switched off");
    browser.submit(&page, &format!("{path}/enable"), &[]).await.goes_to();
    let state = async || {
        let lines = log::page(world.store.db.read(), id, log::Filter::default(), None, 10).await.unwrap();
        lines[0].delivery.state
    };
    assert_eq!(state().await, DeliveryState::Abandoned);
    let replay = format!("{path}/replay");
    let form = browser.get(&replay).await.fine();
    form.says("Europe/Berlin");
    let bad = browser.submit(&form, &replay, &[("since", "yesterday"), ("until", "")]).await;
    assert_eq!(bad.status, 422);
    bad.says("href=\"#since\"").says("value=\"yesterday\"");
    let over = [("since", "2026-03-02T10:00"), ("until", "2026-03-02T09:59")];
    browser.submit(&form, &replay, &over).await.says("The end must lie after the beginning");
    // 10:01 in Berlin is 09:01 in UTC, when nothing had happened yet that was after the test.
    let none = browser.submit(&form, &replay, &[("since", "2026-03-02T10:01")]).await;
    none.goes_to();
    assert_eq!(state().await, DeliveryState::Abandoned);
    let form = browser.get(&replay).await.fine();
    let sent = browser.submit(&form, &replay, &[("since", "2026-03-02T10:00")]).await;
    assert_eq!(sent.goes_to(), format!("{path}/deliveries?say=replayed"));
    assert_eq!(state().await, DeliveryState::Waiting);
    let one = browser.get(&delivery).await.fine();
    browser.submit(&one, &format!("{delivery}/replay"), &[]).await.goes_to();
}

#[rstest]
#[tokio::test]
async fn another_controllers_subscriber_is_not_there(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (_, mut theirs) = world.with_role("bea@example.com", Where::At(world.beta.id), Role::Administrator).await;
    let (path, _) = set_up(&world, &mut theirs, "beta").await;
    let page = theirs.get(&path).await.fine();
    let delivery = theirs.submit(&page, &format!("{path}/test"), &[]).await.goes_to().to_owned();
    let (_, mut browser) = world.with_role("rosa@example.com", Where::At(world.acme.id), Role::Administrator).await;
    browser.get(LIST).await.fine().does_not_say("Ticket desk");
    let own = browser.get("/console/account").await.fine().hidden("/console/sign-out");
    let own: Vec<_> = own.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    for end in ["", "/change", "/replay", "/deliveries", "/rotate", "/remove"] {
        assert_eq!(browser.get(&format!("{path}{end}")).await.status, 404, "{end}");
    }
    assert_eq!(browser.get(&delivery).await.status, 404);
    for end in ["/change", "/rotate", "/test", "/disable", "/remove"] {
        let mut fields = own.clone();
        fields.extend([("form_version", "1"), ("url", "https://evil.example"), ("owner", "e@evil.example")]);
        assert_eq!(browser.post_bare(&format!("{path}{end}"), &fields).await.status, 404, "{end}");
    }
    assert_eq!(browser.post_bare(&format!("{delivery}/replay"), &own).await.status, 404);
    assert_eq!(world.subscribers().await[0].version, 1);
    let (_, mut other) = world.officer().await;
    let refused = other.get(LIST).await;
    assert_eq!(refused.status, 403);
    refused.says("Who can: Operator, Administrator");
}
