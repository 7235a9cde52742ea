//! Looking after clients of the API: made, given a new secret, revoked.

use entities::client::manage::{self, NewClient};
use entities::client::reach::Reach;
use entities::client::scope::Scope;
use entities::event::trail::Actor;
use entities::id::ClientId;
use entities::officer::role::{Role, Where};
use entities::request::decide::Decider;
use rstest::rstest;
use testbed::database::Kind::{self, Postgres, Sqlite};

use crate::browser::Page;
use crate::world::World;

const LIST: &str = "/console/setup/clients";

/// Id and secret that a page shows once.
fn shown(page: &Page) -> (String, String) {
    let mut values = page.text.split("<dd class=\"secret mono\">").skip(1).map(|rest| rest.split('<').next().unwrap());
    (values.next().unwrap().to_owned(), values.next().unwrap().to_owned())
}

impl World {
    /// The status with which a client's secret is answered at the token endpoint.
    async fn token(&self, id: &str, secret: &str) -> (u16, String) {
        let http = reqwest::Client::new();
        let call = http.post(format!("http://{}/oauth/token", self.address)).basic_auth(id, Some(secret));
        let answer = call.form(&[("grant_type", "client_credentials")]).send().await.unwrap();
        let status = answer.status().as_u16();
        let body: serde_json::Value = answer.json().await.unwrap();
        (status, body["access_token"].as_str().unwrap_or_default().to_owned())
    }

    async fn call(&self, token: &str) -> u16 {
        let http = reqwest::Client::new();
        let call = http.get(format!("http://{}/api/v1/controllers", self.address)).bearer_auth(token);
        call.send().await.unwrap().status().as_u16()
    }

    pub async fn client(&self, controllers: &[entities::id::ControllerId]) -> ClientId {
        let by = Decider { actor: Actor::operator(), client: None, reach: Reach::installation() };
        let new = NewClient {
            name: "Desk".to_owned(),
            scopes: vec![Scope::RequestsFile],
            controllers: controllers.to_vec(),
            token_life: std::time::Duration::from_secs(3600),
        };
        let txn = self.store.db.begin().await.unwrap();
        let (row, _) = manage::make(&txn, &self.store, &by, new).await.unwrap();
        txn.commit().await.unwrap();
        row.id
    }
}

#[rstest]
#[tokio::test]
async fn a_client_is_made_its_secret_shown_once_and_replaced(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (_, mut browser) = world.with_role("rosa@example.com", Where::At(world.acme.id), Role::Administrator).await;
    browser.get(LIST).await.fine().says("No client yet");
    let add = format!("{LIST}/add");
    let form = browser.get(&add).await.fine();
    form.says("See personal data in the clear").says("requests:reveal").says("ACME").does_not_say("BETA");
    let empty = browser.submit(&form, &add, &[("name", " "), ("minutes", "2")]).await;
    assert_eq!(empty.status, 422);
    for field in ["name", "controllers", "scopes", "minutes"] {
        empty.says(&format!("href=\"#{field}\""));
    }
    let filled = [("name", "Desk"), ("controllers", "acme"), ("scopes", "controllers:read"), ("minutes", "30")];
    let made = browser.submit(&form, &add, &filled).await.fine();
    made.says("This is shown once");
    assert_eq!(made.header("cache-control"), "no-store");
    let (id, secret) = shown(&made);
    let again = browser.submit(&form, &add, &filled).await;
    assert_eq!(again.goes_to(), format!("{LIST}/{id}?say=shown"));
    let page = browser.get(&format!("{LIST}/{id}?say=shown")).await.fine();
    page.says("The secret was shown already").says("Never").says("30 minutes").does_not_say(&secret);

    let (status, token) = world.token(&id, &secret).await;
    assert_eq!((status, world.call(&token).await), (200, 200));
    browser.get(&format!("{LIST}/{id}")).await.fine().says("2 March 2026, 09:00");

    // With the old secret end its tokens: it may have been lost.
    let rotate = format!("{LIST}/{id}/rotate");
    let ask = browser.get(&rotate).await.fine();
    let (same, fresh) = shown(&browser.submit(&ask, &rotate, &[]).await.fine());
    assert_eq!(same, id);
    assert_eq!((world.token(&id, &secret).await.0, world.call(&token).await), (401, 401));
    let (status, token) = world.token(&id, &fresh).await;
    assert_eq!((status, world.call(&token).await), (200, 200));
    assert_eq!(browser.submit(&ask, &rotate, &[]).await.goes_to(), format!("{LIST}/{id}?say=shown"));
    assert_eq!(world.token(&id, &fresh).await.0, 200, "sent twice, done once");

    let revoke = format!("{LIST}/{id}/revoke");
    let ask = browser.get(&revoke).await.fine();
    assert_eq!(browser.submit(&ask, &revoke, &[]).await.goes_to(), format!("{LIST}/{id}?say=revoke"));
    assert_eq!((world.token(&id, &fresh).await.0, world.call(&token).await), (401, 401));
    browser.get(LIST).await.fine().says("Revoked");
}

#[rstest]
#[tokio::test]
async fn a_client_beyond_ones_controllers_is_not_ones_own(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (_, mut browser) = world.with_role("rosa@example.com", Where::At(world.acme.id), Role::Administrator).await;
    let there = world.client(&[world.beta.id]).await;
    let both = world.client(&[world.acme.id, world.beta.id]).await;
    browser.get(LIST).await.fine().says(&both.to_string()).does_not_say(&there.to_string());
    for end in ["", "/rotate", "/revoke"] {
        assert_eq!(browser.get(&format!("{LIST}/{there}{end}")).await.status, 404, "{end}");
    }
    browser.get(&format!("{LIST}/{both}")).await.fine().does_not_say("/revoke\"").says("not yours to manage");
    for act in ["rotate", "revoke"] {
        let path = format!("{LIST}/{both}/{act}");
        let ask = browser.get(&path).await.fine();
        let refused = browser.submit(&ask, &path, &[]).await;
        assert_eq!(refused.status, 409);
        refused.says("also concerns a controller that is not yours");
    }
    // An officer is a client too, and is looked after elsewhere.
    let (ada, mut other) = world.officer().await;
    assert_eq!(browser.get(&format!("{LIST}/{}", ada.id)).await.status, 404);
    let page = other.get(LIST).await;
    assert_eq!(page.status, 403);
    page.says("Who can: Administrator");
}
