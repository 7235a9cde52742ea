//! The systems, a row each: how its calls are signed, who we are at its API, what its fields mean, and what a ticket shows.

use serde_json::{Value, json};
use ticketing::kind::SystemKind;

use super::sign::{self, Call, Headers};

/// One system, or one way of it to call.
pub struct System {
    /// The source's short name.
    pub slug: &'static str,
    /// The kind of system, which is also its stand-in's name.
    pub kind: &'static str,
    /// How it signs.
    pub setup: fn() -> Value,
    pub secret: &'static str,
    /// The one after a rotation.
    pub next_secret: &'static str,
    pub sign: fn(&Call<'_>) -> Headers,
    /// Whether the signature vouches for the fields that come along, so that nothing is read back.
    pub is_believed: bool,
    credentials: &'static str,
    options: &'static str,
    mapping: &'static str,
    /// The ticket of one who wants to be erased.
    pub ticket: &'static str,
    /// The field that shows the status, and where the API shows it.
    pub field: (&'static str, &'static str),
    /// Who did what its stand-in's calls tell of.
    pub actor: &'static str,
    /// The word for the end of the erasure: where the ticket gives a name, that alone says too little, and is left out.
    pub end: &'static str,
}

impl System {
    /// The one of this name.
    pub fn of(slug: &str) -> &'static Self {
        ALL.iter().find(|it| it.slug == slug).unwrap()
    }

    /// Whether it has an API.
    pub fn answers(&self) -> bool {
        self.kind != "standard"
    }

    /// Whether it has comments that the requester does not see.
    pub fn has_notes(&self) -> bool {
        !matches!(self.kind, "standard" | "github")
    }

    pub fn credentials(&self) -> Option<String> {
        self.answers().then(|| self.credentials.to_owned())
    }

    pub fn options(&self) -> serde_json::Map<String, Value> {
        serde_json::from_str(self.options).unwrap()
    }

    /// As a source stores it.
    pub fn mapping(&self) -> String {
        toml::from_str::<Value>(self.mapping).unwrap().to_string()
    }
}

const SECRET: &str = "whsec_c2VjcmV0LW9mLXRoZS1zb3VyY2UtMDAwMDAwMDE=";
const NEXT_SECRET: &str = "whsec_c2VjcmV0LW9mLXRoZS1zb3VyY2UtMDAwMDAwMDI=";

const ZENDESK: System = System {
    slug: "zendesk",
    kind: "zendesk",
    setup: || json!({ "scheme": "zendesk" }),
    secret: SECRET,
    next_secret: NEXT_SECRET,
    sign: sign::zendesk,
    is_believed: true,
    credentials: r#"{"kind": "basic", "user": "agent@acme.example/token", "secret": "zendesk-token"}"#,
    options: "{}",
    mapping: include_str!("../../../ticketing/tests/data/mappings/zendesk.toml"),
    ticket: "48213",
    field: ("360012345690", "/custom_fields/6/value"),
    actor: "9911223399",
    end: "completed",
};

const SALESFORCE: System = System {
    slug: "salesforce",
    kind: "salesforce",
    setup: || json!({ "scheme": "salesforce_outbound_message", "organization_id": "00D5g000004XyzAEAS" }),
    secret: "a-word-that-nobody-guesses-1",
    next_secret: "a-word-that-nobody-guesses-2",
    sign: sign::in_the_address,
    is_believed: false,
    credentials: r#"{"kind": "client", "token_path": "services/oauth2/token", "id": "salesforce-client",
        "secret": "salesforce-secret"}"#,
    options: r#"{"fields": ["CaseNumber", "DSR_Type__c", "DSR_Jurisdiction__c", "SuppliedEmail", "SuppliedName",
        "SuppliedPhone", "DSR_Handle__c", "CreatedDate"], "condition": "RecordType.DeveloperName = 'Privacy'"}"#,
    mapping: include_str!("../../../ticketing/tests/data/mappings/salesforce.toml"),
    ticket: "5005g00000AbCdEAAV",
    field: ("DSR_Status__c", "/DSR_Status__c"),
    actor: "0055g00000AnnaAAAS",
    end: "completed_in_part",
};

const GITHUB: System = System {
    slug: "github",
    kind: "github",
    setup: || json!({ "scheme": "github" }),
    sign: sign::github,
    credentials: r#"{"kind": "bearer", "token": "github-token"}"#,
    options: r#"{"repository": "acme/privacy", "label": "dsr"}"#,
    mapping: include_str!("../../../ticketing/tests/data/mappings/github.toml"),
    ticket: "acme/privacy#12",
    field: ("dsr-status:", "/labels/1/name"),
    actor: "4711",
    ..ZENDESK
};

