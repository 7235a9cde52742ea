//! Samples: one letter of each kind to look at, and all the cases a template must do for.
//!
//! The texts are in the language of the letter, as those of officers would be.

mod answers;
mod words;

use jiff::civil::date;

use super::Context;
use super::answer::{AnswerAccess, AnswerErasure, AnswerOptOut, AnswerRectification};
use super::appeal::{AppealDecision, AppealReceived};
use super::common::{Common, Controller, Stated};
use super::decision::{Extension, FeeNotice, Refusal, Unverified, Withdrawal};
use super::guest::{Guest, RoomCode, RoomLink};
use super::officer::{DeliveryFailed, Desk, Overdue, SubscriberSilent, UpcomingDeadline};
use super::opening::{Acknowledgement, Clarification, IdentityLink, StatusLink, Verification};
use crate::kind::{Channel, Decision, DeliveryCause, Duty, LetterKind, Outcome, Right};
use crate::language::Language;
use crate::requirement;
use words::say;

/// How much a sample says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// Everything it could.
    Full,
    /// Only what it must.
    Sparse,
}

impl Detail {
    /// The value, if everything is said.
    fn some<T>(self, value: T) -> Option<T> {
        (self == Self::Full).then_some(value)
    }

    /// The provision relied on: always where law asks for it.
    fn legal_basis(self, common: &Common, text: words::Said) -> Option<String> {
        let under = |regime: &str| common.regimes.iter().any(|law| law == regime);
        if under("us_ca_ccpa") {
            Some("Cal. Civ. Code 1798.145(a)".to_owned())
        } else if under("br_lgpd") {
            Some("LGPD, art. 16, I".to_owned())
        } else if under("ca_qc") {
            Some("RLRQ c. P-39.1, s. 40".to_owned())
        } else if under("eu_gdpr") || under("uk_gdpr") {
            self.some(say(common.language, text))
        } else {
            None
        }
    }

    fn stated(self, text: String) -> Stated {
        if self == Self::Full { Stated::listed([text]) } else { Stated::nothing() }
    }
}

/// A sample of one kind, under the GDPR, saying everything it could.
pub fn one(kind: LetterKind, language: Language) -> Context {
    let outcome = Outcome::Partly;
    let common = common(language, &["eu_gdpr"], first_right(kind), Detail::Full);
    make(kind, common, outcome, Decision::Denied, Detail::Full)
}

/// Requests that stand under several laws at once, of those that most differ in whom one may turn to.
const SEVERAL: [&[&str]; 3] = [&["us_ca_ccpa", "eu_gdpr"], &["eu_gdpr", "uk_gdpr"], &["us_va", "us_co"]];

/// Samples of one kind under every law and under some at once, for every right and with every outcome, saying all they could
/// and no more than they must.
pub fn all(kind: LetterKind, language: Language) -> Vec<Context> {
    let alone: Vec<&str> = requirement::regimes().collect();
    let laws = alone.chunks(1).chain(SEVERAL);
    laws.flat_map(|regimes| under(kind, language, regimes)).collect()
}

/// Samples of one kind that stand under these laws at once, for every right and with every outcome, saying all they could and
/// no more than they must.
pub fn under(kind: LetterKind, language: Language, regimes: &[&str]) -> Vec<Context> {
    let mut samples = Vec::new();
    for detail in [Detail::Full, Detail::Sparse] {
        for right in rights(kind) {
            for (outcome, decision) in Outcome::ALL.iter().zip(Decision::ALL) {
                let common = common(language, regimes, *right, detail);
                samples.push(make(kind, common, *outcome, *decision, detail));
            }
        }
    }
    samples.dedup();
    samples
}

fn first_right(kind: LetterKind) -> Right {
    rights(kind)[0]
}

/// The rights that a letter of this kind may be about.
fn rights(kind: LetterKind) -> &'static [Right] {
    match kind {
        LetterKind::AnswerAccess => &[Right::Access, Right::Portability],
        LetterKind::AnswerErasure => &[Right::Erasure],
        LetterKind::AnswerRectification => &[Right::Rectification],
        LetterKind::AnswerOptOut => &[Right::OptOut, Right::Objection, Right::Restriction],
        LetterKind::Acknowledgement | LetterKind::Refusal | LetterKind::Unverified => Right::ALL,
        _ => &[Right::Access],
    }
}

