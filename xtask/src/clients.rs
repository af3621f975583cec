//! Installs the client libraries that the tests use, under `target/`.

use crate::process::run;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Creates a virtual environment with a list of requirements. A copy of the list marks the environment as complete.
pub(crate) fn python(root: &Path, clients: &Path, name: &str, requirements: &str) -> Result<()> {
    let wanted = root.join("testing/clients").join(requirements);
    let stamp = clients.join(requirements);
    if is_same(&wanted, &stamp) {
        return Ok(());
    }
    let python =
        find_python().context("the stories need Python 3.12 or newer: install it, or put it on the PATH")?;
    let environment = clients.join(name);
    run(Command::new(python).args(["-m", "venv", "--clear"]).arg(&environment))?;
    run(Command::new(environment.join("bin/pip")).args(["install", "--quiet", "-r"]).arg(&wanted))?;
    std::fs::copy(wanted, stamp)?;
    Ok(())
}

/// Finds a Python that is new enough, on the PATH or in pyenv.
fn find_python() -> Option<PathBuf> {
    let named = ["python3.12", "python3.13", "python3.14", "python3"].map(PathBuf::from);
    let pyenv = std::env::var_os("PYENV_ROOT").map(PathBuf::from);
    let pyenv = pyenv.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".pyenv")));
    let versions = pyenv.and_then(|folder| std::fs::read_dir(folder.join("versions")).ok());
    let installed = versions.into_iter().flatten().flatten().map(|entry| entry.path().join("bin/python3"));
    named.into_iter().chain(installed).find(|python| {
        let check = "import sys, venv; sys.exit(sys.version_info < (3, 12))";
        Command::new(python).args(["-c", check]).output().is_ok_and(|output| output.status.success())
    })
}

/// Copies the scripts of a folder to `here`, and installs their packages there, since Node looks for packages beside a script.
pub(crate) fn node(scripts: &Path, wanted: &Path, here: &Path) -> Result<()> {
    std::fs::create_dir_all(here)?;
    for entry in std::fs::read_dir(scripts)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "mjs") {
            std::fs::copy(&path, here.join(path.file_name().context("a name")?))?;
        }
    }
    let list = here.join("package.json");
    // npm writes this file last, so it marks a complete installation.
    if is_same(wanted, &list) && here.join("node_modules/.package-lock.json").is_file() {
        return Ok(());
    }
    std::fs::copy(wanted, list)?;
    let mut npm = Command::new("npm");
    // No package of the tests needs to be compiled.
    npm.args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]).current_dir(here);
    run(&mut npm).context("the tests need Node 20 or newer with npm")
}

fn is_same(a: &Path, b: &Path) -> bool {
    matches!((std::fs::read(a), std::fs::read(b)), (Ok(a), Ok(b)) if a == b)
}
