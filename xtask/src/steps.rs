//! The tasks `test`, `ci` and `bench`.

use crate::clients::{node, python};
use crate::process::{cargo, run};
use anyhow::{Result, bail};
use std::path::Path;
use std::process::Command;

/// Installs the client libraries, builds the server, and runs every test.
pub(crate) fn test(root: &Path) -> Result<()> {
    let clients = root.join("target/clients");
    std::fs::create_dir_all(&clients)?;
    python(root, &clients, "python", "requirements.txt")?;
    // Pyrogram, Kurigram and Pyrofork need environments of their own, because their modules have the same name.
    python(root, &clients, "pyrogram", "requirements-pyrogram.txt")?;
    python(root, &clients, "pyrofork", "requirements-pyrofork.txt")?;
    python(root, &clients, "ptb13", "requirements-ptb13.txt")?;
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
    programs(root)?;
    run(cargo(root).args(["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]))?;
    run(cargo(root).args(["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "--deny warnings"))?;
    crate::codegen::run(root, true)?;
    crate::tidy::run(root)?;
    crate::page::types(root)
}

/// Runs the checks that are installed from PyPI: spelling, the licences and sources of dependencies, and unused
/// dependencies.
fn programs(root: &Path) -> Result<()> {
    let clients = root.join("target/clients");
    std::fs::create_dir_all(&clients)?;
    python(root, &clients, "checks", "requirements-checks.txt")?;
    let program = |name: &str| {
        let mut command = Command::new(clients.join("checks/bin").join(name));
        command.current_dir(root);
        command
    };
    run(&mut program("typos"))?;
    // Not `advisories`, whose database is a repository that can't be fetched without internet.
    run(program("cargo-deny").args(["--locked", "check", "bans", "licenses", "sources"]))?;
    run(program("cargo-shear").args(["--locked", "--deny-warnings"]))
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
