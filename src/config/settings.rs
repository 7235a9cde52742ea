//! Every setting there is: its name in the file, its environment variable, its default. And the reading of given values,
//! which remembers where each came from, so that a wrong one is named with its source.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

/// One setting.
#[derive(Debug)]
pub struct Setting {
    /// Its name in the file, `section.name`.
    pub name: &'static str,
    /// Its environment variable.
    pub env: &'static str,
    /// Its value when nobody gives one; none where another setting or the command decides.
    pub default: Option<&'static str>,
    /// What it means, in one line.
    pub meaning: &'static str,
}

macro_rules! settings {
    ($($id:ident = $name:literal, $env:literal, $default:expr, $meaning:literal;)+) => {
        $(#[doc = $meaning] pub const $id: Setting =
            Setting { name: $name, env: $env, default: $default, meaning: $meaning };)+
        /// All settings, in the order of the file.
        pub const ALL: &[&Setting] = &[$(&$id),+];
    };
}

settings! {
    DATA_DIR = "data_dir", "DSR_DATA_DIR", Some("./data"),
        "Where the embedded database, its key file and the artifacts lie.";
    DATABASE_URL = "database.url", "DSR_DATABASE_URL", None,
        "sqlite://path or postgres://user:password@host/name. Default: <data_dir>/dsr.db.";
    DATABASE_CONNECTIONS = "database.connections", "DSR_DATABASE_CONNECTIONS", Some("10"),
        "How many connections one process may hold.";
    DATABASE_MIGRATE = "database.migrate", "DSR_DATABASE_MIGRATE", Some("true"),
        "Whether serve and work bring the schema up to date when they start.";
    KEY_FILE = "key.file", "DSR_KEY_FILE", None,
        "The installation key, mode 0600. Default: <data_dir>/installation.key, made at the first start (SQLite only).";
    ARTIFACTS_DIR = "artifacts.dir", "DSR_ARTIFACTS_DIR", None,
        "Where exports lie, encrypted. Default: <data_dir>/artifacts.";
    API_BIND = "api.bind", "DSR_API_BIND", Some("127.0.0.1:8080"),
        "Where the API listens.";
    API_BODY_LIMIT = "api.body_limit", "DSR_API_BODY_LIMIT", Some("256 KiB"),
        "The largest body the API takes.";
    API_REQUEST_TIMEOUT = "api.request_timeout", "DSR_API_REQUEST_TIMEOUT", Some("30s"),
        "How long the API works on one call.";
    API_RATE_PER_MINUTE = "api.rate_per_minute", "DSR_API_RATE_PER_MINUTE", Some("600"),
        "Calls a minute that one client may make.";
    API_TOKEN_RATE_PER_MINUTE = "api.token_rate_per_minute", "DSR_API_TOKEN_RATE_PER_MINUTE", Some("60"),
        "Calls a minute to /oauth/token from one address, and as many attempts to sign in to the console.";
    API_IDENTITY_RATE_PER_MINUTE = "api.identity_rate_per_minute", "DSR_API_IDENTITY_RATE_PER_MINUTE", Some("120"),
        "Looks a minute at links that prove an identity, from one address.";
    API_WEBHOOK_RATE_PER_MINUTE = "api.webhook_rate_per_minute", "DSR_API_WEBHOOK_RATE_PER_MINUTE", Some("6000"),
        "Calls a minute to /webhooks/ from one address, whoever makes them.";
    API_WEBHOOK_MEMORY = "api.webhook_memory", "DSR_API_WEBHOOK_MEMORY", Some("64 MiB"),
        "Bytes of bodies of such calls that are held at once; from one address half of it.";
    API_MAX_CONNECTIONS = "api.max_connections", "DSR_API_MAX_CONNECTIONS", Some("12000"),
        "Connections that are open at once; more wait to be accepted.";
    API_THREADS = "api.threads", "DSR_API_THREADS", Some("2"),
        "Threads that answer calls.";
    API_HSTS = "api.hsts", "DSR_API_HSTS", Some("false"),
        "Whether browsers are told to come by TLS only; for servers behind a TLS proxy.";
    WORKER_CONCURRENCY = "worker.concurrency", "DSR_WORKER_CONCURRENCY", Some("8"),
        "Steps that one worker runs at once.";
    WORKER_LEASE = "worker.lease", "DSR_WORKER_LEASE", Some("1m"),
        "How long a dead worker's steps wait before another takes over.";
    WORKER_IDLE_POLL = "worker.idle_poll", "DSR_WORKER_IDLE_POLL", Some("500ms"),
        "How often a worker looks for due steps when there are none.";
    WORKER_COMMENT_WAIT = "worker.comment_wait", "DSR_WORKER_COMMENT_WAIT", Some("2m"),
        "How long a ticketing system may be at work on a comment whose answer was lost.";
    WORKER_RETRY_AFTER = "worker.retry_after", "DSR_WORKER_RETRY_AFTER", Some("2s"),
        "The first wait before a failed step is tried again; it doubles up to ten minutes.";
    WORKER_MAX_ATTEMPTS = "worker.max_attempts", "DSR_WORKER_MAX_ATTEMPTS", Some("8"),
        "How often a step may fail before it is set aside and a person is asked.";
    WORKER_CHAIN_EVERY = "worker.chain_every", "DSR_WORKER_CHAIN_EVERY", Some("5s"),
        "How often new events are linked into the audit chain.";
    WORKER_ARTIFACT_LIMIT = "worker.artifact_limit", "DSR_WORKER_ARTIFACT_LIMIT", Some("4 GiB"),
        "The largest file of an export that is taken.";
    WORKER_PLAIN_HTTP = "worker.plain_http", "DSR_WORKER_PLAIN_HTTP", Some("false"),
        "Whether the platform may be spoken to over plain http on another machine; only for a stand-in.";
    MAIL_TRANSPORT = "mail.transport", "DSR_MAIL_TRANSPORT", Some("files"),
        "How letters leave: files, one .eml each, or smtp. Whether any are written is each controller's policy.";
    MAIL_FOLDER = "mail.folder", "DSR_MAIL_FOLDER", None,
        "The folder of those files. Default: <data_dir>/mail.";
    MAIL_HOST = "mail.host", "DSR_MAIL_HOST", None,
        "The mail server, by the name that its certificate bears.";
    MAIL_PORT = "mail.port", "DSR_MAIL_PORT", None,
        "Its port. Default: 587 for starttls, 465 for tls, 25 for none.";
    MAIL_TLS = "mail.tls", "DSR_MAIL_TLS", Some("starttls"),
        "starttls, tls, or none, which is for a mail server on this machine only.";
    MAIL_USER = "mail.user", "DSR_MAIL_USER", None,
        "Whom to sign in as. Without a user nobody signs in.";
    MAIL_PASSWORD = "mail.password", "DSR_MAIL_PASSWORD", None,
        "The password.";
    MAIL_CA_FILE = "mail.ca_file", "DSR_MAIL_CA_FILE", None,
        "A certificate (PEM) to trust for the mail server besides those of this machine.";
    MAIL_TIMEOUT = "mail.timeout", "DSR_MAIL_TIMEOUT", Some("30s"),
        "How long the mail server may take to answer one command.";
    MAIL_GIVE_UP_AFTER = "mail.give_up_after", "DSR_MAIL_GIVE_UP_AFTER", Some("5d"),
        "How long a letter that the mail server puts off is tried.";
    MAIL_FROM = "mail.from", "DSR_MAIL_FROM", None,
        "The address that letters come from; needed for smtp.";
    MAIL_REPLY_TO = "mail.reply_to", "DSR_MAIL_REPLY_TO", None,
        "The address that answers go to. Default: the one letters come from.";
    MAIL_PUBLIC_URL = "mail.public_url", "DSR_MAIL_PUBLIC_URL", None,
        "Where people reach this service, for links in letters: https, and no path after the host is needed.";
    OIDC_ISSUER = "oidc.issuer", "DSR_OIDC_ISSUER", None,
        "The organisation's OpenID provider, by which officers may sign in, as it names itself.";
    OIDC_CLIENT_ID = "oidc.client_id", "DSR_OIDC_CLIENT_ID", None,
        "Who we are there.";
    OIDC_CLIENT_SECRET = "oidc.client_secret", "DSR_OIDC_CLIENT_SECRET", None,
        "What we prove it by.";
    OIDC_NAME = "oidc.name", "DSR_OIDC_NAME", None,
        "What people call it, for the button: Sign in with … Default: your organisation.";
    OIDC_SCOPES = "oidc.scopes", "DSR_OIDC_SCOPES", Some("openid email profile"),
        "What we ask to be told, by spaces.";
    OIDC_ADMIT = "oidc.admit", "DSR_OIDC_ADMIT", Some("known"),
        "known: officers who were added here; mapped: also whoever is in a group of oidc.roles, added as they come.";
    OIDC_TRUST_EMAIL = "oidc.trust_email", "DSR_OIDC_TRUST_EMAIL", Some("false"),
        "Whether addresses count of which it does not say that they are verified; only where nobody there can enter their own.";
    OIDC_GROUPS_CLAIM = "oidc.groups_claim", "DSR_OIDC_GROUPS_CLAIM", Some("groups"),
        "The claim that names somebody's groups: its name, or a JSON pointer such as /realm_access/roles.";
    OIDC_ROLES = "oidc.roles", "DSR_OIDC_ROLES", None,
        "Groups and the roles they give, by ; or lines: privacy = officer@acme, approver@beta; it = administrator@*. Then roles follow.";
    OIDC_SECOND_FACTOR_ACR = "oidc.second_factor_acr", "DSR_OIDC_SECOND_FACTOR_ACR", None,
        "Values of acr that stand for a second factor given there, by spaces; they are asked for. Without, ours is asked for.";
    OIDC_SECOND_FACTOR_AMR = "oidc.second_factor_amr", "DSR_OIDC_SECOND_FACTOR_AMR", None,
        "Values of amr that stand for a second factor given there, such as mfa, by spaces.";
    OIDC_MAX_AGE = "oidc.max_age", "DSR_OIDC_MAX_AGE", None,
        "How long ago somebody may have signed in there; the provider must then tell when it was.";
    OUTBOUND_ALLOW = "outbound.allow", "DSR_OUTBOUND_ALLOW", None,
        "Subnets and hosts of one's own network that ticketing systems and subscribers may be called at, by commas.";
    LOG_FILTER = "log.filter", "DSR_LOG", None,
        "What is logged, such as info or worker=debug,api=warn. Default: RUST_LOG, else info for dsr itself.";
    LOG_FORMAT = "log.format", "DSR_LOG_FORMAT", Some("text"),
        "text, or json: one object a line.";
}

