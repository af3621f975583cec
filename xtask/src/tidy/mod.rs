//! What no compiler checks: which crate may use which, what its sources may contain and how long they may be, and that
//! the map names places that exist.

mod crates;
mod map;
mod sources;

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};

pub(crate) fn run(root: &Path) -> Result<()> {
    crates::check(root)?;
    map::check(root)?;
    sources::check(root)
}

/// The files of a repository that git knows or would add, relative to its root, with `/` between folders.
fn files(root: &Path) -> Result<Vec<String>> {
    let arguments = ["ls-files", "--cached", "--others", "--exclude-standard"];
    let output = std::process::Command::new("git").args(arguments).current_dir(root).output()?;
    if !output.status.success() {
        bail!("git ls-files: {}", String::from_utf8_lossy(&output.stderr));
    }
    let names = String::from_utf8(output.stdout).context("file names are UTF-8")?;
    // A file that was deleted and not yet committed is listed still.
    Ok(names.lines().filter(|name| root.join(name).is_file()).map(str::to_owned).collect())
}

fn read(root: &Path, name: &str) -> Result<String> {
    let path: PathBuf = root.join(name);
    std::fs::read_to_string(&path).with_context(|| path.display().to_string())
}
