//! The stage: a fresh installation with two controllers and three clients, a sandbox in place of the platform, and who may
//! call what.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::Duration;

use ::sandbox::options::{Options, Population, Settings};
use ::sandbox::server::{self, Running};
use anyhow::{Context, bail};
use entities::client;
use entities::controller::policy::{Letters, Policy, Review, Statement, Writing};
use entities::controller::queries::{self, Credential, NewController};
use entities::controller::table::Model as Controller;
use entities::event::trail::Actor;
use entities::officer::role::Role;
use entities::store::Store;
use secrecy::{ExposeSecret, SecretString};

use super::people::{Person, add};
use super::samples::For;
use super::switches::{People, Switches};
use crate::config::{Config, Flags, Log};
use crate::installation;

/// How long a job takes on the sandbox: days on the real platform.
const JOB_TAKES: Duration = Duration::from_millis(1500);

/// Everything the demo plays on.
pub struct Stage {
    /// The sandbox.
    pub sandbox: Running,
    /// Its switches.
    pub switches: Switches,
    /// Who lives there.
    pub people: People,
    /// The configuration that API and worker run with.
    pub config: Config,
    /// The installation.
    pub store: Store,
    /// Where the API is to listen.
    pub bind: SocketAddr,
    /// Files and decides.
    pub officer: Login,
    /// Approves what the officer filed.
    pub approver: Login,
    /// Keeps the work going.
    pub operator: Login,
    /// Who can sign in at the console: one who files and decides, one who approves.
    pub signing_in: [Person; 2],
    /// Where the installation lies.
    pub folder: PathBuf,
    /// Held while the demo runs: a second one would take the database from under the first.
    _lock: File,
}

/// A client of the API.
#[derive(Clone)]
pub struct Login {
    /// Its id.
    pub id: String,
    /// Its secret.
    pub secret: SecretString,
}

/// The short name of a controller.
pub const fn slug(controller: For) -> &'static str {
    match controller {
        For::Telecom => "telecom",
        For::Insurance => "insurance",
    }
}

impl Stage {
    /// Sets the stage in `folder`, which is emptied of an earlier demo first.
    ///
    /// # Errors
    /// Another demo runs there, or something does not start.
    pub async fn set(folder: PathBuf, bind: Option<SocketAddr>, log: &Log) -> anyhow::Result<Self> {
        installation::make_folder(&folder)?;
        let lock = lock(&folder)?;
        sweep(&folder)?;
        let config = configuration(&folder, log)?;
        let sandbox = server::start(options()).await.context("the sandbox does not start")?;
        let switches = Switches::new(&sandbox.url)?;
        // The samples bring their faults along; here each is switched on when its sample's turn comes.
        switches.clear_faults().await?;
        let people = switches.people().await?;
        let store = installation::open(&config).await?;
        let telecom = controller(&store, &sandbox.url, &people, For::Telecom).await?;
        let insurance = controller(&store, &sandbox.url, &people, For::Insurance).await?;
        let both = [telecom.id, insurance.id];
        let officer = login(&store, "Demo officer", Role::Officer, &both).await?;
        let approver = login(&store, "Demo approver", Role::Approver, &both).await?;
        let operator = login(&store, "Demo operator", Role::Operator, &both).await?;
        let signing_in = [add(&store, Role::Officer).await?, add(&store, Role::Approver).await?];
        let bind = free(bind)?;
        Ok(Self {
            sandbox,
            switches,
            people,
            config,
            store,
            bind,
            officer,
            approver,
            operator,
            signing_in,
            folder,
            _lock: lock,
        })
    }
}

fn lock(folder: &Path) -> anyhow::Result<File> {
    let file = File::create(folder.join("demo.lock")).context("the demo's folder cannot be written")?;
    if file.try_lock().is_err() {
        bail!("another demo runs in {}; end it, or use --keep for a folder of its own", folder.display());
    }
    Ok(file)
}

