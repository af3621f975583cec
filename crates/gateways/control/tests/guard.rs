//! Who may call a server that listens beyond loopback, or has names of its own.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use axum::body::Body;
use http::{Request, StatusCode};
use parlor_control::{Control, Guard, Leases, router};
use parlor_host::{ClockStart, Host, Options, Worlds};
use parlor_storage::Memory;
use parlor_world::Rules;
use std::sync::Arc;
use tower::ServiceExt;

/// Names and values.
type Headers = &'static [(&'static str, &'static str)];

async fn status(guard: Guard, target: &str, headers: &[(&str, &str)]) -> StatusCode {
    let options = Options { rules: Rules::default(), key: [1; 16], clock: ClockStart::System };
    let host = Host::open(Box::new(Memory::forgetting()), options).unwrap();
    let control = Control {
        worlds: Arc::new(Worlds::new(host.clone(), Rules::default())),
        guard: Arc::new(guard),
        mtproto: Arc::new(|_| Box::pin(async { Err(std::io::Error::other("not in this test")) })),
        call_bot: Arc::new(|_, _, _| Box::pin(async { None })),
        leases: Leases::new(false),
        data: None,
        after_reset: Arc::new(|_| Box::pin(async {})),
        is_method: |_| true,
        root: "http://127.0.0.1:8081".into(),
        waits: Arc::default(),
    };
    let mut request = Request::get(target);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(Body::empty()).unwrap();
    request.extensions_mut().insert(host);
    router(control).oneshot(request).await.unwrap().status()
}

#[tokio::test]
async fn a_token_is_asked_for_when_there_is_one() {
    let guard = || Guard { allowed_hosts: vec!["parlor.test".to_owned()], token: Some("secret".to_owned()) };
    let right = ("authorization", "Bearer secret");
    let table: [(&[(&str, &str)], u16); 10] = [
        (&[("host", "127.0.0.1:8081")], 401),
        (&[("host", "127.0.0.1:8081"), ("authorization", "Bearer other")], 401),
        (&[("host", "127.0.0.1:8081"), ("authorization", "secret")], 401),
        (&[("host", "127.0.0.1:8081"), right], 200),
        (&[("host", "parlor.test"), right], 200),
        (&[("host", "PARLOR.test:8081"), right, ("origin", "http://parlor.test:8081")], 200),
        (&[("host", "parlor.test"), ("sec-websocket-protocol", "parlor, token.736563726574")], 200),
        (&[("host", "parlor.test"), ("sec-websocket-protocol", "parlor, token.736563726575")], 401),
        (&[("host", "other.test"), right], 403),
        (&[("host", "parlor.test"), right, ("origin", "http://other.test")], 403),
    ];
    for (headers, expected) in table {
        assert_eq!(status(guard(), "/control/users", headers).await.as_u16(), expected, "{headers:?}");
    }
}

/// Names that only look like this server's, and requests that call it by two.
#[tokio::test]
async fn lookalikes_of_our_names_are_refused() {
    let table: [(&str, Headers, u16); 19] = [
        ("/control/users", &[("host", "localhost")], 200),
        ("/control/users", &[("host", "LOCALHOST:8081")], 200),
        ("/control/users", &[("host", "127.0.0.1")], 200),
        ("/control/users", &[("host", "[::1]")], 200),
        ("/control/users", &[("host", "[::1]:8081")], 200),
        ("/control/users", &[("host", "[localhost].evil.com")], 403),
        ("/control/users", &[("host", "[::1].evil.com")], 403),
        ("/control/users", &[("host", "[::1")], 403),
        ("/control/users", &[("host", "localhost:80.evil.com")], 403),
        ("/control/users", &[("host", "localhost:80:80")], 403),
        ("/control/users", &[("host", "localhost.evil.com")], 403),
        ("/control/users", &[("host", "")], 403),
        ("/control/users", &[], 403),
        ("/control/users", &[("host", "localhost"), ("host", "evil.com")], 403),
        (
            "/control/users",
            &[("host", "localhost"), ("origin", "http://localhost"), ("origin", "http://evil.com")],
            403,
        ),
        ("/control/users", &[("host", "localhost"), ("origin", "null")], 403),
        ("http://evil.com/control/users", &[("host", "localhost")], 403),
        ("http://evil.com/control/users", &[("host", "evil.com")], 403),
        ("http://localhost:8081/control/users", &[("host", "localhost:8081")], 200),
    ];
    for (target, headers, expected) in table {
        let found = status(Guard::default(), target, headers).await;
        assert_eq!(found.as_u16(), expected, "{target} {headers:?}");
    }
}

#[test]
fn who_may_make_a_bot_by_its_token() {
    let guard = Guard { allowed_hosts: vec!["parlor".to_owned()], token: None };
    let table: [(&str, Headers, bool); 9] = [
        ("/", &[("host", "localhost:8081")], true),
        ("/", &[("host", "parlor:8081")], true),
        // An address can't be rebound; a container may know no other name of this server.
        ("/", &[("host", "172.17.0.2:8081")], true),
        ("/", &[("host", "localhost"), ("origin", "http://localhost")], true),
        ("/", &[("host", "localhost"), ("origin", "https://evil.com")], false),
        ("/", &[("host", "172.17.0.2:8081"), ("origin", "https://evil.com")], false),
        ("/", &[("host", "evil.com")], false),
        ("/", &[("host", "localhost"), ("host", "evil.com")], false),
        ("http://evil.com/", &[("host", "localhost")], false),
    ];
    for (target, headers, allowed) in table {
        let mut map = http::HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        let refused = guard.refuse_adoption(&target.parse().unwrap(), &map);
        assert_eq!(refused.is_none(), allowed, "{target} {headers:?}: {refused:?}");
    }
}
