//! One connection to a router that carries many commands at once. Every wait ends: a router that is slow, silent, hostile
//! or gone costs its connection and a clear error, never a task that hangs or memory without bound.

use super::command::Command;
use super::login::{first_words, next_words};
use super::reply::{Reply, Row, Said};
use super::sentence::Decoder;
use super::tls::{Fingerprint, shake_hands};
use super::trap::Trap;
use super::word::Malformed;
use std::collections::HashMap;
use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf, split};
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Where a router answers, and how.
#[derive(Clone, Debug)]
pub struct Door {
    pub address: SocketAddr,
    pub security: Security,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// Port 8728. A password travels readable, so it has to be allowed; without it only the challenge of old routers works.
    Plain { password_in_clear: bool },
    /// Port 8729 with a certificate that a person has confirmed.
    Tls(Fingerprint),
}

/// Who asks.
#[derive(Clone)]
pub struct Login {
    pub name: String,
    pub password: String,
}

/// How long and how much.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// To connect, shake hands and sign in, each.
    pub open: Duration,
    /// Between two sentences of an answer.
    pub silence: Duration,
    /// For one whole answer.
    pub answer: Duration,
    /// Rows of one answer.
    pub rows: usize,
    /// Commands that wait for an answer at the same time: small boards choke on more.
    pub in_flight: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            open: Duration::from_secs(10),
            silence: Duration::from_secs(15),
            answer: Duration::from_secs(60),
            rows: 200_000,
            in_flight: 8,
        }
    }
}

/// Why it did not work, by what can be done about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RouterError {
    #[error("the router cannot be reached: {0}")]
    Unreachable(ErrorKind),
    #[error("no device may be at {0}")]
    Closed(IpAddr),
    #[error("the router does not answer in time")]
    Silent,
    #[error("TLS: {0}")]
    Tls(String),
    #[error("the router offers TLS without a certificate: {0}")]
    NoCertificate(String),
    #[error("the router shows another certificate than the confirmed one: {shown}")]
    OtherCertificate { shown: Fingerprint },
    #[error("the password would travel readable, which is not allowed for this router")]
    PasswordWouldBeSeen,
    #[error("what answers there is not the API of RouterOS")]
    NotRouterOs,
    #[error("the router does not know this name or password")]
    AuthFailed,
    #[error("the router refuses: {}", .0.message)]
    Trap(Trap),
    #[error("the router ended the connection: {0}")]
    Fatal(String),
    #[error("the router sent {0}")]
    Malformed(#[from] Malformed),
    #[error("the connection broke")]
    Broken,
    #[error("the answer has more rows than are taken")]
    TooMany,
}

/// A whole answer.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    pub rows: Vec<Row>,
    /// The id of what was added, or a count.
    pub ret: Option<String>,
}

trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

/// A connection that is signed in. Dropping it ends the connection.
pub struct Client {
    shared: Arc<Shared>,
    tasks: [JoinHandle<()>; 2],
}

struct Shared {
    frames: mpsc::Sender<Vec<u8>>,
    waiting: Mutex<Waiting>,
    next_tag: AtomicU64,
    in_flight: Semaphore,
    limits: Limits,
}

#[derive(Default)]
struct Waiting {
    by_tag: HashMap<u64, Listener>,
    ended: Option<RouterError>,
}

struct Listener {
    to: mpsc::Sender<Said>,
    /// Who follows a stream and does not keep up loses rows instead of holding up everybody else.
    may_lose: bool,
}

