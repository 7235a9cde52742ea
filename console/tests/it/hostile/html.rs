//! A page as a browser takes it apart: read by the parser of the HTML standard, not by looking for text in it.

use std::collections::BTreeSet;

use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};

use super::{MARK, is_attack};

/// What there is on a page.
#[derive(Debug, Default)]
pub struct Seen {
    pub elements: Vec<Element>,
    /// What is read: texts between tags, and values of attributes.
    pub words: Vec<String>,
    /// A form with several addresses to go to is several.
    pub forms: Vec<Form>,
    comments: Vec<String>,
    /// Buttons that send a form elsewhere than it says itself: which, and where to.
    others: Vec<(usize, String)>,
}

#[derive(Debug)]
pub struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    /// What stands right in it.
    text: String,
}

/// A form, with all that a browser would send of it.
#[derive(Clone, Debug, Default)]
pub struct Form {
    id: String,
    pub is_post: bool,
    pub action: String,
    pub fields: Vec<Field>,
}

#[derive(Clone, Debug)]
pub struct Field {
    pub name: String,
    pub value: String,
    /// What can be chosen, where something is chosen.
    pub options: Vec<String>,
    /// Whether it is sent as it stands: no box that is not ticked, and no button.
    pub is_sent: bool,
}

impl Element {
    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| &**value)
    }
}

impl Form {
    /// The names of its fields.
    pub fn names(&self) -> BTreeSet<String> {
        self.fields.iter().map(|field| field.name.clone()).collect()
    }

    /// What is sent if nobody touches it.
    pub fn as_it_stands(&self) -> Vec<(String, String)> {
        let sent = self.fields.iter().filter(|field| field.is_sent);
        sent.map(|field| (field.name.clone(), field.value.clone())).collect()
    }
}

/// The elements that pages are made of. None of them loads anything but what it names in `src` or `href`.
const ELEMENTS: &str = "html head meta title link script body a abbr article aside b br button caption circle code dd defs desc details \
                        dialog div dl dt em fieldset figcaption figure footer form g h1 h2 h3 h4 h5 h6 header hr i input kbd label \
                        legend li line main mark nav noscript ol optgroup option output p path polygon polyline pre progress rect \
                        section select small span strong sub summary sup svg symbol table tbody td text textarea tfoot th thead \
                        time tr tspan ul use bdi data";

/// The attributes that lead somewhere.
const LEADING: [&str; 10] =
    ["href", "src", "action", "formaction", "xlink:href", "data", "poster", "hx-get", "hx-post", "srcset"];

impl Seen {
    pub fn of(page: &str) -> Self {
        let dom = parse_document(RcDom::default(), ParseOpts::default()).one(page);
        let mut seen = Self::default();
        seen.walk(&dom.document, None);
        let others = std::mem::take(&mut seen.others);
        seen.forms.extend(
            others.into_iter().map(|(place, action)| Form { action, ..seen.forms[place].clone() }).collect::<Vec<_>>(),
        );
        seen
    }

    fn walk(&mut self, node: &Handle, mut form: Option<usize>) {
        match &node.data {
            NodeData::Text { contents } => self.words.push(contents.borrow().to_string()),
            NodeData::Comment { contents } => self.comments.push(contents.to_string()),
            NodeData::Element { name, attrs, .. } => {
                let attributes = attrs.borrow();
                let attributes = attributes.iter().map(|it| (it.name.local.to_string(), it.value.to_string()));
                let element =
                    Element { name: name.local.to_string(), attributes: attributes.collect(), text: text_in(node) };
                self.words.extend(element.attributes.iter().map(|(_, value)| value.clone()));
                if element.name == "form" {
                    form = Some(self.forms.len());
                    let is_post = element.attribute("method").is_some_and(|it| it.eq_ignore_ascii_case("post"));
                    let word = |name| element.attribute(name).unwrap_or_default().to_owned();
                    self.forms.push(Form { id: word("id"), is_post, action: word("action"), fields: Vec::new() });
                }
                self.note_field(&element, form, node);
                self.elements.push(element);
            }
            _ => {}
        }
        for child in node.children.borrow().iter() {
            self.walk(child, form);
        }
    }

    fn note_field(&mut self, element: &Element, within: Option<usize>, node: &Handle) {
        if let (Some(place), Some(to)) = (within, element.attribute("formaction")) {
            self.others.push((place, to.to_owned()));
        }
        let Some(name) = element.attribute("name").filter(|name| !name.is_empty()) else { return };
        let named = element.attribute("form").and_then(|id| self.forms.iter().position(|form| form.id == id));
        let Some(form) = named.or(within).and_then(|place| self.forms.get_mut(place)) else { return };
        let has = |attribute| element.attribute(attribute).is_some();
        let value = |usual: &str| element.attribute("value").unwrap_or(usual).to_owned();
        let (value, is_sent) = match (&*element.name, element.attribute("type").unwrap_or("text")) {
            ("input", "checkbox" | "radio") => (value("on"), has("checked")),
            ("input", "submit") | ("button", _) => (value(""), false),
            ("input", _) => (value(""), true),
            ("textarea", _) => (element.text.clone(), true),
            ("select", _) => (chosen(node), true),
            _ => return,
        };
        let options = if element.name == "select" { options(node) } else { vec![value.clone()] };
        match form.fields.iter_mut().find(|field| field.name == name && !(field.is_sent && is_sent)) {
            // Another of the boxes or buttons of one name.
            Some(known) => {
                known.options.extend(options);
                if is_sent {
                    (known.value, known.is_sent) = (value, true);
                }
            }
            None => form.fields.push(Field { name: name.to_owned(), value, options, is_sent }),
        }
    }

