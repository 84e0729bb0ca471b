//! One request, taken apart: parameters, query and body are read whole or refused with the names of what is wrong.

use super::problem::Refusal;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{Datelike, NaiveDate};
use domain::Problem;
use domain::people::Caller;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use services::{Error, Services};
use std::str::FromStr;
use uuid::Uuid;

/// Rows of a list, when nothing else is asked for, and at most.
pub const USUAL: usize = 50;
pub const MOST: usize = 200;

pub struct Ask {
    pub services: Services,
    pub caller: Caller,
    pub path: Vec<(String, String)>,
    pub query: Vec<(String, String)>,
    pub body: Bytes,
    pub headers: HeaderMap,
    /// Scheme and host under which it was asked.
    pub base: String,
    /// The asker's own key for this request, made unmistakable among all askers.
    pub key: Option<String>,
}

/// Where in a list somebody is.
pub struct Walk {
    pub after: Option<String>,
    /// One more than the page holds: whether there is a next page shows by it.
    pub limit: usize,
}

/// A day that a calendar of ours can have.
pub fn day(field: &str, day: Option<NaiveDate>) -> services::Result<Option<NaiveDate>> {
    match day {
        Some(day) if !(1970..=9999).contains(&day.year()) => Err(wrong(field, "problem-date")),
        day => Ok(day),
    }
}

/// What a list knows of its own: the cursor goes by the key, which only grows.
pub trait Item {
    fn key(&self) -> String;
    /// What `If-Match` is held against.
    fn version(&self) -> Option<i32> {
        None
    }
}

fn wrong(field: &str, key: &str) -> Error {
    Error::Invalid(vec![Problem::new(field, key)])
}

impl Walk {
    /// The id behind which the page begins.
    pub fn after(&self) -> services::Result<Uuid> {
        match &self.after {
            None => Ok(Uuid::nil()),
            Some(text) => text.parse().map_err(|_| wrong("cursor", "problem-api-cursor")),
        }
    }

    pub fn limit(&self) -> i64 {
        i64::try_from(self.limit).unwrap_or(i64::MAX)
    }

    /// The page of a list that is read whole, because it is short.
    pub fn cut<T: Item>(&self, mut all: Vec<T>) -> Vec<T> {
        all.sort_by_key(Item::key);
        all.into_iter().filter(|item| self.after.as_ref().is_none_or(|after| item.key() > *after)).take(self.limit).collect()
    }
}

pub fn cursor(key: &str) -> String {
    URL_SAFE_NO_PAD.encode(key)
}

