use super::Webhooks;
use super::request::{Failed, send};
use crate::updates::WebhookTarget;
use parlor_host::{Host, PresenceGuard};
use parlor_wire_bot_api::objects::Update;
use parlor_world::ops::updates::ConfirmDelivery;
use parlor_world::state::update_queue::Webhook;
use parlor_world::{AccountId, Timestamp, UpdateId, World};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tracing::info;

/// The maximum number of updates that are considered at a time, from the first undelivered one on.
const WINDOW: usize = 400;
/// The delay after the second failure of an update; after the first, it is retried at once. The delay doubles up to
/// [`LONGEST_DELAY`].
const FIRST_DELAY: Duration = Duration::from_secs(1);
const LONGEST_DELAY: Duration = Duration::from_secs(60);

/// Delivers the updates of one bot.
pub(super) struct DeliveryLoop<'a> {
    webhooks: &'a Webhooks,
    host: &'a Host,
    bot: AccountId,
    attempts: HashMap<UpdateId, Attempt>,
    in_flight: JoinSet<Outcome>,
    /// The bot's program counts as running until a delivery fails.
    presence: Option<PresenceGuard>,
}

/// An update that is being delivered, or waits for its next attempt.
struct Attempt {
    user: AccountId,
    failures: u32,
    due: Instant,
    /// The task that delivers it, if one does.
    task: Option<tokio::task::Id>,
}

struct Outcome {
    id: UpdateId,
    result: Result<(), Failed>,
}

/// An update that is not delivered yet.
struct Pending {
    id: UpdateId,
    user: AccountId,
}

/// A webhook with its resolved target, or the error if it must not be called.
struct Opened {
    webhook: Webhook,
    target: Result<Arc<WebhookTarget>, String>,
}

impl<'a> DeliveryLoop<'a> {
    pub(super) fn new(webhooks: &'a Webhooks, host: &'a Host, bot: AccountId) -> Self {
        let presence = Some(host.presence().enter(bot));
        Self { webhooks, host, bot, attempts: HashMap::new(), in_flight: JoinSet::new(), presence }
    }

    /// Delivers updates until the webhook is deleted or the world ends.
    pub(super) async fn run(mut self) {
        let (host, bot) = (self.host, self.bot);
        let mut subscription = host.subscribe(bot);
        let mut current: Option<Opened> = None;
        loop {
            let known = current.as_ref().map(|opened| &opened.webhook);
            let seen = host.read(|world, now| window(world, now, bot, known)).await;
            let Ok(Some((changed, pending))) = seen else { return };
            let opened = match (changed, current.take()) {
                (None, Some(opened)) => opened,
                (Some(webhook), _) => self.open(webhook).await,
                // Impossible: without a known webhook, `window` returns the webhook.
                (None, None) => return,
            };
            let due = self.dispatch(&opened, pending).unwrap_or_else(|| Instant::now() + LONGEST_DELAY);
            let mut is_open_again = true;
            tokio::select! {
                is_running = subscription.notified() => if !is_running { return },
                Some(joined) = self.in_flight.join_next() => {
                    let outcome = joined.map_or_else(|error| panicked(&error, &self.attempts), Some);
                    if let Some(outcome) = outcome {
                        let failed = self.complete(outcome).await;
                        // If the name could not be resolved, it is resolved again: it may have another address by now.
                        is_open_again = !failed || opened.target.is_ok();
                    }
                }
                () = tokio::time::sleep_until(due) => {}
            }
            current = Some(opened).filter(|_| is_open_again);
        }
    }

    /// Resolves a webhook that is new, or could not be resolved before. All earlier attempts are dropped.
    async fn open(&mut self, webhook: Webhook) -> Opened {
        self.attempts.clear();
        self.in_flight = JoinSet::new();
        let target = WebhookTarget::open(&webhook, self.webhooks.is_own_address()).await;
        if let Ok(target) = &target {
            self.webhooks.set_address(self.host, self.bot, target.ip());
        }
        let target = target.map(Arc::new).map_err(crate::updates::ForbiddenTarget::text);
        Opened { webhook, target }
    }

