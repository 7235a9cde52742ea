//! What is wrong with a description is told all at once, each with its place.

use egress::allow::Allowed;

use super::Description;

const GOOD: &str = r#"
system = "zendesk"
[signing]
scheme = "header_token"
header = "X-Dsr-Token"
[settings]
regime = "eu_gdpr"
[settings.link]
base = "https://acme.zendesk.com/"
[settings.write_back]
field = "360012345690"
[mapping.map]
request_type = { path = "/ticket/fields/1", values = { erase = "erasure" } }
"subject.email" = { path = "/ticket/fields/2" }
"#;

fn described(text: &str) -> Description {
    toml::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

#[test]
fn each_fault_names_its_place_and_the_way_out() {
    assert_eq!(described(GOOD).faults(), [""; 0]);
    for (from, to, faults) in [
        ("X-Dsr-Token", "X Dsr", vec!["signing.header: is not the name of a header"]),
        ("\"eu_gdpr\"", "\"eu\"", vec!["settings.regime: there is no law `eu`", "mapping.map.jurisdiction.fixed"]),
        (
            "\"eu_gdpr\"",
            "\"eu_gdpr\"\nregion = \"Poland\"",
            vec!["settings.region: ", "mapping.map.jurisdiction.fixed"],
        ),
        ("\"eu_gdpr\"", "\"eu_gdpr\"\nbody_limit = 10", vec!["settings.body_limit: "]),
        ("https://acme.zendesk.com/", "acme.zendesk.com", vec!["settings.link.base: must be an address"]),
        ("https://acme.", "https://me:word@acme.", vec!["settings.link.base: must hold neither user nor password"]),
        (".com/", ".com/?a=b", vec!["settings.link.base: must hold no query"]),
        (".com/\"", ".com/\"\noptions = { table = \"x\" }", vec!["settings.link.options: cannot be used"]),
        (
            "[settings.link]\nbase = \"https://acme.zendesk.com/\"",
            "",
            vec!["settings.link: is needed", "settings.write_back.field: needs settings.link"],
        ),
        (
            "field = ",
            "values = { done = \"x\" }\nfield = ",
            vec!["settings.write_back.values.done: unknown value; known are received"],
        ),
        ("field = ", "statuses = { fertig = \"x\" }\nfield = ", vec!["settings.write_back.statuses.fertig: "]),
        ("field = ", "language = \"nl\"\nfield = ", vec!["settings.write_back.language: "]),
        ("\"erasure\"", "\"delete\"", vec!["mapping.map.request_type.values.erase: is no word of ours"]),
        ("subject.email", "subject.mail", vec!["mapping.map.subject.mail: ", "mapping.map: has no subject"]),
        ("\"zendesk\"", "\"hubspot\"", vec!["settings.link.options: cannot be used: missing field `portal_id`"]),
        (
            "\"zendesk\"",
            "\"standard\"",
            vec![
                "settings.link: a source of standard has no API",
                "settings.write_back.field: nothing can be written to standard",
            ],
        ),
    ] {
        let found = described(&GOOD.replacen(from, to, 1)).faults();
        assert_eq!(found.len(), faults.len(), "{to}: {found:?}");
        for (found, fault) in found.iter().zip(faults) {
            assert!(found.starts_with(fault), "{to}: {found}");
        }
    }
}

#[test]
fn what_will_not_work_here_is_hinted_at() {
    let hints =
        |from: &str, to: &str, allowed: &str| described(&GOOD.replacen(from, to, 1)).hints(&allowed.parse().unwrap());
    assert_eq!(described(GOOD).hints(&Allowed::default()), [""; 0]);
    let inner = ("https://acme.zendesk.com/", "http://127.0.0.1:8091/zendesk/");
    assert!(described(&GOOD.replacen(inner.0, inner.1, 1)).faults().is_empty(), "it may be a stand-in");
    assert!(hints(inner.0, inner.1, "")[0].starts_with("settings.link.base: must begin with https://"));
    assert_eq!(hints(inner.0, inner.1, "127.0.0.1"), [""; 0]);
    assert!(
        hints("\"zendesk\"", "\"github\"", "")[0].starts_with("settings.write_back: whoever sees a ticket of github")
    );
}
