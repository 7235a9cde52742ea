//! The table of ticketing systems: a row each.

use words::words;

use crate::system::System;
use crate::systems::{freshdesk, github, hubspot, intercom, jira, salesforce, servicenow, standard, zendesk};

words! {
    /// A ticketing system, as it is stored with a source.
    pub enum SystemKind {
        /// Zendesk Support.
        Zendesk = "zendesk",
        /// Jira Service Management, Cloud.
        Jira = "jira",
        /// ServiceNow, any table.
        ServiceNow = "servicenow",
        /// Freshdesk.
        Freshdesk = "freshdesk",
        /// Salesforce Service Cloud, cases.
        Salesforce = "salesforce",
        /// Intercom tickets.
        Intercom = "intercom",
        /// HubSpot tickets.
        HubSpot = "hubspot",
        /// GitHub issues.
        GitHub = "github",
        /// Anything that sends our own body by Standard Webhooks. It has no API that we know of.
        Standard = "standard",
    }
}

/// What a system's calls carry of a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carries {
    /// Its fields, where the call is set up as our guide says.
    Fields,
    /// Nothing but ids: the ticket must be read.
    Ids,
}

/// What one system can do for us. Each room says it of its own.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Its room.
    pub system: &'static dyn System,
    /// What its calls carry.
    pub carries: Carries,
    /// Whether a ticket can be read by its API.
    pub reads: bool,
    /// Whether status and comments can be written.
    pub writes: bool,
    /// Whether it has comments that the requester does not see.
    pub internal_comments: bool,
    /// Whether it has comments that the requester does see.
    pub public_comments: bool,
    /// Whether tickets changed since an instant can be listed.
    pub lists: bool,
}

impl Row {
    /// Everything there is.
    pub(crate) const fn all(system: &'static dyn System) -> Self {
        Self {
            system,
            carries: Carries::Fields,
            reads: true,
            writes: true,
            internal_comments: true,
            public_comments: true,
            lists: true,
        }
    }
}

impl SystemKind {
    /// What it can do.
    #[must_use]
    pub const fn row(self) -> Row {
        match self {
            Self::Zendesk => zendesk::OFFERS,
            Self::Jira => jira::OFFERS,
            Self::ServiceNow => servicenow::OFFERS,
            Self::Freshdesk => freshdesk::OFFERS,
            Self::Salesforce => salesforce::OFFERS,
            Self::Intercom => intercom::OFFERS,
            Self::HubSpot => hubspot::OFFERS,
            Self::GitHub => github::OFFERS,
            Self::Standard => standard::OFFERS,
        }
    }

    /// Its room.
    #[must_use]
    pub const fn system(self) -> &'static dyn System {
        self.row().system
    }
}
