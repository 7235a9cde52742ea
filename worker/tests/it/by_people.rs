//! What the platform has no call for: it is searched, people do the rest, and nothing is asked of it but whom it knows.

use entities::clock::queries::current;
use entities::clock::table::ClockState;
use entities::question::table::QuestionCode;
use entities::request::decide::{NotDecided, Withholding};
use entities::request::file::NewRequest;
use entities::request::right::Right;
use entities::request::status::{AnswerForm, Outcome, RequestStatus};
use law::regime::Regime;
use resolution::identifier::IdentifierKind as K;
use sandbox::options::Population;
use testbed::platform::swift;

use crate::world::{World, on_both};

const ADA: &[(K, &str)] = &[(K::Email, "ada.access@example.com")];

#[tokio::test(flavor = "multi_thread")]
async fn a_right_without_a_call_waits_for_people_and_ends_with_their_word() {
    on_both(async |kind| {
        let world = World::start(kind, swift(Population::Samples)).await;
        for right in [Right::Restriction, Right::Portability, Right::Objection] {
            let new = world.new_request(right, ADA, Vec::new());
            let id = world.file_new(&world.controller, new).await;
            world.asked(id, QuestionCode::ManualWork).await;
            assert_eq!(world.request(id).await.status, RequestStatus::Executing, "{right}");
            assert!(!world.findings(id).await.candidates.is_empty(), "people see whom it is about");
            world.decide(id, async |case| case.complete(None, None, "flagged in two systems").await).await.unwrap();
            assert_eq!(world.until_closed(id).await.outcome, Some(Outcome::Fulfilled));
            let clocks = current(world.store.db.read(), id).await.unwrap();
            assert!(clocks.iter().any(|row| row.duty == "respond" && row.state == ClockState::Met));
            assert!(world.jobs(id).await.is_empty() && world.nothing_asked(id).await);
        }
        assert!(world.created().await.is_empty(), "the platform was asked to do nothing");
    })
    .await;
}

/// A part that is not done is refused as far as it goes: on a ground that holds, with reasons (GDPR Art. 12(4)).
#[tokio::test(flavor = "multi_thread")]
async fn what_people_leave_undone_needs_a_ground() {
    on_both(async |kind| {
        let world = World::start(kind, swift(Population::Samples)).await;
        let id = world.file_new(&world.controller, world.new_request(Right::Portability, ADA, Vec::new())).await;
        world.asked(id, QuestionCode::ManualWork).await;
        let partly = Some(Outcome::PartiallyFulfilled);
        let part = |code: &str| Withholding {
            code: code.to_owned(),
            basis: None,
            what: "the recording of 3 May".to_owned(),
            why: "Somebody else's health is spoken of.".to_owned(),
        };
        for (outcome, withheld, field) in [
            (partly, None, "withheld"),
            (Some(Outcome::Fulfilled), Some(part("rights_of_others")), "withheld"),
            (partly, Some(part("not_a_consumer")), "withheld.code"),
            (partly, Some(part("spam")), "withheld.code"),
        ] {
            let refused = world.decide(id, async |case| case.complete(outcome, withheld, "sent").await).await;
            assert!(matches!(refused, Err(NotDecided::Field { field: it, .. }) if it == field), "{refused:?}");
        }
        let withheld = Some(part("rights_of_others"));
        world.decide(id, async |case| case.complete(None, withheld, "sent the rest").await).await.unwrap();
        let closed = world.until_closed(id).await;
        assert_eq!((closed.outcome, closed.refusal_code.as_deref()), (partly, Some("rights_of_others")));
        assert_eq!(closed.refusal_basis.as_deref(), Some("GDPR Art. 15(4), Art. 20(4)"));
        let trail = world.trail(id).await;
        assert!(trail.iter().any(|kind| kind == "request.partly_refused") && !trail.concat().contains("health"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_access_narrowed_to_categories_exports_nothing() {
    on_both(async |kind| {
        let world = World::start(kind, swift(Population::Samples)).await;
        let new = world.new_request(Right::Access, ADA, Vec::new());
        let new = NewRequest { regime: Regime::US_CA_CCPA, identity_method: None, ..new };
        let id = world.file_new(&world.controller, new).await;
        let refused = world.decide(id, async |case| case.refuse("not_verified", None, "no reply").await).await.unwrap();
        assert_eq!((refused.status, refused.answer_form), (RequestStatus::Resolving, Some(AnswerForm::Categories)));
        world.asked(id, QuestionCode::ManualWork).await;
        assert!(world.findings(id).await.plan().unwrap().jobs.is_empty());
        world.decide(id, async |case| case.complete(None, None, "sent the list of categories").await).await.unwrap();
        assert_eq!(world.until_closed(id).await.outcome, Some(Outcome::PartiallyFulfilled));
        assert!(world.created().await.is_empty(), "no specific piece has left the platform");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_opt_out_is_begun_without_proof_of_identity() {
    on_both(async |kind| {
        let world = World::start(kind, swift(Population::Samples)).await;
        let new = world.new_request(Right::OptOut, ADA, Vec::new());
        let new = NewRequest { regime: Regime::US_CA_CCPA, identity_method: None, ..new };
        let id = world.file_new(&world.controller, new).await;
        world.asked(id, QuestionCode::ManualWork).await;
        world
            .decide(id, async |case| case.complete(None, None, "stopped, and told two recipients").await)
            .await
            .unwrap();
        let closed = world.until_closed(id).await;
        assert_eq!((closed.outcome, closed.identity_method), (Some(Outcome::Fulfilled), None));
        assert!(world.trail(id).await.iter().any(|kind| kind == "request.identity_not_needed"));
    })
    .await;
}
