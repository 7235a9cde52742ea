//! What each kind of identifier becomes, and what is refused with which word.

use proptest::prelude::*;
use resolution::identifier::IdentifierKind::{self, *};
use resolution::normalise::normalise;
use rstest::rstest;

#[rstest]
// names
#[case(Name, "Maya Okafor", None, "Maya Okafor", "maya okafor")]
#[case(Name, "  Maya \t\n  Okafor ", None, "Maya Okafor", "maya okafor")]
#[case(Name, "Zoe\u{308} Müller", None, "Zoë Müller", "zoë müller")]
#[case(Name, "Jürgen Groß", None, "Jürgen Groß", "jürgen gross")]
#[case(Name, "Νίκος ΠΑΠΑΣ", None, "Νίκος ΠΑΠΑΣ", "νίκος παπας")]
#[case(Name, "D'Arcy-O\u{2019}Neil", None, "D'Arcy-O\u{2019}Neil", "d'arcy-o\u{2019}neil")]
#[case(Name, "山田\u{3000}太郎", None, "山田 太郎", "山田 太郎")]
#[case(Name, "نرگس می\u{200C}خواهم", None, "نرگس می\u{200C}خواهم", "نرگس میخواهم")]
#[case(Name, "\u{202A}Maya\u{202C}", None, "Maya", "maya")]
#[case(Name, "Ma\u{AD}ya", None, "Maya", "maya")]
#[case(Name, "Maya \u{200D} Okafor", None, "Maya \u{200D} Okafor", "maya okafor")]
#[case(Name, "Işık", None, "Işık", "işık")]
// addresses
#[case(
    Address,
    "12 Example Street\nSpringfield",
    None,
    "12 Example Street Springfield",
    "12 example street springfield"
)]
#[case(Address, "10115", None, "10115", "10115")]
// mailboxes
#[case(Email, "Maya.Okafor@Example.COM", None, "Maya.Okafor@example.com", "maya.okafor@example.com")]
#[case(Email, " maya@example.org\r\n", None, "maya@example.org", "maya@example.org")]
#[case(Email, "\u{FEFF}maya@example.org\u{200B}", None, "maya@example.org", "maya@example.org")]
#[case(Email, "maya+shop@example.com", None, "maya+shop@example.com", "maya+shop@example.com")]
#[case(Email, "m.a.y.a@gmail.example", None, "m.a.y.a@gmail.example", "m.a.y.a@gmail.example")]
#[case(Email, "maya@BÜCHER.example", None, "maya@xn--bcher-kva.example", "maya@xn--bcher-kva.example")]
#[case(Email, "maya@example.com.", None, "maya@example.com", "maya@example.com")]
#[case(Email, "Jörg@example.org", None, "Jörg@example.org", "jörg@example.org")]
#[case(Email, "a..b.@example.net", None, "a..b.@example.net", "a..b.@example.net")]
#[case(Email, "\"Maya @ Home\"@example.org", None, "\"Maya @ Home\"@example.org", "\"maya @ home\"@example.org")]
#[case(Email, "\"a\\\"b\"@example.org", None, "\"a\\\"b\"@example.org", "\"a\\\"b\"@example.org")]
#[case(Email, "maya@sub.Example.co.uk", None, "maya@sub.example.co.uk", "maya@sub.example.co.uk")]
#[case(Email, "maya@ｅｘａｍｐｌｅ.com", None, "maya@example.com", "maya@example.com")]
// telephone numbers
#[case(Phone, "+1 (317) 555-0142", None, "+13175550142", "+13175550142")]
#[case(Phone, "317-555-0142", Some("US"), "+13175550142", "+13175550142")]
#[case(Phone, "1 317 555 0142", Some("us"), "+13175550142", "+13175550142")]
#[case(Phone, "+1-317-555-0142", Some("DE"), "+13175550142", "+13175550142")]
#[case(Phone, "+1 317 555 0142", Some("nonsense"), "+13175550142", "+13175550142")]
#[case(Phone, "011 44 20 7946 0018", Some("US"), "+442079460018", "+442079460018")]
#[case(Phone, "020 7946 0018", Some("GB"), "+442079460018", "+442079460018")]
#[case(Phone, "+44 (0)20 7946 0018", None, "+442079460018", "+442079460018")]
#[case(Phone, "tel:+1-317-555-0142", None, "+13175550142", "+13175550142")]
#[case(Phone, "\u{202A}+1 317\u{200B}555 0142\u{202C}", None, "+13175550142", "+13175550142")]
#[case(Phone, "+١٣١٧٥٥٥٠١٤٢", None, "+13175550142", "+13175550142")]
#[case(Phone, "٣١٧٥٥٥٠١٤٢", Some("US"), "+13175550142", "+13175550142")]
#[case(Phone, "＋１３１７５５５０１４２", None, "+13175550142", "+13175550142")]
#[case(Phone, "030 / 1234567", Some("DE"), "+49301234567", "+49301234567")]
#[case(Phone, "030 / 1234567", Some("DE-BY"), "+49301234567", "+49301234567")]
#[case(Phone, "06 1234 5678", Some("IT"), "+390612345678", "+390612345678")]
// handles
#[case(Twitter, "@Maya_O", None, "Maya_O", "maya_o")]
#[case(Instagram, "maya.okafor", None, "maya.okafor", "maya.okafor")]
#[case(Instagram, " @@Maya ", None, "Maya", "maya")]
#[case(Facebook, "100012345678901", None, "100012345678901", "100012345678901")]
#[case(AppleMessages, "urn:mbid:AQAAYz", None, "urn:mbid:AQAAYz", "urn:mbid:AQAAYz")]
#[case(Whatsapp, "+1 317 555 0142", None, "+13175550142", "+13175550142")]
#[case(Whatsapp, "317 555 0142", Some("US"), "+13175550142", "+13175550142")]
#[case(Whatsapp, "US.13491208655302741918", None, "US.13491208655302741918", "US.13491208655302741918")]
// ids
#[case(ExternalId, " CRM-00/42 ", None, "CRM-00/42", "CRM-00/42")]
#[case(
    UserId,
    "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    None,
    "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "7c9e6679-7425-40de-944b-e07fc1f90ae7"
)]
#[case(ExternalContactId, "0D7A6F0A", None, "0D7A6F0A", "0D7A6F0A")]
#[case(DialerContactId, "b7b1d1de/c-000481", None, "b7b1d1de/c-000481", "b7b1d1de/c-000481")]
#[case(DialerContactId, "b7b1d1de / c/481", None, "b7b1d1de/c/481", "b7b1d1de/c/481")]
fn becomes(
    #[case] kind: IdentifierKind,
    #[case] raw: &str,
    #[case] region: Option<&str>,
    #[case] value: &str,
    #[case] lookup: &str,
) {
    let normal = normalise(kind, raw, region).unwrap();
    assert_eq!((normal.kind, normal.value.as_str(), normal.lookup.as_str()), (kind, value, lookup));
}

