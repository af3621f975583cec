//! Nothing is answered or seen before it is durable. The journal of these tests waits until the test lets it continue.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail where it stands")]

use parlor_host::{ClockStart, Failure, Host, Journal, JournalError, Options};
use parlor_storage::{Memory, Snapshot, SnapshotWriter, Verified};
use parlor_world::ops::account::{CreateBot, CreateUser};
use parlor_world::ops::chat::StartBot;
use parlor_world::ops::updates::ConfirmUpdates;
use parlor_world::state::account::{Token, UserProfile};
use parlor_world::state::update_queue::AllowedUpdates;
use parlor_world::{AccountId, Effects, Recorded, Rules, Timestamp, World};
use std::future::Future;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

/// A journal whose appends take as long as the test wants.
struct Slow {
    kept: Arc<Mutex<Memory>>,
    /// Says that an append has begun.
    begun: Sender<()>,
    /// Whether the append succeeds.
    verdict: Receiver<bool>,
}

/// The test's side of the journal.
struct Disk {
    kept: Arc<Mutex<Memory>>,
    begun: Receiver<()>,
    verdict: Sender<bool>,
}

impl Journal for Slow {
    fn append(&mut self, expected: u64, batch: &[Recorded]) -> Result<(), JournalError> {
        self.begun.send(()).unwrap();
        match self.verdict.recv() {
            Ok(true) => self.kept.lock().unwrap().append(expected, batch),
            Err(_) => panic!("the test has dropped its end"),
            _ => Err(JournalError::storage("the disk is full")),
        }
    }

    fn len(&self) -> u64 {
        self.kept.lock().unwrap().len()
    }

    fn replay(&mut self, from: u64, each: &mut dyn FnMut(Recorded)) -> Result<(), JournalError> {
        self.kept.lock().unwrap().replay(from, each)
    }

    fn verify(&mut self, from: u64) -> Result<Verified, JournalError> {
        self.kept.lock().unwrap().verify(from)
    }

    fn snapshot_writer(&self) -> Box<dyn SnapshotWriter> {
        self.kept.lock().unwrap().snapshot_writer()
    }

    fn latest_snapshot(&mut self) -> Result<Option<Snapshot>, JournalError> {
        self.kept.lock().unwrap().latest_snapshot()
    }

    fn blocks(&self) -> bool {
        true
    }

    fn close(&mut self) -> Result<(), JournalError> {
        self.kept.lock().unwrap().close()
    }
}

fn begin() -> (Host, Disk) {
    let (begin, begun) = channel();
    let (verdict, verdicts) = channel();
    let kept = Arc::new(Mutex::new(Memory::keeping()));
    verdict.send(true).unwrap();
    let journal = Slow { kept: kept.clone(), begun: begin, verdict: verdicts };
    let options = Options { rules: Rules::default(), key: [7; 16], clock: ClockStart::System };
    let host = Host::open(Box::new(journal), options).unwrap();
    begun.recv().unwrap();
    (host, Disk { kept, begun, verdict })
}

fn user(id: i64) -> CreateUser {
    let profile = UserProfile { first_name: "Ann".into(), ..UserProfile::default() };
    CreateUser { id: Some(AccountId(id)), profile }
}

fn count(world: &World) -> usize {
    world.users().count()
}

/// Polls a future once, without a waker.
fn is_pending<T>(future: std::pin::Pin<&mut impl Future<Output = T>>) -> bool {
    matches!(future.poll(&mut Context::from_waker(Waker::noop())), Poll::Pending)
}

#[tokio::test]
async fn events_are_seen_once_they_are_durable() {
    let (host, disk) = begin();
    let token = Token::parse("5:AAAA").unwrap();
    let mut subscription = host.subscribe(AccountId(1));
    let mut first = std::pin::pin!(host.execute(user(1)));
    assert!(is_pending(first.as_mut()));
    // The task that appends runs while this one waits.
    tokio::task::yield_now().await;
    disk.begun.recv().unwrap();
    let bot = CreateBot { token: Some(token.clone()), ..CreateBot::default() };
    let mut second = std::pin::pin!(host.execute(bot));
    let mut read = std::pin::pin!(host.read(|world, _| count(world)));
    let mut notified = std::pin::pin!(subscription.notified());
    assert!(is_pending(first.as_mut()) && is_pending(second.as_mut()));
    assert!(is_pending(read.as_mut()) && is_pending(notified.as_mut()));
    disk.verdict.send(true).unwrap();
    assert_eq!(first.await, Ok(AccountId(1)));
    assert!(notified.await);
    // The others are in the next batch, together.
    disk.begun.recv().unwrap();
    assert!(is_pending(second.as_mut()) && is_pending(read.as_mut()));
    assert_eq!(host.bot_by_token(&token), None);
    disk.verdict.send(true).unwrap();
    assert_eq!((second.await.map(|bot| bot.0), read.await), (Ok(5), Ok(1)));
    assert!(host.bot_by_token(&token).is_some());
    // Nothing is pending: a read does not wait.
    assert!(!is_pending(std::pin::pin!(host.read(|world, _| count(world)))));
}

