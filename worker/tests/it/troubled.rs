//! The sample people of the sandbox whose requests meet trouble on the way, and what becomes of them.

use std::collections::BTreeSet;
use std::io::Read;

use entities::artifact::table as artifact;
use entities::identifier::table::Choice;
use entities::job::status::{JobOrigin, JobStatus};
use entities::question::table::QuestionCode;
use entities::request;
use entities::request::status::{Outcome, RequestStatus};
use resolution::identifier::IdentifierKind as K;
use resolution::plan::{LeftOutReason, Right};
use sandbox::ids::named;
use sandbox::options::Population;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use testbed::platform::swift;
use vault::digest::sha256_hex;
use vault::stream::SealedReader;

use crate::ledger::exactly;
use crate::world::{World, on_both};

/// A job that the platform ended in error is tried again as a new one; the failed one and its platform request stay on record.
#[tokio::test(flavor = "multi_thread")]
async fn an_error_is_retried_by_a_person() {
    on_both(async |kind| {
        let world = World::start(kind, swift(Population::Samples)).await;
        let id = world.file(Right::Erasure, &[(K::Email, "erin.once@example.com")]).await;
        world.approve(id).await;
        assert_eq!(world.asked(id, QuestionCode::JobFailed).await["code"], "platform_error");
        assert_eq!(world.request(id).await.status, RequestStatus::Executing);
        let failed = world.failed_job(id).await;
        world.retry_job(id, failed).await;
        assert_eq!(world.until_closed(id).await.outcome, Some(Outcome::Fulfilled));
        let jobs = world.jobs(id).await;
        let old = jobs.iter().find(|job| job.id == failed).unwrap();
        let new = jobs.iter().find(|job| job.origin == JobOrigin::Retry).unwrap();
        assert_eq!(
            (old.status, new.status, new.parent_id),
            (JobStatus::Superseded, JobStatus::Completed, Some(failed))
        );
        assert!(old.platform_id.is_some() && old.platform_id != new.platform_id);
        assert_eq!(world.created().await.values().sum::<u64>(), 3, "contact and term, and one of them once more");
        assert!(world.nothing_asked(id).await);
        world.books_agree().await;
    })
    .await;
}

/// What fails for ever waits for a person, for as long as it takes, and ends in part when the person accepts it.
#[tokio::test(flavor = "multi_thread")]
async fn an_error_for_ever_is_abandoned_by_a_person() {
    on_both(async |kind| {
        let world = World::start(kind, swift(Population::Samples)).await;
        let id = world.file(Right::Erasure, &[(K::Email, "erin.forever@example.com")]).await;
        world.approve(id).await;
        world
            .until_true("both jobs to fail", async || {
                world.jobs(id).await.iter().all(|job| job.status == JobStatus::Failed)
            })
            .await;
        let failed: Vec<_> = world.jobs(id).await.iter().map(|job| job.id).collect();
        assert_eq!(world.request(id).await.open_questions, 2);
        world.abandon_job(id, failed[0]).await;
        world.until_true("the close step to look", async || world.at_work().await == 0).await;
        assert_eq!(world.request(id).await.status, RequestStatus::Executing, "one is still open");
        world.abandon_job(id, failed[1]).await;
        assert_eq!(world.until_closed(id).await.outcome, Some(Outcome::PartiallyFulfilled));
        assert!(world.nothing_asked(id).await);
        world.books_agree().await;
    })
    .await;
}

/// Promise 2: an answer that is lost is looked for, and what the platform took is adopted, not asked for again.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_adopted() {
    on_both(async |kind| {
        let world = World::start(kind, swift(Population::Samples)).await;
        let id = world.file(Right::Erasure, &[(K::Email, "lou.lost@example.com")]).await;
        assert_eq!(world.through(id).await.outcome, Some(Outcome::Fulfilled));
        let lou = format!("GDPR_DELETE contact:{} client", named("contact/lou.lost@example.com"));
        let expected = exactly([(&lou, 1), ("GDPR_DELETE email:lou.lost@example.com client", 1)]);
        assert_eq!(world.created().await, expected);
        let trail = world.trail(id).await;
        for kind in ["job.answer_lost", "job.adopted"] {
            assert_eq!(trail.iter().filter(|it| *it == kind).count(), 1, "{kind}: {trail:?}");
        }
        world.books_agree().await;
    })
    .await;
}

