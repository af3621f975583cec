//! Old events are dropped once a verified snapshot covers them. These tests check what remains on the disk, that the world
//! can be opened from it, and what happens when a step fails.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail where it stands")]

use parlor_host::{ClockStart, Host, Journal, JournalError, Options};
use parlor_storage::journal::history::Base;
use parlor_storage::{History, Memory, Pieces, Snapshot, SnapshotWriter, Sqlite, Verified};
use parlor_world::ops::account::{CreateUser, EditUser};
use parlor_world::state::account::{ProfilePatch, UserProfile};
use parlor_world::{AccountId, Recorded, Rules};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The time limit of every wait.
const TIMEOUT: Duration = Duration::from_secs(60);
const USERS: i64 = 500;
/// In milliseconds. Logs of updates keep entries for a day.
const DAY: i64 = 24 * 3600 * 1000;

fn open(journal: impl Journal + 'static) -> Host {
    let options = Options { rules: Rules::default(), key: [7; 16], clock: ClockStart::System };
    Host::open(Box::new(journal), options).unwrap()
}

async fn create_users(host: &Host) {
    for id in 1..=USERS {
        let profile = UserProfile { first_name: "Ann".into(), ..UserProfile::default() };
        host.execute(CreateUser { id: Some(AccountId(id)), profile }).await.unwrap();
    }
}

/// Renames every user, a day after the last event, so that the world does not grow.
async fn rename_users(host: &Host, name: &str) {
    host.clock().advance(DAY).unwrap();
    let edits = (1..=USERS).map(|id| {
        let patch = ProfilePatch { first_name: Some(name.into()), ..ProfilePatch::default() };
        let host = host.clone();
        tokio::spawn(async move { host.execute(EditUser { user: AccountId(id), patch }).await.map(drop) })
    });
    for edit in edits.collect::<Vec<_>>() {
        edit.await.unwrap().unwrap();
    }
}

/// Renames all users, to another name each time, until a condition holds.
async fn rename_users_until(host: &Host, n: &mut u32, is_reached: impl Fn(u32) -> bool) {
    let reached = async {
        while !is_reached(*n) {
            *n += 1;
            rename_users(host, &format!("Ann {n}")).await;
        }
    };
    tokio::time::timeout(TIMEOUT, reached).await.expect("it is not reached");
}

async fn names(host: &Host) -> Vec<String> {
    let names = host.read(|world, _| world.users().map(|user| user.profile.first_name.to_string()).collect());
    names.await.unwrap()
}

/// A folder with a data file.
struct Data(tempfile::TempDir);

impl Data {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn beside(&self, suffix: &str) -> PathBuf {
        self.0.path().join(format!("parlor.db{suffix}"))
    }

    fn open(&self) -> Sqlite {
        Sqlite::open(&self.beside("")).unwrap()
    }

    /// Creates a file whose first events were dropped.
    async fn with_base() -> Self {
        let data = Self::new();
        let host = open(data.open());
        create_users(&host).await;
        let mut n = 0;
        rename_users_until(&host, &mut n, |n| n > 102).await;
        // Closing does not wait until events are dropped, so this waits before.
        rename_users_until(&host, &mut n, |_| host.first_event() > 0).await;
        host.close().await;
        data
    }

    fn first(&self) -> u64 {
        Sqlite::open_to_read(&self.beside("")).unwrap().history().unwrap().first()
    }
}

fn size(path: &Path) -> u64 {
    std::fs::metadata(path).unwrap().len()
}

