//! Entity tags: a request's version in quotes (RFC 9110 §8.8.3), and what `If-Match` and `If-None-Match` say of it.

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderName};

use crate::problem::{Problem, codes};

/// The tag of a version.
#[must_use]
pub fn of(version: i64) -> String {
    format!("\"{version}\"")
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Tag {
    weak: bool,
    opaque: String,
}

/// A list of tags as such a header states it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Tags {
    Any,
    Of(Vec<Tag>),
}

/// `entity-tag = [ "W/" ] DQUOTE *etagc DQUOTE`, in a comma-separated list whose elements may be empty (RFC 9110 §5.6.1).
fn parse(text: &str) -> Option<Tags> {
    let mut rest = text.trim_matches([' ', '\t']);
    if rest == "*" {
        return Some(Tags::Any);
    }
    let mut tags = Vec::new();
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        if rest.is_empty() {
            break;
        }
        let weak = rest.starts_with("W/");
        let quoted = if weak { &rest[2..] } else { rest };
        let (opaque, after) = quoted.strip_prefix('"')?.split_once('"')?;
        if !opaque.bytes().all(|byte| byte == 0x21 || byte >= 0x23 && byte != 0x7f) {
            return None;
        }
        tags.push(Tag { weak, opaque: opaque.to_owned() });
        rest = after.trim_start_matches([' ', '\t']);
        if !rest.is_empty() && !rest.starts_with(',') {
            return None;
        }
    }
    (!tags.is_empty()).then_some(Tags::Of(tags))
}

/// Several header lines of one name are one list.
fn header(req: &HttpRequest, name: &HeaderName) -> Result<Option<Tags>, ()> {
    let lines: Vec<_> =
        req.headers().get_all(name).map(|line| line.to_str()).collect::<Result<_, _>>().map_err(|_| ())?;
    if lines.is_empty() {
        return Ok(None);
    }
    parse(&lines.join(", ")).map(Some).ok_or(())
}

/// What a decision expects to find: nothing in particular, or one of some versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IfMatch(Option<Tags>);

impl IfMatch {
    /// Reads it from a call.
    ///
    /// # Errors
    /// It is neither `*` nor a list of quoted tags.
    pub fn of(req: &HttpRequest) -> Result<Self, Problem> {
        header(req, &header::IF_MATCH).map(Self).map_err(|()| {
            Problem::new(codes::INVALID_IF_MATCH, "`If-Match` is a quoted version such as \"3\", a list of those, or *")
        })
    }

    /// Whatever there is, for what is right at any version.
    #[must_use]
    pub fn any() -> Self {
        Self(Some(Tags::Any))
    }

    /// This version and no other, for callers that say it otherwise than by the header.
    #[must_use]
    pub fn exactly(version: i64) -> Self {
        Self(Some(Tags::Of(vec![Tag { weak: false, opaque: version.to_string() }])))
    }

    /// Whether this version is expected. Compared strongly (RFC 9110 §13.1.1): a weak tag matches nothing.
    #[must_use]
    pub fn allows(&self, version: i64) -> bool {
        match &self.0 {
            None | Some(Tags::Any) => true,
            Some(Tags::Of(tags)) => tags.iter().any(|tag| !tag.weak && tag.opaque == version.to_string()),
        }
    }
}

/// Whether the caller has this version already (`If-None-Match`, compared weakly, RFC 9110 §13.1.2). A malformed header is
/// as good as none: the answer is then sent in full.
#[must_use]
pub fn is_known(req: &HttpRequest, version: i64) -> bool {
    match header(req, &header::IF_NONE_MATCH) {
        Ok(Some(Tags::Any)) => true,
        Ok(Some(Tags::Of(tags))) => tags.iter().any(|tag| tag.opaque == version.to_string()),
        Ok(None) | Err(()) => false,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use proptest::prelude::*;

    use super::*;

    fn if_match(text: &str) -> Option<IfMatch> {
        IfMatch::of(&TestRequest::default().insert_header((header::IF_MATCH, text)).to_http_request()).ok()
    }

    #[test]
    fn a_precondition_is_met_by_any_strong_tag_of_its_list() {
        for (text, at_three) in [
            ("\"3\"", true),
            ("*", true),
            (" * ", true),
            ("\"2\", \"3\"", true),
            (",\"2\" ,, \"3\",", true),
            ("W/\"3\", \"2\"", false),
            ("W/\"3\"", false),
            ("\"03\"", false),
            ("\"\"", false),
            ("\"2\"", false),
        ] {
            assert_eq!(if_match(text).map(|expected| expected.allows(3)), Some(at_three), "{text}");
        }
        assert!(IfMatch::of(&TestRequest::default().to_http_request()).unwrap().allows(3));
    }

    #[test]
    fn what_is_no_list_of_tags_is_refused() {
        for text in
            ["3", "\"3", "3\"", "\"3\" \"4\"", "w/\"3\"", "W/3", "W/ \"3\"", "\"3\", *", "*, \"3\"", "", ",", "\"a b\""]
        {
            assert_eq!(if_match(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_known_is_compared_weakly() {
        for (text, known) in
            [("W/\"3\"", true), ("\"3\"", true), ("\"1\", W/\"3\"", true), ("*", true), ("\"4\"", false), ("3", false)]
        {
            let req = TestRequest::default().insert_header((header::IF_NONE_MATCH, text)).to_http_request();
            assert_eq!(is_known(&req, 3), known, "{text}");
        }
    }

    proptest! {
        #[test]
        fn our_own_tag_always_matches_and_no_other_version_does(version in any::<i64>(), other in any::<i64>()) {
            let expected = if_match(&of(version)).unwrap();
            prop_assert!(expected.allows(version));
            prop_assert_eq!(expected.allows(other), version == other);
        }

        #[test]
        fn no_header_makes_it_panic(text in "[ -~\t]{0,40}") {
            let _ = if_match(&text);
        }
    }
}
