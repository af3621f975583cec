//! Whole answers, as snapshots: a missing, superfluous or moved field fails.
//!
//! `answers/bot-api/<method>.txt` and `answers/control/<subject>.txt` have the requests, `.snap` beside it the answers. After a change that is
//! meant, `INSTA_UPDATE=always cargo test -p parlor-stories --test answers` writes the new answers; read their diff.

use anyhow::{Context, Result, ensure};
use parlor_stories::Server;
use parlor_stories::transcript::{self, Transcript};
use parlor_wire_bot_api::METHODS;
use serde_json::Value;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Methods that Telegram refuses to no bot: they take nothing that could be wrong.
const NEVER_REFUSED: [&str; 8] = [
    "getMe",
    "getMyDefaultAdministratorRights",
    "getMyDescription",
    "getMyName",
    "getMyShortDescription",
    "getWebhookInfo",
    "deleteWebhook",
    "logOut",
];

/// Routes that stream, belong to the whole server, or answer with keys, ports and chosen ids: other tests cover them.
const NOT_PLAYED: [&str; 12] = [
    "GET ",
    "GET /accounts/events",
    "GET /inspector/events",
    "GET /lease",
    "GET /mtproto.pem",
    "POST /groups/{group}/upgrade",
    "POST /mtproto",
    "POST /sessions",
    "GET /users/{user}/events",
    "GET /worlds",
    "POST /worlds",
    "DELETE /worlds/{world}",
];

/// Routes that take nothing that could be wrong.
const NEVER_REFUSED_ROUTES: [&str; 3] = ["GET /clock", "GET /groups", "POST /reset"];

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/answers").join(name)
}

/// Plays all scripts of a folder and compares the answers with the snapshots.
async fn play(name: &str, check: impl Fn(&str, &Transcript) -> Result<()>) -> Result<()> {
    let folder = folder(name);
    let opening = std::fs::read_to_string(folder.join("../opening.txt"))?;
    let server = Server::start(&["--memory"]).await?;
    // All are compared, whatever fails: one change of a shared object shows in many of them.
    let mut failures = Vec::new();
    for (name, script) in transcript::scripts(&folder)? {
        let compare = |transcript: Transcript| {
            check(&name, &transcript)?;
            is_as_before(&folder, &name, &transcript)
        };
        if let Err(error) = transcript::play(&server, &opening, &script).await.and_then(compare) {
            failures.push(format!("{name}: {error:#}"));
        }
    }
    ensure!(failures.is_empty(), "{} of the scripts failed:\n{}", failures.len(), failures.join("\n"));
    Ok(())
}

#[tokio::test]
async fn each_served_method_answers_as_recorded() -> Result<()> {
    play("bot-api", is_told_both_ways).await
}

#[tokio::test]
async fn each_route_of_the_control_api_answers_as_recorded() -> Result<()> {
    let told = Mutex::new(BTreeSet::new());
    let note = |_: &str, transcript: &Transcript| -> Result<()> {
        let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
        for exchange in &transcript.exchanges {
            if let Some(route) = exchange.request.strip_prefix("control ") {
                let path = route.split([' ', '?']).take(2).collect::<Vec<_>>().join(" ");
                told.insert((path, exchange.status < 300));
            }
        }
        Ok(())
    };
    play("control", note).await?;
    let told = told.into_inner().unwrap_or_else(PoisonError::into_inner);
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    let document: Value = serde_json::from_slice(&std::fs::read(document)?)?;
    let mut missing = Vec::new();
    for (path, operations) in document["paths"].as_object().context("paths")? {
        for method in operations.as_object().context("operations")?.keys() {
            let route = format!("{} {}", method.to_uppercase(), path.trim_start_matches("/control"));
            let is_told = |succeeds| told.iter().any(|(own, done)| *done == succeeds && is_of(own, &route));
            if !NOT_PLAYED.contains(&route.as_str())
                && !(is_told(true) && (is_told(false) || NEVER_REFUSED_ROUTES.contains(&route.as_str())))
            {
                missing.push(route);
            }
        }
    }
    ensure!(missing.is_empty(), "no script shows how these succeed and are refused: {missing:?}");
    Ok(())
}

/// Whether a request is one of a documented route.
fn is_of(request: &str, route: &str) -> bool {
    let mut parts = request.split('/');
    let is_same =
        route.split('/').all(|part| parts.next().is_some_and(|own| own == part || part.starts_with('{')));
    is_same && parts.next().is_none()
}

#[test]
fn no_served_method_is_left_out() -> Result<()> {
    let scripts = transcript::scripts(&folder("bot-api"))?;
    let mut scripts: Vec<&str> = scripts.iter().map(|(name, _)| name.as_str()).collect();
    let mut served: Vec<&str> =
        METHODS.iter().filter(|method| method.served.is_some()).map(|method| method.name).collect();
    scripts.sort_unstable();
    served.sort_unstable();
    ensure!(scripts == served, "the scripts are  {scripts:?}\nthe methods are  {served:?}");
    Ok(())
}

/// A script shows its method succeed, and be refused where it can be.
fn is_told_both_ways(method: &str, transcript: &Transcript) -> Result<()> {
    let prefix = format!("bot {method}");
    let own = |exchange: &&transcript::Exchange| exchange.request.split(" {").next() == Some(&prefix);
    let (done, refused): (Vec<_>, Vec<_>) =
        transcript.exchanges.iter().filter(own).partition(|exchange| exchange.status == 200);
    ensure!(!done.is_empty(), "{method} never succeeds");
    ensure!(
        refused.is_empty() == NEVER_REFUSED.contains(&method),
        "{method} is refused {} times",
        refused.len()
    );
    Ok(())
}

/// Compares with the snapshot; insta prints the difference.
fn is_as_before(folder: &Path, name: &str, transcript: &Transcript) -> Result<()> {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let compare = || settings.bind(|| insta::assert_snapshot!(name, transcript.to_string()));
    let is_equal = catch_unwind(AssertUnwindSafe(compare)).is_ok();
    ensure!(is_equal, "the answers differ from {name}.snap");
    Ok(())
}
