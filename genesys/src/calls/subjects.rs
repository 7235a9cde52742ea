//! Subject search.

use crate::{
    error::PlatformError,
    model::{
        page::Page,
        subject::{SearchType, Subject},
    },
    platform::Platform,
    send::Ask,
    traffic::Call,
};

impl Platform {
    /// Whom a term hits: users, external contacts (ancestors included), dialer contacts, journey customers; one person may
    /// come several times. Names match fuzzily. Nobody found is an empty list (contract §3.1).
    pub async fn search_subjects(&self, search_type: &SearchType, value: &str) -> Result<Vec<Subject>, PlatformError> {
        let url = self.address().api(&["gdpr", "subjects"]);
        let ask =
            Ask::get(Call::SearchSubjects, url).query("searchType", search_type.as_str()).query("searchValue", value);
        let page: Page<Subject> = self.read(ask).await?;
        Ok(page.items)
    }
}
