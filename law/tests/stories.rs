//! Single stories: how a date is told, when an extension counts, what is undefined, what a stored clock names.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]

use jiff::Timestamp;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use law::calendar::{Calendar, Known};
use law::clock::{Clock, PauseEffect};
use law::clocks::{Undefined, clocks, standing};
use law::duty::{Duty, Kind};
use law::extension::{NoExtension, extend};
use law::matter::{Appeal, ExtensionNotice, Inquiry, InquiryKind, Matter};
use law::pack;
use law::regime::Regime;
use law::right::Right;
use rstest::rstest;

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

/// The clock of the duty to answer a request for access, with no more known than that it arrived.
fn respond(regime: Regime, received: Timestamp, zone: &TimeZone) -> Clock {
    let calendar = Calendar::find("", &[]);
    let all = clocks(&Matter::new(regime, Right::Access, received, zone.clone(), &calendar)).unwrap();
    all.into_iter().find(|it| it.duty == Duty::Respond).unwrap()
}

fn noon(day: Date) -> Timestamp {
    day.at(12, 0, 0, 0).to_zoned(TimeZone::UTC).unwrap().timestamp()
}

fn matter(regime: Regime, right: Right, received: Date, calendar: &Calendar) -> Matter<'_> {
    Matter::new(regime, right, noon(received), TimeZone::UTC, calendar)
}

fn of(clocks: &[Clock], duty: Duty) -> &Clock {
    clocks.iter().find(|clock| clock.duty == duty).unwrap()
}

fn told(clock: &Clock) -> Vec<String> {
    clock.derivation.iter().map(|step| format!("{} [{}]", step.text, step.source)).collect()
}

fn regime(id: &str) -> Regime {
    id.parse().unwrap()
}

#[test]
fn a_date_is_told_step_by_step_with_its_provisions() {
    let berlin = Calendar::find("DE-BE", &[]);
    let received = "2026-01-31T12:00:00Z".parse().unwrap();
    let matter = Matter::new(Regime::EU_GDPR, Right::Access, received, zone("Europe/Berlin"), &berlin);
    let clocks = clocks(&matter).unwrap();
    assert_eq!(
        told(of(&clocks, Duty::Respond)),
        [
            "Received at 2026-01-31T12:00:00Z, which is Sat 31 Jan 2026 in Europe/Berlin. The day of receipt is not counted. \
             [Regulation (EEC, Euratom) 1182/71 Art. 3(1)]",
            "One month from Sat 31 Jan 2026 ends with Sat 28 Feb 2026. [GDPR Art. 12(3)]",
            "February 2026 has no day 31, so its last day counts. [Regulation (EEC, Euratom) 1182/71 Art. 3(2)(c)]",
            "The public holidays of DE-BE count: this law holds there. [Regulation (EEC, Euratom) 1182/71 Art. 2(1)]",
            "Sat 28 Feb 2026 is a Saturday, Sun 1 Mar 2026 is a Sunday; the next working day is Mon 2 Mar 2026. \
             [Regulation (EEC, Euratom) 1182/71 Art. 3(4)]",
            "The cautious date is Sat 28 Feb 2026: one month from Sat 31 Jan 2026. \
             [counted from the first receipt, without pause, restart or rolling]",
            "The target is Sat 21 Feb 2026: 7 days in hand. [the controller's policy]",
        ]
    );
}

