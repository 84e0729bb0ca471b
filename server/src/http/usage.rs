//! Traffic graphs as files: points as JSON, the picture as SVG or PNG, with the rights of the page they stand on.

use super::Web;
use super::downloads::{caller, language, refusal};
use app::Request as Visitor;
use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use domain::ServiceId;
use domain::usage::Range;
use services::{Error, Result, charts, usage};
use ui::prelude::Query;

const WIDTH: i32 = 960;
const HEIGHT: i32 = 300;
/// A slot is over after five minutes; what was asked within them need not be asked again.
const KEPT: &str = "private, max-age=300";

/// `/usage/SERVICE/day.png`, up to `?until=` when that is said.
pub async fn graph(
    State(web): State<Web>,
    Extension(visitor): Extension<Visitor>,
    Path((service, file)): Path<(ServiceId, String)>,
    RawQuery(text): RawQuery,
) -> Response {
    let Some(caller) = caller(&visitor) else { return Redirect::to("/sign-in").into_response() };
    let query = Query::parse(&text.unwrap_or_default());
    let until = query.get("until").and_then(|text| text.parse().ok());
    let Some((range, ending)) = file.split_once('.').and_then(|(range, ending)| Some((Range::from_slug(range)?, ending))) else {
        return refusal(Error::NotFound);
    };
    match usage::graph(&web.services, caller, service, range, until).await {
        Ok(graph) => match made(&visitor, &graph, ending) {
            Ok((kind, bytes)) => {
                let name = format!("inline; filename=\"{}\"", app::usage::file_name(&graph, ending));
                ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, KEPT)], [(header::CONTENT_DISPOSITION, name)], bytes)
                    .into_response()
            }
            Err(error) => refusal(error),
        },
        Err(error) => refusal(error),
    }
}

fn made(visitor: &Visitor, graph: &usage::Graph, ending: &str) -> Result<(&'static str, Vec<u8>)> {
    if ending == "json" {
        let bytes = serde_json::to_vec(graph).map_err(|error| Error::Internal(error.to_string()))?;
        return Ok(("application/json", bytes));
    }
    let drawn = app::usage::drawing(language(visitor), graph, &visitor.visit, WIDTH, HEIGHT)?;
    match ending {
        "svg" => Ok(("image/svg+xml", charts::on_paper(&drawn.svg, WIDTH, HEIGHT).into_bytes())),
        "png" => Ok(("image/png", charts::png(&drawn.svg, WIDTH, HEIGHT)?)),
        _ => Err(Error::NotFound),
    }
}

#[cfg(test)]
mod tests {
    use crate::http::house::{House, house};
    use axum::body::{Body, to_bytes};
    use axum::http::{Request, StatusCode, header};
    use domain::people::Role;
    use tower::ServiceExt;

    async fn ask(house: &House, host: &str, token: Option<&str>, file: &str) -> (StatusCode, String, Vec<u8>) {
        let path = house.arguments(&format!("/usage/{{service}}/{file}"));
        let mut request = Request::get(path).header(header::HOST, host);
        if let Some(token) = token {
            request = request.header(header::COOKIE, format!("lm_session={token}"));
        }
        let response = house.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let status = response.status();
        let kind = response.headers().get(header::CONTENT_TYPE).map(|kind| kind.to_str().unwrap().to_string()).unwrap_or_default();
        (status, kind, to_bytes(response.into_body(), 10_000_000).await.unwrap().to_vec())
    }

    #[tokio::test]
    async fn a_graph_is_for_those_who_may_see_its_page() {
        let house = house().await;
        let admin = house.somebody(&house.world.padma, Role::Admin, &[]).await;
        let himself = house.somebody(&house.world.padma, Role::Customer, &[]).await;
        for token in [&admin, &himself] {
            let (status, kind, body) = ask(&house, "padma.test", Some(token), "day.png").await;
            assert_eq!((status, kind.as_str(), body.get(1..4)), (StatusCode::OK, "image/png", Some(b"PNG".as_slice())));
            let (_, kind, body) = ask(&house, "padma.test", Some(token), "week.json").await;
            let graph: serde_json::Value = serde_json::from_slice(&body).unwrap();
            assert_eq!((kind.as_str(), graph["points"].as_array().unwrap().len()), ("application/json", 168));
            assert!(ask(&house, "padma.test", Some(token), "month.svg").await.2.starts_with(b"<svg"));
            assert_eq!(ask(&house, "padma.test", Some(token), "day.exe").await.0, StatusCode::NOT_FOUND);
        }
        let stranger = house.somebody(&house.world.meghna, Role::Admin, &[]).await;
        assert_eq!(ask(&house, "meghna.test", Some(&stranger), "day.json").await.0, StatusCode::NOT_FOUND);
        let clerk = house.somebody(&house.world.padma, Role::Staff, &[]).await;
        assert_eq!(ask(&house, "padma.test", Some(&clerk), "day.json").await.0, StatusCode::FORBIDDEN);
        assert!(ask(&house, "padma.test", None, "day.json").await.0.is_redirection());
    }
}
