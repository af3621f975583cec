use crate::clock::Clock;
use crate::faults::Faults;
use crate::inspector::Inspector;
use crate::presence::Presence;
use crate::snapshot;
use crate::watch::{Bells, Watch};
use parlor_journal::{Journal, JournalError};
use parlor_world::account::Token;
use parlor_world::updates::Update;
use parlor_world::{
    AccountId, BotId, Change, Command, Recorded, Refusal, Rules, Timestamp, World, chat_action,
};
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use tokio::sync::{Semaphore, broadcast, oneshot, watch};

/// Commands and reads that may stand in the queue; the next ones wait for room.
const QUEUE: usize = 4096;
/// The most that one batch takes: bounds how long a reply waits for its neighbours.
const BATCH: usize = 256;
/// Live updates ("typing…") that a slow reader may fall behind before it misses some.
const LIVE: usize = 256;
/// Changed accounts that a slow reader may fall behind before it must look at all of them.
const CHANGES: usize = 256;
/// A snapshot is taken when the tail of the journal is longer than this and than the world is large: the work stays
/// in proportion to the events.
const SNAPSHOT_TAIL: u64 = 50_000;

/// One world with its journal, clock and readers. Cheap to clone; all clones are the same world.
#[derive(Clone)]
pub struct Host(Arc<Inner>);

struct Inner {
    id: u64,
    queue: Mutex<Queue>,
    room: Semaphore,
    state: Mutex<State>,
    blocks: bool,
    stopped: AtomicBool,
    births: AtomicU64,
    end: watch::Sender<Option<Arc<str>>>,
    clock: Clock,
    bells: Bells,
    live: broadcast::Sender<Update>,
    /// The tokens that work, as of the last durable batch: looked up by every request, changed by few.
    tokens: RwLock<HashMap<BotId, Box<str>>>,
    faults: Faults,
    inspector: Inspector,
    changes: broadcast::Sender<Change>,
    presence: Presence,
}

struct Queue {
    jobs: VecDeque<Box<dyn Job>>,
    /// Somebody is working through the queue already.
    draining: bool,
}

struct State {
    world: World,
    journal: Box<dyn Journal>,
    /// How many events the newest snapshot covers.
    covered: u64,
}

/// How a host is to run its world.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Switches for the world.
    pub rules: Rules,
    /// The key of the world if the journal is empty: the only randomness it takes in.
    pub key: [u8; 16],
}

/// Why a command was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The world says no.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// The host has stopped: the journal failed, or the world was dropped.
    #[error("this world has stopped")]
    Stopped,
}

/// A place in the queue: decided with its batch, finished when the batch is durable.
trait Job: Send {
    fn decide(&mut self, world: &mut World, now: Timestamp, events: &mut Vec<Recorded>);
    fn finish(self: Box<Self>, world: &World, now: Timestamp);
}

struct Ask<C: Command, V, T> {
    command: C,
    outcome: Option<Result<C::Outcome, Refusal>>,
    view: V,
    reply: oneshot::Sender<Result<T, Failure>>,
}

impl<C, V, T> Job for Ask<C, V, T>
where
    C: Command + Send,
    C::Outcome: Send,
    V: FnOnce(&World, Timestamp, C::Outcome) -> T + Send,
    T: Send,
{
    fn decide(&mut self, world: &mut World, now: Timestamp, events: &mut Vec<Recorded>) {
        self.outcome = Some(world.handle(&self.command, now, events));
    }

    fn finish(self: Box<Self>, world: &World, now: Timestamp) {
        let Self { outcome, view, reply, .. } = *self;
        let answer = match outcome {
            Some(Ok(outcome)) => Ok(view(world, now, outcome)),
            Some(Err(refusal)) => Err(Failure::Refused(refusal)),
            None => Err(Failure::Stopped),
        };
        // Whoever asked may have hung up; what was decided holds all the same.
        let _ = reply.send(answer);
    }
}

struct Look<V, T> {
    view: V,
    reply: oneshot::Sender<T>,
}

impl<V: FnOnce(&World, Timestamp) -> T + Send, T: Send> Job for Look<V, T> {
    fn decide(&mut self, _: &mut World, _: Timestamp, _: &mut Vec<Recorded>) {}

    fn finish(self: Box<Self>, world: &World, now: Timestamp) {
        let _ = self.reply.send((self.view)(world, now));
    }
}

