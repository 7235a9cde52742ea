//! Users and divisions.

use serde::de::DeserializeOwned;

use crate::{
    calls::PAGES_MAX,
    error::PlatformError,
    model::{
        page::Page,
        user::{Division, User},
    },
    platform::Platform,
    send::Ask,
    traffic::Call,
};

/// Ids in one call, the platform's own maximum (contract §5).
const USER_IDS_MAX: usize = 100;

impl Platform {
    /// The users of these ids, in any state, deleted ones included; ids without a user are left out.
    pub async fn users(&self, ids: &[String]) -> Result<Vec<User>, PlatformError> {
        let mut wanted: Vec<&str> = ids.iter().map(String::as_str).filter(|id| !id.is_empty()).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let mut users = Vec::with_capacity(wanted.len());
        for batch in wanted.chunks(USER_IDS_MAX) {
            users.extend(
                self.all_pages(|page| {
                    let ask = Ask::get(Call::ListUsers, self.address().api(&["users"]))
                        .query("state", "any")
                        .query("pageSize", "100")
                        .query("pageNumber", &page.to_string());
                    batch.iter().fold(ask, |ask, id| ask.query("id", id))
                })
                .await?,
            );
        }
        Ok(users)
    }

    /// The user of this id, in any state. The listing is asked, since reading a single user hides deleted ones.
    pub async fn user(&self, id: &str) -> Result<Option<User>, PlatformError> {
        let users = self.users(&[id.to_owned()]).await?;
        Ok(users.into_iter().find(|user| user.id == id))
    }

    /// All divisions of the organisation.
    pub async fn divisions(&self) -> Result<Vec<Division>, PlatformError> {
        self.all_pages(|page| {
            Ask::get(Call::ListDivisions, self.address().api(&["authorization", "divisions"]))
                .query("pageSize", "100")
                .query("pageNumber", &page.to_string())
        })
        .await
    }

    /// Follows a listing to its end.
    async fn all_pages<T: DeserializeOwned>(&self, ask: impl Fn(u32) -> Ask) -> Result<Vec<T>, PlatformError> {
        let mut all = Vec::new();
        for number in 1..=PAGES_MAX {
            let page: Page<T> = self.read(ask(number)).await?;
            let is_followed = page.is_followed(number);
            all.extend(page.items);
            if !is_followed {
                return Ok(all);
            }
        }
        Err(PlatformError::TooLarge { correlation: None })
    }
}
