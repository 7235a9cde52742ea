//! From ticket to ticket: a call of every ticketing system comes in by HTTP, becomes a request, an officer decides, and the
//! ticket shows what became of it. Against stand-ins of the systems' APIs, with their faults, on both databases.
//!
//! API and worker run in this process, because years and minutes pass here by a clock that the stories move.

mod arriving;
mod believing;
pub mod sign;
pub mod systems;
mod telling;
mod through;
mod troubled;
mod world;

use futures::StreamExt;
use testbed::database::{BOTH, Kind};

use systems::{ALL, System};

/// How many worlds there are at once.
const AT_ONCE: usize = 4;

/// Tells a story of each of these systems, on both databases.
async fn of_each(systems: impl Fn(&System) -> bool, story: impl AsyncFn(Kind, &'static System)) {
    let worlds = ALL.iter().filter(|it| systems(it)).flat_map(|system| BOTH.map(|kind| (kind, system)));
    let stories = worlds.map(|(kind, system)| story(kind, system));
    futures::stream::iter(stories).buffer_unordered(AT_ONCE).collect::<Vec<()>>().await;
}

/// The same of one system.
async fn of_one(slug: &str, story: impl AsyncFn(Kind, &'static System)) {
    of_each(|it| it.slug == slug, story).await;
}
