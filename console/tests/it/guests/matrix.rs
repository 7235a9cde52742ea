//! Who gets what at which address behind the guests' doors: nobody, the guest, other guests, whoever was one, officers, and the
//! guests of the other door; about what is the guest's own and about what is not. An address without a line fails.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::time::Duration;

use console::routes::guests::{REGULATOR, STATUS};
use entities::inquiry;
use entities::officer::table::Model as Officer;
use entities::regulator::grant;
use entities::regulator::invitation::NewScope;
use entities::request::table::Model as Request;
use rstest::rstest;
use testbed::database::Kind::{self, Postgres, Sqlite};

use crate::browser::{Browser, Page};
use crate::guarded::forgeries;
use crate::world::World;

/// The way, the address, whom it lets in, and what a form sends. `anybody` may come; `half` has used a regulator's link and has
/// yet to give the code; a `guest` is in. What ends something comes last, since it is carried out.
type Line = (&'static str, &'static str, &'static str, &'static str);

const OF_PERSONS: &[Line] = &[
    ("get", "", "guest", ""),
    ("get", "/", "guest", ""),
    ("get", "/link", "anybody", ""),
    ("post", "/link", "anybody", "reference=CCCC-CCCC&address=nobody@example.org"),
    ("get", "/link/{token}", "anybody", ""),
    ("post", "/link/{token}", "anybody", ""),
    ("get", "/answer/{inquiry}", "guest", ""),
    ("post", "/answer/{inquiry}", "guest", "words=+"),
    ("get", "/withdraw", "guest", ""),
    ("post", "/withdraw", "guest", "reason="),
    ("post", "/files/{file}", "guest", ""),
    ("post", "/leave", "guest", ""),
];

const OF_REGULATORS: &[Line] = &[
    ("get", "", "guest", ""),
    ("get", "/", "guest", ""),
    ("get", "/link", "anybody", ""),
    ("post", "/link", "anybody", "address=nobody@example.org"),
    ("get", "/link/{token}", "anybody", ""),
    ("post", "/link/{token}", "anybody", ""),
    ("get", "/code", "half", ""),
    ("post", "/code", "half", "code=none"),
    ("get", "/find", "guest", "number=CCCC-CCCC"),
    ("get", "/cases/{name}", "guest", ""),
    ("post", "/cases/{name}/reveal", "guest", ""),
    ("post", "/bundle", "guest", ""),
    ("post", "/leave", "guest", ""),
];

/// How far a guest reaches what stands in a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    /// To the person's data: it is theirs, or was granted.
    Whole,
    /// To the case, without the person's data.
    Masked,
    /// It is another's, or of no invitation of theirs.
    Outside,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    /// The page, or the form was read.
    LetIn,
    /// On to where one asks for a link.
    Ask,
    NotThere,
    /// Nothing that an address may answer.
    Odd(u16),
}

impl Answer {
    fn of(door: &str, pattern: &str, page: &Page) -> Self {
        let is_led_to_asking = page.header("location") == format!("{door}/link");
        // Whoever leaves is led there as well, without the cookie.
        let has_left = pattern == "/leave" && page.header("set-cookie").contains("Max-Age=0");
        match page.status.as_u16() {
            303 if is_led_to_asking && !has_left => Self::Ask,
            200 | 303 | 410 | 422 => Self::LetIn,
            404 => Self::NotThere,
            other => Self::Odd(other),
        }
    }
}

