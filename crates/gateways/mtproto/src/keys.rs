//! The keys that connections use: those that are logged in are the world's, the others live here for a while.

use crate::replay::{Admission, Executed, lowest_id};
use crate::subscription::Subscriptions;
use parlor_host::Host;
use parlor_wire_mtproto::AuthKey;
use parlor_wire_mtproto::srp::Challenge;
use parlor_world::AccountId;
use parlor_world::state::session::{ClientInfo, KeyId, KeySecret};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The lowest id of a key that is new.
const NOTHING_BEFORE: i64 = 0;
/// Keys that are held at once; beyond it, those that no connection uses and nobody is logged in by are let go.
const MAX_KEYS: usize = 50_000;
/// The layer of clients that never sent one.
const OLDEST_LAYER: u16 = 158;

/// One key, with the login of its user.
pub(crate) struct Key {
    pub(crate) auth: AuthKey,
    executed: Mutex<Executed>,
    state: Mutex<State>,
}

/// The account that is logged in by a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeyOwner {
    pub(crate) account: AccountId,
    /// It never changes, so requests need no lookup.
    pub(crate) is_bot: bool,
}

/// The login state of a key.
#[derive(Default)]
struct State {
    owner: Option<KeyOwner>,
    /// The generation of the world in which that was found.
    generation: u64,
    client: ClientInfo,
    subscriptions: Subscriptions,
    /// The permanent key that a temporary one is bound to.
    permanent: Option<Arc<Key>>,
    pending: Option<Pending>,
}

/// A login that needs one more step.
#[derive(Clone)]
pub(crate) enum Pending {
    /// The code was right, the password is still to be proven.
    Password(AccountId, Option<Arc<Challenge>>),
    /// The code was right, but no account has the number.
    SignUp { phone: String, hash: String },
}

impl Key {
    fn new(auth: AuthKey, lowest: i64, state: State) -> Arc<Self> {
        Arc::new(Self { auth, executed: Mutex::new(Executed::new(lowest)), state: Mutex::new(state) })
    }

    /// Decides whether a request of one of its sessions may be executed.
    pub(crate) fn admit(&self, session: i64, request: i64) -> Admission {
        self.executed.lock().unwrap_or_else(PoisonError::into_inner).admit(session, request)
    }

    /// Gives memory back that an idle client does not need. `now` is the machine's time.
    pub(crate) fn trim(&self, now: i64) {
        self.executed.lock().unwrap_or_else(PoisonError::into_inner).trim(now);
    }

    /// Calls `act` with the state. The lock never leaves this file: callers get copies, so that none of them can
    /// hold it while it calls other code.
    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The key that carries the login: itself, or the one that it is bound to.
    pub(crate) fn login(self: &Arc<Self>) -> Arc<Self> {
        self.with(|state| state.permanent.clone()).unwrap_or_else(|| self.clone())
    }

    /// Calls `act` with the sessions that are pushed updates.
    pub(crate) fn subscriptions<T>(&self, act: impl FnOnce(&mut Subscriptions) -> T) -> T {
        self.with(|state| act(&mut state.subscriptions))
    }

    /// Binds this temporary key to a permanent one.
    pub(crate) fn bind(&self, permanent: Arc<Self>) {
        self.with(|state| state.permanent = Some(permanent));
    }

    /// The client's description of itself.
    pub(crate) fn client(&self) -> ClientInfo {
        self.with(|state| state.client.clone())
    }

    /// Sets what the client tells of itself: its layer, and the rest, each if it is told. Returns all of it if anything
    /// changes.
    pub(crate) fn update_client(&self, layer: Option<u16>, told: Option<ClientInfo>) -> Option<ClientInfo> {
        self.with(|state| {
            let layer = layer.unwrap_or(state.client.layer);
            let is_new = |told: &ClientInfo| ClientInfo { layer, ..told.clone() } != state.client;
            if layer == state.client.layer && !told.as_ref().is_some_and(is_new) {
                return None;
            }
            state.client = ClientInfo { layer, ..told.unwrap_or_else(|| state.client.clone()) };
            Some(state.client.clone())
        })
    }

    /// The login that needs one more step.
    pub(crate) fn pending(&self) -> Option<Pending> {
        self.with(|state| state.pending.clone())
    }

    pub(crate) fn set_pending(&self, pending: Pending) {
        self.with(|state| state.pending = Some(pending));
    }

