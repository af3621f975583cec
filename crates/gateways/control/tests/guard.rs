//! Who may call a server that listens beyond loopback, or has names of its own.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use axum::body::Body;
use http::{Request, StatusCode};
use parlor_control::{Control, Guard, Leases, router};
use parlor_host::{ClockStart, Host, Options, Worlds};
use parlor_journal::Memory;
use parlor_world::Rules;
use std::sync::Arc;
use tower::ServiceExt;

async fn status(guard: Guard, headers: &[(&str, &str)]) -> StatusCode {
    let options = Options { rules: Rules::default(), key: [1; 16], clock: ClockStart::System };
    let host = Host::open(Box::new(Memory::forgetting()), options).unwrap();
    let control = Control {
        worlds: Arc::new(Worlds::new(host.clone(), Rules::default())),
        guard: Arc::new(guard),
        mtproto: Arc::new(|_| Box::pin(async { Err(std::io::Error::other("not in this test")) })),
        call_bot: Arc::new(|_, _, _| Box::pin(async { None })),
        leases: Leases::new(false),
        data: None,
        root: "http://127.0.0.1:8081".into(),
    };
    let mut request = Request::get("/control/users");
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
        assert_eq!(status(guard(), headers).await.as_u16(), expected, "{headers:?}");
    }
}
