//! Looking after sources: added step by step, mapped with a preview, given a new secret, paused, removed.

use entities::client::reach::Reach;
use entities::delivery::queries::{self as deliveries, NewDelivery, Storing};
use entities::delivery::table::DeliveryState;
use entities::id::DeliveryId;
use entities::officer::role::{Role, Where};
use entities::source::queries::{by_slug, within};
use entities::source::secrets::secrets;
use entities::source::table::Model;
use entities::ticket::queries::{Filter, Heard, hear, page as tickets};
use rstest::rstest;
use secrecy::ExposeSecret;
use testbed::database::Kind::{self, Postgres, Sqlite};

use crate::browser::{Browser, Page};
use crate::world::World;

const LIST: &str = "/console/setup/sources";

impl World {
    pub async fn source(&self, slug: &str) -> Model {
        by_slug(self.store.db.read(), slug).await.unwrap().unwrap()
    }

    /// A call that came and that nobody could read.
    pub async fn unreadable_call(&self, source: &Model) -> DeliveryId {
        let new = NewDelivery {
            content_type: Some("application/json"),
            body: b"{",
            sender_id: None,
            vouched: true,
            sent_at: None,
        };
        let row = deliveries::row(&self.store, source, &new);
        let id = row.id;
        let txn = self.store.db.begin().await.unwrap();
        deliveries::store(&txn, &Storing { row, keys: vec!["one".to_owned()] }).await.unwrap();
        let now = self.store.now();
        deliveries::settle(&txn, now, id, DeliveryState::Unreadable, Some("is no JSON")).await.unwrap();
        txn.commit().await.unwrap();
        id
    }

    pub async fn ticket(&self, source: &Model) {
        let heard = Heard {
            external_id: "48213",
            document: None,
            vouched: true,
            changed_at: None,
            gone: false,
            by_us: false,
            received_at: self.store.now(),
        };
        let txn = self.store.db.begin().await.unwrap();
        hear(&txn, &self.store, source, heard).await.unwrap();
        txn.commit().await.unwrap();
    }
}

/// The text of a field as the page shows it.
fn area(page: &Page, name: &str) -> String {
    let text = page.between(&format!("name=\"{name}\""), "</textarea>");
    let text = text.split_once('>').unwrap().1;
    text.replace("&#34;", "\"").replace("&#39;", "'").replace("&#60;", "<").replace("&#62;", ">").replace("&#38;", "&")
}

/// Everything that the mapping's form would send as it stands.
fn mapping(page: &Page) -> Vec<(String, String)> {
    let form = page.between("<form id=\"mapping\"", "</form>");
    let mut fields = Vec::new();
    let named = |tag: &str| tag.split_once(" name=\"").map(|(_, rest)| rest.split('"').next().unwrap().to_owned());
    for part in form.split('<').skip(1) {
        let (tag, _) = part.split_once('>').unwrap_or((part, ""));
        let Some(name) = named(tag) else { continue };
        if tag.starts_with("textarea") {
            fields.push((name.clone(), area(page, &name)));
        } else if tag.starts_with("select") {
            let options = form.split_once(&format!("name=\"{name}\"")).unwrap().1.split("</select>").next().unwrap();
            let chosen = options.split("<option value=\"").find(|option| option.contains("\" selected>"));
            fields.push((name, chosen.map(|it| it.split('"').next().unwrap().to_owned()).unwrap_or_default()));
        } else if tag.starts_with("input") {
            let value = tag.split_once(" value=\"").map_or("", |(_, rest)| rest.split('"').next().unwrap());
            let is_box = tag.contains("type=\"checkbox\"");
            if !is_box || tag.ends_with(" checked") {
                fields.push((name, value.replace("&#38;", "&")));
            }
        }
    }
    fields
}

async fn send(browser: &mut Browser, path: &str, fields: &[(String, String)], changed: &[(&str, &str)]) -> Page {
    let kept = fields.iter().filter(|(name, _)| !changed.iter().any(|(other, _)| name == other));
    let mut all: Vec<_> = kept.map(|(name, value)| (name.as_str(), value.as_str())).collect();
    all.extend_from_slice(changed);
    browser.post_bare(path, &all).await
}

/// Adds a Zendesk account without API, and says the address of its page and its secret.
pub async fn add(browser: &mut Browser, world: &World, controller: &str) -> (String, String) {
    let add = format!("{LIST}/add/zendesk");
    let form = browser.get(&add).await.fine();
    let rest = "[signing]\nscheme = \"zendesk\"\n";
    let filled = [("controller", controller), ("slug", "desk"), ("regime", "eu_gdpr"), ("rest", rest)];
    let made = browser.submit(&form, &add, &filled).await.fine();
    assert_eq!(made.header("cache-control"), "no-store");
    made.says("/webhooks/desk").says("This is shown once");
    let secret = made.text.split("<dd class=\"secret mono\">").nth(2).unwrap().split('<').next().unwrap().to_owned();
    let path = format!("{LIST}/{}", world.source("desk").await.id);
    assert_eq!(browser.submit(&form, &add, &filled).await.goes_to(), format!("{path}?say=shown"));
    (path, secret)
}

