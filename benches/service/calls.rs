//! Platform calls: how many a request costs, against the fewest that can do it.
//!
//! The platform counts calls by the minute, so calls are what a request costs there. The sandbox counts them.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use entities::controller::policy::{Policy, Review};
use entities::request::status::RequestStatus;
use entities::request::table as request;
use resolution::identifier::IdentifierKind;
use resolution::plan::Right;
use sandbox::options::{Options, Population, Settings};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use testbed::database::Kind;
use testbed::installation::Installation;

use crate::Scale;
use crate::process::Process;
use crate::report::{Aim, Figure, Finding, name_of};

const AIM: Aim = Aim::AtMost(1.1);

/// How often a job is looked at: the platform needs two and a half times as long as the wait between two looks.
const LOOKS: u64 = 3;
/// Contacts that one bulk call fetches (contract §4).
const CONTACTS_A_CALL: u64 = 50;
/// Rows of the platform's list that one call reads.
const ROWS_A_PAGE: u64 = 100;
/// How long all requests may take to close.
const PATIENCE: Duration = Duration::from_secs(600);

/// Requests, and what the platform has to do with them.
struct Scene {
    what: &'static str,
    right: Right,
    /// Who asks, each by these terms.
    people: Vec<Vec<(IdentifierKind, String)>>,
    population: Population,
    /// Contacts that each request's terms find.
    contacts: u64,
    /// Contacts that each acts on: the canonical ones.
    canonical: u64,
    /// Platform requests that we place for each: one a canonical contact, one a term.
    placed: u64,
    /// Platform requests that the platform makes by itself for the other members of each merge set.
    siblings: u64,
    /// Parts that each export yields.
    parts: u64,
    /// The wait between two looks.
    poll: Duration,
}

impl Scene {
    /// The fewest calls that can do it, given what the contract offers:
    ///
    /// - a process: its token, whose token it is, and its limits (1 each);
    /// - a search for every term (§3.1), and after an erasure one more to see that nothing is left;
    /// - one bulk fetch for every fifty contacts of a request (§4);
    /// - one fetch more for each contact that is acted on, just before: whom it was merged with since the approval is not
    ///   approved (§3.5). This one is asked for by our own promise, and not to be had with fewer;
    /// - one call a platform request placed (§3.2: one identifier a request);
    /// - at each look one page of the list for every hundred rows, or one single read a job, whichever is fewer (§3.3). Jobs
    ///   of one cadence are looked at together. A list row does not carry the addresses of results, so the last look at an
    ///   export is a single read, which has both;
    /// - one call a part downloaded (§3.4). Where the storage is reached by a redirect, that is not the platform's API.
    fn minimum(&self) -> u64 {
        let requests = self.people.len() as u64;
        let terms: u64 = self.people.iter().map(|terms| terms.len() as u64).sum();
        let jobs = requests * (self.placed + self.siblings);
        let look = jobs.div_ceil(ROWS_A_PAGE).min(jobs);
        let (searches, last_look, downloads) = match self.right {
            Right::Access => (terms, jobs, jobs * self.parts),
            Right::Erasure => (2 * terms, look, 0),
            Right::Rectification => (terms, look, 0),
        };
        3 + searches
            + requests * self.contacts.div_ceil(CONTACTS_A_CALL)
            + requests * self.canonical
            + requests * self.placed
            + (LOOKS - 1) * look
            + last_look
            + downloads
    }

    fn platform(&self) -> Options {
        let takes = self.poll.mul_f64(LOOKS as f64 - 0.5);
        let settings = Settings {
            rate_per_minute: u32::MAX,
            export_takes: takes,
            erasure_takes: takes,
            sibling_delay: self.poll / 4,
            ..Settings::default()
        };
        Options { population: self.population, settings, ..Options::default() }
    }

    fn policy(&self) -> Policy {
        let poll_ms = u64::try_from(self.poll.as_millis()).unwrap_or(u64::MAX);
        Policy { review: Review::AccessUnlessDoubtful, poll_ms, sibling_grace_ms: 20 * poll_ms, ..Policy::default() }
    }
}

fn scenes(scale: Scale) -> Vec<Scene> {
    let email = |address: String| vec![(IdentifierKind::Email, address)];
    let together: u32 = scale.pick(300, 30);
    let crowd = (1..=together).map(|number| email(format!("person-{number}@example.net"))).collect();
    let access = |what, people: Vec<_>, poll| Scene {
        what,
        right: Right::Access,
        population: Population::Bulk { people: together },
        people,
        contacts: 1,
        canonical: 1,
        placed: 2,
        siblings: 0,
        parts: 1,
        poll,
    };
    let maya = vec![
        (IdentifierKind::Email, "maya.okafor@example.com".to_owned()),
        (IdentifierKind::Phone, "+13175550142".to_owned()),
    ];
    vec![
        access("one access by e-mail", vec![email("person-1@example.net".to_owned())], Duration::from_secs(1)),
        access(
            scale.pick("300 accesses at once", "30 accesses at once"),
            crowd,
            Duration::from_secs(scale.pick(20, 3)),
        ),
        Scene {
            what: "one erasure of a merge set of four",
            right: Right::Erasure,
            people: vec![maya],
            population: Population::Samples,
            contacts: 4,
            canonical: 1,
            placed: 3,
            siblings: 3,
            parts: 0,
            poll: Duration::from_secs(2),
        },
    ]
}

/// Measures it.
pub async fn measure(kind: Kind, scale: Scale) -> anyhow::Result<Vec<Finding>> {
    let mut found = Vec::new();
    for scene in scenes(scale) {
        let calls = play(kind, &scene).await? as f64;
        let finding = Finding::alone("calls", name_of(kind), scene.what, Figure::plain("made", calls, "calls"));
        found.push(finding.against(Figure::plain("fewest", scene.minimum() as f64, "calls")).aiming(AIM));
    }
    Ok(found)
}

/// Plays a scene to its end, and says how many calls it took.
async fn play(kind: Kind, scene: &Scene) -> anyhow::Result<u64> {
    let installation = Installation::with_policy(kind, scene.platform(), scene.policy()).await;
    for terms in &scene.people {
        let terms: Vec<_> = terms.iter().map(|(kind, value)| (*kind, value.as_str())).collect();
        installation.file(scene.right, &terms).await;
    }
    let before = calls(&installation).await?;
    let mut worker = Process::worker(&installation)?;
    let begun = Instant::now();
    loop {
        worker.is_up()?;
        installation.approve_what_waits().await;
        let closed = request::Entity::find().filter(request::COLUMN.status.eq(RequestStatus::Closed));
        let closed = closed.count(installation.store.db.read()).await?;
        if closed == scene.people.len() as u64 {
            return Ok(calls(&installation).await? - before);
        }
        ensure!(begun.elapsed() < PATIENCE, "{}: {closed} are closed", scene.what);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// What the platform's API has been asked so far.
async fn calls(installation: &Installation) -> anyhow::Result<u64> {
    let counters = installation.platform.show("counters").await;
    let routes = counters["calls"].as_object().context("the sandbox counts no calls")?;
    let counted = routes.iter().filter(|(route, _)| *route != "storage");
    Ok(counted.filter_map(|(_, count)| count.as_u64()).sum())
}
