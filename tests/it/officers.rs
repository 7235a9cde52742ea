//! `dsr officer` from the outside: the real command, and what an officer can do after it.

use std::io::Write;
use std::process::{Output, Stdio};

use entities::officer::session::Standing;
use entities::officer::{invitation, sign_in};
use rstest::rstest;
use sandbox::options::Options;
use secrecy::SecretString;
use serde_json::{Value, json};
use testbed::database::Kind::{self, Postgres, Sqlite};
use testbed::installation::Installation;

const PASSWORD: &str = "a long walk by the sea";

/// Runs the command, with this on its standard input.
fn dsr(installation: &Installation, arguments: &[&str], input: &str) -> Output {
    let mut command = installation.command(env!("CARGO_BIN_EXE_dsr"), arguments);
    command.env("DSR_MAIL_PUBLIC_URL", "https://privacy.example.com");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let fed = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    // A command that has read nothing has ended before it was fed.
    assert!(fed.is_ok() || input.is_empty() || !output.status.success());
    output
}

fn said(installation: &Installation, arguments: &[&str]) -> String {
    let output = dsr(installation, arguments, "");
    assert!(output.status.success(), "dsr {}\n{}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn refused(installation: &Installation, arguments: &[&str], input: &str) -> String {
    let output = dsr(installation, arguments, input);
    assert!(!output.status.success(), "dsr {}", arguments.join(" "));
    String::from_utf8(output.stderr).unwrap()
}

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_officer_is_added_invited_and_managed_at_the_command_line(#[values(Sqlite, Postgres)] on: Kind) {
    let world = Installation::new(on, Options::default()).await;
    let ada = ["--login", "Ada@example.com", "--name", "Ada Adler", "--language", "de"];
    let add = ["officer", "add", "--role", "officer", "--controller", "acme"];
    let link = said(&world, &[&add[..], &ada].concat());
    let token = link.trim().strip_prefix("https://privacy.example.com/console/invitation/").unwrap();
    let (visitor, password) = (Default::default(), SecretString::from(PASSWORD));
    let opened = invitation::accept(&world.store, token, &password, &visitor).await.unwrap();
    assert_eq!(opened.standing, Standing::Enrolment);

    assert_eq!(
        said(&world, &["officer", "role", "grant", "ada@example.com", "--role", "approver", "--everywhere"]),
        "Granted 1 role(s); the officer's sessions end.\n"
    );
    let shown = read(&said(&world, &["officer", "show", "ada@example.com"]));
    let roles = json!([{ "role": "approver", "everywhere": true }, { "role": "officer", "controller": "acme" }]);
    assert_eq!((&shown["roles"], &shown["language"]), (&roles, &json!("de")));
    assert_eq!((&shown["password"], &shown["second_factor"]), (&json!(true), &json!(false)));
    assert!(!shown.to_string().contains("argon2"), "{shown}");
    let listed = said(&world, &["officer", "list"]);
    assert!(listed.contains("approver (everywhere), officer (acme)"), "{listed}");
    assert!(!said(&world, &["client", "list"]).contains("Ada"), "she is no client of the API");

    assert_eq!(
        said(&world, &["officer", "sessions", "ada@example.com", "--json"]).trim(),
        "[]",
        "her roles have changed"
    );
    assert!(sign_in::password(&world.store, "ada@example.com", &password, &visitor).await.unwrap().is_some());
    let sessions = read(&said(&world, &["officer", "sessions", "ada@example.com", "--json"]));
    let session = sessions[0]["id"].as_str().unwrap();
    said(&world, &["officer", "sign-out", "ada@example.com", "--session", session]);
    let again = refused(&world, &["officer", "sign-out", "ada@example.com", "--session", session], "");
    assert!(again.contains("has no session"), "{again}");

    said(&world, &["officer", "disable", "ada@example.com"]);
    let tries = || sign_in::password(&world.store, "ada@example.com", &password, &visitor);
    assert!(tries().await.unwrap().is_none());
    said(&world, &["officer", "enable", "ada@example.com"]);
    assert!(tries().await.unwrap().is_some());
    let reset = said(&world, &["officer", "reset-password", "ada@example.com"]);
    assert!(reset.starts_with("https://privacy.example.com/console/invitation/dsr_invitation_"), "{reset}");
    assert!(tries().await.unwrap().is_none());
    said(&world, &["officer", "reset-second-factor", "ada@example.com"]);

    let taken = refused(&world, &[&add[..], &ada].concat(), "");
    assert!(taken.contains("there is an officer with this address already"), "{taken}");
    let unknown = refused(&world, &["officer", "show", "bea@example.com"], "");
    assert!(unknown.contains("there is no officer `bea@example.com`"), "{unknown}");
    let nowhere =
        refused(&world, &["officer", "add", "--login", "b@example.com", "--name", "B", "--role", "officer"], "");
    assert!(nowhere.contains("--everywhere"), "{nowhere}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_script_sets_the_password_at_once(#[values(Sqlite, Postgres)] on: Kind) {
    let world = Installation::new(on, Options::default()).await;
    let add = ["officer", "add", "--login", "ada@example.com", "--name", "Ada Adler", "--role", "officer"];
    let add = [&add[..], &["--everywhere", "--password-stdin", "--json"]].concat();
    for (weak, why) in [("", "no password"), ("short\n", "at least 12"), ("passwordpassword\n", "guessers try")] {
        let said = refused(&world, &add, weak);
        assert!(said.contains(why), "{said}");
    }
    let output = dsr(&world, &add, &format!("{PASSWORD}\n"));
    let made = read(std::str::from_utf8(&output.stdout).unwrap());
    assert_eq!((&made["password"], &made["invitation"]), (&json!(true), &Value::Null));
    let password = SecretString::from(PASSWORD);
    let opened = sign_in::password(&world.store, "ada@example.com", &password, &Default::default()).await.unwrap();
    assert_eq!(opened.unwrap().standing, Standing::Enrolment);
}
