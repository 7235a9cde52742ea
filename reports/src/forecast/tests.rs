//! The forecast: what it says of single requests, and laws that hold for every queue.

use proptest::prelude::*;
use proptest::sample::select;

use super::habit::{Habit, Samples};
use super::*;
use crate::fact::tests::at;

const DAY: Duration = Duration::from_secs(24 * 3600);

fn waiting() -> Waiting {
    Waiting {
        id: RequestId::new(),
        reference: "K7PW-3MXD".into(),
        right: Right::Access,
        status: RequestStatus::Reviewing,
        on_hold: false,
        has_questions: false,
        is_by_people: false,
        received_at: at("2026-03-02T10:00:00Z"),
        cautious_at: at("2026-04-02T21:59:59Z"),
        statutory_at: at("2026-04-07T21:59:59Z"),
        jobs: Vec::new(),
        notices: vec![Notice {
            cautious_at: at("2026-04-02T21:59:59Z"),
            statutory_at: at("2026-04-07T21:59:59Z"),
            state: ClockState::Open,
        }],
        announced_at: None,
    }
}

fn situation(now: &str, queue: Vec<Waiting>) -> Situation {
    let budget =
        Budget { calls_a_minute: 300, is_learnt: false, interval: Duration::from_millis(200), blocked_until: At::ZERO };
    Situation { now: at(now), budget, habits: Habits::default(), queue }
}

fn expected(now: &str, waiting: Waiting) -> Expected {
    forecast(&situation(now, vec![waiting])).remove(0)
}

#[test]
fn a_review_must_leave_the_platform_its_time() {
    // Exports are taken to need four days, and the calls two seconds.
    let found = expected("2026-03-10T10:00:00Z", waiting());
    assert_eq!((found.verdict, found.waits_for.as_slice()), (Verdict::InTime, [WaitsFor::Review].as_slice()));
    assert_eq!((found.at, found.calls), (at("2026-03-14T10:00:02Z"), 10));
    assert_eq!(found.decide_by, Some(at("2026-03-29T21:59:57Z")));
    for (now, verdict) in [
        ("2026-03-29T21:59:57Z", Verdict::InTime),
        ("2026-03-29T21:59:58Z", Verdict::MissesCautious),
        ("2026-04-03T21:59:58Z", Verdict::MissesStatutory),
        ("2026-04-08T00:00:00Z", Verdict::Overdue),
    ] {
        assert_eq!(expected(now, waiting()).verdict, verdict, "{now}");
    }
}

#[test]
fn more_time_can_be_announced_until_its_day_has_passed() {
    let by = at("2026-04-02T21:59:59Z");
    let notice = waiting().notices[0];
    let met = Notice { state: ClockState::Met, ..notice };
    let swift = Notice { cautious_at: at("2026-03-20T21:59:59Z"), statutory_at: at("2026-03-20T21:59:59Z"), ..notice };
    let announced = |at: At| Waiting { announced_at: Some(at), ..waiting() };
    let with = |notices: &[Notice]| Waiting { notices: notices.to_vec(), ..waiting() };
    for (what, waiting, now, found) in [
        ("it waits", waiting(), "2026-03-10T10:00:00Z", Extension::Possible(by)),
        ("the cautious day has passed", waiting(), "2026-04-05T10:00:00Z", Extension::Possible(by)),
        ("the statutory day has passed", waiting(), "2026-04-09T10:00:00Z", Extension::TooLate),
        ("one law of two still allows it", with(&[swift, notice]), "2026-03-25T10:00:00Z", Extension::Possible(by)),
        ("two laws allow it", with(&[notice, swift]), "2026-03-10T10:00:00Z", Extension::Possible(swift.cautious_at)),
        ("no law knows it", with(&[]), "2026-03-10T10:00:00Z", Extension::Unknown),
        ("announced", with(&[met]), "2026-04-09T10:00:00Z", Extension::Announced),
        ("announced in time", announced(at("2026-04-01T10:00:00Z")), "2026-04-09T10:00:00Z", Extension::Announced),
        ("announced too late", announced(at("2026-04-08T10:00:00Z")), "2026-04-09T10:00:00Z", Extension::TooLate),
    ] {
        assert_eq!(expected(now, waiting).extension, found, "{what}");
    }
}

#[test]
fn a_job_that_is_slow_already_is_not_taken_to_end_today() {
    let open = |since: &str| Waiting {
        status: RequestStatus::Executing,
        jobs: vec![Job { status: JobStatus::Open, since: Some(at(since)) }],
        ..waiting()
    };
    assert_eq!(expected("2026-03-10T00:00:00Z", open("2026-03-09T00:00:00Z")).at, at("2026-03-13T00:00:00Z"));
    assert_eq!(expected("2026-03-20T00:00:00Z", open("2026-03-10T00:00:00Z")).at, at("2026-03-30T00:00:00Z"));
    // What works by itself waits for nobody.
    assert_eq!(expected("2026-03-20T00:00:00Z", open("2026-03-10T00:00:00Z")).decide_by, None);
}

#[test]
fn what_people_do_takes_no_calls_and_their_usual_time() {
    let by_people = Waiting { right: Right::Objection, is_by_people: true, ..waiting() };
    let mut situation = situation("2026-03-05T10:00:00Z", vec![by_people.clone()]);
    let samples = Samples { by_people: vec![DAY * 20; 5], ..Samples::default() };
    situation.habits.0.insert(Right::Objection, Habit::learnt(Right::Objection, samples));
    let found = forecast(&situation).remove(0);
    assert_eq!((found.calls, found.at), (0, at("2026-03-22T10:00:00Z")));
    assert_eq!((found.decide_by, found.waits_for), (Some(by_people.cautious_at), vec![WaitsFor::People]));
}

