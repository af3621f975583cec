use crate::answer::{Answer, ApiError};
use crate::context::Context;
use crate::refusal::{Call, failed};
use crate::route::Route;
use crate::session::Sessions;
use crate::shared::Shared;
use crate::shown::display_body;
use crate::updates::{IsOwnAddress, Pollers, Webhooks};
use crate::{body, methods};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, header};
use http_body_util::Full;
use parlor_host::{DisplayText, Exchange, FaultKind, Host};
use parlor_wire_bot_api::{Args, Method, find_method, form};
use parlor_world::ops::account::AdoptToken;
use parlor_world::state::account::Token;
use parlor_world::{AccountId, World};
use std::borrow::Cow;
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::time::Instant;
use tracing::debug;

/// An answer with its whole body.
pub type Response = http::Response<Full<Bytes>>;

/// The header that names the Telegram feature, on an answer to a request that was refused because Parlor lacks it.
const NOT_SERVED: HeaderName = HeaderName::from_static("x-parlor-not-served");

/// The Bot API gateway of a server, for all its worlds. Cheap to clone.
#[derive(Clone)]
pub struct BotApi(Arc<Shared>);

/// The error that closes a connection without an answer, which is what hyper does when a service fails.
#[derive(Debug, Clone, Copy)]
pub struct Dropped;

impl std::fmt::Display for Dropped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the connection was dropped on purpose")
    }
}

impl std::error::Error for Dropped {}

/// Whether a request may create a bot by using an unknown token. A web page of another site can make a browser send requests
/// to loopback, also under a host name that somebody else controls (DNS rebinding); such requests must never create
/// anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Adoption {
    /// The request comes from a program or from a page of this server, and uses one of this server's names.
    Allowed,
    /// The request may not create a bot, for the given reason.
    Refused(String),
}

/// The reason why there is no result: an error to answer, or a connection to close.
enum Failed {
    Error(ApiError),
    Dropped,
}

impl From<ApiError> for Failed {
    fn from(error: ApiError) -> Self {
        Self::Error(error)
    }
}

impl BotApi {
    /// Creates a gateway that refuses webhooks to the addresses for which `is_own_address` returns true.
    pub fn new(is_own_address: IsOwnAddress) -> Self {
        // A cycle of weak references, because the answer to a webhook may call a method, and methods change webhooks.
        let shared = Arc::new_cyclic(|shared: &Weak<Shared>| {
            let shared = shared.clone();
            let call =
                move |host: Host, bot, method: String, args| -> Pin<Box<dyn Future<Output = ()> + Send>> {
                    let shared = shared.upgrade();
                    Box::pin(async move {
                        if let Some(shared) = shared {
                            Self(shared).call_from_webhook(&host, bot, &method, args).await;
                        }
                    })
                };
            Shared {
                pollers: Pollers::default(),
                webhooks: Webhooks::new(is_own_address, Box::new(call)),
                sessions: Sessions::default(),
            }
        });
        Self(shared)
    }

    /// Returns whether a path (without a world's prefix) belongs to the Bot API.
    pub fn serves(path: &str) -> bool {
        path.starts_with("/bot") || path.starts_with("/file/bot")
    }

    /// Starts the deliveries to the webhooks that a world already has, after it was opened from a journal.
    pub async fn resume(&self, host: &Host) {
        let with_webhook = |world: &World| -> Vec<AccountId> {
            let has_webhook = |bot| world.queue(bot).is_some_and(|queue| queue.webhook.is_some());
            world.bots().map(|bot| bot.id).filter(|bot| has_webhook(*bot)).collect()
        };
        for bot in host.read(|world, _| with_webhook(world)).await.unwrap_or_default() {
            self.0.webhooks.deliver(host, bot);
        }
    }

