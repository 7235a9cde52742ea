//! Who gets what at which address: nobody and every role, at every page and form of the console, about what is their controller's
//! and about another's. The table says what is right; an address without a line in it fails.

use std::collections::BTreeSet;
use std::fmt::Write;

use console::routes::PAGES;
use entities::controller::table::Model as Controller;
use entities::event::trail::Actor;
use entities::officer::role::{Role, Where};
use entities::officer::table::Model as Officer;
use entities::officer::{invitation, session};
use entities::request::table::Model as Request;
use rstest::rstest;
use secrecy::ExposeSecret;
use testbed::database::Kind::{self, Postgres, Sqlite};

use crate::browser::{Browser, Page};
use crate::world::World;

/// Who is let in: `anybody`, whoever has `signed-in`, or the roles by name, some of them only where they are held `everywhere`, as they
/// are not here; and what is asked for, or what a form sends. Every form here comes without
/// the version of the request it is about, so none of them is carried out.
const TABLE: &[(&str, &str, &str, &str)] = &[
    ("get", "", "officer approver operator administrator auditor regulator", ""),
    ("get", "/", "officer approver operator administrator auditor regulator", ""),
    ("get", "/sign-in", "anybody", ""),
    ("post", "/sign-in", "anybody", "login=nobody@example.com&password=wrong"),
    ("get", "/sign-in/code", "signed-in", ""),
    ("post", "/sign-in/code", "signed-in", "code=000000"),
    ("get", "/sign-in/passkey", "anybody", ""),
    ("post", "/sign-in/passkey", "anybody", "asked=none&told=none"),
    ("get", "/sign-in/provider", "anybody", ""),
    ("get", "/sign-in/provider/back", "anybody", ""),
    ("get", "/sign-in/provider/end", "anybody", ""),
    ("get", "/invitation/{token}", "anybody", ""),
    ("post", "/invitation/{token}", "anybody", "password=short&again=short"),
    ("get", "/enrol", "signed-in", ""),
    ("post", "/enrol", "signed-in", "code=000000"),
    ("post", "/sign-out", "anybody", ""),
    ("post", "/theme", "anybody", "theme=dark&to=/console/requests"),
    ("post", "/language", "anybody", "language=de&to=/console/requests"),
    ("get", "/account", "signed-in", ""),
    ("post", "/account/sessions/{session}/end", "signed-in", ""),
    ("post", "/account/sessions/end-others", "signed-in", ""),
    ("get", "/account/passkeys/new", "signed-in", ""),
    ("post", "/account/passkeys/new", "signed-in", "name=mine&asked=none&told=none"),
    ("post", "/account/passkeys/{passkey}/remove", "signed-in", ""),
    ("get", "/account/password", "signed-in", ""),
    ("post", "/account/password", "signed-in", "present=wrong&password=short&again=short"),
    ("get", "/account/recovery-codes", "signed-in", ""),
    ("post", "/account/recovery-codes", "signed-in", ""),
    ("get", "/regulators", "officer administrator", ""),
    ("get", "/regulators/new", "officer administrator", ""),
    ("post", "/regulators/new", "officer administrator", ""),
    ("get", "/regulators/{invitation}", "officer administrator", ""),
    ("post", "/regulators/{invitation}/end", "officer administrator", ""),
    ("post", "/regulators/{invitation}/link", "officer administrator", ""),
    ("get", "/regulators/{invitation}/grant", "officer approver", ""),
    ("post", "/regulators/{invitation}/grant", "officer approver", "reason=because"),
    ("post", "/regulators/{invitation}/grants/{grant}/end", "officer approver", ""),
    ("get", "/requests", "officer approver operator auditor", ""),
    ("post", "/requests/search", "officer approver operator auditor", "kind=email&value=x"),
    ("post", "/requests/export", "officer approver operator auditor", "query=status%3Dreviewing"),
    ("get", "/requests/new", "officer", ""),
    ("post", "/requests/new", "officer", "go=row"),
    ("get", "/requests/{name}", "officer approver operator auditor", ""),
    ("post", "/requests/{name}/reveal", "officer approver", "purpose=identify"),
    ("get", "/requests/{name}/assignee", "officer approver operator", ""),
    ("post", "/requests/{name}/assignee", "officer approver operator", "assignee="),
    ("get", "/requests/{name}/notes", "officer approver operator", ""),
    ("post", "/requests/{name}/notes", "officer approver operator", "text=a+note"),
    ("get", "/requests/{name}/tasks", "officer approver operator", ""),
    ("post", "/requests/{name}/tasks", "officer approver operator", "title=a+task"),
    ("post", "/requests/{name}/tasks/{task}/done", "officer approver operator", ""),
    ("post", "/requests/{name}/files/{file}", "officer approver", ""),
    ("get", "/requests/{name}/letters", "officer approver", ""),
    ("post", "/requests/{name}/letters", "officer", "kind=acknowledgement"),
    ("post", "/requests/{name}/letters/preview", "officer approver", "kind=&outcome="),
    ("post", "/requests/{name}/letters/identity-link", "officer", ""),
    ("get", "/requests/{name}/letters/record", "officer", ""),
    ("post", "/requests/{name}/letters/record", "officer", "kind="),
    ("get", "/requests/{name}/letters/{letter}", "officer approver operator auditor", ""),
    ("post", "/requests/{name}/letters/{letter}/reveal", "officer approver", "purpose=identify"),
    ("post", "/requests/{name}/letters/{letter}/pdf", "officer approver", "purpose=identify"),
    ("post", "/requests/{name}/letters/{letter}/hold-back", "officer", ""),
    ("post", "/requests/{name}/letters/{letter}/edit", "officer", ""),
    ("post", "/requests/{name}/letters/{letter}/send", "officer", ""),
    ("post", "/requests/{name}/letters/{letter}/retry", "officer operator", ""),
    ("get", "/requests/{name}/letters/{letter}/resend", "officer", ""),
    ("post", "/requests/{name}/letters/{letter}/resend", "officer", "address=x"),
    ("get", "/requests/{name}/address", "officer", ""),
    ("post", "/requests/{name}/address", "officer", "address=x"),
    ("get", "/requests/{name}/history", "officer approver operator auditor", ""),
    ("post", "/requests/{name}/history/reveal", "officer approver", "purpose=identify"),
    ("get", "/setup", "operator administrator", ""),
    ("get", "/setup/pause", "everywhere: administrator", ""),
    ("post", "/setup/pause", "everywhere: administrator", "reason=because"),
    ("post", "/setup/resume", "everywhere: administrator", ""),
    ("get", "/setup/controllers", "administrator", ""),
    ("get", "/setup/controllers/add", "everywhere: administrator", ""),
    ("post", "/setup/controllers/add", "everywhere: administrator", ""),
    ("get", "/setup/controllers/{controller}", "administrator", ""),
    ("get", "/setup/controllers/{controller}/change/{part}", "administrator", ""),
    ("post", "/setup/controllers/{controller}/change/{part}", "administrator", ""),
    ("post", "/setup/controllers/{controller}/look", "administrator", ""),
    ("get", "/setup/controllers/{controller}/pause", "administrator", ""),
    ("post", "/setup/controllers/{controller}/pause", "administrator", "reason=because"),
    ("post", "/setup/controllers/{controller}/resume", "administrator", ""),
    ("get", "/setup/controllers/{controller}/texts", "administrator", ""),
    ("get", "/setup/controllers/{controller}/texts/{language}/{text}", "administrator", ""),
    ("post", "/setup/controllers/{controller}/texts/{language}/{text}", "administrator", "text=hello"),
    ("post", "/setup/controllers/{controller}/texts/{language}/{text}/withdraw", "administrator", ""),
    ("get", "/setup/law", "administrator", ""),
    ("post", "/setup/law/review", "administrator", ""),
    ("post", "/setup/law/apply", "administrator", ""),
    ("get", "/setup/officers", "administrator", ""),
    ("get", "/setup/officers/add", "administrator", ""),
    ("post", "/setup/officers/add", "administrator", ""),
    ("get", "/setup/officers/{officer}", "administrator", ""),
    ("get", "/setup/officers/{officer}/roles", "administrator", "at=acme"),
    ("post", "/setup/officers/{officer}/roles", "administrator", "at=acme"),
    ("get", "/setup/officers/{officer}/{act}", "administrator", ""),
    ("post", "/setup/officers/{officer}/{act}", "administrator", ""),
    ("get", "/setup/clients", "administrator", ""),
    ("get", "/setup/clients/add", "administrator", ""),
    ("post", "/setup/clients/add", "administrator", ""),
    ("get", "/setup/clients/{client}", "administrator", ""),
    ("get", "/setup/clients/{client}/{act}", "administrator", ""),
    ("post", "/setup/clients/{client}/{act}", "administrator", ""),
    ("get", "/setup/sources", "administrator", ""),
    ("get", "/setup/sources/add", "administrator", ""),
    ("get", "/setup/sources/add/{kind}", "administrator", ""),
    ("post", "/setup/sources/add/{kind}", "administrator", ""),
    ("get", "/setup/sources/{source}", "administrator", ""),
    ("get", "/setup/sources/{source}/settings", "administrator", ""),
    ("post", "/setup/sources/{source}/settings", "administrator", ""),
    ("get", "/setup/sources/{source}/mapping", "administrator", ""),
    ("post", "/setup/sources/{source}/mapping", "administrator", ""),
    ("get", "/setup/sources/{source}/rotate", "administrator", ""),
    ("post", "/setup/sources/{source}/rotate", "administrator", ""),
    ("get", "/setup/sources/{source}/tickets", "administrator", ""),
    ("post", "/setup/sources/{source}/tickets/{ticket}/retry", "administrator", ""),
    ("get", "/setup/sources/{source}/calls", "administrator", ""),
    ("post", "/setup/sources/{source}/calls/{call}/read-again", "administrator", ""),
    ("get", "/setup/sources/{source}/{act}", "administrator", ""),
    ("post", "/setup/sources/{source}/{act}", "administrator", ""),
    ("get", "/setup/subscribers", "operator administrator", ""),
    ("get", "/setup/subscribers/add", "operator administrator", ""),
    ("post", "/setup/subscribers/add", "operator administrator", ""),
    ("get", "/setup/subscribers/{subscriber}", "operator administrator", ""),
    ("get", "/setup/subscribers/{subscriber}/change", "operator administrator", ""),
    ("post", "/setup/subscribers/{subscriber}/change", "operator administrator", ""),
    ("get", "/setup/subscribers/{subscriber}/replay", "operator administrator", ""),
    ("post", "/setup/subscribers/{subscriber}/replay", "operator administrator", ""),
    ("get", "/setup/subscribers/{subscriber}/deliveries", "operator administrator", ""),
    ("get", "/setup/subscribers/{subscriber}/deliveries/{delivery}", "operator administrator", ""),
    ("post", "/setup/subscribers/{subscriber}/deliveries/{delivery}/replay", "operator administrator", ""),
    ("get", "/setup/subscribers/{subscriber}/{act}", "operator administrator", ""),
    ("post", "/setup/subscribers/{subscriber}/{act}", "operator administrator", ""),
    ("get", "/requests/{name}/status-link", "officer", ""),
    ("post", "/requests/{name}/status-link", "officer", ""),
    ("post", "/together/hold", "officer operator", "reason=because"),
    ("post", "/together/release", "officer operator", "reason=because"),
    ("post", "/together/acknowledge", "officer", "reason=because"),
    ("post", "/together/extend", "officer", "reason=because"),
    ("get", "/views", "officer approver operator auditor", ""),
    ("post", "/views", "officer approver operator auditor", "name=mine&query=status%3Dreviewing"),
    ("post", "/views/{view}/rename", "officer approver operator auditor", "name=mine"),
    ("post", "/views/{view}/remove", "officer approver operator auditor", ""),
    ("get", "/requests/{name}/hold", "officer operator", ""),
    ("post", "/requests/{name}/hold", "officer operator", "reason=because"),
    ("post", "/requests/{name}/release", "officer operator", ""),
    ("get", "/requests/{name}/verify", "officer", ""),
    ("post", "/requests/{name}/verify", "officer", "method=document&note=seen"),
    ("get", "/requests/{name}/ask", "officer", ""),
    ("post", "/requests/{name}/ask", "officer", "kind=clarification&words=which"),
    ("get", "/requests/{name}/answer", "officer", ""),
    ("post", "/requests/{name}/answer", "officer", "kind=clarification&words=this"),
    ("get", "/requests/{name}/candidates/{item}", "officer", ""),
    ("post", "/requests/{name}/candidates/{item}", "officer", "choice=include&reason=because"),
    ("get", "/requests/{name}/identifiers/{item}", "officer", ""),
    ("post", "/requests/{name}/identifiers/{item}", "officer", "choice=include&reason=because"),
    ("get", "/requests/{name}/resolve-anew", "officer", ""),
    ("post", "/requests/{name}/resolve-anew", "officer", "reason=because"),
    ("get", "/requests/{name}/approve", "officer approver operator auditor", ""),
    ("post", "/requests/{name}/approve", "approver", "plan=none&sure=yes"),
    ("get", "/requests/{name}/refuse", "officer", ""),
    ("post", "/requests/{name}/refuse", "officer", "code=manifestly_unfounded&reason=because"),
    ("get", "/requests/{name}/withdraw", "officer", ""),
    ("post", "/requests/{name}/withdraw", "officer", "reason=said+so"),
    ("get", "/requests/{name}/acknowledge", "officer", ""),
    ("post", "/requests/{name}/acknowledge", "officer", ""),
    ("get", "/requests/{name}/extend", "officer", ""),
    ("post", "/requests/{name}/extend", "officer", "code=complexity&reason=because"),
    ("get", "/requests/{name}/announce", "officer", ""),
    ("post", "/requests/{name}/announce", "officer", "means=post"),
    ("get", "/requests/{name}/recompute", "officer operator", ""),
    ("post", "/requests/{name}/recompute", "officer operator", "reason=because"),
    ("post", "/requests/{name}/retry", "officer operator", ""),
    ("post", "/requests/{name}/jobs/{item}/retry", "officer operator", ""),
    ("get", "/requests/{name}/jobs/{item}/abandon", "officer operator", ""),
    ("post", "/requests/{name}/jobs/{item}/abandon", "officer operator", "reason=because"),
    ("get", "/requests/{name}/files/{item}/hand-over", "officer", ""),
    ("post", "/requests/{name}/files/{item}/hand-over", "officer", "sure=yes"),
    ("post", "/requests/{name}/files/{item}/take-back", "officer", ""),
    ("get", "/requests/{name}/accept", "officer", ""),
    ("post", "/requests/{name}/accept", "officer", "reason=because"),
    ("get", "/requests/{name}/complete", "officer", ""),
    ("post", "/requests/{name}/complete", "officer", "outcome=fulfilled&note=done"),
    ("get", "/requests/{name}/appeal", "officer", ""),
    ("post", "/requests/{name}/appeal", "officer", "words=no"),
    ("get", "/requests/{name}/extend-appeal", "officer", ""),
    ("post", "/requests/{name}/extend-appeal", "officer", "reason=because"),
    ("get", "/requests/{name}/decide-appeal", "officer", ""),
    ("post", "/requests/{name}/decide-appeal", "officer", "decision=upheld&reason=because"),
];