#[test]
fn a_short_budget_makes_the_last_ones_late() {
    let mut situation = situation("2026-03-28T10:00:00Z", (0..2_000).map(|_| waiting()).collect());
    situation.budget.interval = Duration::from_secs(60);
    let found = forecast(&situation);
    let late = found.iter().position(|it| it.verdict != Verdict::InTime).unwrap();
    // Ten calls each at one a minute: a day and a half are left for them.
    assert!((200..240).contains(&late), "{late}");
    assert!(found[late..].iter().all(|it| it.verdict != Verdict::InTime));
}

fn any_waiting() -> impl Strategy<Value = Waiting> {
    let statuses: Vec<_> = RequestStatus::ALL.iter().copied().filter(|it| !it.is_closed()).collect();
    let jobs = select(vec![JobStatus::Planned, JobStatus::Submitting, JobStatus::Open, JobStatus::Failed]);
    let jobs = proptest::collection::vec((jobs, 0_u32..40), 0..4);
    (select(Right::ALL.to_vec()), select(statuses), 0_u32..90, 1_u32..45, 0_u32..5, jobs, any::<[bool; 2]>()).prop_map(
        |(right, status, received, cautious, more, jobs, [on_hold, has_questions])| {
            let received_at = at("2026-01-01T00:00:00Z") + DAY * received;
            let cautious_at = received_at + DAY * cautious;
            let job = |(status, since): (JobStatus, u32)| {
                let is_placed = status == JobStatus::Open;
                Job { status, since: is_placed.then(|| received_at + DAY * since) }
            };
            let statutory_at = cautious_at + DAY * more;
            Waiting {
                id: RequestId::new(),
                reference: String::new(),
                right,
                status,
                on_hold,
                has_questions,
                is_by_people: right.on_platform().is_none(),
                received_at,
                cautious_at,
                statutory_at,
                jobs: jobs.into_iter().map(job).collect(),
                notices: vec![Notice { cautious_at, statutory_at, state: ClockState::Open }],
                announced_at: None,
            }
        },
    )
}

fn any_situation() -> impl Strategy<Value = Situation> {
    (proptest::collection::vec(any_waiting(), 0..30), 1_u64..100_000, 0_u32..120).prop_map(|(queue, ms, day)| {
        let mut situation = situation("2026-01-01T00:00:00Z", queue);
        situation.now = situation.now + DAY * day;
        situation.budget.interval = Duration::from_millis(ms);
        situation
    })
}

fn times(situation: &Situation) -> std::collections::HashMap<RequestId, (At, Verdict)> {
    forecast(situation).into_iter().map(|it| (it.of.id, (it.at, it.verdict))).collect()
}

proptest! {
    #[test]
    fn everything_open_is_told_once_in_order_and_not_in_the_past(situation in any_situation()) {
        let found = forecast(&situation);
        prop_assert_eq!(found.len(), situation.queue.len());
        prop_assert!(found.is_sorted_by_key(|it| (it.of.cautious_at, it.of.id)));
        for it in &found {
            prop_assert!(it.at >= situation.now);
            prop_assert!(it.decide_by.is_none_or(|by| by <= it.of.cautious_at));
            prop_assert_eq!(it.decide_by.is_none(), it.waits_for.is_empty());
            let is_late = it.at > it.of.cautious_at;
            prop_assert_eq!(it.verdict != Verdict::InTime, is_late);
        }
    }

    #[test]
    fn a_faster_platform_makes_nothing_later(situation in any_situation(), faster in 1_u32..20) {
        let mut swift = situation.clone();
        swift.budget.interval /= faster;
        let (slow, swift) = (times(&situation), times(&swift));
        for (id, (at, verdict)) in swift {
            prop_assert!(at <= slow[&id].0 && verdict <= slow[&id].1);
        }
    }

    #[test]
    fn one_request_more_makes_no_other_earlier_and_no_more_urgent_one_later(
        situation in any_situation(), one in any_waiting()
    ) {
        let mut more = situation.clone();
        more.queue.push(one.clone());
        let (before, after) = (times(&situation), times(&more));
        for waiting in &situation.queue {
            let (was, is) = (before[&waiting.id].0, after[&waiting.id].0);
            prop_assert!(was <= is);
            if (waiting.cautious_at, waiting.id) < (one.cautious_at, one.id) {
                prop_assert_eq!(was, is);
            }
        }
    }

    #[test]
    fn who_decides_by_then_keeps_the_cautious_date(one in any_waiting()) {
        let one = Waiting { right: Right::Access, is_by_people: false, status: RequestStatus::Reviewing, ..one };
        let mut situation = situation("2026-01-01T00:00:00Z", vec![one]);
        situation.now = situation.queue[0].received_at;
        let by = forecast(&situation)[0].decide_by.unwrap();
        prop_assume!(by >= situation.now);
        situation.now = by;
        prop_assert_eq!(forecast(&situation)[0].verdict, Verdict::InTime);
        situation.now = by + Duration::from_micros(1);
        prop_assert_ne!(forecast(&situation)[0].verdict, Verdict::InTime);
    }
}
