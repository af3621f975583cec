//! `parlor verify FILE`: checks every event of a data file and its snapshot.

use crate::cli::VerifyCommand;
use anyhow::Result;
use parlor_storage::{Journal, Sqlite};
use std::io::{Write, stdout};
use std::process::ExitCode;

pub(crate) async fn run(command: VerifyCommand) -> Result<ExitCode> {
    let is_intact = tokio::task::spawn_blocking(move || verify(&command, &mut stdout())).await??;
    Ok(if is_intact { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Writes one line for each fault, and returns whether the file has none.
fn verify(command: &VerifyCommand, out: &mut impl Write) -> Result<bool> {
    let mut journal = Sqlite::open_to_read(&command.file)?;
    let mut is_intact = journal.loss().is_none();
    if let Some(loss) = journal.loss() {
        writeln!(out, "{loss}")?;
    }
    let (mut next, mut batches) = (0, 0);
    while next < journal.len() {
        let found = journal.verify(next)?;
        is_intact &= found.damages.is_empty();
        for damage in found.damages {
            writeln!(out, "{}", damage.explain())?;
        }
        (next, batches) = (found.next, batches + found.whole);
    }
    let events = journal.len();
    let summary = match journal.latest_snapshot() {
        Ok(Some((covered, _))) => format!("an intact snapshot of the first {covered} events"),
        Ok(None) => "no snapshot".to_owned(),
        Err(error) => {
            is_intact = false;
            writeln!(out, "{}", error.explain())?;
            "no usable snapshot".to_owned()
        }
    };
    let verdict = if is_intact { "intact" } else { "damaged" };
    let file = command.file.display();
    writeln!(out, "{file} is {verdict}: {events} events, {batches} intact batches, {summary}")?;
    Ok(is_intact)
}
