//! What operators and developers look at: health, figures, the API's description.

pub mod docs;
pub mod health;
pub mod metrics;
