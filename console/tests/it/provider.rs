//! Signing in by an organisation's own provider.

use entities::client::reach::Reach;
use entities::event::trail::Actor;
use entities::officer::manage;
use entities::officer::queries::by_login;
use entities::officer::role::{Role, Roles, Where};
use entities::request::decide::Decider;
use rstest::rstest;
use serde_json::json;
use testbed::database::Kind::{self, Postgres, Sqlite};
use url::Url;

use crate::browser::{Browser, Page};
use crate::organisation::{BEGIN, Organisation};
use crate::planted::PLANTED;

fn query(url: &Url, name: &str) -> String {
    url.query_pairs().find(|(known, _)| known == name).unwrap_or_else(|| panic!("no {name}")).1.into_owned()
}

#[rstest]
#[tokio::test]
async fn an_officer_is_known_by_the_address_and_then_by_the_providers_id(#[values(Sqlite, Postgres)] on: Kind) {
    let it = Organisation::of_known(on).await;
    let places = [(Where::At(it.world.acme.id), Role::Officer)];
    let ada = it.world.hire("ada@example.com", "Ada Adler", &places).await;
    it.member("a1", "Ada@example.com", &[]);
    let mut browser = it.world.browser();
    browser.get("/console/sign-in").await.fine().says("Sign in with Acme").says("href=\"/console/sign-in/provider\"");

    // What is asked of the provider: a code for this very service, bound to this browser.
    let begun = browser.get("/console/sign-in/provider?to=%2Fconsole%2Faccount").await;
    let there = Url::parse(begun.goes_to()).unwrap();
    assert_eq!(query(&there, "redirect_uri"), format!("{}{BEGIN}/back", it.ours));
    assert_eq!(
        (query(&there, "response_type"), query(&there, "code_challenge_method")),
        ("code".into(), "S256".into())
    );
    assert_eq!((query(&there, "scope"), query(&there, "acr_values")), ("openid email profile".into(), "mfa".into()));
    let back = it.at_the_provider(&there, "a1").await;
    assert_eq!(browser.get(&back).await.goes_to(), "/console/account");
    browser.get("/console/account").await.fine().says("Ada Adler").says("ada@example.com");

    // The address there may change: it is the same person.
    it.member("a1", "ada.adler@example.com", &[]);
    let mut again = it.world.browser();
    assert_eq!(it.sign_in(&mut again, "a1").await.goes_to(), "/console");
    again.get("/console/account").await.fine().says("ada@example.com");
    assert_eq!(it.events("officer.identity_linked").await.len(), 1);
    assert_eq!(it.events("officer.signed_in").await.len(), 2);
    // And another who takes her old address over there is not her.
    it.member("a2", "ada@example.com", &[]);
    assert_eq!(it.sign_in(&mut it.world.browser(), "a2").await.status, 403);

    // Out here, and then there.
    let page = again.get("/console/account").await.fine();
    let out = again.submit(&page, "/console/sign-out", &[]).await;
    let page = again.get(out.goes_to()).await.fine();
    page.says("You have signed out here").says("/console/sign-in/provider/end");
    let end = again.get("/console/sign-in/provider/end").await;
    let end = Url::parse(end.goes_to()).unwrap();
    assert_eq!((end.path(), query(&end, "client_id").as_str()), ("/session/end", "dsr"));
    assert_eq!(query(&end, "post_logout_redirect_uri"), format!("{}/console/sign-in", it.ours));
    let mut browser = Browser::new(it.theirs);
    browser.get(&format!("{}?{}", end.path(), end.query().unwrap())).await.fine();
    let _ = ada;
}

