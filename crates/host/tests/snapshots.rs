//! When snapshots are taken and saved. The snapshots of this journal fail, or take as long as the test wants.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail where it stands")]

use parlor_host::{ClockStart, Host, Journal, JournalError, Options};
use parlor_storage::{Memory, Pieces, Snapshot, SnapshotWriter, Verified};
use parlor_world::ops::account::CreateUser;
use parlor_world::state::account::UserProfile;
use parlor_world::{AccountId, Recorded, Rules};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The time limit of a command.
const TIMEOUT: Duration = Duration::from_secs(20);

/// A journal that appends at once, and asks the test whether each snapshot succeeds.
struct Scripted {
    kept: Memory,
    saves: Arc<Saves>,
}

struct Saves {
    /// Receives the number of events of each snapshot when it begins to be saved.
    begun: Mutex<Sender<u64>>,
    /// Whether it succeeds.
    verdict: Mutex<Receiver<bool>>,
}

/// The test's side of the journal.
struct Script {
    begun: Receiver<u64>,
    verdict: Sender<bool>,
}

impl Journal for Scripted {
    fn append(&mut self, expected: u64, batch: &[Recorded]) -> Result<(), JournalError> {
        self.kept.append(expected, batch)
    }

    fn len(&self) -> u64 {
        self.kept.len()
    }

    fn replay(&mut self, from: u64, each: &mut dyn FnMut(Recorded)) -> Result<(), JournalError> {
        self.kept.replay(from, each)
    }

    fn verify(&mut self, from: u64) -> Result<Verified, JournalError> {
        self.kept.verify(from)
    }

    fn snapshot_writer(&self) -> Box<dyn SnapshotWriter> {
        Box::new(ScriptedWriter { events: self.kept.len(), saves: self.saves.clone() })
    }

    fn latest_snapshot(&mut self) -> Result<Option<Snapshot>, JournalError> {
        Ok(None)
    }

    fn blocks(&self) -> bool {
        true
    }

    fn close(&mut self) -> Result<(), JournalError> {
        Ok(())
    }
}

struct ScriptedWriter {
    events: u64,
    saves: Arc<Saves>,
}

impl SnapshotWriter for ScriptedWriter {
    fn events(&self) -> u64 {
        self.events
    }

    fn save(&self, _pieces: Pieces<'_>) -> Result<u64, JournalError> {
        self.saves.begun.lock().unwrap().send(self.events).unwrap();
        let verdict = self.saves.verdict.lock().unwrap().recv();
        match verdict {
            Ok(true) => Ok(0),
            _ => Err(JournalError::storage("the disk is full")),
        }
    }

    fn read_back(&self) -> Result<Snapshot, JournalError> {
        Err(JournalError::storage("no test reads a snapshot back"))
    }
}

fn begin() -> (Host, Script) {
    let (begin, begun) = channel();
    let (verdict, verdicts) = channel();
    let saves = Arc::new(Saves { begun: Mutex::new(begin), verdict: Mutex::new(verdicts) });
    let journal = Box::new(Scripted { kept: Memory::forgetting(), saves });
    let options = Options { rules: Rules::default(), key: [7; 16], clock: ClockStart::System };
    (Host::open(journal, options).unwrap(), Script { begun, verdict })
}

async fn create_users(host: &Host, ids: std::ops::Range<i64>) {
    let profile = || UserProfile { first_name: "Ann".into(), ..UserProfile::default() };
    let created = ids.map(|id| {
        let host = host.clone();
        let create = CreateUser { id: Some(AccountId(id)), profile: profile() };
        tokio::spawn(async move { host.execute(create).await.unwrap() })
    });
    for created in created.collect::<Vec<_>>() {
        let created = tokio::time::timeout(TIMEOUT, created).await;
        created.expect("the world waits for its snapshot").unwrap();
    }
}

/// Executes commands until a snapshot begins to be saved; returns how many events it covers.
async fn until_snapshot(host: &Host, script: &Script, next: &mut i64) -> u64 {
    loop {
        create_users(host, *next..*next + 500).await;
        *next += 500;
        if let Ok(events) = script.begun.try_recv() {
            return events;
        }
        assert!(*next < 200_000, "no snapshot is taken");
    }
}

#[tokio::test]
async fn a_world_goes_on_while_its_snapshot_is_written_and_a_failed_one_is_tried_again() {
    let (host, script) = begin();
    let mut next = 1;
    let first = until_snapshot(&host, &script, &mut next).await;
    assert!(first > 50_000, "{first}");
    // While it is being saved, commands do not wait for it, and no other one begins.
    create_users(&host, next..next + 1000).await;
    next += 1000;
    assert!(script.begun.try_recv().is_err());

    script.verdict.send(false).unwrap();
    let second = until_snapshot(&host, &script, &mut next).await;
    // Sooner than one is due after a snapshot that was saved.
    assert!((first + 10_000..first + 50_000).contains(&second), "{first}, then {second}");
    script.verdict.send(true).unwrap();

    // The saved one counts: the next is due as many events later as the first.
    let third = until_snapshot(&host, &script, &mut next).await;
    assert!(third > second + 50_000, "{second}, then {third}");
    script.verdict.send(true).unwrap();
    // Closing saves a last snapshot if there is an event that the third one does not cover.
    create_users(&host, next..next + 1).await;
    next += 1;
    script.verdict.send(true).unwrap();
    host.close().await;
    assert_eq!(script.begun.recv().unwrap(), u64::try_from(next).unwrap());
}