#[rstest]
#[case(Name, "", None, "empty")]
#[case(Name, " \u{200B} ", None, "empty")]
#[case(Name, "12345", None, "nothing_readable")]
#[case(Name, "Maya\u{0}Okafor", None, "control_character")]
#[case(Name, "Maya \u{202E}rofakO", None, "bidi_override")]
#[case(Name, "M\u{FFFD}ller", None, "broken_encoding")]
#[case(Address, "—", None, "nothing_readable")]
#[case(Email, "", None, "empty")]
#[case(Email, "maya", None, "email_at")]
#[case(Email, "maya@home@example.com", None, "email_at")]
#[case(Email, "@example.com", None, "email_local")]
#[case(Email, "maya@", None, "email_domain")]
#[case(Email, "maya@localhost", None, "email_domain")]
#[case(Email, "maya@[192.0.2.1]", None, "email_domain")]
#[case(Email, "maya@192.0.2.1", None, "email_domain")]
#[case(Email, "maya@exa mple.com", None, "email_domain")]
#[case(Email, "maya@-example.com", None, "email_domain")]
#[case(Email, "Maya <maya@example.com>", None, "email_characters")]
#[case(Email, "mailto:maya@example.com", None, "email_characters")]
#[case(Email, "ma ya@example.com", None, "email_characters")]
#[case(Email, "a\"b\"@example.com", None, "email_characters")]
#[case(Email, "\"a\"b@example.com", None, "email_characters")]
#[case(Email, "\"\"@example.com", None, "email_characters")]
#[case(Email, "ma\u{200D}ya@example.com", None, "invisible_character")]
#[case(Email, "ma\u{7}ya@example.com", None, "control_character")]
#[case(Email, "maya@example.com\nben@example.com", None, "control_character")]
#[case(Phone, "317-555-0142", None, "phone_country")]
#[case(Phone, "317-555-0142", Some("XX"), "unknown_region")]
#[case(Phone, "317-555-0142", Some("United States"), "unknown_region")]
#[case(Phone, "+999 317 555 0142", None, "phone_country")]
#[case(Phone, "+1 317 555 0142 ext. 5", None, "phone_extension")]
#[case(Phone, "+1 317 555 0142 x5", None, "phone_extension")]
#[case(Phone, "tel:+1-317-555-0142;ext=5", None, "phone_extension")]
#[case(Phone, "+1 317 555 0142#5", None, "phone_extension")]
#[case(Phone, "+1-800-FLOWERS", None, "phone_characters")]
#[case(Phone, "Maya +1 317 555 0142", None, "phone_characters")]
#[case(Phone, "++1 317 555 0142", None, "phone_characters")]
#[case(Phone, "+1 317 555", None, "phone_too_short")]
#[case(Phone, "555-0142", Some("US"), "phone_local")]
#[case(Phone, "112", Some("DE"), "phone_local")]
#[case(Phone, "112", Some("US"), "phone_too_short")]
#[case(Phone, "+1 317 555 0142 9876", None, "phone_too_long")]
#[case(Phone, "(-)", Some("US"), "not_a_phone")]
#[case(Twitter, "@", None, "empty")]
#[case(Twitter, "maya okafor", None, "has_space")]
#[case(Twitter, "https://example.com/maya", None, "not_a_handle")]
#[case(Instagram, "maya@example.com", None, "not_a_handle")]
#[case(Whatsapp, "13175550142", None, "phone_country")]
#[case(ExternalId, "CRM 42", None, "has_space")]
#[case(UserId, "../../oauth/clients", None, "id_characters")]
#[case(UserId, "..", None, "id_characters")]
#[case(ExternalContactId, "a%2Fb", None, "id_characters")]
#[case(ExternalContactId, "é", None, "id_characters")]
#[case(DialerContactId, "c-000481", None, "dialer_contact_form")]
#[case(DialerContactId, "/c-000481", None, "dialer_contact_form")]
#[case(DialerContactId, "b7b1d1de/", None, "dialer_contact_form")]
#[case(DialerContactId, "b7b1/c 1", None, "has_space")]
fn is_refused(#[case] kind: IdentifierKind, #[case] raw: &str, #[case] region: Option<&str>, #[case] code: &str) {
    let refused = normalise(kind, raw, region).unwrap_err();
    assert_eq!(refused.code, code);
    assert!(refused.reason.len() > 5, "a reason worth reading: {}", refused.reason);
}

