//! RouterOS over REST, since 7.1, for routers whose binary port is shut: the same command, sent as a POST of its path, and
//! the same answer. Each request is a sign-in to the router, so it is slower and louder in its log than the binary API. It
//! never sends a password in the clear unless told to and never reads more than the limits allow.

use super::client::{Answer, Door, Limits, Login, RouterError, Security};
use super::command::Command;
use super::reply::Row;
use super::tls::shake_hands;
use super::trap::Trap;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Body, Bytes, Incoming};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Map, Value};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// The longest answer that is read: some hundred thousand rows.
const MAX_ANSWER: usize = 64 << 20;

/// A router that is spoken to over REST. Dropping it ends the connection.
pub struct Rest {
    door: Door,
    authorization: String,
    limits: Limits,
    /// Kept open between requests; a router takes one at a time on it.
    wire: Mutex<Option<Wire>>,
}

struct Wire {
    requests: SendRequest<Full<Bytes>>,
    task: JoinHandle<()>,
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Rest {
    /// Connects, and signs in by asking for something that every account may read.
    pub async fn open(door: &Door, login: &Login, limits: Limits) -> Result<Self, RouterError> {
        if door.security == (Security::Plain { password_in_clear: false }) {
            return Err(RouterError::PasswordWouldBeSeen);
        }
        let authorization = format!("Basic {}", STANDARD.encode(format!("{}:{}", login.name, login.password)));
        let rest = Self { door: door.clone(), authorization, limits, wire: Mutex::default() };
        rest.ask(&Command::new("/system/identity/print")).await.map_err(|error| match error {
            // Something is there, and it is not this interface.
            RouterError::Trap(trap) if trap.message == "Not Found" => RouterError::NotRouterOs,
            other => other,
        })?;
        Ok(rest)
    }

    /// Asks and waits for the whole answer. A complaint of the router is an error of kind `Trap`.
    pub async fn ask(&self, command: &Command) -> Result<Answer, RouterError> {
        let mut wire = timeout(self.limits.answer, self.wire.lock()).await.map_err(|_| RouterError::Silent)?;
        // Taken out while it is used: one that was given up in the middle of an answer is of no further use.
        let open = wire.take().filter(|wire| !wire.requests.is_closed());
        let mut open = match open {
            Some(open) => open,
            None => timeout(self.limits.open, self.connect()).await.map_err(|_| RouterError::Silent)??,
        };
        let (status, body) = timeout(self.limits.answer, self.exchange(&mut open, command)).await.map_err(|_| RouterError::Silent)??;
        if !open.requests.is_closed() {
            *wire = Some(open);
        }
        read(status, &body, self.limits.rows)
    }

    async fn connect(&self) -> Result<Wire, RouterError> {
        let unreachable = |error: std::io::Error| RouterError::Unreachable(error.kind());
        let stream = TcpStream::connect(self.door.address).await.map_err(unreachable)?;
        stream.set_nodelay(true).map_err(unreachable)?;
        match self.door.security {
            Security::Plain { .. } => begin(TokioIo::new(stream)).await,
            Security::Tls(expected) => begin(TokioIo::new(shake_hands(stream, self.door.address, Some(expected)).await?.0)).await,
        }
    }

    async fn exchange(&self, wire: &mut Wire, command: &Command) -> Result<(StatusCode, Bytes), RouterError> {
        let request = Request::post(format!("/rest{}", command.path()))
            .header(HOST, self.door.address.to_string())
            .header(AUTHORIZATION, &self.authorization)
            .header(CONTENT_TYPE, "application/json")
            .body(Full::new(Bytes::from(Value::Object(body_of(command)).to_string())))
            // A path that no address can hold is a menu that no router has.
            .map_err(|_| RouterError::Trap(Trap::of("no such command".into(), None)))?;
        wire.requests.ready().await.map_err(broken)?;
        let answer: Response<Incoming> =
            timeout(self.limits.silence, wire.requests.send_request(request)).await.map_err(|_| RouterError::Silent)?.map_err(broken)?;
        let status = answer.status();
        if answer.body().size_hint().lower() > MAX_ANSWER as u64 {
            return Err(RouterError::TooMany);
        }
        let body = Limited::new(answer.into_body(), MAX_ANSWER).collect().await;
        let body = body.map_err(|error| if error.is::<LengthLimitError>() { RouterError::TooMany } else { RouterError::Broken })?;
        Ok((status, body.to_bytes()))
    }
}

async fn begin<S>(stream: TokioIo<S>) -> Result<Wire, RouterError>
where
    TokioIo<S>: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static,
{
    let (requests, connection) = handshake(stream).await.map_err(broken)?;
    // How it ended shows where somebody waits for an answer.
    let task = tokio::spawn(async move { drop(connection.await) });
    Ok(Wire { requests, task })
}

fn broken(error: hyper::Error) -> RouterError {
    if error.is_parse() { RouterError::NotRouterOs } else { RouterError::Broken }
}

/// Attributes as they are, the words of a query as a list of their own.
fn body_of(command: &Command) -> Map<String, Value> {
    let mut body = Map::new();
    let mut query = Vec::new();
    for word in command.words() {
        let text = String::from_utf8_lossy(word);
        if let Some((name, value)) = text.strip_prefix('=').and_then(|pair| pair.split_once('=')) {
            body.insert(name.into(), value.into());
        } else if let Some(word) = text.strip_prefix('?') {
            query.push(Value::from(word));
        }
    }
    if !query.is_empty() {
        body.insert(".query".into(), query.into());
    }
    body
}

fn read(status: StatusCode, body: &[u8], most: usize) -> Result<Answer, RouterError> {
    if status == StatusCode::UNAUTHORIZED {
        return Err(RouterError::AuthFailed);
    }
    let said: Value = match serde_json::from_slice(body) {
        Ok(said) => said,
        Err(_) if body.is_empty() && status.is_success() => Value::Null,
        Err(_) => return Err(RouterError::NotRouterOs),
    };
    if !status.is_success() {
        let word = |name: &str| said.get(name).and_then(Value::as_str).map(str::to_owned);
        let message = word("detail").or_else(|| word("message")).ok_or(RouterError::NotRouterOs)?;
        return Err(RouterError::Trap(Trap::of(message, None)));
    }
    match said {
        Value::Null => Ok(Answer::default()),
        Value::Array(rows) if rows.len() > most => Err(RouterError::TooMany),
        Value::Array(rows) => {
            let rows: Option<Vec<Row>> = rows.into_iter().map(|row| Some(row_of(row.as_object()?))).collect();
            Ok(Answer { rows: rows.ok_or(RouterError::NotRouterOs)?, ret: None })
        }
        Value::Object(one) => match one.get("ret") {
            Some(ret) if one.len() == 1 => Ok(Answer { rows: Vec::new(), ret: Some(plain(ret)) }),
            // What is there once comes without a list around it.
            _ => Ok(Answer { rows: vec![row_of(&one)], ret: None }),
        },
        _ => Err(RouterError::NotRouterOs),
    }
}

fn row_of(values: &Map<String, Value>) -> Row {
    Row::of(values.iter().map(|(name, value)| (name.clone(), plain(value))))
}

/// All values are texts; what is not is taken as it is written.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routeros::TrapKind;
    use proptest::prelude::*;

