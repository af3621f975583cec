//! Delivery by webhook: per user in order, different users side by side, failed ones again and again until the
//! update is 24 hours old.

use super::gate::Target;
use crate::BotApi;
use crate::view;
use parlor_host::{Exchange, Host};
use parlor_wire_bot_api::form;
use parlor_wire_bot_api::objects::Update;
use parlor_world::updates::{Delivered, Webhook};
use parlor_world::{AccountId, BotId, Timestamp, UpdateId, UserId, World};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// Updates that are looked at ahead of the first undelivered one.
const WINDOW: usize = 400;
/// The delay behind the second failure; the first is repeated at once. It doubles up to the longest.
const FIRST_DELAY: Duration = Duration::from_secs(1);
const LONGEST_DELAY: Duration = Duration::from_secs(60);
/// What a webhook may ask to wait for, at most.
const MAX_RETRY_AFTER: u64 = 3600;
/// An answer is read up to here: it may be a method call.
const MAX_ANSWER: usize = 1 << 20;

/// The delivery tasks of all bots.
#[derive(Debug, Default)]
pub(crate) struct Webhooks {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    running: HashSet<(u64, BotId)>,
    errors: HashMap<(u64, BotId), (i64, String)>,
}

/// One update on its way, or waiting for its next try.
struct Try {
    user: UserId,
    failures: u32,
    due: Instant,
    under_way: bool,
}

struct Outcome {
    number: i64,
    result: Result<(), Failed>,
}

struct Failed {
    words: String,
    retry_after: Option<Duration>,
}

struct Pending {
    number: i64,
    user: UserId,
    update: Update,
}

impl Webhooks {
    /// When and how the last delivery failed.
    pub(crate) fn last_error(&self, host: &Host, bot: BotId) -> Option<(i64, String)> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).errors.get(&(host.id(), bot)).cloned()
    }

    /// Sees to it that a task delivers this bot's updates; it ends when the webhook is deleted.
    pub(crate) fn run(&self, api: &BotApi, host: &Host, bot: BotId) {
        let key = (host.id(), bot);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.errors.remove(&key);
        if !state.running.insert(key) {
            return;
        }
        drop(state);
        let (api, host, state) = (api.clone(), host.clone(), self.state.clone());
        tokio::spawn(async move {
            deliver(&api, &host, bot, &state).await;
            state.lock().unwrap_or_else(PoisonError::into_inner).running.remove(&key);
            // Set again while this task was ending: whoever set it found it still running.
            let again =
                host.look(move |world, _| world.bot(bot).is_some_and(|bot| bot.webhook.is_some())).await;
            if again.unwrap_or(false) {
                api.shared().webhooks.run(&api, &host, bot);
            }
        });
    }
}

async fn deliver(api: &BotApi, host: &Host, bot: BotId, state: &Mutex<State>) {
    let mut watch = host.watch(AccountId::Bot(bot));
    let mut tries: HashMap<i64, Try> = HashMap::new();
    let mut flights: JoinSet<Outcome> = JoinSet::new();
    let mut current: Option<(Webhook, Result<Arc<Target>, String>)> = None;
    // The program counts as running until a delivery shows that it is not.
    let mut present = Some(host.presence().enter(bot));
    loop {
        let seen = host.look(move |world, now| window(world, now, bot)).await;
        let Ok(Some((webhook, pending))) = seen else { return };
        if current.as_ref().is_none_or(|(old, _)| *old != webhook) {
            tries.clear();
            flights = JoinSet::new();
            let target = Target::open(&webhook).await.map(Arc::new).map_err(super::gate::Closed::words);
            current = Some((webhook.clone(), target));
        }
        let Some((_, target)) = &current else { return };
        let max = usize::try_from(webhook.max_connections).unwrap_or(1);
        let next_due = launch(api, host, bot, &webhook, target, pending, &mut tries, &mut flights, max);
        let due = next_due.unwrap_or_else(|| Instant::now() + LONGEST_DELAY);
        tokio::select! {
            rung = watch.ring() => if !rung { return },
            Some(Ok(outcome)) = flights.join_next() => {
                let failure = land(host, bot, outcome, &mut tries).await;
                present = match failure {
                    Some(_) => None,
                    None => present.or_else(|| Some(host.presence().enter(bot))),
                };
                if let Some(error) = failure {
                    let date = host.clock().now().date();
                    state.lock().unwrap_or_else(PoisonError::into_inner).errors.insert((host.id(), bot), (date, error));
                    // The name may lead elsewhere by now.
                    if matches!(current, Some((_, Err(_)))) {
                        current = None;
                    }
                }
            }
            () = tokio::time::sleep_until(due) => {}
        }
    }
}

/// The webhook with the oldest updates; none when there is no webhook.
fn window(world: &World, now: Timestamp, bot: BotId) -> Option<(Webhook, Vec<Pending>)> {
    let bot = world.bot(bot)?;
    let webhook = bot.webhook.clone()?;
    let entries = bot.queue.from(i64::MIN, now).take(WINDOW);
    let pending = entries.map(|entry| Pending {
        number: entry.number,
        user: entry.update.dialog().user,
        update: view::update(world, entry),
    });
    Some((webhook, pending.collect()))
}

