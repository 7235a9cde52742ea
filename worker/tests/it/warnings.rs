//! Warnings to officers: on the days that the policy names, once each, as long as something is owed.

use std::time::Duration;

use entities::clock::queries::current;
use entities::clock::table::ClockState;
use entities::controller::policy::{Letters, Policy};
use entities::controller::queries::{Change, change};
use entities::event::trail::Actor;
use entities::extension::table::ExtensionReason;
use entities::letter::kind::{LetterKind as L, LetterState, Means};
use entities::letter::outbox::words;
use entities::letter::queries;
use entities::question::table::QuestionCode;
use entities::request::decide::Case;
use entities::request::file::NewRequest;
use entities::request::right::Right;
use entities::request::status::RequestStatus;
use entities::time::{At, Clock};
use resolution::identifier::IdentifierKind as K;

use crate::by_hand::ByHand;
use crate::letters::{policy, world};
use crate::world::on_both;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Runs all steps that are due.
async fn run_all(hand: &ByHand<'_>) {
    loop {
        let steps = hand.claim(DAY).await;
        if steps.is_empty() {
            break;
        }
        for step in &steps {
            hand.run(step).await.unwrap();
        }
    }
}

/// Officers are warned on the days that the policy names, once each, every day once the date has passed, and no more once the
/// request has ended.
#[tokio::test(flavor = "multi_thread")]
async fn officers_are_warned_on_the_days_that_the_policy_names() {
    on_both(async |kind| {
        let start: jiff::Timestamp = "2026-11-02T12:00:00Z".parse().unwrap();
        let (mut world, _) = world(kind, policy(), Clock::driven(At::from(start)), false).await;
        world.config.lease = Duration::from_secs(3600);
        let id = world.file_in_german(Right::Erasure, "nobody@example.com", false).await;
        let hand = ByHand::new(&world, "one");
        let due = world.request(id).await.cautious_at;
        assert_eq!(due.to_string(), "2026-12-02T22:59:59.999999Z");
        let mut days = Vec::new();
        let mut seen = 0;
        for _ in 0..34 {
            run_all(&hand).await;
            let letters = queries::of_request(world.store.db.read(), id).await.unwrap();
            let warnings: Vec<_> =
                letters.into_iter().filter(|it| matches!(it.kind, L::UpcomingDeadline | L::Overdue)).collect();
            if warnings.len() > seen {
                assert_eq!(warnings.len(), seen + 1, "one a day");
                let text = words(world.store.db.read(), &world.store.safe, &warnings[seen]).await.unwrap().text;
                assert!(!text.contains("Quill") && !text.contains("nobody@"), "{text}");
                let day = world.store.now().to_string()[5..10].to_owned();
                days.push((day, warnings[seen].kind));
                seen = warnings.len();
            }
            world.store.clock.advance(DAY);
        }
        let expected = [
            ("11-18", L::UpcomingDeadline),
            ("11-25", L::UpcomingDeadline),
            ("11-29", L::UpcomingDeadline),
            ("12-01", L::UpcomingDeadline),
            ("12-02", L::UpcomingDeadline),
            ("12-03", L::Overdue),
            ("12-04", L::Overdue),
            ("12-05", L::Overdue),
        ];
        assert_eq!(days, expected.map(|(day, kind)| (day.to_owned(), kind)));

        let txn = world.store.db.begin().await.unwrap();
        Case::open(&txn, &world.store, &world.approver, id, None)
            .await
            .unwrap()
            .withdraw("by telephone")
            .await
            .unwrap();
        txn.commit().await.unwrap();
        for _ in 0..3 {
            world.store.clock.advance(DAY);
            for step in hand.claim(DAY).await {
                hand.run(&step).await.unwrap();
            }
        }
        let kinds = world.kinds(id).await;
        assert_eq!(kinds.iter().filter(|(kind, _)| *kind == L::Overdue).count(), 3, "none after the end");
        assert!(kinds.contains(&(L::Withdrawal, LetterState::Sent)), "what was written still goes out: {kinds:?}");
    })
    .await;
}

/// An extension that was announced moves the dates, and the warnings with them.
#[tokio::test(flavor = "multi_thread")]
async fn warnings_follow_a_date_that_moves() {
    on_both(async |kind| {
        let start: jiff::Timestamp = "2026-11-02T12:00:00Z".parse().unwrap();
        let (mut world, _) = world(kind, policy(), Clock::driven(At::from(start)), false).await;
        world.config.lease = Duration::from_secs(3600);
        let id = world.file_in_german(Right::Erasure, "nobody@example.com", false).await;
        let hand = ByHand::new(&world, "one");
        let mut warned = Vec::new();
        for day in 0..95 {
            if day == 10 {
                let txn = world.store.db.begin().await.unwrap();
                let case = Case::open(&txn, &world.store, &world.approver, id, None).await.unwrap();
                case.extend(ExtensionReason::Complexity, "many systems", None).await.unwrap();
                txn.commit().await.unwrap();
            }
            run_all(&hand).await;
            let kinds = world.kinds(id).await;
            let warnings = kinds.iter().filter(|(kind, _)| matches!(kind, L::UpcomingDeadline | L::Overdue)).count();
            if warnings > warned.len() {
                warned.resize(warnings, world.store.now().to_string()[..10].to_owned());
            }
            world.store.clock.advance(DAY);
        }
        assert!(world.kinds(id).await.contains(&(L::Extension, LetterState::Sent)), "its notice made it one");
        let due = world.request(id).await.cautious_at;
        assert_eq!(&due.to_string()[..10], "2027-02-02");
        assert_eq!(warned[..5], ["2027-01-19", "2027-01-26", "2027-01-30", "2027-02-01", "2027-02-02"], "{warned:?}");
    })
    .await;
}