    /// Answers one request; `path` is without the world's prefix.
    ///
    /// # Errors
    ///
    /// [`Dropped`] if the connection must be closed without an answer.
    pub async fn handle<B>(
        &self,
        host: &Host,
        path: &str,
        adoption: &Adoption,
        request: Request<B>,
    ) -> Result<Response, Dropped>
    where
        B: http_body::Body<Data = Bytes>,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let outcome = match Route::parse(path) {
            Some(Route::Method { token, method }) => match authorize(host, token, adoption).await {
                Ok(bot) => self.method(host, bot, method, request).await,
                Err(error) => {
                    debug!(status = error.code, "request without a known token");
                    Err(error.into())
                }
            },
            Some(Route::File { token }) => {
                let known = authorize(host, token, adoption).await;
                Err(Failed::Error(
                    known.map_or_else(|error| error, |_| ApiError::not_served("downloading files")),
                ))
            }
            None => Err(Failed::Error(ApiError::new(404, "Not Found"))),
        };
        match outcome {
            Ok(body) => Ok(respond(200, body)),
            Err(Failed::Error(error)) => Ok(respond_with_error(&error)),
            Err(Failed::Dropped) => Err(Dropped),
        }
    }

    async fn method<B>(
        &self,
        host: &Host,
        bot: AccountId,
        name: &str,
        request: Request<B>,
    ) -> Result<Bytes, Failed>
    where
        B: http_body::Body<Data = Bytes>,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let (head, raw_body) = request.into_parts();
        let content_type = head.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let encoding = head.headers.get(header::CONTENT_ENCODING).and_then(|value| value.to_str().ok());
        let bytes = body::read(raw_body, encoding).await?;
        let (query, content_type) = (head.uri.query().unwrap_or_default(), content_type.unwrap_or_default());
        let args = form::read(query, content_type, &bytes);
        let shown = match &args {
            Ok(args) => shown(args, query, content_type, &bytes),
            Err(_) => String::new().into(),
        };
        // They are parts of the buffer that hyper reads into, which a waiting poll would keep.
        drop((head, bytes));
        let started = Instant::now();
        let mut is_injected = false;
        let outcome = match args {
            Err(error) => Err(Failed::Error(error.into())),
            Ok(args) => {
                let fault = host.faults().take_matching(bot, name);
                is_injected = fault.is_some();
                self.call_or_fail(host, bot, name, &args, fault).await
            }
        };
        record(host, bot, name, shown, &outcome, started, is_injected);
        outcome
    }

    /// Calls the method that the answer to a webhook contains. The bot does not receive the result, so it is shown only in
    /// the inspector.
    async fn call_from_webhook(&self, host: &Host, bot: AccountId, name: &str, args: Args) {
        let started = Instant::now();
        let lower = name.to_ascii_lowercase();
        let allowed = !["setwebhook", "deletewebhook", "close", "logout"].contains(&lower.as_str())
            && !lower.starts_with("get");
        let outcome = match allowed {
            true => self.call(host, bot, name, &args).await.map(Answer::into_body),
            false => {
                Err(ApiError::bad_request(&format!("{name} can't be called in the answer to a webhook")))
            }
        };
        // Encoded at once, because the answer may be 1 MB long, which is too much to keep until somebody reads it.
        record(host, bot, name, encode(&args).into(), &outcome.map_err(Failed::Error), started, false);
    }

    async fn call_or_fail(
        &self,
        host: &Host,
        bot: AccountId,
        name: &str,
        args: &Args,
        fault: Option<FaultKind>,
    ) -> Result<Bytes, Failed> {
        match fault {
            None => Ok(self.call(host, bot, name, args).await?.into_body()),
            Some(FaultKind::TooManyRequests { retry_after }) => Err(ApiError::flood_wait(retry_after).into()),
            Some(FaultKind::ServerError) => Err(ApiError::new(500, "Internal Server Error").into()),
            Some(FaultKind::TimeOut { after }) => {
                tokio::time::sleep(after).await;
                Err(Failed::Dropped)
            }
            Some(FaultKind::Dropped) => Err(Failed::Dropped),
        }
    }

    /// Calls a method of an authorized bot, from a request or from the answer to a webhook.
    async fn call(&self, host: &Host, bot: AccountId, name: &str, args: &Args) -> Result<Answer, ApiError> {
        let Some(method) = find_method(name) else {
            return Err(ApiError::new(404, "Not Found: method not found"));
        };
        let Some(served) = method.served else { return Err(ApiError::not_served(method.name)) };
        if let Some(parameter) = method.unserved_parameters.iter().find(|name| args.has_effect(name)) {
            return Err(ApiError::not_served(&format!("the parameter {parameter} of {}", method.name)));
        }
        if !self.0.sessions.admits(host, bot, served == Method::Close) {
            return Err(ApiError::new(400, "Logged out"));
        }
        methods::call(&Context { shared: &self.0, host, bot, args }, served).await
    }
}

