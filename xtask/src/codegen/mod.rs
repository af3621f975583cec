//! Generates code and pages from `schema/`. The upstream schemas are unchanged. The `*-served.json` files select the served
//! parts, and `bot-api-additions.json` adds facts that the description of the Bot API lacks.

mod bot_api;
mod control;
mod coverage;
mod tl;

use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A generated file.
pub struct Output {
    pub path: PathBuf,
    pub text: String,
}

/// Writes all generated files; with `check`, fails instead if one is stale.
pub fn run(root: &Path, check: bool) -> Result<()> {
    let mut outputs = bot_api::generate(root)?;
    outputs.extend(tl::generate(root)?);
    outputs.push(control::generate(root)?);
    outputs.push(coverage::generate(root)?);
    remove_orphans(root, &outputs, check)?;
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
        std::fs::create_dir_all(file.parent().context("the file has no folder")?)?;
        std::fs::write(&file, text)?;
        println!("wrote {}", path.display());
    }
    Ok(())
}

/// Removes the files in folders of generated code that no generator writes any more; with `check`, fails instead.
fn remove_orphans(root: &Path, outputs: &[Output], check: bool) -> Result<()> {
    let folders = outputs.iter().flat_map(|output| output.path.ancestors());
    let folders: BTreeSet<&Path> = folders.filter(|folder| folder.ends_with("generated")).collect();
    for folder in folders {
        for path in files(root, folder)? {
            if outputs.iter().any(|output| output.path == path) {
                continue;
            }
            if check {
                bail!("{} is no longer generated: run `cargo xtask codegen`", path.display());
            }
            std::fs::remove_file(root.join(&path))?;
            println!("removed {}", path.display());
        }
    }
    Ok(())
}

/// Returns all files in a folder and its subfolders, as paths relative to the root.
fn files(root: &Path, folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let path = root.join(folder);
    // The folder does not exist before it is generated for the first time.
    if !path.is_dir() {
        return Ok(found);
    }
    for entry in std::fs::read_dir(path)? {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true => found.extend(files(root, &path)?),
            false => found.push(path),
        }
    }
    Ok(found)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_no_longer_generated_are_found_and_removed() {
        let root = tempfile::tempdir().unwrap();
        let output = |path: &str| Output { path: path.into(), text: String::new() };
        let outputs = [output("a/generated/mod.rs"), output("a/generated/b/kept.rs"), output("docs/page.md")];
        for folder in ["a/generated/b", "docs"] {
            std::fs::create_dir_all(root.path().join(folder)).unwrap();
        }
        let orphan = "a/generated/b/orphan.rs";
        for path in ["a/generated/mod.rs", "a/generated/b/kept.rs", orphan, "a/by_hand.rs", "docs/other.md"] {
            std::fs::write(root.path().join(path), "").unwrap();
        }
        let error = remove_orphans(root.path(), &outputs, true).unwrap_err().to_string();
        assert!(error.starts_with(orphan), "{error}");
        remove_orphans(root.path(), &outputs, false).unwrap();
        assert!(remove_orphans(root.path(), &outputs, true).is_ok());
        let exists = |path: &str| root.path().join(path).exists();
        assert!(
            !exists(orphan)
                && exists("a/generated/b/kept.rs")
                && exists("a/by_hand.rs")
                && exists("docs/other.md")
        );
    }
}
