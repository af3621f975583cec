//! Limits the number of connections.
//!
//! At the limit, the connection that has been idle longest is closed to admit a new client. Connections with a request
//! in progress (an answer being computed or sent, a long poll, an event stream) are never closed for another client.

use futures_util::task::AtomicWaker;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use std::collections::HashMap;
use std::future::{Future, poll_fn};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use tracing::{Instrument, debug_span, field};

/// The limit of open connections of the whole server.
const MAX_CONNECTIONS: u64 = 16_384;
/// File descriptors that are reserved for everything else: the data, listeners, webhooks.
const OTHER_FILES: u64 = 128;
/// The limit of connections if the system allows only few files.
const MIN_CONNECTIONS: u64 = 16;
/// The interval at which a waiting client searches again for a connection that has become idle.
const RETRY_TIME: Duration = Duration::from_millis(50);
/// One connection in this many is closed at a time. A search visits all connections, so it should admit several clients.
const SHARE: usize = 256;
/// The activity of a connection with a request in progress, and of one that is being closed.
const BUSY: u64 = u64::MAX;
/// The position of an idle connection's kind in its activity, above the time.
const KIND_SHIFT: u32 = 56;
const MILLIS: u64 = (1 << KIND_SHIFT) - 1;

/// What an idle connection was used for. The first kinds are closed first, because they lose least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Idle {
    /// No request yet, or an incomplete MTProto key exchange.
    Silent,
    /// HTTP, with all requests answered.
    KeptAlive,
    /// MTProto, with a session that is not logged in.
    Session,
    /// MTProto, with a session that is logged in and waits for updates.
    LoggedIn,
}

/// Limits the number of connections over all listeners of a server. Cheap to clone.
#[derive(Clone)]
pub(crate) struct ConnectionLimiter(Arc<Shared>);

struct Shared {
    max: usize,
    permits: Arc<Semaphore>,
    started: Instant,
    next: AtomicU64,
    open: Mutex<HashMap<u64, Arc<State>>>,
}

/// One connection, as the limiter sees it.
struct State {
    /// [`BUSY`], or the kind and the milliseconds at which it became idle. The smallest is closed first.
    activity: AtomicU64,
    /// Output is pending, because the client does not read.
    is_blocked: AtomicBool,
    is_closed: AtomicBool,
    waker: AtomicWaker,
}

impl Shared {
    fn open(&self) -> MutexGuard<'_, HashMap<u64, Arc<State>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ConnectionLimiter {
    /// Creates a limiter that fits into the system's limit on open files.
    pub(crate) fn from_file_limit() -> Self {
        let files = getrlimit(Resource::RLIMIT_NOFILE).map_or(u64::MAX, |(soft, _)| soft);
        let max = files.saturating_sub(OTHER_FILES).clamp(MIN_CONNECTIONS, MAX_CONNECTIONS);
        Self::new(usize::try_from(max).unwrap_or(usize::MAX))
    }

    pub(crate) fn new(max: usize) -> Self {
        let permits = Arc::new(Semaphore::new(max));
        let (next, open) = (AtomicU64::new(0), Mutex::default());
        Self(Arc::new(Shared { max, permits, started: Instant::now(), next, open }))
    }

