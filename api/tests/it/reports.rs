//! Reports over HTTP: whose they are, in which form, and what is refused.

use entities::client::scope::Scope;
use reqwest::Method;
use serde_json::json;

use crate::world::{Answer, World, access, with};

const REGISTER: &str = "/api/v1/reports/register";

fn received(controller: &str, at: &str) -> serde_json::Value {
    with(access(), json!({ "controller": controller, "received_at": at }))
}

#[tokio::test]
async fn the_register_is_one_controllers_and_comes_in_two_forms() {
    let world = World::start().await;
    let officer = world.client(Scope::ALL, &[&world.acme, &world.beta]).await;
    let first = world.file(&officer, received("acme", "2026-01-05T10:00:00Z")).await;
    world.file(&officer, received("beta", "2026-01-06T10:00:00Z")).await;
    let second = world.file(&officer, received("acme", "2026-03-05T10:00:00Z")).await;
    let json = world.get(&officer, &format!("{REGISTER}?controller=acme&year=2026")).await;
    assert_eq!((json.status.as_u16(), json.header("content-type")), (200, Some("application/json")), "{}", json.text);
    let ids: Vec<_> = json.body["items"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [&first, &second]);
    assert_eq!(
        (&json.body["controller"], &json.body["time_zone"], &json.body["from"], &json.body["to"]),
        (&json!("acme"), &json!("Europe/Dublin"), &json!("2026-01-01"), &json!("2026-12-31"))
    );
    assert!(!json.text.contains("ada@example.com"));

    let csv =
        world.get(&officer, &format!("{REGISTER}?controller=acme&from=2026-03-05&to=2026-03-05&format=csv")).await;
    assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8"));
    let disposition = "attachment; filename=\"register-acme-2026-03-05-2026-03-05.csv\"";
    assert_eq!(csv.header("content-disposition"), Some(disposition));
    let lines: Vec<_> = csv.text.split_terminator("\r\n").collect();
    assert!(
        lines.len() == 2 && lines[0].starts_with("id,reference,right,") && lines[1].starts_with(&second),
        "{lines:?}"
    );

    let asked = world.call(&officer, Method::HEAD, &format!("{REGISTER}?controller=acme&year=2026"));
    let asked = Answer::of(asked).await;
    assert_eq!((asked.status.as_u16(), asked.text.as_str()), (200, ""));
    let none = world.get(&officer, &format!("{REGISTER}?controller=acme&year=2001")).await;
    assert_eq!(none.body["items"], json!([]));
    let none = world.get(&officer, &format!("{REGISTER}?controller=acme&year=2001&format=csv")).await;
    assert_eq!(none.text.matches("\r\n").count(), 1);
}

#[tokio::test]
async fn a_controller_out_of_reach_has_no_reports() {
    let world = World::start().await;
    let officer = world.officer().await;
    let other = world.client(Scope::ALL, &[&world.beta]).await;
    world.file(&officer, received("acme", "2026-01-05T10:00:00Z")).await;
    for report in REPORTS {
        let of_acme = format!("/api/v1/reports/{report}?controller=acme&year=2026")
            .replace("forecast?controller=acme&year=2026", "forecast?controller=acme");
        assert_eq!(world.get(&officer, &of_acme).await.status, 200, "{report}");
        world.get(&other, &of_acme).await.is_problem(404, "not_found");
        world.get(&officer, &of_acme.replace("acme", "nobody")).await.is_problem(404, "not_found");
    }
}

#[tokio::test]
async fn a_report_needs_its_scope() {
    let world = World::start().await;
    let lacking: Vec<_> = Scope::ALL.iter().copied().filter(|scope| *scope != Scope::ReportsRead).collect();
    let lacking = world.client(&lacking, &[&world.acme]).await;
    for report in REPORTS {
        let answer = world.get(&lacking, &format!("/api/v1/reports/{report}?controller=acme")).await;
        answer.is_problem(403, "insufficient_scope");
    }
}

#[tokio::test]
async fn what_is_asked_for_wrongly_is_refused_where_it_is_wrong() {
    let world = World::start().await;
    let officer = world.officer().await;
    for (query, field) in [
        ("", "controller"),
        ("?year=2026", "controller"),
        ("?controller=acme&format=xlsx", "format"),
        ("?controller=acme&format=", "format"),
        ("?controller=acme&year=26", "year"),
        ("?controller=acme&year=2026&from=2026-01-01", "year"),
        ("?controller=acme&to=2026-01-01", "from"),
        ("?controller=acme&from=2026-02-30", "from"),
        ("?controller=acme&from=2026-03-01&to=2026-02-01", "to"),
    ] {
        let answer = world.get(&officer, &format!("{REGISTER}{query}")).await;
        answer.is_problem(400, "invalid_parameter");
        assert_eq!(answer.body["field"], field, "{query}");
    }
    for report in REPORTS {
        let path = format!("/api/v1/reports/{report}?controller=acme");
        world.get(&officer, &format!("{path}&zzyzx=1")).await.is_problem(400, "unknown_parameter");
        world.get(&officer, &format!("{path}&controller=beta")).await.is_problem(400, "invalid_parameter");
    }
}

const REPORTS: [&str; 4] = ["register", "ccpa", "accountability", "forecast"];
