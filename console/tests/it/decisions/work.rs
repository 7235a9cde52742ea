//! What people say about work: of a platform's that failed or was set aside, and of their own.

use entities::id::JobId;
use entities::job;
use entities::job::status::JobStatus;
use entities::officer::role::{Role, Where};
use entities::question::table::QuestionCode;
use entities::request::right::Right;
use entities::request::status::Outcome;
use entities::step::kind::StepKind;
use entities::step::lease;
use resolution::identifier::IdentifierKind as K;
use rstest::rstest;
use testbed::database::Kind::{self, Postgres, Sqlite};

use super::{contact, decide};
use crate::world::World;

#[rstest]
#[tokio::test]
async fn a_job_that_failed_is_tried_again_and_then_given_up(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let at = Where::At(world.acme.id);
    let ada = world.hire("ada@example.com", "Ada Adler", &[(at, Role::Officer), (at, Role::Approver)]).await;
    let mut browser = world.signed_in(&ada).await;
    let row = world.file_with(ada.id, &world.acme, 1, Right::Access, &[(K::Email, "grace@example.com")], None).await;
    let path = format!("/console/requests/{}", row.reference);
    world.resolve(&row, &[(&[0], contact("0f5a", "Grace Hopper", "grace@example.com"))]).await;
    // An access harms nobody: its filer may approve it, and it needs no confirmation.
    let approve = format!("{path}/approve");
    assert_eq!(decide(&mut browser, &approve, &[]).await.goes_to(), format!("{path}?done=approved"));
    let failed = world.jobs_fail(&row).await;
    assert_eq!(failed.len(), 2);
    for job in &failed {
        world.question(&row, QuestionCode::JobFailed, &job.id.to_string()).await;
    }
    let page = browser.get(&path).await.fine();
    page.says("Answer the questions").says("The platform ended a job in error");
    let [again, given_up] = [failed[0].id, failed[1].id];
    let retry = format!("{path}/jobs/{again}/retry");
    let taken = browser.submit(&page, &retry, &[]).await;
    assert_eq!(taken.goes_to(), format!("{path}?done=job-retried"));
    assert_eq!(browser.submit(&page, &retry, &[]).await.goes_to(), format!("{path}?done=job-retried"));
    let status = async |id: JobId| job::queries::by_id(world.store.db.read(), id).await.unwrap().unwrap().status;
    assert_eq!(status(again).await, JobStatus::Superseded);
    assert_eq!(job::queries::of_request(world.store.db.read(), row.id).await.unwrap().len(), 3, "tried again once");
    let abandon = format!("{path}/jobs/{given_up}/abandon");
    let form = browser.get(&abandon).await.fine();
    form.says("It cannot be tried again afterwards");
    assert_eq!(browser.submit(&form, &abandon, &[("reason", " ")]).await.status, 422);
    let taken = decide(&mut browser, &abandon, &[("reason", "the platform has no such contact")]).await;
    assert_eq!(taken.goes_to(), format!("{path}?done=job-abandoned"));
    assert_eq!(status(given_up).await, JobStatus::Abandoned);
    let other = world.file(ada.id, &world.acme, 1, "Grace Hopper").await;
    let elsewhere = format!("/console/requests/{}/jobs/{given_up}/abandon", other.reference);
    assert_eq!(browser.get(&elsewhere).await.status, 404, "a job of another request");
}

#[rstest]
#[tokio::test]
async fn what_was_set_aside_runs_again(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    let row = world.file(ada.id, &world.acme, 1, "Grace Hopper").await;
    let path = format!("/console/requests/{}", row.reference);
    world.question(&row, QuestionCode::StepParked, "resolve").await;
    // Nothing is set aside yet, so nothing is offered.
    browser.get(&path).await.fine().does_not_say(&format!("action=\"{path}/retry\""));
    let steps = lease::claim(&world.store, "w", 10, std::time::Duration::from_secs(60)).await.unwrap();
    let step = steps.iter().find(|step| step.kind == StepKind::Resolve).unwrap();
    let txn = world.store.db.begin().await.unwrap();
    lease::park(&txn, step, "it failed").await.unwrap();
    txn.commit().await.unwrap();
    let page = browser.get(&path).await.fine();
    let taken = browser.submit(&page, &format!("{path}/retry"), &[]).await;
    assert_eq!(taken.goes_to(), format!("{path}?done=steps-retried"));
    let page = browser.get(&path).await.fine();
    page.does_not_say("Some work was set aside").does_not_say(&format!("action=\"{path}/retry\""));
}

#[rstest]
#[tokio::test]
async fn people_say_what_they_did_and_what_remains(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let (ada, mut browser) = world.officer().await;
    let row = world.file_with(ada.id, &world.acme, 1, Right::Portability, &[(K::Name, "Grace Hopper")], None).await;
    let path = format!("/console/requests/{}", row.reference);
    let complete = format!("{path}/complete");
    let early = decide(&mut browser, &complete, &[("outcome", "fulfilled"), ("note", "sent")]).await;
    assert_eq!(early.status, 409);
    early.says("does not wait for work that people do").says(">sent</textarea>");
    world.question(&row, QuestionCode::ManualWork, &row.id.to_string()).await;
    let form = browser.get(&complete).await.fine();
    let partly = [("outcome", "partially_fulfilled"), ("note", "all but the recordings")];
    let bare = browser.submit(&form, &complete, &partly).await;
    assert_eq!(bare.status, 422);
    bare.says("a partial answer is a partial refusal");
    let half = [partly[0], partly[1], ("withheld_what", "recordings")];
    let half = browser.submit(&form, &complete, &half).await;
    assert_eq!(half.status, 422);
    half.says("href=\"#withheld_code\"").says("href=\"#withheld_why\"").says("value=\"recordings\"");
    let whole = [
        partly[0],
        partly[1],
        ("withheld_code", "rights_of_others"),
        ("withheld_what", "recordings"),
        ("withheld_why", "others speak in them"),
    ];
    assert_eq!(decide(&mut browser, &complete, &whole).await.goes_to(), format!("{path}?done=completed"));
    let done = world.request(row.id).await;
    assert_eq!(done.completed_as, Some(Outcome::PartiallyFulfilled));
    assert_eq!(done.refusal_code.as_deref(), Some("rights_of_others"));

    let row = world.file_with(ada.id, &world.acme, 1, Right::Erasure, &[(K::Name, "Grace Hopper")], None).await;
    let path = format!("/console/requests/{}", row.reference);
    world.question(&row, QuestionCode::StillFound, &row.id.to_string()).await;
    let page = browser.get(&path).await.fine();
    page.says(&format!("class=\"button primary\" href=\"{path}/accept\""));
    let taken = decide(&mut browser, &format!("{path}/accept"), &[("reason", "it is another person's")]).await;
    assert_eq!(taken.goes_to(), format!("{path}?done=accepted"));
}
