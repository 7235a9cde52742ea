//! The configuration: one TOML file and `DSR_…` environment variables, read once, checked as a whole.
//!
//! An argument of the command beats the environment, the environment beats the file, the file beats the default. What is
//! wrong is reported all at once, each with its source, and nothing starts.

pub mod mail;
pub mod oidc;
pub mod settings;
pub mod units;

use std::fmt::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use egress::allow::Allowed;
use secrecy::SecretString;
use url::Url;
use worker::mail::config::Transport;

use self::mail::Mail;
use self::oidc::Oidc;
use self::settings::{Reader, Setting, Source};
use self::units::{duration, size};

/// Arguments that every command takes.
#[derive(Args, Clone, Debug, Default)]
pub struct Flags {
    /// Configuration file (default: ./dsr.toml, if it is there)
    #[arg(long, global = true, value_name = "FILE", env = "DSR_CONFIG", help_heading = "Configuration")]
    pub config: Option<PathBuf>,
    /// Where the embedded database, its key file and the artifacts lie
    #[arg(long, global = true, value_name = "DIR", help_heading = "Configuration")]
    pub data_dir: Option<PathBuf>,
    /// What is logged, such as `info` or `worker=debug,api=warn`
    #[arg(long, global = true, value_name = "FILTER", help_heading = "Configuration")]
    pub log: Option<String>,
    /// `text`, or `json`: one object a line
    #[arg(long, global = true, value_name = "FORMAT", help_heading = "Configuration")]
    pub log_format: Option<String>,
}

/// The whole configuration.
#[derive(Debug)]
pub struct Config {
    /// The database.
    pub database: Database,
    /// The installation key.
    pub key: Key,
    /// Where exports lie, encrypted.
    pub artifacts: PathBuf,
    /// The API.
    pub api: Api,
    /// The worker.
    pub worker: Worker,
    /// Letters.
    pub mail: Mail,
    /// The organisation's own provider, if officers sign in there.
    pub oidc: Option<Oidc>,
    /// What may be called besides public addresses.
    pub allowed: Allowed,
    /// Logging.
    pub log: Log,
    /// Variables of the environment that look like ours and are not: mistyped, most likely.
    pub unknown_env: Vec<String>,
    reader: Reader,
}

/// The database.
#[derive(Clone, Debug)]
pub struct Database {
    /// Its address; may hold a password.
    pub url: SecretString,
    /// How many connections one process may hold.
    pub connections: u32,
    /// Whether a start brings its schema up to date.
    pub migrate: bool,
}

/// Where the installation key comes from.
#[derive(Clone, Debug)]
pub enum Key {
    /// The environment holds it.
    Given(SecretString),
    /// A file holds it.
    File {
        /// Which.
        path: PathBuf,
        /// Whether it is made at the first start: only at its usual place, and only beside an embedded database.
        may_be_made: bool,
    },
    /// Nobody said; a PostgreSQL installation has several machines, so none may make up a key of its own.
    Missing,
}

/// The API.
#[derive(Clone, Debug)]
pub struct Api {
    /// Where it listens.
    pub bind: SocketAddr,
    /// The largest body, in bytes.
    pub body_limit: usize,
    /// How long one call may take.
    pub request_timeout: Duration,
    /// Calls a minute of one client.
    pub rate_per_minute: u32,
    /// Calls a minute to the token endpoint from one address.
    pub token_rate_per_minute: u32,
    /// Looks a minute at links that prove an identity, from one address.
    pub identity_rate_per_minute: u32,
    /// Calls a minute to `/webhooks/…` from one address.
    pub webhook_rate_per_minute: u32,
    /// Bytes of bodies of such calls that are held at once.
    pub webhook_memory: usize,
    /// Connections at once.
    pub max_connections: usize,
    /// Threads.
    pub threads: usize,
    /// Whether browsers are told to come by TLS only.
    pub hsts: bool,
}

/// The worker.
#[derive(Clone, Debug)]
pub struct Worker {
    /// Steps it runs at once.
    pub concurrency: usize,
    /// How long a lease holds.
    pub lease: Duration,
    /// How often it looks for due steps when there are none.
    pub idle_poll: Duration,
    /// The first wait before a failed step is tried again; it doubles.
    pub retry_after: Duration,
    /// How long a ticketing system may be at work on a comment whose answer was lost.
    pub comment_wait: Duration,
    /// How often a step may fail before a person is asked.
    pub max_attempts: u32,
    /// How often new events are linked into the audit chain.
    pub chain_every: Duration,
    /// The largest file of an export, in bytes.
    pub artifact_limit: u64,
    /// Whether the platform may be spoken to over plain http on another machine.
    pub plain_http: bool,
}

