//! Restricts access to the control API: pages of other sites are refused, and beyond loopback the token is required.
//!
//! A web page of another site can make a browser send requests to loopback, and with DNS rebinding it can even read the
//! answers. So the `Host` must be a name of this server, and an `Origin`, if there is one, must be the server's own, which
//! `null` is not.

use crate::problem::Problem;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use subtle::ConstantTimeEq;

/// The access rules of one server.
#[derive(Debug, Default)]
pub struct Guard {
    /// Allowed host names (`--allowed-host`) beside those of loopback, without ports.
    pub allowed_hosts: Vec<String>,
    /// The token that callers must send (`Authorization: Bearer …`) if the server listens beyond loopback.
    pub token: Option<String>,
}

impl Guard {
    /// Returns whether an MTProto connection over a WebSocket is allowed. MTProto clients can't send the token.
    pub fn admits_web_socket(&self, headers: &HeaderMap) -> bool {
        self.check_origin(&Uri::default(), headers).is_ok()
    }

    /// Returns the reason why a request to the Bot API must not create a bot by its token; `None` if it may.
    ///
    /// A numeric address counts as a name of this server, because DNS rebinding is not possible with it.
    pub fn refuse_adoption(&self, uri: &Uri, headers: &HeaderMap) -> Option<String> {
        let target = Target::read(uri, headers);
        let is_address = |target: &Target| target.name.parse::<IpAddr>().is_ok();
        let checked = target.and_then(|target| match is_address(&target) {
            true => check_page(headers, &target),
            false => self.check_names(headers, &target),
        });
        checked.err().map(|problem| problem.detail)
    }

    /// Checks `Host` and `Origin` only, which is sufficient for routes without secrets.
    fn check_origin(&self, uri: &Uri, headers: &HeaderMap) -> Result<(), Problem> {
        self.check_names(headers, &Target::read(uri, headers)?)
    }

    fn check_names(&self, headers: &HeaderMap, target: &Target) -> Result<(), Problem> {
        let name = target.name;
        let is_allowed = |allowed: &String| allowed.eq_ignore_ascii_case(name);
        if !is_loopback(name) && !self.allowed_hosts.iter().any(is_allowed) {
            return Err(refused(
                "HOST_NOT_ALLOWED",
                format!("this server is not known as {name:?}; start it with --allowed-host {name}"),
            ));
        }
        check_page(headers, target)
    }

    /// Checks `Host`, `Origin` and the token, for routes that read or change the world.
    fn check(&self, uri: &Uri, headers: &HeaderMap) -> Result<(), Problem> {
        self.check_origin(uri, headers)?;
        if let Some(token) = &self.token {
            let digits = token.bytes().fold("token.".to_owned(), |text, byte| format!("{text}{byte:02x}"));
            let bearer = text(headers, header::AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer "));
            let offered = text(headers, header::SEC_WEBSOCKET_PROTOCOL).unwrap_or_default();
            // Scripts can't set the Authorization header of a WebSocket: they send the token as a subprotocol, in
            // hexadecimal digits.
            let is_valid = bearer.is_some_and(|shown| equal(shown.as_bytes(), token.as_bytes()))
                || offered.split(',').any(|shown| equal(shown.trim().as_bytes(), digits.as_bytes()));
            if !is_valid {
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

/// Constant-time equality.
fn equal(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

/// The name of this server in a request: its `Host`.
struct Target<'a> {
    host: &'a str,
    name: &'a str,
}

impl<'a> Target<'a> {
    fn read(uri: &'a Uri, headers: &'a HeaderMap) -> Result<Self, Problem> {
        let mut hosts = headers.get_all(header::HOST).iter();
        let (host, None) = (hosts.next(), hosts.next()) else {
            return Err(refused("HOST_NOT_ALLOWED", "a request has one Host"));
        };
        let host = host.map_or("", |value| value.to_str().unwrap_or("?"));
        // > When a proxy receives a request with an absolute-form of request-target, the proxy MUST ignore the received
        // > Host header field (if any) and instead replace it with the host information of the request-target.
        // If both are present and differ, the request is refused as an attempt to bypass this check.
        if uri.authority().is_some_and(|authority| !authority.as_str().eq_ignore_ascii_case(host)) {
            return Err(refused("HOST_NOT_ALLOWED", "the request's target and its Host differ"));
        }
        let Some(name) = host_name(host) else {
            return Err(refused(
                "HOST_NOT_ALLOWED",
                format!("{host:?} is not a name with or without a port"),
            ));
        };
        Ok(Self { host, name })
    }
}

/// Refuses requests from pages of other sites.
fn check_page(headers: &HeaderMap, target: &Target) -> Result<(), Problem> {
    let is_own = |origin: &HeaderValue| {
        let origin = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
        origin.is_some_and(|(scheme, host)| {
            ["http", "https"].contains(&scheme) && host.eq_ignore_ascii_case(target.host)
        })
    };
    match headers.get_all(header::ORIGIN).iter().all(is_own) {
        true => Ok(()),
        false => Err(refused("ORIGIN_NOT_ALLOWED", "only pages of this server may call it")),
    }
}

fn refused(code: &str, detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, code, detail)
}

/// Returns the name in a `Host`, which is a name or an address with an optional port; `None` if it is invalid.
fn host_name(host: &str) -> Option<&str> {
    let (name, port) = match host.strip_prefix('[') {
        Some(rest) => {
            let (name, port) = rest.split_once(']')?;
            name.parse::<Ipv6Addr>().ok()?;
            (name, if port.is_empty() { None } else { Some(port.strip_prefix(':')?) })
        }
        None => host.split_once(':').map_or((host, None), |(name, port)| (name, Some(port))),
    };
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    (!name.is_empty() && port.is_none_or(is_port)).then_some(name)
}

fn is_loopback(name: &str) -> bool {
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Checks requests for the page's files without a token, since the files contain no secrets.
pub(crate) async fn page_layer(
    State(guard): State<Arc<Guard>>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    guard.check_origin(request.uri(), request.headers())?;
    Ok(next.run(request).await)
}

pub(crate) async fn layer(
    State(guard): State<Arc<Guard>>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    guard.check(request.uri(), request.headers())?;
    Ok(next.run(request).await)
}