/// The environment variable of the installation key itself. It has no name in the file: a file is read by too many.
pub const KEY_ENV: &str = "DSR_INSTALLATION_KEY";

/// Variables that are ours without being settings.
const OTHERS: [&str; 6] =
    [KEY_ENV, "DSR_CONFIG", "DSR_API_URL", "DSR_CLIENT_ID", "DSR_CLIENT_SECRET", "DSR_PLATFORM_SECRET"];
/// What the project's own scripts use.
const SCRIPTS: [&str; 2] = ["DSR_TEST_", "DSR_CI_"];

/// The names among these that begin as ours do, and mean nothing.
pub fn unknown(names: impl Iterator<Item = String>) -> Vec<String> {
    let is_known = |name: &str| ALL.iter().any(|setting| setting.env == name) || OTHERS.contains(&name);
    names
        .filter(|name| name.starts_with("DSR_") && !SCRIPTS.iter().any(|start| name.starts_with(start)))
        .filter(|name| !is_known(name))
        .collect()
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Nobody gave one.
    Default,
    /// The configuration file.
    File(PathBuf),
    /// The environment variable.
    Env(&'static str),
    /// An argument of the command.
    Flag(&'static str),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Env(name) => f.write_str(name),
            Self::Flag(name) => f.write_str(name),
        }
    }
}

