//! Officers and their sessions, for people and for programs. Never a secret.

use entities::client::reach::Reach;
use entities::controller;
use entities::id::ControllerId;
use entities::officer::role::{Role, Roles, Where};
use entities::officer::table::Model;
use entities::officer::{queries, recovery, session};
use entities::store::Store;
use serde_json::{Value, json};

use crate::terminal::{note, say_json, say_table, table};

/// Short names of controllers.
struct Slugs(Vec<(ControllerId, String)>);

impl Slugs {
    async fn of(store: &Store) -> anyhow::Result<Self> {
        let all = controller::queries::all(store.db.read()).await?;
        Ok(Self(all.into_iter().map(|row| (row.id, row.slug)).collect()))
    }

    fn name(&self, place: Where) -> &str {
        match place {
            Where::Everywhere => "everywhere",
            Where::At(id) => self.0.iter().find(|(known, _)| *known == id).map_or("?", |(_, slug)| slug),
        }
    }
}

fn held((place, role): (Where, Role), slugs: &Slugs) -> Value {
    match place {
        Where::Everywhere => json!({ "role": role, "everywhere": true }),
        Where::At(_) => json!({ "role": role, "controller": slugs.name(place) }),
    }
}

/// Everything about one officer that is no secret.
///
/// # Errors
/// The database fails.
pub async fn whole(store: &Store, row: &Model) -> anyhow::Result<Value> {
    let (conn, slugs) = (store.db.read(), Slugs::of(store).await?);
    let roles = Roles::of(conn, row.id).await?;
    let sessions = session::list(conn, store.now(), row.id).await?;
    Ok(json!({
        "id": row.id, "login": row.login, "name": row.name, "language": row.language,
        "roles": roles.each().map(|it| held(it, &slugs)).collect::<Vec<_>>(),
        "password": row.password_hash.is_some(), "second_factor": row.totp_sealed.is_some(), "passkeys": row.passkeys,
        "recovery_codes": recovery::left(conn, row.id).await?, "sessions": sessions.len(),
        "created_at": row.created_at, "disabled_at": row.disabled_at,
    }))
}

/// All officers.
///
/// # Errors
/// The database fails.
pub async fn list(store: &Store, json: bool) -> anyhow::Result<()> {
    let (conn, slugs) = (store.db.read(), Slugs::of(store).await?);
    let officers = queries::all(conn, &Reach::installation()).await?;
    if json {
        let mut all = Vec::new();
        for row in &officers {
            all.push(whole(store, row).await?);
        }
        return say_json(&all);
    }
    if officers.is_empty() {
        note("There is no officer yet; `dsr officer add --help` shows how to add one.");
        return Ok(());
    }
    let mut shown = table(["Login", "Name", "Roles", "Signs in"]);
    for row in &officers {
        let roles = Roles::of(conn, row.id).await?;
        let roles: Vec<_> = roles.each().map(|(place, role)| format!("{role} ({})", slugs.name(place))).collect();
        shown.add_row([row.login.clone(), row.name.clone(), roles.join(", "), standing(row).to_owned()]);
    }
    say_table(&shown);
    Ok(())
}

fn standing(row: &Model) -> &'static str {
    let has_second_factor = row.totp_sealed.is_some() || row.passkeys > 0;
    match (row.disabled_at, &row.password_hash, has_second_factor) {
        (Some(_), ..) => "disabled",
        (None, None, _) => "once a password is set, or by the provider",
        (None, Some(_), false) => "once a second factor is enrolled",
        (None, Some(_), true) => "yes",
    }
}

/// Where an officer is signed in.
///
/// # Errors
/// The database fails.
pub async fn sessions(store: &Store, row: &Model, json: bool) -> anyhow::Result<()> {
    let sessions = session::list(store.db.read(), store.now(), row.id).await?;
    if json {
        let views = sessions.iter().map(|it| {
            json!({
                "id": it.id, "created_at": it.created_at, "seen_at": it.seen_at, "expires_at": it.expires_at,
                "second_factor_at": it.second_factor_at, "address": it.address, "user_agent": it.user_agent,
            })
        });
        return say_json(&views.collect::<Vec<_>>());
    }
    if sessions.is_empty() {
        note(format_args!("{} is signed in nowhere.", row.login));
        return Ok(());
    }
    let mut shown = table(["Id", "Since", "Last used", "From", "Browser"]);
    for it in &sessions {
        let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        shown.add_row([
            it.id.to_string(),
            it.created_at.to_string(),
            it.seen_at.to_string(),
            or_none(&it.address),
            or_none(&it.user_agent),
        ]);
    }
    say_table(&shown);
    Ok(())
}