/// Removes what an earlier demo left, by name: never a folder that somebody may have pointed us to by mistake.
fn sweep(folder: &Path) -> anyhow::Result<()> {
    for name in ["dsr.db", "dsr.db-wal", "dsr.db-shm", "installation.key"] {
        match std::fs::remove_file(folder.join(name)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("{} cannot be removed", folder.join(name).display()));
            }
            _ => {}
        }
    }
    for name in ["artifacts", "mail"] {
        match std::fs::remove_dir_all(folder.join(name)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("the old {name} stay"));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Nothing of the surroundings: a configured database must not get sample requests.
fn configuration(folder: &Path, log: &Log) -> anyhow::Result<Config> {
    let flags = Flags { data_dir: Some(folder.to_owned()), log: log.filter.clone(), ..Flags::default() };
    let env = |name: &str| {
        let limits = [("DSR_API_RATE_PER_MINUTE", "60000"), ("DSR_API_TOKEN_RATE_PER_MINUTE", "600")];
        limits.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    };
    Ok(Config::read(None, &env, &flags)?)
}

fn options() -> Options {
    let settings = Settings {
        rate_per_minute: 3_000,
        export_takes: JOB_TAKES,
        update_takes: JOB_TAKES,
        erasure_takes: JOB_TAKES * 2,
        sibling_delay: Duration::from_millis(500),
        ..Settings::default()
    };
    Options { population: Population::Samples, settings, ..Options::default() }
}

/// What the demo's controllers tell about their processing, so that their answers are whole.
fn writing() -> Writing {
    let words = |text: &str| vec![text.to_owned()];
    let statement = Statement {
        purposes: words("to answer calls and messages, and to keep to our contracts"),
        categories: words("names, addresses, telephone numbers, conversations and their recordings"),
        recipients: Some(words("the provider of our contact centre, who works on our orders")),
        storage: words("two years after the last contact"),
        source: words("you yourself, when you got in touch with us"),
        automated_decisions: Some(Vec::new()),
        transfers: Some(Vec::new()),
        recipients_told: Some(Vec::new()),
        ..Statement::default()
    };
    Writing {
        privacy_contact: Some("privacy@example.com".to_owned()),
        postal_address: words("1 Example Street, Example City"),
        statements: [("en".to_owned(), statement)].into(),
        ..Writing::default()
    }
}

async fn controller(store: &Store, url: &str, people: &People, which: For) -> anyhow::Result<Controller> {
    let (name, client) = match which {
        For::Telecom => ("Example Telecom", "demo"),
        For::Insurance => ("Example Insurance", "no-submit"),
    };
    let home = people.organisation.divisions.iter().filter(|division| division.home);
    let policy = Policy {
        review: Review::AccessUnlessDoubtful,
        divisions: home.map(|division| division.id.clone()).collect(),
        poll_ms: 300,
        list_lag_ms: 800,
        sibling_grace_ms: 3_000,
        clock_skew_ms: 2_000,
        letters: Letters::Mail,
        writing: writing(),
        ..Policy::default()
    };
    let new = NewController {
        slug: slug(which).to_owned(),
        name: name.to_owned(),
        organisation_id: people.organisation.id.clone(),
        login_url: url.to_owned(),
        api_url: url.to_owned(),
        credential: Credential {
            client_id: format!("{client}-client"),
            client_secret: format!("{client}-secret").into(),
        },
        time_zone: "Europe/Berlin".to_owned(),
        region: Some("US".to_owned()),
        policy,
    };
    let txn = store.db.begin().await?;
    let added = queries::add(&txn, store, &Actor::operator(), new).await?;
    txn.commit().await?;
    Ok(added)
}

async fn login(
    store: &Store,
    name: &str,
    role: Role,
    controllers: &[entities::id::ControllerId],
) -> anyhow::Result<Login> {
    let life = Duration::from_secs(24 * 3600);
    let txn = store.db.begin().await?;
    let made = client::queries::create(&txn, store, &Actor::operator(), name, role.scopes(), controllers, life).await?;
    txn.commit().await?;
    Ok(Login { id: made.0.id.to_string(), secret: made.1 })
}

/// The address that was asked for; else the usual one, or any other if that is taken.
fn free(asked: Option<SocketAddr>) -> anyhow::Result<SocketAddr> {
    if let Some(asked) = asked {
        return Ok(asked);
    }
    let usual = SocketAddr::from((Ipv4Addr::LOCALHOST, 8080));
    let is_free = TcpListener::bind(usual).is_ok();
    Ok(if is_free { usual } else { SocketAddr::from((Ipv4Addr::LOCALHOST, 0)) })
}

impl Login {
    /// The lines that let a shell call as this client.
    pub fn exports(&self) -> String {
        format!("export DSR_CLIENT_ID={}\nexport DSR_CLIENT_SECRET={}", self.id, self.secret.expose_secret())
    }
}
