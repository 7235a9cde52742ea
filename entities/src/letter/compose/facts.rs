//! What all letters of a request say: who writes, to whom, about what, on which day.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use law::regime::Regime;
use letters::context::common::{Common, Controller, Stated};
use letters::kind;
use letters::language::Language;

use super::Subject;
use crate::addressee::queries::Addressee;
use crate::clock;
use crate::controller::policy::Statement;
use crate::error::StoreError;
use crate::request::right::Right;
use crate::store::Store;
use crate::time::At;

/// All that letters are made from, whatever their kind.
pub struct Facts<'a> {
    /// The request and its controller.
    pub about: Subject<'a>,
    /// The present instant.
    pub now: At,
    /// Where links lead.
    pub public_url: Option<&'a str>,
    /// The controller's zone.
    pub zone: TimeZone,
    /// The language of the letter.
    pub language: Language,
    /// What the controller tells about its processing, in that language.
    pub statement: Statement,
    salutation: Option<String>,
    /// The laws of the request, the one that the answer goes by first.
    laws: Vec<Regime>,
}

impl<'a> Facts<'a> {
    /// Gathers them.
    ///
    /// # Errors
    /// The controller's time zone is none, or somebody wrote past the rules.
    pub fn of(store: &'a Store, about: Subject<'a>, to: Option<&Addressee>) -> Result<Self, StoreError> {
        let writing = &about.controller.policy.writing;
        let code = to.map_or(writing.language.as_str(), |to| to.language.as_str());
        let language = code.parse().or_else(|_| writing.language.parse()).unwrap_or(Language::English);
        Ok(Self {
            now: store.now(),
            public_url: store.public_url.as_deref(),
            zone: about.controller.zone()?,
            language,
            statement: writing.statements.get(language.code()).cloned().unwrap_or_default(),
            salutation: to.and_then(|to| to.salutation.clone()),
            laws: clock::facts::regimes(about.request)?,
            about,
        })
    }

    /// The civil day of an instant, where the controller is.
    pub fn day(&self, at: At) -> Date {
        at.timestamp().to_zoned(self.zone.clone()).date()
    }

    /// The civil day and time of an instant, where the controller is.
    pub fn day_and_time(&self, at: At) -> DateTime {
        at.timestamp().to_zoned(self.zone.clone()).datetime()
    }

    /// What all letters to persons say.
    pub fn common(&self) -> Common {
        let (controller, request) = (self.about.controller, self.about.request);
        let writing = &controller.policy.writing;
        Common {
            language: self.language,
            reference: request.reference.clone(),
            controller: Controller {
                name: controller.name.clone(),
                address: writing.postal_address.join("\n"),
                privacy_contact: writing.privacy_contact.clone().unwrap_or_default(),
            },
            regimes: self.laws.iter().map(|law| law.as_str().to_owned()).collect(),
            region: request.region.clone().or_else(|| controller.region.clone()),
            authority: None,
            appeal: self.statement.appeal.clone(),
            right: right(request.right),
            written_on: self.day(self.now),
            received_on: self.day(request.received_at),
            salutation: self.salutation.clone(),
        }
    }
}

/// A right as letters name it.
pub const fn right(right: Right) -> kind::Right {
    match right {
        Right::Access | Right::AdmtAccess => kind::Right::Access,
        Right::Erasure => kind::Right::Erasure,
        Right::Rectification => kind::Right::Rectification,
        Right::Portability => kind::Right::Portability,
        Right::Restriction => kind::Right::Restriction,
        Right::Objection => kind::Right::Objection,
        Right::OptOut | Right::Limit | Right::AdmtOptOut => kind::Right::OptOut,
    }
}

/// A list that the controller has stated; an empty one says that there is nothing.
pub fn stated(list: Option<&Vec<String>>) -> Stated {
    match list {
        Some(items) if items.is_empty() => Stated::nothing(),
        Some(items) => Stated::listed(items.iter().cloned()),
        None => Stated::listed(Vec::<String>::new()),
    }
}
