//! Looking after officers: invited, given roles, reset, disabled; each as far as whoever does it reaches.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use entities::officer::role::{Role, Roles, Where};
use entities::officer::table::Model;
use rstest::rstest;
use testbed::database::Kind::{self, Postgres, Sqlite};

use crate::browser::Page;
use crate::world::{PASSWORD, World};

const LIST: &str = "/console/setup/officers";

fn page_of(row: &Model) -> String {
    format!("{LIST}/{}", row.id)
}

/// The link that a page shows once.
fn link(page: &Page) -> String {
    let whole = page.between("<dd class=\"secret mono\">", "</dd>");
    whole.strip_prefix("http://dsr.example.com").unwrap_or(whole).to_owned()
}

#[rstest]
#[tokio::test]
async fn an_administrator_invites_somebody_and_the_link_is_shown_once(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (_, mut browser) = world.with_role("rosa@example.com", Where::At(world.acme.id), Role::Administrator).await;
    let add = format!("{LIST}/add");
    let form = browser.get(&add).await.fine();
    form.says("Files requests, decides about them").says("ACME").does_not_say("BETA");
    let empty = browser.submit(&form, &add, &[("at", "acme")]).await;
    assert_eq!(empty.status, 422);
    empty.says("href=\"#roles\"").says("Choose at least one role");
    let bad = [("name", "Ada Adler"), ("login", "nobody"), ("at", "acme"), ("roles", "officer")];
    let bad = browser.submit(&form, &add, &bad).await;
    assert_eq!(bad.status, 422);
    bad.says("href=\"#login\"").says("value=\"Ada Adler\"").says("value=\"officer\" checked");

    let filled = [("name", "Ada Adler"), ("login", "ada@example.com"), ("at", "acme"), ("roles", "officer")];
    let made = browser.submit(&form, &add, &filled).await.fine();
    assert_eq!(made.header("cache-control"), "no-store");
    made.says("This is shown once");
    let link = link(&made);
    let again = browser.submit(&form, &add, &filled).await;
    let row = world.by_login("ada@example.com").await.unwrap();
    assert_eq!(again.goes_to(), format!("{}?say=shown", page_of(&row)));
    let shown = browser.get(&page_of(&row)).await.fine();
    shown.says("Invited").says("Ada Adler").does_not_say("dsr_invitation");

    // The link lets them in, and nothing of it is left.
    let mut theirs = world.browser();
    let welcome = theirs.get(&link).await.fine();
    let set = theirs.submit(&welcome, &link, &[("password", PASSWORD), ("again", PASSWORD)]).await;
    assert_eq!(set.goes_to(), "/console/enrol");
    assert_eq!(theirs.get(&link).await.status, 404);
    browser.get(LIST).await.fine().says("Second factor missing").says("Never");
}

#[rstest]
#[tokio::test]
async fn fifty_officers_stand_on_a_page_and_the_next_has_the_rest(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (rosa, mut browser) = world.with_role("rosa@example.com", Where::At(world.acme.id), Role::Administrator).await;
    let mut hired = vec![(rosa.login, rosa.id.to_string())];
    for n in 0..51 {
        // In no order.
        let login = format!("officer-{:02}@example.com", n * 7 % 51);
        let row = world.hire(&login, "Olga Orth", &[(Where::At(world.acme.id), Role::Officer)]).await;
        hired.push((row.login, row.id.to_string()));
    }
    world.hire("officer-60@example.com", "Ben Beyer", &[(Where::At(world.beta.id), Role::Officer)]).await;
    hired.sort();
    let hired: Vec<_> = hired.into_iter().map(|(_, id)| id).collect();
    let pages = browser.pages(LIST).await;
    let listed = |page: &Page| page.each("<th scope=\"row\"><a href=\"/console/setup/officers/", "\"");
    assert_eq!(pages.iter().map(|page| listed(page).len()).collect::<Vec<_>>(), [50, 2]);
    assert_eq!(pages.iter().flat_map(listed).collect::<Vec<_>>(), hired, "by login, each once");
    pages[0].does_not_say("rel=\"first\"");
    pages[1].says(&format!("href=\"{LIST}\" rel=\"first\""));

    // The address names none of them, to nobody who takes it apart either.
    let next = pages[0].next().unwrap();
    let place = next.strip_prefix(&format!("{LIST}?after=")).unwrap();
    let place = BASE64_URL_SAFE_NO_PAD.decode(place).unwrap();
    assert!(!String::from_utf8_lossy(&place).contains("example.com"));
    assert_eq!(browser.get(&format!("{LIST}?after=made-up")).await.status, 400);
}

