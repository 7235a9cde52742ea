//! What a ticket is told, each thing once: also when an answer is lost, and when the system wants to be left alone.

use std::time::Duration;

use entities::source::manage::Change;
use entities::source::settings::{Settings, WriteBack};
use entities::step::kind::StepKind;
use serde_json::json;

use super::world::World;
use super::{of_each, of_one};

/// How long a system may still be at work on a comment after its answer was lost.
const AT_WORK: Duration = Duration::from_secs(121);

/// A slow system writes the comment when we have long given up on it: whoever looked at once, and found none, would write it again.
#[tokio::test(flavor = "multi_thread")]
async fn a_comment_that_arrives_late_is_there_once() {
    of_each(
        |system| matches!(system.slug, "zendesk" | "freshdesk"),
        async |kind, system| {
            let world = World::start(kind, system).await;
            world.fault("late", "write", json!({ "after": 1, "ms": 3000 })).await;
            world.tell().await;
            world.until_filed().await;
            world.until("the late one", async || !world.comments().await.is_empty()).await;
            world.pass(AT_WORK);
            world.until("both comments", async || world.comments().await.len() >= 2).await;
            world.until_quiet().await;
            let comments = world.comments().await;
            assert_eq!(comments.len(), 2, "{}: {comments:?}", world.name());
        },
    )
    .await;
}

/// Two workers see the same work; a ticket has one writer all the same.
#[tokio::test(flavor = "multi_thread")]
async fn two_workers_tell_a_ticket_each_thing_once() {
    of_each(
        |system| matches!(system.slug, "zendesk" | "jira"),
        async |kind, system| {
            let world = World::start(kind, system).await;
            world.work_beside();
            world.tell().await;
            let id = world.until_filed().await;
            world.through(id).await;
            world.until_ticket("the end", |it| it.shown.as_deref() == Some(system.end)).await;
            world.until_quiet().await;
            let mut comments = world.comments().await;
            assert_eq!(comments.len(), 3, "{}: {comments:?}", world.name());
            comments.dedup();
            assert_eq!(comments.len(), 3, "{}: {comments:?}", world.name());
        },
    )
    .await;
}

/// A source without a field tells tickets by comments alone, and nothing says that more was shown.
#[tokio::test(flavor = "multi_thread")]
async fn what_nothing_shows_was_not_shown() {
    of_one("zendesk", async |kind, system| {
        let world = World::with(kind, system, |settings| settings.write_back.field = None).await;
        world.tell().await;
        world.until_filed().await;
        world.until("two comments", async || world.comments().await.len() == 2).await;
        world.until_quiet().await;
        assert_eq!(world.ticket().await.unwrap().shown, None, "{}", world.name());
    })
    .await;
}

/// The comment is written, and the connection drops before the answer.
#[tokio::test(flavor = "multi_thread")]
async fn a_comment_whose_answer_was_lost_is_there_once() {
    of_each(
        |system| system.answers(),
        async |kind, system| {
            // An issue has no comments but public ones.
            let world = World::with(kind, system, |settings| settings.write_back.public = !system.has_notes()).await;
            // The field is written first.
            world.fault("lost-answer", "write", json!({ "after": 1 })).await;
            world.tell().await;
            let id = world.until_filed().await;
            world.until("the fault", async || world.faults_fired().await).await;
            world.pass(AT_WORK);
            world.until("both comments", async || world.comments().await.len() >= 2).await;
            world.through(id).await;
            world.until_ticket("the end", |it| it.shown.as_deref() == Some(system.end)).await;
            world.until_quiet().await;
            let comments = world.comments().await;
            assert_eq!(comments.len(), 3, "{}: {comments:?}", world.name());
            assert_eq!(world.field().await, world.shown(system.end), "{}", world.name());
        },
    )
    .await;
}

