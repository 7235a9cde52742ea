//! The scopes as types, so that what a handler needs stands in its signature, and the published matrix of scope by call.

use actix_web::HttpResponse;
use entities::client::scope::Scope;
use serde::Serialize;
use utoipa::ToSchema;

/// A scope that a handler can ask for by type.
pub trait Needs: 'static {
    /// The scope.
    const SCOPE: Scope;
}

macro_rules! needs {
    ($($name:ident)+) => {$(
        #[doc = concat!("See [`Scope::", stringify!($name), "`].")]
        #[derive(Clone, Copy, Debug)]
        pub enum $name {}
        impl Needs for $name {
            const SCOPE: Scope = Scope::$name;
        }
    )+};
}

needs! {
    RequestsFile RequestsRead RequestsReveal RequestsDecide RequestsApprove RequestsOperate RequestsWork ControllersRead AuditRead
    ReportsRead SubscribersManage SourcesManage ControllersManage OfficersManage RegulatorsInvite
}

/// What a scope means.
#[must_use]
pub const fn meaning(scope: Scope) -> &'static str {
    match scope {
        Scope::RequestsFile => "File requests.",
        Scope::RequestsRead => "See requests, their candidates, jobs and events; personal data stays masked.",
        Scope::RequestsReveal => {
            "See personal data of requests in the clear, and fetch exports. Every look is an event."
        }
        Scope::RequestsDecide => {
            "Decide whom a request means; prove identity; ask the person; extend; refuse; withdraw; complete; decide \
             appeals; resolve anew; accept what remains; hand files over to the person."
        }
        Scope::RequestsApprove => "Approve plans. An erasure or a rectification is approved by another than its filer.",
        Scope::RequestsOperate => "Hold, release, retry, abandon, compute clocks anew.",
        Scope::RequestsWork => {
            "Work on requests with others: note, set tasks and tick them off, say who has a request."
        }
        Scope::ControllersRead => "See the controllers one is bound to.",
        Scope::AuditRead => "Read the audit trail.",
        Scope::ReportsRead => "Read the register, figures and the forecast; no personal data is in them.",
        Scope::SubscribersManage => {
            "Set up and change subscribers to webhooks, see what they were sent, send it once more."
        }
        Scope::SourcesManage => {
            "Set up and change ticketing systems, see their tickets and calls, have those looked at again."
        }
        Scope::ControllersManage => "Set up, change and pause controllers.",
        Scope::OfficersManage => "Add officers and clients, grant them roles, disable them.",
        Scope::RegulatorsInvite => "Invite regulators, end invitations, see what was looked at.",
    }
}