/// Records a call in the inspector.
fn record(
    host: &Host,
    bot: AccountId,
    name: &str,
    parameters: DisplayText,
    outcome: &Result<Bytes, Failed>,
    started: Instant,
    is_injected: bool,
) {
    let (status, answer, error) = match outcome {
        Ok(body) => (200, body.clone(), None),
        Err(Failed::Error(error)) => (error.code, error.body(), Some(error)),
        Err(Failed::Dropped) => (0, Bytes::new(), None),
    };
    let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    debug!(bot = bot.0, method = logged_name(name), status, micros, is_injected, "request");
    host.inspector().record(Exchange {
        bot,
        protocol: "bot api",
        method: find_method(name)
            .filter(|known| known.name == name)
            .map_or_else(|| name.to_owned().into(), |known| known.name.into()),
        parameters,
        status,
        answer: display_body(answer),
        refusal: error.and_then(|error| error.refusal.clone()),
        not_served: error.and_then(|error| error.not_served.clone()),
        at: host.clock().now(),
        micros,
        is_injected,
    });
}

/// Returns the name of a method for the log. An unknown name is not logged: in a malformed address it may be the token.
fn logged_name(name: &str) -> &str {
    find_method(name).map_or("unknown", |method| method.name)
}

/// Returns the bot with a token. An unknown well-formed token creates a bot, if `adoption` and the world's rules allow it.
async fn authorize(host: &Host, token: &str, adoption: &Adoption) -> Result<AccountId, ApiError> {
    let decoded = match token.contains('%') {
        true => Cow::Owned(token.replace("%3A", ":").replace("%3a", ":")),
        false => Cow::Borrowed(token),
    };
    let Some(token) = Token::parse(&decoded) else {
        return Err(ApiError::new(401, "Unauthorized: invalid token specified"));
    };
    if let Some(bot) = host.bot_by_token(&token) {
        return Ok(bot);
    }
    if let Adoption::Refused(reason) = adoption {
        let description =
            format!("Unauthorized: no bot has this token, and this request makes none: {reason}");
        return Err(ApiError::new(401, &description));
    }
    host.execute(AdoptToken(token)).await.map_err(|failure| failed(failure, Call::Other))
}

/// Returns the parameters for the inspector. It keeps the request in one block of memory, which is parsed when it is displayed:
/// parsed parameters are many blocks, and are no longer in the processor's caches when the inspector frees them.
fn shown(args: &Args, query: &str, content_type: &str, body: &[u8]) -> DisplayText {
    let (query_end, type_end) = (query.len(), query.len() + content_type.len());
    if type_end + body.len() > DisplayText::MAX {
        return encode(args).into();
    }
    let request = [query.as_bytes(), content_type.as_bytes(), body].concat();
    DisplayText::lazy(move || {
        let text = |range| std::str::from_utf8(&request[range]).unwrap_or_default();
        let args = form::read(text(0..query_end), text(query_end..type_end), &request[type_end..]);
        args.map_or_else(|_| String::new(), |args| encode(&args))
    })
}

/// Encodes parameters as JSON, without secrets and the contents of files.
fn encode(args: &Args) -> String {
    const SECRET: [&str; 1] = ["secret_token"];
    let field = |(name, value): &(String, String)| {
        let value = if SECRET.contains(&name.as_str()) { "…" } else { value };
        (name.clone(), serde_json::Value::from(value))
    };
    let file = |file: &parlor_wire_bot_api::File| {
        (file.field.clone(), format!("<file {:?}, {} bytes>", file.name, file.bytes.len()).into())
    };
    let fields = args.fields().iter().map(field).chain(args.files().iter().map(file));
    serde_json::Value::Object(fields.collect()).to_string()
}

fn respond(status: u16, body: Bytes) -> Response {
    let mut response = http::Response::new(Full::new(body));
    *response.status_mut() =
        http::StatusCode::from_u16(status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn respond_with_error(error: &ApiError) -> Response {
    let mut response = respond(error.code, error.body());
    let headers = response.headers_mut();
    if let Some(seconds) = error.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    // For tests, which need not parse the body. The value is a name from the schema, or one from the request itself.
    let not_served = error.not_served.as_deref().map(HeaderValue::from_str);
    if let Some(Ok(what)) = not_served {
        headers.insert(NOT_SERVED, what);
    }
    response
}
