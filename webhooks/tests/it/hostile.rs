//! Calls that nobody means well with: they are refused, in time that grows with their size at most, and nothing panics.

use proptest::prelude::*;
use webhooks::refused::Reason;
use webhooks::scheme::Scheme;

use crate::samples::{Owned, SENT_AT, outbound_message, sample, samples, sent_at};

/// Every header that any scheme here looks at.
fn header_names() -> Vec<String> {
    let named = Scheme::ALL.iter().flat_map(|scheme| scheme.row().headers.iter().map(|name| (*name).to_owned()));
    let set = ["X-Dsr-Token", "X-Sum", "X-Time", "svix-id", "svix-timestamp", "svix-signature"].map(str::to_owned);
    named.chain(set).collect()
}

proptest! {
    #[test]
    fn no_made_up_call_is_believed(
        method in any::<String>(),
        url in any::<String>(),
        body in prop::collection::vec(any::<u8>(), 0..64),
        headers in prop::collection::vec((
            prop::sample::select(header_names()),
            prop_oneof![
                prop::collection::vec(any::<u8>(), 0..80),
                "(sha256=|sha1=|v1,|v1a,|t=|,v1=|Basic )*[0-9a-zA-Z+/=]{0,90}".prop_map(String::into_bytes),
                "-?[0-9]{0,25}(\\.[0-9]+)?".prop_map(String::into_bytes),
            ],
        ), 0..12),
        now in prop_oneof![Just(SENT_AT), -300_000_000_000..200_000_000_000i64],
    ) {
        let call = Owned { method, url, headers, body };
        for sample in samples() {
            prop_assert!(call.verify(&sample.verifier(), jiff::Timestamp::from_second(now).unwrap()).is_err());
        }
    }
}

/// The first header that each scheme looks at: the signature, or what stands for it.
fn first_header(sample: &crate::samples::Sample) -> Option<String> {
    let own = match sample.setup.scheme() {
        Scheme::HeaderToken => Some("X-Dsr-Token"),
        Scheme::GenericHmac => Some("X-Sum"),
        Scheme::StandardWebhooks => Some("webhook-signature"),
        scheme => scheme.row().headers.first().copied(),
    };
    own.map(str::to_owned)
}

#[test]
fn a_header_of_the_scheme_that_is_missing_or_repeated_is_named() {
    for sample in samples() {
        let (verifier, call) = (sample.verifier(), sample.call(b"body"));
        let id_alone = ["X-Zendesk-Webhook-Invocation-Id", "X-Atlassian-Webhook-Identifier", "X-GitHub-Delivery"];
        for (name, value) in call.headers.iter().filter(|(name, _)| !id_alone.contains(&name.as_str())) {
            for (changed, reason) in [
                (call.clone().without(name), Reason::MissingHeader),
                (call.clone().with(&name.to_lowercase(), value), Reason::DuplicateHeader),
                (call.clone().with(&name.to_uppercase(), "another"), Reason::DuplicateHeader),
            ] {
                let refused = changed.verify(&verifier, sent_at()).unwrap_err();
                assert_eq!(refused.reason, reason, "{}", sample.name);
                assert!(refused.header.is_some_and(|found| found.eq_ignore_ascii_case(name)), "{} {name}", sample.name);
            }
        }
    }
}

#[test]
fn signatures_of_any_size_and_kind_are_refused() {
    let megabyte = "A".repeat(1 << 20);
    let endless_list = "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= ".repeat(20_000);
    let endless_pairs = format!("t={SENT_AT}{}", ",v1=00".repeat(100_000));
    let values: Vec<Vec<u8>> = vec![
        vec![],
        vec![0],
        vec![0xff; 64],
        "\u{661}\u{20ac}".repeat(40).into_bytes(),
        megabyte.clone().into_bytes(),
        format!("sha256={megabyte}").into_bytes(),
        format!("v1,{megabyte}").into_bytes(),
        endless_list.into_bytes(),
        endless_pairs.into_bytes(),
        b"sha256=\0".repeat(9),
        b"=".repeat(44),
        b"Basic ".to_vec(),
        b"Basic\xff".to_vec(),
        b" ".repeat(1 << 20),
        b",".repeat(1 << 20),
    ];
    for sample in samples() {
        let (Some(name), verifier) = (first_header(&sample), sample.verifier()) else { continue };
        for value in &values {
            let changed = sample.call(b"body").replace(&name, value);
            assert!(
                changed.verify(&verifier, sent_at()).is_err(),
                "{}: {:?}",
                sample.name,
                &value[..value.len().min(20)]
            );
        }
    }
}

