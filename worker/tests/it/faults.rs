//! What can go wrong between us and the platform while one request goes through, and that it ends alike all the same.

use std::time::Duration;

use entities::job::status::JobStatus;
use entities::question::table::QuestionCode;
use entities::request::status::{Outcome, RequestStatus};
use genesys::http::Timeouts;
use resolution::identifier::IdentifierKind as K;
use resolution::plan::Right;
use sandbox::ids::named;
use sandbox::options::{ListOrder, Options, Population};
use testbed::database::Kind;
use testbed::platform::swift;

use crate::ledger::exactly;
use crate::world::{Setup, World, on_both, swift_policy};

const ADA: &str = "ada.access@example.com";

fn with_faults(faults: &[&str]) -> Options {
    Options { faults: faults.iter().map(|&fault| fault.to_owned()).collect(), ..swift(Population::Samples) }
}

/// An access of sample 1 that meets these faults. Whatever they are, it ends fulfilled, with its two platform requests made
/// once each, nothing asked of a person, and the books in agreement.
async fn ends_alike(faults: &[&str]) {
    on_both(async |kind| {
        let world = World::idle(kind, swift(Population::Samples)).await;
        for fault in faults {
            world.platform.fault(fault).await;
        }
        goes_through(world).await;
    })
    .await;
}

async fn goes_through(mut world: World) {
    world.config.timeouts = Timeouts { overall: Duration::from_millis(150), ..Timeouts::default() };
    world.work();
    let id = world.file(Right::Access, &[(K::Email, ADA)]).await;
    assert_eq!(world.through(id).await.outcome, Some(Outcome::Fulfilled));
    let ada = format!("GDPR_EXPORT contact:{} client", named(&format!("contact/{ADA}")));
    let expected = exactly([(&ada, 1), ("GDPR_EXPORT email:ada.access@example.com client", 1)]);
    assert_eq!(world.created().await, expected);
    assert!(world.questions(id).await.is_empty(), "nobody had to be asked");
    let spent = world.platform.show("faults").await;
    let unspent = spent["faults"].as_array().unwrap().iter().filter(|it| it["times"].is_u64() && it["spent"] == false);
    let unspent: Vec<_> = unspent.filter(|it| it["subject"].is_null()).collect();
    assert!(unspent.is_empty(), "these never happened: {unspent:?}");
    world.books_agree().await;
}

/// Promise 2, for every way in which the call that must not be repeated can fail without having been heard…
#[tokio::test(flavor = "multi_thread")]
async fn a_submission_that_never_arrived() {
    ends_alike(&["reset-before:route=submit_request,times=2"]).await;
}