/// What an address answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    /// The page, or the form was read: what comes of it is the rules' to say.
    LetIn,
    /// On to signing in.
    SignIn,
    /// It takes another role.
    NoRight,
    /// There is nothing.
    NotThere,
    /// Nothing that an address may answer.
    Odd(u16),
}

impl Answer {
    fn of(page: &Page) -> Self {
        let leads_to = page.header("location");
        match page.status.as_u16() {
            303 if leads_to.starts_with("/console/sign-in") => Self::SignIn,
            200 | 303 | 400 | 409 | 422 => Self::LetIn,
            403 if page.text.contains("This is not yours to open") => Self::NoRight,
            404 => Self::NotThere,
            other => Self::Odd(other),
        }
    }
}

/// What stands before roles that have to be held everywhere.
const EVERYWHERE: &str = "everywhere: ";

fn names(roles: &str) -> impl Iterator<Item = &str> {
    roles.strip_prefix(EVERYWHERE).unwrap_or(roles).split(' ')
}

/// What is right for a visitor with one role, or for nobody.
fn right(who: &str, visitor: Option<Role>, is_ours: bool) -> Answer {
    match (who, visitor) {
        ("anybody", _) => Answer::LetIn,
        (_, None) => Answer::SignIn,
        ("signed-in", Some(_)) => Answer::LetIn,
        (roles, Some(role)) if !names(roles).any(|name| name == role.as_str()) => Answer::NoRight,
        (roles, _) if is_ours && !roles.starts_with(EVERYWHERE) => Answer::LetIn,
        _ => Answer::NotThere,
    }
}

