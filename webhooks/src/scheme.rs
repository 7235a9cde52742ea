//! The table of schemes: what each signs, and what that is worth.

use words::words;

use crate::schemes::{
    basic_auth, generic_hmac, github, header_token, hubspot, intercom, jira, salesforce, standard_webhooks, zendesk,
};

words! {
    /// How a source shows who it is.
    pub enum Scheme {
        /// Zendesk webhooks.
        Zendesk = "zendesk",
        /// Jira webhooks of an administrator, with a secret.
        Jira = "jira",
        /// Intercom apps.
        Intercom = "intercom",
        /// GitHub, and what signs as it does.
        Github = "github",
        /// HubSpot apps.
        HubspotV3 = "hubspot_v3",
        /// HubSpot, before version 3.
        HubspotV2 = "hubspot_v2",
        /// HubSpot, before version 2.
        HubspotV1 = "hubspot_v1",
        /// Standard Webhooks: our own scheme, in and out.
        StandardWebhooks = "standard_webhooks",
        /// A word in a header.
        HeaderToken = "header_token",
        /// User name and password.
        BasicAuth = "basic_auth",
        /// An HMAC as the operator describes it.
        GenericHmac = "generic_hmac",
        /// Salesforce outbound messages.
        SalesforceOutboundMessage = "salesforce_outbound_message",
    }
}

words! {
    /// What a verified call proves.
    pub enum Proof {
        /// Who sent it, and that the body is theirs, byte for byte.
        Signature = "signature",
        /// Who once sent a part of it: a plain hash over secret and body can be lengthened by whoever saw one.
        KeyedHash = "keyed_hash",
        /// That the caller knows a word. Whoever reads one call knows it too.
        SharedWord = "shared_word",
    }
}

impl Proof {
    /// Whether the body may be believed. Where not, a call is a hint that a ticket has changed: the ticket is read from its
    /// system before anything is done, and nothing is ever erased on the word of such a call alone.
    #[must_use]
    pub const fn vouches_for_the_body(self) -> bool {
        matches!(self, Self::Signature)
    }
}

/// Whether the instant of sending is signed, so that an old call can be told from a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeSigned {
    /// It is.
    Always,
    /// It is where the settings say so.
    AsSet,
    /// It is not: age alone refuses nothing, and only the delivery keys tell a replay.
    Never,
}

/// What a sender takes for "it is stored".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acknowledgement {
    /// Any answer of success.
    Success,
    /// 200 with this body; without it the same call comes again for a day.
    Body {
        /// What the body is.
        content_type: &'static str,
        /// The body.
        text: &'static str,
    },
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// What a verified call proves.
    pub proof: Proof,
    /// How.
    pub method: &'static str,
    /// Over what, in this order; for reading. Whether that includes the address says
    /// [`Setup::signs_address`](crate::setup::Setup::signs_address).
    pub signed: &'static str,
    /// In which headers.
    pub headers: &'static [&'static str],
    /// Whether the time is signed.
    pub time: TimeSigned,
    /// By what a delivery is known again; see [`DeliveryKeys`](crate::delivery::DeliveryKeys).
    pub known_by: &'static str,
    /// What the secret is, and how it is written.
    pub secret: &'static str,
    /// Whether the secret is the last segment of the address that is called.
    pub secret_in_address: bool,
    /// What its sender wants to hear.
    pub acknowledgement: Acknowledgement,
    /// Superseded by its own maker: only where the operator says so.
    pub is_legacy: bool,
}

impl Scheme {
    /// Its row.
    #[must_use]
    pub const fn row(self) -> Row {
        match self {
            Self::Zendesk => zendesk::ROW,
            Self::Jira => jira::ROW,
            Self::Intercom => intercom::ROW,
            Self::Github => github::ROW,
            Self::HubspotV3 => hubspot::V3,
            Self::HubspotV2 => hubspot::V2,
            Self::HubspotV1 => hubspot::V1,
            Self::StandardWebhooks => standard_webhooks::ROW,
            Self::HeaderToken => header_token::ROW,
            Self::BasicAuth => basic_auth::ROW,
            Self::GenericHmac => generic_hmac::ROW,
            Self::SalesforceOutboundMessage => salesforce::ROW,
        }
    }
}

/// What most schemes with a code in a header have in common.
pub(crate) const SIGNATURE: Row = Row {
    proof: Proof::Signature,
    method: "HMAC-SHA256, `sha256=` and hexadecimal",
    signed: "body",
    headers: &[],
    time: TimeSigned::Never,
    known_by: "the body",
    secret: "the webhook's secret",
    secret_in_address: false,
    acknowledgement: Acknowledgement::Success,
    is_legacy: false,
};

/// What schemes without a code have in common.
pub(crate) const SHARED_WORD: Row = Row {
    proof: Proof::SharedWord,
    method: "compared",
    signed: "nothing",
    known_by: "nothing: a repeated hint is read once more",
    secret: "",
    ..SIGNATURE
};