/// … for every way in which it was heard and the answer did not come …
#[tokio::test(flavor = "multi_thread")]
async fn a_submission_answered_too_late() {
    ends_alike(&["stall:route=submit_request,ms=400,times=2"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_submission_whose_answer_breaks_off() {
    ends_alike(&["malformed-json:route=submit_request,times=2"]).await;
}

/// … and for those where nobody can know.
#[tokio::test(flavor = "multi_thread")]
async fn a_submission_that_meets_a_failing_platform() {
    ends_alike(&["unavailable:route=submit_request,times=1", "server-error:route=submit_request,times=1"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_submission_accepted_with_200() {
    ends_alike(&["accept-200:times=2"]).await;
}

/// Every call that may be repeated is, and none of it reaches a person.
#[tokio::test(flavor = "multi_thread")]
async fn every_other_call_fails_at_first() {
    ends_alike(&[
        "reset-before:route=token_info,times=1",
        "server-error:route=limits,times=1",
        "stall:route=search_subjects,ms=400,times=1",
        "malformed-json:route=bulk_contacts,times=1",
        "unavailable:route=read_request,times=1",
        "reset-before:route=download,times=1",
        "unavailable:route=storage,times=1",
        "results-truncated:times=1",
    ])
    .await;
}

/// An answer is lost, and the list on which it would be found is wrong in some way of its own.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_while_the_list_lags() {
    ends_alike(&["lost-answer:route=submit_request,times=2", "list-lag:ms=90,times=2"]).await;
}

/// The platform's clock differs from ours by less than the controller's policy allows for, one way or the other.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_on_a_platform_whose_clock_is_behind() {
    ends_alike(&["lost-answer:route=submit_request,times=2", "clock-skew:ms=-1500,times=2"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_on_a_platform_whose_clock_is_ahead() {
    ends_alike(&["lost-answer:route=submit_request,times=2", "clock-skew:ms=1500,times=2"]).await;
}

/// Rows that the list leaves out are read singly, so that no job waits for ever.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_leaves_rows_out() {
    on_both(async |kind| {
        let mut options = with_faults(&["missing-list-rows:subject=nobody"]);
        // Long enough for all to be open at once.
        options.settings.export_takes = Duration::from_millis(700);
        let world = World::start(kind, options).await;
        let crowd = (1..=6).map(|number| format!("nobody-{number}@example.org")).collect::<Vec<_>>();
        let terms: Vec<_> = crowd.iter().map(|email| (K::Email, email.as_str())).collect();
        let id = world.file(Right::Access, &terms).await;
        assert_eq!(world.through(id).await.outcome, Some(Outcome::NoDataFound));
        assert_eq!(world.created().await.values().sum::<u64>(), 6);
        assert!(world.calls("list_requests").await >= 1, "so many jobs are looked for on the list first");
        assert!(world.calls("read_request").await >= 6, "each is read singly, for the list does not tell of it");
        world.books_agree().await;
    })
    .await;
}

/// The list has many rows of others, is cut into pages, and comes in an order that means nothing.
async fn found_among_many(order: ListOrder) {
    on_both(async |kind| {
        let mut options = with_faults(&["lost-answer:route=submit_request,times=2,after=30"]);
        options.settings.list_order = order;
        let policy = entities::controller::policy::Policy { page_size: 7, ..swift_policy() };
        let world = World::with(kind, Setup { policy, working: false, ..Setup::new(options) }).await;
        let foreign = world.crowd(30).await;
        let mut world = world;
        world.work();
        let id = world.file(Right::Access, &[(K::Email, ADA)]).await;
        assert_eq!(world.through(id).await.outcome, Some(Outcome::Fulfilled));
        let created = world.created().await;
        assert_eq!(created.values().sum::<u64>(), foreign + 2, "{created:?}");
        assert_eq!(world.trail(id).await.iter().filter(|it| *it == "job.adopted").count(), 2);
        world.books_agree_but_for(30).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_found_on_a_shuffled_list() {
    found_among_many(ListOrder::Shuffled).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_found_on_a_list_that_begins_with_the_oldest() {
    found_among_many(ListOrder::OldestFirst).await;
}

/// The limit of promise 2: if the list hides an accepted request for longer than the policy's `list_lag`, we cannot know of it
/// and ask once more. The person's data is exported or erased once more, which changes nothing for them; the platform request
/// that we never learnt of stays on the platform, and ours are tracked to their end.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_lags_longer_than_allowed_for_costs_a_second_request() {
    on_both(async |kind| {
        let faults = ["lost-answer:route=submit_request,times=1", "list-lag:ms=60000,times=1"];
        let world = World::start(kind, with_faults(&faults)).await;
        let id = world.file(Right::Erasure, &[(K::Email, "nobody@example.com")]).await;
        world.through(id).await;
        assert_eq!(world.created().await, exactly([("GDPR_DELETE email:nobody@example.com client", 2)]));
        let jobs = world.jobs(id).await;
        assert_eq!((jobs.len(), jobs[0].attempt), (1, 2));
        assert!(world.trail(id).await.contains(&"job.not_on_platform".to_owned()), "the trail says why");
        world.books_agree_but_for(1).await;
    })
    .await;
}

/// An address of results that no longer leads anywhere is asked for anew, before anybody is told.
#[tokio::test(flavor = "multi_thread")]
async fn results_that_have_moved_are_found() {
    ends_alike(&["results-expired:times=1"]).await;
}

/// Results that have gone are gone: a person is told, and a new export yields them.
#[tokio::test(flavor = "multi_thread")]
async fn results_that_have_expired_are_exported_anew() {
    on_both(async |kind| {
        let world = World::start(kind, with_faults(&["results-expired:times=2"])).await;
        let id = world.file(Right::Access, &[(K::Email, "carla.calls@example.com")]).await;
        world.approve(id).await;
        assert_eq!(world.asked(id, QuestionCode::JobFailed).await["code"], "results_gone");
        let failed = world.failed_job(id).await;
        world.retry_job(id, failed).await;
        assert_eq!(world.until_closed(id).await.outcome, Some(Outcome::Fulfilled));
        assert_eq!(world.platform.show("counters").await["downloads"], 1);
        world.books_agree().await;
    })
    .await;
}

/// Promise 3: a token of another organisation is noticed before anything but its own data is read.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_another_organisation_does_nothing() {
    on_both(async |kind| {
        let mut world = World::idle(kind, swift(Population::Samples)).await;
        world.platform.fault("wrong-organisation").await;
        world.work();
        let id = world.file(Right::Erasure, &[(K::Email, ADA)]).await;
        world.asked(id, QuestionCode::WrongOrganisation).await;
        assert_eq!(world.request(id).await.status, RequestStatus::Resolving);
        for route in ["search_subjects", "submit_request", "bulk_contacts", "list_requests"] {
            assert_eq!(world.calls(route).await, 0, "{route}");
        }
        world.forget_faults().await;
        world.retry_steps(id).await;
        assert_eq!(world.through(id).await.outcome, Some(Outcome::Fulfilled));
        assert!(world.nothing_asked(id).await);
        world.books_agree().await;
    })
    .await;
}

async fn credential_is_refused(kind: Kind, credential: &'static str, code: QuestionCode) {
    let setup = Setup { credential, ..Setup::new(swift(Population::Samples)) };
    let world = World::with(kind, setup).await;
    let id = world.file(Right::Access, &[(K::Email, ADA)]).await;
    world.asked(id, code).await;
    assert_eq!(world.calls("search_subjects").await, 0);
    assert!(world.jobs(id).await.iter().all(|job| job.status == JobStatus::Planned));
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_that_are_not_accepted_are_asked_about() {
    on_both(async |kind| {
        credential_is_refused(kind, "unknown", QuestionCode::WrongCredentials).await;
        credential_is_refused(kind, "disabled", QuestionCode::WrongCredentials).await;
        credential_is_refused(kind, "other", QuestionCode::WrongOrganisation).await;
    })
    .await;
}
