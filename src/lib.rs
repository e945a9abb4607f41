//! tollgate: a workflow rules engine. YAML declares stages, gates and roles; Rhai declares rules; records are judged against them.
//!
//! The way of a process: texts ([`source`]) → documents as written, with places → a checked, immutable workflow → pure evaluation.
//! Modules stand in the order of their layers; a module uses only those above it. Nothing in the core reads files, clocks or the
//! environment, prints, or keeps state.

pub mod source;

pub mod diagnostic;

pub mod names;

pub mod record;

pub mod calendar;

pub mod table;

pub mod document;

pub mod script;

pub mod workflow;

pub mod evaluation;

pub mod case;

#[cfg(feature = "cli")]
pub mod catalog;

#[cfg(feature = "cli")]
pub mod ingest;

#[cfg(feature = "store")]
pub mod store;

#[cfg(feature = "cli")]
pub mod service;

#[cfg(feature = "cli")]
pub mod export;

#[cfg(feature = "cli")]
pub mod metrics;

#[cfg(feature = "cli")]
pub mod diagram;

#[cfg(feature = "cli")]
pub mod cli;
