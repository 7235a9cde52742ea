//! Who may call: OAuth clients, their permissions, and the tokens they hold (contract §1.2, §6).

use std::collections::{BTreeSet, HashMap};
use std::time::{Duration, Instant};

use serde::Deserialize;

use super::window::Window;
use crate::ids;

/// An OAuth client with the client credentials grant.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// Client id.
    pub id: String,
    /// Client secret.
    pub secret: String,
    /// Display name; the id if not given.
    #[serde(default)]
    pub name: String,
    /// Index of its organisation.
    #[serde(default)]
    pub organisation: usize,
    /// Permissions such as `gdpr:request:add`; all the sandbox knows if not given.
    #[serde(default = "all_permissions")]
    pub permissions: BTreeSet<String>,
    /// Names of the divisions its role covers; all if none are named.
    #[serde(default)]
    pub divisions: Option<Vec<String>>,
    /// A disabled client gets no token, and those it holds are invalid.
    #[serde(default)]
    pub disabled: bool,
    /// Lifetime of its tokens in real seconds, if it has one of its own.
    #[serde(default)]
    pub token_lifetime_seconds: Option<u64>,
}

/// A token that was issued.
#[derive(Debug, Clone)]
pub struct Token {
    /// The client it was issued to.
    pub client: String,
    /// When it ends, in real time.
    pub expires: Instant,
    /// Calls made with it.
    pub window: Window,
}

/// Clients and tokens.
#[derive(Debug)]
pub struct Access {
    clients: HashMap<String, Client>,
    tokens: HashMap<String, Token>,
}

impl Access {
    /// Starts with these clients and no token.
    pub fn new(clients: Vec<Client>) -> Self {
        Self {
            clients: clients.into_iter().map(|client| (client.id.clone(), client)).collect(),
            tokens: HashMap::new(),
        }
    }

    /// The client with this id.
    pub fn client(&self, id: &str) -> Option<&Client> {
        self.clients.get(id)
    }

    /// Adds a client or changes the one with the same id.
    pub fn put_client(&mut self, mut client: Client) {
        if client.name.is_empty() {
            client.name.clone_from(&client.id);
        }
        self.clients.insert(client.id.clone(), client);
    }

    /// Issues a token.
    pub fn issue(&mut self, client: &str, lifetime: Duration) -> String {
        if self.tokens.len() > 10_000 {
            let now = Instant::now();
            self.tokens.retain(|_, token| token.expires > now);
        }
        let value = format!("{}{}", ids::fresh(), ids::fresh()).replace('-', "");
        let token = Token { client: client.to_owned(), expires: Instant::now() + lifetime, window: Window::default() };
        self.tokens.insert(value.clone(), token);
        value
    }

    /// The client behind a token that is still good.
    pub fn holder(&self, token: &str) -> Option<&Client> {
        let token = self.tokens.get(token).filter(|token| token.expires > Instant::now())?;
        self.clients.get(&token.client).filter(|client| !client.disabled)
    }

    /// The token itself.
    pub fn token_mut(&mut self, token: &str) -> Option<&mut Token> {
        self.tokens.get_mut(token)
    }

    /// Ends one token.
    pub fn revoke(&mut self, token: &str) {
        self.tokens.remove(token);
    }

    /// Ends all tokens.
    pub fn revoke_all(&mut self) {
        self.tokens.clear();
    }
}

/// Every permission the sandbox asks for, and those that usually stand beside them.
pub fn all_permissions() -> BTreeSet<String> {
    [
        "gdpr:request:add",
        "gdpr:request:view",
        "gdpr:subject:view",
        "externalContacts:contact:view",
        "relate:contact:view",
        "directory:user:view",
    ]
    .map(str::to_owned)
    .into()
}
