//! Masks: enough of a value to recognise it by when one knows it, too little to reach or to name the person.
//!
//! A mask never tells how long the value is. Ids that the platform gives its users and external contacts are shown as they
//! are: they name a record to somebody with access to the platform, and a person to nobody else.

use resolution::identifier::IdentifierKind;
use resolution::record::RecordKey;

const HIDDEN: &str = "…";

/// `ada@example.com` becomes `a…@e….com`.
#[must_use]
pub fn email(value: &str) -> String {
    let Some((mailbox, domain)) = value.rsplit_once('@') else { return HIDDEN.to_owned() };
    let host = domain.rsplit_once('.');
    let (name, top) = host.map_or((domain, String::new()), |(name, top)| (name, format!(".{top}")));
    format!("{}@{}{top}", first(mailbox), first(name))
}

/// `+13175550142` becomes `+1…42`. A number of fewer than seven digits is hidden whole.
#[must_use]
pub fn phone(value: &str) -> String {
    let digits: Vec<char> = value.chars().filter(char::is_ascii_digit).collect();
    let plus = if value.trim_start().starts_with('+') { "+" } else { "" };
    match digits.as_slice() {
        [first, .., before, last] if digits.len() >= 7 => format!("{plus}{first}{HIDDEN}{before}{last}"),
        _ => format!("{plus}{HIDDEN}"),
    }
}

/// `Ada Lovelace` becomes `A… L…`. Beyond three words the rest is one.
#[must_use]
pub fn name(value: &str) -> String {
    let words: Vec<_> = value.split_whitespace().take(3).map(first).collect();
    if words.is_empty() { HIDDEN.to_owned() } else { words.join(" ") }
}

/// The first character alone.
#[must_use]
pub fn first(value: &str) -> String {
    value.chars().next().map_or_else(|| HIDDEN.to_owned(), |c| format!("{c}{HIDDEN}"))
}

/// An identifier's value, by its kind.
#[must_use]
pub fn identifier(kind: IdentifierKind, value: &str) -> String {
    use IdentifierKind as K;
    match kind {
        K::Name => name(value),
        K::Email => email(value),
        K::Phone | K::Whatsapp => phone(value),
        // The first character of an address is most often the number of the house.
        K::Address | K::AppleMessages | K::ExternalId => HIDDEN.to_owned(),
        K::Twitter | K::Instagram | K::Facebook => first(value),
        K::UserId | K::ExternalContactId => value.to_owned(),
        K::DialerContactId => value.split_once('/').map_or(HIDDEN.to_owned(), |(list, _)| format!("{list}/{HIDDEN}")),
    }
}

/// What a job, a candidate or a plan is about, in the form of [`RecordKey::text`].
#[must_use]
pub fn key(key: &RecordKey) -> String {
    let kind = key.kind_str();
    match key {
        RecordKey::User(_) | RecordKey::ExternalContact(_) => key.text(),
        RecordKey::DialerContact { list: part, .. } | RecordKey::JourneyCustomer { kind: part, .. } => {
            format!("{kind}:{part}/{HIDDEN}")
        }
        RecordKey::Term { kind: term, value } => format!("{kind}:{term}:{}", identifier(*term, value)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(email("ada@example.com"), "a…@e….com")]
    #[case(email("a@b"), "a…@b…")]
    #[case(email("ada.lovelace+post@mail.example.co.uk"), "a…@m….uk")]
    #[case(email("\"a@b\"@example.org"), "\"…@e….org")]
    #[case(email("no mailbox"), "…")]
    #[case(phone("+13175550142"), "+1…42")]
    #[case(phone("+353 1 555 0142"), "+3…42")]
    #[case(phone("112"), "…")]
    #[case(phone(""), "…")]
    #[case(name("Ada Lovelace"), "A… L…")]
    #[case(name("Łucja"), "Ł…")]
    #[case(name("  "), "…")]
    #[case(name("Ana de la Cruz y Vega"), "A… d… l…")]
    #[case(identifier(IdentifierKind::Address, "12 High Street"), "…")]
    #[case(identifier(IdentifierKind::Twitter, "adal"), "a…")]
    #[case(identifier(IdentifierKind::ExternalId, "C-1815"), "…")]
    #[case(identifier(IdentifierKind::DialerContactId, "list/13175550142"), "list/…")]
    #[case(identifier(IdentifierKind::UserId, "7b1c"), "7b1c")]
    #[case(key(&"term:email:ada@example.com".parse().unwrap()), "term:email:a…@e….com")]
    #[case(key(&"dialer_contact:list/13175550142".parse().unwrap()), "dialer_contact:list/…")]
    #[case(key(&"external_contact:7b1c".parse().unwrap()), "external_contact:7b1c")]
    fn a_mask_shows_little(#[case] masked: String, #[case] expected: &str) {
        assert_eq!(masked, expected);
    }

    proptest! {
        #[test]
        fn no_mask_tells_the_value_or_its_length(value in "[a-z]{4,12}", longer in "[a-z]{3,30}") {
            for kind in IdentifierKind::ALL.into_iter().filter(|kind| kind.is_search_term()) {
                let whole = format!("{value}{longer}@{value}.example.com");
                prop_assert!(!identifier(kind, &whole).contains(&value), "{kind}");
                let twice = format!("{value}{longer}{longer}@{value}.example.com");
                prop_assert_eq!(identifier(kind, &whole), identifier(kind, &twice));
            }
        }
    }
}
