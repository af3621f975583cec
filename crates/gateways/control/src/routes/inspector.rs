use super::extract::{Json, Query, World, bot};
use super::feed::{EventTransport, StreamEvent};
use crate::problem::Problem;
use axum::response::Response;
use futures_util::stream;
use parlor_host::{Host, RecordedExchange};
use parlor_world::AccountId;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::sync::broadcast::error::RecvError;
use utoipa::{IntoParams, ToSchema};

/// One request of a bot's program with its answer, or one delivery by webhook. Tokens are masked.
#[derive(Serialize, ToSchema)]
pub(super) struct Exchange {
    /// The number of the exchange; they are counted from 1.
    number: u64,
    bot_id: i64,
    /// `bot api`, `webhook` or `mtproto`.
    protocol: &'static str,
    method: String,
    #[schema(value_type = serde_json::Value)]
    parameters: Box<RawValue>,
    /// The HTTP status; 0 if there was no answer.
    status: u16,
    #[schema(value_type = serde_json::Value)]
    answer: Box<RawValue>,
    /// The reason of a refusal, as a text.
    rule: Option<String>,
    /// The code of that rule, as in a problem of this API.
    rule_code: Option<String>,
    /// The method, parameter or type of Telegram that Parlor does not serve, if the request was refused for that reason.
    not_served: Option<String>,
    /// Unix time in milliseconds, on the world's clock.
    at: i64,
    /// How long the answer took, in microseconds of real time.
    micros: u64,
    /// Whether the answer came from an injected fault.
    is_injected: bool,
}

impl Exchange {
    fn of(host: &Host, recorded: &RecordedExchange) -> Self {
        let exchange = &recorded.exchange;
        let rule = exchange.refusal.clone().map(crate::refusal::problem);
        Self {
            number: recorded.number,
            bot_id: exchange.bot.0,
            protocol: exchange.protocol,
            method: exchange.method.to_string(),
            parameters: raw(&exchange.parameters.text()),
            status: exchange.status,
            answer: raw(&exchange.answer.text()),
            rule_code: rule.as_ref().map(|rule| rule.code.clone()),
            not_served: exchange.not_served.as_deref().map(str::to_owned),
            rule: rule.map(|rule| host.inspector().mask(rule.detail)),
            at: exchange.at.0,
            micros: exchange.micros,
            is_injected: exchange.is_injected,
        }
    }
}

/// JSON unchanged; truncated or other content as a string.
fn raw(text: &str) -> Box<RawValue> {
    let parsed = RawValue::from_string(text.to_owned());
    let quoted = || serde_json::value::to_raw_value(text);
    parsed.or_else(|_| quoted()).unwrap_or_else(|_| RawValue::NULL.to_owned())
}

/// A filter of exchanges.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// Only exchanges of this bot, by id or username.
    #[param(required = false, nullable = false)]
    bot: Option<String>,
    /// Only exchanges with a higher number.
    #[serde(default)]
    #[param(required = false, minimum = 0)]
    after: u64,
    /// Only requests that were refused because Parlor does not serve them.
    #[serde(default)]
    #[param(required = false)]
    not_served: bool,
}

/// A filter with its bot resolved.
struct Wanted {
    bot: Option<AccountId>,
    not_served: bool,
}

impl Wanted {
    async fn find(host: &Host, filter: &Filter) -> Result<Self, Problem> {
        let bot = match &filter.bot {
            Some(name) => Some(bot(host, name).await?),
            None => None,
        };
        Ok(Self { bot, not_served: filter.not_served })
    }

    fn includes(&self, recorded: &RecordedExchange) -> bool {
        let exchange = &recorded.exchange;
        self.bot.is_none_or(|bot| exchange.bot == bot) && (!self.not_served || exchange.not_served.is_some())
    }
}

/// Lists the last 2000 requests of bots with their answers.
#[utoipa::path(
    get,
    path = "/control/inspector",
    operation_id = "list_exchanges",
    tag = "inspector",
    params(Filter),
    responses((status = 200, description = "The exchanges", body = Vec<Exchange>), Problem)
)]
pub(super) async fn list(
    World(host): World,
    Query(filter): Query<Filter>,
) -> Result<Json<Vec<Exchange>>, Problem> {
    let wanted = Wanted::find(&host, &filter).await?;
    let recorded = host.inspector().after(filter.after);
    let recorded = recorded.iter().filter(|recorded| wanted.includes(recorded));
    Ok(Json(recorded.map(|recorded| Exchange::of(&host, recorded)).collect()))
}

/// Streams exchanges when they are recorded, as server-sent events or over a WebSocket.
#[utoipa::path(
    get,
    path = "/control/inspector/events",
    operation_id = "stream_exchanges",
    tag = "inspector",
    params(Filter),
    responses((status = 200, description = "The exchanges, until the connection is closed", body = Exchange, content_type = "text/event-stream"), Problem)
)]
pub(super) async fn stream(
    World(host): World,
    Query(filter): Query<Filter>,
    transport: EventTransport,
) -> Result<Response, Problem> {
    let wanted = Wanted::find(&host, &filter).await?;
    let live = host.inspector().live();
    let events = stream::unfold((live, wanted, host), |(mut live, wanted, host)| async move {
        loop {
            match live.recv().await {
                Ok(recorded) if wanted.includes(&recorded) => {
                    let event =
                        StreamEvent::of(&Exchange::of(&host, &recorded))?.numbered(Some(recorded.number));
                    return Some((event, (live, wanted, host)));
                }
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return None,
            }
        }
    });
    Ok(transport.respond(events))
}
