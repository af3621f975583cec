//! `parlor verify FILE`

use crate::cli::VerifyCommand;
use anyhow::Result;
use parlor_storage::{Journal, Sqlite};
use std::io::{Write, stdout};
use std::process::ExitCode;

pub(crate) async fn run(command: VerifyCommand) -> Result<ExitCode> {
    let is_whole = tokio::task::spawn_blocking(move || verify(&command, &mut stdout())).await??;
    Ok(if is_whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Tells what is wrong with a file, a line for each; whether nothing is.
fn verify(command: &VerifyCommand, out: &mut impl Write) -> Result<bool> {
    let mut journal = Sqlite::open_to_read(&command.file)?;
    let mut is_whole = journal.loss().is_none();
    if let Some(loss) = journal.loss() {
        writeln!(out, "{loss}")?;
    }
    let (mut next, mut batches) = (0, 0);
    while next < journal.len() {
        let found = journal.verify(next)?;
        is_whole &= found.damages.is_empty();
        for damage in found.damages {
            writeln!(out, "{}", damage.explain())?;
        }
        (next, batches) = (found.next, batches + found.whole);
    }
    let events = journal.len();
    let summary = match journal.latest_snapshot() {
        Ok(Some((covered, _))) => format!("a whole snapshot of the first {covered} events"),
        Ok(None) => "no snapshot".to_owned(),
        Err(error) => {
            is_whole = false;
            writeln!(out, "{}", error.explain())?;
            "no snapshot that can be used".to_owned()
        }
    };
    let verdict = if is_whole { "whole" } else { "damaged" };
    let file = command.file.display();
    writeln!(out, "{file} is {verdict}: {events} events, {batches} whole batches, {summary}")?;
    Ok(is_whole)
}
