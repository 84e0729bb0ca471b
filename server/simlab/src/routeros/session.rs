//! One connection to a simulated router: signs in, runs commands in the order they came, and lets those that go on go on
//! beside them until they are cancelled.

use super::tree::{Outcome, Refusal, Request, Values};
use super::{Change, Device, torn};
use integrations::routeros::{Decoder, Sentence, challenge_response, write_word};
use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, split};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Old routers answer with one of these for each connection.
const CHALLENGE: &str = "00112233445566778899aabbccddeeff";

/// What is still to be sent.
type Out = mpsc::Sender<Vec<u8>>;

/// Serves until the other side goes, `/quit`, or the manner of the router ends it.
pub async fn serve<S: AsyncRead + AsyncWrite + Send + 'static>(stream: S, device: &Arc<Device>) -> io::Result<()> {
    let (mut reader, mut writer) = split(stream);
    let (out, mut orders) = mpsc::channel::<Vec<u8>>(256);
    let mut session = Session { device: device.clone(), out, signed_in: false, going_on: HashMap::new() };
    let mut decoder = Decoder::default();
    let reading = async {
        loop {
            while let Some(sentence) = decoder.next_sentence().map_err(|_| io::ErrorKind::InvalidData)? {
                if !session.hear(&sentence).await {
                    return Ok(());
                }
            }
            if reader.read_buf(decoder.buffer()).await? == 0 {
                return Ok(());
            }
        }
    };
    let writing = async {
        while let Some(bytes) = orders.recv().await {
            let tears = torn(device);
            let bytes = if tears { &bytes[..bytes.len() / 2] } else { &bytes[..] };
            writer.write_all(bytes).await?;
            writer.flush().await?;
            if tears {
                return Err(io::ErrorKind::ConnectionReset.into());
            }
        }
        Ok(())
    };
    let mut changes = device.changes.subscribe();
    let restarting = async {
        loop {
            match changes.recv().await {
                Ok(change) if change.path == "/system" => return,
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            }
        }
    };
    tokio::select! {
        read = reading => read,
        written = writing => written,
        () = restarting => Ok(()),
    }
}

struct Session {
    device: Arc<Device>,
    out: Out,
    signed_in: bool,
    going_on: HashMap<String, JoinHandle<()>>,
}

impl Drop for Session {
    fn drop(&mut self) {
        self.going_on.values().for_each(JoinHandle::abort);
    }
}

impl Session {
    /// False: the connection ends.
    async fn hear(&mut self, sentence: &Sentence) -> bool {
        let delay = self.device.manner().delay;
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        let (request, tag) = take_apart(sentence);
        let whole = request.whole();
        if whole == "/login" {
            return self.sign_in(&request, &tag).await;
        }
        if !self.signed_in {
            return self.end("not logged in", &tag).await;
        }
        match whole.as_str() {
            "/quit" => self.end("session terminated on request", &tag).await,
            "/cancel" => self.cancel(&request, &tag).await,
            _ if request.verb == "listen" => self.go_on(&request, tag, listen),
            "/interface/monitor-traffic" if request.attribute("once").is_none() => self.go_on(&request, tag, monitor),
            _ => self.answer(&request, &tag).await,
        }
    }

    async fn sign_in(&mut self, request: &Request, tag: &str) -> bool {
        let (name, version) = (request.attribute("name"), self.device.manner().version);
        let right = match (name, request.attribute("password"), request.attribute("response")) {
            (Some(name), Some(password), None) if version.has_new_login() => name == self.device.login && password == self.device.password,
            (Some(name), None, Some(response)) if !version.has_new_login() => {
                name == self.device.login && challenge_response(&self.device.password, CHALLENGE).as_deref() == Some(response)
            }
            // Routers before 6.43 pay no heed to what comes with the first word.
            _ if !version.has_new_login() => return self.say("!done", &[("ret".into(), CHALLENGE.into())], tag, None).await,
            _ => false,
        };
        if right {
            self.signed_in = true;
            return self.say("!done", &[], tag, None).await;
        }
        let refusal = Refusal::new(if version.has_new_login() { "invalid user name or password (6)" } else { "cannot log in" });
        self.refuse(&refusal, tag).await
    }