#[tokio::test]
async fn the_data_file_grows_with_the_world_and_not_with_the_number_of_events() {
    let (dropping, keeping) = (Data::new(), Data::new());
    let mut sizes = Vec::new();
    for (data, is_kept) in [(&dropping, false), (&keeping, true)] {
        let mut journal = data.open();
        journal.set_kept(is_kept);
        let host = open(journal);
        create_users(&host).await;
        // Enough events for two bases.
        for n in 0..520 {
            rename_users(&host, &format!("Ann {n}")).await;
        }
        host.close().await;
        drop(host);
        sizes.push(size(&data.beside("")));
    }
    let [small, large] = sizes[..] else { unreachable!() };
    // How much is dropped by then depends on how far the last base has come.
    assert!(small < large / 4 * 3, "{small} and {large} bytes");
    assert!(dropping.first() > 50_000 && keeping.first() == 0, "{}", dropping.first());

    // With the snapshot, without it, and with a damaged one.
    let expected = vec!["Ann 519".to_owned(); usize::try_from(USERS).unwrap()];
    for damage in [None, Some("removed"), Some("damaged")] {
        match damage {
            None => (),
            Some("removed") => std::fs::remove_file(dropping.beside("-snapshot")).unwrap(),
            Some(_) => std::fs::write(dropping.beside("-snapshot"), "damaged").unwrap(),
        }
        let host = open(dropping.open());
        assert_eq!(names(&host).await, expected, "{damage:?}");
        assert!(host.verify().await.unwrap().is_empty());
        // Dropped and not closed, so that the files stay as they are.
        drop(host);
    }
}

/// Later versions can read a base, since it has the names of all fields. A damaged base is an error if there is no snapshot.
#[tokio::test]
async fn a_base_has_field_names_and_a_damaged_one_is_refused() {
    let data = Data::with_base().await;
    std::fs::remove_file(data.beside("-snapshot")).unwrap();

    let mut journal = data.open();
    parlor_host::verify_base(&mut journal).unwrap();
    let piece = journal.read_piece(Base::Current, 0).unwrap().unwrap();
    for name in ["head", "account", "first_name"] {
        assert!(piece.windows(name.len()).any(|window| window == name.as_bytes()), "{name}");
    }
    drop(journal);

    let other_program = rusqlite::Connection::open(data.beside("")).unwrap();
    other_program.execute("UPDATE base_piece SET bytes = substr(bytes, 2)", []).unwrap();
    drop(other_program);
    assert!(parlor_host::verify_base(&mut data.open()).is_err());
    let options = Options { rules: Rules::default(), key: [7; 16], clock: ClockStart::System };
    let refused = Host::open(Box::new(data.open()), options).map(|_| ()).unwrap_err();
    assert!(matches!(refused, JournalError::Base { .. }), "{refused}");
}

/// The world is opened from its snapshot, so only the verification in the background reads the damaged base.
#[tokio::test]
async fn a_damaged_base_is_found_and_written_again() {
    let data = Data::with_base().await;
    let other_program = rusqlite::Connection::open(data.beside("")).unwrap();
    other_program.execute("UPDATE base_piece SET bytes = substr(bytes, 2)", []).unwrap();
    drop(other_program);

    let host = open(data.open());
    let damages = host.verify().await.unwrap();
    assert!(matches!(damages[..], [JournalError::Base { .. }]), "{damages:?}");
    let written_again = async {
        for n in 0.. {
            rename_users(&host, &format!("Bob {n}")).await;
            if host.verify().await.unwrap().is_empty() {
                return;
            }
        }
    };
    tokio::time::timeout(TIMEOUT, written_again).await.expect("no new base is written");
}

/// The step that fails.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    Nothing,
    ReadBack,
    AddPiece,
    ReadPiece,
    Alter,
    Adopt,
    Drop,
}

/// A journal in memory whose history fails at one step.
struct Failing {
    kept: Memory,
    plan: Arc<Mutex<Plan>>,
}

struct Plan {
    fails: Step,
    /// How often it has failed.
    failed: u32,
    first: u64,
    base: u64,
}

fn fail(plan: &Mutex<Plan>, step: Step) -> Result<(), JournalError> {
    let mut plan = plan.lock().unwrap();
    if plan.fails != step {
        return Ok(());
    }
    plan.failed += 1;
    Err(JournalError::storage("the disk is full"))
}

impl Journal for Failing {
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
        Box::new(FailingWriter { writer: self.kept.snapshot_writer(), plan: self.plan.clone() })
    }

    fn latest_snapshot(&mut self) -> Result<Option<Snapshot>, JournalError> {
        self.kept.latest_snapshot()
    }

    fn history(&mut self) -> Option<&mut dyn History> {
        Some(self)
    }

    fn blocks(&self) -> bool {
        true
    }

    fn close(&mut self) -> Result<(), JournalError> {
        Ok(())
    }
}

