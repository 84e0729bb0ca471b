//! One thing that a program can ask for: where, with which scope, what it sends and gets. Its types are read once for
//! the answer and once for the document, so that the two cannot disagree.

use super::ask::{Ask, Item, Walk, cursor};
use super::problem::Refusal;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::rights::Permission;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

pub type Running = Pin<Box<dyn Future<Output = Result<Answer, Refusal>> + Send>>;
pub type Run = Arc<dyn Fn(Ask) -> Running + Send + Sync>;
type Describe = fn(&mut SchemaGenerator) -> Schema;

/// What goes out.
pub enum Answer {
    Json { status: StatusCode, value: Value, location: Option<String>, version: Option<i32> },
    Pdf { name: String, bytes: Vec<u8> },
}

/// What an answer is, for the document.
#[derive(Clone, Copy)]
pub enum Gives {
    One(Describe),
    /// Made anew, with its address.
    New(Describe),
    Many(Describe),
    Pdf,
}

pub struct Operation {
    pub method: Method,
    /// Below `/api/v1`.
    pub path: &'static str,
    pub id: &'static str,
    pub summary: &'static str,
    /// All of them.
    pub scopes: Scopes,
    pub query: Option<Describe>,
    pub body: Option<Describe>,
    pub gives: Gives,
    /// Asks which version is meant.
    pub versioned: bool,
    pub run: Run,
}

fn describe<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// Nothing beside what every list or every read takes.
#[derive(serde::Deserialize, JsonSchema)]
pub struct NoQuery {}

