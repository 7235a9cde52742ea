//! Bodies that nobody sends who means well, and what becomes of each: a refusal by name, or an entry for a person.

use serde_json::{Value, json};
use ticketing::kind::SystemKind::{self, *};
use ticketing::mapping::draft::Draft;
use ticketing::mapping::mapped::Verdict;
use ticketing::reading::BODY_BYTES_MAX;
use ticketing::unreadable::Unreadable as U;

const JSON: &str = "application/json";
const XML: &str = "text/xml";
const FORM: &str = "application/x-www-form-urlencoded";

fn soap(inner: &str) -> String {
    format!("<e:Envelope xmlns:e='x'><e:Body><notifications>{inner}</notifications></e:Body></e:Envelope>")
}

fn case(fields: &str) -> String {
    format!("<Notification><sObject xsi:type='sf:Case'>{fields}</sObject></Notification>")
}

const CASE_ID: &str = "<sf:Id>5005g00000AbCdEAAV</sf:Id>";

#[test]
fn every_hostile_body_is_refused_for_its_own_reason() {
    let soap_of = |fields: &str| soap(&case(fields)).into_bytes();
    let xxe = "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>";
    let laughs = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>";
    let cases: Vec<(&str, SystemKind, &str, Vec<u8>, U)> = vec![
        ("SOAP with a document type", Salesforce, XML, [xxe.as_bytes(), &soap_of(CASE_ID)].concat(), U::ForbiddenXml),
        (
            "SOAP with entities in entities",
            Salesforce,
            XML,
            [laughs.as_bytes(), &soap_of(CASE_ID)].concat(),
            U::ForbiddenXml,
        ),
        ("SOAP with an entity of its own", Salesforce, XML, soap_of("<sf:Id>&xxe;</sf:Id>"), U::ForbiddenXml),
        (
            "SOAP with a processing instruction",
            Salesforce,
            XML,
            [b"<?xml-stylesheet href='x'?>".as_slice(), &soap_of(CASE_ID)].concat(),
            U::ForbiddenXml,
        ),
        ("SOAP nested without end", Salesforce, XML, "<a>".repeat(1_000_000).into_bytes(), U::TooDeep),
        (
            "SOAP that says UTF-16 and is not",
            Salesforce,
            XML,
            [b"<?xml version='1.0' encoding='UTF-16'?>".as_slice(), &soap_of(CASE_ID)].concat(),
            U::Charset,
        ),
        ("SOAP of 101 notifications", Salesforce, XML, soap(&case(CASE_ID).repeat(101)).into_bytes(), U::TooMany),
        (
            "SOAP about another kind of object",
            Salesforce,
            XML,
            soap(&case(CASE_ID).replace("Case", "Contact")).into_bytes(),
            U::NoTicket("Notification/sObject of type Case"),
        ),
        (
            "SOAP with one field twice",
            Salesforce,
            XML,
            soap_of(&format!("{CASE_ID}<sf:A>1</sf:A><sf:A>2</sf:A>")),
            U::DuplicateKey,
        ),
        (
            "SOAP with an id that ends a query",
            Salesforce,
            XML,
            soap_of("<sf:Id>x' OR Id != '</sf:Id>"),
            U::NoTicket("sObject/Id"),
        ),
        (
            "SOAP of another message",
            Salesforce,
            XML,
            b"<html><body/></html>".to_vec(),
            U::NoTicket("Envelope/Body/notifications"),
        ),
        ("XML to a system of JSON", Zendesk, XML, soap_of(CASE_ID), U::ContentType),
        ("JSON nested without end", Jira, JSON, "[".repeat(1_000_000).into_bytes(), U::TooDeep),
        ("JSON nested in objects without end", Zendesk, JSON, "{\"ticket\":".repeat(200_000).into_bytes(), U::TooDeep),
        ("JSON with one name twice", Zendesk, JSON, br#"{"ticket":{"id":"1","id":"2"}}"#.to_vec(), U::DuplicateKey),
        (
            "JSON with one name twice, once escaped",
            Jira,
            JSON,
            br#"{"issue":{"id":"1"},"\u0069ssue":{"id":"2"}}"#.to_vec(),
            U::DuplicateKey,
        ),
        (
            "JSON in Latin-1 that does not say so",
            Freshdesk,
            JSON,
            b"{\"ticket_id\":1,\"n\":\"Zo\xeb\"}".to_vec(),
            U::Charset,
        ),
        (
            "JSON in a character set that there is not",
            Freshdesk,
            "application/json; charset=x-klingon",
            b"{\"ticket_id\":1}".to_vec(),
            U::Charset,
        ),
        ("half a surrogate", Zendesk, JSON, br#"{"ticket":{"id":"\ud83d"}}"#.to_vec(), U::Json { line: 1, column: 24 }),
        (
            "a number beyond all numbers",
            Zendesk,
            JSON,
            br#"{"ticket":{"id":1e999}}"#.to_vec(),
            U::Json { line: 1, column: 21 },
        ),
        (
            "an id that was rounded",
            Zendesk,
            JSON,
            br#"{"ticket":{"id":123456789012345678901234567890}}"#.to_vec(),
            U::NoTicket("/ticket/id"),
        ),
        (
            "an id that leaves its place",
            Zendesk,
            JSON,
            br#"{"ticket":{"id":"../users/1"}}"#.to_vec(),
            U::NoTicket("/ticket/id"),
        ),
        (
            "an id that begins a query",
            ServiceNow,
            JSON,
            br#"{"sys_id":"x^ORactive=true"}"#.to_vec(),
            U::NoTicket("/sys_id"),
        ),
        ("an id that is an object", Jira, JSON, br#"{"issue":{"id":{"$gt":""}}}"#.to_vec(), U::NoTicket("/issue/id")),
        (
            "a repository that leaves its place",
            GitHub,
            JSON,
            br#"{"issue":{"number":1},"repository":{"full_name":"../.."}}"#.to_vec(),
            U::NoTicket("/repository/full_name"),
        ),
        (
            "two JSON values in one body",
            Intercom,
            JSON,
            br#"{"topic":"ping"}{"topic":"ticket.created"}"#.to_vec(),
            U::Json { line: 1, column: 17 },
        ),
        (
            "a hundred and one events",
            HubSpot,
            JSON,
            json!(vec![json!({"objectId": 1}); 101]).to_string().into_bytes(),
            U::TooMany,
        ),
        ("an object where a list belongs", HubSpot, JSON, b"{}".to_vec(), U::NoTicket("a list of events")),
        ("a form with two payloads", GitHub, FORM, b"payload={}&payload={}".to_vec(), U::DuplicateKey),
        ("a form with something beside its payload", GitHub, FORM, b"payload={}&x=1".to_vec(), U::Form),
        ("a form without a payload", GitHub, FORM, b"x=1".to_vec(), U::Form),
        ("a form with bytes that are no text", Freshdesk, FORM, b"ticket_id=1&name=%ff".to_vec(), U::Charset),
        (
            "a form with one name twice, once in brackets",
            Freshdesk,
            FORM,
            b"ticket_id=1&ticket[ticket_id]=2".to_vec(),
            U::DuplicateKey,
        ),
        ("a picture", Standard, "image/png", b"\x89PNG".to_vec(), U::ContentType),
        ("nothing", Standard, JSON, Vec::new(), U::Empty),
        ("a byte order mark and nothing", Standard, JSON, b"\xef\xbb\xbf".to_vec(), U::Empty),
        ("more than anybody sends", Zendesk, JSON, vec![b' '; BODY_BYTES_MAX + 1], U::TooLarge),
        (
            "a template that broke the JSON",
            Zendesk,
            JSON,
            b"{\"ticket\":{\"id\":\"1\",\"name\":\"Ann \"the\" A\"}}".to_vec(),
            U::Json { line: 1, column: 34 },
        ),
    ];
    assert!(cases.len() >= 25);
    for (what, kind, content_type, body, why) in cases {
        assert_eq!(kind.system().mentions(Some(content_type), &body).unwrap_err(), why, "{what}");
    }
}

#[test]
fn every_hostile_value_goes_to_a_person_or_nowhere() {
    let draft: Draft = serde_json::from_value(json!({"map": {
        "display_id": {"path": "/ticket/id"},
        "request_type": {"path": "/ticket/type", "values": {"forget": "erasure"}},
        "jurisdiction": {"fixed": "EU-PL"},
        "subject.email": {"path": "/ticket/email"},
        "subject.name": {"path": "/ticket/name"},
        "subject.external_id": {"path": "/ticket/customer"},
        "received_at": {"path": "/ticket/at"},
    }}))
    .unwrap();
    let mapping = draft.check().unwrap();
    let good = json!({"id": "1", "type": "forget", "email": "a@example.com", "name": "Ann", "customer": "c1", "at": "2026-03-02T09:14:55Z"});
    assert_eq!(mapping.apply(&json!({"ticket": good})).verdict, Verdict::Fileable);
    for (field, value, code) in [
        ("name", json!("<script>alert(1)</script>"), "markup"),
        ("name", json!("<img src=x onerror=alert(1)>"), "markup"),
        ("name", json!("=cmd|'/C calc'!A0"), "formula"),
        ("name", json!("@SUM(1+1)*cmd|' /C calc'!A0"), "formula"),
        ("name", json!("+1-555"), "formula"),
        ("name", json!("{{ticket.requester.name}}"), "placeholder"),
        ("name", json!("{% if x %}"), "placeholder"),
        ("name", json!("Ann\u{202e}nnA"), "bidi_override"),
        ("name", json!("Ann\u{0}"), "control_character"),
        ("name", json!("x".repeat(100_000)), "too_long"),
        ("name", json!({"first": "Ann"}), "not_a_value"),
        ("name", json!("Zo\u{fffd}"), "garbled"),
        ("email", json!("a@example.com\u{0}"), "control_character"),
        ("email", json!("a@example.com\r\nBcc: b@example.com"), "control_character"),
        ("email", json!("a\u{200b}@example.com"), "invisible_character"),
        ("email", json!(["a@example.com", "b@example.com"]), "several"),
        ("email", json!([["a@example.com"]]), "not_a_value"),
        ("email", json!(vec!["a@example.com"; 5000]), "too_many"),
        ("customer", json!(123_456_789_012_345_680_000_000.0), "rounded"),
        ("customer", json!("c 1"), "has_space"),
        ("type", json!("forget everything"), "unmapped"),
        ("type", json!({"value": {"value": "forget"}}), "not_a_value"),
        ("id", json!("1\n2"), "not_an_id"),
        ("id", json!("9".repeat(300)), "not_an_id"),
        ("at", json!("9999-99-99"), "not_an_instant"),
        ("at", json!(-1), "not_an_instant"),
        ("at", json!("2026-03-02 09:14:55"), "no_zone"),
    ] {
        let mut ticket = good.clone();
        ticket[field] = value.clone();
        let mapped = mapping.apply(&json!({"ticket": ticket}));
        let codes: Vec<_> = mapped.problems.iter().map(|problem| problem.code).collect();
        let shown = value.to_string().chars().take(60).collect::<String>();
        // A request is no worse for having no number that people call its ticket by.
        let verdict = if field == "id" { Verdict::Fileable } else { Verdict::Triage };
        assert_eq!((mapped.verdict, codes.as_slice()), (verdict, [code].as_slice()), "{field} {shown}");
    }
}

#[test]
fn a_call_about_nothing_of_ours_is_no_error() {
    let calls: [(SystemKind, Value); 6] = [
        (Zendesk, json!({"type": "zen:event-type:user.created", "detail": {"id": "1"}})),
        (Jira, json!({"webhookEvent": "project_created", "project": {"id": 1}})),
        (Intercom, json!({"type": "notification_event", "topic": "ping", "data": {"item": {"type": "ping"}}})),
        (HubSpot, json!([{"subscriptionType": "contact.privacyDeletion", "objectId": 1}])),
        (GitHub, json!({"zen": "Keep it logically awesome.", "hook_id": 1})),
        (GitHub, json!({"issue": {"number": 1, "pull_request": {"url": "x"}}, "repository": {"full_name": "a/b"}})),
    ];
    for (kind, body) in calls {
        assert_eq!(kind.system().mentions(Some(JSON), body.to_string().as_bytes()), Ok(Vec::new()), "{kind}");
    }
}
