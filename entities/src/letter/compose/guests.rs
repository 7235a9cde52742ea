//! Letters to guests: a link, a code, and nothing of anybody's data.

use std::time::Duration;

use letters::context::Context;
use letters::context::guest::{Guest, RoomCode, RoomLink};
use letters::language::Language;

use super::{Missing, draft};
use crate::controller::table::Model as Controller;
use crate::guest;
use crate::letter::kind::LetterKind;
use crate::letter::outbox::Draft;
use crate::regulator::table::Model as Invitation;
use crate::time::At;

fn to(controller: &Controller, invitation: &Invitation) -> Guest {
    Guest {
        language: invitation.language.parse().unwrap_or(Language::English),
        controller_name: controller.name.clone(),
        guest_name: invitation.name.clone(),
    }
}

/// The link into the room; `page` is where it leads, without its token.
///
/// # Errors
/// The controller's zone is none, or a template is wrong.
pub fn room_link(
    controller: &Controller,
    invitation: &Invitation,
    page: &str,
    token: &str,
    now: At,
) -> Result<Draft, Missing> {
    let zone = controller.zone().map_err(|_| Missing(vec!["time_zone".to_owned()]))?;
    let day_and_time = |at: At| at.timestamp().to_zoned(zone.clone()).datetime();
    let life = guest::table::Guest::Regulator(invitation.id).link_life();
    let context = Context::RoomLink(RoomLink {
        guest: to(controller, invitation),
        link: format!("{page}/{token}"),
        again: page.to_owned(),
        expires: day_and_time((now + life).min(invitation.expires_at)),
        until: day_and_time(invitation.expires_at),
        time_zone: controller.time_zone.clone(),
        purpose: invitation.purpose.clone(),
    });
    draft(Vec::new(), &context, LetterKind::RoomLink, invitation.address.clone())
}

/// The code that goes with the link.
///
/// # Errors
/// A template is wrong.
pub fn room_code(
    controller: &Controller,
    invitation: &Invitation,
    code: &str,
    life: Duration,
) -> Result<Draft, Missing> {
    let minutes = u32::try_from(life.as_secs() / 60).unwrap_or(u32::MAX);
    let context = Context::RoomCode(RoomCode { guest: to(controller, invitation), code: code.to_owned(), minutes });
    draft(Vec::new(), &context, LetterKind::RoomCode, invitation.address.clone())
}
