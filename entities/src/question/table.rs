//! The row: a question that only a person can answer.

use sea_orm::entity::prelude::*;

use crate::id::{QuestionId, RequestId};
use crate::time::At;
use crate::words;

words! {
    /// What is asked.
    pub enum QuestionCode {
        /// A name hits people, and a name alone is never acted on.
        NameOnlyMatch = "name_only_match",
        /// An identifier is shared by several people.
        SharedIdentifier = "shared_identifier",
        /// The platform's records contradict each other about who is one person.
        MergeContradiction = "merge_contradiction",
        /// The platform ended a job in error.
        JobFailed = "job_failed",
        /// The platform refuses our credential a permission; its name is in the detail.
        MissingPermission = "missing_permission",
        /// The platform does not know our credential.
        WrongCredentials = "wrong_credentials",
        /// The credential belongs to another organisation than the controller's.
        WrongOrganisation = "wrong_organisation",
        /// The platform, or the database, has not answered for a long time; the service goes on trying.
        PlatformAway = "platform_away",
        /// A step failed too often and has been set aside.
        StepParked = "step_parked",
        /// After the erasure the search still finds something.
        StillFound = "still_found",
        /// The link was used by whoever reads an address that is none of the request's identifiers: whether they are the person
        /// is for an officer to find out.
        IdentityUnclear = "identity_unclear",
        /// A letter was refused by the mail server, or could not be sent for too long.
        LetterBounced = "letter_bounced",
        /// A letter is owed that we cannot write or may not send; what is missing is in the detail.
        LetterByHand = "letter_by_hand",
        /// A letter is held back: it goes out when an officer sends it.
        LetterHeld = "letter_held",
        /// The notice of an extension went out after the first period: it extends nothing.
        ExtensionTooLate = "extension_too_late",
        /// Rules have changed and would move dates; they stay until somebody signs. The law and its duties are in the detail.
        LawUnsigned = "law_unsigned",
        /// The platform has no call for what is asked: people do it, and say when it is done.
        ManualWork = "manual_work",
        /// The person has appealed.
        AppealWaits = "appeal_waits",
    }
}

/// One question.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "questions")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: QuestionId,
    /// The request.
    pub request_id: RequestId,
    /// What is asked.
    pub code: QuestionCode,
    /// What it is about: an id of the request's own, such as a job's, or the request's.
    pub about: String,
    /// What a person needs to know to answer; no personal data. JSON.
    pub detail: String,
    /// When it came up.
    pub opened_at: At,
    /// When it was answered.
    pub answered_at: Option<At>,
    /// Who or what answered it.
    pub answered_by: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
