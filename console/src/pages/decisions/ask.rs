//! Asking the person something. What that does to the dates is the law's matter, and is shown before it is sent.

use api::auth::scopes::RequestsDecide;
use api::decision::Decision;
use entities::inquiry::table::InquiryKind;
use entities::request::decide::Inquiring;

use crate::refused::Refused;
use crate::sheet::desk::Desk;
use crate::sheet::field::{Field, Kind, Opt};
use crate::sheet::reading::Reading;
use crate::sheet::{Deciding, Sheet};

/// The decision.
pub struct Ask;

/// The longest question, in characters.
const LONGEST_WORDS: usize = 4000;
/// The highest fee, in the currency's smallest unit: what is more is a slip of the pen.
const HIGHEST_FEE: i64 = 100_000_000;
/// The currencies of the laws that know a fee, each with how many digits follow its point (ISO 4217).
const CURRENCIES: [(&str, usize); 18] = [
    ("EUR", 2),
    ("GBP", 2),
    ("USD", 2),
    ("CHF", 2),
    ("CAD", 2),
    ("AUD", 2),
    ("BRL", 2),
    ("INR", 2),
    ("JPY", 0),
    ("KRW", 0),
    ("BGN", 2),
    ("CZK", 2),
    ("DKK", 2),
    ("HUF", 2),
    ("NOK", 2),
    ("PLN", 2),
    ("RON", 2),
    ("SEK", 2),
];

impl Deciding for Ask {
    type Scope = RequestsDecide;
    const DONE: &'static str = "asked";

    async fn asks(desk: &Desk<'_>) -> Result<Sheet, Refused> {
        let s = &desk.s;
        let kind = |kind: &InquiryKind| {
            Opt::new(kind.as_str(), s.word("inquiry", kind.as_str())).meaning(s.word("inquiry-help", kind.as_str()))
        };
        let kinds = InquiryKind::ALL.iter().map(kind).collect();
        let currencies = CURRENCIES.iter().map(|(code, _)| Opt::new(code, (*code).to_owned())).collect();
        let fee = Field::new(Kind::Line, "fee_amount_minor", s.t("ask-amount")).hint(s.t("ask-amount-hint"));
        Ok(Sheet::new(s.t("ask-title"), s.t("ask-lead"), s.t("ask-go"))
            .ask(Field::new(Kind::OneOf, "kind", s.t("ask-kind")).options(kinds))
            .ask(Field::new(Kind::Words(6), "words", s.t("ask-words")).hint(s.t("told-hint")))
            .ask(fee.below(s.t("ask-fee")))
            .ask(Field::new(Kind::List, "fee_currency", s.t("ask-currency")).options(currencies)))
    }

    fn read(desk: &Desk<'_>, given: &mut Reading<'_>) -> Option<Decision> {
        let s = &desk.s;
        let kind: Option<InquiryKind> = given.word("kind", |text| text.parse().ok(), s.t("ask-kind-missing"));
        let words = given.text("words", LONGEST_WORDS, s.t("ask-words-missing"));
        let has_amount = !given.raw("fee_amount_minor").is_empty();
        let fee = match kind? {
            InquiryKind::Fee => Some(fee(desk, given)?),
            _ if has_amount => {
                given.fault("fee_amount_minor", s.t("ask-amount-only-fee"));
                None
            }
            _ => None,
        };
        Some(Decision::Ask(Inquiring { kind: kind?, words: words?, fee }))
    }
}

/// The fee in the currency's smallest unit, and the currency.
fn fee(desk: &Desk<'_>, given: &mut Reading<'_>) -> Option<(i64, String)> {
    let s = &desk.s;
    let known = |text: &str| CURRENCIES.iter().find(|(code, _)| *code == text);
    let currency = given.word("fee_currency", known, s.t("ask-currency-missing"));
    let digits = currency.map_or(2, |(_, digits)| *digits);
    let amount = given.word("fee_amount_minor", |text| minor(text, digits), s.t("ask-amount-missing"));
    Some((amount?, currency?.0.to_owned()))
}

/// An amount such as `15`, `15.50` or `15,50`, in the smallest unit.
fn minor(text: &str, digits: usize) -> Option<i64> {
    let (whole, part) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let fits = !whole.is_empty() && part.len() <= digits && (part.is_empty() || part.len() == digits);
    if !fits || !whole.bytes().chain(part.bytes()).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let amount: i64 = format!("{whole}{part:0<digits$}").parse().ok()?;
    (1..=HIGHEST_FEE).contains(&amount).then_some(amount)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_to_the_last_cent() {
        for (text, digits, expected) in [
            ("15", 2, Some(1500)),
            ("15.50", 2, Some(1550)),
            ("15,05", 2, Some(1505)),
            ("1500", 0, Some(1500)),
            ("15.5", 2, None),
            ("15.00", 0, None),
            ("1.500,00", 2, None),
            ("-15", 2, None),
            ("0", 2, None),
            ("", 2, None),
            (".50", 2, None),
            ("9999999", 2, None),
        ] {
            assert_eq!(minor(text, digits), expected, "{text}");
        }
    }
}
