use crate::context::{Own, encode};
use crate::keys::Key;
use crate::notes;
use crate::rpc::Reply;
use crate::subscription::{Interest, Start};
use crate::view;
use parlor_host::{Host, Present, Watch};
use parlor_wire_tl::{enums, types};
use parlor_world::updates::{Log, Update};
use parlor_world::{AccountId, Side, World};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::broadcast::{self, error::RecvError};

/// Updates that one message to the client holds at most; a client that is behind by more is told to ask.
const MAX_BATCH: usize = 100;

/// Tells one session what happens to its account.
pub(crate) struct Pusher {
    /// Tells this session from the others of its key.
    id: u64,
    host: Host,
    key: Arc<Key>,
    /// What answers have told already.
    pub(crate) own: Own,
    feed: Option<Feed>,
    typing: Vec<Update>,
}

/// An account's news, once the session is logged in and listens.
struct Feed {
    account: AccountId,
    watch: Watch,
    live: broadcast::Receiver<Update>,
    /// The first entry that was not sent.
    next: Start,
    _subscription: Subscription,
    /// A bot's program is there as long as it is fed.
    _present: Option<Present>,
}

impl Pusher {
    pub(crate) fn new(host: Host, key: Arc<Key>) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        Self { id, host, key, own: Own::default(), feed: None, typing: Vec::new() }
    }

    /// Whether it tells of updates already.
    pub(crate) fn is_fed(&self) -> bool {
        self.feed.is_some()
    }

    /// Begins when a request shows that the session wants updates. True if it begins with this request.
    pub(crate) fn begin(&mut self, reply: &Reply) -> bool {
        let login = self.key.login();
        let account = login.account(&self.host);
        if self.feed.as_ref().map(|feed| feed.account) == account {
            // It may have been there by its connection's set-up alone.
            if self.feed.is_some() && reply.interest == Interest::Asked {
                login.subscriptions(|all| all.add(self.id, Interest::Asked));
            }
            return false;
        }
        self.feed = None;
        let Some(account) = account else { return false };
        if !login.subscriptions(|all| all.add(self.id, reply.interest)) {
            return false;
        }
        let here = reply.next_entry.map_or(Start::Next, Start::Entry);
        let missed = login.subscriptions(|all| all.start());
        self.feed = Some(Feed {
            account,
            watch: self.host.watch(account),
            live: self.host.live(),
            next: missed.unwrap_or(here),
            _subscription: Subscription { login, id: self.id },
            _present: match account {
                AccountId::Bot(bot) => Some(self.host.presence().enter(bot)),
                AccountId::User(_) => None,
            },
        });
        true
    }

    /// Notes that what was collected is on its way: no other session of the key is sent it when it begins.
    pub(crate) fn written(&mut self) {
        if let Some(Feed { next: Start::Entry(next), .. }) = &self.feed {
            self.key.login().subscriptions(|all| all.set_sent(*next));
        }
    }

    /// Waits until there may be news; false when the world is gone. Without a login there never are.
    pub(crate) async fn wait(&mut self) -> bool {
        let Some(feed) = &mut self.feed else { return std::future::pending().await };
        loop {
            tokio::select! {
                biased;
                rung = feed.watch.ring() => return rung,
                live = feed.live.recv() => match live {
                    Ok(update) if concerns(feed.account, &update) => {
                        self.typing.push(update);
                        return true;
                    }
                    Ok(_) | Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return false,
                },
            }
        }
    }

    /// What is to be sent, spelled.
    pub(crate) async fn collect(&mut self) -> Vec<Vec<u8>> {
        let login = self.key.login();
        let layer = login.layer();
        if !login.subscriptions(|all| all.contains(self.id)) {
            self.feed = None;
        }
        let Some(feed) = &mut self.feed else { return Vec::new() };
        let (account, start, own, key) = (feed.account, feed.next, self.own.clone(), login.id());
        let typing = std::mem::take(&mut self.typing);
        let seen = self.host.look(move |world, now| {
            // A token that was revoked, a world that was emptied: the login is gone.
            world.authorization(key)?;
            let log = log_of(world, account)?;
            let missed = log.from(start.number(log), now).filter(|entry| !own.take(entry.number));
            let entries: Vec<_> = missed.collect();
            let mut updates = Vec::new();
            let too_many = entries.len() > MAX_BATCH;
            if too_many || matches!(start, Start::After { forgotten: true, .. }) {
                // > updatesTooLong: there are too many events pending; the client fetches them itself
                // After a restart, too: what was sent last may not have arrived. Clients that do not ask (Pyrogram) are
                // sent at least what happened since.
                updates.push(enums::Updates::from(types::UpdatesTooLong {}));
            }
            if !too_many && !entries.is_empty() {
                updates.push(view::updates(world, account, &entries, layer, now));
            }
            updates.extend(typing.iter().filter_map(|update| view::live(account, update, now)));
            Some((log.next(), updates))
        });
        let (next, updates) = match seen.await {
            Ok(Some(seen)) => seen,
            Ok(None) => {
                login.sign_out();
                self.feed = None;
                return Vec::new();
            }
            Err(_) => return Vec::new(),
        };
        feed.next = Start::Entry(next);
        // What the layer lacks is not told: its client could not read it.
        let spelled = updates.iter().filter_map(|updates| {
            let body = encode(updates, layer).ok()?;
            if let AccountId::Bot(bot) = account {
                notes::push(&self.host, bot, updates, body.len());
            }
            Some(body)
        });
        spelled.collect()
    }
}

/// A session's place among those of its key; left when it ends.
struct Subscription {
    login: Arc<Key>,
    id: u64,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.login.subscriptions(|all| all.remove(self.id));
    }
}

/// An account's log: bots have one once they use MTProto.
pub(crate) fn log_of(world: &World, account: AccountId) -> Option<&Log> {
    match account {
        AccountId::User(user) => world.user(user).map(|user| &user.log),
        AccountId::Bot(bot) => world.bot(bot).and_then(|bot| bot.log.as_ref()),
    }
}

fn concerns(account: AccountId, update: &Update) -> bool {
    match update {
        Update::ChatAction { dialog, by: Side::Bot, .. } => account == AccountId::User(dialog.user),
        Update::ChatAction { dialog, by: Side::User, .. } => account == AccountId::Bot(dialog.bot),
        _ => false,
    }
}