#[rstest]
#[tokio::test]
async fn a_source_is_added_step_by_step_tried_and_let_go_on(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (_, mut browser) = world.with_role("rosa@example.com", Where::At(world.acme.id), Role::Administrator).await;
    browser.get(LIST).await.fine().says("No source yet");
    let kinds = browser.get(&format!("{LIST}/add")).await.fine();
    kinds.says("Zendesk Support").says("ServiceNow").says("/add/standard\"");
    let path = format!("{LIST}/add/zendesk");
    let form = browser.get(&path).await.fine();
    assert!(area(&form, "rest").contains("scheme = \"zendesk\""), "the guide's own");
    form.says("ACME").does_not_say("BETA").does_not_say("9911000001");
    let bad =
        [("controller", "beta"), ("slug", "A B"), ("regime", "eu_gdpr"), ("rest", "[signing]\nscheme = \"none\"")];
    let bad = browser.submit(&form, &path, &bad).await;
    assert_eq!(bad.status, 422);
    bad.says("href=\"#controller\"").says("href=\"#slug\"").says("href=\"#rest\"").says("value=\"A B\"");
    let rest = "[signing]\nscheme = \"zendesk\"\n";
    let link = [
        ("controller", "acme"),
        ("slug", "desk"),
        ("regime", "eu_gdpr"),
        ("rest", rest),
        ("base", "https://acme.zendesk.com/"),
    ];
    let bare = browser.submit(&form, &path, &link).await;
    assert_eq!(bare.status, 422);
    bare.says("href=\"#credential\"");

    let (path, secret) = add(&mut browser, &world, "acme").await;
    let source = world.source("desk").await;
    assert!(source.paused, "nothing is read before somebody has said what its fields mean");
    let (kept, _) = secrets(&world.store, &source, world.store.now()).unwrap();
    assert_eq!(kept.expose_secret(), secret);
    browser.get(&path).await.fine().says("Paused").says("{{ticket.id}}").does_not_say(&secret);

    // The guide's call makes a request; with another field it would not, and the page says why, and keeps nothing.
    let map = format!("{path}/mapping");
    let page = browser.get(&map).await.fine();
    page.says("Makes a request").says("ada@example.com").says("Erasure");
    let fields = mapping(&page);
    let other = [("request_type:at", "/ticket/fields/1"), ("go", "try")];
    let tried = send(&mut browser, &map, &fields, &other).await.fine();
    tried.says("Goes to a person").says("/ticket/fields/1").does_not_say("Makes a request");
    let none = [("request_type:at", "no pointer"), ("go", "save")];
    let none = send(&mut browser, &map, &fields, &none).await;
    assert_eq!(none.status, 422);
    none.says("href=\"#request_type\"").says("is no JSON Pointer").says("Mend the mapping first");
    let line = send(&mut browser, &map, &fields, &[("request_type:values", "dsr_access"), ("go", "try")]).await;
    line.says("This line is none: dsr_access");
    let more = send(&mut browser, &map, &fields, &[("add", "subject.name"), ("go", "add")]).await.fine();
    more.says("name=\"subject.name:at\"");
    assert_eq!(world.source("desk").await.mapping, source.mapping);

    // What is kept is what was there but for what was changed.
    let same = send(&mut browser, &map, &fields, &[("go", "save")]).await;
    assert_eq!(same.goes_to(), format!("{path}?say=mapped"));
    let now = world.source("desk").await;
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    assert_eq!((json(&now.mapping), now.mapping_version), (json(&source.mapping), 2), "the form loses nothing");
    let late = send(&mut browser, &map, &fields, &[("language:way", ""), ("go", "save"), ("form_key", "other")]).await;
    assert_eq!(late.status, 412, "somebody has changed it since");
    let page = browser.get(&path).await.fine();
    let gone_on = browser.submit(&page, &format!("{path}/resume"), &[]).await;
    assert_eq!(gone_on.goes_to(), format!("{path}?say=resume"));
    assert!(!world.source("desk").await.paused);
    browser.get(LIST).await.fine().says("Works");
}

