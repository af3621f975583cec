use crate::already_returned::AlreadyReturned;
use crate::context::encode;
use crate::inspector;
use crate::keys::{Key, KeyOwner};
use crate::reply::Reply;
use crate::subscription::{Interest, Start, channels_of};
use crate::view::{self, Viewer};
use parlor_host::{Host, PresenceGuard, Subscription};
use parlor_wire_tl::{enums, types};
use parlor_world::ids::ChannelId;
use parlor_world::state::message_box::Entry;
use parlor_world::state::update::ActionShown;
use parlor_world::{Timestamp, World};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::broadcast::{self, error::RecvError};

/// The maximum number of updates in one message to the client; if there are more, the client must fetch the difference.
const MAX_BATCH: usize = 100;

/// Pushes the updates of an account to one session.
pub(crate) struct Pusher {
    /// Distinguishes this session from the others of its key.
    id: u64,
    host: Host,
    key: Arc<Key>,
    /// The updates that answers to this session contained.
    pub(crate) already_returned: AlreadyReturned,
    feed: Option<Feed>,
    actions: Vec<ActionShown>,
    /// Whether updates were collected since the last call of [`Pusher::written`].
    has_collected: bool,
    /// The next entries of the channels that were read since then.
    read_channels: Vec<(ChannelId, i64)>,
}

/// The source of updates, once the session is logged in and wants them.
struct Feed {
    owner: KeyOwner,
    subscription: Subscription,
    live: broadcast::Receiver<ActionShown>,
    /// The first entry that was not sent.
    next: Start,
    /// The same in the supergroups and channels that the account is in. One that is missing here is read from where the
    /// account came, or from `next` if that is a time.
    channels: BTreeMap<ChannelId, i64>,
    _place: SubscribedSession,
    /// A bot's program counts as running as long as a session of it is subscribed.
    _presence: Option<PresenceGuard>,
}

impl Pusher {
    pub(crate) fn new(host: Host, key: Arc<Key>) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        Self {
            id,
            host,
            key,
            already_returned: AlreadyReturned::default(),
            feed: None,
            actions: Vec::new(),
            has_collected: false,
            read_channels: Vec::new(),
        }
    }

    /// Returns whether updates are pushed to the session already.
    pub(crate) fn is_subscribed(&self) -> bool {
        self.feed.is_some()
    }

    /// Begins to push updates if a request shows that the session wants them. Returns whether it begins with this request.
    pub(crate) fn begin(&mut self, reply: &Reply) -> bool {
        let login = self.key.login();
        let owner = login.owner(&self.host);
        if self.feed.as_ref().map(|feed| feed.owner) == owner {
            // The session may be subscribed only because no other session had asked; this request may show more interest.
            if self.feed.is_some() && reply.interest == Interest::Asked {
                login.subscriptions(|all| all.add(self.id, Interest::Asked));
            }
            return false;
        }
        self.feed = None;
        let Some(owner) = owner else { return false };
        if !login.subscriptions(|all| all.add(self.id, reply.interest)) {
            return false;
        }
        let here = reply.next_entries.as_ref().map_or(Start::Next, |here| Start::Entry(here.own));
        let missed = login.subscriptions(|all| all.start());
        let channels = match missed {
            // Where reading stood before the server began is not known.
            Some(Start::After { .. }) => BTreeMap::new(),
            _ => {
                let here = reply.next_entries.as_ref().map(|here| here.channels.clone());
                let mut channels = here.unwrap_or_default();
                channels.extend(login.subscriptions(|all| all.start_in_channels().clone()));
                channels
            }
        };
        self.feed = Some(Feed {
            owner,
            subscription: self.host.subscribe(owner.account),
            live: self.host.live(),
            next: missed.unwrap_or(here),
            channels,
            _place: SubscribedSession { login, id: self.id },
            _presence: owner.is_bot.then(|| self.host.presence().enter(owner.account)),
        });
        true
    }

    /// Records that the collected updates were written, so that they are not sent again to the next session of the key.
    pub(crate) fn written(&mut self) {
        if !std::mem::take(&mut self.has_collected) {
            return;
        }
        if let Some(Feed { next: Start::Entry(next), .. }) = &self.feed {
            let channels = std::mem::take(&mut self.read_channels);
            self.key.login().subscriptions(|all| {
                all.set_sent(*next);
                all.set_sent_in_channels(channels);
            });
        }
    }

    /// Waits until there may be updates; returns false when the world has ended. Without a login it waits for ever.
    pub(crate) async fn wait(&mut self) -> bool {
        let Some(feed) = &mut self.feed else { return std::future::pending().await };
        loop {
            tokio::select! {
                biased;
                notified = feed.subscription.notified() => return notified,
                live = feed.live.recv() => match live {
                    Ok(action) if action.may_be_shown_to(feed.owner.account) => {
                        self.actions.push(action);
                        return true;
                    }
                    Ok(_) | Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return false,
                },
            }
        }
    }

    /// Returns the encoded updates to send.
    pub(crate) async fn collect(&mut self) -> Vec<Vec<u8>> {
        let login = self.key.login();
        if !login.subscriptions(|all| all.contains(self.id)) {
            self.feed = None;
        }
        let Some(feed) = &mut self.feed else { return Vec::new() };
        let (owner, layer) = (feed.owner, login.layer());
        let batch = Batch {
            viewer: Viewer { me: owner.account, layer },
            start: feed.next,
            channels: &feed.channels,
            already_returned: &self.already_returned,
            actions: std::mem::take(&mut self.actions),
        };
        let key = login.id();
        let read = self.host.read(|world, now| {
            // The login is gone if the token was revoked or the world was reset.
            world.session(key)?;
            batch.collect(world, now)
        });
        let Collected { next, channels, updates } = match read.await {
            Ok(Some(read)) => read,
            Ok(None) => {
                login.sign_out();
                self.feed = None;
                return Vec::new();
            }
            Err(_) => return Vec::new(),
        };
        feed.next = Start::Entry(next);
        feed.channels.extend(channels.iter().copied());
        self.read_channels.extend(channels);
        self.has_collected = true;
        // Updates that the layer lacks are left out, because the client could not decode them.
        let encoded = updates.iter().filter_map(|updates| {
            let body = encode(updates, layer).ok()?;
            if owner.is_bot {
                inspector::push(&self.host, owner.account, updates, body.len());
            }
            Some(body)
        });
        encoded.collect()
    }
}

