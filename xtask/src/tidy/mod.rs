//! Checks what the compiler does not: the dependencies between crates and between modules, the content and length of
//! sources, and the paths in ARCHITECTURE.md.

mod crates;
mod map;
mod order;
mod sources;

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};

pub(crate) fn run(root: &Path) -> Result<()> {
    crates::check(root)?;
    map::check(root)?;
    order::check(root)?;
    sources::check(root)
}

/// Returns the files that git tracks or would add, as paths relative to the root of the repository.
fn files(root: &Path) -> Result<Vec<String>> {
    let arguments = ["ls-files", "--cached", "--others", "--exclude-standard"];
    let output = std::process::Command::new("git").args(arguments).current_dir(root).output()?;
    if !output.status.success() {
        bail!("git ls-files: {}", String::from_utf8_lossy(&output.stderr));
    }
    let names = String::from_utf8(output.stdout).context("file names are UTF-8")?;
    // git still lists a file whose deletion is not committed.
    Ok(names.lines().filter(|name| root.join(name).is_file()).map(str::to_owned).collect())
}

fn read(root: &Path, name: &str) -> Result<String> {
    let path: PathBuf = root.join(name);
    std::fs::read_to_string(&path).with_context(|| path.display().to_string())
}
