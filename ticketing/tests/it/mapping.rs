//! What a mapping makes of tickets, told by cases; and what it is refused for when it is saved.

use resolution::identifier::IdentifierKind;
use serde_json::{Value, json};
use ticketing::mapping::check::Mapping;
use ticketing::mapping::draft::Draft;
use ticketing::mapping::mapped::{Ignored, Submitter, Verdict};
use ticketing::mapping::target::Target;

/// Fills in what every mapping needs, and overrides it with what the case is about.
fn mapping(own: Value) -> Mapping {
    draft(own).check().unwrap()
}

fn draft(own: Value) -> Draft {
    let mut whole = json!({
        "request_type": {"path": "/type", "values": {"forget": "erasure", "show": "access", "mend": "rectification"}},
        "jurisdiction": {"path": "/region", "values": {"pl": "EU-PL", "ca": "US-CA", "uk": "GB", "eu": "EU"}},
        "subject.email": {"path": "/email"},
    });
    for (name, field) in own.as_object().unwrap() {
        whole[name] = field.clone();
    }
    serde_json::from_value(json!({"map": whole})).unwrap()
}

fn codes(mapping: &Mapping, ticket: Value) -> Vec<(String, &'static str)> {
    mapping.apply(&ticket).problems.iter().map(|problem| (problem.target.to_string(), problem.code)).collect()
}

#[test]
fn every_problem_is_named_at_once_with_its_place_and_without_its_value() {
    let mapping = mapping(json!({
        "subject.phone": {"path": "/phone"},
        "subject.name": {"path": "/name"},
        "received_at": {"path": "/at", "required": true},
        "display_id": {"path": "/id", "required": true},
    }));
    let mapped = mapping
        .apply(&json!({"type": "Anna Nowak wants out", "region": ["pl", "moon"], "email": "anna(at)example.com",
        "phone": "0601 234 567", "name": "=HYPERLINK(\"x\")", "at": "02/03/2026"}));
    assert_eq!(mapped.verdict, Verdict::Triage);
    let told: Vec<_> =
        mapped.problems.iter().map(|it| (it.target.to_string(), it.pointer.as_deref(), it.code)).collect();
    let told: Vec<_> = told.iter().map(|(target, pointer, code)| (target.as_str(), *pointer, *code)).collect();
    assert_eq!(
        told,
        [
            ("display_id", Some("/id"), "missing"),
            ("request_type", Some("/type"), "unmapped"),
            ("jurisdiction", Some("/region"), "several"),
            ("received_at", Some("/at"), "not_an_instant"),
            ("subject.name", Some("/name"), "formula"),
            ("subject.email", Some("/email"), "email_at"),
            ("subject.phone", Some("/phone"), "phone_country"),
        ]
    );
    let text = format!("{mapped:?} {}", mapped.problems.iter().map(ToString::to_string).collect::<String>());
    for private in ["Anna", "anna", "Nowak", "601", "HYPERLINK", "moon", "02/03"] {
        assert!(!text.contains(private), "{private} shows in {text}");
    }
}

#[test]
fn a_ticket_is_ours_only_if_every_condition_says_so() {
    let mut draft = draft(json!({}));
    draft.accept_when = serde_json::from_value(json!([
        {"path": "/form", "in": ["77"]}, {"path": "/tags", "in": ["dsr"], "split": " "}
    ]))
    .unwrap();
    let mapping = draft.check().unwrap();
    let ticket = |form: Value, tags: Value| json!({"form": form, "tags": tags, "type": "show", "region": "pl", "email": "a@example.com"});
    let ignored = |why| Verdict::Ignored(why);
    let absent = |pointer: &str| ignored(Ignored::Absent { pointer: pointer.to_owned() });
    let other = |pointer: &str| ignored(Ignored::Other { pointer: pointer.to_owned() });
    for (form, tags, verdict) in [
        (json!("77"), json!("vip dsr"), Verdict::Fileable),
        (json!(77), json!(["dsr", "vip"]), Verdict::Fileable),
        (json!("78"), json!("dsr"), other("/form")),
        (json!(null), json!("dsr"), absent("/form")),
        (json!("77"), json!("dsr_erasure"), other("/tags")),
        (json!("77"), json!({"x": 1}), other("/tags")),
        (json!("77"), json!(""), absent("/tags")),
    ] {
        let mapped = mapping.apply(&ticket(form.clone(), tags.clone()));
        assert_eq!(mapped.verdict, verdict, "{form} {tags}");
        assert_eq!(mapped.subject.is_empty(), verdict != Verdict::Fileable, "what is ignored is not read");
    }
}