/// One controller's and one officer's: what goes into the gaps of addresses.
struct Things {
    request: Request,
    controller: String,
    officer: String,
    session: String,
    token: String,
}

/// What stands in gaps for things that no story here has made: then there is nothing, also for whoever is let in.
const NOTHING: &str = "00000000-0000-0000-0000-000000000000";

/// The gaps for which there are things, and whether these belong to a controller.
const GAPS: [(&str, bool); 5] =
    [("{name}", true), ("{controller}", true), ("{officer}", true), ("{session}", false), ("{token}", false)];

/// What is not there unless it is set up, as it is not here.
const NOT_SET_UP: [&str; 5] = [
    "/sign-in/passkey",
    "/sign-in/provider",
    "/sign-in/provider/back",
    "/sign-in/provider/end",
    "/account/passkeys/new",
];

impl Things {
    async fn at(world: &World, place: &Controller, request: Request) -> Self {
        let login = format!("new@{}.example.com", place.slug);
        let newcomer = world.hire(&login, "Nora Neu", &[(Where::At(place.id), Role::Officer)]).await;
        let txn = world.store.db.begin().await.unwrap();
        let invited = invitation::make(&txn, &world.store, &Actor::operator(), newcomer.id).await.unwrap();
        txn.commit().await.unwrap();
        Self {
            request,
            controller: place.slug.clone(),
            officer: newcomer.id.to_string(),
            session: String::new(),
            token: invited.token.expose_secret().to_owned(),
        }
    }

