//! Every language says the same things, and everything that is said is used.

mod messages;
pub mod words;

use api::words::{CHANNELS, IDENTITY_METHODS};
use entities::announcement::decision::TABLE;
use letters::language::Language;
use letters::part::Part;
use platforms::probe::PERMISSIONS;

use words::{
    CLIENT_ACTS, DONE, FAULTS, FILING_FAULTS, GUEST_ERRORS, NEW_FAULTS, OFFERS, OFFICER_ACTS, PARTS, REGULATOR_FAULTS,
    REGULATOR_LOOKS, SETUP, SOURCE_ACTS, SUBSCRIBER_ACTS,
};

/// The closed sets whose words are named `<set>-<word>`, each with its words; and whether all of them must be there.
fn sets() -> Vec<(&'static str, Vec<String>, bool)> {
    use entities::announcement::kind::{DeliveryState, Failure};
    use entities::appeal::table::AppealDecision;
    use entities::client::scope::Scope;
    use entities::clock::table::ClockState;
    use entities::delivery::table::DeliveryState as CallState;
    use entities::extension::table::ExtensionReason;
    use entities::identifier::table::Choice;
    use entities::inquiry::table::InquiryKind;
    use entities::job::status::{JobOrigin, JobStatus};
    use entities::letter::kind::{Audience, LetterKind, LetterState, Means};
    use entities::officer::role::Role;
    use entities::question::table::QuestionCode;
    use entities::request::decide::REFUSAL_CODES;
    use entities::request::right::Right;
    use entities::request::status::{Outcome, RequestStatus};
    use entities::subscriber::table::DisabledFor;
    use entities::task::table::TaskKind;
    use entities::ticket::table::TicketState;
    use law::duty::Duty;
    use resolution::identifier::IdentifierKind;
    use resolution::people::Reason;
    fn all<T: std::fmt::Display>(words: &[T]) -> Vec<String> {
        words.iter().map(ToString::to_string).collect()
    }
    let doubts =
        [Reason::NameOnly, Reason::SharedIdentifier, Reason::DifferentPeople, Reason::Unlinked, Reason::SetAside];
    let doubts = doubts.iter().map(|reason| reason.as_str().to_owned()).collect();
    let own = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let regimes = law::pack::laws().iter().map(|law| law.id.to_string()).collect();
    let events = TABLE.iter().map(|(kind, _)| (*kind).to_owned()).collect();
    let codes = api::problem::codes::ALL.iter().map(|code| code.word.to_owned()).collect();
    vec![
        ("status", all(RequestStatus::ALL), true),
        ("outcome", all(Outcome::ALL), true),
        ("right", all(Right::ALL), true),
        ("role", all(Role::ALL), true),
        ("role-help", all(Role::ALL), true),
        ("scope", Scope::ALL.iter().map(|scope| scope.as_str().replace(':', "-")).collect(), true),
        ("setup", own(&SETUP), true),
        ("setup-help", own(&SETUP), true),
        ("officer-standing", own(&["active", "invited", "no-second-factor", "disabled"]), true),
        ("officer-act", own(&OFFICER_ACTS), true),
        ("officer-ask", own(&OFFICER_ACTS), true),
        ("officer-ask-help", own(&OFFICER_ACTS), true),
        ("officer-say", own(&OFFICER_ACTS), true),
        ("officer-say", own(&["roles", "shown"]), true),
        ("client-standing", own(&["active", "revoked"]), true),
        ("client-act", own(&CLIENT_ACTS), true),
        ("client-ask", own(&CLIENT_ACTS), true),
        ("client-ask-help", own(&CLIENT_ACTS), true),
        ("client-say", own(&["revoke", "shown"]), true),
        ("source-health", own(&["well", "paused", "troubled", "waits"]), true),
        ("source-offer", own(&["fields", "reads", "writes", "lists"]), true),
        ("source-act", own(&SOURCE_ACTS), true),
        ("source-ask", own(&SOURCE_ACTS), true),
        ("source-ask-help", own(&SOURCE_ACTS), true),
        ("source-say", own(&["added", "shown", "rotate", "changed", "mapped", "pause"]), true),
        ("source-say", own(&["resume", "remove", "retried", "read-again"]), true),
        ("ticket", all(TicketState::ALL), true),
        ("call", all(CallState::ALL), true),
        ("part", own(&["display_id", "request_type", "jurisdiction", "received_at"]), true),
        ("part", own(&["submitted_by", "language"]), true),
        ("way", own(&["path", "first_of", "all_of", "join", "fixed"]), true),
        ("otherwise", own(&["triage", "ignore"]), true),
        ("submitter", own(&["subject", "agent"]), true),
        ("verdict", own(&["request", "triage", "ignored", "unknown"]), true),
        ("problem", own(&["call_not_kept"]), true),
        ("subscriber-act", own(&SUBSCRIBER_ACTS), true),
        ("subscriber-ask", own(&SUBSCRIBER_ACTS), true),
        ("subscriber-ask-help", own(&SUBSCRIBER_ACTS), true),
        ("subscriber-say", own(&["rotate", "disable", "enable", "remove", "changed", "shown", "replayed"]), true),
        ("subscriber-state", own(&["active", "failing", "disabled"]), true),
        ("subscriber-disabled", all(DisabledFor::ALL), true),
        ("told", all(&api::schema::TOLD), true),
        ("told", own(&["dsr.test"]), true),
        ("delivery", all(DeliveryState::ALL), true),
        ("delivery-failure", all(Failure::ALL), true),
        ("signs", own(&["v1", "v1a"]), true),
        (
            "fault",
            own(&[
                "url-not-an-address",
                "url-not-https",
                "url-credentials",
                "url-fragment",
                "url-port",
                "url-not-public",
                "owner-not-an-address",
                "description-too-long",
                "description-control-character",
                "controller-too-many",
                "since-missing",
                "since-not-an-instant",
                "until-not-an-instant",
                "until-before-since",
            ]),
            true,
        ),
        ("problem", own(&["oneself", "beyond_your_controllers"]), true),
        ("regime", regimes, true),
        ("channel", all(CHANNELS), true),
        ("identifier", IdentifierKind::ALL.iter().map(|kind| kind.as_str().to_owned()).collect(), true),
        ("record", own(&["user", "external_contact", "dialer_contact", "journey_customer", "term"]), true),
        ("job", all(JobStatus::ALL), true),
        ("job-origin", all(JobOrigin::ALL), true),
        ("letter", all(LetterKind::ALL), true),
        ("letter-state", all(LetterState::ALL), true),
        ("audience", all(Audience::ALL), true),
        ("means", all(Means::ALL), true),
        ("duty", all(Duty::ALL), true),
        ("clock-state", all(ClockState::ALL), false),
        ("choice", all(Choice::ALL), false),
        ("set-aside", all(entities::candidate::table::SetAside::ALL), true),
        ("question", all(QuestionCode::ALL), true),
        ("question-help", all(QuestionCode::ALL), true),
        ("event", events, false),
        ("problem", codes, false),
        ("task", all(TaskKind::ALL), true),
        ("part", all(Part::ALL), true),
        ("lacks", own(&["address", "proof_of_address", "mail.public_url", "a_way_for_the_copy", "occasion"]), true),
        ("about", own(&["decisions", "dates", "letters", "platform", "work", "looks", "tickets"]), true),
        ("file-kind", own(&["zip", "json", "csv", "pdf", "bin"]), true),
        ("size", own(&["bytes", "kilobytes", "megabytes", "gigabytes"]), true),
        ("method", all(IDENTITY_METHODS), true),
        ("language", all(api::words::LANGUAGES), true),
        ("theme", own(&["system", "light", "dark"]), true),
        ("weekday", (1..=7).map(|n| n.to_string()).collect(), true),
        ("month", (1..=12).map(|n| n.to_string()).collect(), true),
        ("month-short", (1..=12).map(|n| n.to_string()).collect(), true),
        ("signal", own(&["overdue", "week", "attention", "on_hold"]), true),
        ("assigned", own(&["mine", "nobody"]), true),
        ("purpose", own(&["identify", "decide", "contact", "answer", "complaint"]), true),
        (
            "request-done",
            own(&[
                "held",
                "released",
                "noted",
                "task-added",
                "task-done",
                "assigned",
                "given-back",
                "letter-written",
                "letter-held",
                "letter-edited",
                "letter-released",
                "link-sent",
                "letter-retried",
                "letter-resent",
                "letter-recorded",
                "address-set",
            ]),
            true,
        ),
        ("part", own(&PARTS), true),
        ("part-help", own(&PARTS), true),
        ("review", own(&["always", "access_unless_doubtful"]), true),
        ("writing", own(&["none", "mail"]), true),
        ("held", own(&["none", "decisions", "all"]), true),
        ("letter-language", Language::ALL.iter().map(|language| language.code().to_owned()).collect(), true),
        ("letter-part", all(Part::ALL), true),
        ("text", own(&["layout", "officer_layout", "guest_layout", "remedies"]), true),
        ("permission", PERMISSIONS.iter().map(|it| it.word.to_owned()).collect(), true),
        ("controller-done", own(&["added", "changed"]), true),
        ("text-done", own(&["saved", "withdrawn"]), true),
        ("law-done", own(&["applied", "applied-in-part"]), true),
        ("stands", all(RequestStatus::ALL), true),
        ("stands-title", all(RequestStatus::ALL), true),
        ("ended", all(Outcome::ALL), true),
        ("ended-title", all(Outcome::ALL), true),
        ("asked", all(InquiryKind::ALL), true),
        ("asked-help", all(InquiryKind::ALL), true),
        ("status-done", own(&["withdrawn", "too-late", "answered", "answered-already"]), true),
        ("guest-error", own(&GUEST_ERRORS), true),
        ("guest-error-title", own(&GUEST_ERRORS), true),
        ("room-scope", all(entities::regulator::table::ScopeKind::ALL), true),
        ("room-count", own(&["open", "extended", "overdue"]), true),
        ("regulators-language", own(&["en", "de"]), true),
        ("regulators-look", own(&REGULATOR_LOOKS), true),
        ("regulators-done", own(&["invited", "ended", "link", "no-link", "over", "granted", "taken-back"]), true),
        ("regulators-fault", own(&REGULATOR_FAULTS), true),
        ("offer", own(&["status-link"]), true),
        ("request-done", own(&["status-link", "filed"]), true),
        ("together", own(&["hold", "release", "acknowledge", "extend"]), true),
        ("together-says", own(&["hold", "release", "acknowledge", "extend"]), true),
        ("new-fault", own(&NEW_FAULTS), true),
        ("filing-fault", own(&FILING_FAULTS), true),
        ("offer", own(OFFERS), true),
        ("request-done", own(DONE), true),
        ("method-help", all(IDENTITY_METHODS), false),
        ("inquiry", all(InquiryKind::ALL), true),
        ("inquiry-help", all(InquiryKind::ALL), true),
        ("extension-reason", all(ExtensionReason::ALL), true),
        ("appeal-decision", all(AppealDecision::ALL), true),
        ("choose", own(&["included", "left_out"]), true),
        ("candidate-help", own(&["included", "left_out"]), true),
        ("term-help", own(&["included", "left_out"]), true),
        ("doubt", doubts, true),
        ("approve-go", own(&["access", "erasure", "rectification"]), true),
        ("ground", REFUSAL_CODES.keys().map(|code| (*code).to_owned()).collect(), false),
        ("ground-help", own(&["duplicate", "spam"]), true),
        ("warning", own(&["refusal_late"]), true),
        ("fault", own(FAULTS), true),
        (
            "account-say",
            own(&["ended", "passkey-added", "passkey-last", "passkey-removed", "password-changed", "sign-in-again"]),
            true,
        ),
        (
            "plan-reason",
            own(&[
                "officer_choice",
                "set_aside",
                "not_searchable",
                "fuzzy",
                "shared",
                "unknown_records",
                "reaches_others",
                "no_record",
                "not_a_record",
                "not_certain",
                "merge_set_divided",
                "merge_set_contradicts",
            ]),
            true,
        ),
        (
            "error",
            [
                "no-right",
                "forged",
                "malformed",
                "stale",
                "not-found",
                "method",
                "conflict",
                "too-fast",
                "away",
                "internal",
            ]
            .iter()
            .flat_map(|word| [(*word).to_owned(), format!("{word}-title")])
            .collect(),
            true,
        ),
        (
            "next",
            [
                "closed",
                "held",
                "verifying",
                "undecided",
                "contradicted",
                "approve",
                "approve-other",
                "question",
                "resolving",
                "executing",
                "answering",
            ]
            .iter()
            .flat_map(|word| [(*word).to_owned(), format!("{word}-text")])
            .collect(),
            true,
        ),
    ]
}