pub type Scopes = &'static [Permission];
type Named = (&'static str, &'static str, &'static str);

/// A list: page by page, in an order that only grows.
pub fn list<Q, T, F, Fut>((path, id, summary): Named, scopes: Scopes, run: F) -> Operation
where
    Q: DeserializeOwned + JsonSchema + Send + 'static,
    T: Item + Serialize + JsonSchema + Send + 'static,
    F: Fn(Ask, Q, Walk) -> Fut + Copy + Send + Sync + 'static,
    Fut: Future<Output = services::Result<Vec<T>>> + Send + 'static,
{
    let run: Run = Arc::new(move |mut ask| {
        Box::pin(async move {
            let walk = ask.walk()?;
            let fields = ask.fields::<T>()?;
            let query = ask.parameters::<Q>()?;
            let most = walk.limit - 1;
            let mut items = run(ask, query, walk).await?;
            let more = items.len() > most;
            items.truncate(most);
            let next = items.last().filter(|_| more).map(|last| cursor(&last.key()));
            let items: Vec<Value> = items.iter().map(|item| chosen(item, fields.as_deref())).collect::<Result<_, _>>()?;
            Ok(Answer::Json { status: StatusCode::OK, value: json!({ "items": items, "next": next }), location: None, version: None })
        })
    });
    let query = Some(describe::<Q> as Describe);
    Operation {
        method: Method::GET,
        path,
        id,
        summary,
        scopes,
        query,
        body: None,
        gives: Gives::Many(describe::<T>),
        versioned: false,
        run,
    }
}

/// One thing by its id.
pub fn read<T, F, Fut>((path, id, summary): Named, scopes: Scopes, run: F) -> Operation
where
    T: Item + Serialize + JsonSchema + Send + 'static,
    F: Fn(Ask) -> Fut + Copy + Send + Sync + 'static,
    Fut: Future<Output = services::Result<T>> + Send + 'static,
{
    let run: Run = Arc::new(move |mut ask| {
        Box::pin(async move {
            let fields = ask.fields::<T>()?;
            ask.parameters::<NoQuery>()?;
            let item = run(ask).await?;
            let value = chosen(&item, fields.as_deref())?;
            Ok(Answer::Json { status: StatusCode::OK, value, location: None, version: item.version() })
        })
    });
    let query = Some(describe::<NoQuery> as Describe);
    Operation { method: Method::GET, path, id, summary, scopes, query, body: None, gives: Gives::One(describe::<T>), versioned: false, run }
}

/// A file.
pub fn file<F, Fut>((path, id, summary): Named, scopes: Scopes, run: F) -> Operation
where
    F: Fn(Ask) -> Fut + Copy + Send + Sync + 'static,
    Fut: Future<Output = services::Result<(String, Vec<u8>)>> + Send + 'static,
{
    let run: Run = Arc::new(move |ask| {
        Box::pin(async move {
            ask.parameters::<NoQuery>()?;
            let (name, bytes) = run(ask).await?;
            Ok(Answer::Pdf { name, bytes })
        })
    });
    Operation { method: Method::GET, path, id, summary, scopes, query: None, body: None, gives: Gives::Pdf, versioned: false, run }
}

/// Makes something; answers with it and says where it is.
pub fn create<B, T, F, Fut>(named: Named, at: &'static str, scopes: Scopes, run: F) -> Operation
where
    B: DeserializeOwned + JsonSchema + Send + 'static,
    T: Item + Serialize + JsonSchema + Send + 'static,
    F: Fn(Ask, B) -> Fut + Copy + Send + Sync + 'static,
    Fut: Future<Output = services::Result<T>> + Send + 'static,
{
    write(Way::Makes(at), named, scopes, move |ask, body, _| run(ask, body))
}

/// Does something with one thing; answers with what has become of it.
pub fn act<B, T, F, Fut>(named: Named, scopes: Scopes, run: F) -> Operation
where
    B: DeserializeOwned + JsonSchema + Send + 'static,
    T: Item + Serialize + JsonSchema + Send + 'static,
    F: Fn(Ask, B) -> Fut + Copy + Send + Sync + 'static,
    Fut: Future<Output = services::Result<T>> + Send + 'static,
{
    write(Way::Acts, named, scopes, move |ask, body, _| run(ask, body))
}

/// Changes one thing as it was read: a version that is old is refused.
pub fn change<B, T, F, Fut>(named: Named, scopes: Scopes, run: F) -> Operation
where
    B: DeserializeOwned + JsonSchema + Send + 'static,
    T: Item + Serialize + JsonSchema + Send + 'static,
    F: Fn(Ask, B, i32) -> Fut + Copy + Send + Sync + 'static,
    Fut: Future<Output = services::Result<T>> + Send + 'static,
{
    write(Way::Changes, named, scopes, run)
}

/// What a body is sent for.
#[derive(Clone, Copy)]
enum Way {
    /// What is made stands below this path then.
    Makes(&'static str),
    Acts,
    Changes,
}

/// `run` is handed the version that is changed, and 0 where none is asked for.
fn write<B, T, F, Fut>(way: Way, (path, id, summary): Named, scopes: Scopes, run: F) -> Operation
where
    B: DeserializeOwned + JsonSchema + Send + 'static,
    T: Item + Serialize + JsonSchema + Send + 'static,
    F: Fn(Ask, B, i32) -> Fut + Copy + Send + Sync + 'static,
    Fut: Future<Output = services::Result<T>> + Send + 'static,
{
    let versioned = matches!(way, Way::Changes);
    let run: Run = Arc::new(move |ask| {
        Box::pin(async move {
            ask.parameters::<NoQuery>()?;
            let version = if versioned { ask.version()? } else { 0 };
            let body = ask.body::<B>()?;
            let item = run(ask, body, version).await?;
            let (status, location) = match way {
                Way::Makes(at) => (StatusCode::CREATED, Some(format!("/api/v1{at}/{}", item.key()))),
                Way::Acts | Way::Changes => (StatusCode::OK, None),
            };
            Ok(Answer::Json { status, value: chosen(&item, None)?, location, version: item.version() })
        })
    });
    Operation {
        method: if versioned { Method::PATCH } else { Method::POST },
        path,
        id,
        summary,
        scopes,
        query: None,
        body: Some(describe::<B>),
        gives: if matches!(way, Way::Makes(_)) { Gives::New(describe::<T>) } else { Gives::One(describe::<T>) },
        versioned,
        run,
    }
}

/// The thing with these fields of it; its id is always among them.
fn chosen<T: Serialize>(item: &T, fields: Option<&[String]>) -> Result<Value, Refusal> {
    let mut value = serde_json::to_value(item).map_err(|error| services::Error::Internal(error.to_string()))?;
    if let (Some(fields), Some(map)) = (fields, value.as_object_mut()) {
        map.retain(|name, _| name == "id" || fields.contains(name));
    }
    Ok(value)
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        match self {
            Answer::Json { status, value, location, version } => {
                let mut response = (status, axum::Json(value)).into_response();
                let headers = response.headers_mut();
                if let Some(location) = location.and_then(|location| HeaderValue::from_str(&location).ok()) {
                    headers.insert(header::LOCATION, location);
                }
                if let Some(etag) = version.and_then(|version| HeaderValue::from_str(&format!("\"{version}\"")).ok()) {
                    headers.insert(header::ETAG, etag);
                }
                response
            }
            Answer::Pdf { name, bytes } => {
                let disposition = format!("attachment; filename=\"{name}.pdf\"");
                ([(header::CONTENT_TYPE, "application/pdf".to_string()), (header::CONTENT_DISPOSITION, disposition)], bytes).into_response()
            }
        }
    }
}
