//! `test`, `ci` and `bench`.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Installs the client libraries, builds the server, and runs every test.
pub(crate) fn test(root: &Path) -> Result<()> {
    let clients = root.join("target/clients");
    std::fs::create_dir_all(&clients)?;
    python(root, &clients, "python", "requirements.txt")?;
    // Pyrogram, Kurigram and Pyrofork are modules of the same name.
    python(root, &clients, "pyrogram", "requirements-pyrogram.txt")?;
    python(root, &clients, "pyrofork", "requirements-pyrofork.txt")?;
    // The dependencies of the generators conflict with those of the libraries above.
    python(root, &clients, "openapi-python", "requirements-openapi.txt")?;
    let programs = root.join("testing/clients");
    node(&programs, &programs.join("node/package.json"), &clients)?;
    // Bun and Deno, from npm.
    let runtimes = programs.join("runtimes");
    node(&runtimes, &runtimes.join("package.json"), &clients.join("runtimes"))?;
    let generators = programs.join("openapi");
    node(&generators, &generators.join("package.json"), &clients.join("openapi"))?;
    for name in ["teloxide", "grammers"] {
        let manifest = root.join("testing/clients").join(name).join("Cargo.toml");
        let mut build = cargo(root);
        build.args(["build", "--locked", "--manifest-path"]).arg(manifest);
        run(build.env("CARGO_TARGET_DIR", clients.join(name)))?;
    }
    let cargo = || cargo(root);
    run(cargo().args(["build", "--package", "parlor"]))?;
    // All tests run even if some fail; the failures are reported at the end.
    let programs = run(cargo().args(["test", "--workspace", "--no-fail-fast"]));
    let page = crate::page::test(root);
    summarize([programs, page])
}

/// Fails if any run failed, with the errors of all of them.
fn summarize(runs: [Result<()>; 2]) -> Result<()> {
    let failed: Vec<String> = runs.into_iter().filter_map(|run| Some(format!("{:#}", run.err()?))).collect();
    if failed.is_empty() { Ok(()) } else { bail!("tests failed:\n  {}", failed.join("\n  ")) }
}

/// Runs all checks of CI except the tests.
pub(crate) fn ci(root: &Path) -> Result<()> {
    run(cargo(root).args(["fmt", "--all", "--check"]))?;
    run(cargo(root).args(["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]))?;
    run(cargo(root).args(["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "--deny warnings"))?;
    crate::codegen::run(root, true)?;
    crate::tidy::run(root)?;
    crate::page::types(root)
}

/// Builds the server and the benchmarks in release mode, and runs them.
pub(crate) fn bench(root: &Path, parts: &[&str]) -> Result<()> {
    run(cargo(root).args(["build", "--release", "--package", "parlor"]))?;
    if parts != ["page"] {
        run(cargo(root)
            .args(["run", "--release", "--quiet", "--package", "parlor-bench", "--"])
            .args(parts))?;
    }
    match parts {
        [] | ["page"] => crate::page::bench(root),
        _ => Ok(()),
    }
}

pub(crate) fn cargo(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    command
}

/// Creates a virtual environment with a list of requirements. A copy of the list marks it as complete.
fn python(root: &Path, clients: &Path, name: &str, requirements: &str) -> Result<()> {
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

/// Copies the scripts of a folder beside a `node_modules` with their packages, where Node finds them, and installs these.
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
    // No package that the tests use has to be compiled.
    npm.args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]).current_dir(here);
    run(&mut npm).context("the tests need Node 20 or newer with npm")
}

fn is_same(a: &Path, b: &Path) -> bool {
    matches!((std::fs::read(a), std::fs::read(b)), (Ok(a), Ok(b)) if a == b)
}

pub(crate) fn run(command: &mut Command) -> Result<()> {
    println!("> {command:?}");
    let status = command.status().with_context(|| format!("{command:?}"))?;
    if !status.success() {
        bail!("{command:?} failed");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_of_all_runs_are_reported() {
        assert!(summarize([Ok(()), Ok(())]).is_ok());
        let failed = || Err(anyhow::anyhow!("it failed"));
        assert!(summarize([failed(), Ok(())]).is_err() && summarize([Ok(()), failed()]).is_err());
        let both = summarize([failed(), Err(anyhow::anyhow!("the page too"))]);
        assert_eq!(both.unwrap_err().to_string(), "tests failed:\n  it failed\n  the page too");
    }
}
