//! The document as it is, and as a page for people: one page of text with no script in it, open to everybody, because it
//! says nothing about anybody.

use super::document::whole;
use super::operations;
use super::problem::KINDS;
use crate::http::Web;
use crate::http::rates::{Class, Taken, stranger};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use std::fmt::Write;
use std::sync::LazyLock;

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| whole(&operations()));
static PAGE: LazyLock<String> = LazyLock::new(|| written(&DOCUMENT));

const STYLE: &str = include_str!("docs.css");

/// Counted by address: nobody needs a key for it.
fn counted(web: &Web, request: &Request) -> Option<Taken> {
    let ip = super::client(request);
    web.rates.take(Class::Public, stranger(ip), web.services.now())
}

fn told(taken: Option<Taken>, answer: impl FnOnce() -> Response) -> Response {
    let mut response = match &taken {
        Some(taken) if !taken.allowed => super::Refusal::too_many(taken.wait).into_response(),
        _ => answer(),
    };
    if let Some(taken) = taken {
        taken.tell(response.headers_mut());
    }
    response
}

pub async fn document(State(web): State<Web>, request: Request) -> Response {
    told(counted(&web, &request), || axum::Json(&*DOCUMENT).into_response())
}

pub async fn page(State(web): State<Web>, request: Request) -> Response {
    let nonce = format!("{:032x}", rand::random::<u128>());
    told(counted(&web, &request), || {
        let policy = format!("default-src 'none'; style-src 'nonce-{nonce}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'");
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        (StatusCode::OK, headers, PAGE.replace("{nonce}", &nonce)).into_response()
    })
}

