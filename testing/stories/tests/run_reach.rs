//! `parlor run` reaches every HTTP library, in a network without anybody else, with a proxy in the environment that is
//! not there.

use anyhow::{Context, Result, ensure};
use parlor_stories::{binary, target};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::process::Command;

/// Nothing takes longer on a slow machine.
const TIMEOUT: Duration = Duration::from_secs(120);
const DEAD_PROXY: &str = "http://127.0.0.1:9";

/// Runs a program against its own server, both offline, and returns its output.
async fn offline(program: impl AsRef<Path>, arguments: &[&str], script: &Path) -> Result<String> {
    let clients = Path::new(env!("CARGO_MANIFEST_DIR")).join("../clients");
    let mut command = Command::new(target().join("clients/python/bin/python"));
    command.arg(clients.join("offline.py")).arg(binary());
    command.args(["run", "--memory", "--listen", "127.0.0.1:0", "--"]);
    command.arg(program.as_ref()).args(arguments).arg(script);
    for variable in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        command.env(variable, DEAD_PROXY).env(variable.to_lowercase(), DEAD_PROXY);
    }
    command.env_remove("NO_PROXY").env_remove("no_proxy");
    command.env("XDG_STATE_HOME", target().join("clients/state")).kill_on_drop(true);
    let output = tokio::time::timeout(TIMEOUT, command.output()).await.context("it hangs")??;
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.success(), "{out}\n{err}");
    Ok(out.trim().to_owned())
}

fn script(name: &str) -> PathBuf {
    target().join("clients").join(name)
}

/// A runtime from npm: its package is named after the machine.
fn runtime(vendor: &str, binary: &str) -> Result<PathBuf> {
    let folder = target().join("clients/runtimes/node_modules").join(vendor);
    let packages = std::fs::read_dir(&folder).with_context(|| folder.display().to_string())?;
    let found = packages.flatten().map(|package| package.path().join(binary)).find(|path| path.is_file());
    found.with_context(|| format!("{} has no {binary}", folder.display()))
}

#[tokio::test]
async fn python() -> Result<()> {
    let reach = Path::new(env!("CARGO_MANIFEST_DIR")).join("../clients/reach.py");
    let said = offline(target().join("clients/python/bin/python"), &[], &reach).await?;
    ensure!(said == "19 of 19 arrive", "{said}");
    Ok(())
}

#[tokio::test]
async fn node() -> Result<()> {
    let said = offline("node", &[], &script("reach.mjs")).await?;
    ensure!(said == "19 of 19 arrive", "{said}");
    Ok(())
}

#[tokio::test]
async fn deno() -> Result<()> {
    let deno = runtime("@deno", "deno")?;
    let permissions = ["run", "--no-prompt", "--allow-net", "--allow-env"];
    let said = offline(&deno, &permissions, &script("reach.mjs")).await?;
    ensure!(said == "19 of 19 arrive", "{said}");
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("fetch.ts");
    let url = "https://api.telegram.org/bot123456:AAAA/getMe";
    std::fs::write(
        &file,
        format!("const answer = await fetch('{url}');\nconsole.log((await answer.json()).ok);\n"),
    )?;
    // It may use the network, and neither its environment nor files.
    let said = offline(&deno, &permissions[..3], &file).await?;
    ensure!(said == "true", "{said}");
    Ok(())
}

#[tokio::test]
async fn bun() -> Result<()> {
    let said = offline(runtime("@oven", "bin/bun")?, &[], &script("reach.mjs")).await?;
    ensure!(said == "13 of 13 arrive", "{said}");
    Ok(())
}
