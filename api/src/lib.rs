//! HTTP: the intake API, its decisions and its description.
//!
//! Arrows run down only: `routes` names every endpoint; endpoints (`intake`, `decisions`, `views`, `ops`) never import each
//! other; what they share ([`app`], [`problem`], [`auth`], [`json`] …) stands at the bottom and imports none of them.

pub mod app;
pub mod asked;
pub mod auth;
pub mod cursor;
pub mod decision;
pub mod decisions;
pub mod etag;
pub mod event_view;
pub mod fields;
pub mod given;
pub mod idempotency;
pub mod identity;
pub mod instant;
pub mod intake;
pub mod json;
pub mod kept;
pub mod limits;
pub mod masks;
pub mod named;
pub mod observe;
pub mod ops;
pub mod origin;
pub mod paging;
pub mod places;
pub mod problem;
pub mod query;
pub mod regulator;
pub mod reporting;
pub mod request_view;
pub mod reveal;
pub mod routes;
pub mod schema;
pub mod serve;
pub mod sources;
pub mod subscribers;
pub mod together;
pub mod trial;
pub mod views;
pub mod webhooks;
pub mod words;
