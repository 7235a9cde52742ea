//! The clocks of a hundred thousand open requests, computed anew from what is stored: what `dsr law review` costs before rules
//! that have changed are signed, and `dsr law apply` after.
//!
//! Looking stands beside computing alone, the same clocks from facts that lie in memory; moving beside bare commits, because
//! each request is moved in a transaction of its own.

use std::collections::HashMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::ensure;
use entities::client::reach::Reach;
use entities::clock::facts::Facts;
use entities::clock::review::{Moving, Signature, apply, review};
use entities::controller::queries::{Change, all, change};
use entities::event::trail::Actor;
use entities::request::decide::Decider;
use testbed::database::Kind;
use testbed::installation::Installation;

use crate::Scale;
use crate::bare::committers;
use crate::installed::installed;
use crate::load::{Load, drive};
use crate::report::{Figure, Finding, name_of};
use crate::stored::Mix;

/// Measures it.
pub async fn measure(kind: Kind, scale: Scale) -> anyhow::Result<Vec<Finding>> {
    let (installation, _, count) = installed(kind, scale, Mix::Open).await?;
    let db = &installation.store.db;

    // Nothing has changed, so nothing moves: the shortest answer after the same work.
    let begun = Instant::now();
    let moving = review(db.read(), &Reach::installation()).await?;
    let looked = per_second(count, begun.elapsed());
    ensure!(moving.is_empty(), "{} requests would move though nothing changed", moving.len());

    aim_earlier(&installation).await?;
    let moving = review(db.read(), &Reach::installation()).await?;
    ensure!(moving.len() == count, "{} of {count} requests would move", moving.len());
    let computed = computing(&installation, &moving).await?;
    let moved = move_some(&installation, &moving[..scale.pick(2_000, 200)]).await?;
    let mut committers = committers(kind, &installation.database.url, 1).await?;
    let mut bare = Load::default();
    for _ in 0..scale.pick(3, 1) {
        let (back, load) = drive(committers, Duration::from_secs(1)).await?;
        committers = back;
        bare.add(load);
    }
    let finding = |what: String, figure| Finding::alone("clocks", name_of(kind), what, figure);
    Ok(vec![
        finding(format!("requests looked at, {count} open"), Figure::plain("dsr law review", looked, "/s"))
            .against(Figure::plain("computing alone", computed, "/s")),
        finding(format!("requests moved, one by one, {count} open"), Figure::rate("dsr law apply", &moved))
            .against(Figure::rate("bare commits", &bare)),
    ])
}

/// Has every controller aim a day earlier, so that the target of every clock moves.
async fn aim_earlier(installation: &Installation) -> anyhow::Result<()> {
    let store = &installation.store;
    let txn = store.db.begin().await?;
    for controller in all(&*txn).await? {
        let mut policy = controller.policy.clone();
        policy.target_days += 1;
        let policy = Change { policy: Some(policy), ..Change::default() };
        change(&txn, store, &Actor::operator(), &controller, policy).await?;
    }
    txn.commit().await?;
    Ok(())
}

/// How many requests' clocks a second are computed from facts at hand, derivation and all.
async fn computing(installation: &Installation, moving: &[Moving]) -> anyhow::Result<f64> {
    let controllers = all(installation.store.db.read()).await?;
    let controllers: HashMap<_, _> = controllers.into_iter().map(|it| (it.id, it)).collect();
    let facts: Vec<Facts> = moving
        .iter()
        .map(|it| Facts::of(&controllers[&it.request.controller_id], &it.request, Vec::new(), None, None))
        .collect::<Result<_, _>>()?;
    let begun = Instant::now();
    for it in &facts {
        black_box(it.clocks()?);
    }
    Ok(per_second(facts.len(), begun.elapsed()))
}

async fn move_some(installation: &Installation, moving: &[Moving]) -> anyhow::Result<Load> {
    let signature = Signature { by: "bench", pack_hash: law::pack::sha256(), reason: None };
    let mut load = Load::default();
    for it in moving {
        let begun = Instant::now();
        let moved = apply(&installation.store, &Decider::operator(), signature, it.request.id).await?;
        load.note(begun.elapsed());
        ensure!(!moved.is_empty(), "a request that would move did not");
    }
    Ok(load)
}

fn per_second(count: usize, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}
