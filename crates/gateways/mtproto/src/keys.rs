//! The authorization keys that connections use. Keys with a login are stored in the world, the others only here.

use crate::replay::{Admission, Executed, lowest_id};
use crate::subscription::Subscriptions;
use parlor_host::Host;
use parlor_wire_mtproto::AuthKey;
use parlor_wire_mtproto::srp::Challenge;
use parlor_world::AccountId;
use parlor_world::state::session::{ClientInfo, KeyId, KeySecret};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The lowest message id of a new key: all ids are accepted.
const NOTHING_BEFORE: i64 = 0;
/// The number of keys in memory above which those without a connection and without a login are removed.
const MAX_KEYS: usize = 50_000;
/// The layer of clients that never sent their layer.
const OLDEST_LAYER: u16 = 158;

/// A key, with its login.
pub(crate) struct Key {
    pub(crate) auth: AuthKey,
    executed: Mutex<Executed>,
    state: Mutex<State>,
}

/// The account that is logged in with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeyOwner {
    pub(crate) account: AccountId,
    /// Stored here, because it never changes, so that requests need not read the world.
    pub(crate) is_bot: bool,
}

/// The login state of a key.
#[derive(Default)]
struct State {
    owner: Option<KeyOwner>,
    /// The generation of the world that `owner` was read from.
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
    /// The code was correct; the password must still be proven.
    Password(AccountId, Option<Arc<Challenge>>),
    /// The code was correct, but no account has the phone number.
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

    /// Frees memory that an idle client does not need. `now` is the machine's time.
    pub(crate) fn trim(&self, now: i64) {
        self.executed.lock().unwrap_or_else(PoisonError::into_inner).trim(now);
    }

    /// Calls `act` with the state. The lock is private to this file, and callers get copies, so that no caller can hold it
    /// while it calls other code.
    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns the key that has the login: this key, or the permanent one that it is bound to.
    pub(crate) fn login(self: &Arc<Self>) -> Arc<Self> {
        self.with(|state| state.permanent.clone()).unwrap_or_else(|| self.clone())
    }

    /// Calls `act` with the sessions that updates are pushed to.
    pub(crate) fn subscriptions<T>(&self, act: impl FnOnce(&mut Subscriptions) -> T) -> T {
        self.with(|state| act(&mut state.subscriptions))
    }

    /// Binds this temporary key to a permanent one.
    pub(crate) fn bind(&self, permanent: Arc<Self>) {
        self.with(|state| state.permanent = Some(permanent));
    }

    /// Returns the client's description of itself.
    pub(crate) fn client(&self) -> ClientInfo {
        self.with(|state| state.client.clone())
    }

    /// Updates the client's layer and the rest of its description, each if it is given. Returns the new description if
    /// anything changes.
    pub(crate) fn update_client(&self, layer: Option<u16>, info: Option<ClientInfo>) -> Option<ClientInfo> {
        self.with(|state| {
            let layer = layer.unwrap_or(state.client.layer);
            let is_new = |info: &ClientInfo| ClientInfo { layer, ..info.clone() } != state.client;
            if layer == state.client.layer && !info.as_ref().is_some_and(is_new) {
                return None;
            }
            state.client = ClientInfo { layer, ..info.unwrap_or_else(|| state.client.clone()) };
            Some(state.client.clone())
        })
    }

    /// Returns the login that needs one more step.
    pub(crate) fn pending(&self) -> Option<Pending> {
        self.with(|state| state.pending.clone())
    }

    pub(crate) fn set_pending(&self, pending: Pending) {
        self.with(|state| state.pending = Some(pending));
    }

    /// Stores the challenge of a login that waits for its password.
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

    /// Returns the key's bytes in the form that the world stores.
    pub(crate) fn secret(&self) -> KeySecret {
        KeySecret(self.auth.to_hex())
    }

    /// Returns the account that is logged in; `None` also after a reset of the world.
    pub(crate) fn owner(&self, host: &Host) -> Option<KeyOwner> {
        let generation = host.generation();
        self.with(|state| state.owner.filter(|_| state.generation == generation))
    }

    /// Sets the account that is logged in; `None` after a logout.
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

    /// Removes the login, after the world has ended it.
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
    /// Message ids up to this one are refused: they are from before the server started, so it is unknown whether their
    /// requests were executed.
    lowest: i64,
}

impl Keys {
    /// Creates an empty collection. `now` is the machine's time.
    pub(crate) fn new(now: i64) -> Self {
        Self { keys: Mutex::default(), lowest: lowest_id(now) }
    }

    /// Adds a key that a key exchange has just created.
    pub(crate) fn add(&self, host: &Host, auth: AuthKey) -> Arc<Key> {
        // The key is new, so there is no earlier message that could be repeated.
        self.insert(host, Key::new(auth, NOTHING_BEFORE, State::default()))
    }

    /// Returns a key by its id, and loads it from the world if necessary.
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
        // A key that was created since the server started was not used before.
        let lowest = if known.created > opened { NOTHING_BEFORE } else { self.lowest };
        Some(self.insert(host, Key::new(auth, lowest, state)))
    }

    /// Removes a key.
    pub(crate) fn remove(&self, host: &Host, id: i64) {
        self.with(|keys| keys.remove(&(host.id(), id)));
    }

    fn in_use(&self, host: &Host, id: i64) -> Option<Arc<Key>> {
        self.with(|keys| keys.get(&(host.id(), id)).cloned())
    }

    fn insert(&self, host: &Host, key: Arc<Key>) -> Arc<Key> {
        self.with(|keys| {
            if keys.len() >= MAX_KEYS {
                // Keys with a login stay, with their sessions; their number is limited by the world.
                keys.retain(|_, key| Arc::strong_count(key) > 1 || key.is_logged_in());
            }
            keys.entry((host.id(), key.auth.id())).or_insert(key).clone()
        })
    }

    fn with<T>(&self, act: impl FnOnce(&mut HashMap<(u64, i64), Arc<Key>>) -> T) -> T {
        act(&mut self.keys.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
