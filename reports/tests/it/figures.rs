//! The figures: what is filed, and what the yearly report of the CCPA and the accountability report say of it.

use entities::inquiry::table::InquiryKind;
use entities::job::status::JobStatus;
use entities::request::right::Right;
use entities::request::status::Outcome;
use reports::{accountability, ccpa, load};
use rstest::rstest;
use testbed::database::Kind::{self, Postgres, Sqlite};

use crate::world::World;

type End = Option<(Outcome, Option<&'static str>, &'static str)>;

#[rstest]
#[tokio::test]
async fn the_yearly_figures_of_the_ccpa(#[values(Sqlite, Postgres)] on: Kind) {
    use Outcome as O;
    let world = World::at(on, "2027-02-01T09:00:00Z").await;
    let filed: [(&str, Right, &str, End); 11] = [
        ("2026-01-10T20:00:00Z", Right::Erasure, "us_ca_ccpa", Some((O::Fulfilled, None, "2026-01-20T20:00:00Z"))),
        (
            "2026-02-10T20:00:00Z",
            Right::Erasure,
            "us_ca_ccpa",
            Some((O::Refused, Some("exempt"), "2026-03-02T20:00:00Z")),
        ),
        ("2026-02-11T20:00:00Z", Right::Erasure, "us_ca_ccpa", Some((O::NoDataFound, None, "2026-02-14T20:00:00Z"))),
        (
            "2026-03-10T20:00:00Z",
            Right::Access,
            "us_ca_ccpa",
            Some((O::IdentityNotProven, Some("not_verified"), "2026-04-24T20:00:00Z")),
        ),
        (
            "2026-03-11T20:00:00Z",
            Right::Access,
            "eu_gdpr us_ca_ccpa",
            Some((O::PartiallyFulfilled, None, "2026-03-16T20:00:00Z")),
        ),
        ("2026-03-12T20:00:00Z", Right::Portability, "us_ca_ccpa", Some((O::Withdrawn, None, "2026-03-30T20:00:00Z"))),
        ("2026-03-13T20:00:00Z", Right::Access, "us_va", Some((O::Fulfilled, None, "2026-03-14T20:00:00Z"))),
        (
            "2026-05-13T20:00:00Z",
            Right::Rectification,
            "us_ca_ccpa",
            Some((O::Refused, Some("fraudulent"), "2026-05-13T22:00:00Z")),
        ),
        // New Year's Eve in Los Angeles, and the first minute after it.
        ("2027-01-01T07:59:59Z", Right::OptOut, "us_ca_ccpa", None),
        ("2027-01-01T08:00:00Z", Right::OptOut, "us_ca_ccpa", None),
        ("2026-06-01T20:00:00Z", Right::Restriction, "eu_gdpr", None),
    ];
    for (received, right, laws, end) in filed {
        let request = world.file(&world.beta, right, laws, received).await;
        if let Some((outcome, code, closed)) = end {
            world.close(&request, outcome, code, closed).await;
        }
    }
    world.file(&world.acme, Right::Erasure, "us_ca_ccpa", "2026-02-10T20:00:00Z").await;

    let which = world.year(&world.beta, 2026);
    let mut count = ccpa::Count::new(which.period.zone.clone());
    load::each(&world.store, which, |fact| count.add(fact)).await.unwrap();
    let told = |line: &ccpa::Line| ccpa::cells("", line)[1..].join(" ");
    let california: Vec<_> = count.california().iter().map(told).collect();
    // type, received, in whole, in part, denied (not verifiable, no consumer, exempt, other), withdrawn, duplicate, no request,
    // open, mean, median
    assert_eq!(
        california,
        [
            "delete 3 2 0 1 0 0 1 0 0 0 0 0 11 10",
            "correct 1 0 0 1 0 0 0 1 0 0 0 0 0 0",
            "know 3 0 1 1 1 0 0 0 1 0 0 0 25 25",
            "opt_out 1 0 0 0 0 0 0 0 0 0 0 1  ",
            "limit 0 0 0 0 0 0 0 0 0 0 0 0  ",
            "access_admt 0 0 0 0 0 0 0 0 0 0 0 0  ",
            "opt_out_admt 0 0 0 0 0 0 0 0 0 0 0 0  ",
        ]
    );
    let everyone: Vec<_> = count.everyone().iter().map(told).collect();
    assert_eq!(everyone[2], "know 4 1 1 1 1 0 0 0 1 0 0 0 17 5");
    assert_eq!((&everyone[0], &everyone[1]), (&california[0], &california[1]));
}

