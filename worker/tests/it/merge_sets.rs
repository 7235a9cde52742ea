//! Merge sets whose fan-out does not go as hoped: the platform leaves members out, is late, or fails (contract §3.5).

use std::collections::BTreeSet;
use std::time::Duration;

use entities::controller::policy::Policy;
use entities::id::RequestId;
use entities::job::status::{JobOrigin, JobStatus};
use entities::question::table::QuestionCode;
use entities::request::status::{Outcome, RequestStatus};
use resolution::identifier::IdentifierKind as K;
use resolution::plan::Right;
use sandbox::options::Population;
use testbed::database::Kind;
use testbed::platform::swift;

use crate::ledger::{Created, exactly};
use crate::samples::{maya, unhurried};
use crate::world::{Setup, World, on_both, swift_policy};

const MAYA: &str = "maya.okafor@example.com";

async fn erase_maya(world: &World) -> RequestId {
    let id = world.file(Right::Erasure, &[(K::Email, MAYA)]).await;
    world.approve(id).await;
    id
}

fn of_contacts<'a>(made: impl IntoIterator<Item = (&'a String, &'static str)>) -> Created {
    let mut created = exactly([("GDPR_DELETE email:maya.okafor@example.com client", 1)]);
    created.extend(made.into_iter().map(|(id, origin)| (format!("GDPR_DELETE contact:{id} {origin}"), 1)));
    created
}

/// Only a member that the platform's own fan-out has not covered after the grace time is topped up.
#[tokio::test(flavor = "multi_thread")]
async fn a_member_that_is_left_out_is_topped_up_after_the_grace_time() {
    on_both(async |kind| {
        let world = World::start(kind, unhurried()).await;
        let [canonical, one, two, omitted] = maya();
        world.platform.fault(&format!("fanout-omits:members={omitted},subject={MAYA}")).await;
        let id = erase_maya(&world).await;
        assert_eq!(world.until_closed(id).await.outcome, Some(Outcome::Fulfilled));
        let made = [(&canonical, "client"), (&one, "server"), (&two, "server"), (&omitted, "client")];
        assert_eq!(world.created().await, of_contacts(made));
        let jobs = world.jobs(id).await;
        let lead = jobs.iter().find(|job| job.origin == JobOrigin::Plan && job.merge_set_id.is_some()).unwrap();
        let top_up: Vec<_> = jobs.iter().filter(|job| job.origin == JobOrigin::TopUp).collect();
        assert_eq!(top_up.len(), 1);
        let waited = top_up[0].submitted_at.unwrap().since(lead.submitted_at.unwrap());
        assert!(waited >= world.controller.policy.sibling_grace(), "topped up after {waited:?}");
        assert_eq!(top_up[0].parent_id, Some(lead.id));
        world.books_agree().await;
    })
    .await;
}

/// A sibling that comes late, after its original has ended, is waited for and adopted all the same.
#[tokio::test(flavor = "multi_thread")]
async fn siblings_that_come_late_are_adopted() {
    on_both(async |kind| {
        let mut options = swift(Population::Samples);
        options.settings.sibling_delay = Duration::from_millis(350);
        options.settings.export_takes = Duration::from_millis(20);
        let world = World::start(kind, options).await;
        let id = world.file(Right::Access, &[(K::Email, MAYA)]).await;
        assert_eq!(world.through(id).await.outcome, Some(Outcome::Fulfilled));
        let origins: Vec<_> = world.jobs(id).await.iter().map(|job| job.origin).collect();
        assert_eq!(origins.iter().filter(|it| **it == JobOrigin::Sibling).count(), 3, "{origins:?}");
        assert!(!origins.contains(&JobOrigin::TopUp));
        world.books_agree().await;
    })
    .await;
}

/// A sibling that fails is a question like any other job's, and its retry is ours to submit.
#[tokio::test(flavor = "multi_thread")]
async fn a_sibling_that_fails_is_retried() {
    on_both(async |kind| {
        let world = World::start(kind, unhurried()).await;
        let [canonical, one, two, failing] = maya();
        world.platform.fault(&format!("job-error:subject={failing},times=1")).await;
        let id = erase_maya(&world).await;
        world.asked(id, QuestionCode::JobFailed).await;
        let failed = world.failed_job(id).await;
        world.retry_job(id, failed).await;
        assert_eq!(world.until_closed(id).await.outcome, Some(Outcome::Fulfilled));
        let mut expected =
            of_contacts([(&canonical, "client"), (&one, "server"), (&two, "server"), (&failing, "server")]);
        expected.insert(format!("GDPR_DELETE contact:{failing} client"), 1);
        assert_eq!(world.created().await, expected);
        world.books_agree().await;
    })
    .await;
}

