//! Every code of a problem, with its status and title. A code, once published, keeps its meaning.

/// One kind of problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// The stable word.
    pub word: &'static str,
    /// The HTTP status it comes with.
    pub status: u16,
    /// What kind of problem it is, in a few words.
    pub title: &'static str,
}

macro_rules! codes {
    ($($name:ident = $word:literal $status:literal $title:literal;)+) => {
        $(#[doc = $title] pub const $name: Code = Code { word: $word, status: $status, title: $title };)+
        /// All of them.
        pub const ALL: &[Code] = &[$($name),+];
    };
}

codes! {
    MALFORMED_JSON = "malformed_json" 400 "The body is not JSON";
    INVALID_CURSOR = "invalid_cursor" 400 "The cursor is none of ours";
    INVALID_PARAMETER = "invalid_parameter" 400 "A query parameter has a value that is not understood";
    UNKNOWN_PARAMETER = "unknown_parameter" 400 "There is no such query parameter";
    INVALID_IF_MATCH = "invalid_if_match" 400 "The precondition is malformed";
    INVALID_IDEMPOTENCY_KEY = "invalid_idempotency_key" 400 "The idempotency key is malformed";
    UNAUTHENTICATED = "unauthenticated" 401 "No access token was sent";
    INVALID_TOKEN = "invalid_token" 401 "The access token is unknown, has ended or was revoked";
    NOT_VERIFIED = "not_verified" 401 "The call is not signed as its source signs";
    INSUFFICIENT_SCOPE = "insufficient_scope" 403 "The client lacks a scope";
    NOT_FOUND = "not_found" 404 "There is no such thing";
    METHOD_NOT_ALLOWED = "method_not_allowed" 405 "The method does not exist here";
    BODY_TIMEOUT = "body_timeout" 408 "The body did not arrive in time";
    INVALID_TRANSITION = "invalid_transition" 409 "The move does not exist from where it stands";
    CLOSED = "closed" 409 "The request is closed";
    ON_HOLD = "on_hold" 409 "The request is on hold";
    NOT_ON_HOLD = "not_on_hold" 409 "The request is not on hold";
    FOUR_EYES = "four_eyes" 409 "It takes a second person";
    PLAN_CHANGED = "plan_changed" 409 "The plan is not the one that was looked at";
    UNDECIDED = "undecided" 409 "Something must be decided first";
    MERGE_CONTRADICTION = "merge_contradiction" 409 "The platform's records contradict each other";
    SET_ASIDE = "set_aside" 409 "The record is set aside and never acted on";
    NOT_A_TERM = "not_a_term" 409 "The identifier is not a search term";
    NOT_REVIEWING = "not_reviewing" 409 "The request is not being reviewed";
    NOT_EXECUTING = "not_executing" 409 "The request's jobs are not being done";
    NOT_RESOLVED = "not_resolved" 409 "The request has not been resolved yet";
    NOTHING_PARKED = "nothing_parked" 409 "Nothing is set aside";
    NOTHING_REMAINS = "nothing_remains" 409 "Nothing is said to be still there";
    INQUIRY_OPEN = "inquiry_open" 409 "The same is being asked of the person already";
    NO_INQUIRY = "no_inquiry" 409 "Nothing of the kind is being asked of the person";
    PROOF_NOT_ALLOWED = "proof_not_allowed" 409 "The law allows no proof of identity for this right";
    EXTENDED_ALREADY = "extended_already" 409 "There is an extension already";
    EXTENSION_TOO_LATE = "extension_too_late" 409 "The first period is over";
    NO_EXTENSION = "no_extension" 409 "The law knows no extension here";
    NOT_EXTENDED = "not_extended" 409 "No extension waits for its notice";
    NOT_DUE = "not_due" 409 "The duty does not wait any more";
    NOTHING_TO_COMPLETE = "nothing_to_complete" 409 "The request does not wait for work that people do";
    NOT_REFUSED = "not_refused" 409 "The request was not refused";
    LAWS_DIFFER = "laws_differ" 409 "The request's laws have different things follow";
    APPEALED_ALREADY = "appealed_already" 409 "There is an appeal already";
    NO_APPEAL = "no_appeal" 409 "The law has no appeal to the controller";
    NO_APPEAL_WAITS = "no_appeal_waits" 409 "No appeal waits for its decision";
    PERSON_NEEDED = "person_needed" 409 "It is for a person to decide";
    NOT_ANSWERING = "not_answering" 409 "The request's work is not done yet";
    NOT_PRINTABLE = "not_printable" 409 "The letter cannot be printed";
    LETTER_INCOMPLETE = "letter_incomplete" 409 "The letter lacks something that it must have";
    LETTER_NOT_FAILED = "letter_not_failed" 409 "The letter has not failed";
    LETTER_NOT_WAITING = "letter_not_waiting" 409 "The letter does not wait to be sent for the first time";
    LETTER_NOT_HELD = "letter_not_held" 409 "The letter is not held back";
    NO_LETTERS = "no_letters" 409 "The controller has no letters written";
    ADDRESS_NOT_PROVEN = "address_not_proven" 409 "Nobody has proven or vouched for the address";
    NO_COPY = "no_copy" 409 "The answer is no copy of the data";
    HANDED_OVER_ALREADY = "handed_over_already" 409 "The file was handed over before";
    NOT_HANDED_OVER = "not_handed_over" 409 "The file is not handed over";
    ASSIGNED_ALREADY = "assigned_already" 409 "Who has the request is no other";
    TASK_DONE = "task_done" 409 "The task was done before";
    TOO_MANY_KEYS = "too_many_keys" 409 "As many keys sign as may";
    SECRET_STILL_COUNTS = "secret_still_counts" 409 "The secret before the one in use still counts";
    SOURCE_WAITS = "source_waits" 409 "Calls or tickets of the source wait";
    SUBSCRIBER_DISABLED = "subscriber_disabled" 409 "The subscriber is disabled";
    RACED = "raced" 409 "It changed meanwhile";
    CONFLICT = "conflict" 409 "It cannot be done as things stand";
    ERASED = "erased" 410 "The personal data has been erased";
    STALE = "stale" 412 "The request changed since it was read";
    BODY_TOO_LARGE = "body_too_large" 413 "The body is too large";
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type" 415 "The body is of a kind that is not read here";
    UNKNOWN_FIELD = "unknown_field" 422 "There is no such field";
    MISSING_FIELD = "missing_field" 422 "A field is missing";
    DUPLICATE_FIELD = "duplicate_field" 422 "A field comes twice";
    WRONG_TYPE = "wrong_type" 422 "A field is of the wrong type";
    INVALID_FIELDS = "invalid_fields" 422 "Fields cannot be used";
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused" 422 "The idempotency key came before with another call";
    RATE_LIMITED = "rate_limited" 429 "Too many calls";
    INTERNAL = "internal" 500 "Something went wrong on our side";
    UNAVAILABLE = "unavailable" 503 "The service cannot answer right now";
    TIMED_OUT = "timed_out" 503 "The call took too long";
}

/// The code that the rules name for something that cannot be done as things stand.
#[must_use]
pub fn conflict(word: &'static str) -> Code {
    let named = ALL.iter().find(|code| code.word == word && code.status == CONFLICT.status);
    named.copied().unwrap_or(Code { word, ..CONFLICT })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_means_two_things() {
        let words: std::collections::BTreeSet<_> = ALL.iter().map(|code| code.word).collect();
        assert_eq!(words.len(), ALL.len());
    }

    #[test]
    fn a_rule_named_later_is_a_conflict_all_the_same() {
        assert_eq!(conflict("four_eyes"), FOUR_EYES);
        assert_eq!(conflict("brand_new"), Code { word: "brand_new", ..CONFLICT });
        assert_eq!(conflict("not_found").status, 409);
    }
}