#[rstest]
#[tokio::test]
async fn the_figures_for_accountability(#[values(Sqlite, Postgres)] on: Kind) {
    use Outcome as O;
    let world = World::at(on, "2026-05-20T09:00:00Z").await;
    let filed: [(&str, Right, &str, End); 7] = [
        ("2026-01-05T10:00:00Z", Right::Access, "eu_gdpr", Some((O::Fulfilled, None, "2026-01-20T10:00:00Z"))),
        // The cautious day is the last of February, a Saturday; the statutory one the Monday after it.
        (
            "2026-01-31T10:00:00Z",
            Right::Access,
            "eu_gdpr",
            Some((O::Refused, Some("excessive"), "2026-03-02T10:00:00Z")),
        ),
        ("2026-01-06T10:00:00Z", Right::Erasure, "uk_gdpr", Some((O::Fulfilled, None, "2026-02-20T10:00:00Z"))),
        (
            "2026-02-03T10:00:00Z",
            Right::Access,
            "us_ca_ccpa eu_gdpr",
            Some((O::Withdrawn, None, "2026-02-20T10:00:00Z")),
        ),
        // The first minute of March in Berlin.
        ("2026-02-28T23:00:00Z", Right::Access, "eu_gdpr", None),
        ("2026-05-18T10:00:00Z", Right::Access, "eu_gdpr", None),
        ("2026-05-18T10:00:00Z", Right::Access, "us_ca_ccpa", None),
    ];
    let mut requests = Vec::new();
    for (received, right, laws, end) in filed {
        let request = world.file(&world.acme, right, laws, received).await;
        if let Some((outcome, code, closed)) = end {
            world.close(&request, outcome, code, closed).await;
        }
        requests.push(request);
    }
    world.ask(requests[2].id, InquiryKind::Clarification, "2026-01-08T10:00:00Z").await;
    world.job(&requests[4], JobStatus::Failed, None, None).await;
    world.file(&world.beta, Right::Access, "eu_gdpr", "2026-01-05T10:00:00Z").await;

    let which = world.year(&world.acme, 2026);
    let laws = accountability::REGIMES.map(str::to_owned).to_vec();
    let mut count = accountability::Count::new(which.period.zone.clone(), world.store.now(), laws);
    load::each(&world.store, which, |fact| count.add(fact)).await.unwrap();
    let told = |line: &accountability::Line| line.cells().join("|");
    // month, right, received, answered, in time (statutory, cautious), shares, extended, refused, by ground, median, mean,
    // delays, ended otherwise, open, overdue, missed
    assert_eq!(
        count.months().iter().map(told).collect::<Vec<_>>(),
        [
            "2026-01|access|2|2|2|1|1|0.5|0|1|excessive 1|22.5|22.5||0|0|0|",
            "2026-01|erasure|1|1|0|0|0|0|0|0||45|45|waited_for_clarification 1|0|0|0|",
            "2026-02|access|1|0|0|0|||0|0|||||1|0|0|",
            "2026-03|access|1|0|0|0|0|0|0|0||||platform_failed 1|0|1|1|",
            "2026-05|access|1|0|0|0|||0|0|||||0|1|0|",
        ]
    );
    assert_eq!(
        told(&count.total()),
        "all|all|6|3|2|1|0.5|0.25|0|1|excessive 1|30|30|platform_failed 1; waited_for_clarification 1|1|2|1|"
    );
    assert_eq!(count.rights().iter().map(|line| line.received).collect::<Vec<_>>(), [5, 1]);
}
