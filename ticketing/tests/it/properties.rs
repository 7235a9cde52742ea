//! What holds of every ticket, whatever stands in it.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use ticketing::kind::SystemKind;
use ticketing::mapping::check::Mapping;
use ticketing::mapping::draft::Draft;
use ticketing::mapping::mapped::Verdict;

fn mapping() -> Mapping {
    let draft: Draft = serde_json::from_value(json!({
        "accept_when": [{"path": "/form", "in": ["7"], "split": " "}],
        "map": {
            "display_id": {"path": "/key"},
            "request_type": {"path": "/type", "values": {"forget": "erasure", "mend": "rectification"}},
            "jurisdiction": {"join": ["/country", "/state"], "many": true, "values": {"pl": "EU-PL", "us/ca": "US-CA"}},
            "subject.email": {"path": "/email", "split": ","},
            "subject.phone": {"first_of": ["/phone", "/phones/0"], "default_region": "jurisdiction"},
            "subject.name": {"path": "/name"},
            "subject.twitter": {"all_of": ["/handle", "/handles"]},
            "requester.email": {"path": "/from"},
            "submitted_by": {"path": "/by"},
            "received_at": {"path": "/at", "zone": "UTC"},
            "language": {"path": "/locale"},
            "correct.email.existing": {"path": "/old"},
            "correct.email.updated": {"path": "/new"},
        }
    }))
    .unwrap();
    draft.check().unwrap()
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-z@.+0-9 ,{}<=\u{0}é\u{202e}]{0,12}".prop_map(Value::from),
        prop_oneof![Just("forget"), Just("mend"), Just("pl"), Just("7"), Just("a@example.com"), Just("1772442895")]
            .prop_map(Value::from),
    ]
}

fn anything() -> impl Strategy<Value = Value> {
    let name = prop_oneof![Just("value".to_owned()), Just("child".to_owned()), "[a-z]{0,4}"];
    scalar().prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(name.clone(), inner, 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn ticket() -> impl Strategy<Value = Value> {
    let names = [
        "id", "key", "type", "country", "state", "email", "phone", "phones", "name", "handle", "handles", "from", "by",
        "at", "locale", "old", "new", "form",
    ];
    let field = (prop::sample::select(names.to_vec()), anything());
    prop::collection::vec(field, 0..18).prop_map(|fields| {
        let mut ticket: Map<_, _> = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        ticket.entry("form").or_insert(json!("7"));
        ticket.into()
    })
}

proptest! {
    #[test]
    fn a_mapping_survives_any_ticket_and_files_only_what_is_whole(ticket in ticket()) {
        let mapped = mapping().apply(&ticket);
        if mapped.verdict == Verdict::Fileable {
            prop_assert!(mapped.right.is_some() && !mapped.places.is_empty() && !mapped.subject.is_empty());
        }
        if mapped.verdict == Verdict::Triage {
            prop_assert!(mapped.problems.iter().any(|problem| problem.holds_up()));
        }
    }

    #[test]
    fn a_mapping_survives_any_json(ticket in anything()) {
        prop_assert!(!matches!(mapping().apply(&ticket).verdict, Verdict::Fileable));
    }

    /// The mark stands in every value; no problem and no `Debug` shows it.
    #[test]
    fn no_problem_quotes_a_ticket(ticket in ticket()) {
        let mut marked = mark(&ticket);
        marked["form"] = json!("7");
        let mapped = mapping().apply(&marked);
        let shown = format!("{:?} {:?}", mapped.problems, mapped.subject);
        prop_assert!(!shown.contains("qzxq"), "{shown}");
    }

    /// The mark stands in every value that no rule points at.
    #[test]
    fn nothing_comes_from_a_field_that_is_not_mapped(ticket in ticket(), extra in anything()) {
        let Value::Object(mut with) = ticket.clone() else { unreachable!("a ticket is an object") };
        with.insert("secret".to_owned(), mark(&extra));
        prop_assert_eq!(mapping().apply(&with.into()), mapping().apply(&ticket));
    }

    #[test]
    fn no_body_breaks_any_system(
        body in prop::collection::vec(any::<u8>(), 0..200),
        content_type in prop::sample::select(vec!["application/json", "text/xml", "application/x-www-form-urlencoded", "text/xml; charset=utf-16", ""]),
    ) {
        for kind in SystemKind::ALL {
            let _ = kind.system().mentions(Some(content_type), &body);
        }
    }

    #[test]
    fn no_json_breaks_any_system(body in anything(), wrap in prop::sample::select(vec!["ticket", "issue", "data", "case", "detail", "x"])) {
        for body in [json!({wrap: body, "type": "zen:event-type:ticket.created", "topic": "ticket.created"}), json!([body])] {
            for kind in SystemKind::ALL {
                let _ = kind.system().mentions(None, body.to_string().as_bytes());
            }
        }
    }
}

/// The same value with a mark in every text.
fn mark(value: &Value) -> Value {
    match value {
        Value::String(text) => json!(format!("{text}qzxq")),
        Value::Array(list) => list.iter().map(mark).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), mark(value))).collect::<Map<_, _>>().into()
        }
        other => other.clone(),
    }
}