#[test]
fn instants_of_any_size_and_kind_are_refused() {
    let huge = "9".repeat(1 << 20);
    let values: [&[u8]; 12] = [
        b"",
        b"0",
        b"-1",
        b"+1772442901",
        b"01772442901",
        b"1772442901.5",
        b"9223372036854775807",
        b"-9223372036854775808",
        b"99999999999999999999",
        huge.as_bytes(),
        b"\xff\xfe",
        b"17724429\x0001",
    ];
    for (name, header) in [
        ("zendesk", "X-Zendesk-Webhook-Signature-Timestamp"),
        ("hubspot_v3", "X-HubSpot-Request-Timestamp"),
        ("standard_webhooks v1", "webhook-timestamp"),
        ("standard_webhooks v1a", "webhook-timestamp"),
        ("generic_hmac all", "X-Time"),
    ] {
        let sample = sample(name);
        for value in values {
            let reason = sample.call(b"body").replace(header, value).reason(&sample.verifier(), sent_at());
            let is_instant = value == b"0" && name != "zendesk";
            let expected = if is_instant { Reason::Mismatch } else { Reason::BadTimestamp };
            assert_eq!(reason, Some(expected), "{name}: {:?}", String::from_utf8_lossy(&value[..value.len().min(30)]));
        }
    }
}

#[test]
fn a_hundred_thousand_headers_are_looked_through() {
    for sample in samples() {
        let mut call = sample.call(b"body");
        call.headers.splice(0..0, (0..100_000).map(|number| (format!("X-Filler-{number}"), b"x".to_vec())));
        assert!(call.verify(&sample.verifier(), sent_at()).is_ok(), "{}", sample.name);
    }
}

#[test]
fn both_names_of_a_standard_webhook_at_once_are_refused() {
    let sample = sample("standard_webhooks v1");
    let svix = webhooks::setup::Setup::StandardWebhooks { svix_headers: true };
    let secrets = webhooks::secrets::Secrets::new(secrecy::SecretString::from(sample.secret.clone()));
    let verifier = webhooks::verify::Verifier::new(&svix, &secrets).unwrap();
    let call = sample.call(b"body");
    let mut renamed = call.clone();
    renamed.headers.iter_mut().for_each(|(name, _)| *name = name.replace("webhook-", "svix-"));
    assert!(call.verify(&verifier, sent_at()).is_ok());
    assert!(renamed.verify(&verifier, sent_at()).is_ok());
    assert_eq!(renamed.reason(&sample.verifier(), sent_at()), Some(Reason::MissingHeader));
    let both = Owned { headers: [call.headers.clone(), renamed.headers.clone()].concat(), ..call.clone() };
    assert_eq!(both.reason(&verifier, sent_at()), Some(Reason::DuplicateHeader));
    // The id of one and the signature of the other do not go together.
    let mixed = renamed.without("svix-id").with("webhook-id", "msg_1");
    assert_eq!(mixed.reason(&verifier, sent_at()), Some(Reason::MissingHeader));
}

