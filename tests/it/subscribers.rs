//! `dsr subscriber`, the command: setting one up, trying it out, seeing what it was sent, changing, switching, removing it; and
//! the real process that tells it, past whatever proxy its environment names.

use std::time::Duration;

use sandbox::options::Population;
use serde_json::{Value, json};
use testbed::database::Kind;
use testbed::installation::Installation;
use testbed::platform::swift;
use testbed::receiver::Receiver;

use crate::service::{Service, dsr};

/// What a command said, and whether it went well.
struct Said {
    well: bool,
    out: String,
    err: String,
}

impl Said {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|_| panic!("no JSON: {} {}", self.out, self.err))
    }
}

fn run(installation: &Installation, arguments: &[&str]) -> Said {
    let done =
        dsr(installation, &[&["subscriber"], arguments].concat()).env("DSR_OUTBOUND_ALLOW", "127.0.0.1").output();
    let done = done.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said { well: done.status.success(), out: text(done.stdout), err: text(done.stderr) }
}

async fn until(what: &str, is: impl Fn() -> bool) {
    for _ in 0..2_000 {
        if is() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("waited for {what}");
}

async fn from_its_making_to_its_end(kind: Kind) {
    let installation = Installation::new(kind, swift(Population::Empty)).await;
    let (receiver, proxy) = (Receiver::start().await, Receiver::start().await);
    let mut environment = vec![("DSR_OUTBOUND_ALLOW", "127.0.0.1".to_owned())];
    for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        environment.push((name, proxy.url.clone()));
    }
    let mut service = Service::start_with(&installation, &[], environment).await;
    assert_eq!(service.get(&installation.filer, "/api/v1/requests").await.0, 200, "it is up");
    let dsr = |arguments: &[&str]| {
        let said = run(&installation, arguments);
        assert!(said.well, "{arguments:?}: {}", said.err);
        said
    };
    let refused = |arguments: &[&str], why: &str| {
        let said = run(&installation, arguments);
        assert!(!said.well && said.err.contains(why), "{arguments:?}: {} {}", said.out, said.err);
    };

    let new = ["add", "--controller", "acme", "--owner", "desk@acme.example"];
    let with = |more: &[&'static str]| [&new[..], more].concat();
    refused(&with(&["--url", "http://10.0.0.1/"]), "--url cannot be used");
    refused(&["add", "--controller", "acme", "--owner", "nobody", "--url", &receiver.url], "--owner cannot be used");
    refused(&["add", "--controller", "none", "--owner", "a@b.example", "--url", &receiver.url], "no controller `none`");
    let made = dsr(&[&new[..], &["--url", &receiver.url, "--description", "tickets", "--json"]].concat()).json();
    let (id, secret) = (made["id"].as_str().unwrap().to_owned(), made["secret"].as_str().unwrap().to_owned());
    assert!(secret.starts_with("whsec_"));
    let listed = dsr(&["list"]).out;
    assert!(listed.contains("tickets") && listed.contains("everything") && !listed.contains(&secret), "{listed}");
    assert_eq!(dsr(&["list", "--controller", "acme", "--json"]).json()[0]["url"], json!(receiver.url));

    let delivery = dsr(&["test", &id]).out.trim().to_owned();
    until("the test to arrive", || receiver.taken().len() == 1).await;
    let delivered = || dsr(&["log", &id, "--state", "delivered", "--json"]).json().as_array().unwrap().len() == 1;
    until("the log to say so", delivered).await;
    assert!(dsr(&["log", &id]).out.contains("dsr.test"));
    let one = dsr(&["log", &id, "--delivery", &delivery]).json();
    assert_eq!((&one["payload"]["type"], &one["attempts"][0]["status"]), (&json!("dsr.test"), &json!(204)));

    dsr(&["change", &id, "--type", "dsr.request.completed", "--owner", "other@acme.example"]);
    let shown = dsr(&["show", &id]).json();
    assert_eq!((&shown["types"], &shown["owner"]), (&json!(["dsr.request.completed"]), &json!("other@acme.example")));
    assert_eq!((&shown["warning"], shown.get("secret")), (&Value::Null, None));
    assert_eq!(dsr(&["change", &id, "--everything"]).json()["types"], json!([]));
    refused(&["change", &id, "--description", "two\nlines"], "--description cannot be used");
    assert!(dsr(&["rotate", &id, "--signs", "v1a"]).out.starts_with("whpk_"));
    for _ in 2..5 {
        dsr(&["rotate", &id]);
    }
    refused(&["rotate", &id], "5 keys sign already");

    dsr(&["disable", &id]);
    assert_eq!(dsr(&["show", &id]).json()["disabled_for"], "decided");
    refused(&["test", &id], "disabled");
    dsr(&["enable", &id]);
    let replayed = dsr(&["replay", &id, "--since", "2000-01-01T00:00:00Z", "--all"]).out;
    assert!(replayed.starts_with("1 messages"), "{replayed}");
    until("the test to arrive once more", || receiver.taken().len() == 2).await;
    let ids: Vec<_> = receiver.taken().iter().map(|it| it.header("webhook-id").to_owned()).collect();
    assert_eq!(ids[0], ids[1]);

    dsr(&["remove", &id]);
    refused(&["show", &id], "no subscriber");
    assert_eq!(proxy.taken(), [], "no proxy of the environment is heeded");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscriber_by_command_from_its_making_to_its_end_on_sqlite() {
    from_its_making_to_its_end(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscriber_by_command_from_its_making_to_its_end_on_postgresql() {
    from_its_making_to_its_end(Kind::Postgres).await;
}
