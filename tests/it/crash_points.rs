//! Telling a story once for every place at which its process can die: before and after every commit and every call outside.

use futures::StreamExt;

use crate::ALONE;

/// How many runs go on at once: most of a run is waiting for leases, cadences and those outside.
const AT_ONCE: usize = 8;

/// What a service is told besides its settings: where to die, or to count where it could.
pub type Extra = (&'static str, String);

/// A run whose process was killed at one point, and how it ended.
pub struct Killed<T> {
    pub point: u64,
    pub end: T,
    /// How often the process died: once, or not at all where the run came to its end before its point.
    pub deaths: u32,
}

/// Tells a story undisturbed, which says how it ends and how many points it passes, and then once for each of them. How far
/// the ends may differ is the story's own affair.
pub async fn each<T, F>(name: &str, story: impl Fn(Extra) -> F) -> (T, Vec<Killed<T>>)
where
    F: Future<Output = (T, u32)>,
{
    let _alone = ALONE.lock().await;
    let folder = tempfile::tempdir().unwrap();
    let count = folder.path().join("crash-points");
    let (undisturbed, deaths) = story(("DSR_CRASH_COUNT", count.display().to_string())).await;
    assert_eq!(deaths, 0, "{name}: it died undisturbed");
    let points = std::fs::metadata(count).unwrap().len();
    let runs = (1..=points).map(|point| {
        let run = story(("DSR_CRASH_POINT", point.to_string()));
        async move {
            let (end, deaths) = run.await;
            Killed { point, end, deaths }
        }
    });
    let killed: Vec<_> = futures::stream::iter(runs).buffer_unordered(AT_ONCE).collect().await;
    let deaths: u32 = killed.iter().map(|run| run.deaths).sum();
    println!("{name}: {points} crash points, {deaths} processes killed");
    assert!(u64::from(deaths) * 10 >= points * 8, "{name}: only {deaths} of {points} points were reached");
    (undisturbed, killed)
}

/// The same for a story that ends with the copies of two messages, which say by an id which is which: none is lost, no third one
/// made, and of one that the dead process may have sent a second copy may come, and no more.
pub async fn each_of_two_messages<F>(name: &str, story: impl Fn(Extra) -> F)
where
    F: Future<Output = (Vec<u64>, u32)>,
{
    let (undisturbed, killed) = each(name, story).await;
    assert_eq!(undisturbed, [1, 1], "{name}");
    let mut twice = 0;
    for Killed { point, end: copies, deaths } in killed {
        let told = format!("{name}, killed at point {point}: {copies:?} copies");
        assert_eq!(copies.len(), 2, "one is lost or a third one made: {told}");
        let more = copies.iter().sum::<u64>() - 2;
        assert!(more <= u64::from(deaths), "{told}");
        twice += more;
    }
    assert!(
        twice > 0,
        "{name}: no process died between the other's word and our commit: the points are not where they must be"
    );
}
