//! Questions, and answers that are none; and the standard's own answers, taken and refused.

use super::*;

#[test]
fn a_site_is_a_name_reached_in_private() {
    for (url, is_one) in [
        ("https://dsr.example.com", true),
        ("https://dsr.example.com:8443/", true),
        ("http://localhost:8080", true),
        ("http://dsr.example.com", false),
        ("http://127.0.0.1:8080", false),
        ("https://192.0.2.1", false),
        ("https://[2001:db8::1]", false),
        ("dsr.example.com", false),
    ] {
        assert_eq!(Site::at(url, "dsr").is_some(), is_one, "{url}");
    }
}

#[test]
fn the_user_is_always_verified_and_the_passkey_found_by_itself() {
    let site = Site::at("https://dsr.example.com", "dsr").unwrap();
    let new = site.ask_new(Uuid::nil(), "ada@example.com", "Ada Adler", &[]).unwrap();
    let asked: serde_json::Value = serde_json::from_str(&new.options).unwrap();
    assert_eq!(asked["authenticatorSelection"]["userVerification"], "required");
    assert_eq!(asked["authenticatorSelection"]["residentKey"], "required");
    assert_eq!((&asked["attestation"], &asked["rp"]["id"]), (&"none".into(), &"dsr.example.com".into()));
    let one: serde_json::Value = serde_json::from_str(&site.ask(&[]).unwrap().options).unwrap();
    let two: serde_json::Value = serde_json::from_str(&site.ask(&[]).unwrap().options).unwrap();
    assert_eq!(one["userVerification"], "required");
    assert_ne!(one["challenge"], two["challenge"]);
}

#[test]
fn what_is_no_answer_is_refused() {
    let site = Site::at("https://dsr.example.com", "dsr").unwrap();
    let question = site.ask(&[]).unwrap();
    let passkey = Passkey { id: vec![1], public_key: vec![], algorithm: -7, counter: 0, is_synced: false };
    for told in ["", "{}", "null", "[]", r#"{"rawId":"AQ","response":{"clientDataJSON":"","authenticatorData":""}}"#] {
        assert_eq!(site.used(&question.expected, told, &passkey), Err(NotOurs::Unfit), "{told}");
        assert_eq!(site.made(&question.expected, told), Err(NotOurs::Unfit), "{told}");
    }
}

/// Hexadecimal digits, which may stand in several lines.
fn hex(digits: &str) -> Vec<u8> {
    let digits: Vec<_> = digits.chars().filter_map(|digit| digit.to_digit(16)).collect();
    digits.chunks(2).map(|pair| u8::try_from(pair[0] << 4 | pair[1]).unwrap()).collect()
}

/// A point of P-256 as a public key of X.509 (RFC 5480 §2).
fn p256(x: &str, y: &str) -> Vec<u8> {
    hex(&format!("3059301306072a8648ce3d020106082a8648ce3d03010703420004{x}{y}"))
}

fn expected(challenge: &str) -> Vec<u8> {
    serde_json::to_vec(&Expected { challenge: text(&hex(challenge)), among: Vec::new() }).unwrap()
}

/// Web Authentication Level 3 §16.6, a credential with a long id: the one assertion by a verified user without attestation.
#[test]
fn the_standards_own_assertion_is_taken_and_with_any_bit_flipped_refused() {
    let site = Site::at("https://example.org", "dsr").unwrap();
    let data = hex("bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b50d00000000");
    let client_data = hex(
        "7b2274797065223a22776562617574686e2e676574222c226368616c6c656e6765223a22377833727057334f53505a307045664d396a75566d53574d3648
         5a4935634f573875384d6f647047446a73222c226f726967696e223a2268747470733a2f2f6578616d706c652e6f7267222c2263726f73734f726967696e
         223a66616c73657d",
    );
    let signature = hex(
        "304502203ecef83fb12a0cae7841055f9f87103a99fd14b424194bbf06c4623d3ee6e3fd022100d2ace346db262b1374a6b70faa51f518a42ddca13a4125
         ce6f5052a75bac9fb6",
    );
    let passkey = Passkey {
        id: vec![1],
        public_key: p256(
            "3b8176b7504489cc593046d7988abb7905a742de6ac2cdc748a873c663e90cb1",
            "1436d5edc9a75f23999eef9d5950a5c2455514ee1014084720f841a06b828a11",
        ),
        algorithm: -7,
        counter: 0,
        is_synced: false,
    };
    let asked = expected("ef1deba56dce48f674a447ccf63b9599258ce87648e5c396f2ef0ca1da460e3b");
    let told = |data: &[u8], client_data: &[u8], signature: &[u8]| {
        json!({ "rawId": "AQ", "response": {
            "authenticatorData": text(data), "clientDataJSON": text(client_data), "signature": text(signature),
        } })
        .to_string()
    };
    let good = told(&data, &client_data, &signature);
    assert_eq!(site.used(&asked, &good, &passkey), Ok(Used { counter: 0, owner: None }));

    let flipped = |bytes: &[u8], at: usize| {
        let mut bytes = bytes.to_vec();
        bytes[at / 8] ^= 1 << (at % 8);
        bytes
    };
    for at in 0..data.len() * 8 {
        let told = told(&flipped(&data, at), &client_data, &signature);
        assert!(site.used(&asked, &told, &passkey).is_err(), "bit {at} of the authenticator data");
    }
    for at in 0..client_data.len() * 8 {
        let told = told(&data, &flipped(&client_data, at), &signature);
        assert!(site.used(&asked, &told, &passkey).is_err(), "bit {at} of the client data");
    }
    for at in 0..signature.len() * 8 {
        let told = told(&data, &client_data, &flipped(&signature, at));
        assert!(site.used(&asked, &told, &passkey).is_err(), "bit {at} of the signature");
    }
    let other = expected("ef1deba56dce48f674a447ccf63b9599258ce87648e5c396f2ef0ca1da460e3c");
    assert_eq!(site.used(&other, &good, &passkey), Err(NotOurs::Unfit));
    for elsewhere in ["https://example.com", "https://example.org:8443", "https://sub.example.org"] {
        assert_eq!(
            Site::at(elsewhere, "dsr").unwrap().used(&asked, &good, &passkey),
            Err(NotOurs::Unfit),
            "{elsewhere}"
        );
    }
    let among = Expected { challenge: text(&hex("ef1d")), among: vec!["AA".to_owned()] };
    assert_eq!(site.used(&serde_json::to_vec(&among).unwrap(), &good, &passkey), Err(NotOurs::Unfit));
    let counted = Passkey { counter: 1, ..passkey.clone() };
    assert_eq!(site.used(&asked, &good, &counted), Err(NotOurs::Copied));
    let of_another_kind = Passkey { algorithm: -8, ..passkey };
    assert_eq!(site.used(&asked, &good, &of_another_kind), Err(NotOurs::Unfit));
}