#[test]
fn an_extended_answer_names_its_pauses_its_holiday_and_the_refusal_that_has_run() {
    let bavaria = Calendar::find("DE-BY", &[]);
    let mut matter = matter(Regime::EU_GDPR, Right::Access, date(2026, 9, 24), &bavaria);
    let inquiries = [
        Inquiry { kind: InquiryKind::Identity, asked: date(2026, 9, 28), answered: Some(date(2026, 10, 6)) },
        Inquiry { kind: InquiryKind::Clarification, asked: date(2026, 10, 2), answered: Some(date(2026, 10, 7)) },
        Inquiry { kind: InquiryKind::Fee, asked: date(2026, 10, 2), answered: None },
    ];
    matter.inquiries = &inquiries;
    let extended = extend(&matter, noon(date(2026, 10, 30)), None).unwrap();
    let answer = of(&extended, Duty::Respond);
    assert_eq!((answer.statutory, answer.cautious), (date(2027, 1, 4), date(2026, 12, 24)));
    assert_eq!(
        told(answer)[1..],
        [
            "Extended by 2 months: 3 months in all, counted in one step from Thu 24 Sep 2026, end with Thu 24 Dec 2026. [GDPR Art. 12(3)]",
            "Identity information was asked for on Mon 28 Sep 2026 and arrived on Tue 6 Oct 2026: 8 nights are added to the last day. \
             [GDPR Art. 12(6); EDPB Guidelines 01/2022 s. 5.3]",
            "Clarification was asked for on Fri 2 Oct 2026 and arrived on Wed 7 Oct 2026: one night, the others being counted or past \
             already, is added to the last day. [GDPR Recital 63; EDPB Guidelines 01/2022 s. 5.3]",
            "A fee was asked for on Fri 2 Oct 2026 and is still out: it would move nothing. [GDPR Art. 12(3)]",
            "The public holidays of DE-BY count: this law holds there. [Regulation (EEC, Euratom) 1182/71 Art. 2(1)]",
            "With that the last day is Sat 2 Jan 2027. Sat 2 Jan 2027 is a Saturday, Sun 3 Jan 2027 is a Sunday; the next working day is \
             Mon 4 Jan 2027. \
             [Regulation (EEC, Euratom) 1182/71 Art. 3(4)]",
            "The cautious date is Thu 24 Dec 2026: 3 months from Thu 24 Sep 2026. \
             [counted from the first receipt, without pause, restart or rolling]",
            "The target is Thu 17 Dec 2026: 7 days in hand. [the controller's policy]",
            "The extension does not reach a refusal: the last day for one is Mon 2 Nov 2026. [GDPR Art. 12(4)]",
        ]
    );
    let refusal = of(&extended, Duty::Refuse);
    assert_eq!((refusal.statutory, refusal.extended), (date(2026, 11, 2), false));
}

#[test]
fn in_the_united_kingdom_a_refusal_stretches_with_the_answer() {
    let london = Calendar::find("GB-EAW", &[]);
    let matter = matter(Regime::UK_GDPR, Right::Erasure, date(2026, 5, 5), &london);
    let extended = extend(&matter, noon(date(2026, 6, 5)), None).unwrap();
    assert_eq!(of(&extended, Duty::Refuse).statutory, of(&extended, Duty::Respond).statutory);
    assert!(told(of(&extended, Duty::Respond)).iter().all(|step| !step.contains("does not reach")));
}

#[test]
fn a_clarification_stops_the_clock_for_access_alone() {
    let london = Calendar::find("GB-EAW", &[]);
    let asked =
        [Inquiry { kind: InquiryKind::Clarification, asked: date(2026, 5, 11), answered: Some(date(2026, 5, 20)) }];
    let due = |right| {
        let clocks =
            clocks(&Matter { inquiries: &asked, ..matter(Regime::UK_GDPR, right, date(2026, 5, 5), &london) }).unwrap();
        let clock = of(&clocks, Duty::Respond).clone();
        (clock.statutory, clock.pauses[0].effect, clock.pauses[0].days)
    };
    assert_eq!(due(Right::Access), (date(2026, 6, 15), PauseEffect::Stop, 10));
    assert_eq!(due(Right::Erasure), (date(2026, 6, 5), PauseEffect::None, 0));
}

#[test]
fn france_suspends_by_its_own_law() {
    let asked = [Inquiry { kind: InquiryKind::Identity, asked: date(2026, 6, 5), answered: Some(date(2026, 6, 11)) }];
    let pause = |region| {
        let calendar = Calendar::find(region, &[]);
        let matter =
            Matter { inquiries: &asked, ..matter(Regime::EU_GDPR, Right::Erasure, date(2026, 6, 3), &calendar) };
        of(&clocks(&matter).unwrap(), Duty::Respond).pauses[0].clone()
    };
    assert_eq!((pause("FR").days, pause("DE").days), (6, 6));
    assert!(pause("FR-6AE").source.contains("Decree 2019-536"));
    assert!(pause("DE").source.contains("EDPB"));
}

