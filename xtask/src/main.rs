//! Every habit is one command: `cargo xtask <command>`.

mod codegen;
mod coverage;

use anyhow::{Result, bail};
use std::path::{Path, PathBuf};

const USAGE: &str = "cargo xtask <command>
  codegen [--check]   write the generated code and pages, or fail if they are stale";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["codegen"] => codegen::run(&root(), false),
        ["codegen", "--check"] => codegen::run(&root(), true),
        _ => bail!("{USAGE}"),
    }
}