impl Client {
    /// Connects and signs in.
    pub async fn open(door: &Door, login: &Login, limits: Limits) -> Result<Self, RouterError> {
        let within = |error| if error == ErrorKind::TimedOut { RouterError::Silent } else { RouterError::Unreachable(error) };
        let stream = timeout(limits.open, TcpStream::connect(door.address)).await.map_err(|_| RouterError::Silent)?;
        let stream = stream.map_err(|error| within(error.kind()))?;
        stream.set_nodelay(true).map_err(|error| within(error.kind()))?;
        let mut wire: Box<dyn Wire> = match door.security {
            Security::Plain { .. } => Box::new(stream),
            Security::Tls(expected) => {
                let shaken = timeout(limits.open, shake_hands(stream, door.address, Some(expected))).await;
                Box::new(shaken.map_err(|_| RouterError::Silent)??.0)
            }
        };
        let mut decoder = Decoder::default();
        let signed_in = timeout(limits.open, sign_in(&mut wire, &mut decoder, login, &door.security)).await;
        match signed_in.unwrap_or(Err(RouterError::Silent)) {
            // It spoke, and not a sentence: a web server's refusal, the banner of SSH.
            Err(RouterError::Silent | RouterError::Broken) if !decoder.buffer().is_empty() => return Err(RouterError::NotRouterOs),
            signed_in => signed_in?,
        }

        let (reader, writer) = split(wire);
        let (frames, orders) = mpsc::channel(64);
        let shared = Arc::new(Shared {
            frames,
            waiting: Mutex::default(),
            next_tag: AtomicU64::new(1),
            in_flight: Semaphore::new(limits.in_flight.max(1)),
            limits,
        });
        let tasks = [tokio::spawn(read_on(reader, decoder, shared.clone())), tokio::spawn(write_on(writer, orders, shared.clone()))];
        Ok(Self { shared, tasks })
    }

    /// Asks and waits for the whole answer. A complaint of the router is an error of kind `Trap`.
    pub async fn ask(&self, command: &Command) -> Result<Answer, RouterError> {
        let _turn = self.shared.in_flight.acquire().await.map_err(|_| RouterError::Broken)?;
        let limits = self.shared.limits;
        timeout(limits.answer, self.whole_answer(command)).await.unwrap_or(Err(RouterError::Silent))
    }

    async fn whole_answer(&self, command: &Command) -> Result<Answer, RouterError> {
        let limits = self.shared.limits;
        let mut following = self.send(command, false).await?;
        let mut answer = Answer::default();
        let mut trap = None;
        loop {
            match timeout(limits.silence, following.said()).await.map_err(|_| RouterError::Silent)?? {
                Said::Row(_) if answer.rows.len() >= limits.rows => return Err(RouterError::TooMany),
                Said::Row(row) => answer.rows.push(row),
                Said::Empty => {}
                // The first is the cause, later ones its consequences.
                Said::Trap(said) => trap = trap.or(Some(said)),
                Said::Done(row) => {
                    following.ended = true;
                    answer.ret = row.get("ret").map(|value| value.into_owned());
                    return trap.map_or(Ok(answer), |trap| Err(RouterError::Trap(trap)));
                }
                Said::Fatal(reason) => return Err(RouterError::Fatal(reason)),
            }
        }
    }

    /// Asks for something that goes on until it is dropped: `listen`, `monitor-traffic`, `torch`.
    pub async fn follow(&self, command: &Command) -> Result<Following, RouterError> {
        self.send(command, true).await
    }

    async fn send(&self, command: &Command, may_lose: bool) -> Result<Following, RouterError> {
        let tag = self.shared.next_tag.fetch_add(1, Ordering::Relaxed);
        let (to, from) = mpsc::channel(256);
        {
            let mut waiting = self.shared.waiting();
            if let Some(ended) = &waiting.ended {
                return Err(ended.clone());
            }
            waiting.by_tag.insert(tag, Listener { to, may_lose });
        }
        let following = Following { tag, from, shared: self.shared.clone(), ended: false };
        self.shared.frames.send(command.encode(Some(tag))).await.map_err(|_| self.shared.why())?;
        Ok(following)
    }