#[test]
fn californias_dates_know_no_pause_and_no_rolling() {
    let california = Calendar::find("US-CA", &[]);
    let asked = [Inquiry { kind: InquiryKind::Identity, asked: date(2026, 1, 20), answered: Some(date(2026, 2, 10)) }];
    let matter =
        Matter { inquiries: &asked, ..matter(Regime::US_CA_CCPA, Right::Access, date(2026, 1, 15), &california) };
    let clocks = clocks(&matter).unwrap();
    let answer = of(&clocks, Duty::Respond);
    assert_eq!(
        (answer.cautious, answer.statutory, answer.if_rolled),
        (date(2026, 2, 28), date(2026, 3, 1), Some(date(2026, 3, 2)))
    );
    let steps = told(answer);
    assert!(steps.contains(
        &"Identity information was asked for on Tue 20 Jan 2026 and arrived on Tue 10 Feb 2026: under this law that moves no date of \
          access. [11 CCR 7021(b): regardless of time required to verify]"
            .to_owned()
    ));
    assert!(
        steps.contains(
            &"A rule that might move it to Mon 2 Mar 2026 is too doubtful to rely on. [Cal. Code Civ. Proc. 12a]"
                .to_owned()
        )
    );
}

#[test]
fn california_counts_business_days_by_the_undisputed_holidays_alone() {
    // Cesar Chavez Day, 31 March, is in the state's calendar and not among the nine.
    let california = Calendar::find("US-CA", &[date(2026, 3, 25)]);
    let clocks = clocks(&matter(Regime::US_CA_CCPA, Right::OptOut, date(2026, 3, 16), &california)).unwrap();
    let stop = of(&clocks, Duty::OptOut);
    assert_eq!((stop.statutory, stop.cautious), (date(2026, 4, 6), date(2026, 4, 2)));
    assert_eq!(stop.calendar.as_ref().unwrap().region, "US-CA-business");
    assert_eq!(of(&clocks, Duty::Reask).kind, Kind::NotBefore);
    assert!(!clocks.iter().any(|clock| matches!(clock.duty, Duty::Respond | Duty::Acknowledge)));
}

#[rstest]
#[case::the_last_day(date(2026, 12, 28), Ok(date(2027, 2, 26)))]
#[case::a_day_late(date(2026, 12, 29), Err(date(2026, 12, 28)))]
fn an_extension_counts_only_if_its_notice_was_sent_in_time(#[case] sent: Date, #[case] expected: Result<Date, Date>) {
    let germany = Calendar::find("DE", &[]);
    let matter = matter(Regime::EU_GDPR, Right::Access, date(2026, 11, 26), &germany);
    match (extend(&matter, noon(sent), None), expected) {
        (Ok(extended), Ok(day)) => assert_eq!(of(&extended, Duty::Respond).statutory, day),
        (Err(NoExtension::TooLate { last_day, .. }), Err(day)) => assert_eq!(last_day, day),
        (found, expected) => panic!("{found:?} for {expected:?}"),
    }
    // A notice that is in the facts all the same lengthens nothing, and that is told.
    let facts = Matter { extension: Some(ExtensionNotice { sent: noon(sent), until: None }), ..matter };
    let clocks = clocks(&facts).unwrap();
    let answer = of(&clocks, Duty::Respond);
    assert_eq!(answer.extended, expected.is_ok());
    if let Err(last) = expected {
        assert_eq!(answer.statutory, last);
        assert_eq!(
            told(answer).last().unwrap(),
            "The extension does not count: its notice had to be sent by Mon 28 Dec 2026 (eu_gdpr.respond: GDPR Art. 12(3)). [GDPR Art. 12(3)]"
        );
    }
}

