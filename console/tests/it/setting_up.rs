//! Setting up: controllers and their platform, the switch that stops work, letter texts, law packs.

mod controllers;
mod law;
mod platform;
mod switch;
mod texts;

use entities::controller;
use entities::controller::table::Model as Controller;
use entities::officer::role::{Role, Where};

use crate::browser::{Browser, Page};
use crate::world::World;

/// A browser of somebody who administers there.
pub async fn administrator(world: &World, place: Where) -> Browser {
    let row = world.hire("adam@example.com", "Adam Acht", &[(place, Role::Administrator)]).await;
    world.signed_in(&row).await
}

/// A controller as it is stored now.
pub async fn stored(world: &World, slug: &str) -> Option<Controller> {
    controller::queries::by_slug(world.store.db.read(), slug).await.unwrap()
}

/// The kinds of a controller's events that are about itself, oldest first.
pub async fn own_events(world: &World, id: entities::id::ControllerId) -> Vec<entities::event::table::Model> {
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
    let all = entities::event::table::Entity::find().filter(entities::event::table::COLUMN.controller_id.eq(id));
    all.order_by_asc(entities::event::table::Column::Id).all(world.store.db.read()).await.unwrap()
}

/// Opens a page and sends its form.
pub async fn fill(browser: &mut Browser, page: &str, action: &str, filled: &[(&str, &str)]) -> Page {
    let shown = browser.get(page).await.fine();
    browser.submit(&shown, action, filled).await
}
