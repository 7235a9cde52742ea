//! The systems that have an API, each with its account, its ticket, and its mapping.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use ticketing::kind::SystemKind;
use ticketing::link::Credentials;
use ticketing::mapping::check::Mapping;
use ticketing::mapping::draft::Draft;
use ticketing::system::{Change, System};

use crate::world::basic;

/// One system.
pub struct Case {
    pub kind: SystemKind,
    pub credentials: fn() -> Credentials,
    options: &'static str,
    /// The ticket of one who wants to be erased.
    pub ticket: &'static str,
    /// The other one.
    pub other: &'static str,
    /// The field that shows our status, its value, and where the API shows it.
    pub field: (&'static str, &'static str, &'static str),
    /// A status by name, and where the API shows what.
    pub status: (&'static str, &'static str, &'static str),
    mapping: &'static str,
}

impl Case {
    pub fn system(&self) -> &'static dyn System {
        self.kind.system()
    }

    pub fn options(&self) -> Value {
        serde_json::from_str(self.options).unwrap()
    }

    pub fn mapping(&self) -> Mapping {
        toml::from_str::<Draft>(self.mapping).unwrap().check().unwrap()
    }

    pub fn change(&self) -> Change {
        let (field, value, _) = self.field;
        Change { field: Some((field.to_owned(), value.to_owned())), status: Some(self.status.0.to_owned()) }
    }

    /// Two texts that a native ticket shows after the change, each with its place.
    pub fn shown(&self) -> [(&'static str, Value); 2] {
        [(self.field.2, json!(self.field.1)), (self.status.1, json!(self.status.2))]
    }
}

pub const ALL: &[Case] = &[
    Case {
        kind: SystemKind::Zendesk,
        credentials: || basic("agent@acme.example/token", "zendesk-token"),
        options: "{}",
        ticket: "48213",
        other: "48214",
        field: ("360012345690", "dsr_status_in_progress", "/custom_fields/6/value"),
        status: ("pending", "/status", "pending"),
        mapping: include_str!("../data/mappings/zendesk.toml"),
    },
    Case {
        kind: SystemKind::Jira,
        credentials: || basic("agent@acme.example", "jira-token"),
        options: r#"{"jql": "project = PRIV"}"#,
        ticket: "99291",
        other: "99292",
        field: ("customfield_10190", "In progress", "/fields/customfield_10190/value"),
        status: ("in PROGRESS", "/fields/status/name", "In progress"),
        mapping: include_str!("../data/mappings/jira.toml"),
    },
    Case {
        kind: SystemKind::ServiceNow,
        credentials: || basic("dsr.integration", "servicenow-password"),
        options: r#"{"table": "sn_grc_pdr_request", "query": "active=true", "fields": ["request_type", "u_subject_email",
            "u_subject_phone", "u_subject_name", "u_social_handle", "location.country", "location.state", "submitted_by",
            "sys_created_on"]}"#,
        ticket: "a9e30c7dc61122760116894de7bcc7bd",
        other: "b9e30c7dc61122760116894de7bcc7bd",
        field: ("u_dsr_status", "in_progress", "/u_dsr_status"),
        status: ("Work in Progress", "/state", "2"),
        mapping: include_str!("../data/mappings/servicenow.toml"),
    },
    Case {
        kind: SystemKind::Freshdesk,
        credentials: || basic("freshdesk-key", "X"),
        options: "{}",
        ticket: "70021",
        other: "70022",
        field: ("cf_dsr_status", "In progress", "/custom_fields/cf_dsr_status"),
        status: ("With privacy team", "/status", "8"),
        mapping: include_str!("../data/mappings/freshdesk.toml"),
    },
    Case {
        kind: SystemKind::Salesforce,
        credentials: || Credentials::Client {
            token_path: "services/oauth2/token".to_owned(),
            id: "salesforce-client".to_owned(),
            secret: "salesforce-secret".into(),
        },
        options: r#"{"fields": ["CaseNumber", "DSR_Type__c", "DSR_Jurisdiction__c", "SuppliedEmail", "SuppliedName",
            "SuppliedPhone", "DSR_Handle__c", "CreatedDate"], "condition": "RecordType.DeveloperName = 'Privacy'"}"#,
        ticket: "5005g00000AbCdEAAV",
        other: "5005g00000AbCdFAAV",
        field: ("DSR_Status__c", "In progress", "/DSR_Status__c"),
        status: ("Working", "/Status", "Working"),
        mapping: include_str!("../data/mappings/salesforce.toml"),
    },
    Case {
        kind: SystemKind::Intercom,
        credentials: || Credentials::Bearer("intercom-token".into()),
        options: r#"{"app_id": "a1b2c3d4", "admin_id": "991", "ticket_type_id": "53"}"#,
        ticket: "1295",
        other: "1296",
        field: ("dsr_status", "In progress", "/ticket_attributes/dsr_status"),
        status: ("with privacy team", "/ticket_state/id", "89"),
        mapping: include_str!("../data/mappings/intercom.toml"),
    },
    Case {
        kind: SystemKind::HubSpot,
        credentials: || Credentials::Bearer("hubspot-token".into()),
        options: r#"{"portal_id": "44112233", "properties": ["dsr_type", "dsr_email", "dsr_phone", "dsr_handle", "dsr_region"]}"#,
        ticket: "5120011",
        other: "5120012",
        field: ("dsr_status", "in_progress", "/dsr_status"),
        status: ("waiting on us", "/hs_pipeline_stage", "3"),
        mapping: include_str!("../data/mappings/hubspot.toml"),
    },
    Case {
        kind: SystemKind::GitHub,
        credentials: || Credentials::Bearer("github-token".into()),
        options: r#"{"repository": "acme/privacy", "label": "dsr"}"#,
        ticket: "acme/privacy#12",
        other: "acme/privacy#13",
        field: ("dsr-status:", "in_progress", "/labels/1/name"),
        status: ("completed", "/state_reason", "completed"),
        mapping: include_str!("../data/mappings/github.toml"),
    },
];

#[test]
fn every_system_with_an_api_has_a_case_and_a_stand_in() {
    let with_api: BTreeSet<_> =
        SystemKind::ALL.iter().filter(|kind| kind.row().reads).map(|kind| kind.as_str()).collect();
    assert_eq!(ALL.iter().map(|case| case.kind.as_str()).collect::<BTreeSet<_>>(), with_api);
    assert_eq!(sandbox::ticketing::systems::ALL.iter().map(|it| it.name).collect::<BTreeSet<_>>(), with_api);
}

/// The case of a system.
pub fn of(kind: SystemKind) -> &'static Case {
    ALL.iter().find(|case| case.kind == kind).unwrap()
}
