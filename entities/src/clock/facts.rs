//! What the law is told about a request, and what it makes of that.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use law::calendar::Calendar;
use law::clock::Clock;
use law::clocks::Undefined;
use law::duty::{Duty, Kind};
use law::matter::{Appeal, ExtensionNotice, Inquiry, Matter};
use law::regime::Regime;
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr};

use super::table::{ActiveModel, ClockState, Model};
use crate::error::StoreError;
use crate::id::{ClockId, ControllerId, RequestId};
use crate::request::right::Right;
use crate::request::table::Model as Request;
use crate::time::At;
use crate::{appeal, controller, extension, inquiry};

/// All that the dates of a request follow from.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The laws whose clocks run, the one that the answer goes by first.
    pub regimes: Vec<Regime>,
    /// What is asked for.
    pub right: Right,
    /// When the request reached the controller.
    pub received_at: At,
    /// The zone whose civil days count.
    pub zone: TimeZone,
    /// The ISO 3166 region whose holidays count.
    pub region: Option<String>,
    /// Further holidays of the controller's.
    pub own_holidays: Vec<Date>,
    /// How many days before the cautious date the controller means to be done.
    pub target_days: u16,
    /// What was asked of the person.
    pub inquiries: Vec<inquiry::table::Model>,
    /// The notice of an extension, once it was sent.
    pub extension: Option<ExtensionNotice>,
    /// The appeal.
    pub appeal: Option<Appeal>,
    /// When the request was closed.
    pub closed_at: Option<At>,
}

impl Facts {
    /// The facts of a request that has just been received.
    ///
    /// # Errors
    /// The controller's time zone is none.
    pub fn at_receipt(
        controller: &controller::table::Model,
        regimes: Vec<Regime>,
        right: Right,
        received_at: At,
        region: Option<&str>,
    ) -> Result<Self, StoreError> {
        let home = controller.region.as_deref().unwrap_or_default();
        let place = region.unwrap_or(home);
        let country = |region: &str| Calendar::find(region, &[]).country().to_owned();
        // The controller's own days are days off where it is, and not in another country that has to act.
        let is_home = country(place) == country(home);
        Ok(Self {
            regimes,
            right,
            received_at,
            zone: controller.zone()?,
            region: Some(place).filter(|place| !place.is_empty()).map(str::to_owned),
            own_holidays: if is_home { controller.policy.own_holidays.clone() } else { Vec::new() },
            target_days: controller.policy.target_days,
            inquiries: Vec::new(),
            extension: None,
            appeal: None,
            closed_at: None,
        })
    }

    /// The facts of a request as they stand now.
    ///
    /// # Errors
    /// The database fails, or the request names a regime that does not exist.
    pub async fn load(conn: &impl ConnectionTrait, request: &Request) -> Result<Self, StoreError> {
        let controller = controller::queries::by_id(conn, request.controller_id).await?;
        let controller = controller.ok_or_else(|| DbErr::RecordNotFound("a request's controller".to_owned()))?;
        let extension = extension::queries::of_request(conn, request.id).await?;
        let appeal = appeal::queries::of_request(conn, request.id).await?;
        Self::of(&controller, request, inquiry::queries::of_request(conn, request.id).await?, extension, appeal)
    }

    /// The facts of a request, from their rows.
    ///
    /// # Errors
    /// The request names a regime that does not exist.
    pub fn of(
        controller: &controller::table::Model,
        request: &Request,
        inquiries: Vec<inquiry::table::Model>,
        extension: Option<extension::table::Model>,
        appeal: Option<appeal::table::Model>,
    ) -> Result<Self, StoreError> {
        let region = request.region.as_deref();
        let facts = Self::at_receipt(controller, regimes(request)?, request.right, request.received_at, region)?;
        Ok(Self {
            inquiries,
            extension: extension.and_then(|it| it.notice()),
            appeal: appeal
                .map(|it| Appeal { received: it.received_at.timestamp(), extended: it.extended_at.map(At::timestamp) }),
            closed_at: request.closed_at,
            ..facts
        })
    }

    /// Every duty that the facts start, under every law, with its dates.
    ///
    /// # Errors
    /// A law does not grant the right.
    pub fn clocks(&self) -> Result<Vec<Clock>, Undefined> {
        let (calendar, inquiries) = (self.calendar(), self.inquiries());
        let mut all = Vec::new();
        for regime in &self.regimes {
            all.extend(law::clocks::known(&self.matter(*regime, &calendar, &inquiries))?);
        }
        Ok(all)
    }

