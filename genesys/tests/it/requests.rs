//! Placing requests: exactly what is sent, and never twice.

use std::{sync::atomic::Ordering, time::Duration};

use genesys::{
    error::PlatformError,
    model::{
        request::{NewRequest, NotARequest, Replacement, RequestKind, RequestStatus},
        subject::{SearchType, SubjectRef},
    },
    traffic::Call,
};
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::world::{World, hangs_up_after, nobody_home};

pub fn erasure(contact: &str) -> NewRequest {
    NewRequest::delete(SubjectRef::ExternalContact(contact.to_owned())).unwrap()
}

fn term(search_type: impl Into<SearchType>, value: &str) -> SubjectRef {
    SubjectRef::Term { search_type: search_type.into(), value: value.to_owned() }
}

#[tokio::test]
async fn one_identifier_is_sent_in_its_own_field() {
    let cases: [(SubjectRef, Value); 13] = [
        (SubjectRef::User("u-1".into()), json!({"userId": "u-1"})),
        (SubjectRef::ExternalContact("c-1".into()), json!({"externalContactId": "c-1"})),
        (
            SubjectRef::DialerContact { list: "l-1".into(), id: "d-1".into() },
            json!({"dialerContactId": {"id": "d-1", "contactListId": "l-1"}}),
        ),
        (
            SubjectRef::JourneyCustomer { kind: "cookie".into(), id: "j-1".into() },
            json!({"journeyCustomer": {"type": "cookie", "id": "j-1"}}),
        ),
        (term("NAME", "Maya Okafor"), json!({"name": "Maya Okafor"})),
        (term("EMAIL", "maya@example.com"), json!({"emailAddresses": ["maya@example.com"]})),
        (term("PHONE", "+13175550142"), json!({"phoneNumbers": ["+13175550142"]})),
        (term("ADDRESS", "1 High Street"), json!({"addresses": ["1 High Street"]})),
        (term("EXTERNAL_ID", "crm-1"), json!({"externalId": "crm-1"})),
        (term("TWITTER", "@maya"), json!({"socialHandle": {"type": "TWITTER", "value": "@maya"}})),
        (term("APPLE_MESSAGES", "a"), json!({"socialHandle": {"type": "APPLE_MESSAGES", "value": "a"}})),
        (term("WHATSAPP", "+1317"), json!({"socialHandle": {"type": "WHATSAPP", "value": "+1317"}})),
        (term("TELEGRAM", "@maya"), json!({"socialHandle": {"type": "TELEGRAM", "value": "@maya"}})),
    ];
    let world = World::start().await;
    world.answer(ResponseTemplate::new(200).set_body_json(json!({"id": "r-1"}))).await;
    for (number, (subject, body)) in cases.into_iter().enumerate() {
        world.platform.submit(&NewRequest::export(subject).unwrap()).await.unwrap();
        let sent = &world.api_calls().await[number];
        let sent: Value = serde_json::from_slice(&sent.body).unwrap();
        assert_eq!(sent, json!({"requestType": "GDPR_EXPORT", "subject": body}));
    }
}

#[tokio::test]
async fn confirmation_goes_with_erasure_and_replacements_with_rectification() {
    let subject = || SubjectRef::User("u-1".into());
    let replacement = Replacement {
        search_type: SearchType::Email,
        existing_value: "m.okafor@example.com".into(),
        updated_value: "maya.okafor@example.com".into(),
    };
    let terms =
        json!([{"type": "EMAIL", "existingValue": "m.okafor@example.com", "updatedValue": "maya.okafor@example.com"}]);
    for (new, kind, query, terms) in [
        (NewRequest::export(subject()).unwrap(), "GDPR_EXPORT", None, None),
        (NewRequest::delete(subject()).unwrap(), "GDPR_DELETE", Some("deleteConfirmed=true"), None),
        (NewRequest::update(subject(), vec![replacement]).unwrap(), "GDPR_UPDATE", None, Some(terms)),
    ] {
        let world = World::start().await;
        let answer = json!({"id": "r-1", "requestType": kind, "status": "INITIATED", "createdDate": "2026-03-02T09:14:07.512Z",
            "subject": {"userId": "u-1"}, "createdBy": {"id": "client-1"}, "selfUri": "/x"});
        world
            .answer(ResponseTemplate::new(202).set_body_json(answer).insert_header("ININ-Correlation-Id", "corr-9"))
            .await;
        let submitted = world.platform.submit(&new).await.unwrap();
        assert_eq!(submitted.request.kind, RequestKind::from(kind));
        assert_eq!(submitted.request.status, RequestStatus::Initiated);
        assert_eq!(submitted.request.created_date.unwrap().to_string(), "2026-03-02T09:14:07.512Z");
        assert_eq!(submitted.request.created_by(), Some("client-1"));
        assert!(submitted.request.subject_refs() == [subject()]);
        assert_eq!(submitted.correlation_id.unwrap().as_str(), "corr-9");
        let sent = &world.api_calls().await[0];
        assert_eq!((sent.method.as_str(), sent.url.path()), ("POST", "/api/v2/gdpr/requests"));
        assert_eq!(sent.url.query(), query);
        assert_eq!(sent.headers["content-type"], "application/json");
        let body: Value = serde_json::from_slice(&sent.body).unwrap();
        assert_eq!(body.get("replacementTerms"), terms.as_ref());
    }
}

