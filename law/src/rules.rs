//! The rules of the duty to respond, as data: one row per regime and version, chosen by the day of receipt.
//!
//! A row is never edited once released: a change of law, or of our reading, adds a row with the next version and the day
//! from which it holds. So it can always be told which text a stored clock was computed from.

use jiff::civil::{Date, date};

use crate::period::Period;
use crate::regime::Regime;

/// The duty to respond under one regime, in one version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RespondRule {
    /// The law.
    pub regime: Regime,
    /// Counts up from 1 within a regime.
    pub version: u16,
    /// Holds for requests received on this day or later; `None` for a regime's first row.
    pub since: Option<Date>,
    /// The provision that sets the period.
    pub source: &'static str,
    /// From the day of receipt, which is not counted.
    pub period: Period,
    /// The period in its strictest reading.
    pub cautious: Period,
    /// What makes the strictest reading differ, or says that it does not.
    pub cautious_source: &'static str,
    /// How days are counted.
    pub counting: Counting,
}

/// How a law counts the days of its period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counting {
    /// Which day is day 0, for people to read, with its source.
    pub day_zero: (&'static str, &'static str),
    /// Source for "a day that the month lacks is its last day".
    pub month_end: &'static str,
    /// Source for moving a last day that is a Saturday, Sunday or public holiday to the next working day; `None` where
    /// the law does not, or not surely.
    pub rolling: Option<&'static str>,
}

const RECEIPT_DAY: &str = "The day of receipt is not counted";

const EU_PERIODS: Counting = Counting {
    day_zero: (RECEIPT_DAY, "Regulation (EEC, Euratom) 1182/71 Art. 3(1)"),
    month_end: "Regulation (EEC, Euratom) 1182/71 Art. 3(2)(c)",
    rolling: Some("Regulation (EEC, Euratom) 1182/71 Art. 3(4)"),
};

const UK_PERIODS: Counting = Counting {
    day_zero: (RECEIPT_DAY, "UK GDPR Art. 4A with Regulation (EEC, Euratom) 1182/71 Art. 3(1); ICO, right of access"),
    month_end: "UK GDPR Art. 4A with Regulation (EEC, Euratom) 1182/71 Art. 3(2)(c)",
    rolling: Some("UK GDPR Art. 4A with Regulation (EEC, Euratom) 1182/71 Art. 3(4)"),
};

const NO_PAUSE: &str = "counted from the first receipt, without pause, restart or rolling";

const fn calendar_days(regime: Regime, days: u16, source: &'static str) -> RespondRule {
    RespondRule {
        regime,
        version: 1,
        since: None,
        source,
        period: Period::Days(days),
        cautious: Period::Days(days),
        cautious_source: "no stricter reading is known",
        counting: Counting { day_zero: (RECEIPT_DAY, source), month_end: source, rolling: None },
    }
}