    async fn answer(&self, request: &Request, tag: &str) -> bool {
        match self.device.run(request) {
            Ok(Outcome::Nothing) => self.say("!done", &[], tag, None).await,
            Ok(Outcome::Ret(ret)) => self.say("!done", &[("ret".into(), ret)], tag, None).await,
            Ok(Outcome::Rows(rows)) => {
                for row in &rows {
                    if !self.say("!re", row, tag, None).await {
                        return false;
                    }
                }
                if rows.is_empty() && self.device.manner().version.says_empty() && !self.say("!empty", &[], tag, None).await {
                    return false;
                }
                self.say("!done", &[], tag, None).await
            }
            Err(refusal) => self.refuse(&refusal, tag).await,
        }
    }

    async fn refuse(&self, refusal: &Refusal, tag: &str) -> bool {
        self.say("!trap", &complaint(refusal), tag, None).await && self.say("!done", &[], tag, None).await
    }

    async fn cancel(&mut self, request: &Request, tag: &str) -> bool {
        let which: Vec<String> = match request.attribute("tag") {
            Some(one) => vec![one.to_owned()],
            None => self.going_on.keys().cloned().collect(),
        };
        for cancelled in which {
            if let Some(task) = self.going_on.remove(&cancelled) {
                task.abort();
                let refusal = Refusal { category: Some(2), message: "interrupted".into() };
                if !self.refuse(&refusal, &cancelled).await {
                    return false;
                }
            }
        }
        self.say("!done", &[], tag, None).await
    }

    fn go_on<F>(&mut self, request: &Request, tag: String, body: fn(Arc<Device>, Out, Request, String) -> F) -> bool
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let task = tokio::spawn(body(self.device.clone(), self.out.clone(), request.clone(), tag.clone()));
        if let Some(before) = self.going_on.insert(tag, task) {
            before.abort();
        }
        true
    }

    /// Says why, and that it was the last word.
    async fn end(&self, reason: &str, tag: &str) -> bool {
        self.say("!fatal", &[], tag, Some(reason)).await;
        // What was said has to leave before the connection does.
        self.out.reserve_many(self.out.max_capacity()).await.map(drop).ok();
        false
    }

    async fn say(&self, first: &str, values: &[(String, String)], tag: &str, bare: Option<&str>) -> bool {
        self.out.send(sentence(first, values, tag, bare)).await.is_ok()
    }
}

async fn listen(device: Arc<Device>, out: Out, request: Request, tag: String) {
    let mut changes = device.changes.subscribe();
    loop {
        match changes.recv().await {
            Ok(Change { path, mut row, dead }) if path == request.path => {
                if dead {
                    row.retain(|(name, _)| name == ".id");
                    row.push((".dead".into(), "true".into()));
                }
                if out.send(sentence("!re", &row, &tag, None)).await.is_err() {
                    return;
                }
            }
            Ok(_) | Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
    }
}

async fn monitor(device: Arc<Device>, out: Out, request: Request, tag: String) {
    loop {
        match device.run(&request) {
            Ok(Outcome::Rows(rows)) => {
                for row in rows {
                    if out.send(sentence("!re", &row, &tag, None)).await.is_err() {
                        return;
                    }
                }
            }
            Ok(_) => {}
            Err(refusal) => {
                let _ = out.send(sentence("!trap", &complaint(&refusal), &tag, None)).await;
                let _ = out.send(sentence("!done", &[], &tag, None)).await;
                return;
            }
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

fn complaint(refusal: &Refusal) -> Values {
    let category = refusal.category.map(|category| ("category".to_owned(), category.to_string()));
    category.into_iter().chain([("message".to_owned(), refusal.message.clone())]).collect()
}

fn sentence(first: &str, values: &[(String, String)], tag: &str, bare: Option<&str>) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_word(&mut bytes, first.as_bytes());
    if !tag.is_empty() {
        write_word(&mut bytes, format!(".tag={tag}").as_bytes());
    }
    for (name, value) in values {
        write_word(&mut bytes, format!("={name}={value}").as_bytes());
    }
    if let Some(bare) = bare {
        write_word(&mut bytes, bare.as_bytes());
    }
    write_word(&mut bytes, b"");
    bytes
}

fn take_apart(sentence: &Sentence) -> (Request, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let first = text(sentence.first());
    let (path, verb) = first.rsplit_once('/').unwrap_or((&first, ""));
    let request = Request {
        path: path.into(),
        verb: verb.into(),
        attributes: sentence.attributes().map(|(name, value)| (text(name), text(value))).collect(),
        queries: sentence.words().skip(1).filter(|word| word.starts_with(b"?")).map(text).collect(),
    };
    (request, sentence.tag().map(text).unwrap_or_default())
}
