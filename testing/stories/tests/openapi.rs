//! The description of the control API: two validators take it, clients that others' generators make of it compile and
//! drive a dialog, and it refuses the bodies that the server refuses.

use anyhow::{Context, Result, ensure};
use parlor_stories::{Server, target};
use std::path::{Path, PathBuf};
use tokio::process::Command;

fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name)
}

fn python(name: &str) -> PathBuf {
    target().join("clients/openapi-python/bin").join(name)
}

/// The folder with the scripts and the packages of Node.
fn node() -> PathBuf {
    target().join("clients/openapi")
}

/// The output of a command; the error contains it if the command fails.
async fn output(command: &mut Command) -> Result<String> {
    let output = command.output().await.with_context(|| format!("{command:?}"))?;
    let text =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    ensure!(output.status.success(), "{command:?}: {text}");
    Ok(text)
}

/// The document as a running server serves it, in a file.
async fn served(server: &Server, folder: &Path) -> Result<PathBuf> {
    let url = format!("{}/control/openapi.json", server.root);
    let text = server.http().get(url).send().await?.error_for_status()?.text().await?;
    ensure!(text.ends_with("}\n"), "it ends with a newline");
    let file = folder.join("openapi.json");
    tokio::fs::write(&file, text).await?;
    Ok(file)
}

#[tokio::test]
async fn two_validators_accept_the_openapi_document() -> Result<()> {
    let document = source("docs/openapi.json");
    output(Command::new(python("openapi-spec-validator")).arg(&document)).await?;
    let mut lint = Command::new(node().join("node_modules/.bin/redocly"));
    lint.args(["lint", "--extends", "recommended"]).arg(&document);
    let said =
        output(lint.env("REDOCLY_TELEMETRY", "off").env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true")).await?;
    ensure!(said.contains("is valid") && !said.contains("warnings"), "{said}");
    Ok(())
}

#[tokio::test]
async fn a_generated_python_client_drives_a_dialog() -> Result<()> {
    let server = Server::start(&["--memory"]).await?;
    let folder = tempfile::tempdir()?;
    let document = served(&server, folder.path()).await?;
    // Without the formatter that it would call.
    let config = folder.path().join("config.yml");
    let choices = "post_hooks: []\ncontent_type_overrides: {application/x-pem-file: text/plain}\n";
    tokio::fs::write(&config, choices).await?;
    let mut generate = Command::new(python("openapi-python-client"));
    generate.args(["generate", "--meta", "none", "--fail-on-warning"]);
    generate.arg("--path").arg(document).arg("--config").arg(config);
    output(generate.arg("--output-path").arg(folder.path().join("generated"))).await?;
    let script = source("testing/clients/openapi/drive.py");
    let mut drive = Command::new(python("python"));
    let said = output(drive.arg(script).arg(folder.path()).arg(&server.root)).await?;
    ensure!(said == "driven\n", "{said}");
    Ok(())
}

#[tokio::test]
async fn generated_types_for_typescript_drive_a_dialog() -> Result<()> {
    let server = Server::start(&["--memory"]).await?;
    // Node looks for packages in the folders above.
    let folder = tempfile::tempdir_in(node())?;
    let document = served(&server, folder.path()).await?;
    for name in ["drive.ts", "tsconfig.json", "package.json"] {
        tokio::fs::copy(source("testing/clients/openapi").join(name), folder.path().join(name)).await?;
    }
    let packages = node().join("node_modules/.bin");
    let mut generate = Command::new(packages.join("openapi-typescript"));
    output(generate.arg(document).arg("--output").arg(folder.path().join("schema.d.ts"))).await?;
    output(Command::new(packages.join("tsc")).arg("--project").arg(folder.path())).await?;
    let mut drive = Command::new("node");
    let said = output(drive.arg(folder.path().join("drive.js")).arg(&server.root)).await?;
    ensure!(said == "driven\n", "{said}");
    Ok(())
}

#[tokio::test]
async fn the_openapi_document_refuses_what_the_server_refuses() -> Result<()> {
    let server = Server::start(&["--memory"]).await?;
    let script = source("testing/clients/openapi/refused.py");
    let mut check = Command::new(python("python"));
    let said = output(check.arg(script).arg(source("docs/openapi.json")).arg(&server.root)).await?;
    ensure!(said.starts_with("checked "), "{said}");
    Ok(())
}

/// A field that is sent and not described, or described as always there and not sent, fails.
#[tokio::test]
async fn the_description_lists_the_fields_of_answers() -> Result<()> {
    let server = Server::start(&["--memory"]).await?;
    let script = source("testing/clients/openapi/described.py");
    let mut check = Command::new(python("python"));
    let said = output(check.arg(script).arg(source("docs/openapi.json")).arg(&server.root)).await?;
    ensure!(said.starts_with("checked "), "{said}");
    Ok(())
}
