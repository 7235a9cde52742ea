//! From the groups of an organisation to roles here, and who is let in by them.

use std::collections::BTreeSet;
use std::str::FromStr;

use sea_orm::{ConnectionTrait, DbErr};

use super::role::{Role, Where};
use crate::controller;
use crate::words;

words! {
    /// Who may sign in by a provider.
    pub enum Admits {
        /// Officers who were added here.
        Known = "known",
        /// Whoever is in a group that gives a role, too: they are added as they come.
        Mapped = "mapped",
    }
}

/// The operator's rules for whoever comes by a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Who is let in.
    pub admits: Admits,
    /// Which groups give which roles. With it, roles follow the groups at each sign-in; without, they stay as granted here.
    pub mapping: Option<Mapping>,
}

/// Which groups give which roles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping(Vec<Given>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Given {
    group: String,
    role: Role,
    at: Place,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    Everywhere,
    Slug(String),
}

/// A text that is no mapping.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "lines (or parts parted by `;`) such as `privacy team = officer@acme, approver@beta` or `it = administrator@*` are needed: {0}"
)]
pub struct BadMapping(String);

impl FromStr for Mapping {
    type Err = BadMapping;

    fn from_str(text: &str) -> Result<Self, BadMapping> {
        let mut all = Vec::new();
        for line in text.split(['\n', ';']).map(str::trim).filter(|line| !line.is_empty()) {
            // The last one: names of groups may hold it (`CN=privacy,OU=groups`), roles do not.
            let (group, roles) = line.rsplit_once('=').ok_or_else(|| BadMapping(format!("`{line}` gives no role")))?;
            for role in roles.split(',').map(str::trim) {
                let (role, place) = role
                    .split_once('@')
                    .ok_or_else(|| BadMapping(format!("`{role}` does not say at which controller")))?;
                let role =
                    role.parse::<Role>().map_err(|error| BadMapping(format!("`{role}` is no role ({error})")))?;
                let at = match place {
                    "" => return Err(BadMapping("a role is at a controller's slug, or at `*`".to_owned())),
                    "*" => Place::Everywhere,
                    slug => Place::Slug(slug.to_owned()),
                };
                all.push(Given { group: group.trim().to_owned(), role, at });
            }
        }
        if all.is_empty() { Err(BadMapping("there is none".to_owned())) } else { Ok(Self(all)) }
    }
}

impl Mapping {
    /// The roles that these groups give. A controller that is not there gives none.
    ///
    /// # Errors
    /// The database fails.
    pub async fn roles(
        &self,
        conn: &impl ConnectionTrait,
        groups: &[String],
    ) -> Result<BTreeSet<(Where, Role)>, DbErr> {
        let mut roles = BTreeSet::new();
        for given in self.0.iter().filter(|given| groups.contains(&given.group)) {
            match &given.at {
                Place::Everywhere => drop(roles.insert((Where::Everywhere, given.role))),
                Place::Slug(slug) => {
                    if let Some(found) = controller::queries::by_slug(conn, slug).await? {
                        roles.insert((Where::At(found.id), given.role));
                    }
                }
            }
        }
        Ok(roles)
    }

    /// The slugs it names.
    #[must_use]
    pub fn slugs(&self) -> BTreeSet<&str> {
        let named = self.0.iter().map(|given| match &given.at {
            Place::Slug(slug) => Some(slug.as_str()),
            Place::Everywhere => None,
        });
        named.flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_names_groups_roles_and_places() {
        let read: Mapping =
            "privacy team = officer@acme, approver@beta\nCN=it,OU=groups = administrator@*;;audit=auditor@acme"
                .parse()
                .unwrap();
        let shown: Vec<_> = read.0.iter().map(|it| (it.group.as_str(), it.role.as_str(), &it.at)).collect();
        let slug = |text: &str| Place::Slug(text.to_owned());
        assert_eq!(
            shown,
            [
                ("privacy team", "officer", &slug("acme")),
                ("privacy team", "approver", &slug("beta")),
                ("CN=it,OU=groups", "administrator", &Place::Everywhere),
                ("audit", "auditor", &slug("acme")),
            ]
        );
        assert_eq!(read.slugs().into_iter().collect::<Vec<_>>(), ["acme", "beta"]);
        for bad in ["", "privacy", "privacy = officer", "privacy = boss@acme", "privacy = officer@"] {
            assert!(bad.parse::<Mapping>().is_err(), "{bad}");
        }
    }
}