#[tokio::test]
async fn after_a_failed_append_all_callers_get_an_error() {
    let (host, disk) = begin();
    let (first, second) = (host.execute(user(1)), host.read(|world, _| count(world)));
    disk.verdict.send(false).unwrap();
    let (first, second) = tokio::join!(first, second);
    assert_eq!((first, second), (Err(Failure::Stopped), Err(Failure::Stopped)));
    assert!(host.failed().await.contains("the disk is full"));
    assert_eq!(host.execute(user(2)).await, Err(Failure::Stopped));
    assert_eq!(disk.kept.lock().unwrap().len(), 1, "only the world's first event");
}

#[tokio::test]
async fn after_a_panic_of_the_journal_all_callers_get_an_error() {
    let (host, disk) = begin();
    let (first, second) = (host.execute(user(1)), host.read(|world, _| count(world)));
    drop(disk);
    let (first, second) = tokio::join!(first, second);
    assert_eq!((first, second), (Err(Failure::Stopped), Err(Failure::Stopped)));
    assert_eq!(&*host.failed().await, "the journal failed unexpectedly");
}

#[tokio::test]
async fn the_thread_that_appends_ends_with_the_world() {
    let (host, disk) = begin();
    disk.verdict.send(true).unwrap();
    host.execute(user(1)).await.unwrap();
    drop(host);
    // The journal, with its end of this channel, is dropped before the thread ends.
    while disk.begun.recv().is_ok() {}
    assert!(disk.verdict.send(true).is_err());
}

const BOT: AccountId = AccountId(5);
const ANN: AccountId = AccountId(1);

/// Opens a world in which Ann has started a bot, with all events durable. Also returns the number of events, and the id of
/// the bot's first update.
async fn begin_with_update() -> (Host, Disk, u64, i64) {
    let (host, disk) = begin();
    (0..3).for_each(|_| disk.verdict.send(true).unwrap());
    host.execute(user(ANN.0)).await.unwrap();
    let bot = CreateBot { token: Token::parse("5:AAAA"), ..CreateBot::default() };
    host.execute(bot).await.unwrap();
    host.execute(StartBot { user: ANN, bot: BOT, payload: None, random_id: None }).await.unwrap();
    (0..3).for_each(|_| disk.begun.recv().unwrap());
    let first = host.read(|world, _| world.queue(BOT).unwrap().first()).await.unwrap().unwrap();
    let length = disk.kept.lock().unwrap().len();
    (host, disk, length, first)
}

fn confirm(offset: i64) -> ConfirmUpdates {
    ConfirmUpdates { bot: BOT, offset, allowed: None }
}

fn pending(world: &World, now: Timestamp) -> usize {
    world.queue(BOT).unwrap().pending(now)
}

#[tokio::test(start_paused = true)]
async fn a_read_waits_for_a_confirmation_and_the_poll_does_not() {
    let (host, disk, length, first) = begin_with_update().await;
    let left = host.confirm_updates(confirm(first + 1), |world, now, _| pending(world, now)).await;
    assert_eq!((left, disk.begun.try_recv().is_err()), (Ok(0), true), "nothing was awaited");
    // Looking up accounts does not wait for it either.
    assert!(!is_pending(std::pin::pin!(host.find(count))));
    // A read that can see the confirmation waits for it.
    let mut read = std::pin::pin!(host.read(pending));
    assert!(is_pending(read.as_mut()));
    disk.begun.recv().unwrap();
    assert!(is_pending(read.as_mut()));
    disk.verdict.send(true).unwrap();
    assert_eq!(read.await, Ok(0));
    assert_eq!(disk.kept.lock().unwrap().len(), length + 2, "the confirmation and the read mark");
}

