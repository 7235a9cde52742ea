//! What a subscriber's fields may hold: one set of rules, for the API and for the command.

use resolution::identifier::IdentifierKind;
use resolution::normalise::normalise;

/// The longest description, in characters.
pub const DESCRIPTION: usize = 200;

/// Why a field is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The owner is no mail address, or several.
    #[error("must be one mail address")]
    NotAnAddress,
    /// The description is too long.
    #[error("at most {DESCRIPTION} characters")]
    TooLong,
    /// The description has more than one line, or what does not print.
    #[error("must be one line, without control characters")]
    ControlCharacter,
}

impl Fault {
    /// A word for it, for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotAnAddress => "not_an_address",
            Self::TooLong => "too_long",
            Self::ControlCharacter => "control_character",
        }
    }
}

/// Whom we write to, as it is kept: one mail address.
///
/// # Errors
/// It is none.
pub fn owner(given: &str) -> Result<String, Fault> {
    normalise(IdentifierKind::Email, given, None).map(|address| address.value).map_err(|_| Fault::NotAnAddress)
}

/// What it is, for people: one line or nothing, trimmed.
///
/// # Errors
/// It is too long, or not one line.
pub fn description(given: &str) -> Result<String, Fault> {
    let text = given.trim();
    if text.chars().count() > DESCRIPTION {
        return Err(Fault::TooLong);
    }
    if text.chars().any(char::is_control) {
        return Err(Fault::ControlCharacter);
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_is_one_address_and_a_description_one_line() {
        assert_eq!(owner(" Desk@Acme.example "), Ok("Desk@acme.example".to_owned()));
        for given in ["", "desk", "a@acme.example, b@acme.example", "Desk <desk@acme.example>"] {
            assert_eq!(owner(given), Err(Fault::NotAnAddress), "{given}");
        }
        let long = "x".repeat(DESCRIPTION + 1);
        for (given, kept) in [
            (" tickets ", Ok("tickets")),
            ("", Ok("")),
            (&long[1..], Ok(&long[1..])),
            (&long, Err(Fault::TooLong)),
            ("two\nlines", Err(Fault::ControlCharacter)),
            ("a\u{7}bell", Err(Fault::ControlCharacter)),
        ] {
            assert_eq!(description(given), kept.map(str::to_owned), "{given}");
        }
    }
}
