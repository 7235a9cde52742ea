//! What is reported of a controller's requests: the register, the yearly figures of the CCPA, figures for accountability
//! under the GDPR, and a forecast.
//!
//! What is told is computed by pure functions over [`fact::Fact`]s; only [`load`] and [`queue`] ask the database.
//! No report holds personal data of those whom requests are about.

pub mod accountability;
pub mod ccpa;
pub mod fact;
pub mod figures;
pub mod forecast;
pub mod load;
pub mod period;
pub mod queue;
pub mod register;
pub mod sheet;