/// Logging.
#[derive(Clone, Debug)]
pub struct Log {
    /// What is logged, if anybody said.
    pub filter: Option<String>,
    /// Whether each line is a JSON object.
    pub json: bool,
}

/// The configuration makes no sense; nothing was started.
#[derive(Debug, thiserror::Error)]
#[error("the configuration is wrong:\n  - {}", problems.join("\n  - "))]
pub struct BadConfig {
    /// What is wrong, each with its source.
    pub problems: Vec<String>,
}

impl Config {
    /// Reads file, environment and arguments.
    ///
    /// # Errors
    /// All that is wrong with them.
    pub fn load(flags: &Flags) -> Result<Self, BadConfig> {
        let usual = Path::new("dsr.toml");
        let path = flags.config.as_deref().or_else(|| usual.exists().then_some(usual));
        let file = match path.map(|path| (path, std::fs::read_to_string(path))) {
            None => None,
            Some((path, Ok(text))) => Some((path, text)),
            Some((path, Err(error))) => {
                return Err(BadConfig { problems: vec![format!("{} cannot be read: {error}", path.display())] });
            }
        };
        let file = file.as_ref().map(|(path, text)| (*path, text.as_str()));
        let config = Self::read(file, &|name| std::env::var(name).ok(), flags)?;
        let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        Ok(Self { unknown_env: settings::unknown(names), ..config })
    }

    /// Makes a configuration of a file's content, an environment and arguments.
    ///
    /// # Errors
    /// All that is wrong with them.
    pub fn read(
        file: Option<(&Path, &str)>,
        env: &dyn Fn(&str) -> Option<String>,
        flags: &Flags,
    ) -> Result<Self, BadConfig> {
        let mut reader = Reader::default();
        if let Some((path, text)) = file {
            reader.take_file(path, text);
        }
        for setting in settings::ALL {
            if let Some(text) = env(setting.env).filter(|text| !text.is_empty()) {
                reader.take(setting, text, Source::Env(setting.env));
            }
        }
        let folder = flags.data_dir.as_ref().map(|path| path.display().to_string());
        let log = (flags.log.clone(), flags.log_format.clone());
        for (setting, text, flag) in [
            (&settings::DATA_DIR, folder, "--data-dir"),
            (&settings::LOG_FILTER, log.0, "--log"),
            (&settings::LOG_FORMAT, log.1, "--log-format"),
        ] {
            if let Some(text) = text {
                reader.take(setting, text, Source::Flag(flag));
            }
        }
        let key = env(settings::KEY_ENV).filter(|text| !text.trim().is_empty()).map(SecretString::from);
        Self::resolve(reader, key)
    }

