//! Listings and lookups: what is asked, and to which end they are followed.

use genesys::model::{subject::SearchType, user::UserState};
use serde_json::{Value, json};
use wiremock::{
    Mock, Request, ResponseTemplate,
    matchers::{path, query_param},
};

use crate::world::World;

fn ok(body: Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(body)
}

#[tokio::test]
async fn a_search_sends_the_term_as_it_is() {
    let world = World::start().await;
    Mock::given(path("/api/v2/gdpr/subjects"))
        .and(query_param("searchType", "PHONE"))
        .and(query_param("searchValue", "+1 (317) 555&0142"))
        .respond_with(ok(json!({"entities": [
            {"name": "Maya Okafor", "externalContactId": "c-1", "phoneNumbers": ["+13175550142"], "emailAddresses": null},
            {"dialerContactId": {"id": "d-1", "contactListId": "l-1"}, "novelty": {"a": 1}}
        ]})))
        .mount(&world.api)
        .await;
    let found = world.platform.search_subjects(&SearchType::Phone, "+1 (317) 555&0142").await.unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].external_contact_id.as_deref(), Some("c-1"));
    assert_eq!(found[1].dialer_contact_id.as_ref().unwrap().contact_list_id, "l-1");
    assert_eq!(found[0].refs().len(), 3);
}

#[tokio::test]
async fn nobody_found_is_an_empty_list() {
    for body in [json!({"entities": []}), json!({"entities": null}), json!({})] {
        let world = World::start().await;
        world.answer(ok(body)).await;
        assert!(world.platform.search_subjects(&SearchType::Name, "x").await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn users_are_asked_for_in_any_state_and_by_the_hundred() {
    let world = World::start().await;
    let echo = |request: &Request| {
        let ids: Vec<_> = request.url.query_pairs().filter(|(name, _)| name == "id").map(|(_, id)| id).collect();
        let entities: Vec<_> = ids.iter().map(|id| json!({"id": id, "state": "deleted", "division": null})).collect();
        ok(json!({"entities": entities, "pageNumber": 1, "pageCount": 1}))
    };
    Mock::given(path("/api/v2/users")).and(query_param("state", "any")).respond_with(echo).mount(&world.api).await;
    let asked: Vec<_> = (0..150).map(|number| format!("u-{number}")).collect();
    let users = world.platform.users(&asked).await.unwrap();
    assert_eq!(users.len(), 150);
    assert!(users.iter().all(|user| user.state == UserState::Deleted));
    assert_eq!(world.api_calls().await.len(), 2);
    assert!(world.platform.user("u-7").await.unwrap().is_some());
    assert!(world.platform.user("").await.unwrap().is_none());
    assert_eq!(world.api_calls().await.len(), 3);
}

#[tokio::test]
async fn a_user_that_was_not_asked_for_is_not_given() {
    let world = World::start().await;
    world.answer(ok(json!({"entities": [{"id": "someone-else"}]}))).await;
    assert!(world.platform.user("u-1").await.unwrap().is_none());
}

#[tokio::test]
async fn divisions_are_followed_to_their_last_page() {
    // The end is told by the page count, by the total, by the missing next URI, or by an empty page.
    let page = |number: u32, wrapper: Value| {
        let mut body =
            json!({"entities": [{"id": format!("d-{number}"), "name": "Home", "homeDivision": number == 1}]});
        body.as_object_mut().unwrap().extend(wrapper.as_object().unwrap().clone());
        body
    };
    for (first, second, calls) in [
        (page(1, json!({"pageCount": 2})), page(2, json!({"pageCount": 2})), 2),
        (page(1, json!({"total": 2, "pageSize": 1})), page(2, json!({"total": 2, "pageSize": 1})), 2),
        (page(1, json!({"nextUri": "/next"})), page(2, json!({"nextUri": null})), 2),
        (page(1, json!({"nextUri": "/next"})), page(2, json!({"nextUri": "/next"})), 3),
    ] {
        let world = World::start().await;
        for (number, body) in [("1", first), ("2", second), ("3", json!({"entities": [], "nextUri": "/next"}))] {
            Mock::given(query_param("pageNumber", number)).respond_with(ok(body)).mount(&world.api).await;
        }
        let divisions = world.platform.divisions().await.unwrap();
        let ids: Vec<_> = divisions.iter().map(|division| division.id.as_str()).collect();
        assert_eq!(ids, ["d-1", "d-2"]);
        assert!(divisions[0].home_division && !divisions[1].home_division);
        assert_eq!(world.api_calls().await.len(), calls);
    }
}

#[tokio::test]
async fn a_permission_is_held_somewhere_everywhere_or_not() {
    for (body, held, all_divisions, divisions) in [
        (json!({"entities": [{"id": "d-1"}], "allDivsPermitted": true, "pageCount": 9}), true, true, 1),
        (json!({"entities": [], "allDivsPermitted": true}), true, true, 0),
        (json!({"entities": [{"id": "d-1"}, {"id": "d-2"}], "allDivsPermitted": false}), true, false, 2),
        (json!({"entities": [], "allDivsPermitted": false, "total": 0}), false, false, 0),
        (json!({"entities": null, "allDivsPermitted": null}), false, false, 0),
    ] {
        let world = World::start().await;
        let place = "/api/v2/authorization/divisionspermitted/paged/me";
        Mock::given(path(place))
            .and(query_param("permission", "gdpr:request:add"))
            .respond_with(ok(body.clone()))
            .mount(&world.api)
            .await;
        let permission = world.platform.holds_permission("gdpr:request:add").await.unwrap();
        assert_eq!(
            (permission.held, permission.all_divisions, permission.divisions.len()),
            (held, all_divisions, divisions),
            "{body}"
        );
        assert_eq!(world.api_calls().await.len(), 1);
    }
}

#[tokio::test]
async fn token_and_limits_tell_where_we_are() {
    let world = World::start().await;
    for (place, body) in [
        (
            "/api/v2/tokens/me",
            json!({"organization": {"id": "o-1", "name": "Example Org"}, "homeOrganization": null, "authorizedScope": [],
                "OAuthClient": {"id": "client-1", "name": "dsr-service", "state": "active"}}),
        ),
        (
            "/api/v2/organizations/limits/namespaces/platform.api",
            json!({"entities": [{"key": "client.credentials.token.rate.per.minute", "namespace": "platform.api", "value": 300}]}),
        ),
    ] {
        Mock::given(path(place)).respond_with(ok(body)).mount(&world.api).await;
    }
    let info = world.platform.token_info().await.unwrap();
    assert_eq!((info.organization.id.as_str(), info.client.unwrap().id.as_str()), ("o-1", "client-1"));
    let limits = world.platform.limits("platform.api").await.unwrap();
    assert_eq!((limits[0].key.as_str(), limits[0].value), ("client.credentials.token.rate.per.minute", Some(300)));
}

#[tokio::test]
async fn a_token_of_no_organisation_is_unreadable() {
    let world = World::start().await;
    world.answer(ok(json!({"OAuthClient": {"id": "client-1"}}))).await;
    assert!(world.platform.token_info().await.is_err());
}