/// Sends what may be sent now; returns when the next retry is due.
#[expect(clippy::too_many_arguments, reason = "the state of one loop, taken apart for the borrow checker")]
fn launch(
    api: &BotApi,
    host: &Host,
    bot: BotId,
    webhook: &Webhook,
    target: &Result<Arc<Target>, String>,
    pending: Vec<Pending>,
    tries: &mut HashMap<i64, Try>,
    flights: &mut JoinSet<Outcome>,
    max: usize,
) -> Option<Instant> {
    let numbers: HashSet<i64> = pending.iter().map(|pending| pending.number).collect();
    tries.retain(|number, attempt| attempt.under_way || numbers.contains(number));
    let now = Instant::now();
    let mut next_due: Option<Instant> = None;
    let mut busy: HashSet<UserId> = tries.values().filter(|t| t.under_way).map(|t| t.user).collect();
    for Pending { number, user, update } in pending {
        // One user's updates come in order: the next waits for the one before, also while that is failing.
        if !busy.insert(user) {
            continue;
        }
        let attempt = tries.entry(number).or_insert(Try { user, failures: 0, due: now, under_way: false });
        if attempt.due > now {
            next_due = Some(next_due.map_or(attempt.due, |due| due.min(attempt.due)));
            continue;
        }
        if flights.len() >= max {
            break;
        }
        attempt.under_way = true;
        let (api, host, target) = (api.clone(), host.clone(), target.clone());
        let secret = webhook.secret_token.clone();
        flights.spawn(async move {
            let result = match target {
                Ok(target) => send(&api, &host, bot, &target, &secret, &update).await,
                Err(words) => Err(Failed { words, retry_after: None }),
            };
            Outcome { number, result }
        });
    }
    next_due
}

/// Books a delivery; returns the words of a failure.
async fn land(host: &Host, bot: BotId, outcome: Outcome, tries: &mut HashMap<i64, Try>) -> Option<String> {
    let Outcome { number, result } = outcome;
    match result {
        Ok(()) => {
            tries.remove(&number);
            let update = UpdateId(i32::try_from(number).ok()?);
            let _ = host.tell(Delivered { bot, update }).await;
            None
        }
        Err(Failed { words, retry_after }) => {
            let attempt = tries.get_mut(&number)?;
            attempt.under_way = false;
            let doubled = FIRST_DELAY.saturating_mul(1 << attempt.failures.saturating_sub(1).min(16));
            let own = if attempt.failures == 0 { Duration::ZERO } else { doubled.min(LONGEST_DELAY) };
            attempt.due = Instant::now() + retry_after.unwrap_or(own);
            attempt.failures += 1;
            Some(words)
        }
    }
}

async fn send(
    api: &BotApi,
    host: &Host,
    bot: BotId,
    target: &Target,
    secret: &str,
    update: &Update,
) -> Result<(), Failed> {
    let body = serde_json::to_string(update).unwrap_or_default();
    let started = std::time::Instant::now();
    let mut request = target.client.post(target.url.clone()).header("content-type", "application/json");
    if !secret.is_empty() {
        request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
    }
    let outcome = answer(request.body(body.clone())).await;
    let (status, shown) = match &outcome {
        Ok((status, _, body)) => (*status, String::from_utf8_lossy(body).into_owned()),
        Err(failed) => (0, failed.words.clone()),
    };
    host.inspector().note(Exchange {
        bot,
        protocol: "webhook",
        method: "update".to_owned(),
        parameters: body.into(),
        status,
        answer: shown.into(),
        refusal: None,
        not_served: None,
        at: host.clock().now(),
        micros: u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
    });
    let (status, retry_after, body) = outcome?;
    if !(200..300).contains(&status) {
        let reason = http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
        let words = format!("Wrong response from the webhook: {status} {}", reason.unwrap_or_default());
        return Err(Failed { words, retry_after });
    }
    if let Some((method, args)) = form::webhook_answer(&body) {
        let lower = method.to_ascii_lowercase();
        let refused = ["setwebhook", "deletewebhook", "close", "logout"].contains(&lower.as_str());
        if !refused && !lower.starts_with("get") {
            // > It's not possible to know that such a request was successful or get its result.
            let _ = api.call(host, bot, &method, args.into()).await;
        }
    }
    Ok(())
}

/// Whether a connection was opened and then not trusted.
fn is_tls(error: &reqwest::Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(current) = cause {
        if current.is::<rustls::Error>() {
            return true;
        }
        // An IO error's source skips the error that it wraps.
        let wrapped = current.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        cause = match wrapped {
            Some(wrapped) => Some(wrapped),
            None => current.source(),
        };
    }
    false
}

/// Status, the wait that a `Retry-After` header asks for, and the body.
async fn answer(request: reqwest::RequestBuilder) -> Result<(u16, Option<Duration>, Vec<u8>), Failed> {
    let failed = |error: reqwest::Error| {
        let words = match error.is_connect() {
            true if is_tls(&error) => "SSL error {certificate verify failed}".to_owned(),
            true => "Connection refused".to_owned(),
            false if error.is_timeout() => "Read timeout expired".to_owned(),
            false => "Webhook connection closed".to_owned(),
        };
        Failed { words, retry_after: None }
    };
    let mut response = request.send().await.map_err(failed)?;
    let status = response.status().as_u16();
    let header =
        response.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let retry_after = header.filter(|s| *s > 0).map(|s| Duration::from_secs(s.min(MAX_RETRY_AFTER)));
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        if body.len() + chunk.len() > MAX_ANSWER {
            break;
        }
        body.extend_from_slice(&chunk);
    }
    Ok((status, retry_after, body))
}
