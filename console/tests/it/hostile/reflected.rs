//! Words that come with a call and back with its answer: every field of every form, every word of a query, every part of a path.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use rstest::rstest;
use serde_json::json;
use testbed::database::Kind::{self, Postgres, Sqlite};
use url::form_urlencoded::byte_serialize;

use super::house::House;
use super::html::{Form, Seen};
use super::tour::{CONSOLE, Door, ROOM, STATUS, Sendable, Tour, post, read};
use super::{attack, is_attack, link_attack};
use crate::browser::Browser;
use crate::world::World;

/// The fields that every form has. They are sent hostile together: a form with any of them wrong is carried out nowhere.
const OF_EVERY_FORM: [&str; 3] = ["form_key", "form_version", "form_seen"];

/// What a page may be asked for, also where no link of these pages does.
const QUERIES: [&str; 8] = ["to", "done", "say", "after", "out", "state", "at", "unknown"];

/// The forms that are not there: browsers make no passkeys for this house's name, and nothing is handed over to the
/// person whose request is under review (`handed.rs`).
const NOT_THERE: &[&str] = &["/account/passkeys/new", "/sign-in/passkey", "/files/{file}"];

/// A form with one thing in it hostile, and with all.
fn attacks(form: &Form) -> Vec<Vec<(String, String)>> {
    let usual = form.as_it_stands();
    let names = form.names();
    let own: Vec<_> = names.iter().map(|it| &**it).filter(|name| !name.starts_with("form_")).collect();
    let with = |hostile: &[&str]| {
        let text = link_attack(&hostile.join(" "));
        let kept = usual.iter().filter(|(name, _)| !hostile.contains(&&**name)).cloned();
        kept.chain(hostile.iter().map(|name| ((*name).to_owned(), text.clone()))).collect::<Vec<_>>()
    };
    let every: Vec<_> = own.iter().copied().chain(OF_EVERY_FORM).collect();
    let mut all = vec![with(&every)];
    if !own.is_empty() {
        all.push(with(&own));
        all.extend(own.iter().map(|name| with(&[name])));
    }
    all
}

/// Sends each form of a tour with each of its fields hostile. Says what was wrong, and which addresses were sent to.
async fn send_all(tour: &Tour, browser: &mut Browser, sent: &mut BTreeSet<&'static str>) -> Vec<String> {
    let (mut wrongs, cookies) = (Vec::new(), browser.cookies.clone());
    for Sendable { pattern, page, form } in tour.forms() {
        let mut form = Some(form);
        for round in 0.. {
            // A page has its form as long as nothing was carried out; another of the same kind is as good.
            if let Some(page) = page.as_ref().filter(|_| round == 0 || form.is_none()) {
                browser.cookies.clone_from(&cookies);
                let seen = Seen::of(&browser.get(page).await.text);
                let is_such = |it: &Form| it.is_post && tour.door.pattern(&it.action) == Some(pattern);
                form = seen.forms.into_iter().find(is_such);
            }
            let Some(sendable) = form.as_ref() else { break };
            let Some(mut fields) = attacks(sendable).into_iter().nth(round) else { break };
            for (_, key) in fields.iter_mut().filter(|(name, key)| name == "form_key" && !is_attack(key)) {
                write!(key, "-{round}").unwrap();
            }
            let action = sendable.action.clone();
            let answer = post(browser, &action, &fields).await;
            let found = read(&answer).1.into_iter();
            wrongs.extend(found.map(|it| format!("{action} ({}) with {fields:?}: {it}", answer.status)));
            sent.insert(pattern);
            if answer.status.is_redirection() {
                form = None;
            }
        }
    }
    wrongs
}