#[rstest]
#[tokio::test]
async fn the_way_back_opens_a_session_of_its_own_and_leads_nobody_out_of_the_house(
    #[values(Sqlite, Postgres)] on: Kind,
) {
    let it = Organisation::of_known(on).await;
    it.world.hire("ada@example.com", "Ada Adler", &[(Where::At(it.world.acme.id), Role::Officer)]).await;
    it.member("a1", "ada@example.com", &[]);
    for to in ["https://evil.example/", "//evil.example", "/\\evil.example", "/console/../docs"] {
        let mut browser = it.world.browser();
        for name in ["dsr", "dsr-visit"] {
            browser.cookies.insert(name.to_owned(), PLANTED.to_owned());
        }
        let asked = url::form_urlencoded::byte_serialize(to.as_bytes()).collect::<String>();
        let there = Url::parse(browser.get(&format!("{BEGIN}?to={asked}")).await.goes_to()).unwrap();
        let back = it.at_the_provider(&there, "a1").await;
        // What the way back is asked for besides changes nothing.
        let back = browser.get(&format!("{back}&to={asked}")).await;
        assert_eq!(back.goes_to(), "/console", "{to}");
        assert_ne!(browser.cookies["dsr"], PLANTED);
        browser.get("/console/account").await.fine();
        // Whoever is in already is led nowhere else either.
        assert_eq!(browser.get(&format!("{BEGIN}?to={asked}")).await.goes_to(), "/console", "{to}");
    }
    let mut stranger = it.world.browser();
    stranger.cookies.insert("dsr".to_owned(), PLANTED.to_owned());
    assert!(stranger.get("/console/account").await.goes_to().starts_with("/console/sign-in"));
}

#[rstest]
#[tokio::test]
async fn without_a_second_factor_there_ours_is_asked_for(#[values(Sqlite, Postgres)] on: Kind) {
    let it = Organisation::of_known(on).await;
    it.world.hire("ada@example.com", "Ada Adler", &[(Where::At(it.world.acme.id), Role::Officer)]).await;
    let claims = json!({ "email": "ada@example.com", "email_verified": true });
    it.account("a1", &claims, &json!({ "amr": ["pwd"] }));
    let mut browser = it.world.browser();
    assert_eq!(it.sign_in(&mut browser, "a1").await.goes_to(), "/console/enrol");
    assert_eq!(browser.get("/console/requests").await.goes_to(), "/console/enrol");
    assert_eq!(it.events("officer.provider_accepted").await.len(), 1);
    it.account("a1", &claims, &json!({ "acr": "mfa" }));
    assert_eq!(it.sign_in(&mut it.world.browser(), "a1").await.goes_to(), "/console");
}

