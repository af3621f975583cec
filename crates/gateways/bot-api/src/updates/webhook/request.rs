use super::Webhooks;
use crate::shown::display_body;
use crate::updates::WebhookTarget;
use bytes::Bytes;
use parlor_host::{DisplayText, Exchange, Host};
use parlor_wire_bot_api::form;
use parlor_wire_bot_api::objects::Update;
use parlor_world::AccountId;
use std::time::Duration;
use tracing::debug;

/// The longest wait that a webhook may ask for, in seconds.
const MAX_RETRY_AFTER: u64 = 3600;
/// The maximum length of an answer that is read, in bytes. An answer may contain a method call.
const MAX_ANSWER: usize = 1 << 20;

/// A failed delivery.
pub(super) struct Failed {
    /// The error text, as `getWebhookInfo` shows it.
    pub(super) reason: String,
    /// The delay that the answer asked for.
    pub(super) retry_after: Option<Duration>,
}

/// Delivers one update, and calls the method that the answer may contain.
pub(super) async fn send(
    webhooks: &Webhooks,
    host: &Host,
    bot: AccountId,
    target: &WebhookTarget,
    secret: Option<&str>,
    update: &Update,
) -> Result<(), Failed> {
    let is_permitted = target.check_again(webhooks.is_own_address());
    is_permitted.map_err(|error| Failed { reason: error.text(), retry_after: None })?;
    let body = Bytes::from(serde_json::to_vec(update).unwrap_or_default());
    let started = std::time::Instant::now();
    let mut request = target.client.post(target.url.clone()).header("content-type", "application/json");
    if let Some(secret) = secret {
        request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
    }
    let outcome = answer(request.body(body.clone())).await;
    let (status, shown) = match &outcome {
        Ok((status, _, body)) => (*status, DisplayText::beginning(body)),
        Err(failed) => (0, failed.reason.clone().into()),
    };
    let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    // The address is never logged: it often contains a token.
    debug!(bot = bot.0, update = update.update_id, status, micros, "webhook called");
    host.inspector().record(Exchange {
        bot,
        protocol: "webhook",
        method: "update".into(),
        parameters: display_body(body),
        status,
        answer: shown,
        refusal: None,
        not_served: None,
        at: host.clock().now(),
        micros,
        is_injected: false,
    });
    let (status, retry_after, body) = outcome?;
    if !(200..300).contains(&status) {
        let reason = http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
        let reason = format!("Wrong response from the webhook: {status} {}", reason.unwrap_or_default());
        return Err(Failed { reason, retry_after });
    }
    if let Some((method, args)) = form::webhook_answer(&body) {
        // > It's not possible to know that such a request was successful or get its result.
        webhooks.call_method(host.clone(), bot, method, args).await;
    }
    Ok(())
}

/// Returns the text that OpenSSL has for a TLS error, since Telegram shows it to bots.
fn tls_error(error: &reqwest::Error) -> Option<&'static str> {
    let mut cause = std::error::Error::source(error);
    while let Some(current) = cause {
        match current.downcast_ref::<rustls::Error>() {
            // The server does not use TLS; most often it uses plain HTTP.
            Some(rustls::Error::InvalidMessage(_)) => {
                return Some("SSL error {error:0A00010B:SSL routines::wrong version number}");
            }
            Some(_) => return Some("SSL error {certificate verify failed}"),
            None => {}
        }
        // The source of an IO error is that of the error it wraps, so the wrapped error is taken instead.
        let wrapped = current.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        cause = match wrapped {
            Some(wrapped) => Some(wrapped),
            None => current.source(),
        };
    }
    None
}

/// Sends a request. Returns the status, the delay that a `Retry-After` header asks for, and the body.
async fn answer(request: reqwest::RequestBuilder) -> Result<(u16, Option<Duration>, Vec<u8>), Failed> {
    let failed = |error: reqwest::Error| {
        let reason = match error.is_connect() {
            true => tls_error(&error).unwrap_or("Connection refused"),
            false if error.is_timeout() => "Read timeout expired",
            false => "Webhook connection closed",
        };
        Failed { reason: reason.to_owned(), retry_after: None }
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
    async fn plain_http_and_an_untrusted_certificate_are_different_errors() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 1024]).await;
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").await;
        });
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let failed = answer(client.post(format!("https://127.0.0.1:{port}/"))).await.err().unwrap();
        assert_eq!(failed.reason, "SSL error {error:0A00010B:SSL routines::wrong version number}");
    }
}
