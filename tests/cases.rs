//! Cases as they travel: what must hold for every workflow and every sequence of commands, through the service, and in histories that are kept.
//!
//! It must not hold tests itself: each file below is one subject.

mod absence;
mod again;
mod children;
pub(crate) mod flows;
mod histories;
mod lapses;
mod mended;
mod migration;
mod pauses;
mod properties;
mod rights;
mod service;
mod standing;
mod told;
mod walk;
