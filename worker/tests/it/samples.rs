//! The sample people of the sandbox whose requests go straight through: from filing to the end that belongs to them.

use std::time::Duration;

use entities::candidate::table::SetAside;
use entities::identifier::table::Choice;
use entities::job::status::{JobOrigin, JobStatus};
use entities::question::table::QuestionCode;
use entities::request::decide::NotDecided;
use entities::request::file::Replacement;
use entities::request::status::{Outcome, RequestStatus};
use resolution::identifier::IdentifierKind as K;
use resolution::plan::Right;
use sandbox::ids::named;
use sandbox::options::{Options, Population};
use serde_json::json;
use testbed::platform::swift;

use crate::ledger::exactly;
use crate::world::{World, on_both};

/// The four contacts that are one person, the canonical one first.
pub fn maya() -> [String; 4] {
    [0, 1, 2, 3].map(|number| named(&format!("contact/maya.okafor/{number}")))
}

#[tokio::test(flavor = "multi_thread")]
async fn access_by_email_is_fulfilled_with_a_file() {
    on_both(async |kind| {
        let world = World::start(kind, swift(Population::Samples)).await;
        let id = world.file(Right::Access, &[(K::Email, "ada.access@example.com")]).await;
        let closed = world.through(id).await;
        assert_eq!(closed.outcome, Some(Outcome::Fulfilled));
        let jobs = world.jobs(id).await;
        assert!(jobs.iter().all(|job| job.status == JobStatus::Completed && job.origin == JobOrigin::Plan));
        assert_eq!(jobs.len(), 2, "one for the contact and one for the term");
        let ada = format!("GDPR_EXPORT contact:{} client", named("contact/ada.access@example.com"));
        let term = "GDPR_EXPORT email:ada.access@example.com client";
        assert_eq!(world.created().await, exactly([(&ada, 1), (term, 1)]));
        world.books_agree().await;
    })
    .await;
}

/// A platform that takes its time over an erasure: the e-mail address alone reaches all of a merge set, and a member that is gone
/// before the platform copies the request for it gets no copy.
pub fn unhurried() -> Options {
    let mut options = swift(Population::Samples);
    options.settings.erasure_takes = Duration::from_millis(1_500);
    options
}