    /// Has the connection ended?
    pub fn is_over(&self) -> bool {
        self.shared.waiting().ended.is_some()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

/// An answer that is still coming. Dropping it tells the router to stop.
pub struct Following {
    tag: u64,
    from: mpsc::Receiver<Said>,
    shared: Arc<Shared>,
    ended: bool,
}

impl Following {
    async fn said(&mut self) -> Result<Said, RouterError> {
        match self.from.recv().await {
            Some(said) => Ok(said),
            None => {
                self.ended = true;
                Err(self.shared.why())
            }
        }
    }

    /// The next row; `None` when the router has ended it.
    pub async fn next(&mut self) -> Result<Option<Row>, RouterError> {
        loop {
            match self.said().await? {
                Said::Row(row) => return Ok(Some(row)),
                Said::Empty => {}
                Said::Trap(trap) => return Err(RouterError::Trap(trap)),
                Said::Done(_) => {
                    self.ended = true;
                    return Ok(None);
                }
                Said::Fatal(reason) => return Err(RouterError::Fatal(reason)),
            }
        }
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        self.shared.waiting().by_tag.remove(&self.tag);
        if !self.ended {
            // When there is no room for it the connection is about to end anyway.
            let _ = self.shared.frames.try_send(Command::new("/cancel").with("tag", self.tag.to_string()).encode(None));
        }
    }
}

impl Shared {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn why(&self) -> RouterError {
        self.waiting().ended.clone().unwrap_or(RouterError::Broken)
    }

    /// Nothing more will come: everybody who waits learns why.
    fn end(&self, why: RouterError) {
        let mut waiting = self.waiting();
        waiting.ended.get_or_insert(why);
        waiting.by_tag.clear();
    }

    async fn hand_over(&self, reply: Reply) -> Result<(), RouterError> {
        if let Said::Fatal(reason) = reply.said {
            return Err(RouterError::Fatal(reason));
        }
        let listener = reply.tag.and_then(|tag| self.waiting().by_tag.get(&tag).map(|listener| (listener.to.clone(), listener.may_lose)));
        match listener {
            Some((to, true)) => {
                let _ = to.try_send(reply.said);
            }
            Some((to, false)) => {
                let _ = to.send(reply.said).await;
            }
            // Somebody who no longer listens, or the end of a `/cancel`.
            None => {}
        }
        Ok(())
    }
}

async fn sign_in(wire: &mut Box<dyn Wire>, decoder: &mut Decoder, login: &Login, security: &Security) -> Result<(), RouterError> {
    let mut words = first_words(login, security);
    // The name, the challenge, and no third time.
    for answered in [false, true] {
        wire.write_all(&words.encode(None)).await.map_err(|_| RouterError::Broken)?;
        let reply = Reply::read(read_sentence(wire, decoder).await?).map_err(|_| RouterError::NotRouterOs)?;
        match next_words(reply, login, security, answered)? {
            Some(next) => words = next,
            None => return Ok(()),
        }
    }
    Err(RouterError::AuthFailed)
}

async fn read_sentence(wire: &mut Box<dyn Wire>, decoder: &mut Decoder) -> Result<super::Sentence, RouterError> {
    loop {
        if let Some(sentence) = decoder.next_sentence()? {
            return Ok(sentence);
        }
        if wire.read_buf(decoder.buffer()).await.map_err(|_| RouterError::Broken)? == 0 {
            return Err(RouterError::Broken);
        }
    }
}

async fn read_on(mut reader: ReadHalf<Box<dyn Wire>>, mut decoder: Decoder, shared: Arc<Shared>) {
    let why = loop {
        match decoder.next_sentence() {
            Ok(Some(sentence)) => {
                let handed = match Reply::read(sentence) {
                    Ok(reply) => shared.hand_over(reply).await,
                    Err(malformed) => Err(malformed.into()),
                };
                if let Err(why) = handed {
                    break why;
                }
            }
            Ok(None) => match reader.read_buf(decoder.buffer()).await {
                Ok(1..) => {}
                Ok(0) | Err(_) => break RouterError::Broken,
            },
            Err(malformed) => break malformed.into(),
        }
    };
    shared.end(why);
}

async fn write_on(mut writer: WriteHalf<Box<dyn Wire>>, mut orders: mpsc::Receiver<Vec<u8>>, shared: Arc<Shared>) {
    let mut frames = Vec::new();
    while orders.recv_many(&mut frames, 64).await > 0 {
        if writer.write_all(&frames.concat()).await.is_err() || writer.flush().await.is_err() {
            return shared.end(RouterError::Broken);
        }
        frames.clear();
    }
}
