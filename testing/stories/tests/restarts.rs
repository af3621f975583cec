//! A message that arrives after a restart of the server, before a program has reconnected, reaches it without another.

use anyhow::{Context, Result};
use parlor_stories::{Library, Stage};
use serde_json::json;

macro_rules! restarts {
    ($($library:ident = $variant:ident),+ $(,)?) => { $(
        mod $library {
            #[tokio::test]
            async fn killed() {
                super::restart(super::Library::$variant, false).await.unwrap();
            }

            #[tokio::test]
            async fn ended() {
                super::restart(super::Library::$variant, true).await.unwrap();
            }
        }
    )+ };
}

restarts!(
    telethon = Telethon,
    folds = Folds,
    kurigram = Kurigram,
    pyrogram = Pyrogram,
    pyrofork = Pyrofork,
    mtcute = Mtcute,
    gramjs = Gramjs,
    teleproto = Teleproto,
    grammers = Grammers,
);

async fn restart(library: Library, is_clean: bool) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("parlor.db");
    let data = ["--data", file.to_str().context("utf-8")?];
    let mut stage = Stage::set_on(&data, library, json!({"first_name": "Ann"})).await?;
    assert_eq!(stage.ask("before").await?, "You wrote: before");
    stage.server.restart(&data, is_clean).await?;
    assert_eq!(stage.ask("meanwhile").await?, "You wrote: meanwhile");
    // And once: the next answer is that of the next message.
    assert_eq!(stage.ask("after").await?, "You wrote: after");
    Ok(())
}
