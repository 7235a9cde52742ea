//! Settings and secrets that cannot be used are named when a source is set up, and not when its first call is refused.

use rstest::rstest;
use secrecy::SecretString;
use serde_json::{Value, json};
use webhooks::keys::{SigningKey, Version};
use webhooks::scheme::Scheme;
use webhooks::secrets::Secrets;
use webhooks::setup::Setup;
use webhooks::sign::MessageId;
use webhooks::verify::Verifier;

use crate::samples::{Protected, SECRET, samples};

fn secret(text: &str) -> Secrets {
    Secrets::new(SecretString::from(text))
}

#[test]
fn a_setup_is_stored_by_the_word_of_its_scheme_and_read_back() {
    for sample in samples() {
        let stored = serde_json::to_value(&sample.setup).unwrap();
        assert_eq!(stored["scheme"], json!(sample.setup.scheme()), "{}", sample.name);
        assert_eq!(serde_json::from_value::<Setup>(stored.clone()).unwrap(), sample.setup, "{}", sample.name);
        let mut with_more = stored;
        with_more["secert"] = json!("x");
        let error = serde_json::from_value::<Setup>(with_more).unwrap_err().to_string();
        assert!(error.contains("secert"), "{}: {error}", sample.name);
    }
}

#[rstest]
#[case::no_word(json!({"scheme": "header_token", "header": ""}), "header")]
#[case::no_header_name(json!({"scheme": "header_token", "header": "X Token"}), "header")]
#[case::header_with_newline(json!({"scheme": "header_token", "header": "X-Token\r\n"}), "header")]
#[case::colon_in_user_name(json!({"scheme": "basic_auth", "user_name": "a:b"}), "user_name")]
#[case::no_user_name(json!({"scheme": "basic_auth", "user_name": ""}), "user_name")]
#[case::legacy_unasked(json!({"scheme": "hubspot_v1"}), "accept_legacy")]
#[case::legacy_refused(json!({"scheme": "hubspot_v2", "accept_legacy": false}), "accept_legacy")]
#[case::short_organisation(json!({"scheme": "salesforce_outbound_message", "organization_id": "00D"}), "organization_id")]
#[case::no_organisation(json!({"scheme": "salesforce_outbound_message", "organization_id": "5005g00000AbCdEAAV"}), "organization_id")]
#[case::accents(json!({"scheme": "salesforce_outbound_message", "organization_id": "00Déééééé"}), "organization_id")]
#[case::body_unsigned(generic(json!({"template": "{timestamp}"})), "template")]
#[case::unknown_part(generic(json!({"template": "{body}{id}"})), "template")]
#[case::lone_brace(generic(json!({"template": "{body}}"})), "template")]
#[case::body_twice(generic(json!({"template": "{body}.{body}"})), "template")]
#[case::instant_unread(generic(json!({"template": "{timestamp}{body}"})), "timestamp_header")]
#[case::instant_without_format(generic(json!({"template": "{timestamp}{body}", "timestamp_header": "X-T"})), "timestamp_format")]
#[case::instant_unsigned(generic(json!({"timestamp_header": "X-T", "timestamp_format": "unix_s"})), "template")]
#[case::instant_unsigned_beside(generic(json!({"header_form": "with_time", "timestamp_format": "unix_s"})), "template")]
#[case::instant_twice(
    generic(json!({"template": "{timestamp}{body}", "header_form": "with_time", "timestamp_header": "X-T", "timestamp_format": "unix_s"})),
    "timestamp_header"
)]
#[case::format_of_nothing(generic(json!({"timestamp_format": "unix_s"})), "timestamp_format")]
#[case::tolerance_of_nothing(generic(json!({"tolerance_s": 300})), "tolerance_s")]
#[case::no_tolerance(timed(json!({"tolerance_s": 0})), "tolerance_s")]
#[case::endless_tolerance(timed(json!({"tolerance_s": 86_401})), "tolerance_s")]
#[case::prefix_without_place(timed(json!({"header_form": "with_time", "timestamp_header": null, "signature_prefix": "v0="})), "signature_prefix")]
#[case::empty_prefix(generic(json!({"signature_prefix": ""})), "signature_prefix")]
#[case::bad_header(generic(json!({"signature_header": "Ä"})), "signature_header")]
#[case::bad_time_header(timed(json!({"timestamp_header": ""})), "timestamp_header")]
fn a_setting_that_cannot_be_used_is_named(#[case] setup: Value, #[case] field: &str) {
    let setup: Setup = serde_json::from_value(setup).unwrap();
    let bad = setup.check().unwrap_err();
    assert_eq!(bad.field, field, "{bad}");
    assert_eq!(Verifier::new(&setup, &secret(SECRET)).err(), Some(bad));
}