#[test]
fn what_the_platform_would_misread_is_no_request() {
    for subject in [
        SubjectRef::User(" ".into()),
        SubjectRef::DialerContact { list: String::new(), id: "d-1".into() },
        SubjectRef::JourneyCustomer { kind: "cookie".into(), id: String::new() },
        term("EMAIL", ""),
        term("", "maya"),
    ] {
        assert_eq!(NewRequest::delete(subject).err(), Some(NotARequest::BlankSubject));
    }
    let replacement = |existing: &str, updated: &str| Replacement {
        search_type: SearchType::Name,
        existing_value: existing.into(),
        updated_value: updated.into(),
    };
    for replacements in [vec![], vec![replacement("", "b")], vec![replacement("a", " ")], vec![replacement("a", "a")]] {
        let new = NewRequest::update(SubjectRef::User("u-1".into()), replacements);
        assert_eq!(new.err(), Some(NotARequest::NothingToReplace));
    }
}

#[tokio::test]
async fn a_submission_with_an_unclear_end_is_lost_and_made_once() {
    for answer in [
        ResponseTemplate::new(200).set_body_string("{\"id\": \"r-"),
        ResponseTemplate::new(200).set_body_json(json!({})),
        ResponseTemplate::new(202).set_body_json(json!({"id": ""})),
        ResponseTemplate::new(202),
        ResponseTemplate::new(302).insert_header("Location", "/elsewhere"),
        ResponseTemplate::new(500),
        ResponseTemplate::new(503).insert_header("Retry-After", "1"),
    ] {
        let world = World::start().await;
        world.answer(answer).await;
        let error = world.platform.submit(&erasure("c-1")).await.map(drop).unwrap_err();
        assert!(error.may_have_happened(), "{error:?}");
        assert_eq!(world.api_calls().await.len(), 1);
    }
}

#[tokio::test]
async fn a_connection_lost_after_sending_is_a_lost_answer_for_a_submission_only() {
    let cut_short = "HTTP/1.1 202 Accepted\r\nContent-Length: 500\r\n\r\n{\"id\": \"r-1\"";
    for bytes in ["", "HTTP/1.1 202 Acc", cut_short] {
        let (url, taken) = hangs_up_after(bytes.into());
        let world = World::start_with_api(&url).await;
        let error = world.platform.submit(&erasure("c-1")).await.map(drop).unwrap_err();
        assert!(error.may_have_happened(), "{bytes}: {error:?}");
        assert_eq!(taken.load(Ordering::SeqCst), 1, "{bytes}");

        let error = world.platform.requests(1, 25).await.unwrap_err();
        assert!(matches!(error, PlatformError::PlatformDown { .. }), "{bytes}: {error:?}");
        assert_eq!(taken.load(Ordering::SeqCst), 4, "{bytes}: a read is tried three times");
    }
}

#[tokio::test]
async fn a_refused_connection_means_that_nothing_was_sent() {
    let world = World::start_with_api(&nobody_home()).await;
    let error = world.platform.submit(&erasure("c-1")).await.map(drop).unwrap_err();
    assert!(matches!(error, PlatformError::PlatformDown { status: None, .. }), "{error:?}");
    assert!(!error.may_have_happened());
    assert_eq!(world.ledger.statuses(Call::SubmitRequest), [None]);
}

#[tokio::test]
async fn a_late_answer_is_a_lost_one() {
    let world = World::start_patient_for(Duration::from_millis(300)).await;
    let late = ResponseTemplate::new(202).set_body_json(json!({"id": "r-1"})).set_delay(Duration::from_secs(5));
    world.answer(late).await;
    let error = world.platform.submit(&erasure("c-1")).await.map(drop).unwrap_err();
    assert!(error.may_have_happened(), "{error:?}");
    assert_eq!(world.api_calls().await.len(), 1);
    let error = world.platform.requests(1, 25).await.unwrap_err();
    assert!(matches!(error, PlatformError::PlatformDown { status: None, .. }), "{error:?}");
    assert_eq!(world.api_calls().await.len(), 2, "a timeout is not repeated at once");
}

#[tokio::test]
async fn a_request_is_read_by_its_id_and_only_by_an_id() {
    let world = World::start().await;
    world.answer(ResponseTemplate::new(200).set_body_json(json!({"id": "r/1"}))).await;
    world.platform.request("r/1").await.unwrap();
    assert_eq!(world.api_calls().await[0].url.path(), "/api/v2/gdpr/requests/r%2F1");
    for id in ["", ".", ".."] {
        let error = world.platform.request(id).await.map(drop).unwrap_err();
        assert!(matches!(error, PlatformError::NotFound { .. }));
    }
    assert_eq!(world.api_calls().await.len(), 1);
}