impl Failing {
    fn kept(&mut self) -> &mut dyn History {
        self.kept.history().unwrap()
    }
}

impl History for Failing {
    fn is_kept(&self) -> bool {
        false
    }

    fn set_kept(&mut self, _is_kept: bool) {}

    fn first(&self) -> u64 {
        self.plan.lock().unwrap().first
    }

    fn base(&self) -> u64 {
        self.plan.lock().unwrap().base
    }

    fn read_piece(&mut self, base: Base, number: u64) -> Result<Option<Vec<u8>>, JournalError> {
        fail(&self.plan, Step::ReadPiece)?;
        let mut piece = self.kept().read_piece(base, number)?;
        if let Some(piece) = piece.as_mut()
            && fail(&self.plan, Step::Alter).is_err()
        {
            // Another name of the same length.
            let at = piece.windows(3).position(|window| window == b"Ann").unwrap();
            piece[at] = b'E';
        }
        Ok(piece)
    }

    fn add_piece(&mut self, piece: &[u8]) -> Result<(), JournalError> {
        fail(&self.plan, Step::AddPiece)?;
        self.kept().add_piece(piece)
    }

    fn adopt(&mut self, events: u64) -> Result<(), JournalError> {
        fail(&self.plan, Step::Adopt)?;
        self.kept().adopt(events)?;
        self.plan.lock().unwrap().base = events;
        Ok(())
    }

    fn drop_step(&mut self) -> Result<bool, JournalError> {
        if self.base() > 0 {
            fail(&self.plan, Step::Drop)?;
        }
        self.kept().set_kept(false);
        let more = self.kept().drop_step()?;
        self.plan.lock().unwrap().first = self.kept().first();
        Ok(more)
    }
}

struct FailingWriter {
    writer: Box<dyn SnapshotWriter>,
    plan: Arc<Mutex<Plan>>,
}

impl SnapshotWriter for FailingWriter {
    fn events(&self) -> u64 {
        self.writer.events()
    }

    fn save(&self, pieces: Pieces<'_>) -> Result<u64, JournalError> {
        self.writer.save(pieces)
    }

    fn read_back(&self) -> Result<Snapshot, JournalError> {
        fail(&self.plan, Step::ReadBack)?;
        self.writer.read_back()
    }
}

#[tokio::test]
async fn a_step_that_fails_drops_nothing_and_is_tried_again() {
    use Step::{AddPiece, Adopt, Alter, Drop, ReadBack, ReadPiece};
    for step in [ReadBack, AddPiece, ReadPiece, Alter, Adopt, Drop] {
        let plan = Arc::new(Mutex::new(Plan { fails: step, failed: 0, first: 0, base: 0 }));
        let host = open(Failing { kept: Memory::keeping(), plan: plan.clone() });
        create_users(&host).await;
        let mut n = 0;
        rename_users_until(&host, &mut n, |_| plan.lock().unwrap().failed > 0).await;
        let (first, base) = {
            let plan = plan.lock().unwrap();
            (plan.first, plan.base)
        };
        assert_eq!((first, base > 0), (0, step == Drop), "{step:?}");
        // The next attempt comes later, and succeeds.
        plan.lock().unwrap().fails = Step::Nothing;
        rename_users_until(&host, &mut n, |_| plan.lock().unwrap().first > base.max(50_000)).await;
        assert_eq!(names(&host).await.len(), usize::try_from(USERS).unwrap());
        host.close().await;
    }
}

#[tokio::test]
async fn a_stop_does_not_wait_for_a_base() {
    let data = Data::new();
    let host = open(data.open());
    create_users(&host).await;
    let snapshot = data.beside("-snapshot");
    let mut n = 0;
    while !snapshot.exists() {
        n += 1;
        rename_users(&host, &format!("Ann {n}")).await;
    }
    // The base is being written, or was just written.
    host.close().await;
    drop(host);
    let host = open(data.open());
    assert_eq!(names(&host).await, vec![format!("Ann {n}"); usize::try_from(USERS).unwrap()]);
}