/// One who comes to a door, with the cookies they have.
struct Comer {
    who: &'static str,
    standing: Standing,
    cookies: Vec<(&'static str, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Standing {
    Stranger,
    Half,
    /// In, and so far with each of the things.
    Guest([Reach; 4]),
}

/// Whether an address is about one of several things.
fn has_gap(pattern: &str) -> bool {
    pattern.contains("{inquiry}") || pattern.contains("{name}")
}

/// What is right for one who comes, about the thing at a place.
fn right(comer: &Comer, (_, pattern, who, _): &Line, place: usize) -> Answer {
    match (&comer.standing, *who) {
        (_, "anybody") | (Standing::Half, "half") => Answer::LetIn,
        (Standing::Guest(reaches), "guest") if has_gap(pattern) => match reaches[place] {
            Reach::Whole => Answer::LetIn,
            Reach::Masked if !pattern.ends_with("/reveal") => Answer::LetIn,
            Reach::Masked | Reach::Outside => Answer::NotThere,
        },
        // No file is handed over here: whose it is then is told in `handed.rs`.
        (Standing::Guest(_), "guest") if pattern.contains("{file}") => Answer::NotThere,
        (Standing::Guest(_), "guest") => Answer::LetIn,
        _ => Answer::Ask,
    }
}

/// Has everybody come to every address about every thing, and says what was not right.
async fn go_round(world: &World, door: &str, table: &[Line], comers: &[Comer], things: &[String; 4]) -> String {
    let mut wrong = String::new();
    for comer in comers {
        let mut browser = world.browser();
        browser.cookies = comer.cookies.iter().map(|(name, token)| ((*name).to_owned(), token.clone())).collect();
        for line in table {
            let (way, pattern, _, fields) = line;
            let mut nothing = BTreeMap::new();
            for (place, thing) in things.iter().enumerate() {
                // Looks at one link are counted, so each has one of their own.
                let filled = pattern.replace("{token}", &comer.who.replace([' ', '\''], "-"));
                let filled = filled.replace("{inquiry}", thing).replace("{name}", thing);
                // Where nothing stands in a gap, once is enough.
                if place > 0 && !has_gap(pattern) {
                    continue;
                }
                let path = format!("{door}{filled}");
                let page = match *way {
                    "get" if fields.is_empty() => browser.get(&path).await,
                    "get" => browser.get(&format!("{path}?{fields}")).await,
                    _ => send(&mut browser, door, &path, fields).await,
                };
                let (answer, expected) = (Answer::of(door, pattern, &page), right(comer, line, place));
                if answer != expected {
                    writeln!(wrong, "{way} {path}, {}: {answer:?}, not {expected:?}", comer.who).unwrap();
                }
                if answer == Answer::NotThere {
                    nothing.insert(page.text, path);
                }
            }
            if nothing.len() > 1 {
                writeln!(wrong, "{}: what is not there differs: {:?}", comer.who, nothing.values()).unwrap();
            }
        }
    }
    wrong
}

/// Sends a form as a page of this door would.
async fn send(browser: &mut Browser, door: &str, path: &str, fields: &str) -> Page {
    let ask = format!("{door}/link");
    let page = browser.get(&ask).await.fine();
    let mut sent: Vec<_> = page.hidden(&ask).into_iter().filter(|(name, _)| name.starts_with("form_")).collect();
    sent.extend(url::form_urlencoded::parse(fields.as_bytes()).into_owned());
    let sent: Vec<_> = sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post_bare(path, &sent).await
}

#[test]
fn every_address_has_its_line() {
    let is = |method: &str, asked: &str| method == asked || method == "both";
    for (table, lines) in [(STATUS, OF_PERSONS), (REGULATOR, OF_REGULATORS)] {
        let ways = |(method, path): &(&str, &'static str)| {
            ["get", "post"].into_iter().filter(|way| is(method, way)).map(|way| (way, *path)).collect::<Vec<_>>()
        };
        let there: BTreeSet<_> = table.iter().flat_map(ways).collect();
        let told: BTreeSet<_> = lines.iter().map(|(method, path, ..)| (*method, *path)).collect();
        assert_eq!((&there, lines.len()), (&told, there.len()));
    }
}

/// What everybody has in common who is no guest of a door.
async fn strangers(world: &World, officer: &Officer, name: &'static str, other: (&'static str, String)) -> Vec<Comer> {
    let session = world.session(officer).await;
    let of = |who, cookies| Comer { who, standing: Standing::Stranger, cookies };
    vec![
        of("nobody", Vec::new()),
        of("an officer", vec![("dsr", session.clone())]),
        of("an officer's session as a guest's", vec![(name, session)]),
        of("a guest of the other door", vec![(other.0, other.1.clone())]),
        of("the other door's session as this one's", vec![(name, other.1)]),
        of("a made-up session", vec![(name, "dsr_guest_made_up_by_somebody_who_would_like_to_come_in".to_owned())]),
    ]
}

fn token(browser: &Browser, name: &str) -> String {
    browser.cookies[name].clone()
}

/// What the cookie holds of whoever comes into the room by the newest link.
async fn in_the_room(world: &World) -> String {
    token(&world.in_the_room().await, "dsr-regulator")
}

