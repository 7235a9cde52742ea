//! The table of ticketing systems: a row each.

use words::words;

use crate::system::System;
use crate::systems::{
    freshdesk::Freshdesk, github::GitHub, hubspot::HubSpot, intercom::Intercom, jira::Jira, salesforce::Salesforce,
    servicenow::ServiceNow, standard::Standard, zendesk::Zendesk,
};

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

/// What one system can do for us.
#[derive(Clone, Copy, Debug)]
pub struct Row {
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

const ALL: Row = Row {
    carries: Carries::Fields,
    reads: true,
    writes: true,
    internal_comments: true,
    public_comments: true,
    lists: true,
};

impl SystemKind {
    /// Its room.
    #[must_use]
    pub fn system(self) -> &'static dyn System {
        match self {
            Self::Zendesk => &Zendesk,
            Self::Jira => &Jira,
            Self::ServiceNow => &ServiceNow,
            Self::Freshdesk => &Freshdesk,
            Self::Salesforce => &Salesforce,
            Self::Intercom => &Intercom,
            Self::HubSpot => &HubSpot,
            Self::GitHub => &GitHub,
            Self::Standard => &Standard,
        }
    }

    /// What it can do.
    #[must_use]
    pub const fn row(self) -> Row {
        match self {
            Self::Zendesk | Self::Jira | Self::ServiceNow | Self::Freshdesk | Self::Salesforce | Self::Intercom => ALL,
            // A note of HubSpot is seen by its users alone.
            Self::HubSpot => Row { carries: Carries::Ids, public_comments: false, ..ALL },
            // Whoever sees an issue sees all its comments.
            Self::GitHub => Row { internal_comments: false, ..ALL },
            Self::Standard => Row {
                reads: false,
                writes: false,
                internal_comments: false,
                public_comments: false,
                lists: false,
                ..ALL
            },
        }
    }
}
