//! `dsr officer`: people who sign in, what each may do at which controller, and their sessions.

mod reset;
mod roles;
mod view;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use entities::db::Txn;
use entities::id::SessionId;
use entities::officer::invitation::{self, Invitation, PATH};
use entities::officer::manage::{self, NewOfficer};
use entities::officer::queries::by_login;
use entities::officer::role::Role;
use entities::officer::session;
use entities::officer::table::Model;
use entities::request::decide::Decider;
use entities::store::Store;
use letters::language::Language;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use crate::config::Config;
use crate::installation;
use crate::terminal::{note, say, say_json};
use roles::Places;

const EXAMPLES: &str = "\
Examples:
  dsr officer add --login ada@example.com --name 'Ada Adler' --role officer --controller acme
  dsr officer add --login root@example.com --name 'Rosa Roth' --role administrator --everywhere
  dsr officer role grant ada@example.com --role approver --controller beta
  dsr officer sessions ada@example.com
  dsr officer reset-second-factor ada@example.com      Once you are sure that it is Ada who asks";

const ROLES: &str = "\
Roles, which may be combined, and differ from controller to controller:
  officer        files requests and decides about them
  approver       approves what others filed
  operator       keeps the work going: hold, release, retry, subscribers
  administrator  sets up controllers, sources, subscribers, officers; decides about no request
  auditor        looks on: requests, personal data masked, and the audit trail
  regulator      looks on from outside: the register, figures, the audit trail

An erasure or a rectification takes two people: whoever filed it cannot approve it, whatever the roles.
A password has 12 to 128 characters, of any kind, and is none that guessers try first.";

/// What to do with officers.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct OfficerArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Add somebody who signs in, and print the invitation to set a password
    #[command(after_help = ROLES)]
    Add(Add),
    /// Show all officers
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Show one, as JSON
    Show {
        /// The address it signs in with
        login: String,
    },
    /// Grant roles, or take them away; the officer's sessions end
    #[command(after_help = ROLES)]
    Role {
        #[command(subcommand)]
        command: roles::Command,
    },
    /// Let it sign in no more, and end its sessions
    Disable {
        /// The address it signs in with
        login: String,
    },
    /// Let it sign in again
    Enable {
        /// The address it signs in with
        login: String,
    },
    /// Void its password, end its sessions, and print an invitation to set another; its second factor stays
    ResetPassword(reset::Password),
    /// Forget its authenticator, passkeys and recovery codes, and end its sessions; its next sign-in enrols another
    ResetSecondFactor {
        /// The address it signs in with
        login: String,
    },
    /// Tell who it is at the organisation's provider, where that names no address of it that counts
    Link {
        /// The address it signs in with
        login: String,
        /// Its id at the provider, the claim `sub`
        #[arg(long, value_name = "SUB")]
        subject: String,
    },
    /// Forget who it is at the organisation's provider, and end its sessions; its next sign-in there links anew, by its address
    Unlink {
        /// The address it signs in with
        login: String,
    },
    /// Show where it is signed in
    Sessions {
        /// The address it signs in with
        login: String,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// End its sessions, or one of them
    SignOut {
        /// The address it signs in with
        login: String,
        /// This one alone
        #[arg(long, value_name = "ID")]
        session: Option<SessionId>,
    },
}

