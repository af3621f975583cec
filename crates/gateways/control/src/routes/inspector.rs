use super::extract::{Query, World, bot};
use super::feed::{Carrier, News};
use crate::problem::Problem;
use axum::Json;
use axum::response::Response;
use futures_util::stream;
use parlor_host::Note;
use parlor_world::BotId;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::sync::broadcast::error::RecvError;
use utoipa::{IntoParams, ToSchema};

/// One request of a bot's program with its answer, or one delivery by webhook. Tokens never appear.
#[derive(Serialize, ToSchema)]
pub(super) struct Exchange {
    /// Counts up from 1.
    number: u64,
    bot_id: i64,
    /// `bot api`, `webhook` or `mtproto`.
    protocol: &'static str,
    method: String,
    #[schema(value_type = Object)]
    parameters: Box<RawValue>,
    /// The HTTP status; 0 when there was no answer.
    status: u16,
    #[schema(value_type = Object)]
    answer: Box<RawValue>,
    /// The rule by which the world said no: what it is about, in words.
    rule: Option<String>,
    /// The code of that rule, as in a problem of this API.
    rule_code: Option<String>,
    /// The method, parameter or type that Telegram has and Parlor does not serve, if the request was refused for that.
    not_served: Option<String>,
    /// Unix time in milliseconds, on the world's clock.
    at: i64,
    /// How long the answer took, in microseconds of real time.
    micros: u64,
}

impl Exchange {
    fn of(note: &Note) -> Self {
        let exchange = &note.exchange;
        let rule = exchange.refusal.clone().map(crate::refusal::spell);
        Self {
            number: note.number,
            bot_id: exchange.bot.0,
            protocol: exchange.protocol,
            method: exchange.method.clone(),
            parameters: raw(&exchange.parameters.text()),
            status: exchange.status,
            answer: raw(&exchange.answer.text()),
            rule_code: rule.as_ref().map(|rule| rule.code.clone()),
            not_served: exchange.not_served.as_deref().map(str::to_owned),
            rule: rule.map(|rule| rule.detail),
            at: exchange.at.0,
            micros: exchange.micros,
        }
    }
}

/// JSON as it is; what was cut, or never was JSON, as a text.
fn raw(text: &str) -> Box<RawValue> {
    let parsed = RawValue::from_string(text.to_owned());
    let quoted = || serde_json::value::to_raw_value(text);
    parsed.or_else(|_| quoted()).unwrap_or_else(|_| RawValue::NULL.to_owned())
}

/// Which exchanges.
#[derive(Deserialize, IntoParams)]
pub(super) struct Filter {
    /// Only this bot's: id or username.
    bot: Option<String>,
    /// Only those behind this number.
    #[serde(default)]
    after: u64,
    /// Only requests that were refused because Parlor does not serve them.
    #[serde(default)]
    not_served: bool,
}

/// A filter whose bot was found.
struct Wanted {
    bot: Option<BotId>,
    not_served: bool,
}

impl Wanted {
    async fn find(host: &parlor_host::Host, filter: &Filter) -> Result<Self, Problem> {
        let bot = match &filter.bot {
            Some(name) => Some(bot(host, name).await?),
            None => None,
        };
        Ok(Self { bot, not_served: filter.not_served })
    }

    fn includes(&self, note: &Note) -> bool {
        let exchange = &note.exchange;
        self.bot.is_none_or(|bot| exchange.bot == bot) && (!self.not_served || exchange.not_served.is_some())
    }
}

#[utoipa::path(get, path = "/control/inspector", summary = "What bots asked and were told; the last 2000 exchanges", params(Filter), responses((status = 200, description = "done", body = Vec<Exchange>), (status = "default", description = "refused", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn list(
    World(host): World,
    Query(filter): Query<Filter>,
) -> Result<Json<Vec<Exchange>>, Problem> {
    let wanted = Wanted::find(&host, &filter).await?;
    let notes = host.inspector().after(filter.after);
    let notes = notes.iter().filter(|note| wanted.includes(note));
    Ok(Json(notes.map(Exchange::of).collect()))
}

#[utoipa::path(get, path = "/control/inspector/events", summary = "The same as it happens, as server-sent events or over a WebSocket", params(Filter), responses((status = 200, description = "done", body = Exchange, content_type = "text/event-stream"), (status = "default", description = "refused", body = Problem, content_type = "application/problem+json")))]
pub(super) async fn stream(
    World(host): World,
    Query(filter): Query<Filter>,
    carrier: Carrier,
) -> Result<Response, Problem> {
    let wanted = Wanted::find(&host, &filter).await?;
    let live = host.inspector().live();
    let events = stream::unfold((live, wanted), |(mut live, wanted)| async move {
        loop {
            match live.recv().await {
                Ok(note) if wanted.includes(&note) => {
                    let news = News::of(&Exchange::of(&note))?.numbered(Some(note.number));
                    return Some((news, (live, wanted)));
                }
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return None,
            }
        }
    });
    Ok(carrier.carry(events))
}
