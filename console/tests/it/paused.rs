//! What is paused is announced: on every page of every officer whom it concerns, and to nobody else.

use console::routes::PAGES;
use entities::controller::pause;
use entities::controller::table::Model as Controller;
use entities::officer::role::{Role, Where};
use entities::officer::table::Model as Officer;
use entities::regulator::invitation::NewScope;
use entities::request::decide::Decider;
use rstest::rstest;
use testbed::database::Kind::{self, Postgres, Sqlite};

use crate::browser::{Browser, Page};
use crate::matrix::spelled;
use crate::matrix::things::{Things, filled, gaps};
use crate::world::World;

impl World {
    async fn pause(&self, place: Where, reason: &str) {
        let txn = self.store.db.begin().await.unwrap();
        pause::pause(&txn, &self.store, &Decider::operator(), place, reason).await.unwrap();
        txn.commit().await.unwrap();
    }
}

/// Somebody with every role at one controller, and one of everything there.
struct Resident {
    at: String,
    things: Things,
    browser: Browser,
}

impl Resident {
    async fn of(world: &World, filer: &Officer, at: &Controller) -> Self {
        let roles: Vec<_> = Role::ALL.iter().map(|role| (Where::At(at.id), *role)).collect();
        let officer = world.hire(&format!("all@{}.example.com", at.slug), "Rosa Roth", &roles).await;
        let things = Things::at(world, filer, at, &format!("Thing of {}", at.slug)).await.of(world, &officer).await;
        Self { at: at.slug.clone(), things, browser: world.signed_in(&officer).await }
    }

    /// Every page that there is for them, and one that is not there.
    async fn pages(&mut self) -> Vec<(String, Page)> {
        let shown = PAGES.iter().filter(|(method, _)| *method != "post").flat_map(|(_, pattern)| spelled(pattern));
        let mut pages = vec![("nothing".to_owned(), self.browser.get("/console/nothing").await)];
        for pattern in shown.filter(|pattern| !is_way_in(pattern)) {
            let things: Vec<_> = gaps(&pattern).map(|_| &self.things).collect();
            // One page is about a place, too.
            let query = if pattern.ends_with("/roles") { format!("?at={}", self.at) } else { String::new() };
            let page = self.browser.get(&(filled(&pattern, &things) + &query)).await;
            assert_eq!(page.status, if NOT_THERE.contains(&pattern.as_str()) { 404 } else { 200 }, "{pattern}");
            pages.push((pattern, page));
        }
        assert!(pages.len() > 90, "{} pages", pages.len());
        pages
    }
}

/// For whoever manages everything, or not set up here. That there is nothing is told on a page as well.
const NOT_THERE: [&str; 3] = ["/setup/pause", "/setup/controllers/add", "/account/passkeys/new"];

/// The ways in: they are for whoever knows a password or has a link, whoever that is.
fn is_way_in(pattern: &str) -> bool {
    ["/sign-in", "/invitation/"].iter().any(|start| pattern.starts_with(start))
}

#[rstest]
#[tokio::test]
async fn a_pause_is_announced_on_every_page_to_whom_it_concerns(#[values(Sqlite, Postgres)] on: Kind) {
    let mut world = World::on(on).await;
    world.all_write().await;
    let filer = world.everything().await.0;
    let mut ours = Resident::of(&world, &filer, &world.acme).await;
    let mut theirs = Resident::of(&world, &filer, &world.beta).await;
    ours.browser.get("/console/requests").await.fine().does_not_say("Paused:");

    world.pause(Where::At(world.acme.id), "maintenance of one").await;
    for (pattern, page) in ours.pages().await {
        for word in ["Paused: ACME</strong>", "(the operator)", "maintenance of one"] {
            assert!(page.text.contains(word), "{pattern} does not say {word}");
        }
    }
    for (pattern, page) in theirs.pages().await {
        assert!(!page.text.contains("Paused:") && !page.text.contains("maintenance"), "{pattern} is none of theirs");
    }

    world.pause(Where::Everywhere, "maintenance of all").await;
    for (pattern, page) in theirs.pages().await {
        for word in ["Paused: everything</strong>", "(the operator)", "maintenance of all"] {
            assert!(page.text.contains(word), "{pattern} does not say {word}");
        }
        assert!(!page.text.contains("maintenance of one"), "{pattern} tells of another controller");
    }
    let both = ours.browser.get("/console/requests").await.fine();
    both.says("maintenance of one").says("maintenance of all");
}

#[rstest]
#[tokio::test]
async fn guests_and_strangers_are_told_nothing_of_a_pause(#[values(Sqlite, Postgres)] on: Kind) {
    let mut world = World::welcoming(on).await;
    world.writes().await;
    let (ada, _) = world.officer().await;
    let request = world.person_files(ada.id, &world.acme, "grace@example.org").await;
    world.invite(&ada, NewScope::Register).await;
    let mut regulator = world.in_the_room().await;
    let (mut person, _) = world.come_in(ada.id, &request).await;
    world.pause(Where::At(world.acme.id), "maintenance of one").await;
    world.pause(Where::Everywhere, "maintenance of all").await;
    let case = format!("/regulator/cases/{}", request.reference);
    let mut stranger = world.browser();
    let pages = [
        person.get("/status").await.fine(),
        person.get("/status/withdraw").await.fine(),
        regulator.get("/regulator").await.fine(),
        regulator.get(&case).await.fine(),
        stranger.get("/status/link").await.fine(),
        stranger.get("/regulator/link").await.fine(),
        stranger.get("/console/sign-in").await.fine(),
    ];
    for page in pages {
        page.does_not_say("Paused:").does_not_say("maintenance");
    }
}