#[test]
fn what_no_table_names_goes_to_a_person_or_is_none_of_ours_as_the_mapping_says() {
    let ticket = json!({"type": "complain", "region": "pl", "email": "a@example.com"});
    let careful = mapping(json!({}));
    assert_eq!(codes(&careful, ticket.clone()), [("request_type".to_owned(), "unmapped")]);
    let strict =
        mapping(json!({"request_type": {"path": "/type", "values": {"show": "access"}, "otherwise": "ignore"}}));
    let verdict = strict.apply(&ticket).verdict;
    assert_eq!(verdict, Verdict::Ignored(Ignored::Unmapped { target: Target::RequestType }));
    // Nothing at all is not a value that no table names.
    let empty = json!({"type": "", "region": "pl", "email": "a@example.com"});
    assert_eq!(codes(&strict, empty), [("request_type".to_owned(), "missing")]);
}

#[test]
fn several_values_count_only_where_the_mapping_says_so() {
    let many = mapping(json!({
        "subject.email": {"path": "/email", "split": ","},
        "subject.phone": {"all_of": ["/phone", "/mobile"], "default_region": "jurisdiction"},
        "jurisdiction": {"path": "/region", "many": true, "values": {"pl": "EU-PL", "eu": "EU", "ca": "US-CA"}},
    }));
    let mapped = many.apply(&json!({"type": "forget", "region": ["eu", "ca", "pl"],
        "email": "a@example.com, b@example.com,A@example.com", "phone": null, "mobile": "+48 601 234 567"}));
    assert_eq!(mapped.problems, []);
    let places: Vec<_> = mapped.places.iter().map(ToString::to_string).collect();
    assert_eq!(places, ["eu_gdpr/PL", "us_ca_ccpa/US-CA"], "one law once, by its most precise place");
    let emails: Vec<_> = mapped.subject_of(IdentifierKind::Email).map(|it| it.raw.as_str()).collect();
    assert_eq!(emails, ["a@example.com", "b@example.com"]);
    assert_eq!(mapped.subject_of(IdentifierKind::Phone).count(), 1);

    let one = mapping(json!({}));
    let two = json!({"type": "show", "region": "pl", "email": ["a@example.com", "b@example.com"]});
    assert_eq!(codes(&one, two), [("subject.email".to_owned(), "several")]);
    let crowd: Vec<_> = (0..60).map(|at| format!("p{at}@example.com")).collect();
    let ticket = json!({"type": "show", "region": "pl", "email": crowd.join(",")});
    assert_eq!(codes(&many, ticket), [("subject.email".to_owned(), "too_many")]);
}

#[test]
fn who_wrote_is_kept_apart_from_whose_data_it_is() {
    let mapping = mapping(json!({
        "subject.email": {"first_of": ["/about", "/from"]},
        "requester.email": {"path": "/from"},
        "requester.name": {"path": "/name"},
        "submitted_by": {"path": "/by", "values": {"self": "subject", "lawyer": "agent"}},
        "language": {"path": "/locale"},
    }));
    let mapped = mapping.apply(&json!({"type": "show", "region": "uk", "about": " kid@example.com ",
        "from": "parent@example.com", "name": "<b>P</b>", "by": "lawyer", "locale": "pt_BR"}));
    assert_eq!(mapped.verdict, Verdict::Fileable, "who wrote can be found out later");
    assert_eq!(mapped.problems[0].code, "markup");
    assert_eq!((mapped.subject.len(), mapped.subject[0].raw.as_str()), (1, "kid@example.com"));
    assert_eq!((mapped.requester.len(), mapped.requester[0].raw.as_str()), (1, "parent@example.com"));
    assert_eq!((mapped.submitted_by, mapped.language.as_deref()), (Some(Submitter::Agent), Some("pt")));
    let alone = mapping.apply(&json!({"type": "show", "region": "uk", "about": "", "from": "p@example.com"}));
    assert_eq!(alone.subject[0].raw, "p@example.com", "the second place counts where the first is blank");
}

#[test]
fn a_national_number_is_read_where_the_mapping_says_from_which_country() {
    let ticket =
        |region: &str| json!({"type": "show", "region": region, "phone": "(415) 555-0142", "email": "a@example.com"});
    for (default, region, number) in [
        (json!("jurisdiction"), "ca", Ok("+14155550142")),
        (json!("US"), "pl", Ok("+14155550142")),
        (json!("jurisdiction"), "eu", Err("phone_country")),
        (json!(null), "ca", Err("phone_country")),
    ] {
        let mapping = mapping(json!({"subject.phone": {"path": "/phone", "default_region": default}}));
        let mapped = mapping.apply(&ticket(region));
        let found = mapped.subject_of(IdentifierKind::Phone).next().map(|it| it.normalised.value.as_str());
        assert_eq!(found.ok_or_else(|| mapped.problems[0].code), number, "{default} {region}");
    }
}

