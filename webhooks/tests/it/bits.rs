//! Any flipped bit of anything that a scheme protects is refused, for every scheme and any body.

use proptest::prelude::*;
use webhooks::scheme::{Proof, Scheme};

use crate::samples::{Owned, Protected, Sample, samples, sent_at};

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn what_was_signed_is_believed_and_no_flipped_bit_is(body in prop::collection::vec(any::<u8>(), 0..48)) {
        for sample in samples() {
            let (verifier, call) = (sample.verifier(), sample.call(&body));
            prop_assert!(call.verify(&verifier, sent_at()).is_ok(), "{}", sample.name);
            for (changed, place) in flipped(&sample, &call) {
                prop_assert!(changed.verify(&verifier, sent_at()).is_err(), "{}: {place:?} of {changed:?}", sample.name);
            }
        }
    }

    #[test]
    fn who_does_not_hold_the_secret_is_refused(body in prop::collection::vec(any::<u8>(), 0..48)) {
        for sample in samples() {
            let call = sample.call_by(&sample.other_secret(), &body);
            prop_assert!(call.verify(&sample.verifier(), sent_at()).is_err(), "{}", sample.name);
        }
    }

    #[test]
    fn bytes_do_not_move_between_what_is_signed(body in "[0-9.:Z]{1,12}", moved in 1..4usize) {
        // From the beginning of the body to the end of the instant, and from the end of the instant to the beginning.
        for (name, time) in [("zendesk", "X-Zendesk-Webhook-Signature-Timestamp"), ("standard_webhooks v1", "webhook-timestamp")] {
            let sample = crate::samples::sample(name);
            let call = sample.call(body.as_bytes());
            let moved = moved.min(body.len());
            let dot: &[u8] = if name == "zendesk" { b"" } else { b"." };
            let signed = [call.header(time), dot, &call.body].concat();
            let length = call.header(time).len();
            for cut in [length - moved, length + dot.len() + moved] {
                let (instant, rest) = signed.split_at(cut);
                let forged = Owned { body: rest.strip_prefix(dot).unwrap_or(rest).to_vec(), ..call.clone() }.replace(time, instant);
                prop_assert!(forged.verify(&sample.verifier(), sent_at()).is_err(), "{name}: {forged:?}");
            }
        }
    }
}

/// Every scheme has a sample, and every signature of a body protects the body.
#[test]
fn every_scheme_is_looked_at() {
    let samples = samples();
    for scheme in Scheme::ALL {
        let of_scheme: Vec<_> = samples.iter().filter(|sample| sample.setup.scheme() == *scheme).collect();
        assert!(!of_scheme.is_empty(), "{scheme}");
        for sample in of_scheme {
            let protects_body = sample.protected.contains(&Protected::Body);
            assert_eq!(protects_body, scheme.row().proof != Proof::SharedWord, "{}", sample.name);
        }
    }
}

fn flipped(sample: &Sample, call: &Owned) -> Vec<(Owned, Protected)> {
    let mut all = Vec::new();
    for place in &sample.protected {
        let (bytes, from) = match place {
            Protected::Method => (call.method.clone().into_bytes(), 0),
            Protected::Url => (call.url.clone().into_bytes(), 0),
            Protected::Header(name, from) => (call.header(name).to_vec(), *from),
            Protected::Body => (call.body.clone(), 0),
        };
        for bit in from * 8..bytes.len() * 8 {
            let mut bytes = bytes.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let mut changed = call.clone();
            match place {
                // Neither can hold what is not UTF-8.
                Protected::Method => match String::from_utf8(bytes) {
                    Ok(method) => changed.method = method,
                    Err(_) => continue,
                },
                Protected::Url => match String::from_utf8(bytes) {
                    Ok(url) => changed.url = url,
                    Err(_) => continue,
                },
                Protected::Header(name, _) => changed = changed.replace(name, bytes),
                Protected::Body => changed.body = bytes,
            }
            all.push((changed, *place));
        }
    }
    all
}

#[test]
fn of_an_outbound_message_word_and_organisation_are_protected() {
    let sample = crate::samples::sample("salesforce_outbound_message");
    let (verifier, call) = (sample.verifier(), sample.call(b""));
    let text = String::from_utf8(call.body.clone()).unwrap();
    let [word, organization] = [call.url.find("correct").unwrap(), text.find("00D5g").unwrap()];
    for bit in 0..7 {
        for at in word..word + sample.secret.len() {
            let mut url = call.url.clone().into_bytes();
            url[at] ^= 1 << bit;
            let changed = Owned { url: String::from_utf8(url).unwrap(), ..call.clone() };
            assert!(changed.verify(&verifier, sent_at()).is_err(), "{}", changed.url);
        }
        for at in organization..organization + 15 {
            let mut changed = call.clone();
            changed.body[at] ^= 1 << bit;
            assert!(changed.verify(&verifier, sent_at()).is_err(), "bit {bit} of byte {at}");
        }
    }
}
