//! What a client may do. The matrix of scope by call is published in the API's description.

use crate::words;

words! {
    /// One right of a client.
    pub enum Scope {
        /// File requests.
        RequestsFile = "requests:file",
        /// See requests, their candidates, jobs and events; personal data stays masked.
        RequestsRead = "requests:read",
        /// See personal data of requests in the clear. Every look is an event.
        RequestsReveal = "requests:reveal",
        /// Decide whom a request means; prove identity; refuse; withdraw.
        RequestsDecide = "requests:decide",
        /// Approve plans that others filed.
        RequestsApprove = "requests:approve",
        /// Hold, release, retry.
        RequestsOperate = "requests:operate",
        /// Work on requests with others: note, set tasks, say who has a request.
        RequestsWork = "requests:work",
        /// See the controllers one is bound to.
        ControllersRead = "controllers:read",
        /// Read and verify the audit trail.
        AuditRead = "audit:read",
        /// Read reports: the register, figures, the forecast. They hold no personal data.
        ReportsRead = "reports:read",
        /// Set up and change subscribers to webhooks, see what they were sent, send it once more.
        SubscribersManage = "subscribers:manage",
        /// Set up and change ticketing systems, see their tickets and calls, have those looked at again.
        SourcesManage = "sources:manage",
        /// Set up, change and pause controllers: credentials, policy, letters, law.
        ControllersManage = "controllers:manage",
        /// Add officers and clients, grant them roles, disable them.
        OfficersManage = "officers:manage",
        /// Invite regulators, end invitations, see what was looked at.
        RegulatorsInvite = "regulators:invite",
    }
}