#[test]
fn a_rectification_needs_what_is_wrong_and_what_is_right() {
    let mapping = mapping(json!({
        "correct.email.existing": {"path": "/old", "many": true},
        "correct.email.updated": {"path": "/new", "many": true},
    }));
    let ticket = |kind: &str, old: Value, new: Value| json!({"type": kind, "region": "pl", "email": "a@example.com", "old": old, "new": new});
    let mapped = mapping.apply(&ticket("mend", json!("a@example.com"), json!("b@example.com")));
    assert_eq!(mapped.verdict, Verdict::Fileable);
    assert_eq!(mapped.corrections[0].updated.value, "b@example.com");
    for (old, new, code) in [
        (json!(null), json!(null), "nothing_to_correct"),
        (json!("a@example.com"), json!(null), "unpaired"),
        (json!("a@example.com"), json!("nonsense"), "email_at"),
    ] {
        assert_eq!(mapping.apply(&ticket("mend", old, new)).problems[0].code, code);
    }
    let erasure = mapping.apply(&ticket("forget", json!("a@example.com"), json!("b@example.com")));
    assert_eq!((erasure.corrections.len(), erasure.verdict), (0, Verdict::Fileable));
}

#[test]
fn a_ticket_that_names_nobody_goes_to_a_person() {
    let ticket = json!({"type": "forget", "region": "pl", "email": null});
    assert_eq!(codes(&mapping(json!({})), ticket), [("subject.email".to_owned(), "nobody")]);
}

#[test]
fn a_mapping_is_refused_with_every_fault_named() {
    let faults = |map: Value| {
        let draft: Draft =
            serde_json::from_value(json!({"accept_when": [{"path": "form", "in": []}], "map": map})).unwrap();
        draft.check().unwrap_err().iter().map(|fault| fault.place.clone()).collect::<Vec<_>>()
    };
    assert_eq!(
        faults(json!({
            "request_type": {"path": "/a", "values": {"x": "forget_me"}},
            "jurisdiction": {"path": "/a", "values": {"x": "Atlantis"}},
            "submitted_by": {"path": "/a", "values": {}},
            "received_at": {"path": "/a", "zone": "Mars/Base", "many": true},
            "language": {"fixed": "Klingonese"},
            "subject.email": {"path": "/a", "first_of": ["/b"]},
            "subject.phone": {"path": "a~2", "default_region": "XX"},
            "subject.handle": {"path": "/a"},
            "subject.name": {"fixed": "Ann"},
            "display_id": {"path": "/a~2", "otherwise": "ignore", "default_region": "PL"},
            "correct.name.updated": {"path": "/a"},
        })),
        [
            "accept_when[0].path",
            "accept_when[0].in",
            "map.display_id.path",
            "map.display_id.otherwise",
            "map.display_id.default_region",
            "map.jurisdiction.values.x",
            "map.language.fixed",
            "map.received_at",
            "map.received_at.zone",
            "map.request_type.values.x",
            "map.subject.email",
            "map.subject.handle",
            "map.subject.name.fixed",
            "map.subject.phone.path",
            "map.subject.phone.default_region",
            "map.submitted_by.values",
            "map.correct.name.updated",
        ]
    );
    assert_eq!(
        faults(json!({})),
        ["accept_when[0].path", "accept_when[0].in", "map.request_type", "map.jurisdiction", "map"]
    );
    for unknown in [json!({"map": {}, "extra": 1}), json!({"map": {"request_type": {"paths": "/a"}}})] {
        assert!(serde_json::from_value::<Draft>(unknown).is_err());
    }
}

#[test]
fn a_mapping_reads_the_same_from_toml_and_json() {
    let text = r#"
        accept_when = [{ path = "/ticket/form_id", in = ["7700112233"] }]
        [map.request_type]
        path = "/ticket/fields/1"
        values = { dsr_erasure = "erasure" }
        otherwise = "triage"
        [map.jurisdiction]
        join = ["/country", "/state"]
        values = { "United States/California" = "US-CA" }
        [map."subject.phone"]
        path = "/phone"
        default_region = "jurisdiction"
    "#;
    let draft: Draft = toml::from_str(text).unwrap();
    let again: Draft = serde_json::from_str(&serde_json::to_string(&draft).unwrap()).unwrap();
    assert_eq!(draft, again);
    assert_eq!(toml::from_str::<Draft>(&toml::to_string(&draft).unwrap()).unwrap(), draft);
    draft.check().unwrap();
}
