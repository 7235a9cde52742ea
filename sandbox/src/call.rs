//! A call to the platform: which route it takes, with what, and whom it concerns.

use serde_json::Value;

/// The routes the sandbox knows. Their names are the words of counters, journal and fault matchers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// `POST /oauth/token`
    Token,
    /// `GET /api/v2/gdpr/subjects`
    SearchSubjects,
    /// `POST /api/v2/gdpr/requests`
    SubmitRequest,
    /// `GET /api/v2/gdpr/requests`
    ListRequests,
    /// `GET /api/v2/gdpr/requests/{id}`
    ReadRequest,
    /// `GET /api/v2/downloads/{id}`
    Download,
    /// `GET /api/v2/externalcontacts/contacts/{id}`
    Contact,
    /// `GET /api/v2/externalcontacts/contacts/{id}/unresolved`
    ContactUnresolved,
    /// `POST /api/v2/externalcontacts/bulk/contacts`
    BulkContacts,
    /// `POST /api/v2/externalcontacts/bulk/contacts/unresolved`
    BulkContactsUnresolved,
    /// `GET /api/v2/users`
    Users,
    /// `GET /api/v2/users/{id}`
    User,
    /// `GET /api/v2/users/me`
    UsersMe,
    /// `GET /api/v2/authorization/divisions`
    Divisions,
    /// `GET /api/v2/authorization/divisionspermitted/paged/me`
    DivisionsPermitted,
    /// `GET /api/v2/authorization/subjects/me`
    SubjectsMe,
    /// `GET /api/v2/tokens/me`
    TokenInfo,
    /// `HEAD /api/v2/tokens/me`
    TokenVerify,
    /// `DELETE /api/v2/tokens/me`
    TokenRevoke,
    /// `GET /api/v2/organizations/limits/namespaces/{namespace}`
    Limits,
    /// `GET /signed/{signature}` on the storage address
    Storage,
    /// Anything else.
    Unknown,
}

impl Route {
    /// Every route that leads somewhere.
    pub const ALL: [Self; 21] = [
        Self::Token,
        Self::SearchSubjects,
        Self::SubmitRequest,
        Self::ListRequests,
        Self::ReadRequest,
        Self::Download,
        Self::Contact,
        Self::ContactUnresolved,
        Self::BulkContacts,
        Self::BulkContactsUnresolved,
        Self::Users,
        Self::User,
        Self::UsersMe,
        Self::Divisions,
        Self::DivisionsPermitted,
        Self::SubjectsMe,
        Self::TokenInfo,
        Self::TokenVerify,
        Self::TokenRevoke,
        Self::Limits,
        Self::Storage,
    ];

    /// The route of a path, with the part of the path that names a thing.
    pub fn find(method: &str, path: &str) -> (Self, Option<String>) {
        let Some(rest) = path.strip_prefix("/api/v2/") else { return (Self::Unknown, None) };
        let parts: Vec<&str> = rest.trim_end_matches('/').split('/').collect();
        let (route, named) = match (method, parts.as_slice()) {
            ("GET", ["gdpr", "subjects"]) => (Self::SearchSubjects, None),
            ("POST", ["gdpr", "requests"]) => (Self::SubmitRequest, None),
            ("GET", ["gdpr", "requests"]) => (Self::ListRequests, None),
            ("GET", ["gdpr", "requests", id]) => (Self::ReadRequest, Some(*id)),
            ("GET", ["downloads", id]) => (Self::Download, Some(*id)),
            ("GET", ["externalcontacts", "contacts", id]) => (Self::Contact, Some(*id)),
            ("GET", ["externalcontacts", "contacts", id, "unresolved"]) => (Self::ContactUnresolved, Some(*id)),
            ("POST", ["externalcontacts", "bulk", "contacts"]) => (Self::BulkContacts, None),
            ("POST", ["externalcontacts", "bulk", "contacts", "unresolved"]) => (Self::BulkContactsUnresolved, None),
            ("GET", ["users"]) => (Self::Users, None),
            ("GET", ["users", "me"]) => (Self::UsersMe, None),
            ("GET", ["users", id]) => (Self::User, Some(*id)),
            ("GET", ["authorization", "divisions"]) => (Self::Divisions, None),
            ("GET", ["authorization", "divisionspermitted", "paged", "me"]) => (Self::DivisionsPermitted, None),
            ("GET", ["authorization", "subjects", "me"]) => (Self::SubjectsMe, None),
            ("GET", ["tokens", "me"]) => (Self::TokenInfo, None),
            ("HEAD", ["tokens", "me"]) => (Self::TokenVerify, None),
            ("DELETE", ["tokens", "me"]) => (Self::TokenRevoke, None),
            ("GET", ["organizations", "limits", "namespaces", name]) => (Self::Limits, Some(*name)),
            _ => (Self::Unknown, None),
        };
        (route, named.map(str::to_owned))
    }

