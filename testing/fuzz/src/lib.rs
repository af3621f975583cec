//! Fuzz targets, one per decoder: whatever comes in, nothing panics, hangs or breaks its promise.
//!
//! `cargo test --package parlor-fuzz` runs each for a moment on random input, and on what once failed
//! (`tests/__fuzz__`). `cargo bolero test --package parlor-fuzz <target>` looks for longer, guided by coverage.