/// The calls that each scope opens.
const CALLS: &[(Scope, &[&str])] = &[
    (Scope::RequestsFile, &["POST /api/v1/requests"]),
    (
        Scope::RequestsRead,
        &[
            "GET /api/v1/requests",
            "POST /api/v1/requests/search",
            "GET /api/v1/requests/{id}",
            "GET /api/v1/requests/{id}/identifiers",
            "GET /api/v1/requests/{id}/candidates",
            "GET /api/v1/requests/{id}/plan",
            "GET /api/v1/requests/{id}/jobs",
            "GET /api/v1/requests/{id}/events",
            "GET /api/v1/requests/{id}/clocks",
            "GET /api/v1/requests/{id}/artifacts",
            "GET /api/v1/requests/{id}/questions",
            "GET /api/v1/requests/{id}/notes",
            "GET /api/v1/requests/{id}/tasks",
            "GET /api/v1/requests/{id}/letters",
            "GET /api/v1/requests/{id}/letters/{letter}",
        ],
    ),
    (
        Scope::RequestsReveal,
        &[
            "?reveal= of the calls above",
            "GET /api/v1/artifacts/{id}/content",
            "GET /api/v1/requests/{id}/letters/{letter}/pdf",
            "POST /api/v1/requests/{id}/letters/preview",
        ],
    ),
    (
        Scope::RequestsDecide,
        &[
            "POST /api/v1/requests/{id}/verify",
            "POST /api/v1/requests/{id}/refuse",
            "POST /api/v1/requests/{id}/withdraw",
            "POST /api/v1/requests/{id}/address",
            "POST /api/v1/requests/{id}/letters",
            "POST /api/v1/requests/{id}/letters/identity-link",
            "POST /api/v1/requests/{id}/letters/record",
            "POST /api/v1/requests/{id}/letters/{letter}/hold-back",
            "POST /api/v1/requests/{id}/letters/{letter}/edit",
            "POST /api/v1/requests/{id}/letters/{letter}/send",
            "POST /api/v1/requests/{id}/letters/{letter}/resend",
            "POST /api/v1/requests/{id}/accept",
            "POST /api/v1/requests/{id}/complete",
            "POST /api/v1/requests/{id}/ask",
            "POST /api/v1/requests/{id}/answer",
            "POST /api/v1/requests/{id}/acknowledge",
            "POST /api/v1/requests/{id}/extend",
            "POST /api/v1/requests/{id}/announce",
            "POST /api/v1/requests/{id}/appeal",
            "POST /api/v1/requests/{id}/extend-appeal",
            "POST /api/v1/requests/{id}/decide-appeal",
            "POST /api/v1/requests/{id}/resolve-anew",
            "POST /api/v1/requests/{id}/candidates/{candidate}/include",
            "POST /api/v1/requests/{id}/candidates/{candidate}/leave-out",
            "POST /api/v1/requests/{id}/identifiers/{identifier}/include",
            "POST /api/v1/requests/{id}/identifiers/{identifier}/leave-out",
            "POST /api/v1/requests/{id}/artifacts/{artifact}/hand-over",
            "POST /api/v1/requests/{id}/artifacts/{artifact}/take-back",
        ],
    ),
    (Scope::RequestsApprove, &["POST /api/v1/requests/{id}/approve"]),
    (
        Scope::RequestsOperate,
        &[
            "POST /api/v1/requests/{id}/hold",
            "POST /api/v1/requests/{id}/release",
            "POST /api/v1/requests/{id}/retry",
            "POST /api/v1/requests/{id}/letters/{letter}/retry",
            "POST /api/v1/requests/{id}/jobs/{job}/retry",
            "POST /api/v1/requests/{id}/jobs/{job}/abandon",
            "POST /api/v1/requests/{id}/recompute",
        ],
    ),
    (
        Scope::RequestsWork,
        &[
            "POST /api/v1/requests/{id}/notes",
            "POST /api/v1/requests/{id}/tasks",
            "POST /api/v1/requests/{id}/tasks/{task}/done",
            "POST /api/v1/requests/{id}/assign",
        ],
    ),
    (Scope::ControllersRead, &["GET /api/v1/controllers"]),
    (
        Scope::AuditRead,
        &[
            "GET /api/v1/audit/{controller}",
            "GET /api/v1/regulator/cases/{id}",
            "GET /api/v1/regulator/bundles/{controller}",
        ],
    ),
    (
        Scope::ReportsRead,
        &[
            "GET /api/v1/reports/register",
            "GET /api/v1/reports/ccpa",
            "GET /api/v1/reports/accountability",
            "GET /api/v1/reports/forecast",
            "GET /api/v1/regulator/statistics",
        ],
    ),
    (
        Scope::SubscribersManage,
        &[
            "GET /api/v1/subscribers",
            "POST /api/v1/subscribers",
            "GET /api/v1/subscribers/{subscriber}",
            "POST /api/v1/subscribers/{subscriber}/change",
            "POST /api/v1/subscribers/{subscriber}/rotate",
            "POST /api/v1/subscribers/{subscriber}/enable",
            "POST /api/v1/subscribers/{subscriber}/disable",
            "POST /api/v1/subscribers/{subscriber}/remove",
            "POST /api/v1/subscribers/{subscriber}/test",
            "POST /api/v1/subscribers/{subscriber}/replay",
            "GET /api/v1/subscribers/{subscriber}/deliveries",
            "GET /api/v1/subscribers/{subscriber}/deliveries/{delivery}",
        ],
    ),
    (
        Scope::SourcesManage,
        &[
            "GET /api/v1/sources",
            "POST /api/v1/sources",
            "POST /api/v1/sources/try",
            "GET /api/v1/sources/{source}",
            "POST /api/v1/sources/{source}/change",
            "POST /api/v1/sources/{source}/rotate",
            "POST /api/v1/sources/{source}/pause",
            "POST /api/v1/sources/{source}/resume",
            "POST /api/v1/sources/{source}/remove",
            "POST /api/v1/sources/{source}/try",
            "GET /api/v1/sources/{source}/tickets",
            "POST /api/v1/sources/{source}/tickets/{ticket}/retry",
            "GET /api/v1/sources/{source}/calls",
            "GET /api/v1/sources/{source}/calls/{call}",
            "POST /api/v1/sources/{source}/calls/{call}/read-again",
        ],
    ),
    // For officers: what these open has no call yet.
    (Scope::ControllersManage, &[]),
    (Scope::OfficersManage, &[]),
    (Scope::RegulatorsInvite, &[]),
];

/// One row of the matrix.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ScopeRow)]
pub struct Row {
    /// The scope.
    scope: &'static str,
    /// What it means.
    meaning: &'static str,
    /// The calls it opens.
    calls: &'static [&'static str],
}

/// The whole matrix.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ScopeMatrix)]
pub struct Matrix {
    /// A row a scope.
    items: Vec<Row>,
}

/// The published matrix of scope by call. Needs no token.
#[utoipa::path(get, path = "/api/v1/scopes", tag = "access", security(()), operation_id = "listScopes",
    responses((status = 200, description = "The matrix", body = Matrix)))]
pub async fn list() -> HttpResponse {
    let row = |(scope, calls): &(Scope, &'static [&'static str])| Row {
        scope: scope.as_str(),
        meaning: meaning(*scope),
        calls,
    };
    HttpResponse::Ok().json(Matrix { items: CALLS.iter().map(row).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_but_those_of_officers_alone_opens_something() {
        let officers = [Scope::ControllersManage, Scope::OfficersManage, Scope::RegulatorsInvite];
        for scope in Scope::ALL {
            let opens = CALLS.iter().any(|(row, calls)| row == scope && !calls.is_empty());
            assert_eq!(opens, !officers.contains(scope), "{scope}");
        }
    }
}
