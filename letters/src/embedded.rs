//! The templates that come with the program.

use crate::kind::LetterKind;
use crate::language::Language;
use crate::template::{Name, Shared};

macro_rules! of_language {
    ($name:expr, $language:literal, [$($variant:ident = $file:literal),+ $(,)?]) => {
        match $name {
            $(Name::Letter(LetterKind::$variant) => include_str!(concat!("../templates/", $language, "/", $file, ".txt")),)+
            Name::Shared(Shared::Layout) => include_str!(concat!("../templates/", $language, "/layout.txt")),
            Name::Shared(Shared::OfficerLayout) => include_str!(concat!("../templates/", $language, "/officer_layout.txt")),
            Name::Shared(Shared::GuestLayout) => include_str!(concat!("../templates/", $language, "/guest_layout.txt")),
            Name::Shared(Shared::Remedies) => include_str!(concat!("../templates/", $language, "/remedies.txt")),
        }
    };
}

macro_rules! each_language {
    ($language:expr, $name:expr, [$($code:literal = $variant:ident),+], $files:tt) => {
        match $language { $(Language::$variant => of_language!($name, $code, $files)),+ }
    };
}

/// A template as it stands in its file: a letter's first line is its subject, the rest its body.
pub(crate) fn template(language: Language, name: Name) -> &'static str {
    each_language!(
        language,
        name,
        ["en" = English, "de" = German, "fr" = French, "es" = Spanish],
        [
            Acknowledgement = "acknowledgement",
            IdentityLink = "identity_link",
            Clarification = "clarification",
            FeeNotice = "fee_notice",
            Extension = "extension",
            Refusal = "refusal",
            Unverified = "unverified",
            AnswerAccess = "answer_access",
            AnswerErasure = "answer_erasure",
            AnswerRectification = "answer_rectification",
            AnswerOptOut = "answer_opt_out",
            Withdrawal = "withdrawal",
            AppealReceived = "appeal_received",
            AppealDecision = "appeal_decision",
            UpcomingDeadline = "upcoming_deadline",
            Overdue = "overdue",
            DeliveryFailed = "delivery_failed",
            SubscriberSilent = "subscriber_silent",
            StatusLink = "status_link",
            RoomLink = "room_link",
            RoomCode = "room_code",
        ]
    )
}

/// A language's table of words.
pub(crate) fn words(language: Language) -> &'static str {
    match language {
        Language::English => include_str!("../templates/en/words.toml"),
        Language::German => include_str!("../templates/de/words.toml"),
        Language::French => include_str!("../templates/fr/words.toml"),
        Language::Spanish => include_str!("../templates/es/words.toml"),
    }
}
