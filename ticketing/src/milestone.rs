//! What a ticket is told: a closed set of milestones, in four languages, without a word about the person.
//!
//! A sentence names the request by its reference, a date where law sets one, and nothing else: comments are copied into
//! mails, exports and other systems, and an internal one may become public by somebody's click.

use jiff::Timestamp;
use jiff::civil::Date;
use words::words;

use crate::system::Comment;

words! {
    /// A moment in a request's life that its ticket is told of.
    pub enum Milestone {
        /// It is on file; the legal clock runs.
        Received = "received",
        /// The person must prove who they are.
        IdentityNeeded = "identity_needed",
        /// Something about the request must be cleared up.
        ClarificationNeeded = "clarification_needed",
        /// Who they are is proven.
        Verified = "verified",
        /// The time to answer was extended.
        Extended = "extended",
        /// It is done.
        Completed = "completed",
        /// It is done in part; the answer says what is not, and why.
        CompletedInPart = "completed_in_part",
        /// No data was found.
        NothingFound = "nothing_found",
        /// It was refused; the answer says why.
        Rejected = "rejected",
        /// The person took it back.
        Withdrawn = "withdrawn",
        /// It was closed without an answer of its own: a duplicate, or none at all.
        Closed = "closed",
    }
}

words! {
    /// Where a request stands, as its ticket shows it.
    pub enum Standing {
        /// It is on file.
        Received = "received",
        /// The person must prove who they are.
        IdentityNeeded = "identity_needed",
        /// It is being worked on.
        InProgress = "in_progress",
        /// It is done.
        Completed = "completed",
        /// It is done in part.
        CompletedInPart = "completed_in_part",
        /// No data was found.
        NothingFound = "nothing_found",
        /// It was refused.
        Rejected = "rejected",
        /// The person took it back.
        Withdrawn = "withdrawn",
        /// It was closed without an answer of its own.
        Closed = "closed",
    }
}

words! {
    /// A language that milestones are told in.
    pub enum Language {
        /// English.
        English = "en",
        /// German.
        German = "de",
        /// French.
        French = "fr",
        /// Spanish.
        Spanish = "es",
    }
}

/// What tells one comment of ours from all others, for looking it up after an answer was lost. `number` counts the
/// request's comments.
#[must_use]
pub fn marker(reference: &str, number: u32) -> String {
    format!("[dsr {reference} #{number}]")
}

impl Milestone {
    /// The comment, internal, on what was reached `at`. `answer_by` is told where the milestone moves it.
    #[must_use]
    pub fn comment(
        self,
        language: Language,
        (reference, number): (&str, u32),
        at: Timestamp,
        answer_by: Option<Date>,
    ) -> Comment {
        let sentence = self.sentence(language);
        let date = answer_by.filter(|_| matches!(self, Self::Received | Self::Extended));
        let until = date.map(|date| match language {
            Language::English => format!(" To be answered by {date}."),
            Language::German => format!(" Zu beantworten bis {date}."),
            Language::French => format!(" Réponse due au plus tard le {date}."),
            Language::Spanish => format!(" Debe responderse a más tardar el {date}."),
        });
        let text = format!("{reference}: {sentence}{}", until.unwrap_or_default());
        Comment { marker: marker(reference, number), text, public: false, at }
    }