    /// With a session of this officer's own.
    async fn with_session_of(mut self, world: &World, officer: &Officer) -> Self {
        world.session(officer).await;
        let live = session::list(world.store.db.read(), world.store.now(), officer.id).await.unwrap();
        self.session = live[0].id.to_string();
        self
    }

    fn fill(&self, pattern: &str) -> String {
        let things = [&self.request.reference, &self.controller, &self.officer, &self.session, &self.token];
        let gaps = GAPS.iter().zip(things);
        let filled = gaps.fold(pattern.to_owned(), |path, ((gap, _), thing)| path.replace(gap, thing));
        let parts: Vec<_> = filled.split('/').map(|part| if part.starts_with('{') { NOTHING } else { part }).collect();
        format!("/console{}", parts.join("/"))
    }
}

/// Whether what lies at an address belongs to a controller.
fn is_of_a_controller(pattern: &str) -> bool {
    GAPS.iter().any(|(gap, is_of_one)| *is_of_one && pattern.contains(gap))
}

/// Whether there is nothing at an address here, for whoever is let in.
fn names_nothing(pattern: &str) -> bool {
    if NOT_SET_UP.contains(&pattern) {
        return true;
    }
    let known = |part: &str| GAPS.iter().any(|(gap, _)| *gap == part);
    pattern.split('/').any(|part| part.starts_with('{') && !known(part))
}

