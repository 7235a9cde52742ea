//! The first people of the demo's console: one who files and decides, one who approves. Each enrols a second factor of their own
//! when they first sign in, as everybody does.

use entities::client::reach::Reach;
use entities::event::trail::Actor;
use entities::officer::manage::{self, NewOfficer};
use entities::officer::role::{Role, Where};
use entities::request::decide::Decider;
use entities::store::Store;
use letters::language::Language;
use secrecy::{ExposeSecret, SecretString};

/// Somebody who can sign in.
pub struct Person {
    /// The address to sign in with.
    pub login: String,
    /// The password, of this demo alone.
    pub password: SecretString,
}

impl Person {
    /// Both, as they are typed.
    #[must_use]
    pub fn typed(&self) -> String {
        format!("{}  {}", self.login, self.password.expose_secret())
    }
}

/// Adds somebody with a role at every controller.
///
/// # Errors
/// The database fails.
pub async fn add(store: &Store, role: Role) -> anyhow::Result<Person> {
    let login = format!("{role}@demo.example");
    let password: SecretString = uuid::Uuid::new_v4().simple().to_string().into();
    let name = format!("Demo {role}");
    let hashed = manage::check_password(&password, &login, &name).await?;
    let by = Decider { actor: Actor::operator(), client: None, reach: Reach::installation() };
    let new =
        NewOfficer { login: login.clone(), name, language: Language::English, roles: vec![(Where::Everywhere, role)] };
    let txn = store.db.begin().await?;
    let row = manage::add(&txn, store, &by, new).await?;
    manage::set_password(&txn, store, &by, row.id, hashed).await?;
    txn.commit().await?;
    Ok(Person { login, password })
}
