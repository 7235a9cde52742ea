//! Telephone numbers: E.164, the form the platform is asked in (contract §3.1, §4).
//!
//! A number need be possible, not valid: numbering plans change, and the data held on a person outlives them.

use rlibphonenumber::{NumberLengthType, PHONE_NUMBER_UTIL, ParseError, PhoneNumberFormat, Region, ValidationError};

use super::NotNormal;
use super::characters::{self, Hidden};

/// Whether this is written as a telephone number at all: digits with the usual marks between them.
pub(super) fn looks_like(raw: &str) -> bool {
    characters::clean(raw, Hidden::Drop).is_ok_and(|text| {
        let rest = text.strip_prefix(['+', '＋']).unwrap_or(&text);
        rest.contains(char::is_numeric) && rest.chars().all(|c| c.is_numeric() || is_mark(c))
    })
}

/// The number in E.164.
pub(super) fn normalise(raw: &str, region: Option<&str>) -> Result<String, NotNormal> {
    let cleaned = characters::clean(raw, Hidden::Drop)?;
    let written = match cleaned.get(..4) {
        Some(scheme) if scheme.eq_ignore_ascii_case("tel:") => cleaned[4..].trim_start(),
        _ => cleaned.as_str(),
    };
    super::at_most(written, 64)?;
    check_characters(written)?;
    let region = if written.contains(['+', '＋']) { None } else { Some(country(region)?) };
    let value = e164(written, region)?;
    // The library drops a national prefix even after a country code. If reading its own answer gives another number, it is
    // not sure which one is meant, so neither are we.
    if e164(&value, None).is_ok_and(|again| again == value) {
        Ok(value)
    } else {
        Err(NotNormal::new("phone_ambiguous", "can be read as two numbers; write it as + and country code"))
    }
}

fn is_mark(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '-' | '\u{2010}'
                ..='\u{2015}'
                    | '\u{2212}'
                    | '\u{FF0D}'
                    | '.'
                    | '\u{FF0E}'
                    | '/'
                    | '\u{FF0F}'
                    | '('
                    | ')'
                    | '\u{FF08}'
                    | '\u{FF09}'
                    | '['
                    | ']'
                    | '~'
                    | '\u{2053}'
                    | '\u{223C}'
        )
}

/// Refuses what the library would silently skip or spell out: words around the number, letters, extensions.
fn check_characters(written: &str) -> Result<(), NotNormal> {
    let (mut digits, mut plus) = (0, false);
    for c in written.chars() {
        match c {
            c if c.is_numeric() => digits += 1,
            c if is_mark(c) => {}
            '+' | '＋' if digits == 0 && !plus => plus = true,
            _ if digits >= 5 && (c.is_alphabetic() || matches!(c, '#' | ';' | ',' | '*' | '＃')) => {
                return Err(NotNormal::new(
                    "phone_extension",
                    "leave out the extension; only the number itself is searched",
                ));
            }
            _ => {
                return Err(NotNormal::new(
                    "phone_characters",
                    "only digits, a leading + and the usual marks between them",
                ));
            }
        }
    }
    Ok(())
}

fn country(region: Option<&str>) -> Result<Region, NotNormal> {
    let region = region.ok_or_else(|| NotNormal::new("phone_country", "write it with + and the country code"))?;
    let unknown =
        || NotNormal::new("unknown_region", "the country for national numbers is not a known code of ISO 3166");
    let country = region.split_once('-').map_or(region, |(country, _)| country);
    let region = country.parse::<Region>().map_err(|_| unknown())?;
    PHONE_NUMBER_UTIL.get_country_code_for_region(region).map(|_| region).ok_or_else(unknown)
}

fn e164(written: &str, region: Option<Region>) -> Result<String, NotNormal> {
    let too_short = || NotNormal::new("phone_too_short", "has too few digits");
    let too_long = || NotNormal::new("phone_too_long", "has too many digits");
    let number = PHONE_NUMBER_UTIL.parse(written, region).map_err(|error| match error {
        ParseError::InvalidCountryCode => NotNormal::new("phone_country", "has no known country code"),
        ParseError::TooShortAfterIdd | ParseError::TooShortNsn => too_short(),
        ParseError::TooLongNsn => too_long(),
        _ => NotNormal::new("not_a_phone", "is not a telephone number"),
    })?;
    match PHONE_NUMBER_UTIL.is_possible_number_with_reason(&number) {
        Ok(NumberLengthType::IsPossible) => {}
        Ok(NumberLengthType::IsPossibleLocalOnly) => {
            return Err(NotNormal::new("phone_local", "lacks its area code"));
        }
        Err(ValidationError::TooShort) => return Err(too_short()),
        Err(ValidationError::TooLong) => return Err(too_long()),
        Err(_) => return Err(NotNormal::new("phone_length", "has not as many digits as numbers there have")),
    }
    Ok(PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::E164).into_owned())
}