fn generic(with: Value) -> Value {
    let mut setup = json!({"scheme": "generic_hmac", "template": "{body}", "hash": "sha256", "encoding": "hex", "signature_header": "X-Sum"});
    for (name, value) in with.as_object().unwrap() {
        setup[name] = value.clone();
    }
    setup
}

fn timed(with: Value) -> Value {
    let mut setup =
        generic(json!({"template": "{timestamp}{body}", "timestamp_header": "X-T", "timestamp_format": "unix_s"}));
    for (name, value) in with.as_object().unwrap() {
        setup[name] = value.clone();
    }
    setup
}

#[test]
fn a_secret_that_is_none_is_named_for_every_scheme_and_not_repeated() {
    for sample in samples() {
        for text in ["", " ", "short-and-sweet", " correct horse battery staple", "correct horse battery staple\n"] {
            let bad = Verifier::new(&sample.setup, &secret(text)).err().unwrap();
            assert_eq!(bad.field, "secret", "{}", sample.name);
            let also_bad = secret(&sample.secret).with_previous(SecretString::from(text));
            assert_eq!(
                Verifier::new(&sample.setup, &also_bad).err().unwrap().field,
                "previous_secrets",
                "{}",
                sample.name
            );
            assert!(text.trim().is_empty() || !bad.to_string().contains(text.trim()), "{bad}");
        }
        let many =
            (0..11).fold(secret(&sample.secret), |all, _| all.with_previous(SecretString::from(sample.secret.clone())));
        assert_eq!(Verifier::new(&sample.setup, &many).err().unwrap().field, "previous_secrets", "{}", sample.name);
    }
}

#[rstest]
#[case::signing_key(Scheme::StandardWebhooks, "whsk_", 64)]
#[case::short_public_key(Scheme::StandardWebhooks, "whpk_", 31)]
#[case::long_public_key(Scheme::StandardWebhooks, "whpk_", 33)]
#[case::short_secret(Scheme::StandardWebhooks, "whsec_", 23)]
#[case::long_secret(Scheme::StandardWebhooks, "whsec_", 65)]
fn a_key_of_the_wrong_kind_or_length_is_refused(#[case] scheme: Scheme, #[case] prefix: &str, #[case] length: usize) {
    use base64::Engine;
    let setup = samples().into_iter().find(|sample| sample.setup.scheme() == scheme).unwrap().setup;
    let text = format!("{prefix}{}", base64::prelude::BASE64_STANDARD.encode(vec![7; length]));
    assert_eq!(Verifier::new(&setup, &secret(&text)).err().unwrap().field, "secret");
}

#[test]
fn a_word_that_cannot_stand_where_it_must_is_refused() {
    for (name, text) in [
        ("header_token", "correct-horse-b\u{e4}ttery"),
        ("header_token", "correct\nhorse battery"),
        ("basic_auth", "correct\0horse battery"),
        ("salesforce_outbound_message", "correct/horse/battery"),
        ("salesforce_outbound_message", "correct horse battery"),
        ("salesforce_outbound_message", "correct%20horse%20battery"),
    ] {
        let sample = crate::samples::sample(name);
        assert_eq!(Verifier::new(&sample.setup, &secret(text)).err().unwrap().field, "secret", "{name}");
    }
    for (encoding, text) in [
        ("base64", "not base64 at all"),
        ("base64", "c2VjcmV0c2VjcmV0c2"),
        ("hex", "0123456789abcdef0"),
        ("hex", "0123456789ABCDEF"),
    ] {
        let setup: Setup = serde_json::from_value(generic(json!({"key_encoding": encoding}))).unwrap();
        assert_eq!(Verifier::new(&setup, &secret(text)).err().unwrap().field, "secret", "{encoding}");
    }
}