#[test]
fn the_first_periods_own_pauses_lengthen_the_time_for_the_notice() {
    let calendar = Calendar::exactly(&[]);
    let asked = [Inquiry { kind: InquiryKind::Identity, asked: date(2026, 3, 6), answered: Some(date(2026, 3, 16)) }];
    let matter = Matter { inquiries: &asked, ..matter(Regime::EU_GDPR, Right::Access, date(2026, 3, 2), &calendar) };
    assert!(extend(&matter, noon(date(2026, 4, 13)), None).is_ok());
    assert!(matches!(extend(&matter, noon(date(2026, 4, 14)), None), Err(NoExtension::TooLate { .. })));
}

#[test]
fn a_period_begun_anew_after_its_end_makes_no_late_notice_timely() {
    let calendar = Calendar::exactly(&[]);
    let asked = |asked, answered| [Inquiry { kind: InquiryKind::Identity, asked, answered: Some(answered) }];
    // Received on 2 March, so the month ends on 2 April; the notice went out on the seventh.
    let with = |inquiries: &[Inquiry], sent| {
        let matter = Matter { inquiries, ..matter(Regime::UK_GDPR, Right::Access, date(2026, 3, 2), &calendar) };
        extend(&matter, noon(sent), None).map(|_| ())
    };
    let (between, late) = (date(2026, 4, 7), asked(date(2026, 4, 8), date(2026, 4, 10)));
    assert!(matches!(with(&late, between), Err(NoExtension::TooLate { .. })));
    assert_eq!(with(&asked(date(2026, 4, 2), date(2026, 4, 10)), between), Ok(()), "asked while it ran");
    assert_eq!(with(&late, date(2026, 4, 13)), Ok(()), "sent in the period begun anew");
}

#[test]
fn a_second_extension_is_refused_by_the_rule() {
    let calendar = Calendar::exactly(&[]);
    let extension = Some(ExtensionNotice { sent: noon(date(2026, 3, 9)), until: None });
    let matter = Matter { extension, ..matter(Regime::EU_GDPR, Right::Access, date(2026, 3, 2), &calendar) };
    let refused = extend(&matter, noon(date(2026, 3, 20)), None).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "one was announced already, and the law allows no second (eu_gdpr.respond: GDPR Art. 12(3))"
    );
}

#[test]
fn where_the_law_sets_no_length_the_notice_must_name_a_day() {
    let calendar = Calendar::find("CH-ZH", &[]);
    let matter = matter(regime("ch_fadp"), Right::Access, date(2026, 3, 31), &calendar);
    let sent = noon(date(2026, 4, 20));
    assert!(
        matches!(extend(&matter, sent, None), Err(NoExtension::NeedsDay { last_day, .. }) if last_day == date(2026, 4, 30))
    );
    assert!(matches!(extend(&matter, sent, Some(date(2026, 4, 30))), Err(NoExtension::NeedsDay { .. })));
    let extended = extend(&matter, sent, Some(date(2026, 6, 15))).unwrap();
    let answer = of(&extended, Duty::Respond);
    assert_eq!(
        (answer.cautious, answer.statutory, answer.target),
        (date(2026, 6, 15), date(2026, 6, 15), date(2026, 6, 8))
    );
}

#[test]
fn a_day_that_the_notice_names_binds_and_lies_in_the_extension() {
    let calendar = Calendar::exactly(&[]);
    let matter = matter(Regime::EU_GDPR, Right::Access, date(2026, 3, 2), &calendar);
    let named = |until| extend(&matter, noon(date(2026, 3, 20)), Some(until)).map(|_| ());
    let last = |refused: Result<(), NoExtension>| match refused.unwrap_err() {
        NoExtension::NeedsDay { last_day, .. } | NoExtension::TooLong { last_day, .. } => last_day,
        other => panic!("{other}"),
    };
    assert_eq!(last(named(date(2026, 4, 2))), date(2026, 4, 2), "that is no later day");
    assert_eq!(named(date(2026, 4, 3)), Ok(()));
    assert_eq!(named(date(2026, 6, 2)), Ok(()));
    assert_eq!(last(named(date(2026, 6, 3))), date(2026, 6, 2), "that is too late a day");
    let extended = extend(&matter, noon(date(2026, 3, 20)), Some(date(2026, 5, 15))).unwrap();
    let answer = of(&extended, Duty::Respond);
    assert_eq!((answer.cautious, answer.statutory), (date(2026, 5, 15), date(2026, 6, 2)));
}

