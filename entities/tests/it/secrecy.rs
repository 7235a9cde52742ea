//! No personal data outside the sealed columns (promise 7): after a whole life, every column of every table is searched.

use entities::addressee::queries::Addressee;
use entities::appeal::table::AppealDecision;
use entities::client::reach::Reach;
use entities::error::StoreError;
use entities::extension::table::ExtensionReason;
use entities::identifier::table::Choice;
use entities::inquiry::table::InquiryKind;
use entities::letter::kind::LetterKind;
use entities::letter::outbox::{About, Draft, queue, words};
use entities::question::queries::ask;
use entities::question::table::QuestionCode;
use entities::request::decide::{Decider, Inquiring, NewTask};
use entities::request::file::NewRequest;
use entities::request::keys;
use entities::request::status::RequestStatus;
use entities::task::table::TaskKind;

use entities::{addressee, event, letter, request};
use letters::markup::inline::Inline;
use letters::markup::{Block, Section};
use resolution::plan::Right;
use rstest::rstest;
use sea_orm::{ConnectionTrait, DatabaseBackend, EntityTrait, Statement};
use serde_json::{Value, json};

use crate::decide::Decision;
use crate::world::{EMAIL, NAME, PHONE, WORDS, World, new_request};
use testbed::database::Kind::{self, Postgres, Sqlite};

/// What officers write about her in stories; each may name her.
const REASONS: [&str; 4] = ["a court asked", "her own number", "a rare name", "the tenth this week"];

impl World {
    /// Where in the database any of these strings stands, in whatever case, as text or as the bytes of it.
    pub async fn places_of(&self, needles: &[&str]) -> Vec<String> {
        let mut places = Vec::new();
        for (table, column, is_bytes) in self.columns().await {
            for needle in needles {
                let text = needle.to_lowercase().replace('\'', "''");
                let hex: String = needle.bytes().map(|byte| format!("{byte:02x}")).collect();
                let (as_text, as_hex) = match self.store.db.backend() {
                    DatabaseBackend::Sqlite => {
                        (format!("lower(CAST({column} AS TEXT))"), format!("lower(hex({column}))"))
                    }
                    _ if is_bytes => ("''".to_owned(), format!("encode({column}, 'hex')")),
                    _ => (format!("lower({column}::text)"), "''".to_owned()),
                };
                let sql =
                    format!("SELECT count(*) FROM {table} WHERE {as_text} LIKE '%{text}%' OR {as_hex} LIKE '%{hex}%'");
                let statement = Statement::from_string(self.store.db.backend(), sql);
                let row = self.store.db.write().query_one_raw(statement).await.unwrap().unwrap();
                if row.try_get_by_index::<i64>(0).unwrap() > 0 {
                    places.push(format!("{table}.{column}"));
                }
            }
        }
        places
    }

    async fn columns(&self) -> Vec<(String, String, bool)> {
        let backend = self.store.db.backend();
        let sql = match backend {
            DatabaseBackend::Sqlite => {
                "SELECT m.name, '\"' || p.name || '\"', p.type = 'blob' FROM sqlite_master m, pragma_table_info(m.name) p
                  WHERE m.type = 'table'"
            }
            _ => {
                "SELECT table_name::text, '\"' || column_name || '\"', data_type = 'bytea'
                   FROM information_schema.columns WHERE table_schema = 'public'"
            }
        };
        let rows = self.store.db.write().query_all_raw(Statement::from_string(backend, sql)).await.unwrap();
        rows.iter()
            .map(|row| {
                let at = |index| row.try_get_by_index::<String>(index).unwrap();
                (at(0), at(1), row.try_get_by_index(2).unwrap())
            })
            .collect()
    }
}

