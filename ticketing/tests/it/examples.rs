//! One call of each system, the mapping that its page shows, and the request that comes of them.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use ticketing::kind::SystemKind;
use ticketing::mapping::draft::Draft;
use ticketing::mapping::mapped::{Mapped, Verdict};

#[derive(Deserialize)]
struct Example {
    name: String,
    system: SystemKind,
    content_type: String,
    body: String,
    mapping: Option<Draft>,
    expect: Expect,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    tickets: Vec<String>,
    #[serde(default)]
    needs_fetch: bool,
    #[serde(default)]
    values: Map<String, Value>,
}

/// One part of a request by the name of its target.
fn part(mapped: &Mapped, name: &str) -> Value {
    match name {
        "display_id" => json!(mapped.display_id),
        "request_type" => json!(mapped.right),
        "jurisdiction" => json!(mapped.places.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")),
        "submitted_by" => json!(mapped.submitted_by),
        "received_at" => json!(mapped.received_at.map(|at| at.to_string())),
        _ => {
            let kind = name.strip_prefix("subject.").unwrap().parse().unwrap();
            json!(mapped.subject_of(kind).map(|found| &found.normalised.value).next())
        }
    }
}

#[test]
fn every_example_makes_the_request_it_should() {
    let examples: Vec<Example> = serde_json::from_str(include_str!("../data/mapping_examples.json")).unwrap();
    assert_eq!(examples.len(), 8);
    for example in examples {
        let name = &example.name;
        let mentions = example.system.system().mentions(Some(&example.content_type), example.body.as_bytes()).unwrap();
        let tickets: Vec<_> = mentions.iter().map(|mention| mention.ticket.clone()).collect();
        assert_eq!(tickets, example.expect.tickets, "{name}");
        assert_eq!(mentions[0].document.is_none(), example.expect.needs_fetch, "{name}");
        let Some(draft) = example.mapping else { continue };
        let mapped = draft.check().unwrap().apply(mentions[0].document.as_ref().unwrap());
        assert_eq!(mapped.problems, [], "{name}");
        assert_eq!(mapped.verdict, Verdict::Fileable, "{name}");
        for (target, expected) in &example.expect.values {
            assert_eq!(part(&mapped, target), *expected, "{name}: {target}");
        }
    }
}