    /// Where its links lead to.
    pub fn links(&self) -> impl Iterator<Item = &str> {
        self.elements.iter().filter(|it| it.name == "a").filter_map(|it| it.attribute("href"))
    }

    /// What is wrong with it: whatever somebody wrote must be words to read, and never a part of the page.
    pub fn wrongs(&self) -> Vec<String> {
        let mut wrongs: Vec<String> = Vec::new();
        for element in &self.elements {
            let Element { name, attributes, text } = element;
            if !ELEMENTS.split_ascii_whitespace().any(|known| known.eq_ignore_ascii_case(name)) {
                wrongs.push(format!("<{name}> is no element of ours"));
            }
            let own = |to: &str| to.starts_with("/console/assets/");
            if name == "script" && !(text.trim().is_empty() && element.attribute("src").is_some_and(own)) {
                wrongs.push(format!("a script of its own: {text}"));
            }
            for (name, value) in attributes {
                let plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | ':');
                let runs = name.starts_with("on") || matches!(&**name, "style" | "srcdoc" | "http-equiv");
                if runs || !name.chars().all(plain) {
                    wrongs.push(format!("{name} is no attribute of ours"));
                }
                if LEADING.contains(&&**name) && !leads_within(value) {
                    wrongs.push(format!("{name} leads elsewhere: {value}"));
                }
                // What is typed stands in values; classes, ids and the like are ours alone.
                let ours = ["class", "type", "method", "target", "rel", "role", "lang", "enctype"];
                if ours.contains(&&**name) && value.contains(MARK) {
                    wrongs.push(format!("{name} was written by somebody: {value}"));
                }
            }
        }
        wrongs.extend(self.comments.iter().filter(|it| is_attack(it)).map(|it| format!("in a comment: {it}")));
        wrongs
    }
}

/// A path of ours, or a place on the page itself. What is hostile in it is encoded, so that it stays one address.
pub fn leads_within(to: &str) -> bool {
    let is_path = to.starts_with('/') && !to.starts_with("//") && !to.starts_with("/\\");
    let is_ours = to.is_empty() || to.starts_with('#') || to.starts_with('?') || is_path;
    is_ours && !to.contains(['<', '>', '"', '\'', ' ', '\\', '\n', '\r', '\t'])
}

fn text_in(node: &Handle) -> String {
    let children = node.children.borrow();
    let texts = children.iter().filter_map(|child| match &child.data {
        NodeData::Text { contents } => Some(contents.borrow().to_string()),
        _ => None,
    });
    texts.collect()
}

/// What a list of choices sends: what is chosen, or its first.
fn chosen(node: &Handle) -> String {
    let all = gather(node);
    let of = |(value, _): &(String, bool)| value.clone();
    all.iter().find(|(_, is_chosen)| *is_chosen).or_else(|| all.first()).map(of).unwrap_or_default()
}

fn options(node: &Handle) -> Vec<String> {
    gather(node).into_iter().map(|(value, _)| value).collect()
}

/// The choices below an element, each with whether it is chosen.
fn gather(node: &Handle) -> Vec<(String, bool)> {
    let mut found = Vec::new();
    for child in node.children.borrow().iter() {
        if let NodeData::Element { name, attrs, .. } = &child.data
            && &*name.local == "option"
        {
            let attributes = attrs.borrow();
            let find = |wanted: &str| attributes.iter().find(|it| &*it.name.local == wanted);
            let value = find("value").map_or_else(|| text_in(child), |it| it.value.to_string());
            found.push((value, find("selected").is_some()));
        }
        found.extend(gather(child));
    }
    found
}

#[test]
fn what_breaks_out_is_seen() {
    let attack = super::attack("a note");
    for (page, is_wrong) in [
        (format!("<!doctype html><p>{attack}</p>"), true),
        (format!("<!doctype html><p title=\"{attack}\">x</p>"), true),
        (format!("<!doctype html><p title={}>x</p>", attack.replace(['<', '>'], "")), true),
        ("<!doctype html><a href=\"javascript:alert(1)\">x</a>".to_owned(), true),
        ("<!doctype html><a href=\"//evil.example\">x</a>".to_owned(), true),
        ("<!doctype html><p onclick=\"x\">x</p>".to_owned(), true),
        ("<!doctype html><script>alert(1)</script>".to_owned(), true),
        (format!("<!doctype html><!-- {attack} -->"), true),
        (format!("<!doctype html><p>{}</p>", escaped(&attack)), false),
        (format!("<!doctype html><input name=\"a\" value=\"{}\">", escaped(&attack)), false),
        (format!("<!doctype html><textarea>{}</textarea>", escaped(&attack)), false),
    ] {
        let seen = Seen::of(&page);
        assert_eq!(!seen.wrongs().is_empty(), is_wrong, "{page}\n{:?}", seen.wrongs());
        assert_eq!(!is_wrong, seen.words.contains(&attack), "{page}");
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&#38;").replace('<', "&#60;").replace('>', "&#62;").replace('"', "&#34;").replace('\'', "&#39;")
}