#[rstest]
#[tokio::test]
async fn roles_change_at_one_place_and_one_person_for_both_is_asked_for(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (_, mut browser) = world.with_role("rosa@example.com", Where::Everywhere, Role::Administrator).await;
    let places = [(Where::At(world.acme.id), Role::Officer), (Where::At(world.beta.id), Role::Auditor)];
    let ada = world.hire("ada@example.com", "Ada Adler", &places).await;
    let mut hers = world.signed_in(&ada).await;
    let roles = format!("{}/roles", page_of(&ada));
    let form = browser.get(&format!("{roles}?at=acme")).await.fine();
    form.says("value=\"officer\" checked").does_not_say("value=\"auditor\" checked");
    let both = [("roles", "officer"), ("roles", "approver")];
    let asked = browser.submit(&form, &roles, &both).await;
    assert_eq!(asked.status, 422);
    asked.says("One person would both file and approve").says("value=\"approver\" checked");
    let at_acme = |roles: &Roles| -> Vec<Role> {
        roles.each().filter(|(place, _)| *place == Where::At(world.acme.id)).map(|(_, role)| role).collect()
    };
    let held = Roles::of(world.store.db.read(), ada.id).await.unwrap();
    assert_eq!(at_acme(&held), [Role::Officer], "asked first");
    let done = browser.submit(&form, &roles, &[both[0], both[1], ("both", "yes")]).await;
    assert_eq!(done.goes_to(), format!("{}?say=roles", page_of(&ada)));
    let held = Roles::of(world.store.db.read(), ada.id).await.unwrap();
    assert_eq!(at_acme(&held), [Role::Officer, Role::Approver]);
    assert!(held.holds(Where::At(world.beta.id), Role::Auditor), "what is held elsewhere stays");
    browser.get(&page_of(&ada)).await.fine().says("Files and approves").says("ACME: may file requests");

    // What is taken is gone with the next page, which asks them to sign in again.
    let form = browser.get(&format!("{roles}?at=acme")).await.fine();
    browser.submit(&form, &roles, &[("roles", "auditor")]).await.goes_to();
    let form = browser.get(&format!("{roles}?at=beta")).await.fine();
    browser.submit(&form, &roles, &[]).await.goes_to();
    hers.get("/console/requests").await.goes_to();
    world.signed_in(&ada).await.get("/console/requests").await.fine().does_not_say("BETA");
}

