//! Kinds and record keys as text: read back what was written, and nothing else.

use proptest::prelude::*;
use resolution::identifier::{IdentifierKind, UnknownKind};
use resolution::record::{NotARecordKey, Record, RecordKey};
use rstest::rstest;

#[test]
fn every_kind_reads_back_and_serialises_as_its_word() {
    for kind in IdentifierKind::ALL {
        assert_eq!(kind.as_str().parse(), Ok(kind));
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
    }
    let distinct: std::collections::BTreeSet<_> = IdentifierKind::ALL.iter().map(|kind| kind.as_str()).collect();
    assert_eq!(distinct.len(), IdentifierKind::ALL.len());
}

#[test]
fn an_unknown_kind_lists_the_known_ones_and_not_itself() {
    let error = "maya@example.com".parse::<IdentifierKind>().unwrap_err();
    assert_eq!(error, UnknownKind);
    for kind in IdentifierKind::ALL {
        assert!(error.to_string().contains(kind.as_str()), "{error}");
    }
    assert!(!error.to_string().contains("maya"));
}

#[test]
fn only_ids_of_records_have_no_search() {
    let direct: Vec<_> = IdentifierKind::ALL.into_iter().filter(|kind| !kind.is_search_term()).collect();
    assert_eq!(direct, [IdentifierKind::UserId, IdentifierKind::ExternalContactId, IdentifierKind::DialerContactId]);
    assert_eq!(IdentifierKind::AppleMessages.search_type(), Some("APPLE_MESSAGES"));
    assert_eq!(IdentifierKind::ExternalId.search_type(), Some("EXTERNAL_ID"));
}

fn dialer(list: &str, id: &str) -> RecordKey {
    RecordKey::DialerContact { list: list.into(), id: id.into() }
}

#[rstest]
#[case(RecordKey::User("7c9e".into()), "user:7c9e")]
#[case(RecordKey::ExternalContact("5f0e".into()), "external_contact:5f0e")]
#[case(dialer("b7b1", "c-000481"), "dialer_contact:b7b1/c-000481")]
#[case(dialer("a/b%", "c/d%2F"), "dialer_contact:a%2Fb%25/c/d%2F")]
#[case(RecordKey::JourneyCustomer { kind: "cookie".into(), id: "x:y".into() }, "journey_customer:cookie/x:y")]
#[case(RecordKey::Term { kind: IdentifierKind::Email, value: "maya@example.com".into() }, "term:email:maya@example.com")]
fn a_key_has_one_text(#[case] key: RecordKey, #[case] text: &str) {
    assert_eq!(key.text(), text);
    assert_eq!(text.parse(), Ok(key.clone()));
    assert_eq!(serde_json::to_value(&key).unwrap(), text);
    assert!(text.starts_with(key.kind_str()));
}

#[rstest]
#[case("")]
#[case("user")]
#[case("contact:5f0e")]
#[case("dialer_contact:b7b1")]
#[case("dialer_contact:b7%b1/c")]
#[case("dialer_contact:b7%2fb1/c")]
#[case("term:shoe_size:42")]
#[case("term:email")]
fn other_texts_are_no_keys(#[case] text: &str) {
    assert_eq!(text.parse::<RecordKey>(), Err(NotARecordKey));
}

#[test]
fn debug_hides_what_may_be_personal() {
    let term = RecordKey::Term { kind: IdentifierKind::Email, value: "secretive@example.com".into() };
    let journey = RecordKey::JourneyCustomer { kind: "email".into(), id: "secretive@example.com".into() };
    let record = Record {
        key: dialer("b7b1", "secretive"),
        name: Some("secretive".into()),
        emails: vec!["secretive@example.com".into()],
        phones: vec!["secretive".into()],
        division: None,
    };
    assert!(!format!("{term:?} {journey:?} {record:?}").contains("secretive"));
}

fn any_key() -> impl Strategy<Value = RecordKey> {
    let part = "[a-c/%:2F5]{0,6}";
    prop_oneof![
        part.prop_map(RecordKey::User),
        part.prop_map(RecordKey::ExternalContact),
        (part, part).prop_map(|(list, id)| RecordKey::DialerContact { list, id }),
        (part, part).prop_map(|(kind, id)| RecordKey::JourneyCustomer { kind, id }),
        (proptest::sample::select(IdentifierKind::ALL.to_vec()), part)
            .prop_map(|(kind, value)| RecordKey::Term { kind, value }),
    ]
}

proptest! {
    #[test]
    fn a_key_reads_back_from_its_text(key in any_key()) {
        prop_assert_eq!(key.text().parse(), Ok(key));
    }

    #[test]
    fn what_reads_as_a_key_is_its_text(text in "(user|dialer_contact|term|journey_customer):[a-c/%:2Fmail]{0,9}") {
        if let Ok(key) = text.parse::<RecordKey>() {
            prop_assert_eq!(key.text(), text);
        }
    }
}
