//! Stories told from outside: the real `dsr` process, real databases, the platform sandbox with its faults.
#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod browser;
mod crash;
mod crash_mail;
mod crash_points;
mod crash_subscribers;
mod crash_tickets;
mod fleet;
mod integrations;
mod officers;
mod refused;
mod report;
mod service;
mod source_command;
mod subscribers;
mod tickets;

/// Stories that start many processes go one after the other, so that none is judged by what another takes of the machine.
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