#[rstest]
#[tokio::test]
async fn what_an_officer_signs_in_with_is_reset_and_its_sessions_end(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (_, mut browser) = world.with_role("rosa@example.com", Where::At(world.acme.id), Role::Administrator).await;
    let ada = world.hire("ada@example.com", "Ada Adler", &[(Where::At(world.acme.id), Role::Officer)]).await;
    world.set_password(&ada).await;
    let at = |act: &str| format!("{}/{act}", page_of(&ada));

    let mut hers = world.signed_in(&ada).await;
    let ask = browser.get(&at("reset-password")).await.fine();
    ask.says("Reset the password?");
    hers.get("/console/requests").await.fine();
    let link = link(&browser.submit(&ask, &at("reset-password"), &[]).await.fine());
    hers.get("/console/requests").await.goes_to();
    world.browser().get(&link).await.fine().says("Ada Adler");
    let again = browser.submit(&ask, &at("reset-password"), &[]).await;
    assert_eq!(again.goes_to(), format!("{}?say=reset-password", page_of(&ada)));
    world.browser().get(&link).await.fine();

    for act in ["sign-out", "disable"] {
        let mut hers = world.signed_in(&ada).await;
        let ask = browser.get(&at(act)).await.fine();
        let done = browser.submit(&ask, &at(act), &[]).await;
        assert_eq!(done.goes_to(), format!("{}?say={act}", page_of(&ada)));
        hers.get("/console/requests").await.goes_to();
    }
    assert_eq!(world.browser().get(&link).await.status, 404, "with the officer its invitation ends");
    let page = browser.get(&page_of(&ada)).await.fine();
    page.says("Disabled").says("Enable again").does_not_say(&format!("{}\"", at("sign-out"))).says("2 March 2026");
    let ask = browser.get(&at("enable")).await.fine();
    browser.submit(&ask, &at("enable"), &[]).await.goes_to();
    world.signed_in(&ada).await.get("/console/requests").await.fine();
    assert_eq!(browser.get(&at("erase")).await.status, 404);
}

#[rstest]
#[tokio::test]
async fn an_administrator_manages_its_own_controller_and_nobody_manages_themselves(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let world = World::on(on).await;
    let (rosa, mut browser) = world.with_role("rosa@example.com", Where::At(world.acme.id), Role::Administrator).await;
    let there = world.hire("ben@example.com", "Ben Beyer", &[(Where::At(world.beta.id), Role::Officer)]).await;
    let both = [(Where::At(world.acme.id), Role::Officer), (Where::At(world.beta.id), Role::Officer)];
    let both = world.hire("cy@example.com", "Cy Coen", &both).await;
    let list = browser.get(LIST).await.fine();
    list.says("Cy Coen").does_not_say("Ben Beyer");

    // Whoever works elsewhere alone is not there; of whoever works here too, only what is held here is in reach.
    for end in ["", "/roles?at=acme", "/disable"] {
        assert_eq!(browser.get(&format!("{}{end}", page_of(&there))).await.status, 404, "{end}");
    }
    let page = browser.get(&page_of(&both)).await.fine();
    page.says("also works for a controller that is not yours").says("roles?at=acme").does_not_say("roles?at=beta");
    page.does_not_say("/disable\"");
    assert_eq!(browser.get(&format!("{}/roles?at=beta", page_of(&both))).await.status, 404);
    assert_eq!(browser.get(&format!("{}/roles?at=*", page_of(&both))).await.status, 404);
    let ask = browser.get(&format!("{}/disable", page_of(&both))).await.fine();
    let refused = browser.submit(&ask, &format!("{}/disable", page_of(&both)), &[]).await;
    assert_eq!(refused.status, 409);
    refused.says("also concerns a controller that is not yours");
    world.signed_in(&both).await.get("/console/requests").await.fine();
    for at in ["beta", "*"] {
        let form = browser.get(&format!("{LIST}/add")).await.fine();
        let filled = [("name", "Di Dorn"), ("login", "di@example.com"), ("at", at), ("roles", "administrator")];
        assert_eq!(browser.submit(&form, &format!("{LIST}/add"), &filled).await.status, 422, "{at}");
    }
    assert!(world.by_login("di@example.com").await.is_none());

    let page = browser.get(&page_of(&rosa)).await.fine();
    page.says("Nobody manages their own account").does_not_say("roles?at=").does_not_say("/disable\"");
    let roles = format!("{}/roles", page_of(&rosa));
    let form = browser.get(&format!("{roles}?at=acme")).await.fine();
    let refused = browser.submit(&form, &roles, &[("roles", "officer")]).await;
    assert_eq!(refused.status, 409);
    refused.says("Nobody manages their own account");

    // Who decides about requests sets nobody up, and is told who does.
    let (_, mut other) = world.officer().await;
    let page = other.get(LIST).await;
    assert_eq!(page.status, 403);
    page.says("Who can: Administrator");
    other.get("/console/requests").await.fine().does_not_say("/console/setup");
}