/// Web Authentication Level 3 §16.3, of whose attestation we read nothing.
#[test]
fn the_standards_own_passkey_is_taken_and_for_another_question_or_key_refused() {
    let site = Site::at("https://example.org", "dsr").unwrap();
    let id = "455ef34e2043a87db3d4afeb39bbcb6cc32df9347c789a865ecdca129cbef58c";
    let data = |flags: &str| {
        hex(&format!(
            "bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b5{flags}00000000df850e09db6afbdfab51697791506cfc0020{id}"
        ))
    };
    let client_data = hex(
        "7b2274797065223a22776562617574686e2e637265617465222c226368616c6c656e6765223a2265476e4374334c55745936366b336a506a796e6962506b
         31716e666644616966715a774c33417032392d55222c226f726967696e223a2268747470733a2f2f6578616d706c652e6f7267222c2263726f73734f7269
         67696e223a66616c73652c22657874726144617461223a22636c69656e74446174614a534f4e206d617920626520657874656e6465642077697468206164
         646974696f6e616c206669656c647320696e20746865206675747572652c207375636820617320746869733a205539685458764b453255526b4d6e625f30
         7859485667227d",
    );
    let key = p256(
        "eb151c8176b225cc651559fecf07af450fd85802046656b34c18f6cf193843c5",
        "927b8aa427a2be1b8834d233a2d34f61f13bfd44119c325d5896e183fee484f2",
    );
    let asked = expected("7869c2b772d4b58eba9378cf8f29e26cf935aa77df0da89fa99c0bdc0a76f7e5");
    let told = |raw_id: &str, data: &[u8], key: &[u8], algorithm: i32| {
        json!({ "rawId": text(&hex(raw_id)), "response": {
            "authenticatorData": text(data), "clientDataJSON": text(&client_data),
            "publicKey": text(key), "publicKeyAlgorithm": algorithm,
        } })
        .to_string()
    };
    let made = site.made(&asked, &told(id, &data("5d"), &key, -7)).unwrap();
    assert_eq!((made.id, made.algorithm, made.counter, made.is_synced), (hex(id), -7, 0, true));
    let mut broken = key.clone();
    broken[40] ^= 1;
    for (what, answer) in [
        ("another id", told("aa", &data("5d"), &key, -7)),
        ("no verified user", told(id, &data("59"), &key, -7)),
        ("nobody present", told(id, &data("5c"), &key, -7)),
        ("shared and not to be shared", told(id, &data("55"), &key, -7)),
        ("no passkey", told(id, &data("1d"), &key, -7)),
        ("cut short", told(id, &data("5d")[..60], &key, -7)),
        ("a key off the curve", told(id, &data("5d"), &broken, -7)),
        ("a key of another kind", told(id, &data("5d"), &key, -257)),
        ("an algorithm nobody asked for", told(id, &data("5d"), &key, -35)),
    ] {
        assert_eq!(site.made(&asked, &answer), Err(NotOurs::Unfit), "{what}");
    }
    let good = told(id, &data("5d"), &key, -7);
    assert_eq!(site.made(&expected("00"), &good), Err(NotOurs::Unfit));
    assert_eq!(
        site.used(&asked, &good, &Passkey { id: hex(id), public_key: key, algorithm: -7, counter: 0, is_synced: true }),
        Err(NotOurs::Unfit)
    );
}
