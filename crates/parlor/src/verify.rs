//! `parlor verify FILE`: checks every event of a data file and its snapshot.

use crate::cli::VerifyCommand;
use anyhow::Result;
use parlor_storage::{History, Journal, Sqlite};
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
    // Older events were dropped and replaced by the base.
    let first = journal.first().min(journal.base());
    let (mut next, mut batches) = (first, 0);
    while next < journal.len() {
        let found = journal.verify(next)?;
        is_intact &= found.damages.is_empty();
        for damage in found.damages {
            writeln!(out, "{}", damage.explain())?;
        }
        (next, batches) = (found.next, batches + found.whole);
    }
    if let Err(damage) = parlor_host::verify_base(&mut journal) {
        is_intact = false;
        writeln!(out, "{}", damage.explain())?;
    }
    let events = match first {
        0 => format!("{} events", journal.len()),
        _ => format!(
            "a base of the first {} events, the events from {first} to {}",
            journal.base(),
            journal.len() - 1
        ),
    };
    let summary = match journal.latest_snapshot() {
        Ok(Some(snapshot)) => format!("an intact snapshot of the first {} events", snapshot.events),
        Ok(None) => "no snapshot".to_owned(),
        Err(error) => {
            is_intact = false;
            writeln!(out, "{}", error.explain())?;
            "no usable snapshot".to_owned()
        }
    };
    let verdict = if is_intact { "intact" } else { "damaged" };
    let file = command.file.display();
    writeln!(out, "{file} is {verdict}: {events}, {batches} intact batches, {summary}")?;
    Ok(is_intact)
}

#[cfg(test)]
mod tests {
    use super::*;
    use parlor_host::{ClockStart, Host, Options};
    use parlor_world::ops::account::{CreateUser, EditUser};
    use parlor_world::state::account::{ProfilePatch, UserProfile};
    use parlor_world::{AccountId, Rules};
    use std::path::Path;

    const USERS: i64 = 500;

    /// Writes a file whose first events were dropped.
    async fn write(path: &Path) {
        let options = Options { rules: Rules::default(), key: [7; 16], clock: ClockStart::System };
        let host = Host::open(Box::new(Sqlite::open(path).unwrap()), options).unwrap();
        for id in 1..=USERS {
            let profile = UserProfile { first_name: "Ann".into(), ..UserProfile::default() };
            host.execute(CreateUser { id: Some(AccountId(id)), profile }).await.unwrap();
        }
        for n in 0.. {
            let edits = (1..=USERS).map(|id| {
                let name = format!("Ann {n}").into();
                let patch = ProfilePatch { first_name: Some(name), ..ProfilePatch::default() };
                let host = host.clone();
                tokio::spawn(
                    async move { host.execute(EditUser { user: AccountId(id), patch }).await.map(drop) },
                )
            });
            for edit in edits.collect::<Vec<_>>() {
                edit.await.unwrap().unwrap();
            }
            if host.first_event() > 0 {
                break;
            }
            assert!(n < 2000, "nothing is dropped");
        }
        host.close().await;
    }

    fn verify_file(path: &Path) -> (bool, String) {
        let mut output = Vec::new();
        let is_intact = verify(&VerifyCommand { file: path.to_owned() }, &mut output).unwrap();
        (is_intact, String::from_utf8(output).unwrap())
    }

    #[tokio::test]
    async fn a_file_whose_first_events_were_dropped_is_verified_with_its_base() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("parlor.db");
        write(&path).await;
        let (is_intact, output) = verify_file(&path);
        let expected = format!("{} is intact: a base of the first 5", path.display());
        assert!(is_intact && output.starts_with(&expected) && output.lines().count() == 1, "{output}");

        let other_program = rusqlite::Connection::open(&path).unwrap();
        other_program.execute("UPDATE base_piece SET bytes = substr(bytes, 2)", []).unwrap();
        drop(other_program);
        let (is_intact, output) = verify_file(&path);
        let damage = "can't be used: piece 0: the checksum is wrong\n";
        assert!(
            !is_intact && output.contains(damage) && output.contains("is damaged: a base of"),
            "{output}"
        );
    }
}
