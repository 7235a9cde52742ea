//! An installation with very many requests, at rest.

use std::time::Instant;

use entities::db::Db;
use sandbox::options::{Options, Population};
use sea_orm::ConnectionTrait;
use testbed::database::Kind;
use testbed::installation::Installation;

use crate::Scale;
use crate::report::name_of;
use crate::stored::{Mix, Stored, store};

/// One with a hundred thousand requests, or five thousand for a look; what is stored, and how many they are.
pub async fn installed(kind: Kind, scale: Scale, mix: Mix) -> anyhow::Result<(Installation, Stored, usize)> {
    let options = Options { population: Population::Empty, ..Options::default() };
    let installation = Installation::new(kind, options).await;
    let begun = Instant::now();
    let count = scale.pick(100_000, 5_000);
    let stored = store(&installation, mix, count).await?;
    settle(kind, &installation.database.url).await?;
    eprintln!("{}: {count} requests stored in {:.0} s", name_of(kind), begun.elapsed().as_secs_f64());
    Ok((installation, stored, count))
}

/// What PostgreSQL does by itself within minutes of so much being written: statistics, the visibility map, and the writing down
/// of what only its log has yet.
async fn settle(kind: Kind, url: &str) -> anyhow::Result<()> {
    if kind == Kind::Postgres {
        let db = Db::connect(url, 1).await?;
        db.write().execute_unprepared("VACUUM ANALYZE").await?;
        // A role on somebody's own server may not be allowed to.
        if let Err(error) = db.write().execute_unprepared("CHECKPOINT").await {
            eprintln!("no checkpoint before measuring: {error}");
        }
    }
    Ok(())
}
