//! How a path names a request: by its id, or by the reference that people speak on the telephone.

use entities::client::reach::Reach;
use entities::id::RequestId;
use entities::request::queries;
use entities::request::table::Model;
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use crate::problem::Problem;

/// The name of a request in a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// Its id.
    Id(RequestId),
    /// Its reference, in capitals.
    Reference(String),
}

impl Named {
    /// Reads a name. What is neither an id nor a reference names nothing that exists.
    ///
    /// # Errors
    /// [`Problem::not_found`].
    pub fn parse(text: &str) -> Result<Self, Problem> {
        if let Some(id) = id(text) {
            return Ok(Self::Id(RequestId(id)));
        }
        let capitals = text.to_ascii_uppercase();
        let is_reference = capitals.len() == 9
            && capitals.bytes().enumerate().all(|(at, c)| if at == 4 { c == b'-' } else { c.is_ascii_alphanumeric() });
        if is_reference { Ok(Self::Reference(capitals)) } else { Err(Problem::not_found("request")) }
    }

    /// The request of this name, if it is within reach.
    ///
    /// # Errors
    /// There is none within reach, or the database fails.
    pub async fn find(&self, conn: &impl ConnectionTrait, reach: &Reach) -> Result<Model, Problem> {
        let found = match self {
            Self::Id(id) => queries::by_id(conn, reach, *id).await?,
            Self::Reference(reference) => queries::by_reference(conn, reach, reference).await?,
        };
        found.ok_or_else(|| Problem::not_found("request"))
    }

    /// The requests of these names that are within reach, in the order of the names, each once.
    ///
    /// # Errors
    /// The database fails.
    pub async fn find_each(conn: &impl ConnectionTrait, reach: &Reach, names: &[Self]) -> Result<Vec<Model>, DbErr> {
        let (mut ids, mut references) = (Vec::new(), Vec::new());
        for name in names {
            match name {
                Self::Id(id) => ids.push(*id),
                Self::Reference(reference) => references.push(reference.as_str()),
            }
        }
        let mut found = queries::of_names(conn, reach, &ids, &references).await?;
        found.sort_by_key(|row| names.iter().position(|name| name.is_of(row)));
        Ok(found)
    }

    /// Whether it names this request.
    #[must_use]
    pub fn is_of(&self, request: &Model) -> bool {
        match self {
            Self::Id(id) => *id == request.id,
            Self::Reference(reference) => *reference == request.reference,
        }
    }

    /// The id of the request of this name; if it is named by its id, that costs no query and says nothing of its existence.
    ///
    /// # Errors
    /// There is none within reach, or the database fails.
    pub async fn id(&self, conn: &impl ConnectionTrait, reach: &Reach) -> Result<RequestId, Problem> {
        match self {
            Self::Id(id) => Ok(*id),
            Self::Reference(_) => self.find(conn, reach).await.map(|request| request.id),
        }
    }
}

/// An id in its one usual form, 36 characters with hyphens.
#[must_use]
pub fn id(text: &str) -> Option<Uuid> {
    (text.len() == 36).then(|| Uuid::try_parse(text).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_named_by_id_or_by_reference() {
        let id = "0193a5f0-7c00-7000-8000-000000000001";
        assert_eq!(Named::parse(id).unwrap(), Named::Id(RequestId(id.parse().unwrap())));
        assert_eq!(Named::parse("k7pw-3mxd").unwrap(), Named::Reference("K7PW-3MXD".into()));
        for nothing in ["", "1", "K7PW3MXD", "K7PW-3MXÄ", "K7PW-3M\0D", "{0193a5f0-7c00-7000-8000-0000000001}", "'; --"]
        {
            assert_eq!(Named::parse(nothing).unwrap_err().code().word, "not_found", "{nothing}");
        }
    }
}