    /// Keeps the challenge of a login that waits for its password.
    pub(crate) fn set_challenge(&self, challenge: Arc<Challenge>) {
        self.with(|state| {
            if let Some(Pending::Password(_, kept)) = &mut state.pending {
                *kept = Some(challenge);
            }
        });
    }

    pub(crate) fn id(&self) -> KeyId {
        KeyId(self.auth.id())
    }

    /// As the world keeps it.
    pub(crate) fn secret(&self) -> KeySecret {
        KeySecret(self.auth.to_hex())
    }

    /// The account that is logged in; `None` once the world was emptied.
    pub(crate) fn owner(&self, host: &Host) -> Option<KeyOwner> {
        let generation = host.generation();
        self.with(|state| state.owner.filter(|_| state.generation == generation))
    }

    /// Sets the account that is logged in from now on; `None` after a log-out.
    pub(crate) fn set_owner(&self, owner: Option<KeyOwner>, host: &Host) {
        let generation = host.generation();
        self.with(|state| {
            state.owner = owner;
            state.generation = generation;
            state.pending = None;
            state.subscriptions.forget_sent();
        });
    }

    fn is_logged_in(&self) -> bool {
        self.with(|state| state.owner.is_some() || state.permanent.is_some())
    }

    /// Forgets the login: the world has ended it.
    pub(crate) fn sign_out(&self) {
        self.with(|state| state.owner = None);
    }

    pub(crate) fn layer(&self) -> u16 {
        match self.with(|state| state.client.layer) {
            0 => OLDEST_LAYER,
            layer => layer,
        }
    }
}

/// All keys in use, by world.
pub(crate) struct Keys {
    keys: Mutex<HashMap<(u64, i64), Arc<Key>>>,
    /// Message ids from before the start are refused: it is unknown whether they were executed.
    lowest: i64,
}

impl Keys {
    /// No keys yet. `now` is the machine's time.
    pub(crate) fn new(now: i64) -> Self {
        Self { keys: Mutex::default(), lowest: lowest_id(now) }
    }

    /// A key that was just agreed on.
    pub(crate) fn add(&self, host: &Host, auth: AuthKey) -> Arc<Key> {
        // The key is new: there is no earlier message that could be sent again.
        self.insert(host, Key::new(auth, NOTHING_BEFORE, State::default()))
    }

    /// A key by its id, also if it is only in the world.
    pub(crate) async fn find(&self, host: &Host, id: i64) -> Option<Arc<Key>> {
        if let Some(key) = self.in_use(host, id) {
            return Some(key);
        }
        let generation = host.generation();
        let found = host.read(|world, _| {
            let session = world.session(KeyId(id))?.clone();
            let owner = KeyOwner { account: session.account, is_bot: world.is_bot(session.account) };
            Some((session, owner))
        });
        let (known, owner) = found.await.ok()??;
        let auth = AuthKey::from_hex(&known.secret.0)?;
        let (owner, client) = (Some(owner), known.client);
        let opened = host.opened_at();
        let subscriptions = Subscriptions::unused(opened.max(known.created), known.created <= opened);
        let state = State { owner, generation, client, subscriptions, ..State::default() };
        // A key that was made since the server began was not used before it.
        let lowest = if known.created > opened { NOTHING_BEFORE } else { self.lowest };
        Some(self.insert(host, Key::new(auth, lowest, state)))
    }

    /// Forgets a key.
    pub(crate) fn remove(&self, host: &Host, id: i64) {
        let place = (host.id(), id);
        self.with(|keys| keys.remove(&place));
    }

    fn in_use(&self, host: &Host, id: i64) -> Option<Arc<Key>> {
        let place = (host.id(), id);
        self.with(|keys| keys.get(&place).cloned())
    }

    fn insert(&self, host: &Host, key: Arc<Key>) -> Arc<Key> {
        let place = (host.id(), key.auth.id());
        self.with(|keys| {
            if keys.len() >= MAX_KEYS {
                // Keys that are logged in stay, with their sessions: there are as many as in the world.
                keys.retain(|_, key| Arc::strong_count(key) > 1 || key.is_logged_in());
            }
            keys.entry(place).or_insert(key).clone()
        })
    }

    fn with<T>(&self, act: impl FnOnce(&mut HashMap<(u64, i64), Arc<Key>>) -> T) -> T {
        act(&mut self.keys.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
