//! A hundred thousand requests, as an installation that serves four controllers would hold them: of two years, most of them
//! closed, or all of them open.
//!
//! Written through the entities in large transactions: values sealed under a key for each request, clocks computed, events as
//! long as the life that each request has had. What nothing measured touches (the contents of files, chains) is left out.

mod life;
mod parts;

use std::collections::HashSet;
use std::time::Duration;

use entities::artifact::table as artifact;
use entities::candidate::table::{self as candidate, hit};
use entities::clock::table as clock;
use entities::controller::queries::{Credential, NewController, add};
use entities::controller::table::Model as Controller;
use entities::db::Txn;
use entities::event::table as event;
use entities::event::trail::Actor;
use entities::id::{ClientId, RequestId};
use entities::identifier::table as identifier;
use entities::job::table as job;
use entities::letter::table as letter;
use entities::request::reference::new_reference;
use entities::request::table as request;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sea_orm::{EntityTrait, IntoActiveModel, Iterable};
use testbed::installation::Installation;

use self::life::{Life, live};

/// Requests written in one transaction.
const IN_ONE_COMMIT: usize = 2_000;
/// SQLite takes no more values in one statement.
const MOST_VALUES: usize = 32_000;

/// Which requests there are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mix {
    /// Of two years, and so most of them closed.
    Years,
    /// Of the last forty days, and all of them open.
    Open,
}

impl Mix {
    /// How long ago the first request came.
    fn age(self) -> Duration {
        let days = if self == Self::Open { 40 } else { 2 * 365 };
        Duration::from_secs(days * 86_400)
    }

    /// Of a thousand, how many are looked at: the first eighty are what is still at work.
    fn of_a_thousand(self) -> u32 {
        if self == Self::Open { 80 } else { 1_000 }
    }
}

/// What is stored for one controller.
pub struct Stored {
    /// The requests of the controller that is asked about.
    pub ids: Vec<RequestId>,
    /// Mailboxes they were filed with.
    pub mailboxes: Vec<String>,
}

/// Stores `count` requests: two of five for `acme`, the others for three neighbours.
pub async fn store(installation: &Installation, mix: Mix, count: usize) -> anyhow::Result<Stored> {
    let store = &installation.store;
    let mut controllers = vec![installation.controller.clone()];
    for slug in ["borealis", "corvus", "dorado"] {
        controllers.push(neighbour(installation, slug).await?);
    }
    let filer: ClientId = installation.filer.id.parse()?;
    let mut random = StdRng::seed_from_u64(20_261_120);
    let begin = store.now() - mix.age();
    let mut stored = Stored { ids: Vec::new(), mailboxes: Vec::new() };
    let mut number = 0;
    let mut references = HashSet::new();
    while number < count {
        let mut lives = Vec::new();
        for _ in 0..IN_ONE_COMMIT.min(count - number) {
            let controller = &controllers[[0, 0, 1, 2, 3][random.random_range(0..5)]];
            let received = begin + mix.age().mul_f64(number as f64 / count as f64);
            let mailbox = format!("person-{number}@example.net");
            let mut life = live(store, controller, filer, (mix, received), &mailbox, &mut random)?;
            // Among so many, two may meet by chance; filing would take another one, too.
            while !references.insert(life.request.reference.clone()) {
                life.request.reference = new_reference();
            }
            if controller.id == installation.controller.id {
                stored.ids.push(life.request.id);
                stored.mailboxes.push(mailbox);
            }
            lives.push(life);
            number += 1;
        }
        let txn = store.db.begin().await?;
        write(&txn, lives).await?;
        txn.commit().await?;
    }
    Ok(stored)
}

async fn neighbour(installation: &Installation, slug: &str) -> anyhow::Result<Controller> {
    let store = &installation.store;
    let acme = &installation.controller;
    let new = NewController {
        slug: slug.to_owned(),
        name: slug.to_owned(),
        organisation_id: format!("organisation-of-{slug}"),
        login_url: acme.login_url.clone(),
        api_url: acme.api_url.clone(),
        credential: Credential { client_id: slug.to_owned(), client_secret: slug.to_owned().into() },
        time_zone: acme.time_zone.clone(),
        region: acme.region.clone(),
        policy: acme.policy.clone(),
    };
    let txn = store.db.begin().await?;
    let controller = add(&txn, store, &Actor::operator(), new).await?;
    txn.commit().await?;
    Ok(controller)
}

async fn write(txn: &Txn, lives: Vec<Life>) -> anyhow::Result<()> {
    let (mut requests, mut keys, mut identifiers) = (Vec::new(), Vec::new(), Vec::new());
    let (mut clocks, mut candidates, mut jobs, mut events) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut hits, mut files, mut letters) = (Vec::new(), Vec::new(), Vec::new());
    for life in lives {
        requests.push(life.request);
        keys.push(life.key);
        identifiers.extend(life.identifiers);
        clocks.extend(life.clocks);
        candidates.extend(life.candidate);
        hits.extend(life.hit);
        jobs.extend(life.jobs);
        files.extend(life.files);
        letters.extend(life.letter);
        events.extend(life.events);
    }
    insert::<request::Entity, _>(txn, requests).await?;
    insert::<request::key::Entity, _>(txn, keys).await?;
    insert::<identifier::Entity, _>(txn, identifiers).await?;
    insert::<clock::Entity, _>(txn, clocks).await?;
    insert::<candidate::Entity, _>(txn, candidates).await?;
    insert::<hit::Entity, _>(txn, hits).await?;
    insert::<job::Entity, _>(txn, jobs).await?;
    insert::<artifact::Entity, _>(txn, files).await?;
    insert::<letter::Entity, _>(txn, letters).await?;
    insert::<event::Entity, _>(txn, events).await
}

async fn insert<E, M>(txn: &Txn, rows: Vec<M>) -> anyhow::Result<()>
where
    E: EntityTrait,
    M: IntoActiveModel<E::ActiveModel> + Clone + Send,
    E::ActiveModel: Send,
{
    for some in rows.chunks(MOST_VALUES / E::Column::iter().count()) {
        let rows = some.iter().cloned().map(IntoActiveModel::into_active_model);
        E::insert_many(rows).exec_without_returning(&**txn).await?;
    }
    Ok(())
}
