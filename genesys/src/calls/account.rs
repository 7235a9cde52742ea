//! Our own token: whose it is, what it may do, its limits, and giving it back.

use serde::Deserialize;

use crate::{
    calls::{PAGES_MAX, is_id},
    error::PlatformError,
    model::{
        account::{Limit, Permission, TokenInfo},
        lenient::nullable,
        page::Page,
        user::Division,
    },
    platform::Platform,
    send::Ask,
    traffic::Call,
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DivisionsPermitted {
    #[serde(flatten)]
    page: Page<Division>,
    #[serde(default, deserialize_with = "nullable")]
    all_divs_permitted: bool,
}

impl Platform {
    /// Whose token we hold.
    pub async fn token_info(&self) -> Result<TokenInfo, PlatformError> {
        self.read(Ask::get(Call::ReadToken, self.address().api(&["tokens", "me"]))).await
    }

    /// Whether, and in which divisions, our client holds a permission such as `gdpr:request:add` (contract §6.2).
    pub async fn holds_permission(&self, permission: &str) -> Result<Permission, PlatformError> {
        let mut divisions = Vec::new();
        for number in 1..=PAGES_MAX {
            let url = self.address().api(&["authorization", "divisionspermitted", "paged", "me"]);
            let ask = Ask::get(Call::ProbePermission, url)
                .query("permission", permission)
                .query("pageSize", "100")
                .query("pageNumber", &number.to_string());
            let permitted: DivisionsPermitted = self.read(ask).await?;
            let all_divisions = permitted.all_divs_permitted;
            let is_followed = permitted.page.is_followed(number);
            divisions.extend(permitted.page.items);
            if all_divisions || !is_followed {
                return Ok(Permission { held: all_divisions || !divisions.is_empty(), all_divisions, divisions });
            }
        }
        Err(PlatformError::TooLarge { correlation: None })
    }

    /// The limits of a namespace such as `platform.api` or `gdpr` (contract §2.3).
    pub async fn limits(&self, namespace: &str) -> Result<Vec<Limit>, PlatformError> {
        if !is_id(namespace) {
            return Err(PlatformError::NotFound { correlation: None });
        }
        let url = self.address().api(&["organizations", "limits", "namespaces", namespace]);
        let page: Page<Limit> = self.read(Ask::get(Call::ReadLimits, url)).await?;
        Ok(page.items)
    }

    /// Gives our token back, if we hold one. The next call fetches a new one.
    pub async fn revoke_token(&self) -> Result<(), PlatformError> {
        let Some(token) = self.inner.tokens.known() else { return Ok(()) };
        let ask = Ask::delete(Call::RevokeToken, self.address().api(&["tokens", "me"]));
        self.inner.traffic.before(ask.call).await?;
        let answer = self.exchange(ask.call, self.authorised(&ask, &token)).await?;
        // A token that the platform no longer knows is as good as revoked.
        if answer.is_success() || matches!(answer.status, 401 | 404) {
            self.inner.tokens.discard(&token);
            return Ok(());
        }
        Err(crate::refusal::read(ask.call, &answer))
    }
}
