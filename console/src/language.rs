//! The languages that pages are written in, and which of them a visitor reads.

use actix_web::HttpRequest;
use actix_web::http::header;

/// A language of the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// German.
    German,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// Its code, as ISO 639-1.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// What it calls itself.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
        }
    }

    /// The language of this code, if pages are written in it.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        let primary = code.split('-').next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| language.code().eq_ignore_ascii_case(primary))
    }

    /// The best one by `Accept-Language` (RFC 9110 §12.5.4); English where it names none of ours.
    #[must_use]
    pub fn asked_for(req: &HttpRequest) -> Self {
        let lines = req.headers().get_all(header::ACCEPT_LANGUAGE).filter_map(|line| line.to_str().ok());
        let mut best = (0.0, Self::default());
        for range in lines.flat_map(|line| line.split(',')) {
            let (tag, parameters) = range.split_once(';').unwrap_or((range, "q=1"));
            let weight = parameters.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()).unwrap_or(0.0);
            if let Some(language) = Self::of_code(tag.trim())
                && weight > best.0
            {
                best = (weight, language);
            }
        }
        best.1
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn the_language_with_the_most_weight_is_taken() {
        for (asked, expected) in [
            ("de", Language::German),
            ("de-AT,en;q=0.5", Language::German),
            ("fr, en;q=0.2, de;q=0.9", Language::German),
            ("en, de", Language::English),
            ("fr", Language::English),
            ("de;q=0", Language::English),
            ("de;q=x", Language::English),
            ("", Language::English),
        ] {
            let req = TestRequest::default().insert_header((header::ACCEPT_LANGUAGE, asked)).to_http_request();
            assert_eq!(Language::asked_for(&req), expected, "{asked}");
        }
    }
}
