//! What keeps every page and every form from those they are not for.

use console::routes::PAGES;
use entities::officer::role::{Role, Where};
use rstest::rstest;
use testbed::database::Kind::{self, Postgres, Sqlite};

use crate::browser::Page;
use crate::world::World;

/// What stands in the gaps of addresses that take a word; in all others an id stands.
const WORDS: [(&str, &str); 8] = [
    ("token", "none"),
    ("controller", "acme"),
    ("part", "name"),
    ("language", "en"),
    ("text", "refusal"),
    ("kind", "zendesk"),
    // A verb that nothing has: what keeps forms out does so before it is read.
    ("act", "none"),
    ("slug", "none"),
];

/// An address of the table with something in every gap; `{name}` is a request.
fn address(pattern: &str, name: &str) -> String {
    let parts = pattern.split('/').map(|part| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
        None => part.to_owned(),
        Some("name") => name.to_owned(),
        Some(gap) => WORDS
            .iter()
            .find(|(of, _)| *of == gap)
            .map_or_else(|| uuid::Uuid::nil().to_string(), |(_, word)| (*word).to_owned()),
    });
    format!("/console{}", parts.collect::<Vec<_>>().join("/"))
}

/// What is tried, with which token, by which headers.
type Try = (&'static str, String, Vec<(&'static str, String)>);

/// The ways in which a form can come from elsewhere: `token` is the sender's own, `theirs` somebody else's, `here` our origin.
pub fn forgeries(token: &str, theirs: &str, here: &str) -> Vec<Try> {
    let from = |origin: &str| vec![("origin", origin.to_owned())];
    let other_site = vec![("sec-fetch-site", "cross-site".to_owned()), ("origin", here.to_owned())];
    vec![
        ("no token", String::new(), from(here)),
        ("a wrong token", "0".repeat(64), from(here)),
        ("somebody else's token", theirs.to_owned(), from(here)),
        ("another origin", token.to_owned(), from("https://evil.example")),
        ("a hidden origin", token.to_owned(), from("null")),
        ("another site", token.to_owned(), other_site),
        ("no word of where from", token.to_owned(), Vec::new()),
    ]
}

/// The pages that whoever is not signed in may see.
const OPEN: [&str; 7] = [
    "/sign-in",
    "/sign-in/code",
    "/sign-in/passkey",
    "/sign-in/provider",
    "/sign-in/provider/back",
    "/sign-in/provider/end",
    "/invitation/{token}",
];

#[rstest]
#[tokio::test]
async fn nobody_sees_a_page_without_signing_in(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    for (method, pattern) in PAGES.iter().filter(|(method, _)| *method != "post") {
        let page = world.browser().get(&address(pattern, "K7PW-3MXD")).await;
        if OPEN.contains(pattern) {
            continue;
        }
        assert!(page.goes_to().starts_with("/console/sign-in"), "{method} {pattern}");
        assert!(page.text.is_empty(), "{pattern}");
    }
}

#[rstest]
#[tokio::test]
async fn no_form_is_taken_from_elsewhere(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.everything().await;
    let request = world.file(ada.id, &world.acme, 1, "Grace Hopper").await;
    let own = browser.get("/console/account").await.fine();
    let token = own.hidden("/console/sign-out").into_iter().find(|(name, _)| name == "form_token").unwrap().1;
    let mut stranger = world.browser();
    let theirs = stranger.get("/console/sign-in").await.fine();
    let theirs = theirs.hidden("/console/sign-in").into_iter().find(|(name, _)| name == "form_token").unwrap().1;
    let here = browser.url("");
    let mut count = 0;
    for (_, pattern) in PAGES.iter().filter(|(method, _)| *method != "get") {
        let path = address(pattern, &request.reference);
        for (what, token, headers) in forgeries(&token, &theirs, &here) {
            let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let fields = [("form_token", &*token), ("form_key", "k"), ("reason", "because"), ("purpose", "identify")];
            let page = browser.post_from(&path, &fields, &headers).await;
            assert_eq!(page.status, 403, "{what} at {path}");
            page.says("This form could not be taken");
            count += 1;
        }
    }
    assert!(count >= 7 * 12);
    let after = world.request(request.id).await;
    assert_eq!((after.version, after.on_hold), (request.version, false));
    browser.get("/console/requests").await.fine();
}