fn common(language: Language, regimes: &[&str], right: Right, detail: Detail) -> Common {
    let region = match language {
        Language::English => "IE",
        Language::German => "DE-BE",
        Language::French => "FR",
        Language::Spanish => "ES",
    };
    Common {
        language,
        reference: "K7PW-3MXD".to_owned(),
        controller: Controller {
            name: "Acme".to_owned(),
            address: say(language, words::ADDRESS),
            privacy_contact: "privacy@acme.example".to_owned(),
        },
        regimes: regimes.iter().map(|regime| (*regime).to_owned()).collect(),
        region: Some(region.to_owned()),
        authority: None,
        appeal: regimes.iter().any(|regime| appeals(regime)).then(|| say(language, words::APPEAL)),
        right,
        written_on: date(2026, 11, 20),
        received_on: date(2026, 10, 28),
        salutation: detail.some("Ada Lovelace".to_owned()),
    }
}

/// Whether the law knows an appeal to the controller.
fn appeals(regime: &str) -> bool {
    regime == "kr_pipa" || regime.starts_with("us_") && !matches!(regime, "us_ca_ccpa" | "us_ut")
}

fn desk(language: Language, detail: Detail) -> Desk {
    Desk {
        language,
        reference: "K7PW-3MXD".to_owned(),
        controller_name: "Acme".to_owned(),
        case_link: detail.some("https://dsr.acme.example/requests/K7PW-3MXD".to_owned()),
    }
}

fn guest(language: Language) -> Guest {
    Guest { language, controller_name: "Acme".to_owned(), guest_name: "Rita Roth".to_owned() }
}

