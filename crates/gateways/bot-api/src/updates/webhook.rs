//! Delivery by webhook: per user in order, different users side by side, failed ones again and again until the
//! update is 24 hours old.

use super::gate::Target;
use crate::BotApi;
use parlor_host::{Exchange, Host};
use parlor_wire_bot_api::form;
use parlor_wire_bot_api::objects::Update;
use parlor_world::updates::{Delivered, Webhook};
use parlor_world::{AccountId, BotId, Timestamp, UpdateId, UserId, World};
use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
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
    addresses: HashMap<(u64, BotId), IpAddr>,
}

/// One update on its way, or waiting for its next try.
struct Try {
    user: UserId,
    failures: u32,
    due: Instant,
    /// The task that delivers it, if one does.
    task: Option<tokio::task::Id>,
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

    /// The address that the webhook's name was resolved to.
    pub(crate) fn address(&self, host: &Host, bot: BotId) -> Option<IpAddr> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).addresses.get(&(host.id(), bot)).copied()
    }

    /// Remembers the address that the webhook's name was resolved to.
    pub(crate) fn set_address(&self, host: &Host, bot: BotId, address: IpAddr) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.addresses.insert((host.id(), bot), address);
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
            let target = Target::open(&webhook, &api.shared().is_own_address).await;
            if let Ok(target) = &target {
                api.shared().webhooks.set_address(host, bot, target.address);
            }
            let target = target.map(Arc::new).map_err(super::gate::Closed::words);
            current = Some((webhook.clone(), target));
        }
        let Some((_, target)) = &current else { return };
        let max = usize::try_from(webhook.max_connections).unwrap_or(1);
        let next_due = launch(api, host, bot, &webhook, target, pending, &mut tries, &mut flights, max);
        let due = next_due.unwrap_or_else(|| Instant::now() + LONGEST_DELAY);
        tokio::select! {
            rung = watch.ring() => if !rung { return },
            Some(joined) = flights.join_next() => {
                let Some(outcome) = joined.map_or_else(|error| panicked(&error, &tries), Some) else { continue };
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
        update: parlor_view::update(world, AccountId::Bot(bot.id), entry),
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
    tries.retain(|number, attempt| attempt.task.is_some() || numbers.contains(number));
    let now = Instant::now();
    let mut next_due: Option<Instant> = None;
    let mut busy: HashSet<UserId> = tries.values().filter(|t| t.task.is_some()).map(|t| t.user).collect();
    for Pending { number, user, update } in pending {
        // One user's updates come in order: the next waits for the one before, also while that is failing.
        if !busy.insert(user) {
            continue;
        }
        let attempt = tries.entry(number).or_insert(Try { user, failures: 0, due: now, task: None });
        if attempt.due > now {
            next_due = Some(next_due.map_or(attempt.due, |due| due.min(attempt.due)));
            continue;
        }
        if flights.len() >= max {
            break;
        }
        let (api, host, target) = (api.clone(), host.clone(), target.clone());
        let secret = webhook.secret_token.clone();
        let task = flights.spawn(async move {
            let result = match target {
                Ok(target) => send(&api, &host, bot, &target, &secret, &update).await,
                Err(words) => Err(Failed { words, retry_after: None }),
            };
            Outcome { number, result }
        });
        attempt.task = Some(task.id());
    }
    next_due
}

/// A delivery that panicked has failed: its user's later updates would wait for it for ever.
fn panicked(error: &tokio::task::JoinError, tries: &HashMap<i64, Try>) -> Option<Outcome> {
    let number =
        tries.iter().find(|(_, attempt)| attempt.task == Some(error.id())).map(|(number, _)| *number)?;
    let words = "Internal Server Error".to_owned();
    Some(Outcome { number, result: Err(Failed { words, retry_after: None }) })
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
            attempt.task = None;
            let doubled = FIRST_DELAY.saturating_mul(1 << attempt.failures.saturating_sub(1).min(16));
            let own = if attempt.failures == 0 { Duration::ZERO } else { doubled.min(LONGEST_DELAY) };
            attempt.due = Instant::now() + retry_after.unwrap_or(own);
            attempt.failures += 1;
            let retry_in = attempt.due.saturating_duration_since(Instant::now()).as_secs_f32();
            tracing::info!(bot = bot.0, update = number, reason = words, retry_in, "a webhook failed");
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
    let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    // The address is never logged: it often contains a token.
    tracing::debug!(bot = bot.0, update = update.update_id, status, micros, "webhook called");
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
        micros,
        is_injected: false,
    });
    let (status, retry_after, body) = outcome?;
    if !(200..300).contains(&status) {
        let reason = http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
        let words = format!("Wrong response from the webhook: {status} {}", reason.unwrap_or_default());
        return Err(Failed { words, retry_after });
    }
    if let Some((method, args)) = form::webhook_answer(&body) {
        // > It's not possible to know that such a request was successful or get its result.
        api.call_from_webhook(host, bot, &method, args).await;
    }
    Ok(())
}

/// What was wrong with TLS, in OpenSSL's words, which Telegram passes on.
fn tls_error(error: &reqwest::Error) -> Option<&'static str> {
    let mut cause = std::error::Error::source(error);
    while let Some(current) = cause {
        match current.downcast_ref::<rustls::Error>() {
            // The server does not speak TLS: most often, plain HTTP.
            Some(rustls::Error::InvalidMessage(_)) => {
                return Some("SSL error {error:0A00010B:SSL routines::wrong version number}");
            }
            Some(_) => return Some("SSL error {certificate verify failed}"),
            None => {}
        }
        // An IO error's source skips the error that it wraps.
        let wrapped = current.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        cause = match wrapped {
            Some(wrapped) => Some(wrapped),
            None => current.source(),
        };
    }
    None
}

/// Status, the wait that a `Retry-After` header asks for, and the body.
async fn answer(request: reqwest::RequestBuilder) -> Result<(u16, Option<Duration>, Vec<u8>), Failed> {
    let failed = |error: reqwest::Error| {
        let words = match error.is_connect() {
            true => tls_error(&error).unwrap_or("Connection refused"),
            false if error.is_timeout() => "Read timeout expired",
            false => "Webhook connection closed",
        };
        Failed { words: words.to_owned(), retry_after: None }
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

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    #[tokio::test]
    async fn a_delivery_that_panics_is_a_failed_one() {
        let mut flights: JoinSet<Outcome> = JoinSet::new();
        let task = flights.spawn(async { panic!("on purpose") }).id();
        let attempt = |task| Try { user: UserId(1), failures: 0, due: Instant::now(), task };
        let tries = HashMap::from([(7, attempt(None)), (8, attempt(Some(task)))]);
        let error = flights.join_next().await.unwrap().err().unwrap();
        let outcome = panicked(&error, &tries).unwrap();
        assert_eq!(outcome.number, 8);
        assert_eq!(outcome.result.err().map(|failed| failed.words).as_deref(), Some("Internal Server Error"));
    }

    #[tokio::test]
    async fn plain_http_is_told_from_a_certificate_that_is_not_trusted() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 1024]).await;
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").await;
        });
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let failed = answer(client.post(format!("https://127.0.0.1:{port}/"))).await.err().unwrap();
        assert_eq!(failed.words, "SSL error {error:0A00010B:SSL routines::wrong version number}");
    }
}