#[rstest]
#[case(Name, "a", 255)]
#[case(Address, "a", 500)]
#[case(Twitter, "a", 255)]
#[case(ExternalId, "a", 255)]
#[case(UserId, "a", 255)]
fn lengths_are_limited(#[case] kind: IdentifierKind, #[case] one: &str, #[case] longest: usize) {
    assert!(normalise(kind, &one.repeat(longest), None).is_ok());
    assert_eq!(normalise(kind, &one.repeat(longest + 1), None).unwrap_err().code, "too_long");
}

#[test]
fn mailboxes_are_limited_in_bytes() {
    let mailbox = |local: usize, domain: usize| {
        let labels = vec!["d".repeat(49); domain / 50].join(".");
        format!("{}@{labels}.example", "l".repeat(local))
    };
    assert!(normalise(Email, &mailbox(64, 150), None).is_ok());
    assert_eq!(normalise(Email, &mailbox(65, 150), None).unwrap_err().code, "too_long");
    assert_eq!(normalise(Email, &mailbox(64, 200), None).unwrap_err().code, "too_long");
    assert_eq!(normalise(Email, &"a".repeat(1 << 20), None).unwrap_err().code, "too_long");
}

#[test]
fn neither_errors_nor_debug_tell_the_value() {
    let refused = normalise(Email, "secretive <secretive@example.com>", None).unwrap_err();
    assert!(!format!("{refused} {refused:?}").contains("secretive"));
    let normal = normalise(Email, "secretive@example.com", None).unwrap();
    assert!(!format!("{normal:?}").contains("secretive"));
}

