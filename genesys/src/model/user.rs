//! Users of the organisation, and divisions (contract §5).

use serde::{Deserialize, Serialize};

use crate::model::{
    contact::DivisionRef,
    lenient::nullable,
    open_enum::{opaque_debug, open_enum},
};

open_enum! {
    /// Whether a user is still one.
    UserState {
        /// Works here.
        Active = "active",
        /// Shut out, kept.
        Inactive = "inactive",
        /// Deleted, still readable.
        Deleted = "deleted",
    }
}

/// A user, as far as it takes to recognise one.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The user's id.
    pub id: String,
    /// Display name.
    #[serde(default)]
    pub name: Option<String>,
    /// E-mail address.
    #[serde(default)]
    pub email: Option<String>,
    /// Login name.
    #[serde(default)]
    pub username: Option<String>,
    /// Position.
    #[serde(default)]
    pub title: Option<String>,
    /// Department.
    #[serde(default)]
    pub department: Option<String>,
    /// Whether the user is still one.
    #[serde(default, deserialize_with = "nullable")]
    pub state: UserState,
    /// The user's division.
    #[serde(default)]
    pub division: Option<DivisionRef>,
}

opaque_debug!(User);

/// A division of the organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Division {
    /// The division's id.
    pub id: String,
    /// Its name.
    #[serde(default, deserialize_with = "nullable")]
    pub name: String,
    /// Whether it is the one everything starts in.
    #[serde(default, deserialize_with = "nullable")]
    pub home_division: bool,
}
