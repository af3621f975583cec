//! Delivers updates by webhook. The updates of one user are delivered in order, those of different users in parallel. A
//! failed delivery is retried until the update is 24 hours old.

mod delivery;
mod request;

use super::egress::IsOwnAddress;
use delivery::DeliveryLoop;
use parlor_host::Host;
use parlor_wire_bot_api::Args;
use parlor_world::{AccountId, World};
use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Calls the method that the answer to a webhook contains.
pub(crate) type CallMethod =
    Box<dyn Fn(Host, AccountId, String, Args) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// A bot of one of the server's worlds.
type Key = (u64, AccountId);

/// The deliveries of all bots, with the last errors and addresses of their webhooks. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Webhooks(Arc<Inner>);

struct Inner {
    state: Mutex<State>,
    /// Recognises this server's own addresses, which webhooks must not have.
    is_own_address: IsOwnAddress,
    call_method: CallMethod,
}

#[derive(Debug, Default)]
struct State {
    running: HashSet<Key>,
    errors: HashMap<Key, (i64, String)>,
    addresses: HashMap<Key, IpAddr>,
}

impl Webhooks {
    pub(crate) fn new(is_own_address: IsOwnAddress, call_method: CallMethod) -> Self {
        Self(Arc::new(Inner { state: Mutex::default(), is_own_address, call_method }))
    }

    /// Returns the function that recognises this server's own addresses.
    pub(crate) fn is_own_address(&self) -> &IsOwnAddress {
        &self.0.is_own_address
    }

    /// Ensures that a task delivers this bot's updates; it ends when the webhook is deleted.
    pub(crate) fn deliver(&self, host: &Host, bot: AccountId) {
        let key = (host.id(), bot);
        if !self.begin(key) {
            return;
        }
        let (webhooks, host) = (self.clone(), host.clone());
        tokio::spawn(async move {
            DeliveryLoop::new(&webhooks, &host, bot).run().await;
            webhooks.end(key);
            // If a webhook was set while this task was ending, no other task was started, because this one was still
            // registered.
            let has_webhook = |world: &World| world.queue(bot).is_some_and(|queue| queue.webhook.is_some());
            if host.read(|world, _| has_webhook(world)).await.unwrap_or(false) {
                webhooks.deliver(&host, bot);
            }
        });
    }

    async fn call_method(&self, host: Host, bot: AccountId, method: String, args: Args) {
        (self.0.call_method)(host, bot, method, args).await;
    }

    /// Returns the date and the reason of the last failed delivery.
    pub(crate) fn last_error(&self, host: &Host, bot: AccountId) -> Option<(i64, String)> {
        self.state().errors.get(&(host.id(), bot)).cloned()
    }

    /// Returns the address that the webhook's name was resolved to.
    pub(crate) fn address(&self, host: &Host, bot: AccountId) -> Option<IpAddr> {
        self.state().addresses.get(&(host.id(), bot)).copied()
    }

    /// Stores the address that the webhook's name was resolved to.
    pub(crate) fn set_address(&self, host: &Host, bot: AccountId, address: IpAddr) {
        self.state().addresses.insert((host.id(), bot), address);
    }

    fn set_error(&self, host: &Host, bot: AccountId, error: String) {
        let date = host.clock().now().date();
        self.state().errors.insert((host.id(), bot), (date, error));
    }

    /// Registers a delivery task. Returns false if one is running already.
    fn begin(&self, key: Key) -> bool {
        let mut state = self.state();
        state.errors.remove(&key);
        state.running.insert(key)
    }

    fn end(&self, key: Key) {
        self.state().running.remove(&key);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
