//! Delivery by webhook: per user in order, different users side by side, failed ones again and again until the
//! update is 24 hours old.

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

/// Calls the method that the answer to a webhook asks for.
pub(crate) type CallMethod =
    Box<dyn Fn(Host, AccountId, String, Args) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// A bot of one of the server's worlds.
type Key = (u64, AccountId);

/// The deliveries of all bots, with the last errors and addresses of their webhooks. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Webhooks(Arc<Inner>);

struct Inner {
    state: Mutex<State>,
    /// No webhook may lead there.
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

    /// No webhook may lead there.
    pub(crate) fn is_own_address(&self) -> &IsOwnAddress {
        &self.0.is_own_address
    }

    /// Makes sure that a task delivers this bot's updates; it ends when the webhook is deleted.
    pub(crate) fn deliver(&self, host: &Host, bot: AccountId) {
        let key = (host.id(), bot);
        if !self.begin(key) {
            return;
        }
        let (webhooks, host) = (self.clone(), host.clone());
        tokio::spawn(async move {
            DeliveryLoop::new(&webhooks, &host, bot).run().await;
            webhooks.end(key);
            // A webhook that was set while this task was ending found it still running.
            let has_webhook = |world: &World| world.queue(bot).is_some_and(|queue| queue.webhook.is_some());
            if host.read(|world, _| has_webhook(world)).await.unwrap_or(false) {
                webhooks.deliver(&host, bot);
            }
        });
    }

    async fn call_method(&self, host: Host, bot: AccountId, method: String, args: Args) {
        (self.0.call_method)(host, bot, method, args).await;
    }

    /// When and how the last delivery failed.
    pub(crate) fn last_error(&self, host: &Host, bot: AccountId) -> Option<(i64, String)> {
        self.state().errors.get(&(host.id(), bot)).cloned()
    }

    /// The address that the webhook's name was resolved to.
    pub(crate) fn address(&self, host: &Host, bot: AccountId) -> Option<IpAddr> {
        self.state().addresses.get(&(host.id(), bot)).copied()
    }

    /// Remembers the address that the webhook's name was resolved to.
    pub(crate) fn set_address(&self, host: &Host, bot: AccountId, address: IpAddr) {
        self.state().addresses.insert((host.id(), bot), address);
    }

    fn set_error(&self, host: &Host, bot: AccountId, error: String) {
        let date = host.clock().now().date();
        self.state().errors.insert((host.id(), bot), (date, error));
    }

    /// Registers a delivery task, if none is running.
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
