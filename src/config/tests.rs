//! What the configuration takes, refuses and shows.

use std::path::Path;

use secrecy::ExposeSecret;

use super::*;

fn read(file: &str, env: &[(&str, &str)], flags: &Flags) -> Result<Config, BadConfig> {
    let path = Path::new("dsr.toml");
    let file = (!file.is_empty()).then_some((path, file));
    let look = |name: &str| env.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    Config::read(file, &look, flags)
}

fn problems(file: &str, env: &[(&str, &str)]) -> Vec<String> {
    read(file, env, &Flags::default()).unwrap_err().problems
}

#[test]
fn nothing_given_is_an_embedded_installation_in_the_data_directory() {
    let config = read("", &[], &Flags::default()).unwrap();
    assert_eq!(config.database.url.expose_secret(), "sqlite://./data/dsr.db");
    assert_eq!(config.artifacts, Path::new("./data/artifacts"));
    assert!(
        matches!(config.key, Key::File { path, may_be_made: true } if path == Path::new("./data/installation.key"))
    );
    assert!(config.database.migrate && !config.log.json);
}

#[test]
fn arguments_beat_the_environment_which_beats_the_file() {
    let file = "data_dir = '/from/file'\n[api]\nbind = '0.0.0.0:1'\nrequest_timeout = '5s'\n";
    let env = [("DSR_DATA_DIR", "/from/env"), ("DSR_API_BIND", "0.0.0.0:2")];
    let flags = Flags { data_dir: Some("/from/flag".into()), ..Flags::default() };
    let config = read(file, &env, &flags).unwrap();
    assert_eq!(config.artifacts, Path::new("/from/flag/artifacts"));
    assert_eq!(config.api.bind.port(), 2);
    assert_eq!(config.api.request_timeout, Duration::from_secs(5));
}

#[test]
fn all_that_is_wrong_is_said_at_once_and_with_its_source() {
    let file = "data-dir = 'x'\n[api]\nbnid = 1\nthreads = [2]\n[database]\nconnections = 0\n[log]\nformat = 'xml'\n";
    let found = problems(file, &[("DSR_API_REQUEST_TIMEOUT", "30"), ("DSR_DATABASE_URL", "mysql://u:hunter2@h/d")]);
    for expected in [
        "dsr.toml: `data-dir` is no setting; known are data_dir, ",
        "dsr.toml: `api.bnid` is no setting; known are bind, body_limit",
        "dsr.toml: `api.threads` must be text, a number or a truth value",
        "dsr.toml: `database.connections` is not understood; a number from 1 to 1000",
        "dsr.toml: `log.format` is not understood; `text` or `json`",
        "DSR_API_REQUEST_TIMEOUT: `api.request_timeout` is not understood; a duration is written like",
        "DSR_DATABASE_URL: `database.url` is not understood",
    ] {
        assert!(found.iter().any(|problem| problem.starts_with(expected)), "{expected}\nis not in {found:#?}");
    }
    assert_eq!(found.len(), 7);
    assert!(!found.concat().contains("hunter2"));
}

#[test]
fn a_file_that_is_not_toml_is_told_by_its_place_and_not_by_its_content() {
    let found = problems("[database]\nurl = postgres://u:hunter2@h/d\n", &[]);
    assert_eq!(found, ["dsr.toml, line 2, column 7: this is not TOML"]);
}

#[test]
fn a_server_database_never_has_its_key_made_up() {
    let url = ("DSR_DATABASE_URL", "postgres://dsr:hunter2@db.example.com/dsr");
    assert!(matches!(read("", &[url], &Flags::default()).unwrap().key, Key::Missing));
    let config = read("", &[url, ("DSR_KEY_FILE", "/etc/dsr/key")], &Flags::default()).unwrap();
    assert!(matches!(config.key, Key::File { may_be_made: false, .. }));
    let both = problems("", &[url, ("DSR_KEY_FILE", "/etc/dsr/key"), ("DSR_INSTALLATION_KEY", "dsr1.a.b")]);
    assert!(both[0].contains("are both given"), "{both:?}");
}

#[test]
fn what_is_shown_hides_secrets_and_reads_back() {
    let env = [
        ("DSR_DATABASE_URL", "postgres://dsr:hunter2@db.example.com/dsr"),
        ("DSR_INSTALLATION_KEY", "dsr1.00000000.secret"),
        ("DSR_API_RATE_PER_MINUTE", "77"),
    ];
    let shown = read("[log]\nformat = 'json'\n", &env, &Flags::default()).unwrap().print();
    assert!(!shown.contains("hunter2") && !shown.contains("secret.") && !shown.contains("dsr1."), "{shown}");
    assert!(shown.contains("postgres://dsr:********@db.example.com/dsr"), "{shown}");
    assert!(shown.contains("# DSR_API_RATE_PER_MINUTE") && shown.contains("# dsr.toml"), "{shown}");
    let again = read(&shown, &[], &Flags::default()).unwrap();
    assert_eq!(again.api.rate_per_minute, 77);
    assert!(again.log.json);
}

