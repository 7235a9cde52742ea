//! The seeded OAuth clients.
//!
//! | id | secret | what it is for |
//! |---|---|---|
//! | `demo-client` | `demo-secret` | holds every permission, in all divisions |
//! | `home-client` | `home-secret` | holds every permission, in division Home only |
//! | `no-submit-client` | `no-submit-secret` | lacks `gdpr:request:add` |
//! | `no-contacts-client` | `no-contacts-secret` | lacks `externalContacts:contact:view` and `relate:contact:view` |
//! | `disabled-client` | `disabled-secret` | is disabled |
//! | `other-client` | `other-secret` | holds every permission, in the other organisation |

use crate::state::access::{Client, all_permissions};

/// All of them.
pub fn all() -> Vec<Client> {
    let client = |id: &str, secret: &str| Client {
        id: id.into(),
        secret: secret.into(),
        name: id.into(),
        organisation: 0,
        permissions: all_permissions(),
        divisions: None,
        disabled: false,
        token_lifetime_seconds: None,
    };
    let without = |mut client: Client, taken: &[&str]| {
        client.permissions.retain(|permission| !taken.contains(&permission.as_str()));
        client
    };
    vec![
        client("demo-client", "demo-secret"),
        Client { divisions: Some(vec!["Home".into()]), ..client("home-client", "home-secret") },
        without(client("no-submit-client", "no-submit-secret"), &["gdpr:request:add"]),
        without(
            client("no-contacts-client", "no-contacts-secret"),
            &["externalContacts:contact:view", "relate:contact:view"],
        ),
        Client { disabled: true, ..client("disabled-client", "disabled-secret") },
        Client { organisation: 1, ..client("other-client", "other-secret") },
    ]
}