#[rstest]
#[tokio::test]
async fn every_page_keeps_the_browser_from_harm(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.everything().await;
    let request = world.file(ada.id, &world.acme, 1, "Grace Hopper").await;
    let mut pages = vec![
        ("/console/nothing".to_owned(), browser.get("/console/nothing").await),
        ("/console/sign-in".to_owned(), world.browser().get("/console/sign-in").await),
        ("a wrong method".to_owned(), browser.get("/console/sign-out").await),
    ];
    for (_, pattern) in PAGES.iter().filter(|(method, _)| *method != "post") {
        let path = address(pattern, &request.reference);
        let page = browser.get(&path).await;
        pages.push((path, page));
    }
    for (path, page) in &pages {
        let policy = page.header("content-security-policy");
        for rule in [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        ] {
            assert!(policy.contains(rule), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}");
        assert_eq!(page.header("cache-control"), "no-store", "{path}");
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(page.header("x-frame-options"), "DENY", "{path}");
        assert_eq!(page.header("referrer-policy"), "same-origin", "{path}");
        keeps_the_policy(path, page);
    }
}

/// What the policy forbids must not be on the page either, or it would not work as it was drawn.
fn keeps_the_policy(path: &str, page: &Page) {
    for part in page.text.split('<').skip(1) {
        let tag = part.split('>').next().unwrap();
        // What stands between quotes is a value, and may be anything.
        let names: String = tag.split('"').step_by(2).collect();
        assert!(!names.contains(" style=") && !names.contains(" on"), "{path}: <{tag}>");
        assert!(!tag.starts_with("style") && (!tag.starts_with("script") || tag.contains("src=")), "{path}: <{tag}>");
        for attribute in ["src=\"", "href=\"", "action=\""] {
            if let Some((_, rest)) = tag.split_once(attribute) {
                assert!(rest.starts_with('/') || rest.starts_with('#'), "{path}: <{tag}> leads elsewhere");
            }
        }
    }
}

#[rstest]
#[tokio::test]
async fn assets_are_kept_for_good_and_named_by_what_is_in_them(#[values(Sqlite)] on: Kind) {
    let world = World::on(on).await;
    let mut browser = world.browser();
    let page = browser.get("/console/sign-in").await.fine();
    let mut weight = page.text.len();
    let links = page.text.split('"').filter(|text| text.starts_with("/console/assets/"));
    let links: std::collections::BTreeSet<_> = links.map(|link| link.split('#').next().unwrap()).collect();
    assert!(links.len() >= 4, "{links:?}");
    for link in links {
        let asset = browser.get(link).await.fine();
        assert_eq!(asset.header("cache-control"), "public, max-age=31536000, immutable", "{link}");
        let sent = browser.http.get(browser.url(link)).header("accept-encoding", "gzip").send().await.unwrap();
        weight += sent.bytes().await.unwrap().len();
    }
    assert!(weight < 50_000, "the first load weighs {weight} bytes");
    assert_eq!(browser.get("/console/assets/console.000000000000.css").await.status, 404);
}

#[rstest]
#[tokio::test]
async fn who_has_no_right_is_told_who_has(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, _) = world.officer().await;
    let request = world.file(ada.id, &world.acme, 1, "Grace Hopper").await;
    let regulator = world.hire("reg@example.com", "Rita Roth", &[(Where::At(world.acme.id), Role::Regulator)]).await;
    let mut browser = world.signed_in(&regulator).await;
    let page = browser.get("/console/requests").await;
    assert_eq!(page.status, 403);
    page.says("This is not yours to open").says("Who can: Officer, Approver");

    // Who may look but not decide sees the request without the way to the decision, and is refused there.
    let auditor = world.hire("aud@example.com", "Axel Auer", &[(Where::At(world.acme.id), Role::Auditor)]).await;
    let mut browser = world.signed_in(&auditor).await;
    let page = browser.get(&format!("/console/requests/{}", request.reference)).await.fine();
    page.does_not_say("/hold\"").does_not_say("/reveal\"");
    assert_eq!(browser.get(&format!("/console/requests/{}/hold", request.reference)).await.status, 403);
}

#[rstest]
#[tokio::test]
async fn another_controllers_request_is_not_there(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let places = [(Where::At(world.acme.id), Role::Officer), (Where::At(world.beta.id), Role::Auditor)];
    let ada = world.hire("ada@example.com", "Ada Adler", &places).await;
    let ben = world.hire("ben@example.com", "Ben Beyer", &[(Where::At(world.acme.id), Role::Officer)]).await;
    let there = world.file(ada.id, &world.beta, 1, "Grace Hopper").await;
    let mut stranger = world.signed_in(&ben).await;
    stranger.get("/console/requests").await.fine().does_not_say(&there.reference);
    for (_, pattern) in PAGES.iter().filter(|(method, pattern)| *method != "post" && pattern.contains("{name}")) {
        for name in [there.reference.clone(), there.id.to_string()] {
            let page = stranger.get(&address(pattern, &name)).await;
            assert_eq!(page.status, 404, "{pattern}");
            page.does_not_say("Hopper").does_not_say(&there.reference.to_lowercase());
        }
    }
    // A right at one controller is none at another: an auditor there decides nothing there.
    let mut browser = world.signed_in(&ada).await;
    browser.get(&format!("/console/requests/{}", there.reference)).await.fine();
    let page = browser.get(&format!("/console/requests/{}/hold", there.reference)).await;
    assert_eq!(page.status, 404);
}

#[rstest]
#[tokio::test]
async fn nobody_is_sent_out_of_the_house(#[values(Sqlite)] on: Kind) {
    let world = World::on(on).await;
    let (_, mut browser) = world.officer().await;
    for to in ["https://evil.example/", "//evil.example", "/\\evil.example", "/docs/"] {
        let query = url::form_urlencoded::byte_serialize(to.as_bytes()).collect::<String>();
        let page = browser.get(&format!("/console/sign-in?to={query}")).await;
        assert_eq!(page.goes_to(), "/console", "{to}");
        let page = browser.get("/console/account").await.fine();
        for (switch, value) in [("theme", "dark"), ("language", "en")] {
            let mut fields = page.hidden("/console/sign-out");
            fields.extend([(switch.to_owned(), value.to_owned()), ("to".to_owned(), to.to_owned())]);
            let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            assert_eq!(browser.post_bare(&format!("/console/{switch}"), &fields).await.goes_to(), "/console", "{to}");
        }
    }
    browser.get("/console/account").await.fine().says("data-theme=\"dark\"");
}
