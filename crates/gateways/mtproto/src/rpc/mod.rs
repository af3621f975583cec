//! Handles requests: one module per TL namespace, one file per subject.

mod account;
mod auth;
mod bots;
mod contacts;
mod dispatch;
mod groups;
mod help;
mod langpack;
mod messages;
mod photos;
mod unwrap;
mod updates;
mod users;

use crate::MtProto;
use crate::context::{Answer, Context, encode};
use crate::inspector;
use crate::keys::Key;
use crate::refusal::RpcError;
use crate::reply::Reply;
use crate::subscription::{Interest, Positions};
use parlor_host::{Exchange, FaultKind, Host};
use parlor_wire_tl::{Function, enums, types};
use parlor_world::ops::session::SignOut;
use std::sync::{Arc, PoisonError};
use std::time::Instant;
use tracing::{Level, debug, enabled};
use unwrap::{Unreadable, unwrap};

/// Answers one request, wrappers included.
pub(crate) async fn answer(context: Context, body: Vec<u8>) -> Reply {
    let mut interest = Interest::SetUp;
    let before = next_entries(&context).await;
    let started = Instant::now();
    let size = body.len();
    let name;
    let (exchange, result) = match unwrap(&context, body, &mut interest).await {
        Ok(function) => {
            // Formatting the name is expensive, so it is done only if it is logged.
            name = enabled!(Level::DEBUG).then(|| inspector::name(&function));
            let mut exchange = exchange(&context, &function, size);
            let fault = injected_fault(&context, exchange.as_ref()).await;
            if let Some(exchange) = &mut exchange {
                exchange.is_injected = !matches!(fault, InjectedFault::None);
            }
            let result = match fault {
                InjectedFault::None => Box::pin(dispatch::call(&context, function)).await,
                InjectedFault::Refusal(error) => Err(error),
                InjectedFault::Disconnect => {
                    record(&context, exchange, None, started);
                    debug!(name, "request dropped on purpose");
                    let (body, interest) = (Vec::new(), Interest::None);
                    return Reply { body, interest, next_entries: None, ends: true };
                }
            };
            (exchange, result)
        }
        Err(Unreadable { name: known, body, error }) => {
            name = known.map(str::to_owned);
            let bot = context.bot().ok();
            let exchange =
                bot.zip(known).and_then(|(bot, name)| inspector::unread(&context.host, bot, name, body));
            (exchange, Err(error))
        }
    };
    record(&context, exchange, Some(&result), started);
    let code = result.as_ref().err().map(|error| error.code);
    let error = result.as_ref().err().map(|error| error.message.as_str());
    let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    debug!(account = context.me().ok().map(|account| account.0), name, code, error, micros, "request");
    // An account that has just logged in has missed nothing yet.
    let next_entries = match before {
        Some(next) => Some(next),
        None => next_entries(&context).await,
    };
    let body = result.unwrap_or_else(|error| {
        let error = types::RpcError { error_code: error.code, error_message: error.message };
        encode(&enums::RpcError::from(error), 0).unwrap_or_default()
    });
    Reply { body, interest, next_entries, ends: false }
}

/// The fault that is injected into this request.
enum InjectedFault {
    None,
    Refusal(RpcError),
    Disconnect,
}

async fn injected_fault(context: &Context, exchange: Option<&Exchange>) -> InjectedFault {
    let Some(exchange) = exchange else { return InjectedFault::None };
    match context.host.faults().take_matching(exchange.bot, &exchange.method) {
        None => InjectedFault::None,
        Some(FaultKind::TooManyRequests { retry_after }) => {
            InjectedFault::Refusal(RpcError::new(420, &format!("FLOOD_WAIT_{retry_after}")))
        }
        Some(FaultKind::ServerError) => InjectedFault::Refusal(RpcError::new(500, "RPC_CALL_FAIL")),
        Some(FaultKind::TimeOut { after }) => {
            tokio::time::sleep(after).await;
            InjectedFault::Disconnect
        }
        Some(FaultKind::Dropped) => InjectedFault::Disconnect,
    }
}

/// Returns a bot's request for the inspector.
fn exchange(context: &Context, function: &Function, size: usize) -> Option<Exchange> {
    inspector::request(&context.host, context.bot().ok()?, function, size)
}

/// Records a request in the inspector. `result` is `None` if the connection is closed instead.
fn record(context: &Context, exchange: Option<Exchange>, result: Option<&Answer>, started: Instant) {
    let Some(mut exchange) = exchange else { return };
    match result {
        None => exchange.status = 0,
        Some(Ok(_)) => {
            let shown = context.shown.lock().unwrap_or_else(PoisonError::into_inner).take();
            exchange.answer = shown.unwrap_or(exchange.answer);
        }
        Some(Err(error)) => {
            exchange.status = u16::try_from(error.code).unwrap_or(500);
            exchange.answer = error.message.clone().into();
            exchange.refusal = error.refusal.clone();
            exchange.not_served = error.not_served.clone();
        }
    }
    exchange.micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    context.host.inspector().record(exchange);
}

/// The next entries of the account's log and of its channels', while the session is not subscribed to them yet.
async fn next_entries(context: &Context) -> Option<Positions> {
    if context.is_subscribed {
        return None;
    }
    let me = context.me().ok()?;
    context.read(|world, now| Positions::next(world, me, now)).await.ok()?
}

/// Executes `destroy_auth_key`.
pub(crate) async fn destroy_key(gateway: &MtProto, host: &Host, key: &Arc<Key>) -> enums::DestroyAuthKeyRes {
    gateway.0.keys.remove(host, key.auth.id());
    key.sign_out();
    let done = host.execute(SignOut { key: key.id() }).await.is_ok();
    match done {
        true => types::DestroyAuthKeyOk {}.into(),
        false => types::DestroyAuthKeyFail {}.into(),
    }
}
