//! The parts of a request that a mapping can fill.

use std::fmt;
use std::str::FromStr;

use resolution::identifier::IdentifierKind;

/// One part, written as `request_type`, `subject.email`, `correct.name.updated`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// The id that people there know it by.
    DisplayId,
    /// Which right is used.
    RequestType,
    /// Which law runs, and where: several if several may.
    Jurisdiction,
    /// Whose data it is about.
    Subject(IdentifierKind),
    /// Who wrote, which may be somebody else.
    Requester(IdentifierKind),
    /// Whether the person wrote or somebody for them.
    SubmittedBy,
    /// When it was received: the legal clock starts here.
    ReceivedAt,
    /// The language to answer in.
    Language,
    /// What is wrong, of a rectification.
    Existing(IdentifierKind),
    /// What is right instead.
    Updated(IdentifierKind),
}

impl Target {
    /// The targets without a kind of identifier.
    const PLAIN: [(Self, &'static str); 6] = [
        (Self::DisplayId, "display_id"),
        (Self::RequestType, "request_type"),
        (Self::Jurisdiction, "jurisdiction"),
        (Self::SubmittedBy, "submitted_by"),
        (Self::ReceivedAt, "received_at"),
        (Self::Language, "language"),
    ];
    /// What can be told of whoever wrote.
    const OF_REQUESTER: [IdentifierKind; 4] =
        [IdentifierKind::Name, IdentifierKind::Email, IdentifierKind::Phone, IdentifierKind::ExternalId];

    /// Whether several values make sense.
    #[must_use]
    pub const fn takes_many(self) -> bool {
        matches!(
            self,
            Self::Jurisdiction | Self::Subject(_) | Self::Requester(_) | Self::Existing(_) | Self::Updated(_)
        )
    }

    /// Whether its values are words of ours, so that a table makes sense.
    #[must_use]
    pub const fn takes_words(self) -> bool {
        matches!(self, Self::RequestType | Self::Jurisdiction | Self::SubmittedBy | Self::Language)
    }

    /// The kind of identifier it holds.
    #[must_use]
    pub const fn kind(self) -> Option<IdentifierKind> {
        match self {
            Self::Subject(kind) | Self::Requester(kind) | Self::Existing(kind) | Self::Updated(kind) => Some(kind),
            _ => None,
        }
    }

    /// Whether a fault in it keeps the request from being filed. Who wrote, and in which language, can be found out later.
    #[must_use]
    pub const fn holds_up(self) -> bool {
        !matches!(self, Self::Requester(_) | Self::Language | Self::DisplayId)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Subject(kind) => write!(f, "subject.{kind}"),
            Self::Requester(kind) => write!(f, "requester.{kind}"),
            Self::Existing(kind) => write!(f, "correct.{kind}.existing"),
            Self::Updated(kind) => write!(f, "correct.{kind}.updated"),
            plain => {
                let word = Self::PLAIN.iter().find(|(target, _)| target == plain).map_or("", |(_, word)| word);
                f.write_str(word)
            }
        }
    }
}

/// The text names no target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "no such part of a request; there are {}, subject.<kind>, requester.<name, email, phone or external_id>, \
     correct.<kind>.existing, correct.<kind>.updated, where a kind is one of {}",
    Target::PLAIN.map(|(_, word)| word).join(", "),
    IdentifierKind::ALL.map(IdentifierKind::as_str).join(", ")
)]
pub struct UnknownTarget;

impl FromStr for Target {
    type Err = UnknownTarget;

    fn from_str(text: &str) -> Result<Self, UnknownTarget> {
        if let Some((target, _)) = Self::PLAIN.iter().find(|(_, word)| *word == text) {
            return Ok(*target);
        }
        let (group, rest) = text.split_once('.').ok_or(UnknownTarget)?;
        let kind = |word: &str| word.parse::<IdentifierKind>().map_err(|_| UnknownTarget);
        match (group, rest.split_once('.')) {
            ("subject", None) => kind(rest).map(Self::Subject),
            ("requester", None) => kind(rest)
                .ok()
                .filter(|kind| Self::OF_REQUESTER.contains(kind))
                .map(Self::Requester)
                .ok_or(UnknownTarget),
            // The platform corrects what it can be searched by; a record's id is nothing that can be wrong.
            ("correct", Some((word, which))) => {
                let kind = kind(word)?;
                match which {
                    _ if !kind.is_search_term() => Err(UnknownTarget),
                    "existing" => Ok(Self::Existing(kind)),
                    "updated" => Ok(Self::Updated(kind)),
                    _ => Err(UnknownTarget),
                }
            }
            _ => Err(UnknownTarget),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_is_written_as_it_is_read() {
        let plain = Target::PLAIN.into_iter().map(|(target, _)| target);
        let kinds = IdentifierKind::ALL.into_iter().flat_map(|kind| {
            [Target::Subject(kind), Target::Requester(kind), Target::Existing(kind), Target::Updated(kind)]
        });
        let mut read = 0;
        for target in plain.chain(kinds) {
            match target.to_string().parse() {
                Ok(again) => {
                    assert_eq!(target, again);
                    read += 1;
                }
                Err(UnknownTarget) => {
                    assert!(matches!(target, Target::Requester(_) | Target::Existing(_) | Target::Updated(_)));
                }
            }
        }
        assert_eq!(read, 6 + 13 + 4 + 10 + 10);
        for word in
            ["", "external_id", "subject", "subject.", "subject.handle", "requester.user_id", "correct.email", "email"]
        {
            assert_eq!(word.parse::<Target>(), Err(UnknownTarget), "{word}");
        }
    }
}