/// All rows; within a regime by version.
pub static RESPOND: &[RespondRule] = &[
    RespondRule {
        regime: Regime::EU_GDPR,
        version: 1,
        since: None,
        source: "GDPR Art. 12(3)",
        period: Period::Months(1),
        cautious: Period::Months(1),
        cautious_source: NO_PAUSE,
        counting: EU_PERIODS,
    },
    RespondRule {
        regime: Regime::UK_GDPR,
        version: 1,
        since: None,
        source: "UK GDPR Art. 12(3)",
        period: Period::Months(1),
        cautious: Period::Months(1),
        cautious_source: NO_PAUSE,
        counting: UK_PERIODS,
    },
    // In force with section 76 of the Data (Use and Access) Act 2025: SI 2026/82 reg. 2.
    RespondRule {
        regime: Regime::UK_GDPR,
        version: 2,
        since: Some(date(2026, 2, 5)),
        source: "UK GDPR Art. 12(3) with Art. 12A",
        period: Period::Months(1),
        cautious: Period::Months(1),
        cautious_source: NO_PAUSE,
        counting: UK_PERIODS,
    },
    // Code Civ. Proc. 12a may move a last day past weekends and holidays, but whether it reaches a private business is
    // unsettled. So the date does not roll.
    RespondRule {
        regime: Regime::US_CA_CCPA,
        version: 1,
        since: None,
        source: "11 CCR 7021(b); Cal. Civ. Code 1798.130(a)(2)(A)",
        period: Period::Days(45),
        cautious: Period::Days(44),
        cautious_source: "11 CCR 7021(b), second sentence, read literally: the day of receipt is the first of the 45",
        counting: Counting {
            day_zero: (RECEIPT_DAY, "Cal. Civ. Code 10; Cal. Gov. Code 6800"),
            month_end: "11 CCR 7021(b)",
            rolling: None,
        },
    },
    calendar_days(Regime::of("us_co"), 45, "C.R.S. 6-1-1306"),
    calendar_days(Regime::of("us_ct"), 45, "Conn. Gen. Stat. 42-518"),
    calendar_days(Regime::of("us_de"), 45, "6 Del. C. 12D-104"),
    calendar_days(Regime::of("us_fl"), 45, "Fla. Stat. 501.706"),
    calendar_days(Regime::of("us_ia"), 90, "Iowa Code 715D.3"),
    calendar_days(Regime::of("us_in"), 45, "Ind. Code 24-15"),
    calendar_days(Regime::of("us_ky"), 45, "KRS 367.3611 ff."),
    calendar_days(Regime::of("us_md"), 45, "Md. Com. Law 14-4701 ff."),
    calendar_days(Regime::of("us_mn"), 45, "Minn. Stat. 325M.14"),
    calendar_days(Regime::of("us_mt"), 45, "Mont. Code 30-14-2808 ff."),
    calendar_days(Regime::of("us_ne"), 45, "Neb. Rev. Stat. 87-1101 ff."),
    calendar_days(Regime::of("us_nh"), 45, "N.H. RSA 507-H"),
    calendar_days(Regime::of("us_nj"), 45, "N.J.S.A. 56:8-166.7"),
    calendar_days(Regime::of("us_or"), 45, "ORS 646A.576"),
    calendar_days(Regime::of("us_ri"), 45, "R.I. Gen. Laws 6-48.1"),
    calendar_days(Regime::of("us_tn"), 45, "Tenn. Code 47-18-3301 ff."),
    calendar_days(Regime::of("us_tx"), 45, "Tex. Bus. & Com. Code 541.052"),
    calendar_days(Regime::of("us_ut"), 45, "Utah Code 13-61-203"),
    calendar_days(Regime::of("us_va"), 45, "Va. Code 59.1-577"),
    // The full declaration. A simplified one is due at once, so it has no clock.
    RespondRule {
        counting: Counting {
            day_zero: (
                "The law counts from the date of the request, so give a letter's own date as its receipt",
                "LGPD Art. 19(II)",
            ),
            month_end: "LGPD Art. 19(II)",
            rolling: None,
        },
        ..calendar_days(Regime::of("br_lgpd"), 15, "LGPD Art. 19(II)")
    },
    calendar_days(Regime::of("ca_pipeda"), 30, "PIPEDA s. 8(3)"),
    calendar_days(Regime::of("ca_qc"), 30, "Quebec private-sector Act s. 32"),
    calendar_days(Regime::of("ch_fadp"), 30, "FADP Art. 25(7); DPO Art. 18"),
    calendar_days(Regime::of("au_app12"), 30, "APP 12.4 with OAIC guidance"),
];

impl RespondRule {
    /// The row that holds for requests received on `day`.
    pub fn on(regime: Regime, day: Date) -> &'static Self {
        RESPOND
            .iter()
            .rfind(|rule| rule.regime == regime && rule.since.is_none_or(|since| since <= day))
            .expect("every regime has a first row that holds for all days")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_regime_has_rows_in_order_of_version_and_day() {
        for regime in Regime::all() {
            let rows: Vec<_> = RESPOND.iter().filter(|rule| rule.regime == regime).collect();
            assert!(rows.first().is_some_and(|first| first.since.is_none()), "{regime}");
            assert!(rows[1..].iter().all(|later| later.since.is_some()), "{regime}");
            assert!(rows.is_sorted_by(|a, b| a.since < b.since), "{regime}");
            assert!(rows.iter().zip(1..).all(|(rule, version)| rule.version == version), "{regime}");
        }
    }

    #[test]
    fn the_strict_reading_is_never_the_longer_one() {
        let day = date(2026, 1, 31);
        for rule in RESPOND {
            assert!(rule.cautious.last_day(day) <= rule.period.last_day(day), "{}", rule.regime);
        }
    }

    #[test]
    fn the_day_of_receipt_chooses_the_version() {
        assert_eq!(RespondRule::on(Regime::UK_GDPR, date(2026, 2, 4)).version, 1);
        assert_eq!(RespondRule::on(Regime::UK_GDPR, date(2026, 2, 5)).version, 2);
        assert_eq!(RespondRule::on(Regime::UK_GDPR, Date::MIN).version, 1);
    }
}