/// The original fails after the platform has copied it: the copies still count, and trying the original again does not have
/// the members erased once more.
#[tokio::test(flavor = "multi_thread")]
async fn a_retried_original_keeps_the_siblings_of_its_first_attempt() {
    on_both(async |kind| {
        let policy = Policy { clock_skew_ms: 20, ..swift_policy() };
        let mut options = swift(Population::Samples);
        options.settings.sibling_delay = Duration::from_millis(150);
        let world = World::with(kind, Setup { policy, ..Setup::new(options) }).await;
        world.platform.fault(&format!("job-error:subject={MAYA},times=1")).await;
        let [canonical, ..] = maya();
        let id = world.file(Right::Erasure, &[(K::ExternalContactId, &canonical)]).await;
        world.approve(id).await;
        world.asked(id, QuestionCode::JobFailed).await;
        let failed = world.failed_job(id).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        world.retry_job(id, failed).await;
        assert_eq!(world.until_closed(id).await.outcome, Some(Outcome::Fulfilled));
        let [canonical, siblings @ ..] = maya();
        let mut expected = exactly([(&format!("GDPR_DELETE contact:{canonical} client"), 2)]);
        expected.extend(siblings.map(|sibling| (format!("GDPR_DELETE contact:{sibling} server"), 1)));
        assert_eq!(world.created().await, expected, "no member is topped up");
        world.books_agree().await;
    })
    .await;
}

/// An ancestor's id in the request means the whole set, and so its canonical contact.
#[tokio::test(flavor = "multi_thread")]
async fn an_ancestor_collapses_into_its_canonical_contact() {
    on_both(async |kind| {
        let world = World::start(kind, unhurried()).await;
        let [canonical, ancestor, two, three] = maya();
        let id = world.file(Right::Erasure, &[(K::ExternalContactId, &ancestor)]).await;
        assert_eq!(world.through(id).await.outcome, Some(Outcome::Fulfilled));
        let mut expected = exactly([(&format!("GDPR_DELETE contact:{canonical} client"), 1)]);
        expected.extend([ancestor, two, three].map(|it| (format!("GDPR_DELETE contact:{it} server"), 1)));
        assert_eq!(world.created().await, expected);
        world.books_agree().await;
    })
    .await;
}

/// A lost answer for the canonical contact, and the copies that the platform makes meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_loses_no_siblings() {
    on_both(async |kind| {
        let world = World::start(kind, unhurried()).await;
        world.platform.fault("lost-answer:route=submit_request,times=2").await;
        let id = erase_maya(&world).await;
        assert_eq!(world.until_closed(id).await.outcome, Some(Outcome::Fulfilled));
        let [canonical, siblings @ ..] = maya();
        let made = siblings.iter().map(|it| (it, "server")).chain([(&canonical, "client")]);
        assert_eq!(world.created().await, of_contacts(made));
        world.books_agree().await;
    })
    .await;
}

/// The request does not end before every member of its merge set is covered, however long that takes.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_does_not_end_with_a_member_uncovered() {
    on_both(async |kind| {
        let policy = Policy { sibling_grace_ms: 5_000, ..swift_policy() };
        let world = World::with(kind, Setup { policy, ..Setup::new(unhurried()) }).await;
        world.platform.fault("fanout-omits").await;
        let id = erase_maya(&world).await;
        let all_done = async || world.jobs(id).await.iter().all(|job| job.status == JobStatus::Completed);
        world.until_true("what was placed to end", all_done).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(world.request(id).await.status, RequestStatus::Executing);
        assert_eq!(world.until_closed(id).await.outcome, Some(Outcome::Fulfilled));
        let made = maya();
        assert_eq!(world.created().await, of_contacts(made.iter().map(|it| (it, "client"))));
        world.books_agree().await;
    })
    .await;
}

/// Two requests that each reach the same merge set: the platform copies once, and each request still ends.
#[tokio::test(flavor = "multi_thread")]
async fn two_requests_for_one_merge_set_share_no_sibling() {
    on_both(async |kind: Kind| {
        let world = World::start(kind, unhurried()).await;
        let one = world.file(Right::Access, &[(K::Email, MAYA)]).await;
        let other = world.file(Right::Access, &[(K::Phone, "+13175550142")]).await;
        world.approve(one).await;
        world.approve(other).await;
        for id in [one, other] {
            assert_eq!(world.until_closed(id).await.outcome, Some(Outcome::Fulfilled));
            let covered: BTreeSet<_> = world.jobs(id).await.into_iter().map(|job| job.subject_hash).collect();
            assert_eq!(covered.len(), 5, "four contacts and a term");
        }
        world.books_agree().await;
    })
    .await;
}