#[tokio::test(start_paused = true)]
async fn a_confirmation_shares_the_append_of_a_message() {
    let (host, disk, length, first) = begin_with_update().await;
    host.confirm_updates(confirm(first + 1), |_, _, _| ()).await.unwrap();
    disk.verdict.send(true).unwrap();
    host.execute(user(2)).await.unwrap();
    disk.begun.recv().unwrap();
    assert!(disk.begun.try_recv().is_err(), "one append for both");
    // The confirmation, the read mark, the user.
    assert_eq!(disk.kept.lock().unwrap().len(), length + 3);
}

#[tokio::test(start_paused = true)]
async fn a_confirmation_is_appended_soon_if_nothing_else_is() {
    let (host, disk, length, first) = begin_with_update().await;
    let mut subscription = host.subscribe(ANN);
    disk.verdict.send(true).unwrap();
    host.confirm_updates(confirm(first + 1), |_, _, _| ()).await.unwrap();
    // The virtual clock advances while everything waits; then Ann is notified that her message was read.
    assert!(subscription.notified().await);
    assert_eq!(disk.kept.lock().unwrap().len(), length + 2);
}

#[tokio::test(start_paused = true)]
async fn a_poll_waits_for_what_it_may_have_seen_and_for_its_settings() {
    let (host, disk, _, first) = begin_with_update().await;
    let mut sent = std::pin::pin!(host.execute(user(2)));
    assert!(is_pending(sent.as_mut()));
    let mut seeing = std::pin::pin!(host.confirm_updates(confirm(0), |_, _, _| ()));
    let mut finding = std::pin::pin!(host.find(count));
    assert!(is_pending(seeing.as_mut()) && is_pending(finding.as_mut()));
    // The second batch has nothing to append.
    disk.verdict.send(true).unwrap();
    assert_eq!(sent.await, Ok(AccountId(2)));
    assert_eq!((seeing.await, finding.await), (Ok(()), Ok(2)));
    let allowed = Some(AllowedUpdates::from_names(["message"]));
    let setting = ConfirmUpdates { bot: BOT, offset: first + 1, allowed };
    let mut setting = std::pin::pin!(host.confirm_updates(setting, |_, _, _| ()));
    assert!(is_pending(setting.as_mut()));
    disk.verdict.send(true).unwrap();
    assert_eq!(setting.await, Ok(()));
}

#[tokio::test]
async fn closing_keeps_confirmations_and_a_crash_delivers_updates_again() {
    for (closes, expected) in [(true, 0), (false, 1)] {
        let (host, disk, _, first) = begin_with_update().await;
        host.confirm_updates(confirm(first + 1), |_, _, _| ()).await.unwrap();
        if closes {
            disk.verdict.send(true).unwrap();
            host.close().await;
        }
        drop(host);
        let mut world = World::new([7; 16]);
        let mut kept = disk.kept.lock().unwrap();
        kept.replay(0, &mut |recorded| world.apply(&recorded, &mut Effects::default())).unwrap();
        assert_eq!(pending(&world, Timestamp(0)), expected);
    }
}

#[tokio::test]
async fn a_caller_that_disconnects_changes_nothing_for_the_others() {
    let (host, disk) = begin();
    {
        let mut gone = std::pin::pin!(host.execute(user(1)));
        assert!(is_pending(gone.as_mut()));
    }
    disk.verdict.send(true).unwrap();
    assert_eq!(host.read(|world, _| count(world)).await, Ok(1));
}

#[tokio::test]
async fn closing_keeps_decided_events() {
    let (host, disk) = begin();
    let mut executed = std::pin::pin!(host.execute(user(1)));
    assert!(is_pending(executed.as_mut()));
    disk.verdict.send(true).unwrap();
    host.close().await;
    assert_eq!(disk.kept.lock().unwrap().len(), 2);
    assert_eq!(disk.kept.lock().unwrap().latest_snapshot().unwrap().map(|snapshot| snapshot.events), Some(2));
    assert_eq!(host.read(|world, _| count(world)).await, Err(Failure::Stopped));
}

#[tokio::test]
async fn a_panic_in_a_view_stops_the_world() {
    let (host, _disk) = begin();
    let panicking = host.clone();
    let failed = tokio::spawn(async move { panicking.read(|_, _| panic!("on purpose")).await });
    assert!(failed.await.is_err());
    assert_eq!(host.read(|world, _| count(world)).await, Err(Failure::Stopped));
    host.failed().await;
}
