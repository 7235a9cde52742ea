//! Every answer of every route holds against the definitions in `contract/`.

use std::collections::{BTreeMap, BTreeSet};

use sandbox::call::Route;
use serde_json::json;

use crate::caller::Caller;
use crate::{definitions, tour};

#[tokio::test]
async fn every_answer_of_every_route_is_as_defined() {
    let (caller, stops) = tour::take().await;
    let mut validators = BTreeMap::new();
    for stop in &stops {
        assert_eq!(stop.got.status, stop.status, "{}: {}", stop.what, stop.got.body);
        let correlation = stop.got.headers["inin-correlation-id"].to_str().unwrap();
        let validator = validators.entry(stop.ours).or_insert_with(|| definitions::validator(stop.ours));
        let complaints = definitions::complaints(validator, &stop.got.body);
        assert!(complaints.is_empty(), "{} is no {}: {complaints:#?}", stop.what, stop.ours);
        if stop.ours == "Error" {
            assert_eq!(
                (&stop.got.body["contextId"], &stop.got.body["status"]),
                (&json!(correlation), &json!(stop.status))
            );
        }
    }
    let counters = caller.counters().await;
    let visited: BTreeSet<&str> = counters["calls"].as_object().unwrap().keys().map(String::as_str).collect();
    let all: BTreeSet<&str> = Route::ALL.iter().chain([&Route::Unknown]).map(|route| route.name()).collect();
    assert_eq!(visited, all, "the tour leaves no route out");
}

#[tokio::test]
async fn what_no_definition_names_is_noticed() {
    let caller = Caller::start().await;
    let search = "/api/v2/gdpr/subjects?searchType=EMAIL&searchValue=uma.unknown%40example.com";
    let body = caller.get(search).await.body;
    let complaints = definitions::complaints(&definitions::validator("SubjectList"), &body);
    assert!(complaints.iter().any(|complaint| complaint.contains("/entities/1")), "{complaints:#?}");
}
