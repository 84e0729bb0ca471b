//! The REST interface of a simulated router: GET, PUT, PATCH and DELETE on rows, POST for any command, over the same tree
//! as the binary API. Routers before 7.1 answer as if nothing were there. It speaks just as much HTTP/1.1 as curl and our
//! client need, and by hand, because it has to be able to break off in the middle of an answer.

use super::menus::{Kind, menu_at};
use super::tree::{Outcome, Refusal, Request, Values};
use super::{Device, torn};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use std::io;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// More than this is no request.
const MOST: usize = 1 << 20;

struct Asked {
    method: String,
    /// Still with what is percent-encoded.
    target: String,
    authorization: String,
    body: Vec<u8>,
    close: bool,
}

struct Told {
    status: u16,
    body: Value,
}

/// Answers request after request until the other side goes.
pub async fn serve<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, device: &Arc<Device>) -> io::Result<()> {
    let mut buffer = Vec::new();
    loop {
        let Some(asked) = hear(&mut stream, &mut buffer).await? else { return Ok(()) };
        let delay = device.manner().delay;
        tokio::time::sleep(delay).await;
        let told = device.told(&asked);
        let bytes = told.written();
        if torn(device) {
            stream.write_all(bytes.get(..bytes.len() / 2).unwrap_or_default()).await?;
            return stream.shutdown().await;
        }
        stream.write_all(&bytes).await?;
        stream.flush().await?;
        // Who loads a backup starts again.
        if asked.close || asked.target.ends_with("/system/backup/load") {
            return stream.shutdown().await;
        }
    }
}

async fn hear<S: AsyncRead + Unpin>(stream: &mut S, buffer: &mut Vec<u8>) -> io::Result<Option<Asked>> {
    let end = loop {
        if let Some(at) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            break at;
        }
        if buffer.len() > MOST {
            return Err(io::ErrorKind::InvalidData.into());
        }
        if stream.read_buf(buffer).await? == 0 {
            return Ok(None);
        }
    };
    let head = String::from_utf8_lossy(buffer.get(..end).unwrap_or_default()).into_owned();
    let mut lines = head.lines();
    let mut first = lines.next().unwrap_or_default().split(' ').map(str::to_owned);
    let (method, target) = (first.next().unwrap_or_default(), first.next().unwrap_or_default());
    let headers: Vec<(String, &str)> =
        lines.filter_map(|line| line.split_once(':')).map(|(name, value)| (name.to_ascii_lowercase(), value.trim())).collect();
    let header = |wanted: &str| headers.iter().find(|(name, _)| name == wanted).map(|(_, value)| *value).unwrap_or_default();
    let length: usize = header("content-length").parse().unwrap_or(0);
    if length > MOST {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let whole = end + 4 + length;
    while buffer.len() < whole {
        if stream.read_buf(buffer).await? == 0 {
            return Ok(None);
        }
    }
    let body = buffer.get(end + 4..whole).unwrap_or_default().to_vec();
    let (authorization, close) = (header("authorization").to_owned(), header("connection").eq_ignore_ascii_case("close"));
    buffer.drain(..whole);
    Ok(Some(Asked { method, target, authorization, body, close }))
}

impl Told {
    fn error(status: u16, message: &str, detail: Option<&str>) -> Self {
        let mut body = json!({ "error": status, "message": message });
        if let (Some(detail), Some(body)) = (detail, body.as_object_mut()) {
            body.insert("detail".into(), detail.into());
        }
        Self { status, body }
    }

    fn refused(refusal: &Refusal) -> Self {
        let (status, message) = match refusal.category {
            Some(0) => (404, "Not Found"),
            _ if refusal.message.contains("permissions") => (500, "Internal Server Error"),
            _ => (400, "Bad Request"),
        };
        Self::error(status, message, Some(&refusal.message))
    }

    fn written(&self) -> Vec<u8> {
        let words = match self.status {
            200 => "OK",
            201 => "Created",
            204 => "No Content",
            401 => "Unauthorized",
            404 => "Not Found",
            500 => "Internal Server Error",
            _ => "Bad Request",
        };
        let body = if self.status == 204 { String::new() } else { self.body.to_string() };
        let (status, length) = (self.status, body.len());
        format!("HTTP/1.1 {status} {words}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}").into_bytes()
    }
}

impl Device {
    fn told(&self, asked: &Asked) -> Told {
        let (path, query) = asked.target.split_once('?').unwrap_or((&asked.target, ""));
        let Some(path) = path.strip_prefix("/rest").filter(|_| self.manner().version.has_rest()) else {
            return Told::error(404, "Not Found", None);
        };
        let login = asked.authorization.strip_prefix("Basic ").and_then(|login| STANDARD.decode(login).ok());
        if login != Some(format!("{}:{}", self.login, self.password).into_bytes()) {
            return Told::error(401, "Unauthorized", None);
        }
        let body = match serde_json::from_slice::<Value>(&asked.body) {
            Ok(Value::Object(body)) => body,
            Err(_) if asked.body.is_empty() => Map::new(),
            _ => return Told::error(400, "Bad Request", Some("invalid JSON")),
        };
        let answered = match asked.method.as_str() {
            "GET" => self.get(&decoded(path), query),
            "PUT" => self.put(&decoded(path), &body),
            "PATCH" => self.patch(&decoded(path), &body),
            "DELETE" => self.delete(&decoded(path)),
            "POST" => self.post(&decoded(path), &body),
            _ => Err(Refusal::new("no such command")),
        };
        answered.unwrap_or_else(|refusal| Told::refused(&refusal))
    }