/// The pages of a tour, each address once, with all that they may be asked for.
fn asked(tour: &Tour) -> BTreeMap<&'static str, (String, BTreeSet<String>)> {
    let mut asked: BTreeMap<_, (String, BTreeSet<String>)> = BTreeMap::new();
    let names_of = |path: &str| {
        let query = path.split_once('?').map_or("", |(_, query)| query).to_owned();
        url::form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name.into_owned()).collect::<Vec<_>>()
    };
    for page in &tour.pages {
        let Some(pattern) = tour.door.pattern(&page.path) else { continue };
        let bare = page.path.split('?').next().unwrap().to_owned();
        let (_, names) = asked.entry(pattern).or_insert((bare, BTreeSet::new()));
        names.extend(QUERIES.map(str::to_owned));
        names.extend(names_of(&page.path));
        for form in page.seen.forms.iter().filter(|form| !form.is_post) {
            names.extend(form.fields.iter().map(|field| field.name.clone()));
        }
    }
    asked
}

/// Asks for each page with each word of its query hostile, and with each part of its path.
async fn ask_all(tour: &Tour, browser: &mut Browser) -> Vec<String> {
    let mut wrongs = Vec::new();
    let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let mut paths = Vec::new();
    for (pattern, (path, names)) in asked(tour) {
        for name in names {
            paths.push(format!("{path}?{}={}", encoded(&name), encoded(&link_attack(&name))));
        }
        paths.push(format!("{path}?{}=1", encoded(&attack("a name"))));
        for (place, _) in pattern.split('/').enumerate().filter(|(_, part)| part.starts_with('{')) {
            let mut parts: Vec<_> = path.strip_prefix(tour.door.at).unwrap().split('/').map(str::to_owned).collect();
            parts[place] = encoded(&attack("a part")).replace('+', "%20");
            paths.push(format!("{}{}", tour.door.at, parts.join("/")));
        }
    }
    paths.push(format!("{}/{}", tour.door.at, encoded(&attack("nowhere"))));
    for path in paths {
        let answer = browser.get(&path).await;
        wrongs.extend(read(&answer).1.into_iter().map(|it| format!("{path} ({}): {it}", answer.status)));
    }
    wrongs
}

fn every_form_was_sent(door: Door, sent: &BTreeSet<&str>) -> Vec<String> {
    let missed = door.patterns("post").into_iter().filter(|it| !sent.contains(it) && !NOT_THERE.contains(it));
    missed.map(|pattern| format!("no form goes to {}{pattern}", door.at)).collect()
}

fn nothing(wrongs: &[String]) {
    assert!(wrongs.is_empty(), "{} wrongs:\n{}", wrongs.len(), wrongs.join("\n"));
}

#[rstest]
#[tokio::test]
async fn what_an_officers_call_brings_along_is_words_in_its_answer(#[values(Sqlite, Postgres)] on: Kind) {
    let house = House::on(on).await;
    let mut officer = house.signed_in().await;
    let console = Tour::of(&mut officer, CONSOLE, house.starts()).await;
    let mut wrongs = ask_all(&console, &mut officer).await;
    let mut sent = BTreeSet::new();
    // On the way in there are forms as well: for nobody, for whoever was invited, and for the second step.
    for (mut browser, start) in house.on_the_way_in().await {
        let tour = Tour::of(&mut browser, CONSOLE, [start]).await;
        wrongs.extend(ask_all(&tour, &mut browser).await);
        wrongs.extend(send_all(&tour, &mut browser, &mut sent).await);
    }
    // One other session to end, and others with all the rest.
    for _ in 0..3 {
        house.signed_in().await;
    }
    wrongs.extend(send_all(&console, &mut officer, &mut sent).await);
    // What is offered only once the house works again.
    house.resume().await;
    let mut officer = house.signed_in().await;
    let switch = Tour::at(&mut officer, CONSOLE, "/console/setup/pause").await;
    wrongs.extend(send_all(&switch, &mut officer, &mut sent).await);
    wrongs.extend(every_form_was_sent(CONSOLE, &sent));
    // What was taken and stored of all that is words as well, wherever it comes back. Whoever sent it has signed out.
    let mut officer = house.signed_in().await;
    let again = Tour::of(&mut officer, CONSOLE, house.starts()).await;
    assert!(again.shows(|word| word.contains(&link_attack("words"))), "no note that was sent is seen again");
    wrongs.extend(again.wrongs);
    nothing(&wrongs);
}