    #[test]
    fn a_command_becomes_one_body() {
        let command = Command::new("/ppp/secret/print").whose("name", "a=b").query("?disabled=true").query("?#|").only(&[".id", "name"]);
        let body = Value::Object(body_of(&command)).to_string();
        assert_eq!(body, r##"{".proplist":".id,name",".query":["name=a=b","disabled=true","#|"]}"##);
    }

    #[test]
    fn complaints_keep_their_kind_and_strangers_are_told_apart() {
        let trap = |status: u16, body: &str| read(StatusCode::from_u16(status).unwrap(), body.as_bytes(), 10).unwrap_err();
        let complaint = trap(404, r#"{"error":404,"message":"Not Found","detail":"no such item"}"#);
        assert!(matches!(complaint, RouterError::Trap(Trap { kind: TrapKind::NotFound, .. })));
        assert_eq!(trap(401, ""), RouterError::AuthFailed);
        assert_eq!(trap(502, "<html>Bad Gateway</html>"), RouterError::NotRouterOs);
        assert_eq!(trap(200, "<html>router</html>"), RouterError::NotRouterOs);
        assert_eq!(trap(200, "[1,2]"), RouterError::NotRouterOs);
        let many = format!("[{}]", ["{}"; 11].join(","));
        assert_eq!(trap(200, &many), RouterError::TooMany);
    }

    proptest! {
        #[test]
        fn no_answer_makes_it_panic(status in 100u16..600, body in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(StatusCode::from_u16(status).unwrap(), &body, 5);
        }

        #[test]
        fn rows_come_as_they_were_sent(pairs in prop::collection::btree_map("[a-z-]{1,12}", ".{0,40}", 1..8)) {
            let object: Map<String, Value> = pairs.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
            let body = Value::Array(vec![object.into()]).to_string();
            let answer = read(StatusCode::OK, body.as_bytes(), 5).unwrap();
            for (name, value) in pairs {
                prop_assert_eq!(answer.rows[0].text(&name), value);
            }
        }
    }
}
