//! Development tasks: `cargo xtask <command>`.

mod clients;
mod codegen;
mod page;
mod process;
mod steps;
mod tidy;

use anyhow::{Result, bail};
use std::path::{Path, PathBuf};

const USAGE: &str = "cargo xtask <command>
  test                install the tests' dependencies under target/, then run every test
  ci                  run all checks of CI except the tests: format, spelling, dependencies, lints, docs, generated code,
                      tidy, types of the page
  bench [PART]        run benchmarks: throughput, latency, memory, worlds, mtproto, pause,
                      worst, million, history, clients, page
  screenshots         take the screenshots in docs/images
  codegen [--check]   write the generated code and pages, or fail if they are stale
  tidy                check the dependencies between crates, the sources, and the paths in ARCHITECTURE.md";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
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
