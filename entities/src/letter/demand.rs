//! What the law wants a letter about a request to say, with the provisions that ask for it.

use jiff::civil::Date;
use letters::kind::{LetterKind, Outcome as Ended};
use letters::part::Part;
use letters::requirement::{Case, mandatory};

use super::compose::facts::right;
use crate::clock;
use crate::error::StoreError;
use crate::request::status::Outcome;
use crate::request::table::Model as Request;

/// The parts that a letter of this kind, written on this day, must have; each with what asks for it.
///
/// # Errors
/// Somebody wrote past the rules.
pub fn demanded(
    request: &Request,
    kind: LetterKind,
    outcome: Option<Outcome>,
    written_on: Date,
) -> Result<Vec<(Part, String)>, StoreError> {
    let laws = clock::facts::regimes(request)?;
    let regimes: Vec<_> = laws.iter().map(|law| law.as_str().to_owned()).collect();
    let ended = kind.is_answer().then(|| ended(outcome.or(request.outcome).unwrap_or(Outcome::Fulfilled)).as_str());
    let case = Case { kind, regimes: &regimes, right: right(request.right), outcome: ended, written_on };
    Ok(mandatory(&case).into_iter().map(|it| (it.part, it.source())).collect())
}

/// How a request ended, as letters tell it.
pub(super) const fn ended(outcome: Outcome) -> Ended {
    match outcome {
        Outcome::NoDataFound => Ended::NoDataFound,
        Outcome::PartiallyFulfilled => Ended::Partly,
        _ => Ended::Fulfilled,
    }
}