/// Setting a field twice is setting it once.
#[tokio::test(flavor = "multi_thread")]
async fn a_field_whose_answer_was_lost_is_set_again() {
    of_each(
        |system| system.answers(),
        async |kind, system| {
            let world = World::start(kind, system).await;
            world.fault("lost-answer", "write", json!({})).await;
            world.tell().await;
            let id = world.until_filed().await;
            world.until("the fault", async || world.faults_fired().await).await;
            world.through(id).await;
            world.until_ticket("the end", |it| it.shown.as_deref() == Some(system.end)).await;
            world.until_quiet().await;
            assert_eq!(world.field().await, world.shown(system.end), "{}", world.name());
            let told = if system.has_notes() { 3 } else { 0 };
            assert_eq!(world.comments().await.len(), told, "{}", world.name());
        },
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_system_that_wants_to_be_left_alone_is() {
    of_each(
        |system| system.answers(),
        async |kind, system| {
            // Salesforce counts by the day, and does not say when it is over.
            let wait = Duration::from_secs(if system.kind == "salesforce" { 3600 } else { 900 });
            let world = World::start(kind, system).await;
            world.fault("rate-storm", "write", json!({ "seconds": wait.as_secs() })).await;
            world.tell().await;
            world.until_filed().await;
            let put_off = async || {
                let steps = world.steps(StepKind::WriteBack).await;
                steps.iter().any(|step| step.run_at.since(world.store.now()) > Duration::from_secs(30))
            };
            world.until("the step to be put off", put_off).await;
            assert_eq!(world.written().await, [], "{}", world.name());
            let asked = world.calls().await;
            // The request goes on meanwhile, and there is more to tell.
            let id = world.ticket().await.unwrap().request_id.unwrap();
            world.through(id).await;
            assert_eq!(world.calls().await, asked, "{}: it is asked nothing meanwhile", world.name());
            world.pass(wait);
            world.until_ticket("its turn", |it| it.shown.as_deref() == Some(system.end)).await;
        },
    )
    .await;
}

/// Where a person may see it, and only there, a comment is in their language.
#[tokio::test(flavor = "multi_thread")]
async fn public_comments_are_in_the_requesters_language_and_nothing_is_public_by_itself() {
    of_one("github", async |kind, system| {
        let public = |settings: &mut Settings| {
            settings.write_back.public = true;
            settings.write_back.language = "de".to_owned();
        };
        let world = World::with(kind, system, public).await;
        world.tell().await;
        world.until_filed().await;
        world.until("two comments", async || world.comments().await.len() == 2).await;
        for (_, text, is_public) in world.written().await.iter().filter(|(what, ..)| what == "comment") {
            assert!(is_public, "{text}");
            // The issue says no language, and the controller has none, so the source's own is taken.
            assert!(text.contains("Antrag"), "{text}");
        }
    })
    .await;
}

/// What the operator calls the words, and the ticket's own status at the end.
#[tokio::test(flavor = "multi_thread")]
async fn field_and_status_are_in_the_operators_words() {
    of_one("freshdesk", async |kind, system| {
        let world = World::start(kind, system).await;
        let words = |pairs: [(&str, &str); 2]| pairs.map(|(ours, theirs)| (ours.to_owned(), theirs.to_owned())).into();
        let write_back = WriteBack {
            values: words([("in_progress", "Being worked on"), ("completed", "Done")]),
            statuses: words([("in_progress", "With privacy team"), ("completed", "Resolved")]),
            comments: false,
            ..world.source().await.settings.write_back
        };
        let settings = Settings { write_back, ..world.source().await.settings };
        world.change_source(Change { settings: Some(settings), ..Change::default() }).await;
        world.tell().await;
        let id = world.until_filed().await;
        world.until_ticket("work", |it| it.shown.as_deref() == Some("in_progress")).await;
        assert_eq!(world.field().await, json!("Being worked on"), "{}", world.name());
        world.through(id).await;
        world.until_ticket("the end", |it| it.shown.as_deref() == Some("completed")).await;
        assert_eq!(world.field().await, json!("Done"), "{}", world.name());
        assert_eq!(world.desk().await["native"]["status"], json!(4), "{}: resolved", world.name());
        assert_eq!(world.comments().await.len(), 0, "{}: nobody wants any", world.name());
    })
    .await;
}
