//! The storage of a world's events: the [`Journal`] trait and its backends.
//!
//! A journal is the list of a world's events, with now and then a snapshot of the world so that a start need not
//! replay all of them. This crate knows the types of the world's events but not their meaning. It must never
//! interpret them, answer a request, or lose an event whose append it confirmed.
//!
//! Start with [`Journal`]; [`journal::conformance`] says in code what every backend must do.

pub mod journal;

pub use journal::{
    History, Journal, JournalError, Loss, Memory, Pieces, Snapshot, SnapshotWriter, Sqlite, Verified,
};
