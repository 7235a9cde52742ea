//! The copy that an access is about: its answer says where it lies, once an officer has handed all of it over, and never before.

use entities::artifact::queries::of_request as files_of;
use entities::controller::policy::{HeldBack, Policy, Writing};
use entities::id::{ArtifactId, RequestId};
use entities::letter::kind::{LetterKind as L, LetterState};
use entities::question::table::QuestionCode;
use entities::request::right::Right;
use entities::request::status::{Outcome, RequestStatus};
use entities::step::kind::StepKind;
use entities::step::queue;
use entities::time::Clock;

use crate::letters::{policy, world};
use crate::world::{World, on_both};

const PAGE: &str = "https://privacy.acme.example/status/link";

impl World {
    /// An access whose export came in two files, at an address that an officer vouched for.
    async fn exported(&self) -> (RequestId, Vec<ArtifactId>) {
        let id = self.file_in_german(Right::Access, "tia.twoparts@example.com", true).await;
        self.approve(id).await;
        self.until_status(id, RequestStatus::Answering).await;
        self.decide(id, async |case| case.set_address(None, true).await).await.unwrap();
        self.asked(id, QuestionCode::LetterByHand).await;
        let files = files_of(self.store.db.read(), id).await.unwrap();
        assert!(files.len() > 1, "all of them are meant, and not the first");
        (id, files.into_iter().map(|row| row.id).collect())
    }

    async fn hand_over(&self, id: RequestId, file: ArtifactId) {
        self.decide(id, async |case| case.hand_over(file).await).await.unwrap();
    }

    /// Waits until nobody is about to end the request any more.
    async fn comes_to_rest(&self, id: RequestId) {
        self.until_true("the request to rest", async || {
            let steps = queue::of_request(self.store.db.read(), id).await.unwrap();
            !steps.iter().any(|step| step.kind == StepKind::Close)
        })
        .await;
    }

    async fn answers(&self, id: RequestId) -> Vec<LetterState> {
        self.kinds(id).await.into_iter().filter(|(kind, _)| *kind == L::AnswerAccess).map(|(_, state)| state).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_to_an_access_goes_out_with_the_last_file_that_is_handed_over() {
    on_both(async |kind| {
        let (world, _) = world(kind, policy(), Clock::System, true).await;
        let (id, files) = world.exported().await;
        world.comes_to_rest(id).await;
        let lacking = world.asked(id, QuestionCode::LetterByHand).await;
        assert_eq!(lacking["missing"], serde_json::json!(["a_way_for_the_copy"]), "{lacking}");
        let (last, others) = files.split_last().unwrap();
        for file in others {
            world.hand_over(id, *file).await;
            world.comes_to_rest(id).await;
            assert_eq!(world.answers(id).await, [], "a part of a copy is none");
        }
        world.hand_over(id, *last).await;
        let closed = world.until_closed(id).await;
        assert_eq!((closed.outcome, closed.open_questions), (Some(Outcome::Fulfilled), 0));
        assert_eq!(world.answers(id).await, [LetterState::Sent]);
        let text = world.text(id, L::AnswerAccess).await;
        assert!(text.contains(PAGE) && text.contains("auf Ihrer eigenen Seite"), "{text}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_waits_is_written_anew_when_a_file_is_taken_back() {
    on_both(async |kind| {
        let policy = policy();
        let policy = Policy { writing: Writing { hold: HeldBack::All, ..policy.writing.clone() }, ..policy };
        let (world, _) = world(kind, policy, Clock::System, true).await;
        let (id, files) = world.exported().await;
        for file in &files {
            world.hand_over(id, *file).await;
        }
        world.asked(id, QuestionCode::LetterHeld).await;
        world.comes_to_rest(id).await;
        assert_eq!(world.answers(id).await, [LetterState::Held]);
        // It says that all of it is there: that is not so any more.
        world.decide(id, async |case| case.take_back(files[0]).await).await.unwrap();
        world.comes_to_rest(id).await;
        assert_eq!(world.answers(id).await, [LetterState::Superseded]);
        world.asked(id, QuestionCode::LetterByHand).await;
        world.hand_over(id, files[0]).await;
        world.comes_to_rest(id).await;
        assert_eq!(world.answers(id).await, [LetterState::Superseded, LetterState::Held]);
        let held = entities::letter::queries::newest(world.store.db.read(), id, L::AnswerAccess).await.unwrap();
        world.decide(id, async |case| case.send_letter(held.unwrap().id).await).await.unwrap();
        world.until_closed(id).await;
    })
    .await;
}
