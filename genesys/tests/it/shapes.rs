//! Shapes the platform may send tomorrow, and shapes it may get wrong.

use genesys::{
    error::PlatformError,
    model::{
        contact::ContactType,
        request::{PlatformRequest, RequestKind, RequestStatus},
        subject::{SearchType, SubjectRef},
    },
};
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::world::World;

fn request(body: Value) -> PlatformRequest {
    serde_json::from_value(body).unwrap()
}

#[test]
fn unknown_values_are_kept_and_run_on() {
    let row = request(json!({"id": "r-1", "requestType": "GDPR_RESTRICT", "status": "ARCHIVING", "novelty": [1]}));
    assert_eq!(row.kind, RequestKind::Other("GDPR_RESTRICT".into()));
    assert_eq!(row.status, RequestStatus::Other("ARCHIVING".into()));
    assert!(!row.status.is_final());
    assert_eq!(row.status.as_str(), "ARCHIVING");
    for status in RequestStatus::KNOWN {
        let is_end = matches!(status, RequestStatus::Completed | RequestStatus::Error);
        assert_eq!(status.is_final(), is_end, "{status}");
        assert_eq!(&RequestStatus::from(status.as_str()), status);
    }
    assert_eq!(ContactType::from("Canonical"), ContactType::Other("Canonical".into()));
}

#[test]
fn nulls_and_gaps_are_absence() {
    let bare = request(json!({"id": "r-1"}));
    let nulls =
        request(json!({"id": "r-1", "requestType": null, "status": null, "createdDate": null, "createdBy": null,
        "subject": null, "replacementTerms": null, "resultsUrl": null, "resultsUrls": null}));
    assert!(bare == nulls);
    assert!(!bare.status.is_final());
    assert!(bare.subject_refs().is_empty() && bare.results().is_empty() && bare.created_date.is_none());
}

#[test]
fn a_date_that_is_none_is_absent() {
    for (text, instant) in [
        ("2026-03-02T09:14:07.512Z", Some("2026-03-02T09:14:07.512Z")),
        ("2026-03-02T09:14:07Z", Some("2026-03-02T09:14:07Z")),
        ("2026-03-02T10:14:07+01:00", Some("2026-03-02T09:14:07Z")),
        ("yesterday", None),
    ] {
        let row = request(json!({"id": "r-1", "createdDate": text}));
        assert_eq!(row.created_date.map(|it| it.to_string()).as_deref(), instant, "{text}");
    }
}

#[test]
fn a_row_with_several_identifiers_yields_several() {
    let row =
        request(json!({"id": "r-1", "subject": {"name": "Maya Okafor", "userId": "u-1", "externalContactId": "c-1",
        "dialerContactId": {"id": "d-1", "contactListId": "l-1"}, "journeyCustomer": {"type": "cookie", "id": "j-1"},
        "socialHandle": {"type": "TELEGRAM", "value": "@maya"}, "externalId": "", "addresses": ["1 High Street"],
        "phoneNumbers": ["+13175550142"], "emailAddresses": ["maya@example.com", "okafor@example.com"]}}));
    let term = |kind: &str, value: &str| SubjectRef::Term { search_type: kind.into(), value: value.into() };
    let expected = [
        SubjectRef::User("u-1".into()),
        SubjectRef::ExternalContact("c-1".into()),
        SubjectRef::DialerContact { list: "l-1".into(), id: "d-1".into() },
        SubjectRef::JourneyCustomer { kind: "cookie".into(), id: "j-1".into() },
        term("EMAIL", "maya@example.com"),
        term("EMAIL", "okafor@example.com"),
        term("PHONE", "+13175550142"),
        term("NAME", "Maya Okafor"),
        term("ADDRESS", "1 High Street"),
        SubjectRef::Term { search_type: SearchType::Other("TELEGRAM".into()), value: "@maya".into() },
    ];
    assert!(row.subject_refs() == expected);
}

#[test]
fn the_list_of_parts_comes_before_the_single_url() {
    for (body, parts) in [
        (json!({"resultsUrl": "/a"}), vec!["/a"]),
        (json!({"resultsUrl": "/a", "resultsUrls": []}), vec!["/a"]),
        (json!({"resultsUrl": "/a", "resultsUrls": [""]}), vec!["/a"]),
        (json!({"resultsUrl": "/a", "resultsUrls": ["/a", "/b", "/a"]}), vec!["/a", "/b"]),
        (json!({"resultsUrl": "/whole", "resultsUrls": ["/1", "/2"]}), vec!["/1", "/2"]),
        (json!({"resultsUrl": ""}), vec![]),
    ] {
        let mut row = json!({"id": "r-1"});
        row.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        assert_eq!(request(row).results(), parts, "{body}");
    }
}

#[tokio::test]
async fn a_page_of_requests_tells_whether_there_is_more() {
    let world = World::start().await;
    let body = json!({"entities": [{"id": "r-1", "status": "COMPLETED"}], "pageSize": 25, "pageNumber": 1, "total": 26, "pageCount": 2});
    world.answer(ResponseTemplate::new(200).set_body_json(body)).await;
    let page = world.platform.requests(1, 25).await.unwrap();
    assert_eq!(world.api_calls().await[0].url.query(), Some("pageSize=25&pageNumber=1"));
    assert_eq!((page.items.len(), page.total, page.page_count), (1, Some(26), Some(2)));
    assert!(page.is_followed(1) && !page.is_followed(2));
}

#[tokio::test]
async fn a_body_that_is_not_the_contract_is_unreadable_and_not_quoted() {
    for body in
        ["", "<html>maya@example.com</html>", "{\"entities\": \"maya@example.com\"}", "{\"entities\": [{\"id\": 7}]}"]
    {
        let world = World::start().await;
        world.answer(ResponseTemplate::new(200).set_body_string(body)).await;
        let error = world.platform.requests(1, 25).await.unwrap_err();
        assert!(matches!(error, PlatformError::Unreadable { .. }), "{body}: {error:?}");
        assert!(!format!("{error} {error:?}").contains("maya"));
        assert_eq!(world.api_calls().await.len(), 1);
    }
}