    fn resolve(mut reader: Reader, key: Option<SecretString>) -> Result<Self, BadConfig> {
        let r = &mut reader;
        let data_dir = r.read(&settings::DATA_DIR, path).unwrap_or_default();
        let url = r
            .read(&settings::DATABASE_URL, database_url)
            .unwrap_or_else(|| format!("sqlite://{}", data_dir.join("dsr.db").display()));
        let is_embedded = url.starts_with("sqlite:");
        let key_file = r.read(&settings::KEY_FILE, path);
        let key = match (key, key_file) {
            (Some(_), Some(_)) => {
                r.problems.push(format!(
                    "{} and `key.file` ({}) are both given; keep the one that is meant",
                    settings::KEY_ENV,
                    settings::KEY_FILE.env
                ));
                Key::Missing
            }
            (Some(key), None) => Key::Given(key),
            (None, Some(path)) => Key::File { path, may_be_made: false },
            (None, None) if is_embedded => Key::File { path: data_dir.join("installation.key"), may_be_made: true },
            (None, None) => Key::Missing,
        };
        let database = Database {
            url: url.into(),
            connections: r.read(&settings::DATABASE_CONNECTIONS, |text| number(text, 1, 1_000)).unwrap_or(10),
            migrate: r.read(&settings::DATABASE_MIGRATE, truth).unwrap_or(true),
        };
        let body_limit = |text: &str| {
            let bytes = size(text)?;
            let fits = (1_024..=67_108_864).contains(&bytes);
            usize::try_from(bytes).ok().filter(|_| fits).ok_or_else(|| "from 1 KiB to 64 MiB".to_owned())
        };
        let webhook_memory = |text: &str| {
            let bytes = size(text)?;
            let fits = (2 << 20..=64 << 30).contains(&bytes);
            usize::try_from(bytes).ok().filter(|_| fits).ok_or_else(|| "from 2 MiB to 64 GiB".to_owned())
        };
        let api = Api {
            bind: r
                .read(&settings::API_BIND, |text| {
                    text.parse::<SocketAddr>().map_err(|_| "an address is written like `127.0.0.1:8080`".to_owned())
                })
                .unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080))),
            body_limit: r.read(&settings::API_BODY_LIMIT, body_limit).unwrap_or(262_144),
            request_timeout: r.read(&settings::API_REQUEST_TIMEOUT, some_time).unwrap_or(Duration::from_secs(30)),
            rate_per_minute: r.read(&settings::API_RATE_PER_MINUTE, |text| number(text, 1, 1_000_000)).unwrap_or(600),
            token_rate_per_minute: r
                .read(&settings::API_TOKEN_RATE_PER_MINUTE, |text| number(text, 1, 1_000_000))
                .unwrap_or(60),
            identity_rate_per_minute: r
                .read(&settings::API_IDENTITY_RATE_PER_MINUTE, |text| number(text, 1, 1_000_000))
                .unwrap_or(120),
            webhook_rate_per_minute: r
                .read(&settings::API_WEBHOOK_RATE_PER_MINUTE, |text| number(text, 1, 1_000_000))
                .unwrap_or(6_000),
            webhook_memory: r.read(&settings::API_WEBHOOK_MEMORY, webhook_memory).unwrap_or(64 << 20),
            max_connections: r
                .read(&settings::API_MAX_CONNECTIONS, |text| number(text, 16, 1_000_000))
                .unwrap_or(12_000) as usize,
            threads: r.read(&settings::API_THREADS, |text| number(text, 1, 256)).unwrap_or(2) as usize,
            hsts: r.read(&settings::API_HSTS, truth).unwrap_or(false),
        };
        let lease = |text: &str| {
            let lease = duration(text)?;
            let fits = (Duration::from_millis(200)..=Duration::from_secs(3600)).contains(&lease);
            if fits { Ok(lease) } else { Err("from 200ms to 1h".to_owned()) }
        };
        let worker = Worker {
            concurrency: r.read(&settings::WORKER_CONCURRENCY, |text| number(text, 1, 1_000)).unwrap_or(8) as usize,
            lease: r.read(&settings::WORKER_LEASE, lease).unwrap_or(Duration::from_secs(60)),
            idle_poll: r.read(&settings::WORKER_IDLE_POLL, some_time).unwrap_or(Duration::from_millis(500)),
            retry_after: r.read(&settings::WORKER_RETRY_AFTER, some_time).unwrap_or(Duration::from_secs(2)),
            comment_wait: r.read(&settings::WORKER_COMMENT_WAIT, some_time).unwrap_or(Duration::from_secs(120)),
            max_attempts: r.read(&settings::WORKER_MAX_ATTEMPTS, |text| number(text, 1, 1_000)).unwrap_or(8),
            chain_every: r.read(&settings::WORKER_CHAIN_EVERY, some_time).unwrap_or(Duration::from_secs(5)),
            artifact_limit: r.read(&settings::WORKER_ARTIFACT_LIMIT, size).unwrap_or(4 << 30),
            plain_http: r.read(&settings::WORKER_PLAIN_HTTP, truth).unwrap_or(false),
        };
        let log = Log {
            filter: r.read(&settings::LOG_FILTER, filter),
            json: r.read(&settings::LOG_FORMAT, log_format).unwrap_or(false),
        };
        let mail = mail::read(r, &data_dir);
        let oidc = oidc::read(r, mail.public_url.as_ref());
        let allowed = |text: &str| text.parse::<Allowed>().map_err(|bad| bad.to_string());
        let allowed = r.read(&settings::OUTBOUND_ALLOW, allowed).unwrap_or_default();
        let artifacts = r.read(&settings::ARTIFACTS_DIR, path).unwrap_or_else(|| data_dir.join("artifacts"));
        if !reader.problems.is_empty() {
            return Err(BadConfig { problems: reader.problems });
        }
        Ok(Self { database, key, artifacts, api, worker, mail, oidc, allowed, log, unknown_env: Vec::new(), reader })
    }

    /// The configuration as a file that would give the same, secrets masked, each value with its source.
    pub fn print(&self) -> String {
        use secrecy::ExposeSecret;
        let mut text = String::from(
            "# What dsr runs with, as a configuration file. Secrets are masked; what stands behind each value is its source.\n",
        );
        let mut section = "";
        for setting in settings::ALL {
            let (head, name) = setting.name.split_once('.').unwrap_or(("", setting.name));
            if head != section {
                let _ = write!(text, "\n[{head}]\n");
                section = head;
            }
            let resolved = match setting.name {
                "database.url" => Some(masked(self.database.url.expose_secret())),
                "key.file" => match &self.key {
                    Key::File { path, .. } => Some(path.display().to_string()),
                    Key::Given(_) | Key::Missing => None,
                },
                "mail.folder" => match &self.mail.config.transport {
                    Transport::Files(folder) => Some(folder.display().to_string()),
                    Transport::Smtp(_) => None,
                },
                "mail.password" | "oidc.client_secret" => self.reader.given(setting).map(|_| "********".to_owned()),
                "artifacts.dir" => Some(self.artifacts.display().to_string()),
                _ => self.reader.given(setting).map(|given| given.text),
            };
            let source = self.reader.given(setting).map_or(Source::Default, |given| given.source);
            let line = match resolved {
                Some(value) => format!("{name} = {}", toml_value(setting, &value)),
                None => format!("# {name} ="),
            };
            let _ = write!(text, "\n# {} ({})\n{line:<56} # {source}\n", setting.meaning, setting.env);
        }
        let key = match &self.key {
            Key::Given(_) => format!("# The installation key comes from {}: ********\n", settings::KEY_ENV),
            Key::Missing => format!("# There is no installation key: set {} or key.file\n", settings::KEY_ENV),
            Key::File { .. } => String::new(),
        };
        text.push_str(&key);
        text
    }
}

