//! A process that is killed while it drops old events loses nothing. The process is a second run of this test program.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use parlor_host::{ClockStart, Host, Options};
use parlor_storage::{History, Sqlite};
use parlor_world::ops::account::{CreateUser, EditUser};
use parlor_world::state::account::{ProfilePatch, UserProfile};
use parlor_world::{AccountId, Rules};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

/// The data file of the process that is killed.
const FILE: &str = "PARLOR_TEST_DATA_FILE";
const CONFIRMED: &str = "confirmed ";
const USERS: i64 = 500;
/// In milliseconds. Logs of updates keep entries for a day. The clock advances by a day with each number, so that the world
/// does not grow.
const DAY: i64 = 24 * 3600 * 1000;
const KILLS: usize = 6;
/// The maximum number of lines that a process prints before it saves a snapshot. It saves one after about a hundred.
const MAX_LINES: usize = 10_000;

fn open(path: &Path) -> Host {
    let options = Options { rules: Rules::default(), key: [7; 16], clock: ClockStart::System };
    // Fails if a confirmed event is missing.
    Host::open(Box::new(Sqlite::open(path).unwrap()), options).unwrap()
}

async fn numbers(host: &Host) -> Vec<u64> {
    let numbers = host.read(|world, _| {
        let names = world.users().map(|user| user.profile.first_name.parse().unwrap());
        names.collect()
    });
    numbers.await.unwrap()
}

#[tokio::test]
#[ignore = "not a test: the process that the other test kills"]
async fn write_until_killed() {
    let host = open(Path::new(&std::env::var_os(FILE).unwrap()));
    for id in 1..=USERS {
        let profile = UserProfile { first_name: "0".into(), ..UserProfile::default() };
        // Fails from the second run on, since the user exists.
        let _ = host.execute(CreateUser { id: Some(AccountId(id)), profile }).await;
    }
    let mut n = numbers(&host).await.into_iter().max().unwrap();
    loop {
        n += 1;
        host.clock().advance(DAY).unwrap();
        let edits = (1..=USERS).map(|id| {
            let patch = ProfilePatch { first_name: Some(n.to_string().into()), ..ProfilePatch::default() };
            let host = host.clone();
            tokio::spawn(async move { host.execute(EditUser { user: AccountId(id), patch }).await.map(drop) })
        });
        for edit in edits.collect::<Vec<_>>() {
            edit.await.unwrap().unwrap();
        }
        println!("{CONFIRMED}{n}");
    }
}

/// Runs the process until it has saved a snapshot and printed `lines_after` more lines, then kills it. Returns the last
/// confirmed number.
fn run_and_kill(path: &Path, lines_after: usize) -> u64 {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "write_until_killed", "--ignored", "--nocapture"]).env(FILE, path);
    let mut child = child.stdout(Stdio::piped()).spawn().unwrap();
    let snapshot = path.with_file_name("parlor.db-snapshot");
    let modified = || std::fs::metadata(&snapshot).and_then(|metadata| metadata.modified()).ok();
    let before = modified();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut confirmed = lines.filter_map(|line| line.strip_prefix(CONFIRMED)?.parse().ok());
    let saved = confirmed.by_ref().take(MAX_LINES).find(|_| modified() != before);
    let last = confirmed.by_ref().take(lines_after).last().or(saved);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(saved.is_some(), "no snapshot was saved");
    last.unwrap()
}

#[tokio::test]
async fn a_kill_while_events_are_dropped_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("parlor.db");
    let mut has_dropped = false;
    for kill in 0..KILLS {
        let confirmed = run_and_kill(&path, 2 * kill);
        let mut journal = Sqlite::open_to_read(&path).unwrap();
        parlor_host::verify_base(&mut journal).unwrap();
        has_dropped |= journal.first() > 0;
        drop(journal);
        let host = open(&path);
        let numbers = numbers(&host).await;
        assert_eq!(numbers.len(), usize::try_from(USERS).unwrap());
        // The process may have confirmed more numbers than this test has read.
        assert!(numbers.iter().all(|number| *number >= confirmed), "{confirmed}: {numbers:?}");
        assert!(host.verify().await.unwrap().is_empty());
        // The same without the snapshot.
        drop(host);
        std::fs::rename(path.with_file_name("parlor.db-snapshot"), folder.path().join("aside")).unwrap();
        let host = open(&path);
        assert_eq!(self::numbers(&host).await, numbers);
        drop(host);
        std::fs::rename(folder.path().join("aside"), path.with_file_name("parlor.db-snapshot")).unwrap();
    }
    assert!(has_dropped, "nothing was dropped before any kill");
}
