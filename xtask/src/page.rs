//! Tasks of the web page: type checks, tests in Chromium, screenshots and benchmarks.

use crate::clients;
use crate::process::{cargo, run};
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The names of the browser in Debian and other systems.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// Type-checks the scripts against the API's OpenAPI document.
pub(crate) fn types(root: &Path) -> Result<()> {
    let packages = packages(root)?.join("node_modules/.bin");
    let types = root.join("target/page/api.d.ts");
    std::fs::create_dir_all(root.join("target/page"))?;
    let mut generator = Command::new(packages.join("openapi-typescript"));
    run(generator.arg(root.join("docs/openapi.json")).arg("--output").arg(types))?;
    run(Command::new(packages.join("tsc")).arg("--project").arg(root.join("web/jsconfig.json")))
}

/// Runs the page's tests against the debug build of the server.
pub(crate) fn test(root: &Path) -> Result<()> {
    run(node(root, "debug")?.args(["--test", "--test-reporter=spec"]).args(tests(root)?))
}

/// Takes the screenshots of the README and the guide.
pub(crate) fn screenshots(root: &Path) -> Result<()> {
    run(cargo(root).args(["build", "--package", "parlor"]))?;
    run(node(root, "debug")?.arg("screenshots.mjs").arg(root.join("docs/images").canonicalize()?))
}

/// Measures how fast the page loads, compared with an empty one.
pub(crate) fn bench(root: &Path) -> Result<()> {
    run(node(root, "release")?.arg("bench.mjs"))
}

/// Returns a Node command in the folder of the packages, with the environment that the scripts need.
fn node(root: &Path, profile: &str) -> Result<Command> {
    let mut node = Command::new("node");
    node.current_dir(packages(root)?);
    node.env("PARLOR_BINARY", root.join("target").canonicalize()?.join(profile).join("parlor"));
    node.env("PARLOR_CHROMIUM", chromium()?);
    Ok(node)
}

/// Prepares the folder with the scripts and their packages.
fn packages(root: &Path) -> Result<PathBuf> {
    let here = root.join("target/clients/page");
    let scripts = root.join("testing/page");
    clients::node(&scripts, &scripts.join("package.json"), &here)?;
    Ok(here)
}

/// Returns the names of the test scripts.
fn tests(root: &Path) -> Result<Vec<String>> {
    let folder = std::fs::read_dir(root.join("testing/page"))?;
    let names = folder.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".test.mjs")).collect();
    names.sort();
    Ok(names)
}

/// Finds the browser, and installs it if that is possible.
fn chromium() -> Result<PathBuf> {
    if let Some(found) = find_browser() {
        return Ok(found);
    }
    let apt = |arguments: &[&str]| {
        run(Command::new("apt-get").args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    let installed = apt(&["update", "-qq"])
        .and_then(|()| apt(&["install", "-qq", "--yes", "chromium", "fonts-noto-color-emoji"]));
    match (installed, find_browser()) {
        (Ok(()), Some(found)) => Ok(found),
        _ => bail!("the page's tests need Chromium: install your system's package, and put it on the PATH"),
    }
}

fn find_browser() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let candidates = std::env::split_paths(&path).flat_map(|folder| BROWSERS.map(|name| folder.join(name)));
    candidates.into_iter().find(|candidate| candidate.is_file())
}
