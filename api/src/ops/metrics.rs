//! Figures for Prometheus: what this process has counted, and what the database says of the work that waits.
//!
//! Labels come from closed sets: routes, statuses, classes. No label holds anything of a person, a client or a request.

use std::fmt::Write;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use actix_web::HttpResponse;
use actix_web::web::Data;
use entities::request::status::RequestStatus;
use entities::{announcement, question, request, step, subscriber};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use sea_orm::DbErr;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::problem::Problem;

/// Upper bounds of the buckets that times are sorted into, in seconds.
const BUCKETS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// The recorder of this process; made at first use, and shared by all servers in it.
pub fn recorder() -> PrometheusHandle {
    static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();
    RECORDER
        .get_or_init(|| {
            let builder = PrometheusBuilder::new().set_buckets(&BUCKETS).unwrap_or_else(|_| PrometheusBuilder::new());
            let recorder = builder.build_recorder();
            let handle = recorder.handle();
            if metrics::set_global_recorder(recorder).is_err() {
                tracing::warn!("another recorder of figures is installed; /metrics shows the backlog alone");
            }
            handle
        })
        .clone()
}

const UPKEEP: Duration = Duration::from_secs(5);

/// Keeps the recorder from growing while nobody scrapes it.
pub async fn upkeep(handle: PrometheusHandle, stop: CancellationToken) {
    while !stop.is_cancelled() {
        handle.run_upkeep();
        tokio::select! {
            () = tokio::time::sleep(UPKEEP) => {}
            () = stop.cancelled() => {}
        }
    }
}

/// What the last scrape read from the database, and when; nothing if it could not be read. Whoever scrapes often, or in many
/// places at once, must not cost more.
#[derive(Debug, Default)]
pub struct Backlog(Mutex<Option<(Instant, Option<String>)>>);

const FRESH: Duration = Duration::from_secs(5);

impl Backlog {
    async fn text(&self, app: &App) -> Result<String, Problem> {
        let mut kept = self.0.lock().await;
        if let Some((at, text)) = &*kept
            && at.elapsed() < FRESH
        {
            return text.clone().ok_or_else(Problem::busy);
        }
        let text = read(app).await;
        *kept = Some((Instant::now(), text.as_ref().ok().cloned()));
        Ok(text?)
    }
}

/// Figures in the Prometheus text format.
#[utoipa::path(get, path = "/metrics", tag = "operations", security(()), operation_id = "metrics",
    responses((status = 200, description = "Figures", body = String, content_type = "text/plain")))]
pub async fn render(app: Data<App>) -> Result<HttpResponse, Problem> {
    let backlog = app.backlog.text(&app).await?;
    app.limits.tidy();
    let text = app.metrics.render() + &backlog;
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(text))
}

async fn read(app: &App) -> Result<String, DbErr> {
    let conn = app.store.db.read();
    let now = app.store.now();
    let counted = request::queries::count_by_status(conn).await?;
    let open = question::queries::count_open(conn).await?;
    let backlog = step::backlog::count(conn, now).await?;
    let waits = backlog.oldest_due.map_or(0.0, |due| now.since(due).as_secs_f64());
    let mut text = String::new();
    family(&mut text, "dsr_requests", "Requests by where they stand.");
    for status in RequestStatus::ALL {
        let number = counted.iter().find(|(of, _)| of == status).map_or(0, |(_, number)| *number);
        sample(&mut text, &format!("dsr_requests{{status=\"{status}\"}}"), number);
    }
    family(&mut text, "dsr_questions_open", "Questions that wait for a person.");
    sample(&mut text, "dsr_questions_open", open);
    family(&mut text, "dsr_steps", "Steps by whether they may run.");
    sample(&mut text, "dsr_steps{status=\"ready\"}", backlog.ready);
    sample(&mut text, "dsr_steps{status=\"parked\"}", backlog.parked);
    family(&mut text, "dsr_step_oldest_due_seconds", "How long the longest-waiting step has been due.");
    sample(&mut text, "dsr_step_oldest_due_seconds", waits);
    let (subscribers, disabled) = subscriber::queries::count(conn).await?;
    family(&mut text, "dsr_subscribers", "Subscribers by whether they are told anything.");
    sample(&mut text, "dsr_subscribers{state=\"enabled\"}", subscribers - disabled);
    sample(&mut text, "dsr_subscribers{state=\"disabled\"}", disabled);
    family(&mut text, "dsr_announcements_waiting", "Messages that wait to be sent to a subscriber.");
    sample(&mut text, "dsr_announcements_waiting", announcement::delivery::count_waiting(conn).await?);
    Ok(text)
}

fn family(text: &mut String, name: &str, help: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge");
}

fn sample(text: &mut String, name: &str, value: impl std::fmt::Display) {
    let _ = writeln!(text, "{name} {value}");
}
