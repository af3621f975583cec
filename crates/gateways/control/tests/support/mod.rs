//! A world of its own behind the API's routes, without a server.

use axum::Router;
use axum::body::Body;
use futures_util::StreamExt;
use http::{Method, Request, StatusCode};
use parlor_control::{Control, Guard, Leases, router};
use parlor_host::{ClockStart, Host, Options, Worlds};
use parlor_storage::Memory;
use parlor_world::Rules;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tower::ServiceExt;

/// An event that does not come fails the test, which would wait for ever.
const EVENT_DEADLINE: Duration = Duration::from_secs(10);

pub struct Api {
    router: Router,
    host: Host,
}

impl Api {
    pub fn new() -> Self {
        let options = Options { rules: Rules::default(), key: [1; 16], clock: ClockStart::System };
        let host = Host::open(Box::new(Memory::forgetting()), options).unwrap();
        let control = Control {
            worlds: Arc::new(Worlds::new(host.clone(), Rules::default())),
            guard: Arc::new(Guard::default()),
            mtproto: Arc::new(|_| Box::pin(async { Err(std::io::Error::other("not in this test")) })),
            call_bot: Arc::new(|_, _, _| Box::pin(async { None })),
            leases: Leases::new(false),
            data: None,
            after_reset: Arc::new(|_| Box::pin(async {})),
            is_method: |_| true,
            root: "http://127.0.0.1:8081".into(),
            waits: Arc::default(),
        };
        Self { router: router(control), host }
    }

    /// Users 1001 Ann, 1002 Bob and 1003 Cy, and the bots helper_bot (777) and quiet_bot (778, not for groups).
    pub async fn with_people() -> Self {
        let api = Self::new();
        for (id, name) in [(1001, "Ann"), (1002, "Bob"), (1003, "Cy")] {
            api.made("/users", &format!(r#"{{"id": {id}, "first_name": "{name}"}}"#)).await;
        }
        api.made("/bots", r#"{"id": 777, "username": "helper_bot", "name": "Helper"}"#).await;
        api.made("/bots", r#"{"id": 778, "username": "quiet_bot", "can_join_groups": false}"#).await;
        api
    }

    async fn response(&self, method: Method, path: &str, body: &str) -> axum::response::Response {
        let request =
            Request::builder().method(method).uri(format!("/control{path}")).header("host", "localhost");
        let mut request = request.body(Body::from(body.to_owned())).unwrap();
        request.extensions_mut().insert(self.host.clone());
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// The status and the body of an answer; null for none.
    pub async fn call(&self, method: Method, path: &str, body: &str) -> (StatusCode, Value) {
        let response = self.response(method, path, body).await;
        let status = response.status();
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    pub async fn get(&self, path: &str) -> Value {
        let (status, answer) = self.call(Method::GET, path, "").await;
        assert_eq!(status, StatusCode::OK, "{path}: {answer}");
        answer
    }

    /// A request that succeeds, whatever its answer.
    pub async fn made(&self, path: &str, body: &str) -> Value {
        let (status, answer) = self.call(Method::POST, path, body).await;
        assert!(status.is_success(), "{path} {body}: {status} {answer}");
        answer
    }

    /// The code of the problem with which a request is refused.
    pub async fn refused(&self, method: Method, path: &str, body: &str) -> String {
        let (status, answer) = self.call(method, path, body).await;
        assert!(!status.is_success(), "{path} {body}: {answer}");
        answer["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The first events of a stream.
    pub async fn events(&self, path: &str, count: usize) -> Vec<Value> {
        let response = self.response(Method::GET, path, "").await;
        let mut body = response.into_body().into_data_stream();
        let mut text = String::new();
        let is_event = |line: &&str| line.starts_with("data:");
        while text.lines().filter(is_event).count() < count || !text.ends_with("\n\n") {
            let next = tokio::time::timeout(EVENT_DEADLINE, body.next()).await;
            let bytes = next.ok().flatten().unwrap().unwrap();
            text.push_str(std::str::from_utf8(&bytes).unwrap());
        }
        let events = text.lines().filter_map(|line| line.strip_prefix("data:"));
        events.map(|json| serde_json::from_str(json).unwrap()).collect()
    }
}
