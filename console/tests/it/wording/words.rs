//! The words of sets that stand in pages and in forms alone, and in no table of the code.

/// What can be set up.
pub const SETUP: [&str; 6] = ["controllers", "officers", "clients", "sources", "subscribers", "law"];

/// The parts of a controller.
pub const PARTS: [&str; 6] = ["name", "place", "credential", "divisions", "policy", "letters"];

/// What can be done about a client of the API.
pub const CLIENT_ACTS: [&str; 2] = ["rotate", "revoke"];

/// What can be done about a source.
pub const SOURCE_ACTS: [&str; 3] = ["pause", "resume", "remove"];

/// What can be done about a subscriber.
pub const SUBSCRIBER_ACTS: [&str; 5] = ["test", "rotate", "disable", "enable", "remove"];

/// What can be done about an officer.
pub const OFFICER_ACTS: [&str; 5] = ["reset-password", "reset-second-factor", "sign-out", "disable", "enable"];

/// What the trail says that regulators looked at.
pub const REGULATOR_LOOKS: [&str; 8] = [
    "statistics",
    "case",
    "no_case",
    "identifiers",
    "bundle",
    "regulator.signed_in",
    "regulator.signed_out",
    "letter.queued",
];

/// What can be wrong with an invitation: the field, and why.
pub const REGULATOR_FAULTS: [&str; 19] = [
    "controller-missing",
    "address-not_an_address",
    "name-missing",
    "name-too_long",
    "name-not_text",
    "purpose-missing",
    "purpose-too_long",
    "purpose-not_text",
    "watermark-missing",
    "watermark-too_long",
    "watermark-not_text",
    "scope-missing",
    "from-missing",
    "to-missing",
    "to-before_from",
    "cases-missing",
    "cases-too_many",
    "expires-missing",
    "expires-out_of_range",
];

/// What goes wrong with guests' pages.
pub const GUEST_ERRORS: [&str; 7] = ["forged", "malformed", "nothing", "changed", "too-fast", "away", "internal"];

/// The ways on from a request's page.
pub const OFFERS: &[&str] = &[
    "hold",
    "release",
    "verify",
    "ask",
    "answer",
    "choose",
    "resolve-anew",
    "approve",
    "approve-look",
    "refuse",
    "withdraw",
    "acknowledge",
    "extend",
    "announce",
    "recompute",
    "retry",
    "retry-job",
    "abandon",
    "accept",
    "complete",
    "letters",
    "appeal",
    "extend-appeal",
    "decide-appeal",
];

/// What a request's page says once a decision was taken.
pub const DONE: &[&str] = &[
    "held",
    "released",
    "verified",
    "asked",
    "answered",
    "chosen",
    "term-chosen",
    "resolved-anew",
    "approved",
    "refused",
    "withdrawn",
    "acknowledged",
    "extended",
    "announced",
    "recomputed",
    "steps-retried",
    "job-retried",
    "job-abandoned",
    "accepted",
    "completed",
    "appealed",
    "appeal-extended",
    "appeal-decided",
    "file-handed-over",
    "file-taken-back",
];

/// What the rules say of single fields.
pub const FAULTS: &[&str] = &[
    "not_a_ground",
    "in_the_future",
    "before_receipt",
    "before_decision",
    "before_question",
    "before_appeal",
    "before_end",
    "missing_ground",
    "nothing_withheld",
    "too_long",
    "day_needed",
    "not_a_line",
];

/// What the form to file a request finds wrong, by field and code.
pub const NEW_FAULTS: [&str; 25] = [
    "controller-unknown-controller",
    "right-unknown-right",
    "right-not-granted",
    "regime-unknown-regime",
    "regime-no-such-duty",
    "channel-unknown-channel",
    "received-on-not-an-instant",
    "received-on-in-the-future",
    "received-on-too-long-ago",
    "region-not-a-region",
    "other-regime-duplicate-regime",
    "kind-unknown-identifier-kind",
    "corrected-unknown-identifier-kind",
    "value-empty",
    "value-too-many",
    "value-duplicate-identifier",
    "existing-empty",
    "updated-empty",
    "existing-too-many",
    "existing-only-for-rectification",
    "existing-duplicate-replacement",
    "updated-no-change",
    "corrected-not-replaceable",
    "identity-not-yours",
    "reply-to-not-an-address",
];

/// What makes a value of any field unusable, by the code of the API.
pub const FILING_FAULTS: [&str; 22] = [
    "bidi-override",
    "broken-encoding",
    "control-character",
    "dialer-contact-form",
    "email-at",
    "email-characters",
    "email-domain",
    "email-local",
    "empty",
    "has-space",
    "id-characters",
    "invisible-character",
    "not-a-handle",
    "not-a-phone",
    "nothing-readable",
    "phone-ambiguous",
    "phone-country",
    "phone-length",
    "phone-local",
    "phone-too-long",
    "phone-too-short",
    "too-long",
];