#[test]
fn what_is_no_outbound_message_is_refused() {
    let sample = sample("salesforce_outbound_message");
    let (verifier, good) = (sample.verifier(), outbound_message());
    let after_declaration = good.find("?>").unwrap() + 2;
    let with_prolog = |prolog: &str| format!("{}{prolog}{}", &good[..after_declaration], &good[after_declaration..]);
    let with_element = |inner: &str| good.replace("<sf:Id>", &format!("{inner}<sf:Id>"));
    let utf16: Vec<u8> = with_prolog("<!DOCTYPE x>").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let nested = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
    let notification = "<Notification><Id>04l5g00001aBcDfAAK</Id></Notification>";
    let namespaces: String = (0..20_000).map(|number| format!(" xmlns:n{number}='urn:{number}'")).collect();
    let cases: Vec<(&str, Vec<u8>, Reason)> = vec![
        ("namespaces without end", with_element(&format!("<a{namespaces}></a>")).into(), Reason::BadEncoding),
        ("a document type", with_prolog("<!DOCTYPE x>").into(), Reason::ForbiddenXml),
        ("in lower case", with_prolog("<!doctype x>").into(), Reason::ForbiddenXml),
        (
            "with an entity",
            with_prolog("<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>").into(),
            Reason::ForbiddenXml,
        ),
        ("an entity of nobody", with_element("<a>&xxe;</a>").into(), Reason::ForbiddenXml),
        ("an instruction", with_element("<?php evil ?>").into(), Reason::ForbiddenXml),
        ("UTF-16", utf16, Reason::BadEncoding),
        ("another charset", good.replace("UTF-8", "ISO-8859-1").into(), Reason::BadEncoding),
        ("NUL", with_element("\0").into(), Reason::BadEncoding),
        ("not UTF-8", [good.as_bytes(), b"\xff"].concat(), Reason::BadEncoding),
        ("nothing", vec![], Reason::BadEncoding),
        ("text", b"hello".to_vec(), Reason::BadEncoding),
        ("JSON", br#"{"OrganizationId":"00D5g000004XyzAEAS"}"#.to_vec(), Reason::BadEncoding),
        ("cut off", good.as_bytes()[..good.len() - 20].to_vec(), Reason::BadEncoding),
        ("closed wrongly", good.replace("</Notification>", "</notifications>").into(), Reason::BadEncoding),
        ("deep", with_element(&nested(60)).into(), Reason::BadEncoding),
        ("bottomless", with_element(&"<a>".repeat(100_000)).into(), Reason::BadEncoding),
        ("an unknown prefix", with_element("<x:a/><x:a></x:a>").into(), Reason::BadEncoding),
        ("101 notifications", good.replace(notification, &notification.repeat(100)).into(), Reason::BadEncoding),
        ("a bad notification id", good.replace("04l5g00001aBcDfAAK", "").into(), Reason::BadEncoding),
        ("another namespace", good.replace("2005/09/outbound", "2005/09/inbound").into(), Reason::BadEncoding),
        (
            "another organisation",
            good.replace("00D5g000004XyzAEAS", "00D5g000004XyyAEAS").into(),
            Reason::WrongOrganization,
        ),
        (
            "none",
            good.replace("<OrganizationId>00D5g000004XyzAEAS</OrganizationId>", "").into(),
            Reason::WrongOrganization,
        ),
        (
            "two",
            good.replace("<Notification>", "<OrganizationId>00D5g000004XyzAEAS</OrganizationId><Notification>").into(),
            Reason::WrongOrganization,
        ),
        (
            "more than one",
            good.replace("00D5g000004XyzAEAS<", "00D5g000004XyzAEASX<").into(),
            Reason::WrongOrganization,
        ),
        ("an escaped one", good.replace("00D5g000004Xyz", "00D5g000004Xy&#122;").into(), Reason::WrongOrganization),
    ];
    for (name, body, reason) in cases {
        let call = Owned { body, ..sample.call(b"") };
        assert_eq!(call.reason(&verifier, sent_at()), Some(reason), "{name}");
    }
    for (name, body) in [
        ("15 characters", good.replace("00D5g000004XyzAEAS", "00D5g000004XyzA")),
        ("not too deep", with_element(&nested(59))),
        ("a byte order mark", format!("\u{feff}{good}")),
        ("marked characters", with_element("<sf:a><![CDATA[<!DOCTYPE x>]]>&amp;&#x20ac;</sf:a>")),
        ("a comment", with_element("<!-- <!DOCTYPE x> -->")),
    ] {
        let call = Owned { body: body.into_bytes(), ..sample.call(b"") };
        assert_eq!(call.reason(&verifier, sent_at()), None, "{name}");
    }
}

#[test]
fn the_word_of_an_address_is_its_last_segment_and_all_of_it() {
    let sample = sample("salesforce_outbound_message");
    let word = &sample.secret;
    for url in [
        "",
        "/",
        "https://dsr.example.com",
        &format!("https://dsr.example.com/{word}/"),
        &format!("https://a/?{word}"),
        &format!("https://a/#/{word}"),
        &format!("https://a/x{word}"),
        &format!("https://a/{word}x"),
    ] {
        let call = Owned { url: url.to_owned(), ..sample.call(b"") };
        assert!(call.verify(&sample.verifier(), sent_at()).is_err(), "{url}");
    }
}

#[test]
fn of_signatures_without_end_none_counts() {
    for (name, header, filler) in [
        ("standard_webhooks v1", "webhook-signature", "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= "),
        ("generic_hmac with_time", "X-Sum", "v1=0000000000000000000000000000000000000000000000000000000000000000,"),
    ] {
        let sample = sample(name);
        let call = sample.call(b"body");
        let after = |fillers: usize| {
            let all = [filler.repeat(fillers).as_bytes(), call.header(header)].concat();
            call.clone().replace(header, all).reason(&sample.verifier(), sent_at())
        };
        assert_eq!(after(31), None, "{name}");
        assert_eq!(after(32), Some(Reason::BadEncoding), "{name}");
    }
}