pub const ALL: &[System] = &[
    ZENDESK,
    System {
        slug: "jira",
        kind: "jira",
        setup: || json!({ "scheme": "jira" }),
        sign: sign::jira,
        credentials: r#"{"kind": "basic", "user": "agent@acme.example", "secret": "jira-token"}"#,
        options: r#"{"jql": "project = PRIV"}"#,
        mapping: include_str!("../../../ticketing/tests/data/mappings/jira.toml"),
        ticket: "99291",
        field: ("customfield_10190", "/fields/customfield_10190/value"),
        actor: "712020:8d1f",
        ..ZENDESK
    },
    System {
        slug: "servicenow",
        kind: "servicenow",
        setup: || json!({ "scheme": "basic_auth", "user_name": "dsr" }),
        sign: sign::basic,
        is_believed: false,
        credentials: r#"{"kind": "basic", "user": "dsr.integration", "secret": "servicenow-password"}"#,
        options: r#"{"table": "sn_grc_pdr_request", "query": "active=true", "fields": ["request_type", "u_subject_email",
            "u_subject_phone", "u_subject_name", "u_social_handle", "location.country", "location.state", "submitted_by",
            "sys_created_on"]}"#,
        mapping: include_str!("../../../ticketing/tests/data/mappings/servicenow.toml"),
        ticket: "a9e30c7dc61122760116894de7bcc7bd",
        field: ("u_dsr_status", "/u_dsr_status"),
        actor: "anna.agent",
        end: "completed_in_part",
        ..ZENDESK
    },
    System {
        slug: "freshdesk",
        kind: "freshdesk",
        setup: || json!({ "scheme": "header_token", "header": "X-Dsr-Token" }),
        sign: sign::token,
        is_believed: false,
        credentials: r#"{"kind": "basic", "user": "freshdesk-key", "secret": "X"}"#,
        mapping: include_str!("../../../ticketing/tests/data/mappings/freshdesk.toml"),
        ticket: "70021",
        field: ("cf_dsr_status", "/custom_fields/cf_dsr_status"),
        actor: "anna.agent@acme.example",
        ..ZENDESK
    },
    SALESFORCE,
    System {
        slug: "salesforce-apex",
        setup: || {
            json!({ "scheme": "generic_hmac", "template": "{timestamp}.{body}", "hash": "sha256", "encoding": "hex",
                    "signature_header": "X-Acme-Signature", "timestamp_header": "X-Acme-Time",
                    "timestamp_format": "unix_s" })
        },
        sign: sign::apex,
        is_believed: true,
        ..SALESFORCE
    },
    System {
        slug: "intercom",
        kind: "intercom",
        setup: || json!({ "scheme": "intercom" }),
        sign: sign::intercom,
        credentials: r#"{"kind": "bearer", "token": "intercom-token"}"#,
        options: r#"{"app_id": "a1b2c3d4", "admin_id": "991", "ticket_type_id": "53"}"#,
        mapping: include_str!("../../../ticketing/tests/data/mappings/intercom.toml"),
        ticket: "1295",
        field: ("dsr_status", "/ticket_attributes/dsr_status"),
        actor: "991",
        ..ZENDESK
    },
    System {
        slug: "hubspot",
        kind: "hubspot",
        setup: || json!({ "scheme": "hubspot_v3" }),
        sign: sign::hubspot,
        is_believed: false,
        credentials: r#"{"kind": "bearer", "token": "hubspot-token"}"#,
        options: r#"{"portal_id": "44112233", "properties": ["dsr_type", "dsr_email", "dsr_phone", "dsr_handle", "dsr_region"]}"#,
        mapping: include_str!("../../../ticketing/tests/data/mappings/hubspot.toml"),
        ticket: "5120011",
        field: ("dsr_status", "/dsr_status"),
        actor: "userId:60001",
        ..ZENDESK
    },
    GITHUB,
    // Whoever knows the word may send it anything.
    System {
        slug: "github-token",
        setup: || json!({ "scheme": "header_token", "header": "X-Dsr-Token" }),
        sign: sign::token,
        is_believed: false,
        ..GITHUB
    },
    System {
        slug: "standard",
        kind: "standard",
        setup: || json!({ "scheme": "standard_webhooks" }),
        sign: sign::standard,
        mapping: r#"
            [map]
            request_type = { path = "/data/ticket/right" }
            jurisdiction = { path = "/data/ticket/place" }
            "subject.email" = { path = "/data/ticket/email" }
            received_at = { path = "/data/ticket/created_at", required = true }
        "#,
        ticket: "T-1",
        actor: "agent-7",
        ..ZENDESK
    },
];

#[test]
fn every_system_has_a_row() {
    let kinds = |all: Vec<&'static str>| all.into_iter().collect::<std::collections::BTreeSet<_>>();
    let known = kinds(SystemKind::ALL.iter().map(|it| it.as_str()).collect());
    assert_eq!(kinds(ALL.iter().map(|it| it.kind).collect()), known);
}

/// What a system of our own scheme would send: it has no stand-in.
pub fn standard_call(email: &str, right: &str, updated_at: &str) -> String {
    json!({ "type": "ticket.updated", "timestamp": updated_at, "data": { "actor": { "id": "agent-7" }, "ticket": {
        "id": "T-1", "right": right, "place": "EU-PL", "email": email, "created_at": "2026-03-02T09:14:55Z",
        "updated_at": updated_at } } })
    .to_string()
}