#[rstest]
#[tokio::test]
async fn what_a_guests_call_brings_along_is_words_in_its_answer(
    #[values(Sqlite, Postgres)] on: Kind,
    #[values(ROOM, STATUS)] door: Door,
) {
    let house = House::on(on).await;
    let mut officer = house.signed_in().await;
    let mut half = house.world.browser();
    half.cookies.insert("dsr-regulator".to_owned(), house.half.clone());
    let starts = ["", "/link", "/link/none"].map(|path| format!("{}{path}", door.at));
    let cases = house.requests.iter().map(|row| format!("/regulator/cases/{}", row.reference));
    let mut guests = vec![(house.person, starts.to_vec())];
    if door.at == ROOM.at {
        let all = starts.into_iter().chain(cases).collect();
        guests = vec![(house.regulator, all), (half, vec!["/regulator/code".to_owned()])];
    }
    let (mut wrongs, mut sent) = (Vec::new(), BTreeSet::new());
    for (mut browser, starts) in guests {
        let tour = Tour::of(&mut browser, door, starts).await;
        wrongs.extend(ask_all(&tour, &mut browser).await);
        wrongs.extend(send_all(&tour, &mut browser, &mut sent).await);
    }
    wrongs.extend(every_form_was_sent(door, &sent));
    // What the person wrote meanwhile stands on an officer's page.
    let theirs = format!("/console/requests/{}", house.requests[0].reference);
    wrongs.extend(Tour::at(&mut officer, CONSOLE, &theirs).await.wrongs);
    nothing(&wrongs);
}

/// Where the guide to Zendesk has what is asked for, and where.
const ASKED: [&str; 2] = ["360012345601", "360012345605"];

#[rstest]
#[tokio::test]
async fn what_a_ticket_says_is_words_in_what_would_come_of_it(#[values(Sqlite)] on: Kind) {
    let world = World::on(on).await;
    let (_, mut browser) = world.everything().await;
    let (source, _) = crate::sources::add(&mut browser, &world, "acme").await;
    let map = format!("{source}/mapping");
    let page = browser.get(&map).await.fine();
    let form = Seen::of(&page.text).forms.into_iter().find(|form| form.action == map).unwrap();
    // No tag is taken in a name, and no blank in an id. What is left still breaks out of an attribute, or of text.
    let name = attack("name").replace(['<', '>'], "");
    let id = |whose: &str| attack(whose).replace(' ', "/");
    let said = [
        ("display_id", attack("display id")),
        ("subject.email", "\"'><img/src=x/onerror=alert(2)>\"@example.org".to_owned()),
        ("subject.name", name),
        ("subject.external_id", id("subject")),
        ("requester.external_id", id("requester")),
        ("correct.external_id.existing", id("wrong")),
        ("correct.external_id.updated", id("right")),
    ];
    let mut fields: BTreeMap<_, _> = said.iter().map(|(target, text)| (*target, text.as_str())).collect();
    fields.extend([(ASKED[0], "dsr_rectification"), (ASKED[1], "eu_pl")]);
    let sample = json!({
        "actor": { "id": attack("actor") },
        "ticket": { "id": "48213", "form_id": "7700112233", "created_at": "2026-03-02T09:14:55Z", "fields": fields },
    });
    let mut filled = form.as_it_stands();
    filled.retain(|(field, _)| field != "body");
    filled.extend([("body".to_owned(), sample.to_string()), ("go".to_owned(), "try".to_owned())]);
    for (target, _) in &said {
        filled.retain(|(field, _)| !field.starts_with(&format!("{target}:")));
        filled.push((format!("{target}:way"), "path".to_owned()));
        filled.push((format!("{target}:at"), format!("/ticket/fields/{target}")));
    }
    let (seen, mut wrongs) = read(&post(&mut browser, &map, &filled).await.fine());
    // In the sample each quote is escaped, so that nothing but the preview shows them so.
    let unseen = said.iter().filter(|(_, text)| !seen.words.iter().any(|word| word.contains(text)));
    wrongs.extend(unseen.map(|(target, _)| format!("{target} is not seen")));
    nothing(&wrongs);
}