/// A value as it was given. It may be a secret, so it does not print.
#[derive(Clone)]
pub struct Given {
    /// Its text.
    pub text: String,
    /// Where it came from.
    pub source: Source,
}

impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "given by {}", self.source)
    }
}

/// All given values, and what is wrong with them.
#[derive(Debug, Default)]
pub struct Reader {
    given: BTreeMap<&'static str, Given>,
    /// What is wrong, one sentence each, with its source.
    pub problems: Vec<String>,
}

impl Reader {
    /// Takes the values of a configuration file.
    pub fn take_file(&mut self, path: &Path, text: &str) {
        let table = match text.parse::<Table>() {
            Ok(table) => table,
            Err(error) => {
                let (line, column) = error.span().map_or((1, 1), |span| place(text, span.start));
                // The message may quote the line, and the line may hold a password.
                self.problems.push(format!("{}, line {line}, column {column}: this is not TOML", path.display()));
                return;
            }
        };
        self.take_table(path, "", &table);
    }

    fn take_table(&mut self, path: &Path, prefix: &str, table: &Table) {
        for (key, value) in table {
            let name = format!("{prefix}{key}");
            let setting = ALL.iter().find(|setting| setting.name == name);
            let text = match (setting, value) {
                (None, Value::Table(section)) if prefix.is_empty() && is_section(key) => {
                    self.take_table(path, &format!("{key}."), section);
                    continue;
                }
                (None, _) => {
                    self.problems.push(format!("{}: `{name}` is no setting; {}", path.display(), known(prefix)));
                    continue;
                }
                (Some(_), Value::String(text)) => text.clone(),
                (Some(_), Value::Integer(number)) => number.to_string(),
                (Some(_), Value::Boolean(flag)) => flag.to_string(),
                (Some(_), _) => {
                    self.problems.push(format!("{}: `{name}` must be text, a number or a truth value", path.display()));
                    continue;
                }
            };
            if let Some(setting) = setting {
                self.given.insert(setting.name, Given { text, source: Source::File(path.to_owned()) });
            }
        }
    }