/// A refusal closes the request, and officers are warned of its date until its letter has gone out. A step that forgot, as one
/// that was dropped and asked for anew, writes nothing twice.
#[tokio::test(flavor = "multi_thread")]
async fn officers_are_warned_once_each_until_the_person_has_been_told_of_a_refusal() {
    on_both(async |kind| {
        let start: jiff::Timestamp = "2026-11-02T12:00:00Z".parse().unwrap();
        let (mut world, _) = world(kind, policy(), Clock::driven(At::from(start)), false).await;
        world.config.lease = Duration::from_secs(3600);
        // Without an address, so that somebody must write the refusal.
        let new = world.new_request(Right::Erasure, &[(K::Phone, "+13175550142")], Vec::new());
        let id = world.file_new(&world.controller, NewRequest { identity_method: None, ..new }).await;
        let hand = ByHand::new(&world, "one");
        let a_day = async || {
            run_all(&hand).await;
            world.store.clock.advance(DAY);
        };
        let warnings = async || {
            let kinds = world.kinds(id).await;
            kinds.iter().filter(|(kind, _)| matches!(kind, L::UpcomingDeadline | L::Overdue)).count()
        };
        for _ in 2..20 {
            a_day().await;
        }
        assert_eq!(warnings().await, 1, "two weeks before 2 December");
        world.decide(id, async |case| case.refuse("excessive", None, "the tenth").await).await.unwrap();
        assert_eq!(world.request(id).await.status, RequestStatus::Closed);
        assert!(
            world.questions(id).await.iter().any(|it| it.code == QuestionCode::LetterByHand && it.about == "refusal")
        );
        a_day().await;
        assert_eq!(warnings().await, 1, "that day has been warned of");
        for _ in 21..33 {
            a_day().await;
        }
        let expected = ["11-18", "11-25", "11-29", "12-01", "12-02"];
        assert_eq!(warnings().await, expected.len(), "on {expected:?}");
        let sent_at = world.store.now();
        world.decide(id, async |case| case.record_letter(L::Refusal, sent_at, Means::Post).await).await.unwrap();
        let clocks = current(world.store.db.read(), id).await.unwrap();
        let respond = clocks.iter().find(|clock| clock.duty == "respond").unwrap();
        assert_eq!((respond.state, respond.met_at), (ClockState::Met, Some(sent_at)));
        for _ in 0..3 {
            a_day().await;
        }
        assert_eq!(warnings().await, expected.len(), "nothing is owed any more");
    })
    .await;
}

/// Where others write to people, dates are the officers' own matter still. Whoever is named late hears in one letter of what has
/// been missed, and is warned from then on.
#[tokio::test(flavor = "multi_thread")]
async fn officers_are_warned_where_nobody_else_is_written_to_from_when_they_are_named() {
    on_both(async |kind| {
        let mut nobody = Policy { letters: Letters::None, ..policy() };
        let officers = std::mem::take(&mut nobody.writing.officers);
        let start: jiff::Timestamp = "2026-11-02T12:00:00Z".parse().unwrap();
        let (mut world, _) = world(kind, nobody.clone(), Clock::driven(At::from(start)), false).await;
        world.config.lease = Duration::from_secs(3600);
        let id = world.file_in_german(Right::Erasure, "nobody@example.com", false).await;
        let hand = ByHand::new(&world, "one");
        for _ in 2..26 {
            run_all(&hand).await;
            world.store.clock.advance(DAY);
        }
        assert!(world.kinds(id).await.is_empty(), "there was nobody to warn");

        nobody.writing.officers = officers;
        let txn = world.store.db.begin().await.unwrap();
        let named = Change { policy: Some(nobody), ..Change::default() };
        change(&txn, &world.store, &Actor::operator(), &world.controller, named).await.unwrap();
        txn.commit().await.unwrap();
        run_all(&hand).await;
        let warned = async || world.kinds(id).await.iter().map(|(kind, _)| *kind).collect::<Vec<_>>();
        assert_eq!(warned().await, [L::UpcomingDeadline], "18 and 25 November are one letter");
        for _ in 26..34 {
            world.store.clock.advance(DAY);
            run_all(&hand).await;
        }
        let rest = [L::UpcomingDeadline, L::UpcomingDeadline, L::UpcomingDeadline, L::Overdue, L::Overdue];
        assert_eq!(warned().await[1..], rest, "on 29 November and 1 to 4 December");
    })
    .await;
}