/// Promises 2 and 4: one job for a merge set, whatever found its members; what the platform copies is adopted, and a name is
/// acted on only after an explicit yes.
async fn erase_maya(with_name: bool) {
    on_both(async |kind| {
        let world = World::start(kind, unhurried()).await;
        let terms = [(K::Email, "maya.okafor@example.com"), (K::Phone, "+13175550142"), (K::Name, "Maya Okafor")];
        let id = world.file(Right::Erasure, &terms).await;
        if with_name {
            world.choose_term(id, K::Name, Choice::Included).await;
        }
        let closed = world.through(id).await;
        let outcome = if with_name { Outcome::Fulfilled } else { Outcome::PartiallyFulfilled };
        assert_eq!(closed.outcome, Some(outcome));
        let [canonical, siblings @ ..] = maya();
        let mut expected = exactly([
            (&format!("GDPR_DELETE contact:{canonical} client"), 1),
            ("GDPR_DELETE email:maya.okafor@example.com client", 1),
            ("GDPR_DELETE phone:+13175550142 client", 1),
        ]);
        expected.extend(siblings.map(|sibling| (format!("GDPR_DELETE contact:{sibling} server"), 1)));
        if with_name {
            expected.insert("GDPR_DELETE name:maya okafor client".to_owned(), 1);
        }
        assert_eq!(world.created().await, expected);
        let jobs = world.jobs(id).await;
        assert_eq!(jobs.iter().filter(|job| job.origin == JobOrigin::Sibling).count(), 3);
        assert!(jobs.iter().all(|job| job.status == JobStatus::Completed));
        let people = world.platform.show("people").await;
        assert!(!people["contacts"].to_string().contains("maya.okafor"), "nobody of the merge set is left");
        assert!(world.nothing_asked(id).await);
        world.books_agree().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn erasure_of_a_merge_set_leaves_the_name_out_unless_told() {
    erase_maya(false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn erasure_of_a_merge_set_acts_on_the_name_once_told() {
    erase_maya(true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rectification_changes_the_record() {
    on_both(async |kind| {
        let world = World::start(kind, swift(Population::Samples)).await;
        let change = Replacement {
            kind: K::Email,
            existing: "old.mail@example.com".to_owned(),
            updated: "new.mail@example.com".to_owned(),
        };
        let terms = [(K::Email, "old.mail@example.com")];
        let id = world.file_for(&world.controller, Right::Rectification, &terms, vec![change]).await;
        assert_eq!(world.through(id).await.outcome, Some(Outcome::Fulfilled));
        let people = world.platform.show("people").await;
        let rea = people["contacts"].as_array().unwrap().iter().find(|it| it["name"] == "Rea Correct").unwrap();
        assert_eq!(rea["emails"], json!(["new.mail@example.com"]));
        world.books_agree().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn dialer_contacts_are_erased_from_every_list() {
    on_both(async |kind| {
        let world = World::start(kind, swift(Population::Samples)).await;
        let id = world.file(Right::Erasure, &[(K::Phone, "+13175550160")]).await;
        world.until_status(id, RequestStatus::Reviewing).await;
        let findings = world.findings(id).await;
        assert_eq!(findings.candidates.len(), 2, "one in each list");
        for candidate in &findings.candidates {
            let choose =
                world.decide(id, async |case| case.choose_candidate(candidate.id, Choice::Included, "his").await);
            choose.await.unwrap();
        }
        assert_eq!(world.through(id).await.outcome, Some(Outcome::Fulfilled));
        let row = |list: &str| {
            let (place, row) = (named(&format!("list/{list}")), named(&format!("dialer/{list}")));
            format!("GDPR_DELETE dialer:{place}/{row} client")
        };
        let expected = exactly([(&row("L1"), 1), (&row("L2"), 1), ("GDPR_DELETE phone:+13175550160 client", 1)]);
        assert_eq!(world.created().await, expected);
        assert_eq!(world.platform.show("people").await["dialer_contacts"], json!([]));
        world.books_agree().await;
    })
    .await;
}

/// Promise 4: a user of another division is set aside, and neither that user nor the address that also finds them is acted on.
#[tokio::test(flavor = "multi_thread")]
async fn a_user_of_another_division_is_never_touched() {
    on_both(async |kind| {
        let world = World::start(kind, swift(Population::Samples)).await;
        let id = world.file(Right::Erasure, &[(K::Email, "sam.rivera@example.com")]).await;
        assert_eq!(world.through(id).await.outcome, Some(Outcome::PartiallyFulfilled));
        let set_aside: Vec<_> = world.findings(id).await.candidates.iter().filter_map(|row| row.set_aside).collect();
        assert_eq!(set_aside, [SetAside::ForeignDivision]);
        let sam = format!("GDPR_DELETE contact:{} client", named("contact/sam.rivera@example.com"));
        assert_eq!(world.created().await, exactly([(&sam, 1)]));
        let users = world.platform.show("people").await["users"].as_array().unwrap().len();
        assert_eq!(users, 1, "the user is still there");
        world.books_agree().await;
    })
    .await;
}

/// Promise 4: so with a contact of another division; one that belongs to no division is everybody's.
#[tokio::test(flavor = "multi_thread")]
async fn a_contact_of_another_division_is_never_touched() {
    on_both(async |kind| {
        let world = World::start(kind, swift(Population::Samples)).await;
        let otto = |division: &str| {
            json!({ "id": named(&format!("otto/{division}")), "division": division, "name": "Otto Abroad",
                    "emails": ["otto.abroad@example.com"] })
        };
        world.platform.turn("people", &json!({ "contacts": [otto("Overseas"), otto("Home"), otto("*")] })).await;
        let id = world.file(Right::Erasure, &[(K::Email, "otto.abroad@example.com")]).await;
        assert_eq!(world.through(id).await.outcome, Some(Outcome::PartiallyFulfilled));
        let set_aside: Vec<_> = world.findings(id).await.candidates.iter().filter_map(|row| row.set_aside).collect();
        assert_eq!(set_aside, [SetAside::ForeignDivision]);
        let erased = |division: &str| format!("GDPR_DELETE contact:{} client", named(&format!("otto/{division}")));
        assert_eq!(world.created().await, exactly([(&erased("Home"), 1), (&erased("*"), 1)]));
        let contacts = world.platform.show("people").await["contacts"].to_string();
        assert!(contacts.contains(&named("otto/Overseas")), "the contact is still there");
        world.books_agree().await;
    })
    .await;
}

/// Promise 4: a name that fits five people waits for a person, who says which of them is meant.
#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_fits_five_people_waits_for_a_person() {
    on_both(async |kind| {
        let world = World::start(kind, swift(Population::Samples)).await;
        let id = world.file(Right::Access, &[(K::Name, "Alex Kim")]).await;
        world.until_status(id, RequestStatus::Reviewing).await;
        assert_eq!(world.asked(id, QuestionCode::NameOnlyMatch).await["undecided"], 5);
        let refused = world.decide(id, async |case| case.approve(None).await).await.unwrap_err();
        assert!(matches!(refused, NotDecided::Conflict { code: "undecided", .. }), "{refused}");
        for number in 1..=5 {
            let choice = if number == 2 { Choice::Included } else { Choice::LeftOut };
            world.choose_candidate(id, &format!("alex.kim{number}@example.com"), choice).await;
        }
        assert!(world.nothing_asked(id).await, "all is decided");
        assert_eq!(world.through(id).await.outcome, Some(Outcome::PartiallyFulfilled));
        let alex = format!("GDPR_EXPORT contact:{} client", named("contact/alex.kim2@example.com"));
        assert_eq!(world.created().await, exactly([(&alex, 1)]), "the name itself would reach the other four");
        world.books_agree().await;
    })
    .await;
}

/// Promise 4: a telephone that two people share decides nothing by itself.
#[tokio::test(flavor = "multi_thread")]
async fn a_shared_phone_is_not_acted_on() {
    on_both(async |kind| {
        let world = World::start(kind, swift(Population::Samples)).await;
        let id = world.file(Right::Erasure, &[(K::Email, "pat.one@example.com"), (K::Phone, "+13175550170")]).await;
        world.until_status(id, RequestStatus::Reviewing).await;
        world.asked(id, QuestionCode::SharedIdentifier).await;
        world.choose_candidate(id, "pat.two@example.com", Choice::LeftOut).await;
        assert_eq!(world.through(id).await.outcome, Some(Outcome::PartiallyFulfilled));
        let pat = format!("GDPR_DELETE contact:{} client", named("contact/pat.one@example.com"));
        let expected = exactly([(&pat, 1), ("GDPR_DELETE email:pat.one@example.com client", 1)]);
        assert_eq!(world.created().await, expected);
        let people = world.platform.show("people").await["contacts"].to_string();
        assert!(people.contains("pat.two@example.com") && !people.contains("pat.one@example.com"));
        world.books_agree().await;
    })
    .await;
}

/// Promise 4: identifiers that each find somebody else decide nothing by themselves, and what is another person's stays untouched.
#[tokio::test(flavor = "multi_thread")]
async fn identifiers_of_two_strangers_wait_for_a_person() {
    on_both(async |kind| {
        let world = World::start(kind, swift(Population::Samples)).await;
        let terms = [(K::Email, "ada.access@example.com"), (K::Phone, "+13175550180")];
        let id = world.file(Right::Access, &terms).await;
        world.until_status(id, RequestStatus::Reviewing).await;
        assert_eq!(world.asked(id, QuestionCode::SharedIdentifier).await["undecided"], 2);
        let doubts: Vec<_> = world.findings(id).await.candidates.into_iter().filter_map(|row| row.doubt).collect();
        assert_eq!(doubts, ["different_people"; 2]);
        world.choose_candidate(id, "ada.access@example.com", Choice::Included).await;
        world.choose_candidate(id, "vic.various@example.com", Choice::LeftOut).await;
        assert_eq!(world.through(id).await.outcome, Some(Outcome::PartiallyFulfilled));
        let ada = format!("GDPR_EXPORT contact:{} client", named("contact/ada.access@example.com"));
        let expected = exactly([(&ada, 1), ("GDPR_EXPORT email:ada.access@example.com client", 1)]);
        assert_eq!(world.created().await, expected, "nor is the telephone asked for, which is Vic's today");
        world.books_agree().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_found_is_said_so() {
    on_both(async |kind| {
        let world = World::start(kind, swift(Population::Samples)).await;
        let id = world.file(Right::Access, &[(K::Email, "nobody@example.com")]).await;
        assert_eq!(world.through(id).await.outcome, Some(Outcome::NoDataFound));
        // The term is asked for all the same: conversations are found by it alone.
        assert_eq!(world.created().await, exactly([("GDPR_EXPORT email:nobody@example.com client", 1)]));
        assert_eq!(world.platform.show("counters").await["downloads"], 0);
        world.books_agree().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn conversations_are_found_by_the_term_alone() {
    on_both(async |kind| {
        let world = World::start(kind, swift(Population::Samples)).await;
        let id = world.file(Right::Access, &[(K::Email, "carla.calls@example.com")]).await;
        assert_eq!(world.through(id).await.outcome, Some(Outcome::Fulfilled));
        assert_eq!(world.created().await, exactly([("GDPR_EXPORT email:carla.calls@example.com client", 1)]));
        assert_eq!(world.platform.show("counters").await["downloads"], 1);
        world.books_agree().await;
    })
    .await;
}

/// Every kind of term is searched for and asked for by its own name.
#[tokio::test(flavor = "multi_thread")]
async fn every_other_kind_of_term_is_asked_for() {
    on_both(async |kind| {
        let world = World::start(kind, swift(Population::Samples)).await;
        let terms = [
            (K::Email, "vic.various@example.com"),
            (K::Phone, "+13175550180"),
            (K::Address, "12 Sample Street, Springfield"),
            (K::Twitter, "vic_various"),
            (K::Instagram, "vic.insta"),
            (K::Facebook, "vic-fb-1"),
            (K::AppleMessages, "vic-apple-1"),
            (K::ExternalId, "CRM-10442"),
        ];
        let id = world.file(Right::Access, &terms).await;
        world.choose_term(id, K::Address, Choice::Included).await;
        assert_eq!(world.through(id).await.outcome, Some(Outcome::Fulfilled));
        let contact = format!("GDPR_EXPORT contact:{} client", named("contact/vic.various@example.com"));
        let journey = format!("GDPR_EXPORT journey:cookie/{} client", named("journey/vic"));
        let expected = exactly([
            (&contact, 1),
            (&journey, 1),
            ("GDPR_EXPORT email:vic.various@example.com client", 1),
            ("GDPR_EXPORT phone:+13175550180 client", 1),
            ("GDPR_EXPORT address:12 sample street, springfield client", 1),
            ("GDPR_EXPORT twitter:vic_various client", 1),
            ("GDPR_EXPORT instagram:vic.insta client", 1),
            ("GDPR_EXPORT facebook:vic-fb-1 client", 1),
            ("GDPR_EXPORT apple_messages:vic-apple-1 client", 1),
            ("GDPR_EXPORT external_id:crm-10442 client", 1),
        ]);
        assert_eq!(world.created().await, expected);
        assert_eq!(world.calls("search_subjects").await, 8);
        world.books_agree().await;
    })
    .await;
}