    /// Takes a value that stands above the file: from the environment, or from an argument.
    pub fn take(&mut self, setting: &Setting, text: String, source: Source) {
        self.given.insert(setting.name, Given { text, source });
    }

    /// What was given for a setting, or its default.
    pub fn given(&self, setting: &Setting) -> Option<Given> {
        let default = || setting.default.map(|text| Given { text: text.to_owned(), source: Source::Default });
        self.given.get(setting.name).cloned().or_else(default)
    }

    /// Reads a setting, if there is a value and it makes sense; otherwise what is wrong is noted.
    pub fn read<T>(&mut self, setting: &Setting, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let given = self.given(setting)?;
        match parse(&given.text) {
            Ok(value) => Some(value),
            Err(expected) => {
                // What was given is not repeated: it may be a password in the wrong place.
                self.problems.push(format!("{}: `{}` is not understood; {expected}", given.source, setting.name));
                None
            }
        }
    }
}

fn is_section(key: &str) -> bool {
    ALL.iter().any(|setting| setting.name.split_once('.').is_some_and(|(section, _)| section == key))
}

fn known(prefix: &str) -> String {
    let names: Vec<_> = ALL.iter().filter_map(|setting| setting.name.strip_prefix(prefix)).collect();
    format!("known are {}", names.join(", "))
}

fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
    (line, column)
}
