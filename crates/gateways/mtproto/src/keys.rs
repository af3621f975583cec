//! The keys that connections use: those that are logged in are the world's, the others live here for a while.

use parlor_host::Host;
use parlor_wire_mtproto::AuthKey;
use parlor_wire_mtproto::srp::Challenge;
use parlor_world::authorization::{Client, KeyId, KeySecret};
use parlor_world::{AccountId, UserId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Keys that are held at once; beyond it, those that no connection uses are let go.
const MAX_KEYS: usize = 50_000;
/// What a client that never said its layer is taken for.
const OLDEST_LAYER: u16 = 158;

/// One key with what is known of its user.
pub(crate) struct Key {
    pub(crate) auth: AuthKey,
    state: Mutex<State>,
}

/// What is known of a key's user.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) account: Option<AccountId>,
    /// The birth of the world in which that was found.
    births: u64,
    pub(crate) client: Client,
    /// The permanent key that a temporary one is bound to.
    pub(crate) permanent: Option<Arc<Key>>,
    /// Half-way through a login.
    pub(crate) pending: Option<Pending>,
}

/// Half-way through a login.
pub(crate) enum Pending {
    /// The code was right, the password is still to be proven.
    Password(UserId, Option<Arc<Challenge>>),
    /// The code was right, nobody has the number.
    SignUp { phone: String, hash: String },
}

impl Key {
    fn new(auth: AuthKey, state: State) -> Arc<Self> {
        Arc::new(Self { auth, state: Mutex::new(state) })
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The key that carries the login: itself, or the one that it is bound to.
    pub(crate) fn login(self: &Arc<Self>) -> Arc<Self> {
        self.state().permanent.clone().unwrap_or_else(|| self.clone())
    }

    pub(crate) fn id(&self) -> KeyId {
        KeyId(self.auth.id())
    }

    /// As the world keeps it.
    pub(crate) fn secret(&self) -> KeySecret {
        KeySecret(self.auth.to_hex())
    }

    /// Whose it is; nobody's once the world was emptied.
    pub(crate) fn account(&self, host: &Host) -> Option<AccountId> {
        let mut state = self.state();
        if state.births != host.births() {
            state.account = None;
        }
        state.account
    }

    /// Whose it is from now on; nobody's after a log-out.
    pub(crate) fn belongs_to(&self, account: Option<AccountId>, host: &Host) {
        let mut state = self.state();
        state.account = account;
        state.births = host.births();
        state.pending = None;
    }

    pub(crate) fn layer(&self) -> u16 {
        match self.state().client.layer {
            0 => OLDEST_LAYER,
            layer => layer,
        }
    }
}

/// All keys in use, by world.
#[derive(Default)]
pub(crate) struct Keys(Mutex<HashMap<(u64, i64), Arc<Key>>>);

impl Keys {
    /// A key that was just agreed on.
    pub(crate) fn add(&self, host: &Host, auth: AuthKey) -> Arc<Key> {
        self.insert(host, Key::new(auth, State::default()))
    }

    /// A key by its id, also if it is only in the world.
    pub(crate) async fn find(&self, host: &Host, id: i64) -> Option<Arc<Key>> {
        if let Some(key) = self.lock().get(&(host.id(), id)) {
            return Some(key.clone());
        }
        let births = host.births();
        let known = host.look(move |world, _| world.authorization(KeyId(id)).cloned()).await.ok()??;
        let auth = AuthKey::from_hex(&known.secret.0)?;
        let (account, client) = (Some(known.account), known.client);
        let state = State { account, births, client, ..State::default() };
        Some(self.insert(host, Key::new(auth, state)))
    }

    /// Forgets a key.
    pub(crate) fn remove(&self, host: &Host, id: i64) {
        self.lock().remove(&(host.id(), id));
    }

    fn insert(&self, host: &Host, key: Arc<Key>) -> Arc<Key> {
        let mut keys = self.lock();
        if keys.len() >= MAX_KEYS {
            keys.retain(|_, key| Arc::strong_count(key) > 1);
        }
        keys.entry((host.id(), key.auth.id())).or_insert(key).clone()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(u64, i64), Arc<Key>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