fn toml_value(setting: &Setting, value: &str) -> String {
    let is_bare = matches!(setting.name, n if n.ends_with("_per_minute") || n.ends_with("connections")
        || n.ends_with("threads") || n.ends_with("migrate") || n.ends_with("hsts") || n.ends_with("concurrency")
        || n.ends_with("plain_http") || n.ends_with("trust_email"));
    if is_bare { value.to_owned() } else { toml::Value::String(value.to_owned()).to_string() }
}

/// A database address without its password.
pub fn masked(url: &str) -> String {
    match Url::parse(url) {
        Ok(mut parsed) => {
            let hidden = parsed.password().is_some() && parsed.set_password(Some("********")).is_err();
            // PostgreSQL's addresses take it as a parameter as well.
            let parameters: Vec<_> = parsed.query_pairs().into_owned().collect();
            if parameters.iter().any(|(name, _)| is_password(name)) {
                let shown = parameters
                    .iter()
                    .map(|(name, value)| (name, if is_password(name) { "********" } else { value.as_str() }));
                parsed.query_pairs_mut().clear().extend_pairs(shown);
            } else if parsed.password().is_none() {
                return url.to_owned();
            }
            if hidden { "********".to_owned() } else { parsed.to_string() }
        }
        Err(_) if url.starts_with("sqlite:") => url.to_owned(),
        Err(_) => "********".to_owned(),
    }
}

fn is_password(parameter: &str) -> bool {
    parameter.to_ascii_lowercase().contains("password")
}

fn path(text: &str) -> Result<PathBuf, String> {
    if text.trim().is_empty() { Err("a path is needed".into()) } else { Ok(PathBuf::from(text)) }
}

fn database_url(text: &str) -> Result<String, String> {
    let known = ["sqlite://", "sqlite:", "postgres://", "postgresql://"];
    if known.iter().any(|start| text.starts_with(start)) {
        return Ok(text.to_owned());
    }
    Err("a database is written like `sqlite://data/dsr.db` or `postgres://user:password@host/dsr`".into())
}

fn number(text: &str, least: u32, most: u32) -> Result<u32, String> {
    let within = text.parse().ok().filter(|number| (least..=most).contains(number));
    within.ok_or_else(|| format!("a number from {least} to {most} is needed"))
}

fn truth(text: &str) -> Result<bool, String> {
    text.parse().map_err(|_| "`true` or `false` is needed".to_owned())
}

fn some_time(text: &str) -> Result<Duration, String> {
    let time = duration(text)?;
    if time.is_zero() { Err("it must be longer than nothing".into()) } else { Ok(time) }
}

fn filter(text: &str) -> Result<String, String> {
    tracing_subscriber::EnvFilter::try_new(text)
        .map(|_| text.to_owned())
        .map_err(|_| "a filter is written like `info` or `worker=debug,api=warn`".to_owned())
}

fn log_format(text: &str) -> Result<bool, String> {
    match text {
        "text" => Ok(false),
        "json" => Ok(true),
        _ => Err("`text` or `json` is needed".into()),
    }
}

#[cfg(test)]
mod tests;
