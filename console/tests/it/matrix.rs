//! Who gets what at which address: nobody and every role, at every page and form of the console, about what is their own, about
//! another controller's or officer's, and about that under what is their own. The table says what is right; an address without a
//! line in it fails, and so does a gap without a thing to fill it.

mod table;
pub mod things;

use std::collections::BTreeSet;
use std::fmt::Write;

use console::routes::PAGES;
use entities::officer::role::{Role, Where};
use entities::officer::table::Model as Officer;
use entities::request::table::Model as Request;
use rstest::rstest;
use testbed::database::Kind::{self, Postgres, Sqlite};

use self::table::{Line, TABLE};
use self::things::{Things, filled, gaps, is_personal};
use crate::browser::{Browser, Page};
use crate::hostile::tour::ends;
use crate::wording::words::{CLIENT_ACTS, OFFICER_ACTS, PARTS, SOURCE_ACTS, SUBSCRIBER_ACTS};
use crate::world::World;

/// The gaps that take a word, and all words that each takes; of texts and of kinds of systems one stands for all.
const WORDS: [(&str, &[&str]); 8] = [
    ("change/{part}", &PARTS),
    ("texts/{language}", &["en"]),
    ("texts/en/{text}", &["withdrawal"]),
    ("{officer}/{act}", &OFFICER_ACTS),
    ("{client}/{act}", &CLIENT_ACTS),
    ("add/{kind}", &["zendesk"]),
    ("{source}/{act}", &SOURCE_ACTS),
    ("{subscriber}/{act}", &SUBSCRIBER_ACTS),
];

/// Every address that a pattern stands for, with a word in each gap that takes one.
pub fn spelled(pattern: &str) -> Vec<String> {
    let mut all = vec![pattern.to_owned()];
    for (place, words) in WORDS {
        let (before, _) = place.rsplit_once('/').unwrap();
        let spell = |one: String| match one.contains(place) {
            true => words.iter().map(|word| one.replace(place, &format!("{before}/{word}"))).collect(),
            false => vec![one],
        };
        all = all.into_iter().flat_map(spell).collect();
    }
    all
}

/// Who comes: nobody, or somebody with one role, held at `acme` or everywhere.
#[derive(Clone, Copy, Debug)]
struct Comer {
    role: Option<Role>,
    is_everywhere: bool,
}

/// Whose a thing in a gap is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    /// Of `acme`; and what belongs to one officer is the comer's.
    Own,
    /// Of `beta`, or of another officer.
    Theirs,
    /// Of `acme`, but of nothing that stands before it in the address.
    Elsewhere,
}

/// What stands in so many gaps: one's own in all, or something that is not in one of them at least.
fn mixtures(gaps: usize) -> Vec<Vec<Whose>> {
    let mut all = vec![Vec::new()];
    for _ in 0..gaps {
        let with = |whose: Whose| all.iter().map(move |before: &Vec<Whose>| [before.as_slice(), &[whose]].concat());
        all = with(Whose::Own).chain(with(Whose::Theirs)).collect();
    }
    if let Some(before) = gaps.checked_sub(1).filter(|before| *before > 0) {
        all.push([vec![Whose::Own; before], vec![Whose::Elsewhere]].concat());
    }
    all
}

/// What an address has to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    /// As the line says.
    LetIn,
    /// On to signing in.
    SignIn,
    /// It takes another role.
    NoRight,
    /// There is nothing.
    NotThere,
}

/// What stands before roles that have to be held everywhere.
const EVERYWHERE: &str = "everywhere: ";

fn names(roles: &str) -> impl Iterator<Item = &str> {
    roles.strip_prefix(EVERYWHERE).unwrap_or(roles).split(' ')
}

impl Comer {
    fn name(self) -> String {
        let role = self.role.map_or("nobody", |role| role.as_str());
        if self.is_everywhere { format!("{role} everywhere") } else { role.to_owned() }
    }

    /// What is right for this comer, about these.
    fn right(self, who: &str, pattern: &str, whose: &[Whose]) -> Answer {
        let is_own = whose.iter().all(|it| *it == Whose::Own);
        let is_theirs = !whose.is_empty() && whose.iter().all(|it| *it == Whose::Theirs);
        let is_within = is_own || is_theirs && self.is_everywhere && !is_personal(pattern);
        match (who, self.role) {
            ("anybody", _) => Answer::LetIn,
            (_, None) => Answer::SignIn,
            ("signed-in", Some(_)) if is_within => Answer::LetIn,
            ("signed-in", Some(_)) => Answer::NotThere,
            (roles, Some(role)) if !names(roles).any(|name| name == role.as_str()) => Answer::NoRight,
            (roles, _) if roles.starts_with(EVERYWHERE) && !self.is_everywhere => Answer::NotThere,
            _ if is_within => Answer::LetIn,
            _ => Answer::NotThere,
        }
    }
}

