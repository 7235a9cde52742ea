//! Going through all pages behind a door, by links and by forms that only show something, and holding each answer to the rules.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::html::{Form, Seen};
use crate::browser::{Browser, Page};

/// Addresses behind a door, with how they may be asked for.
pub type Table = &'static [(&'static str, &'static str)];

/// One of the ways in, and all that lies behind it.
#[derive(Clone, Copy)]
pub struct Door {
    pub at: &'static str,
    pub table: Table,
}

pub const CONSOLE: Door = Door { at: "/console", table: console::routes::PAGES };
pub const STATUS: Door = Door { at: "/status", table: console::routes::guests::STATUS };
pub const ROOM: Door = Door { at: "/regulator", table: console::routes::guests::REGULATOR };

impl Door {
    /// The address of the table that a path is of: the first that fits, as the server looks for it.
    pub fn pattern(&self, path: &str) -> Option<&'static str> {
        let path = path.split(['?', '#']).next().unwrap();
        let parts: Vec<_> = path.strip_prefix(self.at)?.split('/').collect();
        let fits = |pattern: &str| {
            let pattern: Vec<_> = pattern.split('/').collect();
            let fits = |(wanted, is): (&&str, &&str)| wanted.starts_with('{') && !is.is_empty() || wanted == is;
            pattern.len() == parts.len() && pattern.iter().zip(&parts).all(fits)
        };
        self.table.iter().map(|(_, pattern)| *pattern).find(|pattern| fits(pattern))
    }

    /// The patterns that can be asked for in a way, `get` or `post`.
    pub fn patterns(&self, way: &str) -> BTreeSet<&'static str> {
        let is = |method: &str| method == way || method == "both";
        self.table.iter().filter(|(method, _)| is(method)).map(|(_, pattern)| *pattern).collect()
    }
}

/// The ends of addresses whose forms only show something: sending them changes nothing but the trail.
const LOOKS: [&str; 9] = [
    "/reveal",
    "/pdf",
    "/files/{file}",
    "/letters/preview",
    "/look",
    "/requests/search",
    "/requests/export",
    "/bundle",
    "/law/review",
];

/// One answer.
pub struct Visited {
    pub path: String,
    pub seen: Seen,
}

/// All that somebody saw behind a door.
pub struct Tour {
    pub door: Door,
    /// Pages, as `GET` showed them.
    pub pages: Vec<Visited>,
    /// What the forms that only look were answered with.
    pub looks: Vec<Visited>,
    /// What broke a rule, with where.
    pub wrongs: Vec<String>,
}

impl Tour {
    /// Goes on from these paths until nothing is new.
    pub async fn of(browser: &mut Browser, door: Door, starts: impl IntoIterator<Item = String>) -> Self {
        Self::through(browser, door, starts, true).await
    }

    /// Looks at one page.
    pub async fn at(browser: &mut Browser, door: Door, page: &str) -> Self {
        Self::through(browser, door, [page.to_owned()], false).await
    }

    async fn through(
        browser: &mut Browser,
        door: Door,
        starts: impl IntoIterator<Item = String>,
        goes_on: bool,
    ) -> Self {
        let mut tour = Self { door, pages: Vec::new(), looks: Vec::new(), wrongs: Vec::new() };
        let (mut asked, mut sent) = (BTreeSet::new(), BTreeSet::new());
        let mut open: VecDeque<String> = starts.into_iter().collect();
        while let Some(path) = open.pop_front() {
            if door.pattern(&path).is_none() || !asked.insert(key(&path)) {
                continue;
            }
            let page = browser.get(&path).await;
            let seen = tour.hold(&path, &page);
            if goes_on {
                open.extend(seen.links().map(str::to_owned));
                open.extend(page.headers.get("location").map(|to| to.to_str().unwrap().to_owned()));
            }
            if page.status != 200 {
                continue;
            }
            for form in seen.forms.iter().filter(|form| form.is_post && looks(door, form)) {
                for fields in sendings(form) {
                    let kind = fields.iter().find(|(name, _)| name == "kind").map(|(_, value)| value.clone());
                    if sent.insert((form.action.clone(), kind)) {
                        let answer = post(browser, &form.action, &fields).await;
                        let seen = tour.hold(&format!("POST {}", form.action), &answer);
                        tour.looks.push(Visited { path: form.action.clone(), seen });
                    }
                }
            }
            tour.pages.push(Visited { path, seen });
        }
        tour
    }

    fn hold(&mut self, path: &str, page: &Page) -> Seen {
        let (seen, wrongs) = read(page);
        self.wrongs.extend(wrongs.into_iter().map(|wrong| format!("{path} ({}): {wrong}", page.status)));
        seen
    }