#[rstest]
#[tokio::test]
async fn strangers_learn_nothing(#[values(Sqlite, Postgres)] on: Kind) {
    let it = Organisation::of_known(on).await;
    let places = [(Where::At(it.world.acme.id), Role::Officer)];
    let ada = it.world.hire("ada@example.com", "Ada Adler", &places).await;
    let ben = it.world.hire("ben@example.com", "Ben Beyer", &places).await;
    let by = Decider { actor: Actor::operator(), client: None, reach: Reach::installation() };
    let txn = it.world.store.db.begin().await.unwrap();
    manage::disable(&txn, &it.world.store, &by, ben.id).await.unwrap();
    txn.commit().await.unwrap();
    let amr = json!({ "amr": ["hwk"] });
    it.member("nobody", "nobody@example.com", &["privacy", "it"]);
    it.member("disabled", "ben@example.com", &[]);
    it.account("unseen", &json!({ "email": "ada@example.com", "email_verified": false }), &amr);
    it.account("as text", &json!({ "email": "ada@example.com", "email_verified": "true" }), &amr);
    it.account("unsaid", &json!({ "email": "ada@example.com" }), &amr);
    it.account("bare", &json!({}), &amr);
    // An account that has a password here may be anybody's who was given the address.
    let cem = it.world.hire("cem@example.com", "Cem Can", &places).await;
    it.world.set_password(&cem).await;
    it.member("own way in", "cem@example.com", &["privacy"]);
    let mut answers = Vec::new();
    for account in ["nobody", "disabled", "unseen", "as text", "unsaid", "bare", "own way in"] {
        let mut browser = it.world.browser();
        let page = it.sign_in(&mut browser, account).await;
        assert_eq!(page.status, 403, "{account}");
        assert!(!browser.cookies.contains_key("dsr"), "{account}");
        page.says("There is no account of this service").does_not_say("ada@example.com");
        answers.push(page.between("<p class=\"lead\">", "</p>").to_owned());
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
    assert!(it.events("officer.identity_linked").await.is_empty());

    // Whom the provider gives no address is told apart by hand; and forgotten again, which ends what was open.
    let issuer = format!("http://{}", it.theirs);
    let txn = it.world.store.db.begin().await.unwrap();
    let link = async |id| manage::link(&txn, &it.world.store, &by, id, (&issuer, "bare")).await.unwrap();
    assert!(link(ada.id).await);
    assert!(!link(ada.id).await && !link(ben.id).await, "each is linked once");
    txn.commit().await.unwrap();
    let mut browser = it.world.browser();
    assert_eq!(it.sign_in(&mut browser, "bare").await.goes_to(), "/console");
    browser.get("/console/account").await.fine().says("ada@example.com");
    let txn = it.world.store.db.begin().await.unwrap();
    assert!(manage::unlink(&txn, &it.world.store, &by, ada.id).await.unwrap());
    txn.commit().await.unwrap();
    browser.get("/console/account").await.goes_to();
    assert_eq!(it.sign_in(&mut it.world.browser(), "bare").await.status, 403);
}

#[rstest]
#[tokio::test]
async fn roles_follow_the_groups_at_each_sign_in(#[values(Sqlite, Postgres)] on: Kind) {
    let it = Organisation::of_groups(on).await;
    let (acme, beta) = (Where::At(it.world.acme.id), Where::At(it.world.beta.id));
    let roles = async || {
        let row = by_login(it.world.store.db.read(), "ada@example.com").await.unwrap().unwrap();
        Roles::of(it.world.store.db.read(), row.id).await.unwrap().each().collect::<Vec<_>>()
    };
    // In no group that counts: nobody is added.
    it.member("a1", "ada@example.com", &["canteen"]);
    assert_eq!(it.sign_in(&mut it.world.browser(), "a1").await.status, 403);
    assert!(by_login(it.world.store.db.read(), "ada@example.com").await.unwrap().is_none());

    it.member("a1", "ada@example.com", &["canteen", "privacy"]);
    let mut first = it.world.browser();
    assert_eq!(it.sign_in(&mut first, "a1").await.goes_to(), "/console");
    first.get("/console/account").await.fine().says("Ada Adler").says("Officer").says("ACME");
    let mut held = roles().await;
    held.sort_unstable();
    let mut wanted = vec![(acme, Role::Officer), (beta, Role::Approver)];
    wanted.sort_unstable();
    assert_eq!(held, wanted);
    assert_eq!(it.events("officer.added").await.len(), 1);

    // Moved to another group: an event for each change, and what was open is closed.
    it.member("a1", "ada@example.com", &["it"]);
    let mut second = it.world.browser();
    it.sign_in(&mut second, "a1").await.goes_to();
    assert_eq!(roles().await, [(Where::Everywhere, Role::Administrator)]);
    first.get("/console/account").await.goes_to();
    let revoked = it.events("officer.role_revoked").await;
    assert_eq!(revoked.len(), 2);
    assert!(revoked.iter().all(|data| data["mapped"] == true), "{revoked:?}");
    assert_eq!(it.events("officer.role_granted").await.len(), 3);

    // In no group any more: out, everywhere, with nothing left.
    it.member("a1", "ada@example.com", &[]);
    assert_eq!(it.sign_in(&mut it.world.browser(), "a1").await.status, 403);
    assert!(roles().await.is_empty());
    second.get("/console/account").await.goes_to();
}

#[rstest]
#[tokio::test]
async fn what_was_not_begun_here_or_was_used_is_refused(#[values(Sqlite, Postgres)] on: Kind) {
    let it = Organisation::of_known(on).await;
    it.world.hire("ada@example.com", "Ada Adler", &[(Where::At(it.world.acme.id), Role::Officer)]).await;
    it.member("a1", "ada@example.com", &[]);
    let refused = |page: &Page, what: &str| {
        assert_eq!(page.status, 403, "{what}: {}", page.text);
        page.says("does not fit anything that was begun in this browser");
    };
    let begin = async |browser: &mut Browser| Url::parse(browser.get(BEGIN).await.goes_to()).unwrap();
    let with = |url: &Url, name: &str, value: &str| {
        let mut changed = url.clone();
        let pairs: Vec<_> = url.query_pairs().into_owned().filter(|(known, _)| known != name).collect();
        changed.query_pairs_mut().clear().extend_pairs(pairs).append_pair(name, value);
        changed
    };

    // A token for another sign-in: its nonce is another.
    let mut browser = it.world.browser();
    let there = begin(&mut browser).await;
    let back = it.at_the_provider(&with(&there, "nonce", "another"), "a1").await;
    refused(&browser.get(&back).await, "another nonce");

    // Another state, none, and one that this browser did not begin.
    let there = begin(&mut browser).await;
    let back = it.at_the_provider(&there, "a1").await;
    let url = Url::parse(&format!("{}{back}", it.ours)).unwrap();
    let path = |url: &Url| format!("{}?{}", url.path(), url.query().unwrap());
    refused(&browser.get(&path(&with(&url, "state", "dsr_ask_another"))).await, "another state");
    refused(&browser.get(&format!("{BEGIN}/back?code={}", query(&url, "code"))).await, "no state");
    let mut victim = it.world.browser();
    victim.get("/console/sign-in").await.fine();
    refused(&victim.get(&back).await, "another browser");
    // Another provider says that it is its answer.
    refused(&browser.get(&path(&with(&url, "iss", "https://evil.example"))).await, "another issuer");

    // Once, and then no more: neither the whole answer nor its code in another.
    let there = begin(&mut browser).await;
    let back = it.at_the_provider(&there, "a1").await;
    let url = Url::parse(&format!("{}{back}", it.ours)).unwrap();
    let mut thief = it.world.browser();
    let state = query(&begin(&mut thief).await, "state");
    refused(&thief.get(&path(&with(&url, "state", &state))).await, "another's code");
    let there = begin(&mut browser).await;
    let back = it.at_the_provider(&there, "a1").await;
    browser.get(&back).await.goes_to();
    refused(&it.world.browser().get(&back).await, "the answer again");

    // The person turned back.
    let mut other = it.world.browser();
    let state = query(&begin(&mut other).await, "state");
    let issuer = format!("http://{}", it.theirs);
    let iss = url::form_urlencoded::byte_serialize(issuer.as_bytes()).collect::<String>();
    let page = other.get(&format!("{BEGIN}/back?error=access_denied&state={state}&iss={iss}")).await;
    assert_eq!(page.status, 403);
    page.says("was broken off").does_not_say("access_denied");
}

#[rstest]
#[tokio::test]
async fn a_provider_changes_its_key_and_goes_away(#[values(Sqlite)] on: Kind) {
    let mut it = Organisation::of_known(on).await;
    let ada = it.world.hire("ada@example.com", "Ada Adler", &[(Where::At(it.world.acme.id), Role::Officer)]).await;
    it.member("a1", "ada@example.com", &[]);
    it.sign_in(&mut it.world.browser(), "a1").await.goes_to();
    it.world.set_password(&ada).await;
    it.provider.tell(&json!({ "rotate": true }));
    it.sign_in(&mut it.world.browser(), "a1").await.goes_to();

    // Away between going there and coming back: nobody is in, and the page says how else.
    let mut browser = it.world.browser();
    let there = Url::parse(browser.get(BEGIN).await.goes_to()).unwrap();
    let back = it.at_the_provider(&there, "a1").await;
    it.provider.end();
    let page = browser.get(&back).await;
    assert_eq!(page.status, 503);
    page.says("does not answer at the moment").says("/console/sign-in\"");
    let page = browser.get("/console/sign-in").await.fine();
    let fields = [("login", "ada@example.com"), ("password", crate::world::PASSWORD)];
    browser.submit(&page, "/console/sign-in", &fields).await.goes_to();
}

#[rstest]
#[tokio::test]
async fn a_provider_that_was_never_there_is_said_to_be_away(#[values(Sqlite)] on: Kind) {
    let mut it = Organisation::of_known(on).await;
    it.provider.end();
    let page = it.world.browser().get(BEGIN).await;
    assert_eq!(page.status, 503);
    page.says("does not answer at the moment");
}