fn safe(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Writing to a text does not fail.
fn add(page: &mut String, words: std::fmt::Arguments<'_>) {
    let _ = page.write_fmt(words);
}

fn written(document: &Value) -> String {
    let mut page = String::new();
    add(
        &mut page,
        format_args!(
            "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>Lastmile API</title><style nonce=\"{{nonce}}\">{STYLE}</style></head><body><main><h1>Lastmile API</h1><p>{}</p>",
            safe(document["info"]["description"].as_str().unwrap_or_default())
        ),
    );
    page.push_str(
        "<p>Make a key at <a href=\"/account/keys\">/account/keys</a> and send it as <code>Authorization: Bearer KEY</code>. \
         The same for programs: <a href=\"/api/v1/openapi.json\">openapi.json</a> (OpenAPI 3.1).</p>\
         <h2 id=\"rules\">Rules</h2><ul>\
         <li>A list answers <code>{\"items\": […], \"next\": cursor or null}</code>; ask again with <code>cursor=</code> until it is null. \
         Rows come in the order in which they were made, so nothing is shown twice and what is added comes at the end.</li>\
         <li><code>fields=id,name</code> leaves out the rest.</li>\
         <li>Each POST carries an <code>Idempotency-Key</code>. The same key and body within 24 hours get the same answer; nothing happens twice.</li>\
         <li>What can be changed has an <code>ETag</code>; send it as <code>If-Match</code>.</li>\
         <li><code>RateLimit</code> and <code>RateLimit-Policy</code> say how often a key may still ask; 429 says after how many seconds.</li></ul>",
    );
    let paths = document["paths"].as_object().into_iter().flatten();
    let all: Vec<(&String, &String, &Value)> =
        paths.flat_map(|(path, methods)| methods.as_object().into_iter().flatten().map(move |(method, one)| (path, method, one))).collect();
    page.push_str("<h2 id=\"operations\">What can be asked for</h2><nav><ul>");
    for (path, method, one) in &all {
        let id = one["operationId"].as_str().unwrap_or_default();
        add(&mut page, format_args!("<li><a href=\"#{id}\"><b>{}</b> <code>{}</code></a></li>", method.to_uppercase(), safe(path)));
    }
    page.push_str("</ul></nav>");
    for (path, method, one) in all {
        operation(&mut page, path, method, one);
    }
    schemas(&mut page, document);
    page.push_str("<h2 id=\"problems\">What can be wrong</h2><dl>");
    for (kind, title) in KINDS {
        add(&mut page, format_args!("<dt id=\"problem-{kind}\"><code>{kind}</code></dt><dd>{}.</dd>", safe(title)));
    }
    page.push_str("</dl></main></body></html>");
    page
}

fn operation(page: &mut String, path: &str, method: &str, one: &Value) {
    let id = one["operationId"].as_str().unwrap_or_default();
    let summary = safe(one["summary"].as_str().unwrap_or_default());
    let scopes = safe(one["description"].as_str().unwrap_or_default());
    add(
        page,
        format_args!(
            "<section id=\"{id}\"><h3><b>{}</b> <code>{}</code></h3><p>{summary}. <small>{scopes}</small></p>",
            method.to_uppercase(),
            safe(path)
        ),
    );
    let parameters: Vec<&Value> = one["parameters"].as_array().into_iter().flatten().collect();
    if !parameters.is_empty() {
        page.push_str("<table><thead><tr><th>Parameter</th><th>In</th><th>Kind</th><th>Meaning</th></tr></thead><tbody>");
        for parameter in parameters {
            let must = if parameter["required"] == true { " *" } else { "" };
            let text = |name: &str| safe(parameter[name].as_str().unwrap_or_default());
            add(
                page,
                format_args!(
                    "<tr><td><code>{}</code>{must}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                    text("name"),
                    text("in"),
                    kind(&parameter["schema"]),
                    text("description")
                ),
            );
        }
        page.push_str("</tbody></table>");
    }
    let content = |value: &Value| value["content"].as_object().and_then(|kinds| kinds.values().next()).map(|one| kind(&one["schema"]));
    if let Some(body) = content(&one["requestBody"]) {
        add(page, format_args!("<p>Body: {body}</p>"));
    }
    for (status, response) in one["responses"].as_object().into_iter().flatten().filter(|(status, _)| *status != "default") {
        let what = content(response).unwrap_or_default();
        add(page, format_args!("<p>{status}: {what} {}</p>", safe(response["description"].as_str().unwrap_or_default())));
    }
    let asked = path.replace("{id}", "ID");
    let more = match method {
        "get" => String::new(),
        "post" => " \\\n  -X POST -H 'Idempotency-Key: 2026-0001' -H 'Content-Type: application/json' -d '{…}'".into(),
        _ => " \\\n  -X PATCH -H 'If-Match: \"1\"' -H 'Content-Type: application/json' -d '{…}'".into(),
    };
    add(page, format_args!("<pre>curl -H \"Authorization: Bearer $KEY\" https://your.host{}{}</pre></section>", safe(&asked), safe(&more)));
}

fn schemas(page: &mut String, document: &Value) {
    page.push_str("<h2 id=\"schemas\">Shapes</h2>");
    for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
        add(
            page,
            format_args!(
                "<section id=\"schema-{name}\"><h3>{name}</h3><p>{}</p>",
                safe(schema["description"].as_str().unwrap_or_default())
            ),
        );
        page.push_str("<table><thead><tr><th>Field</th><th>Kind</th><th>Meaning</th></tr></thead><tbody>");
        for (field, one) in schema["properties"].as_object().into_iter().flatten() {
            let words = safe(one["description"].as_str().unwrap_or_default());
            add(page, format_args!("<tr><td><code>{field}</code></td><td>{}</td><td>{words}</td></tr>", kind(one)));
        }
        page.push_str("</tbody></table></section>");
    }
}

/// What kind of value a schema asks for, in a word or two.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return format!("<a href=\"#schema-{name}\">{name}</a>");
    }
    if let Some(any) = schema["anyOf"].as_array() {
        return any.iter().map(kind).collect::<Vec<_>>().join(" or ");
    }
    let of = |one: &Value| match one.as_str() {
        Some("array") => format!("list of {}", kind(&schema["items"])),
        Some("object") if schema["properties"]["items"].is_object() => format!("page of {}", kind(&schema["properties"]["items"]["items"])),
        Some("string") => schema["format"].as_str().unwrap_or("text").to_owned(),
        Some(other) => other.to_owned(),
        None => String::new(),
    };
    match &schema["type"] {
        Value::Array(kinds) => kinds.iter().map(of).collect::<Vec<_>>().join(" or "),
        one => of(one),
    }
}
