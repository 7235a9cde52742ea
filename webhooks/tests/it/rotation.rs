//! Two secrets at once: while a sender changes over, calls by either are believed, and one message stays one delivery.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use secrecy::SecretString;
use webhooks::keys::{SigningKey, Version};
use webhooks::refused::Reason;
use webhooks::secrets::{Matched, Secrets};
use webhooks::setup::Setup;
use webhooks::sign::{MessageId, Signer};
use webhooks::verify::Verifier;

use crate::samples::{Owned, public, sample, samples, sent_at};

#[test]
fn calls_by_the_secret_before_are_believed_and_told_apart() {
    for sample in samples() {
        let (old, new) = (sample.secret.clone(), sample.other_secret());
        let secrets = Secrets::new(SecretString::from(new.clone())).with_previous(SecretString::from(old.clone()));
        let both = Verifier::new(&sample.setup, &secrets).unwrap();
        let by = |secret: &str| sample.call_by(secret, b"body").verify(&both, sent_at()).unwrap().secret;
        assert_eq!(by(&old), Matched::Previous(0), "{}", sample.name);
        assert_eq!(by(&new), Matched::Current, "{}", sample.name);

        let only_new = Verifier::new(&sample.setup, &Secrets::new(SecretString::from(new))).unwrap();
        assert!(sample.call_by(&old, b"body").verify(&only_new, sent_at()).is_err(), "{}", sample.name);
    }
}

#[test]
fn a_sender_may_go_from_one_secret_for_both_to_a_key_pair() {
    let (v1, v1a) = (sample("standard_webhooks v1"), sample("standard_webhooks v1a"));
    let secrets =
        Secrets::new(SecretString::from(v1a.secret.clone())).with_previous(SecretString::from(v1.secret.clone()));
    let both = Verifier::new(&Setup::StandardWebhooks { svix_headers: false }, &secrets).unwrap();
    assert_eq!(v1a.call(b"{}").verify(&both, sent_at()).unwrap().secret, Matched::Current);
    assert_eq!(v1.call(b"{}").verify(&both, sent_at()).unwrap().secret, Matched::Previous(0));
    // A key is for its own version: the public key, which anyone may have, is no secret to sign with.
    let bytes = BASE64_STANDARD.decode(public(&[7; 32]).strip_prefix("whpk_").unwrap()).unwrap();
    let forged = v1.call_by(&format!("whsec_{}", BASE64_STANDARD.encode(bytes)), b"{}");
    assert_eq!(forged.reason(&v1a.verifier(), sent_at()), Some(Reason::WrongVersion));
    assert_eq!(forged.reason(&both, sent_at()), Some(Reason::Mismatch));
}

#[test]
fn leaving_a_signature_out_does_not_make_a_new_delivery() {
    let sample = sample("generic_hmac with_time");
    let [old, new] = [sample.secret.clone(), sample.other_secret()];
    let secrets = Secrets::new(SecretString::from(new.clone())).with_previous(SecretString::from(old.clone()));
    let both = Verifier::new(&sample.setup, &secrets).unwrap();
    let [by_old, by_new] = [old, new].map(|secret| sample.call_by(&secret, b"body"));
    let signature = |call: &Owned| String::from_utf8(call.header("X-Sum").to_vec()).unwrap();
    let second = signature(&by_old).split_once(',').unwrap().1.to_owned();
    let by_both = by_new.clone().replace("X-Sum", format!("{},{second}", signature(&by_new)));
    let keys = [by_both, by_new, by_old].map(|call| call.verify(&both, sent_at()).unwrap().keys);
    assert!(keys.iter().all(|one| *one == keys[0]), "{keys:?}");
}

#[test]
fn what_we_sign_with_two_keys_either_verifies_and_nobody_else() {
    for versions in [[Version::V1, Version::V1], [Version::V1, Version::V1a], [Version::V1a, Version::V1a]] {
        let [current, previous] = versions.map(SigningKey::generate);
        let texts = [&current, &previous].map(SigningKey::for_subscriber);
        let signer = Signer::new(current).with_previous(previous);
        let headers = signer.headers(&MessageId::new("msg_1").unwrap(), sent_at(), b"{}");
        let call = headers.iter().fold(
            Owned { method: "POST".to_owned(), url: String::new(), headers: vec![], body: b"{}".to_vec() },
            |call, (name, value)| call.with(name, value),
        );
        let setup = Setup::StandardWebhooks { svix_headers: false };
        for text in texts {
            let verifier = Verifier::new(&setup, &Secrets::new(text)).unwrap();
            let verified = call.verify(&verifier, sent_at()).unwrap();
            assert_eq!(verified.keys.sender_id.as_deref(), Some("msg_1"));
        }
        for version in Version::ALL {
            let stranger = Secrets::new(SigningKey::generate(*version).for_subscriber());
            assert!(call.verify(&Verifier::new(&setup, &stranger).unwrap(), sent_at()).is_err());
        }
    }
}