fn any_kind() -> impl Strategy<Value = IdentifierKind> {
    proptest::sample::select(IdentifierKind::ALL.to_vec())
}

/// Strings that get past the first checks: pieces of every rule, thrown together.
fn likely() -> impl Strategy<Value = String> {
    let pieces = [
        "maya",
        "Okafor",
        "@",
        "example.com",
        ".",
        "+",
        "1",
        "317",
        "5550142",
        "0",
        "49",
        "52",
        "54",
        "9",
        " ",
        "\u{200D}",
        "\u{202E}",
        "\u{FE0F}",
        "e\u{301}",
        "É",
        "ß",
        "İ",
        "ı",
        "Σ",
        "\"",
        "\\",
        "/",
        "-",
        "(",
        ")",
        "ü",
        "٣",
        "½",
        "\u{AD}",
        "US.",
        "\n",
        "\u{3000}",
        "ｘ",
        "xn--",
        "\u{345}",
        "字",
    ];
    proptest::collection::vec(proptest::sample::select(pieces.to_vec()), 0..12).prop_map(|pieces| pieces.concat())
}

fn region() -> impl Strategy<Value = Option<&'static str>> {
    proptest::sample::select(vec![
        None,
        Some("US"),
        Some("DE"),
        Some("IT"),
        Some("MX"),
        Some("AR"),
        Some("BR"),
        Some("ZZ"),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn normalising_twice_changes_nothing(kind in any_kind(), raw in prop_oneof![any::<String>(), likely()], region in region()) {
        if let Ok(once) = normalise(kind, &raw, region) {
            let twice = normalise(kind, &once.value, region);
            prop_assert_eq!(twice.as_ref(), Ok(&once), "{} then {}", raw, once.value);
        }
    }

    #[test]
    fn numbers_are_stable_in_every_region(digits in "\\+?[0-9]{5,16}", region in "[A-Z]{2}") {
        if let Ok(once) = normalise(Phone, &digits, Some(&region)) {
            let twice = normalise(Phone, &once.value, None).unwrap();
            prop_assert_eq!(&twice.value, &once.value);
            prop_assert!(once.value.starts_with('+') && once.value[1..].bytes().all(|b| b.is_ascii_digit()));
        }
    }

    #[test]
    fn letter_case_does_not_matter_to_lookups(
        kind in proptest::sample::select(vec![Name, Address, Email, Twitter, Instagram, Facebook]),
        local in "[a-zA-Zà-öø-ÿα-ωа-я][a-z0-9à-öø-ÿα-ωа-я.+_-]{0,20}",
    ) {
        let raw = if kind == Email { format!("{local}@example.com") } else { local };
        let lookup = |raw: &str| normalise(kind, raw, None).unwrap().lookup;
        prop_assert_eq!(lookup(&raw.to_uppercase()), lookup(&raw));
        prop_assert_eq!(lookup(&raw.to_lowercase()), lookup(&raw));
    }
}