/// Promise 5: 429 is honoured, and costs no attempt.
#[tokio::test(flavor = "multi_thread")]
async fn a_storm_of_429_passes() {
    on_both(async |kind| {
        let world = World::start(kind, swift(Population::Samples)).await;
        let id = world.file(Right::Access, &[(K::Email, "stan.storm@example.com")]).await;
        assert_eq!(world.through(id).await.outcome, Some(Outcome::Fulfilled));
        let counters = world.platform.show("counters").await;
        assert_eq!(counters["limited"], json!({ "by_fault": 3, "by_rate": 0 }));
        assert_eq!(counters["calls"]["submit_request"], 2, "the storm was over before anything was placed");
        world.books_agree().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_token_is_replaced() {
    on_both(async |kind| {
        let world = World::start(kind, swift(Population::Samples)).await;
        let before = world.platform.show("counters").await["tokens_issued"].as_u64().unwrap();
        let id = world.file(Right::Access, &[(K::Email, "toni.token@example.com")]).await;
        assert_eq!(world.through(id).await.outcome, Some(Outcome::Fulfilled));
        let counters = world.platform.show("counters").await;
        assert_eq!(counters["tokens_issued"].as_u64().unwrap() - before, 2, "the first and its replacement");
        assert_eq!(world.created().await.values().sum::<u64>(), 2);
        assert!(world.questions(id).await.is_empty(), "nobody had to be asked");
        world.books_agree().await;
    })
    .await;
}

/// Promise 7: every part of an export is stored sealed, is what the platform served, and opens only in its place.
#[tokio::test(flavor = "multi_thread")]
async fn both_parts_of_an_export_are_kept_sealed() {
    on_both(async |kind| {
        let world = World::start(kind, swift(Population::Samples)).await;
        let id = world.file(Right::Access, &[(K::Email, "tia.twoparts@example.com")]).await;
        assert_eq!(world.through(id).await.outcome, Some(Outcome::Fulfilled));
        let conn = world.store.db.read();
        let rows = artifact::Entity::find()
            .filter(artifact::COLUMN.request_id.eq(id))
            .order_by_asc(artifact::Column::Id)
            .all(conn)
            .await
            .unwrap();
        assert_eq!(rows.len(), 4, "the contact and the term, two parts each");
        let key = request::keys::of(conn, &world.store.safe, id).await.unwrap();
        for row in &rows {
            let sealed = std::fs::read(world.config.artifacts.join(&row.location)).unwrap();
            let context = format!("artifact/{}", row.id);
            let mut plain = Vec::new();
            SealedReader::new(sealed.as_slice(), &key, &context).unwrap().read_to_end(&mut plain).unwrap();
            assert!(plain.starts_with(b"PK"), "an archive, as it was served");
            assert_eq!((row.media_type.as_str(), plain.len() as i64), ("application/zip", row.bytes));
            assert_eq!(sha256_hex(&plain), row.sha256);
            let mut elsewhere = SealedReader::new(sealed.as_slice(), &key, "artifact/elsewhere").unwrap();
            assert!(elsewhere.read_to_end(&mut Vec::new()).is_err(), "it opens only in its place");
            assert_eq!(served(&world, row).await, row.sha256, "what the platform serves now is what was stored");
        }
        let left: Vec<_> = std::fs::read_dir(world.config.artifacts.join(id.to_string())).unwrap().collect();
        assert_eq!(left.len(), rows.len(), "no unfinished file stays behind");
        world.books_agree().await;
    })
    .await;
}

/// The SHA-256 of a part as the platform serves it to anybody with a token.
async fn served(world: &World, row: &artifact::Model) -> String {
    let platform = world.client().await;
    let job = entities::job::queries::by_id(world.store.db.read(), row.job_id).await.unwrap().unwrap();
    let finished = platform.request(&job.platform_id.unwrap()).await.unwrap();
    let part = usize::try_from(row.part).unwrap() - 1;
    let mut download = platform.download(finished.results()[part]).await.unwrap();
    let mut bytes = Vec::new();
    while let Some(piece) = download.chunk().await.unwrap() {
        bytes.extend_from_slice(&piece);
    }
    sha256_hex(&bytes)
}

/// A missing permission is named to a person; once it is there, and the person says so, the work goes on where it stood.
#[tokio::test(flavor = "multi_thread")]
async fn a_missing_permission_is_named_and_mended() {
    on_both(async |kind| {
        let world = World::start(kind, swift(Population::Samples)).await;
        let id = world.file(Right::Erasure, &[(K::Email, "mia.missing@example.com")]).await;
        world.approve(id).await;
        let detail = world.asked(id, QuestionCode::MissingPermission).await;
        assert_eq!(detail, json!({ "permissions": ["gdpr:request:add"] }));
        world.until_true("both steps to be set aside", async || world.request(id).await.open_questions == 2).await;
        assert!(world.created().await.is_empty(), "nothing was placed");
        assert!(world.jobs(id).await.iter().all(|job| job.status == JobStatus::Planned));
        world.forget_faults().await;
        world.retry_steps(id).await;
        assert_eq!(world.until_closed(id).await.outcome, Some(Outcome::Fulfilled));
        assert_eq!(world.created().await.values().sum::<u64>(), 2);
        assert!(world.nothing_asked(id).await);
        world.books_agree().await;
    })
    .await;
}

/// Words that the platform has added since are no reason to stop (contract §3.7). But whose the things are that a search finds of
/// kinds we do not know nobody can say, so a person does.
#[tokio::test(flavor = "multi_thread")]
async fn words_nobody_knows_are_lived_with() {
    on_both(async |kind| {
        let mut options = swift(Population::Samples);
        options.settings.export_takes = std::time::Duration::from_millis(1_500);
        let world = World::start(kind, options).await;
        let id = world.file(Right::Access, &[(K::Email, "uma.unknown@example.com")]).await;
        world.choose_term(id, K::Email, Choice::Included).await;
        world.approve(id).await;
        world
            .until_true("a status that no definition names", async || {
                world.jobs(id).await.iter().any(|job| job.platform_status.as_deref() == Some("ARCHIVING"))
            })
            .await;
        assert_eq!(world.until_closed(id).await.outcome, Some(Outcome::Fulfilled));
        let findings = world.findings(id).await;
        assert_eq!(findings.candidates.len(), 1, "a subject of an unknown kind is no candidate");
        assert_eq!(findings.identifiers[0].unknown_hits, Some(2), "but it is counted");
        world.books_agree().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_term_that_finds_what_nobody_knows_is_left_out_unless_told() {
    on_both(async |kind| {
        let world = World::start(kind, swift(Population::Samples)).await;
        let id = world.file(Right::Erasure, &[(K::Email, "uma.unknown@example.com")]).await;
        assert_eq!(world.through(id).await.outcome, Some(Outcome::PartiallyFulfilled));
        let left_out: Vec<_> = world.findings(id).await.plan().unwrap().left_out.iter().map(|it| it.reason).collect();
        assert_eq!(left_out, [LeftOutReason::UnknownRecords]);
        let uma = format!("GDPR_DELETE contact:{} client", named("contact/uma.unknown@example.com"));
        assert_eq!(world.created().await, exactly([(&uma, 1)]));
        world.books_agree().await;
    })
    .await;
}

/// A kind of term that this platform does not search by holds nothing up, and is not acted on: nobody knows whom it reaches.
#[tokio::test(flavor = "multi_thread")]
async fn a_kind_the_platform_does_not_search_by_is_left_out() {
    on_both(async |kind| {
        let world = World::start(kind, swift(Population::Samples)).await;
        let terms = [(K::Email, "ada.access@example.com"), (K::Whatsapp, "+13175550199")];
        let id = world.file(Right::Access, &terms).await;
        assert_eq!(world.through(id).await.outcome, Some(Outcome::PartiallyFulfilled));
        let left_out: Vec<_> = world.findings(id).await.plan().unwrap().left_out.iter().map(|it| it.reason).collect();
        assert_eq!(left_out, [LeftOutReason::NotSearchable]);
        let ada = format!("GDPR_EXPORT contact:{} client", named("contact/ada.access@example.com"));
        let expected = exactly([(&ada, 1), ("GDPR_EXPORT email:ada.access@example.com client", 1)]);
        assert_eq!(world.created().await, expected);
        let searched = world.trail(id).await.into_iter().filter(|kind| kind.starts_with("identifier."));
        let searched: BTreeSet<_> = searched.collect();
        assert_eq!(searched, ["identifier.not_searchable", "identifier.searched"].map(str::to_owned).into());
        world.books_agree().await;
    })
    .await;
}

/// Once a person says yes to it, it is tried; what the platform says to that is for a person again.
#[tokio::test(flavor = "multi_thread")]
async fn a_kind_the_platform_does_not_search_by_is_tried_once_told() {
    on_both(async |kind| {
        let world = World::start(kind, swift(Population::Samples)).await;
        let terms = [(K::Email, "ada.access@example.com"), (K::Whatsapp, "+13175550199")];
        let id = world.file(Right::Access, &terms).await;
        world.choose_term(id, K::Whatsapp, Choice::Included).await;
        world.approve(id).await;
        let code = world.asked(id, QuestionCode::JobFailed).await["code"].clone();
        assert_eq!(code, "400 bad.request");
        let refused = world.failed_job(id).await;
        world.abandon_job(id, refused).await;
        assert_eq!(world.until_closed(id).await.outcome, Some(Outcome::PartiallyFulfilled));
        assert_eq!(world.created().await.values().sum::<u64>(), 2, "the contact and the mailbox");
        assert!(world.nothing_asked(id).await);
        world.books_agree().await;
    })
    .await;
}
