//! Keys that are no letters, as WebDriver names them (§17.4.2).

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// On to what can be reached next.
    Tab,
    /// Does what is offered.
    Enter,
    /// Chooses.
    Space,
}

impl Key {
    /// Its code.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Tab => "\u{e004}",
            Self::Enter => "\u{e007}",
            Self::Space => " ",
        }
    }
}
