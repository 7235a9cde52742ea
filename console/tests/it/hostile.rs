//! What others write is hostile, wherever it comes from: it stays words to read on every page of every door, and leads nobody away.
//!
//! Pages are found as a visitor finds them, by links and forms; what no link reaches, and what of the stored words is never seen,
//! fails, so that a new page or a new field is part of this from its first day.

mod answers;
mod columns;
mod house;
mod html;
mod lives;
mod platform;
mod reflected;
mod stored;
pub mod tour;

/// What every hostile text begins with.
pub const MARK: &str = "zq ";

/// What breaks out of text, of an attribute in either kind of quotes, and of a script, if nothing keeps it in.
const PAYLOAD: &str = "\"'></title></textarea><script>alert(1)</script><img src=x onerror=alert(2)>";

/// A hostile text that says for which field it was written.
pub fn attack(field: &str) -> String {
    format!("{MARK}{field} {PAYLOAD}")
}

/// The same as a link that runs.
pub fn link_attack(field: &str) -> String {
    format!("javascript:alert(3)//{}", attack(field))
}

/// Whether a text is one of these.
pub fn is_attack(text: &str) -> bool {
    text.contains(PAYLOAD)
}