#[test]
fn every_address_has_its_line() {
    let is = |method: &str, asked: &str| method == asked || method == "both";
    let ways = |(method, path): &(&str, &'static str)| {
        ["get", "post"].into_iter().filter(|way| is(method, way)).map(|way| (way, *path)).collect::<Vec<_>>()
    };
    let there: BTreeSet<_> = PAGES.iter().flat_map(ways).collect();
    let told: BTreeSet<_> = TABLE.iter().map(|(method, path, ..)| (*method, *path)).collect();
    assert_eq!(told.len(), TABLE.len(), "an address has two lines");
    let missing: Vec<_> = there.difference(&told).collect();
    let gone: Vec<_> = told.difference(&there).collect();
    assert!(missing.is_empty() && gone.is_empty(), "no line for {missing:?}; no address for {gone:?}");
    for (_, path, who, _) in TABLE.iter().filter(|(_, _, who, _)| !matches!(*who, "anybody" | "signed-in")) {
        for name in names(who) {
            assert!(Role::ALL.iter().any(|role| role.as_str() == name), "{path}: {name} is no role");
        }
    }
}

#[rstest]
#[tokio::test]
async fn every_address_answers_every_role_as_the_table_says(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let filer = world.hire("fay@example.com", "Fay Filer", &[(Where::Everywhere, Role::Officer)]).await;
    let [ours, theirs] = [(&world.acme, "Grace Hopper"), (&world.beta, "Zelda Quimby")];
    let ours = world.file(filer.id, ours.0, 1, ours.1).await;
    let theirs = world.file(filer.id, theirs.0, 1, theirs.1).await;
    let mut ours = Things::at(&world, &world.acme, ours).await.with_session_of(&world, &filer).await;
    let theirs = Things::at(&world, &world.beta, theirs).await.with_session_of(&world, &filer).await;
    let mut wrong = String::new();
    for role in std::iter::once(None).chain(Role::ALL.iter().copied().map(Some)) {
        let mut browser = world.browser();
        let mut officer = None;
        if let Some(role) = role {
            let place = (Where::At(world.acme.id), role);
            let row = world.hire(&format!("{role}@example.com"), "Ada Adler", &[place]).await;
            ours = ours.with_session_of(&world, &row).await;
            officer = Some(row);
        }
        for (method, pattern, who, fields) in TABLE {
            for (things, is_ours) in [(&ours, true), (&theirs, false)] {
                if !is_ours && !GAPS.iter().any(|(gap, _)| pattern.contains(gap)) {
                    continue;
                }
                enter(&world, &mut browser, officer.as_ref()).await;
                let path = things.fill(pattern);
                let page = match *method {
                    "get" if fields.is_empty() => browser.get(&path).await,
                    "get" => browser.get(&format!("{path}?{fields}")).await,
                    _ => send(&mut browser, &path, fields, officer.is_some()).await,
                };
                let (answer, expected) = (Answer::of(&page), right(who, role, is_ours || !is_of_a_controller(pattern)));
                // Where anybody may come, nobody in particular may be led to signing in: by signing out, to begin with.
                let is_right = answer == expected
                    || (*who == "anybody" && answer == Answer::SignIn)
                    || (expected == Answer::LetIn && answer == Answer::NotThere && names_nothing(pattern));
                let whose = if is_ours { "ours" } else { "theirs" };
                if !is_right {
                    writeln!(wrong, "{method} {pattern} ({whose}), {role:?}: {answer:?}, not {expected:?}").unwrap();
                }
                if page.text.contains("Quimby") || is_ours && page.text.contains(&theirs.request.reference) {
                    writeln!(wrong, "{method} {pattern} ({whose}), {role:?}: shows what is another's").unwrap();
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    for request in [&ours.request, &theirs.request] {
        let after = world.request(request.id).await;
        assert_eq!((after.version, after.on_hold), (request.version, false), "nothing was carried out");
    }
    let live = session::list(world.store.db.read(), world.store.now(), filer.id).await.unwrap();
    assert!(live.iter().any(|row| row.id.to_string() == theirs.session), "nobody has ended another's session");
}

/// A browser as it is before each call: signed in anew, or not at all.
async fn enter(world: &World, browser: &mut Browser, officer: Option<&Officer>) {
    browser.cookies.clear();
    if let Some(officer) = officer {
        browser.cookies.insert("dsr".to_owned(), world.session(officer).await);
    }
}

/// Sends a form as a page of ours would.
async fn send(browser: &mut Browser, path: &str, fields: &str, is_signed_in: bool) -> Page {
    let (page, form) =
        if is_signed_in { ("/console/account", "/console/sign-out") } else { ("/console/sign-in", "/console/sign-in") };
    let page = browser.get(page).await.fine();
    let mut sent: Vec<_> = page.hidden(form).into_iter().filter(|(name, _)| name.starts_with("form_")).collect();
    sent.extend(url::form_urlencoded::parse(fields.as_bytes()).into_owned());
    let sent: Vec<_> = sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post_bare(path, &sent).await
}