impl Answer {
    fn is_met_by(self, (_, _, who, _, statuses): &Line, page: &Page) -> bool {
        let status = page.status.as_u16();
        let is_led_to_sign_in = status == 303 && page.header("location").starts_with("/console/sign-in");
        match self {
            // Where anybody may come, nobody in particular may be led to signing in: by signing out, to begin with.
            Self::LetIn if is_led_to_sign_in && *who != "anybody" => false,
            Self::LetIn => statuses.split(' ').any(|one| one == status.to_string()),
            Self::SignIn => is_led_to_sign_in && page.text.is_empty(),
            Self::NoRight => status == 403 && page.text.contains("This is not yours to open"),
            Self::NotThere => status == 404,
        }
    }
}

/// One who comes, with the browser they come by.
struct Visit<'a> {
    world: &'a World,
    browser: Browser,
    officer: Option<&'a Officer>,
    token: String,
}

impl Visit<'_> {
    /// Signs in anew, or not at all, and finds what proves forms to come from a page of ours.
    async fn enter(&mut self) {
        self.browser.cookies.clear();
        let (page, form) = match self.officer {
            Some(officer) => {
                self.browser.cookies.insert("dsr".to_owned(), self.world.session(officer).await);
                ("/console/account", "/console/sign-out")
            }
            None => ("/console/sign-in", "/console/sign-in"),
        };
        let page = self.browser.get(page).await.fine();
        let mut fields = page.hidden(form).into_iter();
        self.token = fields.find(|(name, _)| name == "form_token").unwrap().1;
    }

    async fn ask(&mut self, method: &str, path: &str, fields: &str, version: Option<i64>) -> Page {
        if method == "get" {
            let query = if fields.is_empty() { String::new() } else { format!("?{fields}") };
            return self.browser.get(&format!("{path}{query}")).await;
        }
        let key = uuid::Uuid::new_v4().to_string();
        let mut sent = vec![("form_token".to_owned(), self.token.clone()), ("form_key".to_owned(), key)];
        sent.extend(version.map(|version| ("form_version".to_owned(), version.to_string())));
        sent.extend(url::form_urlencoded::parse(fields.as_bytes()).into_owned());
        let sent: Vec<_> = sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.browser.post_bare(path, &sent).await
    }
}

/// What is looked at by everybody besides what is their own.
struct Besides {
    /// Of another controller, and of another officer.
    theirs: Things,
    /// Of the same controller as what is one's own.
    elsewhere: Things,
}

impl Besides {
    /// Whether a page tells of another controller's: a name, or how a request is called that was not asked for by that.
    fn are_told_of(&self, page: &Page, whose: &[Whose]) -> bool {
        let is_named = |request: &Request| page.text.contains(&request.reference);
        page.text.contains(STRANGER) || !whose.contains(&Whose::Theirs) && self.theirs.requests.iter().any(is_named)
    }
}

/// The name of whoever is another controller's.
const STRANGER: &str = "Zelda Quimby";

