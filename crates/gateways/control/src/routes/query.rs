//! Refuses unknown query parameters, as unknown fields of bodies are refused. Otherwise a misspelled `after` would silently
//! change the answer.

use crate::problem::Problem;
use axum::extract::{MatchedPath, Query, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use std::collections::HashMap;
use std::sync::Arc;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::{OpenApi, RefOr};

/// The query parameters of each operation in the OpenAPI document, by method and path.
pub(super) struct Queries(HashMap<(&'static str, String), Vec<String>>);

impl Queries {
    pub(super) fn of(document: &OpenApi) -> Self {
        let mut all = HashMap::new();
        for (path, item) in &document.paths.paths {
            let methods = [
                ("GET", &item.get),
                ("POST", &item.post),
                ("PUT", &item.put),
                ("PATCH", &item.patch),
                ("DELETE", &item.delete),
            ];
            for (method, operation) in methods {
                if let Some(operation) = operation {
                    all.insert((method, path.clone()), names(operation));
                }
            }
        }
        Self(all)
    }

    fn check(&self, request: &Request) -> Result<(), Problem> {
        let Some(path) = request.extensions().get::<MatchedPath>() else { return Ok(()) };
        let method = match request.method().as_str() {
            "HEAD" => "GET",
            method => method,
        };
        let mut known = self.0.iter().filter(|((of, at), _)| *of == method && at == path.as_str());
        let Some((_, known)) = known.next() else { return Ok(()) };
        let given = Query::<Vec<(String, String)>>::try_from_uri(request.uri());
        let given = given.map_err(|rejection| Problem::bad_request(rejection.body_text()))?;
        match given.iter().find(|(name, _)| !known.contains(name)) {
            None => Ok(()),
            Some((name, _)) if known.is_empty() => {
                Err(Problem::bad_request(format!("unknown query parameter {name:?}: there are none here")))
            }
            Some((name, _)) => {
                let known = known.join(", ");
                Err(Problem::bad_request(format!("unknown query parameter {name:?}, expected {known}")))
            }
        }
    }
}

fn names(operation: &Operation) -> Vec<String> {
    let parameters = operation.parameters.iter().flatten().filter_map(|parameter| match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(_) => None,
    });
    let query = parameters.filter(|parameter| parameter.parameter_in == ParameterIn::Query);
    query.map(|parameter| parameter.name.clone()).collect()
}

pub(super) async fn layer(
    State(queries): State<Arc<Queries>>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    queries.check(&request)?;
    Ok(next.run(request).await)
}