/// The updates to push in one message.
struct Batch<'a> {
    viewer: Viewer,
    start: Start,
    channels: &'a BTreeMap<ChannelId, i64>,
    already_returned: &'a AlreadyReturned,
    actions: Vec<ActionShown>,
}

/// What a [`Batch`] came to.
struct Collected {
    /// The position of the next entry of the account's log.
    next: i64,
    /// The same in the channels in which it moved.
    channels: Vec<(ChannelId, i64)>,
    updates: Vec<enums::Updates>,
}

impl Batch<'_> {
    /// `None` for an account without a log.
    fn collect(&self, world: &World, now: Timestamp) -> Option<Collected> {
        let me = self.viewer.me;
        let log = world.log(me)?;
        let missed = log.from(self.start.position(log), now);
        let mut entries: Vec<_> =
            missed.filter(|entry| !self.already_returned.take(me.into(), entry)).collect();
        let mut updates = Vec::new();
        if entries.len() > MAX_BATCH || matches!(self.start, Start::After { forgotten: true, .. }) {
            // > updatesTooLong: there are too many events pending; the client fetches them itself
            // It is also sent after a restart, because the last updates before it may not have arrived. Clients that do not
            // fetch the difference (Pyrogram) get at least the updates since the restart.
            updates.push(types::UpdatesTooLong {}.into());
        }
        if entries.len() > MAX_BATCH {
            entries.clear();
        }
        let mut channels = Vec::new();
        for (channel, entered) in channels_of(world, me, now) {
            let known = self.channels.get(&channel).copied();
            let Some(log) = world.log(channel).filter(|log| known != Some(log.next())) else { continue };
            channels.push((channel, log.next()));
            let start = known.or_else(|| self.start.time().map(|at| log.first_after(at)));
            let missed = self.missed_in_channel(world, channel, start.unwrap_or(entered).max(entered), now);
            if missed.len() <= MAX_BATCH {
                entries.extend(missed);
                continue;
            }
            let (channel_id, pts) = (channel.0, Some(log.state().pts));
            let update = types::UpdateChannelTooLong { channel_id, pts }.into();
            updates.push(types::UpdateShort { update, date: view::date(now) }.into());
        }
        if !entries.is_empty() {
            updates.push(view::updates(world, self.viewer, &entries, now));
        }
        let shown = self.actions.iter().filter(|action| world.takes_part(action.chat, me, now));
        updates.extend(shown.map(|action| view::action_shown(*action, now)));
        Some(Collected { next: log.next(), channels, updates })
    }

    fn missed_in_channel<'w>(
        &self,
        world: &'w World,
        channel: ChannelId,
        start: i64,
        now: Timestamp,
    ) -> Vec<&'w Entry> {
        let Some(log) = world.log(channel) else { return Vec::new() };
        let missed = log.from(start, now);
        let is_new = |entry: &&Entry| !self.already_returned.take(channel.into(), entry);
        missed.filter(is_new).filter(|entry| !entry.except.contains(&self.viewer.me)).collect()
    }
}

/// The registration of a session among those of its key, until it is dropped.
struct SubscribedSession {
    login: Arc<Key>,
    id: u64,
}

impl Drop for SubscribedSession {
    fn drop(&mut self) {
        self.login.subscriptions(|all| all.remove(self.id));
    }
}
