//! What to begin with: for each kind of system a description, a call to try it with, and what the other side is told to send, read
//! from the very pages of `docs/integrations` that people read. A test adds every one of them, so none is stale.

use serde::Deserialize;
use ticketing::kind::SystemKind;

use crate::description::Description;

macro_rules! page {
    ($name:literal) => {
        include_str!(concat!("../../docs/integrations/", $name, ".md"))
    };
}

/// The page about a kind of system.
#[derive(Clone, Copy, Debug)]
pub struct Guide {
    kind: SystemKind,
    page: &'static str,
}

/// Who we are at a system's API, without the secret: which fields there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CredentialKind {
    /// User and secret.
    #[default]
    Basic,
    /// A token.
    Bearer,
    /// An OAuth client.
    Client,
}

impl Guide {
    /// The guide to this kind.
    #[must_use]
    pub const fn of(kind: SystemKind) -> Self {
        let page = match kind {
            SystemKind::Zendesk => page!("zendesk"),
            SystemKind::Jira => page!("jira"),
            SystemKind::ServiceNow => page!("servicenow"),
            SystemKind::Freshdesk => page!("freshdesk"),
            SystemKind::Salesforce => page!("salesforce"),
            SystemKind::Intercom => page!("intercom"),
            SystemKind::HubSpot => page!("hubspot"),
            SystemKind::GitHub => page!("github"),
            SystemKind::Standard => page!("standard"),
        };
        Self { kind, page }
    }

    /// What the system is called.
    #[must_use]
    pub fn title(self) -> &'static str {
        self.page.lines().next().unwrap_or_default().trim_start_matches("# ")
    }

    /// The description to begin with.
    ///
    /// # Errors
    /// The page's own cannot be read.
    pub fn description(self) -> Result<Description, toml::de::Error> {
        toml::from_str(self.file("toml").unwrap_or_default())
    }

    /// A call as the system sends it: what it says its body is, and the body.
    #[must_use]
    pub fn call(self) -> Option<(&'static str, &'static str)> {
        let json = self.block(&format!("json {}-call.json", self.kind)).map(|text| ("application/json", text));
        json.or_else(|| self.block(&format!("xml {}-message.xml", self.kind)).map(|text| ("text/xml", text)))
    }

    /// What the other side is told to send, where it has to be told.
    #[must_use]
    pub fn body(self) -> Option<&'static str> {
        self.blocks().find(|(info, _)| info.contains(" template=")).map(|(_, text)| text)
    }

    /// How we show who we are at its API; none where it has none.
    #[must_use]
    pub fn credentials(self) -> Option<CredentialKind> {
        #[derive(Deserialize)]
        struct Stored {
            kind: CredentialKind,
        }
        let text = self.block(&format!("json {}-api.json", self.kind))?;
        serde_json::from_str::<Stored>(text).ok().map(|it| it.kind)
    }

    /// The file of the system's own name.
    fn file(self, ending: &str) -> Option<&'static str> {
        self.block(&format!("{ending} {}.{ending}", self.kind))
    }

    fn block(self, info: &str) -> Option<&'static str> {
        self.blocks().find(|(found, _)| *found == info).map(|(_, text)| text)
    }

    /// What stands between fences, each with what is said of it behind the first.
    fn blocks(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let inside = self.page.split("\n```").skip(1).step_by(2);
        inside.filter_map(|block| block.split_once('\n').map(|(info, text)| (info.trim(), text)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial;

    #[test]
    fn every_guide_has_what_one_begins_with_and_it_works() {
        for kind in SystemKind::ALL.iter().copied() {
            let guide = Guide::of(kind);
            let described = guide.description().unwrap_or_else(|error| panic!("{kind}: {error}"));
            assert_eq!(described.system, kind);
            described.check().unwrap_or_else(|faults| panic!("{kind}: {faults:?}"));
            let (content_type, body) = guide.call().unwrap_or_else(|| panic!("{kind} has no call"));
            let tried = trial::call(&described, Some(content_type), body.as_bytes());
            assert!(!tried.unwrap_or_else(|error| panic!("{kind}: {error}")).is_empty(), "{kind}");
            let row = kind.row();
            assert_eq!(guide.credentials().is_some(), row.reads || row.writes, "{kind}");
            assert!(!guide.title().is_empty() && !guide.title().contains('#'), "{kind}");
        }
        assert_eq!(Guide::of(SystemKind::Intercom).credentials(), Some(CredentialKind::Bearer));
        assert!(Guide::of(SystemKind::Zendesk).body().unwrap().contains("{{ticket.id}}"));
    }
}
