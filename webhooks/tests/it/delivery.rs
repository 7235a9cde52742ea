//! A delivery is known again: an honest retry, a replay under another id. And what is only made to look like one is not.

use serde_json::json;
use webhooks::delivery::DeliveryKeys;
use webhooks::scheme::{Proof, Scheme};

use crate::samples::{Owned, SENT_AT, Sample, outbound_message, sample, samples, sent_at};

fn keys(sample: &Sample, call: &Owned) -> DeliveryKeys {
    call.verify(&sample.verifier(), sent_at()).unwrap().keys
}

fn is_duplicate(first: &DeliveryKeys, second: &DeliveryKeys) -> bool {
    first.deciding().any(|key| second.deciding().any(|other| other == key))
}

/// The headers that a sender names its deliveries in, and nobody signs.
const UNSIGNED_IDS: [(&str, &str); 3] = [
    ("zendesk", "X-Zendesk-Webhook-Invocation-Id"),
    ("jira", "X-Atlassian-Webhook-Identifier"),
    ("github", "X-GitHub-Delivery"),
];

#[test]
fn the_same_call_again_is_a_duplicate_wherever_something_is_signed() {
    for sample in samples() {
        let call = sample.call(b"body");
        let [first, second] = [keys(&sample, &call), keys(&sample, &call)];
        let is_known = is_duplicate(&first, &second);
        let is_signed = sample.setup.scheme().row().proof != Proof::SharedWord;
        assert_eq!(
            is_known,
            is_signed || sample.setup.scheme() == Scheme::SalesforceOutboundMessage,
            "{}",
            sample.name
        );
        assert_eq!(first.signed.is_some(), is_signed, "{}", sample.name);
    }
}

#[test]
fn another_event_is_not_a_duplicate() {
    for sample in
        samples().iter().filter(|sample| !sample.name.starts_with("standard") && !sample.name.starts_with("salesforce"))
    {
        let [first, second] = [b"one", b"two"].map(|body| keys(sample, &sample.call(body)));
        assert!(!is_duplicate(&first, &second), "{}", sample.name);
    }
}

#[test]
fn a_replay_under_another_id_is_a_duplicate() {
    for (name, header) in UNSIGNED_IDS {
        let sample = sample(name);
        let call = sample.call(b"body");
        for forged in
            [call.clone().replace(header, "another"), call.clone().without(header), call.clone().with(header, "twice")]
        {
            assert!(is_duplicate(&keys(&sample, &call), &keys(&sample, &forged)), "{name}");
        }
    }
}

#[test]
fn a_replay_under_an_id_to_come_does_not_hide_the_real_delivery() {
    for (name, header) in UNSIGNED_IDS {
        let sample = sample(name);
        let forged = sample.call(b"old").replace(header, "id-to-come");
        let real = sample.call(b"new").replace(header, "id-to-come");
        assert!(!is_duplicate(&keys(&sample, &forged), &keys(&sample, &real)), "{name}");
    }
}

#[test]
fn a_retry_that_is_signed_anew_is_a_duplicate() {
    let sample = sample("zendesk");
    let [first, retry] = [SENT_AT, SENT_AT + 60].map(|at| keys(&sample, &sample.call_at(at, b"body")));
    assert_ne!(first.signed, retry.signed);
    assert!(is_duplicate(&first, &retry));
}

#[test]
fn a_message_of_standard_webhooks_keeps_its_id_at_each_attempt() {
    for name in ["standard_webhooks v1", "standard_webhooks v1a"] {
        let sample = sample(name);
        let [first, retry] = [SENT_AT, SENT_AT + 60].map(|at| keys(&sample, &sample.call_at(at, b"body")));
        assert_eq!(first, retry, "{name}");
    }
}

#[test]
fn intercom_names_a_notification_in_its_body() {
    let sample = sample("intercom");
    let of = |body: String| keys(&sample, &sample.call(body.as_bytes()));
    let notification =
        |id: &str, attempt: u8| json!({"id": id, "delivery_attempts": attempt, "data": {"id": "x"}}).to_string();
    assert!(is_duplicate(&of(notification("notif_1", 1)), &of(notification("notif_1", 2))));
    assert!(!is_duplicate(&of(notification("notif_1", 1)), &of(notification("notif_2", 1))));
    // Without an id that can be read, all of the body is.
    for body in [r#"{"id": 7}"#, r#"{"id": ""}"#, r#"{"id": "a", "id": "b"}"#, "[]", "not json", &"[".repeat(200_000)] {
        assert!(is_duplicate(&of(body.to_owned()), &of(body.to_owned())), "{body:.20}");
        assert!(!is_duplicate(&of(body.to_owned()), &of(format!("{body} "))), "{body:.20}");
    }
}

#[test]
fn notifications_of_salesforce_are_known_by_their_ids() {
    let sample = sample("salesforce_outbound_message");
    let with = |text: String| keys(&sample, &Owned { body: text.into_bytes(), ..sample.call(b"") });
    let first = with(outbound_message());
    // A retry sends the record as it is by then.
    assert!(is_duplicate(&first, &with(outbound_message().replace("5005g00000AbCdEAAV", "5005g00000AbCdFAAV"))));
    assert!(!is_duplicate(&first, &with(outbound_message().replace("04l5g00001aBcDeAAK", "04l5g00001aBcDgAAK"))));
    assert_eq!(first.signed, None);
}

#[test]
fn keys_are_short_and_show_nothing_of_the_call() {
    for sample in samples() {
        let mut call = sample.call(b"zoe@example.com");
        call.headers.iter_mut().filter(|(name, _)| UNSIGNED_IDS.iter().any(|(_, id)| id == name)).for_each(
            |(_, value)| {
                *value = [b'x'; 10_000].to_vec();
            },
        );
        let keys = keys(&sample, &call);
        assert!(keys.deciding().all(|key| key.len() <= 72 && key.is_ascii() && !key.contains("zoe")), "{keys:?}");
        assert!(keys.sender_id.is_none_or(|id| id.len() <= 256), "{}", sample.name);
    }
}