impl Host {
    /// Opens the world that the journal holds; an empty journal begins a new one.
    pub fn open(mut journal: Box<dyn Journal>, options: Options) -> Result<Self, JournalError> {
        let snapshot = journal.latest_snapshot()?;
        let decoded = snapshot.and_then(|(events, bytes)| Some((events, snapshot::decode(&bytes)?)));
        let (covered, mut world) = decoded.unwrap_or_else(|| (0, World::new(options.key)));
        journal.replay(covered, &mut |recorded| world.apply(&recorded))?;
        world.rules = options.rules;
        let clock = Clock::not_before(world.last());
        if journal.is_empty() {
            let birth = world.birth(clock.now());
            journal.append(0, std::slice::from_ref(&birth))?;
            world.apply(&birth);
        }
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let blocks = journal.blocks();
        let changes = broadcast::channel(CHANGES).0;
        Ok(Self(Arc::new(Inner {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            tokens: RwLock::new(tokens(&world)),
            queue: Mutex::new(Queue { jobs: VecDeque::new(), draining: false }),
            room: Semaphore::new(QUEUE),
            state: Mutex::new(State { world, journal, covered }),
            blocks,
            stopped: AtomicBool::new(false),
            births: AtomicU64::new(1),
            end: watch::channel(None).0,
            clock,
            bells: Bells::default(),
            live: broadcast::channel(LIVE).0,
            faults: Faults::default(),
            inspector: Inspector::default(),
            presence: Presence::new(changes.clone()),
            changes,
        })))
    }

    /// Has a command decided, made durable, and looked at: `view` sees the world right after.
    ///
    /// Waits while the queue is full. When this returns, the events would survive a power cut.
    pub async fn ask<C, T>(
        &self,
        command: C,
        view: impl FnOnce(&World, Timestamp, C::Outcome) -> T + Send + 'static,
    ) -> Result<T, Failure>
    where
        C: Command + Send + 'static,
        C::Outcome: Send,
        T: Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.enqueue(Box::new(Ask { command, outcome: None, view, reply })).await?;
        answer.await.unwrap_or(Err(Failure::Stopped))
    }

    /// As [`Host::ask`], when only the outcome matters.
    pub async fn tell<C>(&self, command: C) -> Result<C::Outcome, Failure>
    where
        C: Command + Send + 'static,
        C::Outcome: Send + 'static,
    {
        self.ask(command, |_, _, outcome| outcome).await
    }

    /// Looks at the world as of the last durable batch.
    pub async fn look<T: Send + 'static>(
        &self,
        view: impl FnOnce(&World, Timestamp) -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let (reply, answer) = oneshot::channel();
        self.enqueue(Box::new(Look { view, reply })).await?;
        answer.await.map_err(|_| Failure::Stopped)
    }

    /// Tells this world from the others that the process runs.
    pub fn id(&self) -> u64 {
        self.0.id
    }

    /// How often the world began anew: what was known of an older one is no longer true.
    pub fn births(&self) -> u64 {
        self.0.births.load(Ordering::SeqCst)
    }

    /// The bot whose token this is just now.
    pub fn bot_by_token(&self, token: &Token) -> Option<BotId> {
        let tokens = self.0.tokens.read().unwrap_or_else(PoisonError::into_inner);
        (tokens.get(&token.bot)? == &token.secret).then_some(token.bot)
    }

    /// A bell for one account.
    pub fn watch(&self, account: AccountId) -> Watch {
        self.0.bells.watch(account)
    }

    /// What is shown and forgotten: chat actions.
    pub fn live(&self) -> broadcast::Receiver<Update> {
        self.0.live.subscribe()
    }

    /// The world's clock.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Faults that a test ordered.
    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// What the bots' programs asked and were told.
    pub fn inspector(&self) -> &Inspector {
        &self.0.inspector
    }

    /// Whose programs are there just now.
    pub fn presence(&self) -> &Presence {
        &self.0.presence
    }

    /// The accounts whose profile, settings or programs change: for those who list accounts.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.0.changes.subscribe()
    }

    /// Waits until the host has stopped because its journal failed; says why.
    pub async fn failed(&self) -> Arc<str> {
        let mut end = self.0.end.subscribe();
        match end.wait_for(Option::is_some).await.as_deref() {
            Ok(Some(reason)) => reason.clone(),
            _ => "the host is gone".into(),
        }
    }

    /// Ends the world: no more commands. With a last snapshot, so that the next start need not replay.
    pub fn close(&self) {
        let mut state = self.0.state();
        if !self.0.stopped.swap(true, Ordering::SeqCst) {
            state.snapshot(0);
        }
        drop(state);
        self.0.bells.silence();
        self.0.queue().jobs.clear();
    }

    async fn enqueue(&self, job: Box<dyn Job>) -> Result<(), Failure> {
        let inner = &self.0;
        let permit = inner.room.acquire().await.map_err(|_| Failure::Stopped)?;
        permit.forget();
        if inner.stopped.load(Ordering::SeqCst) {
            inner.room.add_permits(1);
            return Err(Failure::Stopped);
        }
        let leads = {
            let mut queue = inner.queue();
            queue.jobs.push_back(job);
            !std::mem::replace(&mut queue.draining, true)
        };
        if leads && inner.blocks {
            let inner = inner.clone();
            tokio::task::spawn_blocking(move || inner.drain());
        } else if leads {
            inner.drain();
        }
        Ok(())
    }
}

