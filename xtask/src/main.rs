//! Every habit is one command: `cargo xtask <command>`.

mod codegen;
mod coverage;
mod page;
mod steps;
mod tidy;

use anyhow::{Result, bail};
use std::path::{Path, PathBuf};

const USAGE: &str = "cargo xtask <command>
  test                install what the tests need under target/, then run every test
  ci                  format, lints, docs, generated code, tidy: all that CI checks beside the tests
  bench [PART]        figures as ratios: throughput, latency, size, mtproto, pause, worst, million, clients, page
  screenshots         the pictures of the page in docs/images
  codegen [--check]   write the generated code and pages, or fail if they are stale
  tidy                the edges between crates, the paths that ARCHITECTURE.md names";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["test"] => steps::test(&root()),
        ["ci"] => steps::ci(&root()),
        ["bench", rest @ ..] => steps::bench(&root(), rest),
        ["screenshots"] => page::screenshots(&root()),
        ["codegen"] => codegen::run(&root(), false),
        ["codegen", "--check"] => codegen::run(&root(), true),
        ["tidy"] => tidy::run(&root()),
        _ => bail!("{USAGE}"),
    }
}