#[rstest]
#[tokio::test]
async fn a_persons_pages_answer_that_person_alone(#[values(Sqlite, Postgres)] on: Kind) {
    let mut world = World::welcoming(on).await;
    world.writes().await;
    let (ada, _) = world.officer().await;
    let mut requests = Vec::new();
    for address in ["grace@example.org", "hedy@example.org"] {
        let request = world.person_files(ada.id, &world.acme, address).await;
        world.ask(ada.id, &request, "Which one do you mean?").await;
        requests.push(request);
    }
    let [own, other] = [&requests[0], &requests[1]];
    let asked = async |of: &Request| {
        inquiry::queries::of_request(world.store.db.read(), of.id).await.unwrap().remove(0).id.to_string()
    };
    let nothing = uuid::Uuid::nil().to_string();
    let things = [asked(own).await, asked(other).await, nothing, "none".to_owned()];
    let mirror = [things[1].clone(), things[0].clone(), things[2].clone(), things[3].clone()];

    // Time has run out for one of them; one has left.
    let (late, _) = world.come_in(ada.id, own).await;
    world.store.clock.advance(Duration::from_secs(31 * 60));
    world.invite(&ada, NewScope::Register).await;
    let room = in_the_room(&world).await;
    let (mut left, page) = world.come_in(ada.id, own).await;
    let was = token(&left, "dsr-person");
    left.submit(&page, "/status/leave", &[]).await.goes_to();
    let mut comers = strangers(&world, &ada, "dsr-person", ("dsr-regulator", room)).await;
    let of = |who, standing, token| Comer { who, standing, cookies: vec![("dsr-person", token)] };
    comers.push(of("whose time has run out", Standing::Stranger, token(&late, "dsr-person")));
    comers.push(of("who has left", Standing::Stranger, was));
    let wrong = go_round(&world, "/status", OF_PERSONS, &comers, &things).await;
    assert!(wrong.is_empty(), "\n{wrong}");
    for request in &requests {
        assert_eq!(world.request(request.id).await.closed_at, None, "nobody has withdrawn it");
    }

    let (mine, _) = world.come_in(ada.id, own).await;
    let (theirs, _) = world.come_in(ada.id, other).await;
    let reach = Standing::Guest([Reach::Whole, Reach::Outside, Reach::Outside, Reach::Outside]);
    let guests = [
        (of("the person", reach.clone(), token(&mine, "dsr-person")), &things),
        (of("another person", reach, token(&theirs, "dsr-person")), &mirror),
    ];
    for (guest, things) in guests {
        let wrong = go_round(&world, "/status", OF_PERSONS, &[guest], things).await;
        assert!(wrong.is_empty(), "\n{wrong}");
    }
}

