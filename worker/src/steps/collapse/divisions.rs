//! Which divisions are the controller's: its policy names them by id or by name, or names none, and then all are.

use entities::controller::policy::Policy;
use genesys::error::PlatformError;
use genesys::model::contact::{Contact, DivisionRef};
use genesys::model::user::Division;
use genesys::platform::Platform;

/// Stands for all divisions or for none (contract §4).
const ANY: &str = "*";

/// The controller's divisions.
pub(super) struct Divisions<'a> {
    own: &'a [String],
    /// The organisation's, read only where a name is needed that a record does not tell.
    all: Vec<Division>,
}

impl<'a> Divisions<'a> {
    pub(super) fn of(policy: &'a Policy) -> Self {
        Self { own: &policy.divisions, all: Vec::new() }
    }

    /// Finds out the names of these divisions. A contact may tell its division by id alone, and the policy may name it.
    pub(super) async fn name_all<'b>(
        &mut self,
        platform: &Platform,
        mut told: impl Iterator<Item = &'b DivisionRef>,
    ) -> Result<(), PlatformError> {
        let is_unclear = |it: &DivisionRef| it.name.is_none() && !belongs_to_none(it) && !self.own.contains(&it.id);
        if self.all.is_empty() && !self.own.is_empty() && told.any(is_unclear) {
            self.all = platform.divisions().await?;
        }
        Ok(())
    }

    /// A user is the controller's if it names no divisions, or if one of those it names is the user's.
    pub(super) fn is_foreign(&self, division: Option<&DivisionRef>) -> bool {
        !self.own.is_empty() && !division.is_some_and(|it| self.own.iter().any(|word| self.is_called(it, word)))
    }

    /// So is a contact; but many belong to no division, and those are everybody's.
    pub(super) fn is_foreign_contact(&self, contact: &Contact) -> bool {
        contact.division.as_ref().is_some_and(|it| !belongs_to_none(it) && self.is_foreign(Some(it)))
    }

    fn is_called(&self, division: &DivisionRef, word: &str) -> bool {
        let named = || self.all.iter().any(|known| known.id == division.id && known.name == word);
        division.id == word || division.name.as_deref() == Some(word) || named()
    }
}

fn belongs_to_none(division: &DivisionRef) -> bool {
    division.id.is_empty() || division.id == ANY
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anybody() -> Contact {
        serde_json::from_value(serde_json::json!({ "id": "c" })).unwrap()
    }

    #[test]
    fn a_division_is_known_by_id_by_name_or_by_the_organisations_list() {
        let policy = Policy { divisions: vec!["Home".to_owned(), "d-2".to_owned()], ..Policy::default() };
        let known = Division { id: "d-1".to_owned(), name: "Home".to_owned(), home_division: true };
        let divisions = Divisions { all: vec![known], ..Divisions::of(&policy) };
        let is_foreign = |id: &str, name: Option<&str>| {
            let division = DivisionRef { id: id.to_owned(), name: name.map(str::to_owned) };
            let contact = Contact { division: Some(division.clone()), ..anybody() };
            (divisions.is_foreign(Some(&division)), divisions.is_foreign_contact(&contact))
        };
        for (id, name) in [("d-1", None), ("d-2", None), ("d-9", Some("Home"))] {
            assert_eq!(is_foreign(id, name), (false, false), "{id}");
        }
        assert_eq!(is_foreign("d-3", Some("Overseas")), (true, true));
        assert_eq!(is_foreign("*", None), (true, false), "a contact may belong to no division, a user does not");
        assert_eq!((divisions.is_foreign(None), divisions.is_foreign_contact(&anybody())), (true, false));
        let all = Policy::default();
        assert!(!Divisions::of(&all).is_foreign(None), "who names none means all");
    }
}