/// Somebody to be added.
#[derive(Args, Debug)]
struct Add {
    /// The e-mail address it signs in with
    #[arg(long, value_name = "ADDRESS")]
    login: String,
    /// Name for people
    #[arg(long)]
    name: String,
    /// The language it reads: en, de, fr, es
    #[arg(long, default_value = "en", value_parser = language)]
    language: Language,
    /// What it may do; may come several times
    #[arg(long = "role", value_name = "ROLE", required = true, value_parser = role)]
    roles: Vec<Role>,
    #[command(flatten)]
    places: Places,
    /// Set the password at once, from standard input, instead of inviting: for scripts
    #[arg(long)]
    password_stdin: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// Reads a role.
pub fn role(text: &str) -> Result<Role, String> {
    text.parse::<Role>().map_err(|error| error.to_string())
}

fn language(text: &str) -> Result<Language, String> {
    text.parse::<Language>().map_err(|error| error.to_string())
}

/// Whoever is at the command line holds the installation's key, and manages everybody.
fn by() -> Decider {
    Decider::operator()
}

/// Runs the command.
///
/// # Errors
/// There is no such officer, what is asked makes no sense, or the installation cannot be opened.
pub async fn run(config: &Config, args: OfficerArgs) -> anyhow::Result<()> {
    let store = installation::open(config).await?;
    match args.command {
        Command::Add(new) => add(&store, new).await,
        Command::List { json } => view::list(&store, json).await,
        Command::Show { login } => say_json(&view::whole(&store, &find(&store, &login).await?).await?),
        Command::Role { command } => roles::run(&store, command).await,
        Command::Disable { login } => {
            let row = find(&store, &login).await?;
            let done = within(&store, async |txn| Ok(manage::disable(txn, &store, &by(), row.id).await?)).await?;
            say(if done { "It signs in no more; its sessions have ended." } else { "It was disabled before." });
            Ok(())
        }
        Command::Enable { login } => {
            let row = find(&store, &login).await?;
            let done = within(&store, async |txn| Ok(manage::enable(txn, &store, &by(), row.id).await?)).await?;
            say(if done { "It may sign in again." } else { "It was not disabled." });
            Ok(())
        }
        Command::ResetPassword(args) => reset::password(&store, args).await,
        Command::ResetSecondFactor { login } => reset::second_factor(&store, &login).await,
        Command::Link { login, subject } => {
            let oidc = config.oidc.as_ref().context("there is no provider: the section `[oidc]` is not given")?;
            let row = find(&store, &login).await?;
            let identity = (oidc.settings.issuer.as_str(), subject.as_str());
            let done =
                within(&store, async |txn| Ok(manage::link(txn, &store, &by(), row.id, identity).await?)).await?;
            if !done {
                bail!("it is linked already, or this id is another's; `dsr officer unlink` forgets a link");
            }
            say("It is linked, and signs in there from now on.");
            Ok(())
        }
        Command::Unlink { login } => {
            let row = find(&store, &login).await?;
            let done = within(&store, async |txn| Ok(manage::unlink(txn, &store, &by(), row.id).await?)).await?;
            say(if done { "It is linked no more; its sessions have ended." } else { "It was linked to no provider." });
            Ok(())
        }
        Command::Sessions { login, json } => view::sessions(&store, &find(&store, &login).await?, json).await,
        Command::SignOut { login, session } => sign_out(&store, &login, session).await,
    }
}

/// The officer of this login.
async fn find(store: &Store, login: &str) -> anyhow::Result<Model> {
    let found = by_login(store.db.read(), login).await?;
    found.with_context(|| format!("there is no officer `{login}`; `dsr officer list` shows those there are"))
}

/// Runs one act in a transaction of its own.
async fn within<T>(store: &Store, act: impl AsyncFnOnce(&Txn) -> anyhow::Result<T>) -> anyhow::Result<T> {
    let txn = store.db.begin().await?;
    let done = act(&txn).await?;
    txn.commit().await?;
    Ok(done)
}

async fn add(store: &Store, args: Add) -> anyhow::Result<()> {
    let places = args.places.find(store).await?;
    let roles = places.iter().flat_map(|place| args.roles.iter().map(|role| (*place, *role))).collect();
    let new = NewOfficer { login: args.login, name: args.name, language: args.language, roles };
    let hashed = if args.password_stdin {
        let password = read_password()?;
        Some(manage::check_password(&password, &new.login, &new.name).await?)
    } else {
        None
    };
    let invites = hashed.is_none();
    let (row, invitation) = within(store, async |txn| {
        let row = manage::add(txn, store, &by(), new).await?;
        Ok(match hashed {
            Some(hashed) => {
                manage::set_password(txn, store, &by(), row.id, hashed).await?;
                (row, None)
            }
            None => {
                let made = invitation::make(txn, store, &by().actor, row.id).await?;
                (row, Some(made))
            }
        })
    })
    .await?;
    if args.json {
        // Read anew: a password may have been set since it was added.
        let mut said = view::whole(store, &find(store, &row.login).await?).await?;
        if let Some(made) = &invitation {
            said["invitation"] = told(store, made);
        }
        return say_json(&said);
    }
    note(format_args!("Added {} ({}).", row.name, row.login));
    match invitation {
        Some(made) => say_invitation(store, &row, &made),
        None => say(row.id),
    }
    if invites {
        note("Then it enrols an authenticator, and is in.");
    }
    Ok(())
}

/// An invitation as JSON. Its token is seen here and nowhere else.
fn told(store: &Store, made: &Invitation) -> Value {
    json!({ "token": made.token.expose_secret(), "link": link(store, made), "expires_at": made.expires_at })
}

fn link(store: &Store, made: &Invitation) -> Option<String> {
    store.public_url.as_deref().map(|url| format!("{url}{PATH}{}", made.token.expose_secret()))
}

/// Prints an invitation, this once.
fn say_invitation(store: &Store, row: &Model, made: &Invitation) {
    note(format_args!(
        "Give {} this, by a way that reaches nobody else. It sets a password with it, once, until {}:",
        row.name, made.expires_at
    ));
    match link(store, made) {
        Some(link) => say(link),
        None => {
            say(format_args!("{PATH}{}", made.token.expose_secret()));
            note("It stands behind the address of the service; with `mail.public_url` set, the whole link is printed.");
        }
    }
}

/// The first line of standard input.
fn read_password() -> anyhow::Result<SecretString> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).context("standard input cannot be read")?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        bail!("there is no password on standard input");
    }
    Ok(SecretString::from(password))
}

async fn sign_out(store: &Store, login: &str, one: Option<SessionId>) -> anyhow::Result<()> {
    let row = find(store, login).await?;
    let Some(one) = one else {
        let ended = within(store, async |txn| Ok(manage::sign_out(txn, store, &by(), row.id).await?)).await?;
        say(format_args!("Ended {ended} session(s) of {}.", row.login));
        return Ok(());
    };
    let ended = within(store, async |txn| Ok(session::end(txn, store, &by().actor, row.id, one).await?)).await?;
    if !ended {
        bail!("{} has no session {one}; `dsr officer sessions {}` shows those there are", row.login, row.login);
    }
    say(format_args!("Ended session {one} of {}.", row.login));
    Ok(())
}
