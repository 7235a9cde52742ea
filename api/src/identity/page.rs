//! One plain page: a heading, a paragraph, perhaps a button. No script, nothing from elsewhere.

use std::sync::LazyLock;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName};

use super::words::Words;
use crate::observe::POLICY;

const STYLE: &str = "body{max-width:34rem;margin:3rem auto;padding:0 1rem;font:1.1rem/1.5 system-ui,sans-serif;\
color:#1a1a1a;background:#fff}button{font:inherit;padding:.6rem 1.2rem;border:0;border-radius:.3rem;color:#fff;\
background:#0b5394;cursor:pointer}button:focus-visible{outline:3px solid #f1a100;outline-offset:2px;\
box-shadow:0 0 0 2px #1a1a1a}@media(prefers-color-scheme:dark){body{color:#eee;background:#16181b}\
button{background:#2a6fb0}}";

/// What the page may load: its own style, told by its hash, and nothing else. Its form goes nowhere but here.
static MAY: LazyLock<String> = LazyLock::new(|| {
    let hash = vault::digest::sha256_base64(STYLE.as_bytes());
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
});

/// A page.
pub struct Page<'a> {
    /// The language it is in.
    pub words: &'a Words,
    /// Its heading.
    pub title: &'a str,
    /// Its paragraph.
    pub says: &'a str,
    /// Its button, if it has one.
    pub button: Option<&'a str>,
}

/// The page as an answer.
pub fn answer(status: u16, page: &Page<'_>) -> HttpResponse {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    HttpResponse::build(status)
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::CONTENT_LANGUAGE, page.words.code))
        .insert_header((POLICY, MAY.as_str()))
        // `no-referrer` would have browsers send the form with `Origin: null`; to other origins this tells nothing either.
        .insert_header((header::REFERRER_POLICY, "same-origin"))
        .insert_header((HeaderName::from_static("x-robots-tag"), "noindex, nofollow"))
        .body(html(page))
}

fn html(page: &Page<'_>) -> String {
    let (title, says) = (escaped(page.title), escaped(page.says));
    let button = page.button.map_or_else(String::new, |button| {
        format!("<form method=\"post\"><button type=\"submit\">{}</button></form>", escaped(button))
    });
    format!(
        "<!doctype html><html lang=\"{code}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><meta name=\"robots\" content=\"noindex, nofollow\">\
         <title>{title}</title><style>{STYLE}</style></head>\
         <body><main><h1>{title}</h1><p>{says}</p>{button}</main></body></html>",
        code = page.words.code
    )
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}