    /// The addresses that a page was shown of.
    pub fn shown(&self) -> BTreeSet<&'static str> {
        self.pages.iter().filter_map(|it| self.door.pattern(&it.path)).collect()
    }

    /// Whether some answer has a text that fits, as it was written.
    pub fn shows(&self, fits: impl Fn(&str) -> bool) -> bool {
        self.pages.iter().chain(&self.looks).any(|it| it.seen.words.iter().any(|word| fits(word)))
    }

    /// Each form once by the address that it goes to and by its fields. What ends something comes last.
    pub fn forms(&self) -> Vec<Sendable> {
        let mut forms = BTreeMap::new();
        let pages = self.pages.iter().map(|it| (it, Some(it.path.clone())));
        for (visited, page) in self.looks.iter().map(|it| (it, None)).chain(pages) {
            for form in visited.seen.forms.iter().filter(|form| form.is_post) {
                let Some(pattern) = self.door.pattern(&form.action) else { continue };
                let has_own = form.fields.iter().any(|field| !field.name.starts_with("form_"));
                let of = (ends(pattern), !has_own, pattern, form.names());
                forms.entry(of).or_insert_with(|| Sendable { pattern, page: page.clone(), form: form.clone() });
            }
        }
        forms.into_values().collect()
    }
}

/// Where a form stands in the order in which forms may be sent: those that end something that others are about come after these.
pub fn ends(pattern: &str) -> usize {
    ENDS.iter().position(|end| pattern.ends_with(end)).map_or(0, |place| place + 1)
}

/// The ends of addresses whose forms end something that other forms are about, in the order in which they may.
const ENDS: [&str; 8] = ["/withdraw", "/disable", "/revoke", "/end", "/end-others", "/remove", "/leave", "/sign-out"];

/// A form that can be sent.
pub struct Sendable {
    pub pattern: &'static str,
    /// The page that has it; none where it was the answer to a form that only looks.
    pub page: Option<String>,
    pub form: Form,
}

/// Sends a form.
pub async fn post(browser: &mut Browser, action: &str, fields: &[(String, String)]) -> Page {
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post_bare(action, &fields).await
}

/// A path with the names of what is asked for: pages differ by these, and not by each value.
fn key(path: &str) -> (String, Vec<String>) {
    let path = path.split('#').next().unwrap();
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let names = url::form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name.into_owned());
    let names: BTreeSet<_> = names.collect();
    (path.to_owned(), names.into_iter().collect())
}

fn looks(door: Door, form: &Form) -> bool {
    let pattern = door.pattern(&form.action);
    pattern.is_some_and(|pattern| LOOKS.iter().any(|end| pattern.ends_with(end))) || shows_first(form)
}

/// Whether a decision's form has a button that shows what is sealed, and decides nothing.
fn shows_first(form: &Form) -> bool {
    form.fields.iter().any(|field| field.name == "step" && field.options.iter().any(|step| step == "reveal"))
}

/// A look for a purpose; one for each choice, where there are several.
fn sendings(form: &Form) -> Vec<Vec<(String, String)>> {
    let mut fields = form.as_it_stands();
    fields.retain(|(name, _)| name != "purpose");
    fields.push(("purpose".to_owned(), "identify".to_owned()));
    if shows_first(form) {
        fields.push(("step".to_owned(), "reveal".to_owned()));
        return vec![fields];
    }
    let kinds = form.fields.iter().find(|field| field.name == "kind").map_or(&[][..], |field| &field.options);
    if kinds.is_empty() {
        return vec![fields];
    }
    let with = |kind: &String| {
        let others = fields.iter().filter(|(name, _)| name != "kind").cloned();
        others.chain([("kind".to_owned(), kind.clone())]).collect()
    };
    kinds.iter().map(with).collect()
}

/// What an answer is made of, and what is wrong with it: rules that hold for every answer of every door, whatever its status.
pub fn read(page: &Page) -> (Seen, Vec<String>) {
    let mut wrongs = Vec::new();
    let policy = page.header("content-security-policy");
    let rules =
        ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"];
    if rules.iter().any(|rule| !policy.contains(rule)) || policy.contains("unsafe") {
        wrongs.push(format!("its policy is {policy}"));
    }
    for (name, value) in [
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
    ] {
        if page.header(name) != value {
            wrongs.push(format!("{name} is {:?}", page.header(name)));
        }
    }
    if page.status.is_server_error() {
        wrongs.push("it failed".to_owned());
    }
    let to = page.header("location");
    if page.status.is_redirection() && !(to.starts_with('/') && super::html::leads_within(to)) {
        wrongs.push(format!("it sends people to {to}"));
    }
    let kind = page.header("content-type");
    let seen = if kind == "text/html; charset=utf-8" {
        let seen = Seen::of(&page.text);
        wrongs.extend(seen.wrongs());
        seen
    } else {
        wrongs.extend(saved(page));
        Seen::default()
    };
    (seen, wrongs)
}

/// What is no page must not be taken for one: it is saved, under a name of our own words and digits.
fn saved(page: &Page) -> Option<String> {
    if page.text.is_empty() {
        return None;
    }
    let disposition = page.header("content-disposition");
    let name = disposition.strip_prefix("attachment; filename=\"").and_then(|rest| rest.strip_suffix('"'));
    let is_plain = |name: &str| name.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '.' | '-' | '_'));
    let kind = page.header("content-type");
    if !name.is_some_and(is_plain) {
        return Some(format!("{kind} is answered with {disposition:?}"));
    }
    let runs = |line: &str| line.trim_start_matches(['"', ' ']).starts_with(['=', '+', '-', '@', '\t']);
    let cells = page.text.lines().flat_map(|line| line.split(','));
    (kind.starts_with("text/csv") && cells.clone().any(runs)).then(|| format!("a cell runs: {}", page.text))
}
