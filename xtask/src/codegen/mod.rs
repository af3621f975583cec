//! Generates code and pages from `schema/`. The upstream schemas are unchanged: `*-served.json` select what is served,
//! `bot-api-additions.json` adds what the description of the Bot API lacks.

mod bot_api;
mod control;
mod coverage;
mod tl;

use anyhow::{Context, Result, bail};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A generated file.
pub struct Output {
    pub path: PathBuf,
    pub text: String,
}

/// Writes all generated files, or with `check` fails if one is stale.
pub fn run(root: &Path, check: bool) -> Result<()> {
    let mut outputs = bot_api::generate(root)?;
    outputs.extend(tl::generate(root)?);
    outputs.push(control::generate(root)?);
    outputs.push(coverage::generate(root)?);
    for Output { path, text } in outputs {
        let text = if path.extension().is_some_and(|end| end == "rs") { format(&text)? } else { text };
        let file = root.join(&path);
        let present = std::fs::read_to_string(&file).unwrap_or_default();
        if present == text {
            continue;
        }
        if check {
            bail!("{} is stale: run `cargo xtask codegen`", path.display());
        }
        std::fs::create_dir_all(file.parent().context("a file lies in a folder")?)?;
        std::fs::write(&file, text)?;
        println!("wrote {}", path.display());
    }
    Ok(())
}

fn format(text: &str) -> Result<String> {
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024", "--config", "max_width=110,use_small_heuristics=Max"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("rustfmt is part of the toolchain")?;
    child.stdin.take().context("piped")?.write_all(text.as_bytes())?;
    let output = child.wait_with_output()?;
    if !output.status.success() {
        bail!("rustfmt refused generated code");
    }
    Ok(String::from_utf8(output.stdout)?)
}
