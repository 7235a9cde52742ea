//! Wrapping, sealing and rotating under installation keys.

use proptest::prelude::*;
use uuid::Uuid;
use vault::data_key::DataKey;
use vault::keyring::{Keyring, KeyringError};
use vault::seal::SealError;

fn text_of(keyring: &Keyring) -> String {
    keyring.to_text().to_string()
}

#[test]
fn the_text_form_reads_back_in_order() {
    let keyring = Keyring::generate().rotated().rotated();
    let again = Keyring::parse(&text_of(&keyring)).unwrap();
    assert_eq!(again.ids().collect::<Vec<_>>(), keyring.ids().collect::<Vec<_>>());
    assert_eq!(text_of(&again), text_of(&keyring));
    let one_line = text_of(&keyring).replace('\n', " "); // as an environment value
    assert_eq!(Keyring::parse(&one_line).unwrap().current_id(), keyring.current_id());
}

#[test]
fn malformed_text_is_refused_and_never_shown() {
    let good = text_of(&Keyring::generate());
    let good = good.trim();
    let (head, key) = good.rsplit_once('.').unwrap();
    for (text, wanted) in [
        (String::new(), "there is no key"),
        (" \n\t".into(), "there is no key"),
        (key.into(), "key 1 is not of the form"),
        (good.replace("dsr1", "dsr2"), "key 1 is not of the form"),
        (good[..good.len() - 1].into(), "key 1 is not of the form"),
        (format!("{good}A"), "key 1 is not of the form"),
        (format!("{good} {head}.AAAA"), "key 2 is not of the form"),
        (format!("{good} {good}"), "is there twice"),
        (good.replacen(head, "dsr1.00000000", 1), "says it is 00000000"),
    ] {
        let error = Keyring::parse(&text).unwrap_err();
        for shown in [error.to_string(), format!("{error:?}")] {
            assert!(!shown.contains(&key[..8]), "{shown}");
        }
        assert!(error.to_string().contains(wanted), "{error} for {text}");
    }
}

#[test]
fn a_miscopied_key_is_told_from_its_id() {
    let text = text_of(&Keyring::generate());
    let at = text.rfind('.').unwrap() + 5;
    let other = if &text[at..=at] == "A" { "B" } else { "A" };
    let miscopied = format!("{}{other}{}", &text[..at], &text[at + 1..]);
    assert!(matches!(Keyring::parse(&miscopied), Err(KeyringError::WrongId { position: 1, .. })));
}

#[test]
fn debug_shows_ids_only() {
    let keyring = Keyring::generate();
    assert_eq!(format!("{keyring:?}"), format!("Keyring [{:?}]", keyring.current_id()));
}

#[test]
fn after_a_rotation_old_values_open_and_are_told_apart() {
    let old = Keyring::generate();
    let owner = Uuid::now_v7();
    let key = DataKey::generate();
    let (wrapped, sealed) = (old.wrap(owner, &key), old.seal(owner, "credentials", b"secret"));

    let new = old.rotated();
    assert_ne!(new.current_id(), old.current_id());
    let value = key.seal("identifiers.value/1", b"ada@example.org");
    assert_eq!(new.unwrap(owner, &wrapped).unwrap().open("identifiers.value/1", &value).unwrap(), b"ada@example.org");
    assert_eq!(new.open(owner, "credentials", &sealed).unwrap(), b"secret");
    assert!(!new.is_current(&wrapped) && !new.is_current(&sealed));

    let rewrapped = new.wrap(owner, &new.unwrap(owner, &wrapped).unwrap());
    assert!(new.is_current(&rewrapped));
    let id = new.current_id().to_owned();
    assert_eq!(old.unwrap(owner, &rewrapped).unwrap_err(), SealError::UnknownKey { id });
}

#[test]
fn a_wrapped_key_is_no_sealed_value_nor_the_other_way_round() {
    let (keyring, owner) = (Keyring::generate(), Uuid::now_v7());
    let wrapped = keyring.wrap(owner, &DataKey::generate());
    assert_eq!(keyring.open(owner, "", &wrapped), Err(SealError::Damaged));
    let sealed = keyring.seal(owner, "", &[7; 32]);
    assert_eq!(keyring.unwrap(owner, &sealed).unwrap_err(), SealError::Damaged);
}

#[test]
fn another_key_under_the_same_id_is_damage() {
    // The id is taken from the head, which is in clear: one ring's bytes are relabelled for another's key.
    let (ours, theirs, owner) = (Keyring::generate(), Keyring::generate(), Uuid::now_v7());
    let mut wrapped = ours.wrap(owner, &DataKey::generate());
    let foreign = theirs.wrap(owner, &DataKey::generate());
    wrapped[1..5].copy_from_slice(&foreign[1..5]);
    assert_eq!(theirs.unwrap(owner, &wrapped).unwrap_err(), SealError::Damaged);
}

proptest! {
    #[test]
    fn what_is_sealed_opens_for_its_owner_and_context_only(
        plain in prop::collection::vec(any::<u8>(), 0..200),
        owner in any::<u128>(),
        other in any::<u128>(),
        context in ".{0,20}",
        elsewhere in ".{0,20}",
    ) {
        prop_assume!(owner != other && context != elsewhere);
        let (owner, other) = (Uuid::from_u128(owner), Uuid::from_u128(other));
        let keyring = Keyring::generate();
        let sealed = keyring.seal(owner, &context, &plain);
        prop_assert_eq!(keyring.open(owner, &context, &sealed), Ok(plain));
        prop_assert_eq!(keyring.open(other, &context, &sealed), Err(SealError::Damaged));
        prop_assert_eq!(keyring.open(owner, &elsewhere, &sealed), Err(SealError::Damaged));
    }

    #[test]
    fn a_wrapped_key_with_any_bit_flipped_is_refused(at in any::<prop::sample::Index>(), bit in 0..8u8) {
        let (keyring, owner) = (Keyring::generate(), Uuid::now_v7());
        let mut wrapped = keyring.wrap(owner, &DataKey::generate());
        prop_assert_eq!(wrapped.len(), 65);
        let at = at.index(wrapped.len());
        wrapped[at] ^= 1 << bit;
        let error = keyring.unwrap(owner, &wrapped).unwrap_err();
        let in_id = (1..5).contains(&at);
        prop_assert_eq!(matches!(error, SealError::UnknownKey { .. }), in_id, "{}", error);
    }

    #[test]
    fn a_wrapped_key_is_refused_for_another_owner_or_cut(other in any::<u128>(), at in any::<prop::sample::Index>()) {
        let (keyring, owner) = (Keyring::generate(), Uuid::now_v7());
        prop_assume!(owner.as_u128() != other);
        let wrapped = keyring.wrap(owner, &DataKey::generate());
        prop_assert_eq!(keyring.unwrap(Uuid::from_u128(other), &wrapped).unwrap_err(), SealError::Damaged);
        let cut = &wrapped[..at.index(wrapped.len())];
        prop_assert_eq!(keyring.unwrap(owner, cut).unwrap_err(), SealError::Damaged);
    }
}
