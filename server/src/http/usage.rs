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
