//! Cases: records travelling through a workflow, by commands that are decided into events, and a state that events evolve.
//!
//! It must not read clocks, files or stores: an occasion is handed in, and events are handed back.