/// Questions, an extension, a refusal and an appeal, all in words that name her.
async fn tell_of_time(world: &World, officer: &Decider) {
    let new = new_request(request::right::Right::Access, world.now());
    let filed = world.file_new(&world.controller, NewRequest { regime: "us_co".parse().unwrap(), ..new }).await;
    let asking = Inquiring { kind: InquiryKind::Clarification, words: WORDS.to_owned(), fee: None };
    let (kind, now) = (InquiryKind::Clarification, world.now());
    world.decide(officer, filed.id, async |case| case.ask(asking).await).await.unwrap();
    world.decide(officer, filed.id, async |case| case.answer_inquiry(kind, now, Some(WORDS)).await).await.unwrap();
    let code = ExtensionReason::Complexity;
    world.decide(officer, filed.id, async |case| case.extend(code, WORDS, None).await).await.unwrap();
    world.decide(officer, filed.id, async |case| case.announce(now, "letter").await).await.unwrap();
    world.decide(officer, filed.id, async |case| case.recompute(WORDS).await).await.unwrap();
    world.decide(officer, filed.id, async |case| case.note(WORDS).await).await.unwrap();
    let task = NewTask { kind: TaskKind::Contact, words: WORDS.to_owned(), assignee: None, until: None };
    world.decide(officer, filed.id, async |case| case.add_task(task).await).await.unwrap();
    world.decide(officer, filed.id, async |case| case.refuse("exempt", None, WORDS).await).await.unwrap();
    world.decide(officer, filed.id, async |case| case.appeal(now, Some(WORDS)).await).await.unwrap();
    world.decide(officer, filed.id, async |case| case.extend_appeal(now, WORDS).await).await.unwrap();
    let denied = AppealDecision::Denied;
    world.decide(officer, filed.id, async |case| case.decide_appeal(denied, WORDS).await).await.unwrap();
}

