//! The table of schemes: what each signs, and what that is worth.

use words::words;

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

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// What a verified call proves.
    pub proof: Proof,
    /// How.
    pub method: &'static str,
    /// Over what, in this order.
    pub signed: &'static str,
    /// In which headers.
    pub headers: &'static [&'static str],
    /// Whether the time is signed.
    pub time: TimeSigned,
    /// By what a delivery is known again; see [`DeliveryKeys`](crate::delivery::DeliveryKeys).
    pub known_by: &'static str,
    /// What the secret is, and how it is written.
    pub secret: &'static str,
    /// Superseded by its own maker: only where the operator says so.
    pub is_legacy: bool,
}

impl Scheme {
    /// Its row.
    #[must_use]
    pub const fn row(self) -> Row {
        match self {
            Self::Zendesk => Row {
                method: "HMAC-SHA256, base64",
                signed: "instant, body",
                headers: &["X-Zendesk-Webhook-Signature", "X-Zendesk-Webhook-Signature-Timestamp"],
                time: TimeSigned::Always,
                known_by: "all that is signed; `X-Zendesk-Webhook-Invocation-Id` with the body",
                secret: "the webhook's signing secret",
                ..SIGNATURE
            },
            Self::Jira => Row {
                headers: &["X-Hub-Signature"],
                known_by: "the body; `X-Atlassian-Webhook-Identifier` with it",
                ..SIGNATURE
            },
            Self::Intercom => Row {
                method: "HMAC-SHA1, `sha1=` and hexadecimal",
                headers: &["X-Hub-Signature"],
                known_by: "`id` in the body; without one the body",
                secret: "the app's client secret",
                ..SIGNATURE
            },
            Self::Github => Row {
                headers: &["X-Hub-Signature-256"],
                known_by: "the body; `X-GitHub-Delivery` with it",
                ..SIGNATURE
            },
            Self::HubspotV3 => Row {
                method: "HMAC-SHA256, base64",
                signed: "method, address (twelve escapes decoded), body, instant",
                headers: &["X-HubSpot-Signature-v3", "X-HubSpot-Request-Timestamp"],
                time: TimeSigned::Always,
                known_by: "all that is signed",
                secret: "the app's client secret",
                ..SIGNATURE
            },
            Self::HubspotV2 => Row { signed: "method, address, body", ..HUBSPOT_LEGACY },
            Self::HubspotV1 => HUBSPOT_LEGACY,
            Self::StandardWebhooks => Row {
                method: "`v1`: HMAC-SHA256, `v1a`: Ed25519; base64, one or several",
                signed: "id, `.`, instant, `.`, body",
                headers: &["webhook-id", "webhook-timestamp", "webhook-signature"],
                time: TimeSigned::Always,
                known_by: "`webhook-id`",
                secret: "`whsec_…`, or the public key `whpk_…`: its kind says which version counts",
                ..SIGNATURE
            },
            Self::HeaderToken => Row { secret: "the word", ..SHARED_WORD },
            Self::BasicAuth => Row { headers: &["Authorization"], secret: "the password", ..SHARED_WORD },
            Self::GenericHmac => Row {
                method: "HMAC with SHA-1, SHA-256 or SHA-512, as set",
                signed: "as set; the body always",
                headers: &[],
                time: TimeSigned::AsSet,
                known_by: "all that is signed",
                secret: "the key, in the encoding that is set",
                ..SIGNATURE
            },
            Self::SalesforceOutboundMessage => Row {
                method: "compared; `OrganizationId` in the body as well",
                known_by: "the notifications' `Id`s",
                secret: "the last segment of the address",
                ..SHARED_WORD
            },
        }
    }
}

const SIGNATURE: Row = Row {
    proof: Proof::Signature,
    method: "HMAC-SHA256, `sha256=` and hexadecimal",
    signed: "body",
    headers: &[],
    time: TimeSigned::Never,
    known_by: "the body",
    secret: "the webhook's secret",
    is_legacy: false,
};

const HUBSPOT_LEGACY: Row = Row {
    proof: Proof::KeyedHash,
    method: "SHA-256 over the secret and these, hexadecimal",
    signed: "body",
    headers: &["X-HubSpot-Signature", "X-HubSpot-Signature-Version"],
    time: TimeSigned::Never,
    known_by: "all that is signed",
    secret: "the app's client secret",
    is_legacy: true,
};

const SHARED_WORD: Row = Row {
    proof: Proof::SharedWord,
    method: "compared",
    signed: "nothing",
    headers: &[],
    time: TimeSigned::Never,
    known_by: "nothing: a repeated hint is read once more",
    secret: "",
    is_legacy: false,
};