    /// Starts all deliveries that are possible now; returns when the next attempt is due.
    fn dispatch(&mut self, opened: &Opened, pending: Vec<Pending>) -> Option<Instant> {
        let max = usize::try_from(opened.webhook.max_connections).unwrap_or(1);
        let ids: HashSet<UpdateId> = pending.iter().map(|pending| pending.id).collect();
        self.attempts.retain(|id, attempt| attempt.task.is_some() || ids.contains(id));
        let now = Instant::now();
        let mut next_due: Option<Instant> = None;
        let in_flight = self.attempts.values().filter(|attempt| attempt.task.is_some());
        let mut busy: HashSet<AccountId> = in_flight.map(|attempt| attempt.user).collect();
        for Pending { id, user } in pending {
            // The updates of a user are delivered in order: each waits for the one before, even while that one fails.
            if !busy.insert(user) {
                continue;
            }
            let attempt =
                self.attempts.entry(id).or_insert(Attempt { user, failures: 0, due: now, task: None });
            if attempt.due > now {
                next_due = Some(next_due.map_or(attempt.due, |due| due.min(attempt.due)));
                continue;
            }
            if self.in_flight.len() >= max {
                break;
            }
            let (webhooks, host, bot) = (self.webhooks.clone(), self.host.clone(), self.bot);
            let (target, secret) = (opened.target.clone(), opened.webhook.secret_token.clone());
            let task = self.in_flight.spawn(async move {
                // Encoded only now, since most pending updates are not sent in this iteration.
                let update = host.read(|world, now| update(world, now, bot, id)).await;
                let result = match (target, update) {
                    (Ok(target), Ok(Some(update))) => {
                        send(&webhooks, &host, bot, &target, secret.as_deref(), &update).await
                    }
                    (Err(reason), _) => Err(Failed { reason, retry_after: None }),
                    // The update was dropped, or the world has ended: there is nothing to deliver.
                    (Ok(_), Ok(None) | Err(_)) => Ok(()),
                };
                Outcome { id, result }
            });
            attempt.task = Some(task.id());
        }
        next_due
    }

    /// Records the outcome of a delivery; returns whether it failed.
    async fn complete(&mut self, Outcome { id, result }: Outcome) -> bool {
        let Err(Failed { reason, retry_after }) = result else {
            self.attempts.remove(&id);
            // It fails only if the bot was deleted or the world has ended; then there is nothing to confirm.
            let _ = self.host.execute(ConfirmDelivery { bot: self.bot, update: id }).await;
            self.presence.get_or_insert_with(|| self.host.presence().enter(self.bot));
            return false;
        };
        self.presence = None;
        if let Some(attempt) = self.attempts.get_mut(&id) {
            attempt.task = None;
            let doubled = FIRST_DELAY.saturating_mul(1 << attempt.failures.saturating_sub(1).min(16));
            let own = if attempt.failures == 0 { Duration::ZERO } else { doubled.min(LONGEST_DELAY) };
            attempt.due = Instant::now() + retry_after.unwrap_or(own);
            attempt.failures += 1;
            let retry_in = attempt.due.saturating_duration_since(Instant::now()).as_secs_f32();
            info!(bot = self.bot.0, update = id.0, reason, retry_in, "a webhook failed");
        }
        self.webhooks.set_error(self.host, self.bot, reason);
        true
    }
}

/// Returns the webhook if it differs from the known one, and the oldest updates; `None` if there is no webhook.
fn window(
    world: &World,
    now: Timestamp,
    bot: AccountId,
    known: Option<&Webhook>,
) -> Option<(Option<Webhook>, Vec<Pending>)> {
    let queue = world.queue(bot)?;
    let webhook = queue.webhook.as_ref()?;
    let pending = queue.from(i64::MIN, now).take(WINDOW);
    let pending = pending.map(|queued| Pending { id: queued.id, user: queued.user.0 }).collect();
    Some(((known != Some(webhook)).then(|| webhook.clone()), pending))
}

/// Returns a pending update as it is sent.
fn update(world: &World, now: Timestamp, bot: AccountId, id: UpdateId) -> Option<Update> {
    let queued = world.queue(bot)?.from(i64::from(id.0), now).next().filter(|queued| queued.id == id)?;
    Some(parlor_view::queued_update(world, bot, queued))
}

/// Returns a failed outcome for a delivery that panicked. Otherwise the later updates of its user would wait for ever.
fn panicked(error: &tokio::task::JoinError, attempts: &HashMap<UpdateId, Attempt>) -> Option<Outcome> {
    let (id, _) = attempts.iter().find(|(_, attempt)| attempt.task == Some(error.id()))?;
    let reason = "Internal Server Error".to_owned();
    Some(Outcome { id: *id, result: Err(Failed { reason, retry_after: None }) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_delivery_that_panics_is_a_failed_one() {
        let mut in_flight: JoinSet<Outcome> = JoinSet::new();
        let task = in_flight.spawn(async { panic!("on purpose") }).id();
        let attempt = |task| Attempt { user: AccountId(1), failures: 0, due: Instant::now(), task };
        let attempts = HashMap::from([(UpdateId(7), attempt(None)), (UpdateId(8), attempt(Some(task)))]);
        let error = in_flight.join_next().await.unwrap().err().unwrap();
        let outcome = panicked(&error, &attempts).unwrap();
        assert_eq!(outcome.id, UpdateId(8));
        assert_eq!(
            outcome.result.err().map(|failed| failed.reason).as_deref(),
            Some("Internal Server Error")
        );
    }
}
