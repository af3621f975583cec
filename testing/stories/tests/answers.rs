//! Whole answers, as snapshots: a missing, superfluous or moved field fails.
//!
//! `answers/bot-api/<method>.txt` has the requests, `<method>.snap` beside it the answers. After a change that is
//! meant, `INSTA_UPDATE=always cargo test -p parlor-stories --test answers` writes the new answers; read their diff.

use anyhow::{Result, ensure};
use parlor_stories::Server;
use parlor_stories::transcript::{self, Transcript};
use parlor_wire_bot_api::METHODS;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// Methods that Telegram refuses to no bot: they take nothing that could be wrong.
const NEVER_REFUSED: [&str; 7] = [
    "getMe",
    "getMyDescription",
    "getMyName",
    "getMyShortDescription",
    "getWebhookInfo",
    "deleteWebhook",
    "logOut",
];

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/answers").join(name)
}

#[tokio::test]
async fn each_served_method_answers_as_recorded() -> Result<()> {
    let folder = folder("bot-api");
    let opening = std::fs::read_to_string(folder.join("../opening.txt"))?;
    let server = Server::start(&["--memory"]).await?;
    // All are compared, whatever fails: one change of a shared object shows in many of them.
    let mut failures = Vec::new();
    for (name, script) in transcript::scripts(&folder)? {
        let compare = |transcript: Transcript| {
            is_told_both_ways(&name, &transcript)?;
            is_as_before(&folder, &name, &transcript)
        };
        if let Err(error) = transcript::play(&server, &opening, &script).await.and_then(compare) {
            failures.push(format!("{name}: {error:#}"));
        }
    }
    ensure!(failures.is_empty(), "{} of the scripts failed:\n{}", failures.len(), failures.join("\n"));
    Ok(())
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