    /// The holidays of the establishment that must act. Each law takes from them what counts under it.
    #[must_use]
    pub fn calendar(&self) -> Calendar {
        Calendar::find(self.region.as_deref().unwrap_or_default(), &self.own_holidays)
    }

    /// What was asked of the person, as the law counts it: by civil days, and from the day on which the question went out. One
    /// that did not, or was answered before it did, had nobody wait.
    #[must_use]
    pub fn inquiries(&self) -> Vec<Inquiry> {
        let asked = |it: &inquiry::table::Model| {
            let sent_at =
                it.sent_at.filter(|sent_at| it.answered_at.is_none_or(|answered_at| *sent_at <= answered_at))?;
            Some(Inquiry::at(it.kind.in_law(), sent_at.timestamp(), it.answered_at.map(At::timestamp), &self.zone))
        };
        self.inquiries.iter().filter_map(asked).collect()
    }

    /// The facts as one law is told them.
    #[must_use]
    pub fn matter<'a>(&self, regime: Regime, calendar: &'a Calendar, inquiries: &'a [Inquiry]) -> Matter<'a> {
        Matter {
            inquiries,
            extension: self.extension,
            appeal: self.appeal,
            closed: self.closed_at.map(At::timestamp),
            target_days: self.target_days,
            ..Matter::new(regime, self.right.in_law(), self.received_at.timestamp(), self.zone.clone(), calendar)
        }
    }
}

/// The row of a clock.
///
/// # Errors
/// It does not serialise.
pub fn row(
    clock: &Clock,
    (controller, request): (ControllerId, RequestId),
    computation: i64,
    state: ClockState,
    now: At,
    why: &str,
) -> Result<ActiveModel, StoreError> {
    let whole = serde_json::to_string(clock).map_err(|_| StoreError::Corrupt("a clock does not serialise"))?;
    let calendar = clock.calendar.as_ref();
    Ok(ActiveModel {
        id: Set(ClockId::new()),
        request_id: Set(request),
        controller_id: Set(controller),
        regime: Set(clock.regime.as_str().to_owned()),
        duty: Set(clock.duty.as_str().to_owned()),
        computation: Set(computation),
        is_not_before: Set(clock.kind == Kind::NotBefore),
        cautious_at: Set(clock.ends.cautious.into()),
        statutory_at: Set(clock.ends.statutory.into()),
        target_at: Set(clock.ends.target.into()),
        state: Set(state),
        met_at: Set(None),
        whole: Set(whole),
        pack: Set(clock.pack.id.clone().into_owned()),
        pack_hash: Set(clock.pack.sha256.clone().into_owned()),
        calendar: Set(calendar.map(|it| it.region.clone())),
        calendar_hash: Set(calendar.and_then(|it| it.sha256.clone()).map(std::borrow::Cow::into_owned)),
        computed_at: Set(now),
        why: Set(why.to_owned()),
        superseded_at: Set(None),
    })
}

/// Whether a duty, by its word, is one to do what the request asks: what work is ordered by.
#[must_use]
pub fn is_to_answer(duty: &str) -> bool {
    [Duty::Respond, Duty::OptOut].iter().any(|it| it.as_str() == duty)
}

/// Whether a duty to do what the request asks still waits.
#[must_use]
pub fn waits_to_answer(row: &Model) -> bool {
    !row.is_settled() && is_to_answer(&row.duty)
}

/// The earliest cautious and statutory end among the duties to do what the request asks.
#[must_use]
pub fn answer_by(clocks: &[Clock]) -> Option<(At, At)> {
    let to_answer = || clocks.iter().filter(|it| is_to_answer(it.duty.as_str()));
    let cautious = to_answer().map(|it| it.ends.cautious).min()?;
    let statutory = to_answer().map(|it| it.ends.statutory).min()?;
    Some((cautious.into(), statutory.into()))
}

/// The laws whose clocks run for a request, the one that the answer goes by first.
///
/// # Errors
/// Somebody wrote past the rules.
pub fn regimes(request: &Request) -> Result<Vec<Regime>, StoreError> {
    let others: Vec<String> =
        serde_json::from_str(&request.other_regimes).map_err(|_| StoreError::Corrupt("other regimes are not JSON"))?;
    let words = std::iter::once(&request.regime).chain(&others);
    words.map(|word| word.parse().map_err(|_| StoreError::Corrupt("a request has an unknown regime"))).collect()
}
