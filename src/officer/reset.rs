//! `dsr officer reset-password` and `reset-second-factor`: for who forgot the one or lost the other.

use clap::Args;
use entities::officer::manage;
use entities::store::Store;

use super::{by, find, read_password, say_invitation, within};
use crate::terminal::say;

/// Whose password.
#[derive(Args, Debug)]
pub struct Password {
    /// The address the officer signs in with
    login: String,
    /// Set another at once, from standard input, instead of inviting: for scripts
    #[arg(long)]
    password_stdin: bool,
}

/// Voids a password, and invites to set another.
///
/// # Errors
/// There is no such officer, or the new password is not taken.
pub async fn password(store: &Store, args: Password) -> anyhow::Result<()> {
    let row = find(store, &args.login).await?;
    if args.password_stdin {
        let hashed = manage::check_password(&read_password()?, &row.login, &row.name).await?;
        within(store, async |txn| Ok(manage::set_password(txn, store, &by(), row.id, hashed).await?)).await?;
        say("The password is set; every session has ended.");
        return Ok(());
    }
    let made = within(store, async |txn| Ok(manage::reset_password(txn, store, &by(), row.id).await?)).await?;
    say_invitation(store, &row, &made);
    Ok(())
}

/// Forgets an authenticator.
///
/// # Errors
/// There is no such officer.
pub async fn second_factor(store: &Store, login: &str) -> anyhow::Result<()> {
    let row = find(store, login).await?;
    within(store, async |txn| Ok(manage::reset_second_factor(txn, store, &by(), row.id).await?)).await?;
    say("Its authenticator, passkeys and recovery codes are forgotten, and every session has ended.");
    say("Until it has enrolled another, the password alone lets in whoever knows it: have it sign in now.");
    Ok(())
}
