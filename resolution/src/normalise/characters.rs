//! Which characters may stand in an identifier, and how letter case is folded.

use unicode_normalization::UnicodeNormalization;

use super::NotNormal;

/// What happens to an invisible character that stands between visible ones.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Hidden {
    /// Keep those that a script needs (Persian, Sinhala, Japanese variants), drop the rest.
    KeepJoiners,
    /// Drop all: only digits count.
    Drop,
    /// Refuse all: two identifiers that look the same would differ.
    Refuse,
}

/// Longer input is refused before any work is done on it, in bytes.
const LONGEST_INPUT: usize = 4096;

/// Trims, composes (NFC) and checks; for text that keeps joiners also folds runs of white space to one space.
pub(super) fn clean(raw: &str, hidden: Hidden) -> Result<String, NotNormal> {
    if raw.len() > LONGEST_INPUT {
        return Err(NotNormal::new("too_long", "is far too long"));
    }
    let trimmed = raw.trim_matches(|c: char| c.is_whitespace() || is_invisible(c));
    let mut kept = String::with_capacity(trimmed.len());
    for c in trimmed.chars() {
        match c {
            '\u{FFFD}' => return Err(NotNormal::new("broken_encoding", "was garbled on its way; type it again")),
            c if c.is_control() && !(hidden == Hidden::KeepJoiners && c.is_whitespace()) => {
                return Err(NotNormal::new("control_character", "contains a control character"));
            }
            c if is_bidi_override(c) && hidden != Hidden::Drop => {
                return Err(NotNormal::new("bidi_override", "contains characters that reorder the text around them"));
            }
            c if is_joiner(c) && hidden == Hidden::KeepJoiners => kept.push(c),
            c if is_invisible(c) => {
                if hidden == Hidden::Refuse {
                    return Err(NotNormal::new("invisible_character", "contains an invisible character"));
                }
            }
            c => kept.push(c),
        }
    }
    let mut value: String = kept.nfc().collect();
    if hidden == Hidden::KeepJoiners {
        value = single_spaced(&value);
    }
    if value.is_empty() { Err(NotNormal::new("empty", "is empty")) } else { Ok(value) }
}

/// The text with every run of white space made one space.
pub(super) fn single_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text with its joiners dropped, for look-ups: people leave them out as often as not.
pub(super) fn without_joiners(value: &str) -> String {
    value.chars().filter(|&c| !is_joiner(c)).collect()
}

/// One form for all letter cases of a text.
///
/// Up, then down: `ß` and `SS`, and the two small sigmas, meet only that way. The dotless ı stays itself, as in Unicode's
/// own folding, or a Turkish mailbox would be taken for another person's.
pub(super) fn fold(text: &str) -> String {
    let mut upper = String::with_capacity(text.len());
    for c in text.chars() {
        if c == 'ı' { upper.push(c) } else { upper.extend(c.to_uppercase()) }
    }
    upper.to_lowercase().nfc().collect()
}

/// Embeddings, overrides and isolates: they change the order in which other characters are shown.
fn is_bidi_override(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Invisible, but part of how a word is written: joiners and variation selectors.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200C}' | '\u{200D}' | '\u{180B}'..='\u{180D}' | '\u{180F}' | '\u{FE00}'..='\u{FE0F}'
        | '\u{E0100}'..='\u{E01EF}')
}

/// Takes no room on the screen: soft hyphen, zero-width characters, direction marks, fillers, tags.
fn is_invisible(c: char) -> bool {
    is_joiner(c)
        || is_bidi_override(c)
        || matches!(c, '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2060}'..='\u{2065}' | '\u{206A}'..='\u{206F}'
            | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E00FF}'
            | '\u{E01F0}'..='\u{E0FFF}')
}
