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

fn faults(text: &str) -> Vec<String> {
    let faults = described(text).check().err().unwrap_or_default();
    faults.iter().map(ToString::to_string).collect()
}

#[test]
fn each_fault_names_its_place_and_the_way_out() {
    assert_eq!(faults(GOOD), [""; 0]);
    for (from, to, expected) in [
        ("X-Dsr-Token", "X Dsr", vec!["signing.header: is not the name of a header"]),
        ("\"eu_gdpr\"", "\"eu\"", vec!["settings.regime: is no law that is known", "mapping.map.jurisdiction.fixed"]),
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
        let found = faults(&GOOD.replacen(from, to, 1));
        assert_eq!(found.len(), expected.len(), "{to}: {found:?}");
        for (found, fault) in found.iter().zip(expected) {
            assert!(found.starts_with(fault), "{to}: {found}");
        }
    }
}

#[test]
fn what_will_not_work_here_is_hinted_at() {
    let hints = |from: &str, to: &str, allowed: &str| -> Vec<String> {
        let hints = described(&GOOD.replacen(from, to, 1)).hints(&allowed.parse().unwrap(), None);
        hints.iter().map(ToString::to_string).collect()
    };
    assert_eq!(hints("", "", ""), [""; 0]);
    let inner = ("https://acme.zendesk.com/", "http://127.0.0.1:8091/zendesk/");
    assert_eq!(faults(&GOOD.replacen(inner.0, inner.1, 1)), [""; 0], "it may be a stand-in");
    assert!(hints(inner.0, inner.1, "")[0].starts_with("settings.link.base: must begin with https://"));
    assert_eq!(hints(inner.0, inner.1, "127.0.0.1"), [""; 0]);
    assert!(
        hints("\"zendesk\"", "\"github\"", "")[0].starts_with("settings.write_back: whoever sees a ticket of github")
    );
}

/// An HMAC that the operator describes signs the address where the template says so, and not by the name of its scheme.
#[test]
fn who_signs_the_address_is_told_that_it_must_be_known() {
    let signing = |setup: &str| {
        let text = GOOD.replacen("scheme = \"header_token\"\nheader = \"X-Dsr-Token\"", setup, 1);
        let described = described(&text);
        let hints = |url: Option<&str>| described.hints(&Allowed::default(), url).len();
        (hints(None), hints(Some("https://dsr.example.com")))
    };
    let generic = |template: &str| {
        format!(
            "scheme = \"generic_hmac\"\ntemplate = \"{template}\"\nhash = \"sha256\"\nencoding = \"hex\"\n\
             signature_header = \"X-Sum\""
        )
    };
    assert_eq!(signing("scheme = \"hubspot_v3\""), (1, 0));
    assert_eq!(signing(&generic("{url}{body}")), (1, 0));
    assert_eq!(signing(&generic("{body}")), (0, 0));
    assert_eq!(signing("scheme = \"zendesk\""), (0, 0));
}

#[test]
fn the_address_to_call_shows_where_its_secret_goes() {
    let of = |text: &str, url: Option<&str>| described(text).address(url, "desk");
    assert_eq!(of(GOOD, Some("https://dsr.example.com/")), "https://dsr.example.com/webhooks/desk");
    assert_eq!(of(GOOD, None), "https://<where people reach this service>/webhooks/desk");
    let signing = "scheme = \"salesforce_outbound_message\"\norganization_id = \"00D5g000004XyzA\"";
    let salesforce = GOOD.replacen("scheme = \"header_token\"\nheader = \"X-Dsr-Token\"", signing, 1);
    assert!(of(&salesforce, None).ends_with("/webhooks/desk/<its secret>"));
}