#[rstest]
#[case::no_appeal_in_utah("us_ut", Right::Access, date(2026, 6, 1))]
#[case::no_appeal_in_the_union("eu_gdpr", Right::Access, date(2026, 6, 1))]
fn an_appeal_without_a_law_is_no_date(#[case] id: &str, #[case] right: Right, #[case] received: Date) {
    let calendar = Calendar::exactly(&[]);
    let appeal = Some(Appeal { received: noon(received), extended: None });
    let matter = Matter { appeal, ..matter(regime(id), right, received, &calendar) };
    assert_eq!(clocks(&matter).unwrap_err(), Undefined::Duty { regime: regime(id), duty: Duty::DecideAppeal });
}

#[rstest]
#[case::quebec("ca_qc")]
#[case::brazil("br_lgpd")]
#[case::japan("jp_appi")]
#[case::australia("au_app12")]
fn an_extension_without_a_law_is_refused(#[case] id: &str) {
    let calendar = Calendar::exactly(&[]);
    let matter = matter(regime(id), Right::Access, date(2026, 1, 15), &calendar);
    let refused = extend(&matter, noon(date(2026, 1, 16)), None).unwrap_err();
    assert!(matches!(refused, NoExtension::Undefined(Undefined::Extension { .. })), "{refused}");
    let facts = Matter { extension: Some(ExtensionNotice { sent: matter.received, until: None }), ..matter };
    assert!(matches!(clocks(&facts), Err(Undefined::Extension { .. })));
}

#[test]
fn an_appeal_can_be_extended_where_the_law_says_so() {
    let calendar = Calendar::exactly(&[]);
    let appealed = |id, extended| {
        let appeal = Some(Appeal { received: noon(date(2026, 8, 3)), extended: Some(noon(extended)) });
        clocks(&Matter { appeal, ..matter(regime(id), Right::Access, date(2026, 6, 1), &calendar) })
    };
    assert_eq!(of(&appealed("us_mn", date(2026, 9, 17)).unwrap(), Duty::DecideAppeal).statutory, date(2026, 11, 16));
    assert_eq!(of(&appealed("us_mn", date(2026, 9, 18)).unwrap(), Duty::DecideAppeal).statutory, date(2026, 9, 17));
    assert!(matches!(appealed("us_va", date(2026, 8, 4)), Err(Undefined::Extension { .. })));
}

#[rstest]
#[case::iowa_corrects_nothing("us_ia", Right::Rectification, date(2026, 6, 1), false)]
#[case::the_union_has_no_opt_out("eu_gdpr", Right::OptOut, date(2026, 6, 1), false)]
#[case::complaints_before_june("uk_gdpr", Right::Complaint, date(2026, 6, 18), false)]
#[case::complaints_since_june("uk_gdpr", Right::Complaint, date(2026, 6, 19), true)]
#[case::decisions_by_machine_before_2027("us_ca_ccpa", Right::AdmtOptOut, date(2026, 12, 31), false)]
#[case::decisions_by_machine_since_2027("us_ca_ccpa", Right::AdmtOptOut, date(2027, 1, 1), true)]
#[case::indian_grievance_before("in_dpdp", Right::Complaint, date(2027, 5, 13), false)]
#[case::indian_grievance_since("in_dpdp", Right::Complaint, date(2027, 5, 14), true)]
fn a_right_holds_from_its_day(#[case] id: &str, #[case] right: Right, #[case] received: Date, #[case] holds: bool) {
    let calendar = Calendar::exactly(&[]);
    assert_eq!(clocks(&matter(regime(id), right, received, &calendar)).is_ok(), holds);
}