    /// The route's name in counters, journal and fault matchers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::SearchSubjects => "search_subjects",
            Self::SubmitRequest => "submit_request",
            Self::ListRequests => "list_requests",
            Self::ReadRequest => "read_request",
            Self::Download => "download",
            Self::Contact => "contact",
            Self::ContactUnresolved => "contact_unresolved",
            Self::BulkContacts => "bulk_contacts",
            Self::BulkContactsUnresolved => "bulk_contacts_unresolved",
            Self::Users => "users",
            Self::User => "user",
            Self::UsersMe => "users_me",
            Self::Divisions => "divisions",
            Self::DivisionsPermitted => "divisions_permitted",
            Self::SubjectsMe => "subjects_me",
            Self::TokenInfo => "token_info",
            Self::TokenVerify => "token_verify",
            Self::TokenRevoke => "token_revoke",
            Self::Limits => "limits",
            Self::Storage => "storage",
            Self::Unknown => "unknown",
        }
    }

    /// The permissions of which the caller needs any one; none listed means that a token suffices (contract §3–6).
    pub fn permissions(self) -> &'static [&'static str] {
        match self {
            Self::SearchSubjects => &["gdpr:subject:view"],
            Self::SubmitRequest => &["gdpr:request:add"],
            Self::ListRequests | Self::ReadRequest => &["gdpr:request:view"],
            Self::Contact => &["relate:contact:view", "externalContacts:contact:view"],
            Self::ContactUnresolved | Self::BulkContacts | Self::BulkContactsUnresolved => {
                &["externalContacts:contact:view"]
            }
            _ => &[],
        }
    }

    /// Whether the route takes a JSON body.
    pub fn takes_body(self) -> bool {
        matches!(self, Self::SubmitRequest | Self::BulkContacts | Self::BulkContactsUnresolved)
    }
}

/// How the body of a call could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// As a JSON object.
    Json,
    /// It says that it is something else.
    AnotherType,
    /// It is over the size limit.
    TooLarge,
    /// It is not the JSON object it should be.
    Unreadable,
}

/// One call, read but not yet judged.
#[derive(Debug)]
pub struct Call {
    /// Where it goes.
    pub route: Route,
    /// The part of the path that names a thing.
    pub named: Option<String>,
    /// Query parameters, in order, decoded.
    pub query: Vec<(String, String)>,
    /// The JSON body; null where there is none or where it cannot be read.
    pub body: Value,
    /// How the body could be read; of no interest on routes that take none, except for its size.
    pub sent: Sent,
    /// The token of the Authorization header.
    pub bearer: Option<String>,
    /// Scheme, host and port as the caller knows them; the root of results links.
    pub base_url: String,
    /// Scheme, host and port of the storage as the caller can reach it.
    pub storage_url: String,
}

impl Call {
    /// The first value of a query parameter.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// All values of a repeated query parameter.
    pub fn query_all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.query.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The part of the path that names a thing, or nothing.
    pub fn named(&self) -> &str {
        self.named.as_deref().unwrap_or_default()
    }
}