#[rstest]
#[tokio::test]
async fn a_whole_life_leaves_nothing_readable(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let officer = world.officer().await;
    let chosen = [
        Decision::Hold,
        Decision::Release,
        Decision::ChooseCandidate(Choice::Included),
        Decision::ChooseTerm(Choice::Included),
        Decision::Approve,
        Decision::RetrySteps,
        Decision::RetryJob,
    ];
    let ended = [Decision::Hold, Decision::Refuse];
    for (right, decisions) in [(Right::Erasure, &chosen[..]), (Right::Rectification, &ended[..])] {
        let sample = world.sample(right, RequestStatus::Reviewing).await;
        let txn = world.begin().await;
        let about = sample.id.to_string();
        let code = QuestionCode::NameOnlyMatch;
        ask(&txn, world.now(), &officer.actor, &sample.filed, code, &about, json!({ "people": 2 })).await.unwrap();
        txn.commit().await.unwrap();
        for decision in decisions {
            let decided = world.decide(&officer, sample.id, async |case| decision.take(case, &sample).await).await;
            decided.unwrap_or_else(|error| panic!("{decision:?}: {error}"));
        }
    }
    tell_of_time(&world, &officer).await;
    event::chain::link(&world.store, world.controller.id, 1000).await.unwrap();

    let mut needles = vec![NAME, "Quillfeather", EMAIL, "ada.quill", PHONE, "3175550142", WORDS, "contact-1", "user-1"];
    needles.extend(REASONS);
    needles.extend(["acme-platform-secret", "acme-platform-client"]);
    assert_eq!(world.places_of(&needles).await, Vec::<String>::new());

    // The search does find what is there, as text and as bytes.
    world.by_hand("UPDATE questions SET detail = 'ADA Quillfeather'").await;
    let bytes = if matches!(on, Sqlite) {
        "x'00416461205175696c6c66656174686572'"
    } else {
        "'\\x00416461205175696c6c66656174686572'"
    };
    world.by_hand(&format!("UPDATE requests SET note_sealed = {bytes}")).await;
    let mut places = world.places_of(&[NAME]).await;
    places.sort();
    assert_eq!(places, [r#"questions."detail""#, r#"requests."note_sealed""#]);
}

#[rstest]
#[tokio::test]
async fn an_officers_words_open_with_the_requests_key_and_go_with_it(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let officer = world.officer().await;
    let sample = world.sample(Right::Access, RequestStatus::Reviewing).await;
    world.decide(&officer, sample.id, async |case| case.hold(WORDS).await).await.unwrap();
    let conn = world.store.db.read();
    let reach = &officer.reach;
    let rows = event::queries::of_request(conn, reach, sample.id, None, 100).await.unwrap();
    let held = rows.iter().find(|row| row.kind == "request.held").unwrap();
    let data: Value = serde_json::from_str(&held.data).unwrap();

    let key = keys::of(conn, &world.store.safe, sample.id).await.unwrap();
    assert_eq!(request::decide::reason(&key, sample.id, &data).unwrap().as_deref(), Some(WORDS));
    let other = world.sample(Right::Access, RequestStatus::Reviewing).await;
    let anothers = keys::of(conn, &world.store.safe, other.id).await.unwrap();
    assert!(matches!(request::decide::reason(&anothers, sample.id, &data), Err(StoreError::Sealed(_))));
    assert!(matches!(request::decide::reason(&key, other.id, &data), Err(StoreError::Sealed(_))));

    event::chain::link(&world.store, world.controller.id, 1000).await.unwrap();
    let gone = request::table::key::ActiveModel {
        request_id: sea_orm::ActiveValue::Unchanged(sample.id),
        wrapped: sea_orm::ActiveValue::Set(None),
        ..Default::default()
    };
    request::table::key::Entity::update(gone).exec(world.store.db.write()).await.unwrap();
    assert!(matches!(keys::of(conn, &world.store.safe, sample.id).await, Err(StoreError::Erased)));
    let public = world.store.safe.signing().public_key();
    let verification = event::chain::verify(&world.store.db, &public, None, &[]).await.unwrap();
    assert!(verification.is_whole(), "the trail stays whole when the words are gone");
}

/// Neither whom a letter goes to nor what it says can be read, and both go with the request's key; what officers are sent opens
/// with the installation's, also after a rotation.
#[rstest]
#[tokio::test]
async fn letters_are_sealed_and_go_with_the_requests_key(#[values(Sqlite, Postgres)] on: Kind) {
    let world = World::on(on).await;
    let officer = world.officer().await;
    let request = world.file(Right::Access).await;
    let (store, now) = (&world.store, world.now());
    let key = keys::of(store.db.read(), &store.safe, request.id).await.unwrap();
    let to =
        Addressee { language: "en".to_owned(), address: Some(EMAIL.to_owned()), salutation: Some(NAME.to_owned()) };
    let row = addressee::queries::row(&key, request.id, &to, true, None, now);
    addressee::table::Entity::insert(row).exec_without_returning(store.db.write()).await.unwrap();
    let blocks = vec![Block::Paragraph(vec![Inline::Value(WORDS.to_owned())])];
    let sections = vec![Section { blocks, ..Section::default() }];
    let draft = |kind| Draft {
        kind,
        language: "en".to_owned(),
        recipient: EMAIL.to_owned(),
        subject: format!("To {NAME}"),
        text: WORDS.to_owned(),
        html: WORDS.to_owned(),
        sections: sections.clone(),
        template: None,
        parts: Vec::new(),
        demands: Vec::new(),
        edited_at: None,
    };
    let about = About { controller: request.controller_id, request: Some(&request) };
    let txn = world.begin().await;
    let write = async |kind| queue(&txn, &store.safe, now, &officer.actor, about, &draft(kind)).await.unwrap();
    let ids = [write(LetterKind::Acknowledgement).await, write(LetterKind::Overdue).await];
    txn.commit().await.unwrap();
    assert_eq!(world.places_of(&[NAME, "Quillfeather", EMAIL, "ada.quill", WORDS]).await, Vec::<String>::new());
    let letter = async |id| letter::queries::by_id(store.db.read(), &Reach::installation(), id).await.unwrap().unwrap();
    for id in ids {
        assert_eq!(words(store.db.read(), &store.safe, &letter(id).await).await.unwrap().recipient, EMAIL);
    }

    let rotated = store.safe.keyring().rotated();
    let txn = world.begin().await;
    assert_eq!(letter::outbox::reseal(&txn, &rotated).await.unwrap(), 1, "the officer's alone");
    assert_eq!(letter::outbox::reseal(&txn, &rotated).await.unwrap(), 0, "once is enough");
    txn.commit().await.unwrap();
    let gone = request::table::key::ActiveModel {
        request_id: sea_orm::ActiveValue::Unchanged(request.id),
        wrapped: sea_orm::ActiveValue::Set(None),
        ..Default::default()
    };
    request::table::key::Entity::update(gone).exec(store.db.write()).await.unwrap();
    let opened = words(store.db.read(), &store.safe, &letter(ids[0]).await).await;
    assert!(matches!(opened, Err(StoreError::Erased)));
}
