//! A document as an HTML page for mail.
//!
//! No colours are set but the ones the reader has chosen, so that it reads in light and in dark; one narrow column fits a
//! phone; nothing is fetched from anywhere. Styles stand inline because many mail programs drop all others.

use crate::language::Language;
use crate::markup::{Block, Inline};

const BODY: &str = "margin:0;padding:1.5em 1em;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif";
const COLUMN: &str = "max-width:36em;margin:0 auto";
const HEADING: &str = "margin:1.5em 0 .5em;font-size:1.1em;line-height:1.3";
const PARAGRAPH: &str = "margin:0 0 1em";
const SMALL: &str = "margin:0 0 1em;font-size:.875em";
const QUOTE: &str = "margin:0 0 1em;padding:.2em 0 .2em 1em;border-left:3px solid";
const LIST: &str = "margin:0 0 1em;padding-left:1.25em";
const ITEM: &str = "margin:0 0 .35em";
const FACTS: &str = "margin:0 0 1em;border-collapse:collapse";
const LABEL: &str = "padding:.15em 1em .15em 0;text-align:left;vertical-align:top;font-weight:normal";
const FACT: &str = "padding:.15em 0;vertical-align:top;font-weight:600;overflow-wrap:anywhere";
const ACTION: &str =
    "display:inline-block;padding:.7em 1.2em;border:2px solid;border-radius:.4em;font-weight:600;text-decoration:none";
const ADDRESS: &str = "margin:0 0 1em;font-size:.875em;overflow-wrap:anywhere";

/// The document as a page; the subject is its title.
pub(crate) fn draw(blocks: &[Block], subject: &str, language: Language) -> String {
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"{language}\" style=\"color-scheme:light dark\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{}</title>\n</head>\n\
         <body style=\"{BODY}\">\n<div role=\"article\" lang=\"{language}\" style=\"{COLUMN}\">\n",
        escape(subject)
    );
    for block in blocks {
        draw_block(block, &mut page);
    }
    page.push_str("</div>\n</body>\n</html>\n");
    page
}

fn draw_block(block: &Block, page: &mut String) {
    match block {
        Block::Heading(line) => page.push_str(&format!("<h2 style=\"{HEADING}\">{}</h2>\n", words(line))),
        Block::Paragraph(line) => page.push_str(&format!("<p style=\"{PARAGRAPH}\">{}</p>\n", words(line))),
        Block::Small(line) => page.push_str(&format!("<p style=\"{SMALL}\">{}</p>\n", words(line))),
        Block::Quote(line) => page.push_str(&format!("<blockquote style=\"{QUOTE}\">{}</blockquote>\n", words(line))),
        Block::List(items) => {
            page.push_str(&format!("<ul style=\"{LIST}\">\n"));
            for item in items {
                page.push_str(&format!("<li style=\"{ITEM}\">{}</li>\n", words(item)));
            }
            page.push_str("</ul>\n");
        }
        Block::Facts(rows) => {
            page.push_str(&format!("<table style=\"{FACTS}\">\n"));
            for (label, line) in rows {
                page.push_str(&format!(
                    "<tr><th scope=\"row\" style=\"{LABEL}\">{}</th><td style=\"{FACT}\">{}</td></tr>\n",
                    words(label),
                    words(line)
                ));
            }
            page.push_str("</table>\n");
        }
        Block::Action { label, url } => {
            let url = escape(url);
            page.push_str(&format!(
                "<p style=\"{PARAGRAPH}\"><a href=\"{url}\" style=\"{ACTION}\">{}</a></p>\n<p style=\"{ADDRESS}\">{url}</p>\n",
                words(label)
            ));
        }
    }
}

fn words(line: &[Inline]) -> String {
    line.iter()
        .map(|word| match word {
            Inline::Text(text) | Inline::Value(text) => escape(text),
            Inline::Break => "<br>\n".to_owned(),
            Inline::Strong(line) => format!("<strong>{}</strong>", words(line)),
            Inline::Link { shown, url } => format!("<a href=\"{}\">{}</a>", escape(url), escape(shown)),
        })
        .collect()
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}