#[rstest]
#[tokio::test]
async fn two_secrets_count_while_one_takes_the_place_of_the_other(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (_, mut browser) = world.with_role("rosa@example.com", Where::At(world.acme.id), Role::Administrator).await;
    let (path, secret) = add(&mut browser, &world, "acme").await;
    let rotate = format!("{path}/rotate");
    let form = browser.get(&rotate).await.fine();
    assert_eq!(browser.submit(&form, &rotate, &[("hours", "a day")]).await.status, 422);
    let shown = browser.submit(&form, &rotate, &[("hours", "24")]).await.fine();
    let both = async || {
        let (new, old) = secrets(&world.store, &world.source("desk").await, world.store.now()).unwrap();
        (new.expose_secret().to_owned(), old.map(|old| old.expose_secret().to_owned()))
    };
    let (new, old) = both().await;
    shown.says(&new);
    assert_eq!(old.as_deref(), Some(&*secret), "both count");
    browser.get(&path).await.fine().says("the one before counts until").does_not_say(&new);
    assert_eq!(browser.submit(&form, &rotate, &[("hours", "24")]).await.goes_to(), format!("{path}?say=rotate"));
    assert_eq!(both().await.0, new, "sent twice, done once");
    let form = browser.get(&rotate).await.fine();
    form.says("there is room for one alone");
    let refused = browser.submit(&form, &rotate, &[("hours", "24")]).await;
    assert_eq!(refused.status, 409);
    refused.says("still counts");
    let form = browser.get(&rotate).await.fine();
    let given = [("secret", "a-secret-of-its-own-0123456789"), ("hours", "1"), ("force", "yes")];
    let given = browser.submit(&form, &rotate, &given).await;
    assert_eq!(given.goes_to(), format!("{path}?say=rotate"), "what was given is not shown");
    assert_eq!(both().await, ("a-secret-of-its-own-0123456789".to_owned(), Some(new)));
}

#[rstest]
#[tokio::test]
async fn what_waits_is_looked_at_again_and_not_lost_unasked(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (_, mut browser) = world.with_role("rosa@example.com", Where::At(world.acme.id), Role::Administrator).await;
    let (path, _) = add(&mut browser, &world, "acme").await;
    let source = world.source("desk").await;
    let call = world.unreadable_call(&source).await;
    world.ticket(&source).await;
    let filter = Filter { source: Some(source.id), state: None };
    let ticket = tickets(world.store.db.read(), &Reach::installation(), filter, None, 1).await.unwrap()[0].id;
    let page = browser.get(&format!("{path}/tickets")).await.fine();
    page.says("48213").says("To be looked at");
    let retry = format!("{path}/tickets/{ticket}/retry");
    assert_eq!(browser.submit(&page, &retry, &[]).await.goes_to(), format!("{path}/tickets?say=retried"));
    browser.get(&format!("{path}/tickets?state=filed")).await.fine().does_not_say("48213");
    let page = browser.get(&format!("{path}/calls")).await.fine();
    page.says("Nobody can read it").says("is no JSON").says("1 byte");
    let again = format!("{path}/calls/{call}/read-again");
    assert_eq!(browser.submit(&page, &again, &[]).await.goes_to(), format!("{path}/calls?say=read-again"));
    browser.get(&format!("{path}/calls")).await.fine().says("To be read").does_not_say("is no JSON");

    let remove = format!("{path}/remove");
    let ask = browser.get(&remove).await.fine();
    ask.says("2 calls and tickets still wait");
    let refused = browser.submit(&ask, &remove, &[]).await;
    assert_eq!(refused.status, 409);
    refused.says("still wait and would be lost");
    let ask = browser.get(&remove).await.fine();
    assert_eq!(browser.submit(&ask, &remove, &[("force", "yes")]).await.goes_to(), format!("{LIST}?say=remove"));
    assert_eq!(browser.get(&path).await.status, 404);
}

#[rstest]
#[tokio::test]
async fn another_controllers_source_is_not_there(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (_, mut theirs) = world.with_role("bea@example.com", Where::At(world.beta.id), Role::Administrator).await;
    let (path, _) = add(&mut theirs, &world, "beta").await;
    let source = world.source("desk").await;
    let call = world.unreadable_call(&source).await;
    let (_, mut browser) = world.with_role("rosa@example.com", Where::At(world.acme.id), Role::Administrator).await;
    browser.get(LIST).await.fine().does_not_say(&source.id.to_string());
    let own = browser.get("/console/account").await.fine().hidden("/console/sign-out");
    let own: Vec<_> = own.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    for end in ["", "/settings", "/mapping", "/rotate", "/tickets", "/calls", "/pause", "/remove"] {
        assert_eq!(browser.get(&format!("{path}{end}")).await.status, 404, "{end}");
    }
    let version = source.version.to_string();
    let read_again = format!("/calls/{call}/read-again");
    for end in ["/settings", "/mapping", "/rotate", "/pause", "/resume", "/remove", &read_again] {
        let mut fields = own.clone();
        fields.extend([("form_version", version.as_str()), ("hours", "1"), ("go", "try"), ("force", "yes")]);
        assert_eq!(browser.post_bare(&format!("{path}{end}"), &fields).await.status, 404, "{end}");
    }
    let there = within(world.store.db.read(), &Reach::installation(), None).await.unwrap();
    assert_eq!(there, [source]);
    let (_, mut other) = world.officer().await;
    let refused = other.get(LIST).await;
    assert_eq!(refused.status, 403);
    refused.says("Who can: Administrator");
}
