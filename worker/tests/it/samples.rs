//! Every sample person of the sandbox, from filing to the end that belongs to it, on both databases.

use entities::job::status::{JobOrigin, JobStatus};
use entities::request::status::Outcome;
use resolution::identifier::IdentifierKind as K;
use resolution::plan::Right;
use sandbox::options::Population;
use testbed::database::BOTH;
use testbed::platform::swift;

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn access_by_email_is_fulfilled_with_a_file() {
    for kind in BOTH {
        let world = World::start(kind, swift(Population::Samples)).await;
        let id = world.file(Right::Access, &[(K::Email, "ada.access@example.com")]).await;
        let closed = world.through(id).await;
        assert_eq!(closed.outcome, Some(Outcome::Fulfilled));
        let jobs = world.jobs(id).await;
        assert!(jobs.iter().all(|job| job.status == JobStatus::Completed && job.origin == JobOrigin::Plan));
        assert_eq!(jobs.len(), 2, "one for the contact and one for the term");
    }
}