#[test]
fn the_clock_names_the_version_in_force_at_receipt() {
    let london = zone("Europe/London");
    let rule = |at: &str| respond(Regime::UK_GDPR, at.parse().unwrap(), &london).rule;
    assert_eq!(rule("2026-02-04T23:59:59Z").version, 1);
    assert_eq!(rule("2026-02-05T00:00:00Z").version, 2);
    assert_eq!(rule("2026-02-05T00:00:00Z").source, "UK GDPR Art. 12(3) with Art. 12A");
}

#[test]
fn a_law_without_a_figure_says_so() {
    let calendar = Calendar::find("JP", &[]);
    let clocks = clocks(&matter(regime("jp_appi"), Right::Access, date(2026, 6, 1), &calendar)).unwrap();
    let answer = of(&clocks, Duty::Respond);
    assert_eq!((answer.kind, answer.cautious, answer.target), (Kind::NoFigure, date(2026, 6, 15), date(2026, 6, 15)));
    assert!(told(answer).iter().any(|step| step.starts_with("The law sets no figure.")));
}

#[test]
fn an_unknown_place_lengthens_nothing_and_says_so() {
    // Received on 25 November: the month ends on Christmas Day.
    let due = |region: &str| {
        let calendar = Calendar::find(region, &[]);
        let clocks = clocks(&matter(Regime::EU_GDPR, Right::Access, date(2026, 11, 25), &calendar)).unwrap();
        let clock = of(&clocks, Duty::Respond).clone();
        let text = |rule: &str| clock.derivation.iter().find(|step| step.rule == rule).unwrap().text.clone();
        (clock.statutory, clock.calendar.as_ref().unwrap().known, text("calendar") + " " + &text("rolling"))
    };
    let (day, known, _) = due("DE");
    assert_eq!((day, known), (date(2026, 12, 28), Known::Place));
    for (region, is, says) in
        [("", Known::Nothing, "No place was named"), ("ZZ", Known::Outside, "Region ZZ is outside this law")]
    {
        let (day, known, text) = due(region);
        assert_eq!((day, known), (date(2026, 12, 25), is));
        let stays = "Fri 25 Dec 2026 is not known to be a weekend or public holiday, so it stays.";
        assert_eq!(text, format!("{says}: weekends only. {stays}"));
    }
}

#[test]
fn each_law_has_its_own_holidays() {
    // The month ends on Epiphany, a Wednesday and a holiday in Bavaria; own days are the establishment's as well.
    let bavaria = Calendar::find("DE-BY", &[date(2027, 1, 7)]);
    let answer = |law, calendar: &Calendar| {
        let clocks = clocks(&matter(law, Right::Access, date(2026, 12, 6), calendar)).unwrap();
        let clock = of(&clocks, Duty::Respond).clone();
        let step = clock.derivation.iter().find(|step| step.rule == "calendar").unwrap();
        (clock.statutory, step.text.clone(), clock.calendar.clone().unwrap())
    };
    let (day, why, calendar) = answer(Regime::EU_GDPR, &bavaria);
    assert_eq!((day, calendar.known), (date(2027, 1, 8), Known::Place));
    assert_eq!(
        why,
        "The public holidays of DE-BY count: this law holds there. So does a day that the controller added."
    );
    let (day, why, calendar) = answer(Regime::UK_GDPR, &bavaria);
    assert_eq!((day, calendar.known, calendar.sha256), (date(2027, 1, 6), Known::Outside, None));
    assert_eq!((why.as_str(), calendar.own_days.len()), ("Region DE-BY is outside this law: weekends only.", 0));
    // Nor do Britain's days count for the Union; those of the EEA do.
    let (day, ..) = answer(Regime::EU_GDPR, &Calendar::find("GB-SCT", &[date(2027, 1, 6)]));
    assert_eq!(day, date(2027, 1, 6));
    let (_, _, norway) = answer(Regime::EU_GDPR, &Calendar::find("NO", &[]));
    assert_eq!(norway.known, Known::Place);
}