#[test]
fn a_mistyped_variable_is_noticed() {
    let names = ["DSR_API_BIND", "DSR_API_BIDN", "DSR_CLIENT_ID", "DSR_TEST_POSTGRES_URL", "HOME"];
    assert_eq!(settings::unknown(names.map(str::to_owned).into_iter()), ["DSR_API_BIDN"]);
}

#[test]
fn letters_go_to_files_until_a_mail_server_is_given_whole() {
    let config = read("data_dir = '/d'\n", &[], &Flags::default()).unwrap();
    assert!(matches!(config.mail.config.transport, Transport::Files(folder) if folder == Path::new("/d/mail")));
    let found = problems("[mail]\ntransport = 'smtp'\nuser = 'dsr'\n", &[]);
    for expected in ["`mail.host` is not given", "`mail.from` is not given", "given together or not at all"] {
        assert!(found.iter().any(|problem| problem.contains(expected)), "{expected}\nis not in {found:#?}");
    }
    let file = "[mail]\ntransport = 'smtp'\nhost = 'mail.example.com'\ntls = 'tls'\nfrom = 'privacy@example.com'\nuser = 'dsr'\n";
    let config = read(file, &[("DSR_MAIL_PASSWORD", "hunter2")], &Flags::default()).unwrap();
    let Transport::Smtp(server) = &config.mail.config.transport else { panic!("{:?}", config.mail) };
    assert_eq!((server.port, server.login.as_ref().map(|login| login.0.as_str())), (465, Some("dsr")));
    assert!(!format!("{config:?}").contains("hunter2") && !config.print().contains("hunter2"));
}

#[test]
fn letters_and_links_travel_in_the_clear_on_this_machine_only() {
    let to = |host: &str| format!("[mail]\nhost = '{host}'\ntls = 'none'\npublic_url = 'http://{host}'\n");
    assert!(read(&to("127.0.0.1"), &[], &Flags::default()).is_ok());
    let found = problems(&to("mail.example.com"), &[]);
    assert!(found.len() == 2 && found.concat().contains("would go in the clear"), "{found:?}");
    let found = problems("[mail]\nfrom = 'Ada <ada@example.com>'\nport = 0\n", &[]);
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn a_provider_is_given_whole_and_its_secret_is_not_shown() {
    assert!(read("", &[], &Flags::default()).unwrap().oidc.is_none());
    let file = "[mail]\npublic_url = 'https://privacy.example.com'\n[oidc]\nissuer = 'https://login.example.com/'\n\
                client_id = 'dsr'\nroles = \"\"\"\nprivacy = officer@acme\nit = administrator@*\n\"\"\"\nadmit = 'mapped'\n";
    let config = read(file, &[("DSR_OIDC_CLIENT_SECRET", "hunter2")], &Flags::default()).unwrap();
    let oidc = config.oidc.as_ref().unwrap();
    assert_eq!(oidc.settings.issuer, "https://login.example.com/", "to the letter");
    assert_eq!(oidc.settings.scopes, ["openid", "email", "profile"]);
    assert!(!oidc.settings.trust_email && oidc.settings.second_factor_acr.is_empty());
    assert_eq!(oidc.rules.mapping.as_ref().unwrap().slugs().into_iter().collect::<Vec<_>>(), ["acme"]);
    let shown = config.print();
    assert!(!shown.contains("hunter2") && !format!("{config:?}").contains("hunter2"), "{shown}");
    let again = read(&shown, &[], &Flags::default()).unwrap();
    assert_eq!(again.oidc.unwrap().rules, oidc.rules);

    let found = problems(
        "[oidc]\nissuer = 'http://login.example.com'\nadmit = 'all'\nscopes = 'email'\nroles = 'privacy'\n",
        &[],
    );
    for expected in [
        "dsr.toml: `oidc.issuer` is not understood",
        "dsr.toml: `oidc.admit` is not understood",
        "dsr.toml: `oidc.scopes` is not understood",
        "dsr.toml: `oidc.roles` is not understood",
        "the section `[oidc]` needs `oidc.client_id`",
        "the section `[oidc]` needs `oidc.client_secret`",
        "the section `[oidc]` needs `mail.public_url`",
    ] {
        assert!(found.iter().any(|problem| problem.starts_with(expected)), "{expected}\nis not in {found:#?}");
    }
    assert!(problems("[oidc]\nadmit = 'mapped'\n", &[])[0].contains("nobody's roles"));
}