/// Comes to every address about everything, and says what was not right.
async fn go_round(visit: &mut Visit<'_>, comer: Comer, own: &Things, besides: &Besides) -> String {
    let mut wrong = String::new();
    let lines = TABLE.iter().flat_map(|line| spelled(line.1).into_iter().map(move |pattern| (line, pattern)));
    let mut lines: Vec<_> = lines.collect();
    // What ends something comes last.
    lines.sort_by_key(|(_, pattern)| ends(pattern));
    visit.enter().await;
    for (line, pattern) in lines {
        let (method, _, who, fields, _) = line;
        for whose in mixtures(gaps(&pattern).count()) {
            let pick = |whose: &Whose| match whose {
                Whose::Own => own,
                Whose::Theirs => &besides.theirs,
                Whose::Elsewhere => &besides.elsewhere,
            };
            let things: Vec<_> = whose.iter().map(pick).collect();
            let right = comer.right(who, &pattern, &whose);
            // What is refused is refused however well it is asked for.
            let version = match things.first() {
                Some(first) if *method == "post" && right != Answer::LetIn => {
                    first.version(visit.world, &pattern).await
                }
                _ => None,
            };
            let fields = fields.replace("{others}", &besides.theirs.requests[0].reference);
            let page = visit.ask(method, &filled(&pattern, &things), &fields, version).await;
            let name = comer.name();
            if !right.is_met_by(line, &page) {
                let got = page.status.as_u16();
                writeln!(wrong, "{method} {pattern} {whose:?}, {name}: {got}, not {right:?} {}", line.4).unwrap();
            }
            if !comer.is_everywhere && *who != "anybody" && besides.are_told_of(&page, &whose) {
                writeln!(wrong, "{method} {pattern} {whose:?}, {name}: shows what is another's").unwrap();
            }
            // These change who is signed in.
            if matches!(*who, "anybody" | "signed-in") {
                visit.enter().await;
            }
        }
    }
    wrong
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
    for (_, path, who, _, statuses) in TABLE {
        if matches!(*who, "anybody" | "signed-in") {
            continue;
        }
        for name in names(who) {
            assert!(Role::ALL.iter().any(|role| role.as_str() == name), "{path}: {name} is no role");
        }
        let is_there = |status: &str| status.parse::<u16>().is_ok_and(|status| status != 404);
        assert!(statuses.split(' ').all(is_there), "{path}: one's own is there");
        assert!(!statuses.contains(' ') || spelled(path).len() > 1, "{path}: one call has one answer");
    }
}

#[test]
fn a_thing_is_put_where_another_is_wanted() {
    let count = |gaps| mixtures(gaps).len();
    assert_eq!((count(0), count(1), count(2)), (1, 2, 5));
    assert_eq!(
        gaps("/setup/sources/{source}/calls/{call}/read-again").collect::<Vec<_>>(),
        ["sources/{source}", "calls/{call}"]
    );
}

#[rstest]
#[tokio::test]
async fn every_address_answers_every_role_as_the_table_says(#[values(Sqlite, Postgres)] on: Kind) {
    let mut world = World::on(on).await;
    world.all_write().await;
    let filer = world.everything().await.0;
    let theirs = Things::at(&world, &filer, &world.beta, STRANGER).await.of(&world, &filer).await;
    let elsewhere = Things::at(&world, &filer, &world.acme, "Mary Somerville").await.of(&world, &filer).await;
    let besides = Besides { theirs, elsewhere };
    let before = (besides.theirs.trail(&world).await, besides.elsewhere.trail(&world).await);
    let mut wrong = String::new();
    let at_acme = Role::ALL.iter().map(|role| Comer { role: Some(*role), is_everywhere: false });
    let nobody = Comer { role: None, is_everywhere: false };
    for comer in std::iter::once(nobody).chain(at_acme) {
        wrong += &come(&world, comer, &filer, &besides).await;
    }
    let after = (besides.theirs.trail(&world).await, besides.elsewhere.trail(&world).await);
    assert_eq!(after, before, "nothing was done about what is not one's own");
    // Whoever may act everywhere is let in to the one controller as to the other.
    let comer = Comer { role: Some(Role::Administrator), is_everywhere: true };
    wrong += &come(&world, comer, &filer, &besides).await;
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(besides.elsewhere.are_kept(&world, &filer).await, "what is one officer's own is no other's");
    assert_eq!(besides.elsewhere.trail(&world).await, before.1);
}

/// Lets somebody come who has things of their own.
async fn come(world: &World, comer: Comer, filer: &Officer, besides: &Besides) -> String {
    let mut own = Things::at(world, filer, &world.acme, &format!("Own {}", comer.name())).await;
    let mut officer = None;
    if let Some(role) = comer.role {
        let place = if comer.is_everywhere { Where::Everywhere } else { Where::At(world.acme.id) };
        let login = format!("{}@example.com", comer.name().replace(' ', "-"));
        let row = world.hire(&login, "Ada Adler", &[(place, role)]).await;
        own = own.of(world, &row).await;
        officer = Some(row);
    } else {
        own = own.of(world, filer).await;
    }
    let mut visit = Visit { world, browser: world.browser(), officer: officer.as_ref(), token: String::new() };
    let wrong = go_round(&mut visit, comer, &own, besides).await;
    for request in &own.requests {
        let after = world.request(request.id).await;
        assert_eq!((after.status, after.on_hold), (request.status, false), "nothing was decided");
    }
    wrong
}