#[test]
fn signing_keys_are_read_back_from_their_text() {
    use secrecy::ExposeSecret;
    for version in Version::ALL {
        let key = SigningKey::generate(*version);
        assert_eq!(key.version(), *version);
        let again = SigningKey::parse(&key.secret()).unwrap();
        assert_eq!(again.for_subscriber().expose_secret(), key.for_subscriber().expose_secret());
        assert_eq!(again.secret().expose_secret(), key.secret().expose_secret());
        assert_ne!(SigningKey::generate(*version).secret().expose_secret(), key.secret().expose_secret());
    }
    // A private key as its seed alone; and what is none.
    use base64::Engine;
    let text = |prefix: &str, bytes: &[u8]| {
        SecretString::from(format!("{prefix}{}", base64::prelude::BASE64_STANDARD.encode(bytes)))
    };
    assert_eq!(
        SigningKey::parse(&text("whsk_", &[7; 32])).unwrap().for_subscriber().expose_secret(),
        &crate::samples::public(&[7; 32])
    );
    for bad in [
        text("whsk_", &[7; 64]),
        text("whsk_", &[7; 31]),
        text("whsk_", &[7; 33]),
        text("whpk_", &[7; 32]),
        text("whsec_", &[7; 23]),
        text("", &[7; 32]),
        SecretString::from("whsec_%%%"),
        SecretString::from(""),
    ] {
        assert!(SigningKey::parse(&bad).is_err(), "{}", bad.expose_secret());
    }
}

#[test]
fn a_message_id_cannot_hold_what_parts_it_from_the_instant() {
    assert_eq!(MessageId::new("msg_2KWPBgLlAfxdpx2AI54pPJ85f4W").unwrap().as_str(), "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W");
    for bad in ["", "msg.1", "msg 1", "msg\n1", "msg\u{e9}", &"x".repeat(257)] {
        assert!(MessageId::new(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_secret_that_is_made_can_stand_where_its_scheme_wants_it() {
    use secrecy::ExposeSecret;
    let encodings = ["utf8", "base64", "hex"]
        .map(|encoding| serde_json::from_value::<Setup>(generic(json!({ "key_encoding": encoding }))).unwrap());
    for setup in samples().into_iter().map(|sample| sample.setup).chain(encodings) {
        let (one, other) = (setup.generate_secret(), setup.generate_secret());
        assert!(Verifier::new(&setup, &Secrets::new(one.clone())).is_ok(), "{setup:?}");
        assert_ne!(one.expose_secret(), other.expose_secret(), "{setup:?}");
        assert!(one.expose_secret().len() >= 43, "256 bits: {setup:?}");
    }
}

#[test]
fn whether_the_address_is_signed_is_known_before_a_call_comes() {
    for sample in samples() {
        let row = sample.setup.scheme().row();
        let url_counts = sample.protected.contains(&Protected::Url);
        assert_eq!(sample.setup.signs_address(), url_counts, "{}", sample.name);
        assert!(!(url_counts && row.secret_in_address), "{}", sample.name);
    }
    for (template, signs) in [("{body}", false), ("{method} {url}\n{body}", true), ("{url}{body}", true)] {
        let setup: Setup = serde_json::from_value(generic(json!({ "template": template }))).unwrap();
        assert_eq!(setup.signs_address(), signs, "{template}");
    }
    let broken: Setup = serde_json::from_value(generic(json!({ "template": "{url}" }))).unwrap();
    assert!(!broken.signs_address(), "what cannot be used signs nothing");
}
