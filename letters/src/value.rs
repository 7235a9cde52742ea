//! Values on their way into a document: they may say anything and mean only text.
//!
//! A value is marked where it begins and ends with characters that no template and no value can contain. So nothing in it
//! is read as markup, and it stays known which words of a letter are values: a paragraph whose values are all blank says
//! nothing, however many words stand around them.

/// Where a value begins, ends, and breaks the line.
pub(crate) const BEGIN: char = '\u{E000}';
pub(crate) const END: char = '\u{E001}';
pub(crate) const BREAK: char = '\u{E002}';

/// Whether the character is one of ours.
pub(crate) fn is_mark(c: char) -> bool {
    matches!(c, BEGIN | END | BREAK)
}

/// The value as it may stand in a document: no control characters, no marks, no characters that reorder the text around
/// it; its line breaks kept, at most one blank line in a row. A value with right-to-left script is isolated, so that it
/// cannot reorder what follows it.
pub(crate) fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let mut lines: Vec<String> = Vec::new();
    for line in text.trim().split(['\n', '\r', '\u{B}', '\u{C}', '\u{85}', '\u{2028}', '\u{2029}']) {
        let line: String = line.chars().map(|c| if c == '\t' { ' ' } else { c }).filter(|c| !dropped(*c)).collect();
        let line = line.trim();
        if !(line.is_empty() && lines.last().is_none_or(String::is_empty)) {
            lines.push(if line.chars().any(right_to_left) {
                format!("\u{2068}{line}\u{2069}")
            } else {
                line.to_owned()
            });
        }
    }
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines.join(&BREAK.to_string())
}

/// Whether the text says anything: has a letter or a digit.
pub(crate) fn says_something(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

fn dropped(c: char) -> bool {
    c.is_control()
        || is_mark(c)
        || matches!(c, '\u{200E}' | '\u{200F}' | '\u{61C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// The blocks of Unicode that are written from right to left.
fn right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFE}' | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("plain", "plain")]
    #[case("  one\r\ntwo\rthree\n\n\n\nfour\n ", "one\u{E002}two\u{E002}three\u{E002}\u{E002}four")]
    #[case("a\u{0}b\u{1b}[31mc\td", "ab[31mc d")]
    #[case("a\u{E000}b\u{E001}c\u{E002}d", "abcd")]
    #[case("invoice\u{202E}fdp.exe", "invoicefdp.exe")]
    #[case("\u{5d0}\u{5d1}", "\u{2068}\u{5d0}\u{5d1}\u{2069}")]
    #[case("\u{2028}", "")]
    fn a_value_means_only_text(#[case] value: &str, #[case] cleaned: &str) {
        assert_eq!(clean(value), cleaned);
    }
}