    fn get(&self, path: &str, query: &str) -> Result<Told, Refusal> {
        let (menu, place) = place(path);
        let mut request = Request { path: menu.into(), verb: "print".into(), ..Request::default() };
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            match decoded(name).as_str() {
                name if name.starts_with('.') && name != ".id" => request.attributes.push((name.into(), decoded(value))),
                name => request.queries.push(format!("?{name}={}", decoded(value))),
            }
        }
        let single = menu_at(menu).is_some_and(|menu| menu.kind == Kind::Single);
        match place {
            Some(place) => Ok(Told { status: 200, body: self.one(menu, place)? }),
            None => match self.run(&request)? {
                Outcome::Rows(mut rows) if single => Ok(Told { status: 200, body: object(&rows.pop().unwrap_or_default()) }),
                outcome => Ok(Told { status: 200, body: shown(outcome) }),
            },
        }
    }

    fn one(&self, menu: &str, place: &str) -> Result<Value, Refusal> {
        let by = if place.starts_with('*') { ".id" } else { "name" };
        let request = Request { path: menu.into(), verb: "print".into(), queries: vec![format!("?{by}={place}")], ..Request::default() };
        match self.run(&request)? {
            Outcome::Rows(mut rows) => {
                rows.pop().map(|row| object(&row)).ok_or(Refusal { category: Some(0), message: "no such item".into() })
            }
            _ => Err(Refusal { category: Some(0), message: "no such item".into() }),
        }
    }

    fn put(&self, menu: &str, body: &Map<String, Value>) -> Result<Told, Refusal> {
        match self.run(&command(menu, "add", body))? {
            Outcome::Ret(id) => Ok(Told { status: 201, body: self.one(menu, &id)? }),
            _ => Ok(Told { status: 201, body: json!({}) }),
        }
    }

    fn patch(&self, path: &str, body: &Map<String, Value>) -> Result<Told, Refusal> {
        let (menu, place) = place(path);
        let mut request = command(menu, "set", body);
        let Some(place) = place else {
            return self.run(&request).map(|outcome| Told { status: 200, body: shown(outcome) });
        };
        request.attributes.push((".id".into(), place.into()));
        self.run(&request)?;
        Ok(Told { status: 200, body: self.one(menu, place)? })
    }

    fn delete(&self, path: &str) -> Result<Told, Refusal> {
        let (menu, place) = place(path);
        let mut request = command(menu, "remove", &Map::new());
        request.attributes.push((".id".into(), place.unwrap_or_default().into()));
        self.run(&request)?;
        Ok(Told { status: 204, body: Value::Null })
    }

    fn post(&self, path: &str, body: &Map<String, Value>) -> Result<Told, Refusal> {
        let (menu, verb) = path.rsplit_once('/').unwrap_or(("", path));
        Ok(Told { status: 200, body: shown(self.run(&command(menu, verb, body))?) })
    }
}

/// The menu, and what of it: the last part of a path that is no menu itself.
fn place(path: &str) -> (&str, Option<&str>) {
    match path.rsplit_once('/') {
        Some((menu, place)) if menu_at(path).is_none() && menu_at(menu).is_some() => (menu, Some(place)),
        _ => (path, None),
    }
}

fn command(menu: &str, verb: &str, body: &Map<String, Value>) -> Request {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let list = |value: &Value| value.as_array().map(|list| list.iter().map(text).collect::<Vec<_>>());
    let queries = body.get(".query").and_then(list).unwrap_or_default();
    let attributes = body.iter().filter(|(name, _)| *name != ".query");
    Request {
        path: menu.into(),
        verb: verb.into(),
        attributes: attributes
            .map(|(name, value)| (name.clone(), list(value).map_or_else(|| text(value), |list| list.join(","))))
            .collect(),
        queries: queries.into_iter().map(|word| format!("?{word}")).collect(),
    }
}

fn shown(outcome: Outcome) -> Value {
    match outcome {
        Outcome::Nothing => json!([]),
        Outcome::Ret(ret) => json!({ "ret": ret }),
        Outcome::Rows(rows) => rows.iter().map(object).collect(),
    }
}

fn object(row: &Values) -> Value {
    row.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect::<Map<_, _>>().into()
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let octet = after.get(..2).and_then(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok());
        match (first, octet) {
            (b'%', Some(octet)) => {
                bytes.push(octet);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