    const fn sentence(self, language: Language) -> &'static str {
        use Language::{English, French, German, Spanish};
        match (self, language) {
            (Self::Received, English) => "Data subject request received.",
            (Self::Received, German) => "Antrag der betroffenen Person eingegangen.",
            (Self::Received, French) => "Demande d’exercice de droits reçue.",
            (Self::Received, Spanish) => "Solicitud de ejercicio de derechos recibida.",
            (Self::IdentityNeeded, English) => "Proof of identity is needed before work goes on.",
            (Self::IdentityNeeded, German) => "Vor der weiteren Bearbeitung wird ein Identitätsnachweis benötigt.",
            (Self::IdentityNeeded, French) => {
                "Un justificatif d’identité est nécessaire pour poursuivre le traitement."
            }
            (Self::IdentityNeeded, Spanish) => "Se necesita una prueba de identidad para continuar la tramitación.",
            (Self::ClarificationNeeded, English) => "The request must be clarified before work goes on.",
            (Self::ClarificationNeeded, German) => "Vor der weiteren Bearbeitung ist eine Klarstellung nötig.",
            (Self::ClarificationNeeded, French) => "Des précisions sont nécessaires pour poursuivre le traitement.",
            (Self::ClarificationNeeded, Spanish) => "Se necesita una aclaración para continuar la tramitación.",
            (Self::Verified, English) => "Identity verified. The request is being worked on.",
            (Self::Verified, German) => "Identität bestätigt. Der Antrag wird bearbeitet.",
            (Self::Verified, French) => "Identité vérifiée. La demande est en cours de traitement.",
            (Self::Verified, Spanish) => "Identidad verificada. La solicitud está en trámite.",
            (Self::Extended, English) => "The time to answer was extended.",
            (Self::Extended, German) => "Die Frist zur Beantwortung wurde verlängert.",
            (Self::Extended, French) => "Le délai de réponse a été prolongé.",
            (Self::Extended, Spanish) => "Se ha ampliado el plazo de respuesta.",
            (Self::Completed, English) => "Request completed.",
            (Self::Completed, German) => "Antrag erledigt.",
            (Self::Completed, French) => "Demande traitée.",
            (Self::Completed, Spanish) => "Solicitud completada.",
            (Self::CompletedInPart, English) => "Request completed in part. The answer gives the reasons.",
            (Self::CompletedInPart, German) => "Antrag teilweise erledigt. Die Antwort nennt die Gründe.",
            (Self::CompletedInPart, French) => "Demande traitée en partie. La réponse en donne les motifs.",
            (Self::CompletedInPart, Spanish) => "Solicitud completada en parte. La respuesta indica los motivos.",
            (Self::NothingFound, English) => "Request completed. No data was found.",
            (Self::NothingFound, German) => "Antrag erledigt. Es wurden keine Daten gefunden.",
            (Self::NothingFound, French) => "Demande traitée. Aucune donnée n’a été trouvée.",
            (Self::NothingFound, Spanish) => "Solicitud completada. No se han encontrado datos.",
            (Self::Rejected, English) => "Request refused. The answer gives the reasons and the ways to complain.",
            (Self::Rejected, German) => "Antrag abgelehnt. Die Antwort nennt Gründe und Beschwerdewege.",
            (Self::Rejected, French) => "Demande refusée. La réponse donne les motifs et les voies de recours.",
            (Self::Rejected, Spanish) => {
                "Solicitud denegada. La respuesta indica los motivos y las vías de reclamación."
            }
            (Self::Withdrawn, English) => "Request withdrawn.",
            (Self::Withdrawn, German) => "Antrag zurückgezogen.",
            (Self::Withdrawn, French) => "Demande retirée.",
            (Self::Withdrawn, Spanish) => "Solicitud retirada.",
            (Self::Closed, English) => "Request closed without an answer of its own.",
            (Self::Closed, German) => "Antrag ohne eigene Antwort geschlossen.",
            (Self::Closed, French) => "Demande close sans réponse propre.",
            (Self::Closed, Spanish) => "Solicitud cerrada sin respuesta propia.",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_milestone_is_told_in_every_language_in_words_of_its_own() {
        let day = jiff::civil::date(2026, 4, 2);
        let mut seen = HashSet::new();
        for milestone in Milestone::ALL.iter().copied() {
            for language in Language::ALL.iter().copied() {
                let comment = milestone.comment(language, ("R-7KQ2", 4), Timestamp::UNIX_EPOCH, Some(day));
                assert!(!comment.public);
                assert_eq!(comment.marker, "[dsr R-7KQ2 #4]");
                assert!(comment.text.starts_with("R-7KQ2: ") && comment.text.ends_with('.'), "{}", comment.text);
                let dated = matches!(milestone, Milestone::Received | Milestone::Extended);
                assert_eq!(comment.text.contains("2026-04-02"), dated, "{}", comment.text);
                assert!(seen.insert(comment.text), "{milestone} in {language} is told twice");
            }
        }
    }
}
