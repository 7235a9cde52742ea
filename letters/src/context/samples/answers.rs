//! Samples of the answers.

use jiff::civil::date;

use super::Detail;
use super::words::{self, say};
use crate::context::answer::{AnswerAccess, AnswerErasure, AnswerOptOut, AnswerRectification, CopyOfData, Kept, Means};
use crate::context::common::{Common, RecipientsTold, Withheld};
use crate::kind::Outcome;

pub(super) fn access(common: Common, outcome: Outcome, detail: Detail) -> AnswerAccess {
    let language = common.language;
    let found = |text| if outcome == Outcome::NoDataFound { Vec::new() } else { vec![say(language, text)] };
    let means = if detail == Detail::Full { Means::Download } else { Means::Post };
    AnswerAccess {
        outcome,
        searched: searched(&common),
        purposes: found(words::PURPOSE),
        categories: found(words::CATEGORY),
        recipients: detail.stated(say(language, words::RECIPIENT)),
        storage_period: found(words::STORAGE),
        source_of_data: found(words::SOURCE),
        automated_decisions: detail.stated(say(language, words::AUTOMATED)),
        transfers: detail.stated(say(language, words::TRANSFER)),
        copy: (outcome != Outcome::NoDataFound).then(|| CopyOfData {
            means,
            link: detail.some("https://dsr.acme.example/copy/Zm9vYmFyYmF6".to_owned()),
            until: detail.some(date(2026, 12, 4)),
            format: say(language, words::FORMAT),
        }),
        withheld: withheld(&common, outcome, detail),
        common,
    }
}

pub(super) fn erasure(common: Common, outcome: Outcome, detail: Detail) -> AnswerErasure {
    let language = common.language;
    let kept = Kept {
        what: say(language, words::INVOICES),
        why: say(language, words::MUST_KEEP),
        legal_basis: detail.legal_basis(&common, words::TAX_LAW),
        until: detail.some(date(2034, 12, 31)),
    };
    AnswerErasure {
        outcome,
        searched: searched(&common),
        done: done(&common, outcome, words::ERASED),
        nothing_remains: outcome == Outcome::Fulfilled,
        remains: if outcome == Outcome::Partly { vec![kept] } else { Vec::new() },
        backups_until: detail.some(date(2027, 2, 18)),
        recipients: recipients(&common, detail),
        opt_out_link: detail
            .some("https://acme.example/opt-out".to_owned())
            .filter(|_| common.regimes.iter().any(|regime| regime.starts_with("us_"))),
        common,
    }
}

pub(super) fn rectification(common: Common, outcome: Outcome, detail: Detail) -> AnswerRectification {
    AnswerRectification {
        outcome,
        searched: searched(&common),
        corrected: done(&common, outcome, words::CORRECTED),
        not_corrected: withheld(&common, outcome, detail),
        recipients: recipients(&common, detail),
        common,
    }
}

pub(super) fn opt_out(common: Common, outcome: Outcome, detail: Detail) -> AnswerOptOut {
    AnswerOptOut {
        outcome,
        searched: searched(&common),
        done: done(&common, outcome, words::STOPPED),
        effective_on: date(2026, 11, 19),
        not_done: withheld(&common, outcome, detail),
        recipients: recipients(&common, detail),
        not_asked_before: detail.some(date(2027, 11, 19)),
        common,
    }
}

fn searched(common: &Common) -> Vec<String> {
    vec![say(common.language, words::SYSTEM)]
}

fn done(common: &Common, outcome: Outcome, text: words::Said) -> Vec<String> {
    if outcome == Outcome::NoDataFound { Vec::new() } else { vec![say(common.language, text)] }
}

fn withheld(common: &Common, outcome: Outcome, detail: Detail) -> Vec<Withheld> {
    let language = common.language;
    let one = Withheld {
        what: say(language, words::PART),
        why: say(language, words::REASON),
        legal_basis: detail.legal_basis(common, words::PROVISION),
    };
    if outcome == Outcome::Partly { vec![one] } else { Vec::new() }
}

fn recipients(common: &Common, detail: Detail) -> RecipientsTold {
    let language = common.language;
    RecipientsTold {
        nobody: detail == Detail::Sparse,
        told: detail.some(say(language, words::RECIPIENT)).into_iter().collect(),
        not_told: detail.some(say(language, words::NOT_TOLD)),
    }
}