    /// Accepts connections forever, and serves each in its own task.
    pub(crate) async fn accept<F>(self, listener: TcpListener, serve: impl Fn(TcpStream, Slot) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    // Answers are written in one piece, so delaying them to fill a packet has no benefit.
                    let _ = stream.set_nodelay(true);
                    let span = debug_span!("connection", peer = stream.peer_addr().ok().map(field::display));
                    let slot = self.slot().await;
                    tokio::spawn(serve(stream, slot).instrument(span));
                }
                // Most likely the process is out of file descriptors.
                Err(_) => {
                    self.close_idle();
                    tokio::time::sleep(RETRY_TIME).await;
                }
            }
        }
    }

    /// The number of open connections.
    #[cfg(test)]
    pub(crate) fn count(&self) -> usize {
        self.0.open().len()
    }

    /// Waits until `count` connections are open.
    #[cfg(test)]
    pub(crate) async fn until_open(&self, count: usize) {
        let reached = async {
            while self.count() != count {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        let reached = tokio::time::timeout(Duration::from_secs(600), reached).await;
        assert!(reached.is_ok(), "{} connections are open, not {count}", self.count());
    }

    /// Waits until `count` connections have a request in progress.
    #[cfg(test)]
    pub(crate) async fn until_busy(&self, count: usize) {
        let busy = |state: &&Arc<State>| state.activity.load(Ordering::SeqCst) == BUSY;
        let reached = async {
            while self.0.open().values().filter(busy).count() != count {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        assert!(tokio::time::timeout(Duration::from_secs(60), reached).await.is_ok());
    }

    /// Returns a slot for a new connection; closes idle connections and waits if there is none.
    pub(crate) async fn slot(&self) -> Slot {
        loop {
            if let Ok(permit) = self.0.permits.clone().try_acquire_owned() {
                return self.register(permit);
            }
            self.close_idle();
            let permit = tokio::time::timeout(RETRY_TIME, self.0.permits.clone().acquire_owned());
            if let Ok(Ok(permit)) = permit.await {
                return self.register(permit);
            }
        }
    }

    fn register(&self, permit: OwnedSemaphorePermit) -> Slot {
        let id = self.0.next.fetch_add(1, Ordering::Relaxed);
        let state = Arc::new(State {
            activity: AtomicU64::new(self.idle_since_now(Idle::Silent)),
            is_blocked: AtomicBool::new(false),
            is_closed: AtomicBool::new(false),
            waker: AtomicWaker::new(),
        });
        self.0.open().insert(id, state.clone());
        Slot(Arc::new(Registration { limiter: self.clone(), id, state, _permit: permit }))
    }

    fn millis(&self) -> u64 {
        u64::try_from(self.0.started.elapsed().as_millis()).unwrap_or(u64::MAX) & MILLIS
    }

    fn idle_since_now(&self, kind: Idle) -> u64 {
        ((kind as u64) << KIND_SHIFT) | self.millis()
    }

    /// Closes the connections that have been idle longest.
    fn close_idle(&self) {
        let open = self.0.open();
        let activities = open.values().map(|state| (state.activity.load(Ordering::SeqCst), state));
        let mut idle: Vec<_> = activities.filter(|(activity, _)| *activity != BUSY).collect();
        let count = (self.0.max / SHARE).max(1).min(idle.len());
        if count < idle.len() {
            idle.select_nth_unstable_by_key(count, |(activity, _)| *activity);
        }
        idle[..count].iter().for_each(|(activity, state)| state.close_if_still(*activity));
    }
}

impl State {
    /// Closes the connection unless it has become active since.
    fn close_if_still(&self, activity: u64) {
        if self.activity.compare_exchange(activity, BUSY, Ordering::SeqCst, Ordering::SeqCst).is_ok() {
            self.is_closed.store(true, Ordering::SeqCst);
            self.waker.wake();
        }
    }
}

/// An open connection's slot in the limiter, which is released when all its clones are dropped.
#[derive(Clone)]
pub(crate) struct Slot(Arc<Registration>);

struct Registration {
    limiter: ConnectionLimiter,
    id: u64,
    state: Arc<State>,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.limiter.0.open().remove(&self.id);
    }
}

impl Slot {
    /// Marks the connection as one with a request in progress.
    pub(crate) fn set_busy(&self) {
        self.0.state.activity.store(BUSY, Ordering::SeqCst);
    }

    /// Marks the connection as idle from now on.
    pub(crate) fn set_idle(&self, kind: Idle) {
        self.0.state.activity.store(self.0.limiter.idle_since_now(kind), Ordering::SeqCst);
    }

    /// Says whether output is pending.
    pub(crate) fn set_blocked(&self, is_blocked: bool) {
        self.0.state.is_blocked.store(is_blocked, Ordering::SeqCst);
    }

    /// How long the connection has been idle; `None` if it is not, or its last answer is not sent yet.
    pub(crate) fn idle_time(&self) -> Option<Duration> {
        let activity = self.0.state.activity.load(Ordering::SeqCst);
        if activity == BUSY || self.0.state.is_blocked.load(Ordering::SeqCst) {
            return None;
        }
        Some(Duration::from_millis(self.0.limiter.millis().saturating_sub(activity & MILLIS)))
    }

    /// Ready once the connection is to be closed. Only one task may wait for it.
    pub(crate) fn poll_closed(&self, context: &mut Context<'_>) -> Poll<()> {
        let State { is_closed, waker, .. } = &*self.0.state;
        waker.register(context.waker());
        if is_closed.load(Ordering::SeqCst) { Poll::Ready(()) } else { Poll::Pending }
    }

    /// Waits until the connection is to be closed.
    pub(crate) async fn closed(&self) {
        poll_fn(|context| self.poll_closed(context)).await;
    }
}

/// Raises the limit on open files to the maximum that the system allows.
// The initial limit is often 1,024, for programs that use `select`.
pub(crate) fn raise_file_limit() {
    if let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE)
        && soft < hard
    {
        // If this fails, the limiter uses the present limit.
        let _ = setrlimit(Resource::RLIMIT_NOFILE, hard, hard);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    fn is_closed(slot: &Slot) -> bool {
        slot.closed().now_or_never().is_some()
    }

    /// Returns the connections that are closed to admit a new one.
    async fn closed_of(limiter: &ConnectionLimiter, slots: &[Slot]) -> Vec<usize> {
        let waits = limiter.slot().now_or_never().is_none();
        assert!(waits, "a slot was free");
        (0..slots.len()).filter(|n| is_closed(&slots[*n])).collect()
    }

    async fn slots(limiter: &ConnectionLimiter, count: usize) -> Vec<Slot> {
        let mut slots = Vec::new();
        for _ in 0..count {
            slots.push(limiter.slot().await);
            tokio::time::advance(Duration::from_millis(1)).await;
        }
        slots
    }

    #[tokio::test(start_paused = true)]
    async fn the_connection_that_is_idle_longest_is_closed() {
        let limiter = ConnectionLimiter::new(4);
        let slots = slots(&limiter, 4).await;
        slots.iter().for_each(|slot| slot.set_idle(Idle::KeptAlive));
        tokio::time::advance(Duration::from_millis(1)).await;
        slots[0].set_busy();
        slots[1].set_idle(Idle::KeptAlive);
        slots[2].set_idle(Idle::Session);
        assert_eq!(closed_of(&limiter, &slots).await, [3]);
    }

    #[tokio::test(start_paused = true)]
    async fn connections_are_closed_in_the_order_of_their_kinds() {
        let limiter = ConnectionLimiter::new(4);
        let slots = slots(&limiter, 4).await;
        // The later kinds have been idle longer.
        for (slot, kind) in slots.iter().zip([Idle::LoggedIn, Idle::Session, Idle::KeptAlive, Idle::Silent]) {
            slot.set_idle(kind);
            tokio::time::advance(Duration::from_secs(1)).await;
        }
        let mut closed = Vec::new();
        for _ in 0..4 {
            closed.extend(
                closed_of(&limiter, &slots)
                    .await
                    .into_iter()
                    .filter(|n| !closed.contains(n))
                    .collect::<Vec<_>>(),
            );
        }
        assert_eq!(closed, [3, 2, 1, 0]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_new_client_waits_while_every_connection_is_busy() {
        let limiter = ConnectionLimiter::new(2);
        let slots = slots(&limiter, 2).await;
        slots.iter().for_each(Slot::set_busy);
        let next = tokio::spawn({
            let limiter = limiter.clone();
            async move { limiter.slot().await }
        });
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert!(!next.is_finished());
        // The first connection to become idle is closed, although no other client connects.
        slots[1].set_idle(Idle::LoggedIn);
        slots[1].closed().await;
        drop(slots);
        next.await.unwrap();
        assert!(limiter.0.open().is_empty(), "every slot is free again");
    }

    #[test]
    fn several_idle_connections_are_closed_at_once() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let limiter = ConnectionLimiter::new(SHARE * 2);
            let mut slots = Vec::new();
            for _ in 0..SHARE * 2 {
                slots.push(limiter.slot().await);
            }
            slots[3..].iter().for_each(|slot| slot.set_idle(Idle::KeptAlive));
            assert_eq!(closed_of(&limiter, &slots).await.len(), 2);
            assert!(slots[3..].iter().all(|slot| !is_closed(slot)), "silent ones first");
        });
    }
}
