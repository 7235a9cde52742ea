//! Reports as an officer has them: requests that went their way through the service, and `dsr report` over its API.

use std::process::Output;
use std::time::Duration;

use reqwest::StatusCode;
use sandbox::options::{Options, Settings};
use serde_json::{Value, json};
use testbed::database::BOTH;
use testbed::installation::{Installation, Login};

use crate::service::{Service, dsr};

/// Runs `dsr report` as this client.
fn report(installation: &Installation, service: &Service<'_>, by: &Login, arguments: &[&str]) -> Output {
    let mut command = dsr(installation, &[&["report"], arguments].concat());
    command
        .env("DSR_API_URL", service.url())
        .env("DSR_CLIENT_ID", &by.id)
        .env("DSR_CLIENT_SECRET", &by.secret)
        .output()
        .unwrap()
}

fn text(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn json_of(output: &Output) -> Value {
    serde_json::from_str(&text(output)).unwrap()
}

#[tokio::test]
async fn what_went_through_the_service_is_in_every_report() {
    for kind in BOTH {
        let settings = Settings { export_takes: Duration::from_millis(200), ..Settings::default() };
        let installation = Installation::new(kind, Options { settings, ..Options::default() }).await;
        let mut service = Service::start(&installation, &[]).await;
        let by = &installation.filer;
        let body = |identity: Value| {
            json!({
                "controller": "acme", "right": "access", "regime": "eu_gdpr", "other_regimes": ["us_ca_ccpa"],
                "channel": "email", "identity": identity,
                "identifiers": [{ "kind": "email", "value": "maya.okafor@example.com" }],
            })
        };
        let proven = json!({ "method": "officer_word" });
        let (status, answered) = service.post(by, "/api/v1/requests", "answered", &body(proven)).await;
        assert_eq!(status, StatusCode::CREATED, "{answered}");
        let (_, refused) = service.post(by, "/api/v1/requests", "refused", &body(Value::Null)).await;
        let (_, open) = service.post(by, "/api/v1/requests", "open", &body(Value::Null)).await;
        let path = |request: &Value| format!("/api/v1/requests/{}", request["id"].as_str().unwrap());
        service.until(by, &path(&answered), "its plan", |it| it["status"] == "reviewing").await;
        service.approve(&installation.approver, &path(&answered), "approve").await;
        let ground = json!({ "code": "manifestly_unfounded", "basis": "GDPR Art. 12(5)", "reason": "as agreed" });
        let (status, told) = service.post(by, &format!("{}/refuse", path(&refused)), "refuse", &ground).await;
        assert_eq!(status, StatusCode::OK, "{told}");
        service.until(by, &path(&answered), "its answer", |it| it["status"] == "closed").await;

        let on = |arguments: &[&str]| report(&installation, &service, by, arguments);
        let register = json_of(&on(&["register", "--controller", "acme", "--json"]));
        let told = |line: &Value| {
            ["reference", "outcome", "refusal_code", "days_to_answer", "in_time_statutory"]
                .map(|name| line[name].to_string().replace('"', ""))
                .join(" ")
        };
        let reference = |request: &Value| request["reference"].as_str().unwrap().to_owned();
        let found: Vec<_> = register["items"].as_array().unwrap().iter().map(told).collect();
        assert_eq!(
            found,
            [
                format!("{} fulfilled null 0 true", reference(&answered)),
                format!("{} refused manifestly_unfounded 0 true", reference(&refused)),
                format!("{} null null null null", reference(&open)),
            ],
            "{kind:?}"
        );
        assert!(register["items"][0]["files"].as_u64() > Some(0) && register["items"][0]["jobs"].as_u64() > Some(0));

        let file = installation.database.folder.path().join("register.csv");
        let file = file.to_str().unwrap();
        let arguments = ["register", "--controller", "acme", "--out", file];
        text(&on(&arguments));
        let csv = std::fs::read_to_string(file).unwrap();
        assert_eq!(csv.matches("\r\n").count(), 4, "{csv}");
        assert!(!csv.contains("okafor"));
        let again = on(&arguments);
        assert!(!again.status.success() && std::fs::read_to_string(file).unwrap() == csv, "nothing is overwritten");

        let year = register["from"].as_str().unwrap()[..4].to_owned();
        let ccpa = json_of(&on(&["ccpa", "--controller", "acme", "--year", &year, "--json"]));
        let know = &ccpa["california"][2];
        assert_eq!((&know["type"], &know["received"], &know["denied_other"]), (&json!("know"), &json!(3), &json!(1)));
        assert_eq!((&know["complied_in_whole"], &know["open"]), (&json!(1), &json!(1)));

        let accountability = json_of(&on(&["accountability", "--controller", "acme", "--json"]));
        let total = &accountability["total"];
        assert_eq!((&total["answered"], &total["share_in_time_statutory"]), (&json!(2), &json!(1.0)));
        assert_eq!(total["refused_by_ground"], json!({ "manifestly_unfounded": 1 }));

        let forecast = json_of(&on(&["forecast", "--controller", "acme", "--json"]));
        assert_eq!(forecast["items"].as_array().unwrap().len(), 1);
        assert_eq!(forecast["items"][0]["reference"], open["reference"]);
        assert_eq!(forecast["items"][0]["waits_for"], json!(["identity"]));
        for (name, heading) in [("register", "Reference"), ("ccpa", "In whole"), ("accountability", "Overdue")] {
            let table = text(&on(&[name, "--controller", "acme"]));
            assert!(table.contains(heading), "{table}");
        }
        let table = text(&on(&["forecast", "--controller", "acme", "--all"]));
        assert!(table.contains(&reference(&open)) && table.contains("1 open: 1 in time"), "{table}");
        let nobody = on(&["register", "--controller", "nobody"]);
        assert_eq!(nobody.status.code(), Some(1));
        let twice = on(&["register", "--controller", "acme", "--csv", "--json"]);
        assert_eq!(twice.status.code(), Some(2));
    }
}