fn make(kind: LetterKind, common: Common, outcome: Outcome, decision: Decision, detail: Detail) -> Context {
    let language = common.language;
    let reasons = vec![say(language, words::REASON)];
    match kind {
        LetterKind::Acknowledgement => {
            let verification = Verification::ALL[common.right as usize % Verification::ALL.len()];
            Context::Acknowledgement(Acknowledgement { common, expected_by: date(2026, 11, 30), verification })
        }
        LetterKind::IdentityLink => Context::IdentityLink(IdentityLink {
            common,
            link: "https://dsr.acme.example/identity/Zm9vYmFyYmF6".to_owned(),
            expires: date(2026, 11, 23).at(14, 30, 0, 0),
            time_zone: "Europe/Berlin".to_owned(),
            why: detail.some(say(language, words::DOUBT)),
        }),
        LetterKind::Clarification => Context::Clarification(Clarification {
            common,
            question: say(language, words::QUESTION),
            why: detail.some(say(language, words::WHY_ASKED)),
            reply_link: detail.some("https://dsr.acme.example/answer/Zm9vYmFyYmF6".to_owned()),
            reply_by: detail.some(date(2026, 12, 1)),
            clock_waits: detail == Detail::Full,
        }),
        LetterKind::FeeNotice => Context::FeeNotice(FeeNotice {
            common,
            fee: say(language, words::FEE),
            reasons: vec![say(language, words::REPEATED)],
            how_to_pay: say(language, words::HOW_TO_PAY),
            pay_by: detail.some(date(2026, 12, 1)),
            clock_waits: detail == Detail::Full,
        }),
        LetterKind::Extension => Context::Extension(Extension {
            common,
            new_date: date(2027, 1, 28),
            reasons: vec![say(language, words::DELAY)],
        }),
        LetterKind::Refusal => {
            let legal_basis = Detail::Full.legal_basis(&common, words::PROVISION).into_iter().collect();
            let refused_part = detail.some(say(language, words::PART)).filter(|_| outcome == Outcome::Partly);
            Context::Refusal(Refusal { common, refused_part, reasons, legal_basis })
        }
        LetterKind::Unverified => {
            let categories = detail.some(say(language, words::CATEGORY)).into_iter().collect::<Vec<_>>();
            let policy = categories.is_empty().then(|| "https://acme.example/privacy".to_owned());
            Context::Unverified(Unverified {
                common,
                reasons: vec![say(language, words::TRIED)],
                how_to_prove: say(language, words::HOW_TO_PROVE),
                categories,
                policy,
            })
        }
        LetterKind::AnswerAccess => Context::AnswerAccess(answers::access(common, outcome, detail)),
        LetterKind::AnswerErasure => Context::AnswerErasure(answers::erasure(common, outcome, detail)),
        LetterKind::AnswerRectification => {
            Context::AnswerRectification(answers::rectification(common, outcome, detail))
        }
        LetterKind::AnswerOptOut => Context::AnswerOptOut(answers::opt_out(common, outcome, detail)),
        LetterKind::Withdrawal => Context::Withdrawal(Withdrawal {
            common,
            withdrawn_on: date(2026, 11, 19),
            done: detail.stated(say(language, words::SEARCHED)),
        }),
        LetterKind::AppealReceived => Context::AppealReceived(AppealReceived {
            common,
            appealed_on: date(2026, 11, 19),
            decided_by: date(2027, 1, 18),
        }),
        LetterKind::AppealDecision => Context::AppealDecision(AppealDecision {
            common,
            appealed_on: date(2026, 11, 19),
            decision,
            reasons,
            next: detail.some(say(language, words::NEXT)).into_iter().collect(),
        }),
        LetterKind::UpcomingDeadline => {
            let days_left = match outcome {
                Outcome::Fulfilled => 0,
                Outcome::Partly => 3,
                Outcome::NoDataFound => 1,
            };
            let duty = Duty::ALL[common.regimes.concat().len() % Duty::ALL.len()];
            let open = detail.some(say(language, words::OPEN)).into_iter().collect();
            let due = date(2026, 11, 23);
            Context::UpcomingDeadline(UpcomingDeadline { desk: desk(language, detail), duty, due, days_left, open })
        }
        LetterKind::Overdue => {
            let days_over = if outcome == Outcome::Fulfilled { 1 } else { 4 };
            let duty = Duty::ALL[common.regimes.concat().len() % Duty::ALL.len()];
            let open = detail.some(say(language, words::OPEN)).into_iter().collect();
            let due = date(2026, 11, 16);
            Context::Overdue(Overdue { desk: desk(language, detail), duty, due, days_over, open })
        }
        LetterKind::DeliveryFailed => Context::DeliveryFailed(DeliveryFailed {
            desk: desk(language, detail),
            letter: LetterKind::ALL[common.regimes.concat().len() % LetterKind::ALL.len()],
            channel: if outcome == Outcome::Fulfilled { Channel::Post } else { Channel::Email },
            cause: match decision {
                Decision::Granted => DeliveryCause::NotSent,
                Decision::Partly => DeliveryCause::Rejected,
                Decision::Denied => DeliveryCause::Unreachable,
            },
            attempts: if outcome == Outcome::Fulfilled { 1 } else { 5 },
            last_tried_on: date(2026, 11, 19),
        }),
        LetterKind::SubscriberSilent => Context::SubscriberSilent(SubscriberSilent {
            desk: Desk { reference: "Ticketing".to_owned(), case_link: None, ..desk(language, detail) },
            host: "hooks.example.com".to_owned(),
            since: detail.some(date(2026, 11, 14)),
            gone: decision == Decision::Partly,
            disabled: decision != Decision::Granted,
        }),
        LetterKind::StatusLink => Context::StatusLink(StatusLink {
            common,
            link: "https://dsr.acme.example/status/link/Zm9vYmFyYmF6".to_owned(),
            again: "https://dsr.acme.example/status/link".to_owned(),
            expires: date(2026, 11, 23).at(14, 30, 0, 0),
            time_zone: "Europe/Berlin".to_owned(),
        }),
        LetterKind::RoomLink => Context::RoomLink(RoomLink {
            guest: guest(language),
            link: "https://dsr.acme.example/regulator/link/Zm9vYmFyYmF6".to_owned(),
            again: "https://dsr.acme.example/regulator/link".to_owned(),
            expires: date(2026, 11, 23).at(14, 30, 0, 0),
            until: date(2027, 2, 28).at(23, 59, 0, 0),
            time_zone: "Europe/Berlin".to_owned(),
            purpose: say(language, words::REASON),
        }),
        LetterKind::RoomCode => {
            Context::RoomCode(RoomCode { guest: guest(language), code: "314159".to_owned(), minutes: 10 })
        }
    }
}

/// Gives each context its own `sample`.
macro_rules! sampled {
    ($($kind:ident),+) => {$(
        impl $kind {
            /// A sample of it in the language.
            pub fn sample(language: Language) -> Self {
                match one(LetterKind::$kind, language) {
                    Context::$kind(context) => context,
                    _ => unreachable!("`make` makes the kind it is asked for"),
                }
            }
        }
    )+};
}

sampled!(
    Acknowledgement,
    IdentityLink,
    Clarification,
    FeeNotice,
    Extension,
    Refusal,
    Unverified,
    AnswerAccess,
    AnswerErasure,
    AnswerRectification,
    AnswerOptOut,
    Withdrawal,
    AppealReceived,
    AppealDecision,
    UpcomingDeadline,
    Overdue,
    DeliveryFailed,
    SubscriberSilent,
    StatusLink,
    RoomLink,
    RoomCode
);