#[test]
fn beyond_the_calendars_years_only_weekends_move_a_date() {
    let germany = Calendar::find("DE", &[]);
    let clocks = clocks(&matter(Regime::EU_GDPR, Right::Access, date(2036, 12, 1), &germany)).unwrap();
    let answer = of(&clocks, Duty::Respond);
    assert_eq!(answer.statutory, date(2037, 1, 1));
    assert!(told(answer).iter().any(|step| step.contains("The public holidays of 2037 are not known.")));
}

#[test]
fn duties_of_no_single_request_are_asked_for_by_name() {
    let calendar = Calendar::exactly(&[]);
    let at = noon(date(2026, 8, 1));
    let lists = standing(Regime::US_CA_CCPA, Duty::FetchDeletionLists, at, &TimeZone::UTC, &calendar).unwrap();
    assert_eq!((lists.statutory, lists.right), (date(2026, 9, 15), None));
    for (regime, duty) in [(Regime::EU_GDPR, Duty::PublishMetrics), (Regime::US_CA_CCPA, Duty::Respond)] {
        let undefined = standing(regime, duty, at, &TimeZone::UTC, &calendar).unwrap_err();
        assert_eq!(undefined, Undefined::Duty { regime, duty });
    }
}

#[rstest]
#[case::plain("UTC", "2026-03-05T10:00:00Z", "2026-04-05T23:59:59.999999Z")]
#[case::summer_time("Europe/Berlin", "2026-03-05T10:00:00Z", "2026-04-05T21:59:59.999999Z")]
#[case::day_of_23_hours("Europe/Berlin", "2027-02-28T10:00:00Z", "2027-03-28T21:59:59.999999Z")]
#[case::next_day_begins_at_one("America/Sao_Paulo", "2018-10-03T12:00:00Z", "2018-11-04T02:59:59.999999Z")]
#[case::day_missing_at_the_date_line("Pacific/Apia", "2011-11-30T12:00:00Z", "2011-12-30T09:59:59.999999Z")]
fn the_end_is_the_last_microsecond_of_the_day(#[case] name: &str, #[case] received: Timestamp, #[case] end: Timestamp) {
    assert_eq!(respond(Regime::EU_GDPR, received, &zone(name)).cautious_end(), end);
}

#[test]
fn a_clock_is_read_back_as_it_was_stored_and_names_what_it_came_from() {
    let bavaria = Calendar::find("DE-BY", &[date(2026, 9, 14)]);
    for regime in Regime::all() {
        let asked =
            [Inquiry { kind: InquiryKind::Identity, asked: date(2026, 8, 3), answered: Some(date(2026, 8, 5)) }];
        let mut matter = matter(regime, Right::Access, date(2026, 7, 31), &bavaria);
        matter.inquiries = &asked;
        matter.closed = Some(noon(date(2026, 8, 20)));
        for clock in clocks(&matter).unwrap() {
            let stored = serde_json::to_string(&clock).unwrap();
            assert!(stored.contains(&format!("\"regime\":\"{regime}\"")), "{stored}");
            assert_eq!(serde_json::from_str::<Clock>(&stored).unwrap(), clock);
            assert_eq!((clock.pack.id.as_ref(), clock.pack.sha256.as_ref()), (pack::id(), pack::sha256()));
            assert_eq!(clock.inputs.inquiries, asked);
        }
    }
    let clocks = clocks(&matter(Regime::EU_GDPR, Right::Access, date(2026, 7, 31), &bavaria)).unwrap();
    let calendar = of(&clocks, Duty::Respond).calendar.as_ref().unwrap();
    assert_eq!((calendar.region.as_str(), calendar.known), ("DE-BY", Known::Place));
    assert_eq!(
        (calendar.sha256.as_ref().unwrap().len(), calendar.own_days.as_slice()),
        (64, [date(2026, 9, 14)].as_slice())
    );
}
