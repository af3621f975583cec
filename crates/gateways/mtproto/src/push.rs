use crate::context::{Own, encode};
use crate::keys::Key;
use crate::notes;
use crate::rpc::Reply;
use crate::view;
use parlor_host::{Host, Present, Watch};
use parlor_wire_tl::{enums, types};
use parlor_world::updates::{Log, Update};
use parlor_world::{AccountId, Side, World};
use std::sync::Arc;
use tokio::sync::broadcast::{self, error::RecvError};

/// Updates that one message to the client holds at most; a client that is behind by more is told to ask.
const MAX_BATCH: usize = 100;

/// Tells one session what happens to its account.
pub(crate) struct Pusher {
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
    /// The first entry that was not sent; none until the first look.
    next: Option<i64>,
    /// A bot's program is there as long as it is fed.
    _present: Option<Present>,
}

impl Pusher {
    pub(crate) fn new(host: Host, key: Arc<Key>) -> Self {
        Self { host, key, own: Own::default(), feed: None, typing: Vec::new() }
    }

    /// Whether it tells of updates already.
    pub(crate) fn is_fed(&self) -> bool {
        self.feed.is_some()
    }

    /// Begins when a request shows that the session is one that listens.
    /// True if it begins just now.
    pub(crate) fn begin(&mut self, reply: &Reply) -> bool {
        let account = self.key.login().account(&self.host);
        if self.feed.as_ref().map(|feed| feed.account) == account {
            return false;
        }
        self.feed = account.filter(|_| reply.listens).map(|account| Feed {
            account,
            watch: self.host.watch(account),
            live: self.host.live(),
            next: reply.next_entry,
            _present: match account {
                AccountId::Bot(bot) => Some(self.host.presence().enter(bot)),
                AccountId::User(_) => None,
            },
        });
        self.feed.is_some()
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
        let layer = self.key.login().layer();
        let Some(feed) = &mut self.feed else { return Vec::new() };
        let (account, next, own, key) = (feed.account, feed.next, self.own.clone(), self.key.login().id());
        let typing = std::mem::take(&mut self.typing);
        let seen = self.host.look(move |world, now| {
            // A token that was revoked, a world that was emptied: the login is gone.
            world.authorization(key)?;
            let log = log_of(world, account)?;
            let behind = log.from(next.unwrap_or(log.next()), now).filter(|entry| !own.take(entry.number));
            let entries: Vec<_> = behind.collect();
            let mut updates = Vec::new();
            if entries.len() > MAX_BATCH {
                updates.push(enums::Updates::from(types::UpdatesTooLong {}));
            } else if !entries.is_empty() {
                updates.push(view::updates(world, account, &entries, layer, now));
            }
            updates.extend(typing.iter().filter_map(|update| view::live(account, update, now)));
            Some((log.next(), updates))
        });
        let (next, updates) = match seen.await {
            Ok(Some(seen)) => seen,
            Ok(None) => {
                self.key.login().sign_out();
                self.feed = None;
                return Vec::new();
            }
            Err(_) => return Vec::new(),
        };
        feed.next = Some(next);
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