#[rstest]
#[tokio::test]
async fn the_room_answers_its_guest_as_far_as_the_invitation_goes(#[values(Sqlite, Postgres)] on: Kind) {
    let mut world = World::welcoming(on).await;
    world.writes().await;
    let (ada, _) = world.officer().await;
    let mut cases = Vec::new();
    for name in ["Grace Hopper", "Hedy Lamarr", "Mary Somerville"] {
        cases.push(world.file(ada.id, &world.acme, 1, name).await);
    }
    let [own, shared, other] = [&cases[0], &cases[1], &cases[2]].map(|row| row.reference.clone());
    let foreign = world.file(ada.id, &world.beta, 1, "Ada Lovelace").await;
    let by = world.decider(ada.id);
    let give = async |invitation, reference: &str| {
        let txn = world.store.db.begin().await.unwrap();
        grant::give(&txn, &world.store, &by, invitation, reference, "a complaint").await.unwrap();
        txn.commit().await.unwrap();
    };
    // Both may see one case, whose data was granted to the second alone.
    let first = world.invite(&ada, NewScope::Cases(vec![own.clone(), shared.clone()])).await;
    give(first.id, &own).await;
    let late = in_the_room(&world).await;
    world.store.clock.advance(Duration::from_secs(31 * 60));
    world.send_room_link(&first).await;
    let mut left = world.in_the_room().await;
    let was = token(&left, "dsr-regulator");
    let page = left.get("/regulator").await.fine();
    left.submit(&page, "/regulator/leave", &[]).await.goes_to();
    world.send_room_link(&first).await;
    let mine = in_the_room(&world).await;
    world.send_room_link(&first).await;
    let (half, _) = world.half_in().await;
    let second = world.invite(&ada, NewScope::Cases(vec![other.clone(), shared.clone()])).await;
    give(second.id, &other).await;
    give(second.id, &shared).await;
    let theirs = in_the_room(&world).await;
    let person = world.person_files(ada.id, &world.acme, "grace@example.org").await;
    let (person, _) = world.come_in(ada.id, &person).await;

    let things = [own, shared, other, foreign.reference.clone()];
    let of = |who, standing, token| Comer { who, standing, cookies: vec![("dsr-regulator", token)] };
    let mut comers = strangers(&world, &ada, "dsr-regulator", ("dsr-person", token(&person, "dsr-person"))).await;
    comers.push(of("whose time has run out", Standing::Stranger, late));
    comers.push(of("who has left", Standing::Stranger, was));
    comers.push(of("who has yet to give the code", Standing::Half, token(&half, "dsr-regulator")));
    let wrong = go_round(&world, "/regulator", OF_REGULATORS, &comers, &things).await;
    assert!(wrong.is_empty(), "\n{wrong}");
    for case in &cases {
        let events = world.events(case.id).await;
        assert!(
            !events.iter().any(|kind| kind.starts_with("regulator.") && kind != "regulator.data_granted"),
            "{events:?}"
        );
    }
    let guests = [
        of("the first guest", Standing::Guest([Reach::Whole, Reach::Masked, Reach::Outside, Reach::Outside]), mine),
        of("the second guest", Standing::Guest([Reach::Outside, Reach::Whole, Reach::Whole, Reach::Outside]), theirs),
    ];
    let wrong = go_round(&world, "/regulator", OF_REGULATORS, &guests, &things).await;
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[rstest]
#[tokio::test]
async fn no_form_of_a_guest_who_is_in_is_taken_from_elsewhere(#[values(Sqlite, Postgres)] on: Kind) {
    let mut world = World::welcoming(on).await;
    world.writes().await;
    let (ada, mut officer) = world.officer().await;
    let request = world.person_files(ada.id, &world.acme, "grace@example.org").await;
    world.ask(ada.id, &request, "Which one do you mean?").await;
    let asked = inquiry::queries::of_request(world.store.db.read(), request.id).await.unwrap().remove(0);
    let invitation = world.invite(&ada, NewScope::Register).await;
    let room = world.in_the_room().await;
    world.send_room_link(&invitation).await;
    let (half, _) = world.half_in().await;
    let (person, _) = world.come_in(ada.id, &request).await;
    let theirs = officer.get("/console/account").await.fine();
    let theirs = own_token(&theirs, "/console/sign-out");
    let before = (world.request(request.id).await, world.events(request.id).await);
    let mut count = 0;
    for (door, table, guests) in
        [("/status", OF_PERSONS, vec![person]), ("/regulator", OF_REGULATORS, vec![room, half])]
    {
        for mut guest in guests {
            let ask = format!("{door}/link");
            let page = guest.get(&ask).await.fine();
            let token = own_token(&page, &ask);
            let here = guest.url("");
            let is_half = guest.get(&format!("{door}/code")).await.status == 200;
            for (_, pattern, who, fields) in table.iter().filter(|(way, ..)| *way == "post") {
                if *who == "half" && !is_half || *who == "guest" && is_half {
                    continue;
                }
                let path = pattern.replace("{token}", "none").replace("{name}", &request.reference);
                let path = format!("{door}{}", path.replace("{inquiry}", &asked.id.to_string()));
                for (what, token, headers) in forgeries(&token, &theirs, &here) {
                    let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
                    let filled: Vec<_> = url::form_urlencoded::parse(fields.as_bytes()).into_owned().collect();
                    let mut sent = vec![("form_token", token.as_str()), ("form_key", "k")];
                    sent.extend(filled.iter().map(|(name, value)| (name.as_str(), value.as_str())));
                    let page = guest.post_from(&path, &sent, &headers).await;
                    assert_eq!(page.status, 403, "{what} at {path}");
                    count += 1;
                }
            }
        }
    }
    assert!(count >= 7 * 10, "{count}");
    assert_eq!((world.request(request.id).await, world.events(request.id).await), before, "nothing was done");
}

fn own_token(page: &Page, action: &str) -> String {
    page.hidden(action).into_iter().find(|(name, _)| name == "form_token").unwrap().1
}
