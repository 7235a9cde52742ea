//! Whose token we hold, what it may do, and within which limits (contract §2.3, §6).

use serde::Deserialize;

use crate::model::{lenient::nullable, user::Division};

/// A thing with a name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct Named {
    /// Its id.
    #[serde(deserialize_with = "nullable")]
    pub id: String,
    /// Its name.
    pub name: Option<String>,
}

/// The OAuth client a token belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct TokenClient {
    /// Its id.
    #[serde(deserialize_with = "nullable")]
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// `active`, or on the way out.
    pub state: Option<String>,
}

/// Whose token we hold. Compare the organisation with the configured one before anything destructive.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenInfo {
    /// The organisation the token acts in.
    pub organization: Named,
    /// The organisation the OAuth client belongs to.
    #[serde(default)]
    pub home_organization: Option<Named>,
    /// The OAuth client.
    #[serde(default, rename = "OAuthClient")]
    pub client: Option<TokenClient>,
}

/// Whether, and where, a permission is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    /// Whether it is held at all.
    pub held: bool,
    /// Whether it is held in all divisions, future ones included.
    pub all_divisions: bool,
    /// The divisions it is held in; may be empty or partial when it is held in all.
    pub divisions: Vec<Division>,
}

/// One limit of a namespace.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Limit {
    /// What is limited, e.g. `client.credentials.token.rate.per.minute`.
    #[serde(default, deserialize_with = "nullable")]
    pub key: String,
    /// The namespace, e.g. `platform.api`.
    #[serde(default, deserialize_with = "nullable")]
    pub namespace: String,
    /// The limit; what it counts is said by the key.
    #[serde(default)]
    pub value: Option<i64>,
}