/// `a=b&c` taken apart, percent signs and plus read.
pub fn pairs(query: &str) -> Vec<(String, String)> {
    let query = ui::prelude::Query::parse(query);
    query.pairs().iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

impl Ask {
    /// An id out of the address; one that is none names nothing.
    pub fn id<T: FromStr>(&self) -> services::Result<T> {
        let text = self.path.iter().find(|(name, _)| name == "id").map(|(_, value)| value.as_str()).unwrap_or_default();
        text.parse().map_err(|_| Error::NotFound)
    }

    fn take(&mut self, name: &str) -> Result<Option<String>, Refusal> {
        let mut found = None;
        let mut twice = false;
        self.query.retain(|(known, value)| {
            let here = known == name;
            if here {
                twice |= found.replace(value.clone()).is_some();
            }
            !here
        });
        if twice { Err(wrong(name, "problem-api-twice").into()) } else { Ok(found) }
    }

    pub fn walk(&mut self) -> Result<Walk, Refusal> {
        let limit = match self.take("limit")? {
            None => USUAL,
            Some(text) => {
                let limit = text.parse().ok().filter(|limit| (1..=MOST).contains(limit));
                limit.ok_or_else(|| Error::Invalid(vec![Problem::new("limit", "problem-api-limit").with("most", MOST)]))?
            }
        };
        let after = match self.take("cursor")? {
            None => None,
            Some(text) => {
                let bytes = URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
                Some(bytes.ok_or_else(|| wrong("cursor", "problem-api-cursor"))?)
            }
        };
        Ok(Walk { after, limit: limit + 1 })
    }

    /// The fields that an answer shall have; `None`: all of them.
    pub fn fields<T: JsonSchema>(&mut self) -> Result<Option<Vec<String>>, Refusal> {
        let Some(text) = self.take("fields")? else { return Ok(None) };
        let known = properties::<T>();
        let fields: Vec<String> = text.split(',').map(str::trim).filter(|field| !field.is_empty()).map(str::to_owned).collect();
        match fields.iter().find(|field| !known.contains(*field)) {
            Some(unknown) => Err(Error::Invalid(vec![Problem::new("fields", "problem-api-field").with("name", unknown)]).into()),
            None => Ok(Some(fields)),
        }
    }

    /// What is left of the query: each parameter once, none unknown.
    pub fn parameters<Q: DeserializeOwned + JsonSchema>(&self) -> Result<Q, Refusal> {
        let mut map = Map::new();
        let known = properties::<Q>();
        let mut problems = Vec::new();
        for (name, value) in &self.query {
            if !known.contains(name) {
                problems.push(Problem::new(name, "problem-api-unknown"));
            } else if map.insert(name.clone(), Value::String(value.clone())).is_some() {
                problems.push(Problem::new(name, "problem-api-twice"));
            }
        }
        if !problems.is_empty() {
            return Err(Error::Invalid(problems).into());
        }
        read(Value::Object(map))
    }

    pub fn body<B: DeserializeOwned + JsonSchema>(&self) -> Result<B, Refusal> {
        let kind = self.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/json") {
            let words = "Send the body as application/json.";
            return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type").saying(words));
        }
        let value: Value = serde_json::from_slice(&self.body)
            .map_err(|error| Refusal::new(StatusCode::BAD_REQUEST, "json").saying(format!("The body is not JSON: {error}.")))?;
        let Value::Object(map) = &value else {
            return Err(Refusal::new(StatusCode::BAD_REQUEST, "json").saying("The body must be a JSON object."));
        };
        let known = properties::<B>();
        let unknown: Vec<Problem> =
            map.keys().filter(|name| !known.contains(*name)).map(|name| Problem::new(name, "problem-api-unknown")).collect();
        if !unknown.is_empty() {
            return Err(Error::Invalid(unknown).into());
        }
        read(value)
    }

    /// The version that somebody has seen, out of `If-Match`.
    pub fn version(&self) -> Result<i32, Refusal> {
        let Some(sent) = self.headers.get(header::IF_MATCH) else {
            let words = "Send the ETag of what you have read as If-Match.";
            return Err(Refusal::new(StatusCode::PRECONDITION_REQUIRED, "if-match").saying(words));
        };
        let number = sent.to_str().ok().and_then(|text| text.strip_prefix('"')?.strip_suffix('"')?.parse().ok());
        let words = "If-Match is the ETag of one version, with its quotation marks.";
        number.ok_or_else(|| Refusal::new(StatusCode::BAD_REQUEST, "if-match").saying(words))
    }
}

/// The names that a type has on the wire.
pub fn properties<T: JsonSchema>() -> Vec<String> {
    let schema = schemars::schema_for!(T);
    let names = |value: Option<&Value>| value.and_then(Value::as_object).map(|map| map.keys().cloned().collect::<Vec<_>>());
    names(schema.get("properties")).unwrap_or_default()
}

/// PostgreSQL's texts hold no zero byte, and neither does anything that a person typed.
fn holds_zero(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(holds_zero),
        Value::Object(map) => map.iter().any(|(name, value)| name.contains('\0') || holds_zero(value)),
        _ => false,
    }
}

fn read<T: DeserializeOwned>(value: Value) -> Result<T, Refusal> {
    if let Some(map) = value.as_object()
        && let Some((name, _)) = map.iter().find(|(_, value)| holds_zero(value))
    {
        return Err(wrong(name, "problem-api-zero").into());
    }
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        let words = error.inner().to_string();
        // What is missing is named by the words alone: the path ends above it.
        let missing = words.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
        match missing {
            Some(field) => wrong(field, "problem-required").into(),
            None => Error::Invalid(vec![Problem::new(path.trim_matches('.'), "problem-api-value").with("words", words)]).into(),
        }
    })
}
