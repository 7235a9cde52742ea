//! Looks of programs: what clients of the API saw of a controller is shown to its own people, and to no other's.

use std::time::Duration;

use entities::client::manage::{self, NewClient};
use entities::client::queries::issue_token;
use entities::client::scope::Scope;
use entities::controller::table::Model as Controller;
use entities::officer::role::{Role, Where};
use entities::regulator::invitation::NewScope;
use entities::request::decide::Decider;
use rstest::rstest;
use secrecy::ExposeSecret;
use testbed::database::Kind::{self, Postgres, Sqlite};

use crate::browser::Page;
use crate::world::World;

const LIST: &str = "/console/regulators";

/// A program that may look at a controller as a regulator does.
struct Program {
    http: reqwest::Client,
    service: String,
    token: String,
}

impl Program {
    async fn at(world: &World, controller: &Controller, name: &str) -> Self {
        let new = NewClient {
            name: name.to_owned(),
            scopes: vec![Scope::AuditRead, Scope::ReportsRead],
            controllers: vec![controller.id],
            token_life: Duration::from_secs(3600),
        };
        let txn = world.store.db.begin().await.unwrap();
        let (row, _) = manage::make(&txn, &world.store, &Decider::operator(), new).await.unwrap();
        let (token, _) = issue_token(&txn, world.store.now(), &row).await.unwrap();
        txn.commit().await.unwrap();
        let token = token.expose_secret().to_owned();
        Self { http: reqwest::Client::new(), service: format!("http://{}", world.address), token }
    }

    /// Looks, and says with which status it was answered.
    async fn looks(&self, path: &str) -> u16 {
        let call = self.http.get(format!("{}/api/v1/regulator/{path}", self.service)).bearer_auth(&self.token);
        let answer = call.send().await.unwrap();
        let status = answer.status().as_u16();
        // A bundle is written as it is read.
        answer.bytes().await.unwrap();
        status
    }
}

/// How many looks of programs are on a page.
fn shown(page: &Page) -> usize {
    let (_, section) = page.text.split_once("id=\"programs-title\"").unwrap();
    section.matches("class=\"timeline-what\"").count()
}

#[rstest]
#[tokio::test]
async fn what_a_program_looked_at_is_shown_to_its_controller_alone(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::welcoming(on).await;
    let (ada, mut officer) = world.officer().await;
    let (_, mut acme) = world.with_role("rosa@example.com", Where::At(world.acme.id), Role::Administrator).await;
    let (_, mut beta) = world.with_role("ben@example.com", Where::At(world.beta.id), Role::Administrator).await;
    let (_, mut both) = world.with_role("cy@example.com", Where::Everywhere, Role::Administrator).await;
    let request = world.file(ada.id, &world.acme, 3, "Grace Hopper").await;
    // What an officer does about invitations is no look.
    world.invite(&ada, NewScope::Register).await;
    let empty = acme.get(LIST).await.fine();
    empty.says("Looks of programs").says("Nothing yet.");
    assert_eq!(shown(&empty), 0);

    let program = Program::at(&world, &world.acme, "Register <b>watch</b>").await;
    let other = Program::at(&world, &world.beta, "Beta watch").await;
    for path in ["statistics?controller=acme", &format!("cases/{}", request.reference), "bundles/acme"] {
        assert_eq!(program.looks(path).await, 200, "{path}");
        assert_eq!(other.looks(path).await, 404, "{path}");
    }
    assert_eq!(other.looks("statistics?controller=beta").await, 200);
    for browser in [&mut acme, &mut officer] {
        let page = browser.get(LIST).await.fine();
        page.says("The figures").says("A case").says(&request.reference).says("Downloaded the evidence");
        page.says("Register &#60;b&#62;watch&#60;/b&#62; · ACME").says("127.0.0.1").does_not_say("Beta watch");
        page.does_not_say("These are the newest");
        assert_eq!(shown(&page), 3);
    }
    let page = beta.get(LIST).await.fine();
    page.says("Beta watch · BETA").does_not_say(&request.reference).does_not_say("Register &#60;");
    assert_eq!(shown(&page), 1);
    assert_eq!(shown(&both.get(LIST).await.fine()), 4, "who looks after all sees those at all");

    // Of many the newest are shown, and where all of them stand.
    for _ in 0..21 {
        assert_eq!(program.looks("statistics?controller=acme").await, 200);
    }
    let page = acme.get(LIST).await.fine();
    page.says("These are the newest").does_not_say("Downloaded the evidence");
    assert_eq!(shown(&page), 20);
    beta.get(LIST).await.fine().does_not_say("These are the newest");
    acme.submit(&page, "/console/language", &[("language", "de")]).await.goes_to();
    acme.get(LIST).await.fine().says("Blicke von Programmen").says("Die Zahlen");
}