impl Inner {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Works through the queue, batch by batch, until it is empty.
    fn drain(&self) {
        // If a command panics, its world is in doubt: stop it rather than hang everybody behind it.
        let guard = StopOnPanic(self);
        loop {
            let batch: Vec<_> = {
                let mut queue = self.queue();
                let count = queue.jobs.len().min(BATCH);
                queue.draining = count > 0;
                queue.jobs.drain(..count).collect()
            };
            if batch.is_empty() {
                break;
            }
            self.room.add_permits(batch.len());
            self.run(batch);
        }
        std::mem::forget(guard);
    }

    fn run(&self, mut batch: Vec<Box<dyn Job>>) {
        let mut state = self.state();
        if self.stopped.load(Ordering::SeqCst) {
            return;
        }
        let mut events = Vec::new();
        for job in &mut batch {
            job.decide(&mut state.world, self.clock.now(), &mut events);
        }
        let concerned: Vec<AccountId> =
            events.iter().flat_map(|recorded| recorded.event.concerns()).flatten().collect();
        let changes: Vec<Change> = events.iter().filter_map(|recorded| recorded.event.change()).collect();
        let live: Vec<Update> =
            events.iter().filter_map(|recorded| chat_action::live_update(&recorded.event)).collect();
        events.retain(|recorded| recorded.event.is_durable());
        if !events.is_empty() {
            let expected = state.journal.len();
            if let Err(error) = state.journal.append(expected, &events) {
                // The world holds what the journal does not: nobody may see it.
                return self.stop(&error.to_string());
            }
        }
        if events.iter().any(|recorded| recorded.event.changes_tokens()) {
            *self.tokens.write().unwrap_or_else(PoisonError::into_inner) = tokens(&state.world);
        }
        if changes.contains(&Change::Everything) {
            self.births.fetch_add(1, Ordering::SeqCst);
        }
        let now = self.clock.now();
        for job in batch {
            job.finish(&state.world, now);
        }
        let tail = SNAPSHOT_TAIL.max(state.world.dialog_count() as u64 * 2);
        state.snapshot(tail);
        drop(state);
        live.into_iter().for_each(|update| drop(self.live.send(update)));
        changes.into_iter().for_each(|change| drop(self.changes.send(change)));
        self.bells.ring(concerned.into_iter());
    }

    fn stop(&self, reason: &str) {
        self.stopped.store(true, Ordering::SeqCst);
        self.end.send_replace(Some(reason.into()));
        self.bells.silence();
        self.room.close();
        self.queue().jobs.clear();
    }
}

impl State {
    /// Takes a snapshot if the tail is longer than that. One that fails is only a slow start missed.
    fn snapshot(&mut self, tail: u64) {
        let events = self.journal.len();
        if !self.journal.blocks() || events - self.covered <= tail {
            return;
        }
        self.covered = events;
        if let Some(bytes) = snapshot::encode(&self.world) {
            let _ = self.journal.save_snapshot(events, &bytes);
        }
    }
}

fn tokens(world: &World) -> HashMap<BotId, Box<str>> {
    world.bots().filter_map(|bot| Some((bot.id, bot.secret.clone()?))).collect()
}

struct StopOnPanic<'a>(&'a Inner);

impl Drop for StopOnPanic<'_> {
    fn drop(&mut self) {
        self.0.stop("a command failed unexpectedly");
    }
}
