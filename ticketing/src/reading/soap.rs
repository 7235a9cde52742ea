//! SOAP to JSON: elements only, no document type, no entity but the five of XML itself.
//!
//! Namespaces are not resolved, local names are: the sender picks its prefixes, and no two elements of the messages we
//! read share a local name.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::DEPTH_MAX;
use crate::unreadable::Unreadable;

/// An element with what stands in it.
#[derive(Debug, Default)]
pub struct Element {
    /// Its local name.
    pub name: String,
    /// The local part of its `xsi:type`.
    pub kind: Option<String>,
    /// Whether it says that it is nil.
    pub nil: bool,
    /// Its text, children aside.
    pub text: String,
    /// Its children, in order.
    pub children: Vec<Element>,
}

impl Element {
    /// The children of a name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The one child of a name; none if there are more.
    #[must_use]
    pub fn one<'a>(&'a self, name: &'a str) -> Option<&'a Self> {
        let mut all = self.all(name);
        all.next().filter(|_| all.next().is_none())
    }
}

/// Reads a document's root.
///
/// # Errors
/// [`Unreadable::ForbiddenXml`], [`Unreadable::Xml`] with the place, [`Unreadable::TooDeep`].
pub fn parse(text: &str) -> Result<Element, Unreadable> {
    let mut reader = Reader::from_str(text);
    let mut open = vec![Element::default()];
    loop {
        let at = reader.buffer_position();
        let broken = || Unreadable::Xml(at);
        match reader.read_event().map_err(|_| broken())? {
            Event::Start(start) => {
                if open.len() > DEPTH_MAX {
                    return Err(Unreadable::TooDeep);
                }
                open.push(element(&start).ok_or_else(broken)?);
            }
            Event::Empty(start) => {
                let element = element(&start).ok_or_else(broken)?;
                open.last_mut().ok_or_else(broken)?.children.push(element);
            }
            Event::End(_) => {
                let element = open.pop().ok_or_else(broken)?;
                open.last_mut().ok_or_else(broken)?.children.push(element);
            }
            Event::Text(text) => {
                let text = text.xml10_content();
                let inside = open.len() > 1;
                let element = open.last_mut().ok_or_else(broken)?;
                if inside {
                    element.text.push_str(&text);
                } else if !text.trim().is_empty() {
                    return Err(broken());
                }
            }
            Event::CData(text) => {
                open.last_mut().ok_or_else(broken)?.text.push_str(&text);
            }
            Event::GeneralRef(entity) => {
                let c = match entity.resolve_char_ref().map_err(|_| broken())? {
                    Some(c) => c,
                    None => match &*entity {
                        "amp" => '&',
                        "lt" => '<',
                        "gt" => '>',
                        "quot" => '"',
                        "apos" => '\'',
                        _ => return Err(Unreadable::ForbiddenXml),
                    },
                };
                open.last_mut().ok_or_else(broken)?.text.push(c);
            }
            Event::DocType(_) | Event::PI(_) => return Err(Unreadable::ForbiddenXml),
            // The content type says which characters these are; a declaration that says otherwise is for another reader.
            Event::Decl(decl) => match decl.encoding().transpose().map_err(|_| broken())? {
                Some(name) if !name.eq_ignore_ascii_case("utf-8") => return Err(Unreadable::Charset),
                _ => {}
            },
            Event::Comment(_) => {}
            Event::Eof => break,
        }
    }
    let end = reader.buffer_position();
    match (open.len(), open.pop()) {
        (1, Some(mut root)) if root.children.len() == 1 => root.children.pop().ok_or(Unreadable::Xml(end)),
        _ => Err(Unreadable::Xml(end)),
    }
}

fn element(start: &BytesStart<'_>) -> Option<Element> {
    let mut element = Element { name: start.local_name().as_ref().to_owned(), ..Element::default() };
    for attribute in start.attributes() {
        let attribute = attribute.ok()?;
        let value = &*attribute.value;
        match attribute.key.local_name().as_ref() {
            "type" => element.kind = Some(value.rsplit(':').next().unwrap_or(value).to_owned()),
            "nil" => element.nil = matches!(value, "true" | "1"),
            _ => {}
        }
    }
    Some(element)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn elements_texts_and_nils_are_read() {
        let root = parse("<?xml version=\"1.0\"?><e:a xmlns:e='u'><b xsi:type='sf:Case'>Zo&#xEB; &amp; &lt;i></b><c xsi:nil=\"true\"/><c>\n</c><![CDATA[<x>]]></e:a>").unwrap();
        assert_eq!((root.name.as_str(), root.text.as_str()), ("a", "<x>"));
        let b = root.one("b").unwrap();
        assert_eq!((b.text.as_str(), b.kind.as_deref()), ("Zoë & <i>", Some("Case")));
        assert!(root.all("c").next().unwrap().nil);
        assert!(root.one("c").is_none(), "two of them are not one");
    }

    #[test]
    fn what_nobody_sends_who_means_well_is_refused() {
        for (text, why) in [
            ("<!DOCTYPE a><a/>", Unreadable::ForbiddenXml),
            ("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>", Unreadable::ForbiddenXml),
            ("<a>&x;</a>", Unreadable::ForbiddenXml),
            ("<a><?php x?></a>", Unreadable::ForbiddenXml),
        ] {
            assert_eq!(parse(text).unwrap_err(), why, "{text}");
        }
        for text in ["", "x", "<a>", "<a></b>", "<a/><b/>", "<a x=1/>", "<a>&#x0;</a>", "<a x='1' x='2'/>", "a<b/>"] {
            assert!(matches!(parse(text), Err(Unreadable::Xml(_))), "{text}");
        }
        assert_eq!(parse(&"<a>".repeat(100_000)).unwrap_err(), Unreadable::TooDeep);
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "[<>/&;!\\[\\]a#x0-9='\" ?-]{0,60}") {
            let _ = parse(&text);
        }
    }
}
