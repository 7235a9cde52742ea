//! The names of those who did something, for pages that say who.

use std::collections::{BTreeSet, HashMap};

use entities::client;
use entities::event::table::ActorKind;
use entities::id::ClientId;
use sea_orm::{ConnectionTrait, DbErr};

use crate::words::Words;

/// Names by id, of the clients that a page mentions.
pub struct People {
    words: Words,
    names: HashMap<ClientId, String>,
}

impl People {
    /// Looks these up, all at once.
    ///
    /// # Errors
    /// The database fails.
    pub async fn load(
        conn: &impl ConnectionTrait,
        words: Words,
        ids: impl IntoIterator<Item = ClientId>,
    ) -> Result<Self, DbErr> {
        let ids: BTreeSet<_> = ids.into_iter().collect();
        let names = client::queries::names(conn, ids).await?.into_iter().collect();
        Ok(Self { words, names })
    }

    /// The name of a client.
    #[must_use]
    pub fn client(&self, id: ClientId) -> String {
        self.names.get(&id).cloned().unwrap_or_else(|| self.words.t("actor-unknown"))
    }

    /// The name of whoever an event is by.
    #[must_use]
    pub fn actor(&self, kind: ActorKind, id: &str) -> String {
        match kind {
            ActorKind::Client => id.parse().map_or_else(|_| self.words.t("actor-unknown"), |id| self.client(id)),
            ActorKind::Worker => self.words.t("actor-worker"),
            ActorKind::Operator => self.words.t("actor-operator"),
            ActorKind::Person => self.words.t("actor-person"),
            ActorKind::Regulator => self.words.t("actor-regulator"),
        }
    }
}
