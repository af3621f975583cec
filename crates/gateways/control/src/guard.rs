//! Who may call the control API: nobody whom a web page sent.
//!
//! A page on the internet can make a browser send requests to loopback, and by rebinding its name even read the
//! answers. So the `Host` must be one that this server is known by, and an `Origin`, where there is one, must be the
//! server's own; `null` is nobody's.

use crate::problem::Problem;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, StatusCode, header};
use std::sync::Arc;

/// The rules of one server.
#[derive(Debug, Default)]
pub struct Guard {
    /// Names beside loopback's own by which the server may be called (`--allowed-host`), without ports.
    pub allowed_hosts: Vec<String>,
    /// What callers must show (`Authorization: Bearer …`) when the server listens beyond loopback.
    pub token: Option<String>,
}

impl Guard {
    /// Whether MTProto may be spoken over a WebSocket: its clients have no token to show.
    pub fn admits_web_socket(&self, headers: &HeaderMap) -> bool {
        self.check_origin(headers).is_ok()
    }

    /// Checks the names by which the request calls this server and its own page: enough for what holds no secret.
    fn check_origin(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let host = text(headers, header::HOST).unwrap_or_default();
        let name = host_name(host);
        if !is_loopback(name) && !self.allowed_hosts.iter().any(|allowed| allowed.eq_ignore_ascii_case(name))
        {
            return Err(Problem::new(
                StatusCode::FORBIDDEN,
                "HOST_NOT_ALLOWED",
                format!("this server is not known as {name:?}; start it with --allowed-host {name}"),
            ));
        }
        if let Some(origin) = text(headers, header::ORIGIN) {
            let own = origin.split_once("://").is_some_and(|(scheme, origin)| {
                ["http", "https"].contains(&scheme) && origin.eq_ignore_ascii_case(host)
            });
            if !own {
                return Err(Problem::new(
                    StatusCode::FORBIDDEN,
                    "ORIGIN_NOT_ALLOWED",
                    "only pages of this server may call it",
                ));
            }
        }
        Ok(())
    }

    /// Checks all of it: for whoever acts in the world, or looks into it.
    fn check(&self, headers: &HeaderMap) -> Result<(), Problem> {
        self.check_origin(headers)?;
        if let Some(token) = &self.token {
            let digits = token.bytes().fold("token.".to_owned(), |text, byte| format!("{text}{byte:02x}"));
            let bearer = text(headers, header::AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer "));
            let offered = text(headers, header::SEC_WEBSOCKET_PROTOCOL).unwrap_or_default();
            // Scripts can't set a WebSocket's Authorization: they offer the token as a protocol, in hexadecimal digits.
            let is_shown = bearer.is_some_and(|shown| equal(shown.as_bytes(), token.as_bytes()))
                || offered.split(',').any(|shown| equal(shown.trim().as_bytes(), digits.as_bytes()));
            if !is_shown {
                return Err(Problem::new(
                    StatusCode::UNAUTHORIZED,
                    "TOKEN_REQUIRED",
                    "this server listens beyond loopback: send the token that it printed as Authorization: Bearer",
                ));
            }
        }
        Ok(())
    }
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name).map(|value| value.to_str().unwrap_or("?"))
}

/// Takes the same time wherever the difference is.
fn equal(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}

fn host_name(host: &str) -> &str {
    match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    }
}

fn is_loopback(name: &str) -> bool {
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// For the page itself: it holds no secret, and shows none without the API.
pub(crate) async fn page_layer(
    State(guard): State<Arc<Guard>>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    guard.check_origin(request.headers())?;
    Ok(next.run(request).await)
}

pub(crate) async fn layer(
    State(guard): State<Arc<Guard>>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    guard.check(request.headers())?;
    Ok(next.run(request).await)
}
