//! Load: many routers that keep many requests on the way, on threads of their own, so that the client's share of the
//! processors can be told from the server's.

use super::Login;
use super::Method;
use super::request::{Accounting, Status};
use integrations::radius::{Code, Packet, Secret};
use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::thread;
use std::time::{Duration, Instant};

#[derive(Clone, Debug)]
pub struct Subscriber {
    pub username: String,
    pub password: String,
}

/// Who sends what where.
#[derive(Clone, Debug)]
pub struct Load<'a> {
    pub server: SocketAddr,
    /// Addresses of the routers, registered with `secret`.
    pub routers: &'a [IpAddr],
    pub secret: &'a str,
    pub subscribers: &'a [Subscriber],
    pub requests: usize,
    /// Requests that each router keeps on the way, at most 200.
    pub window: usize,
}

/// How it went.
#[derive(Clone, Copy, Debug, Default)]
pub struct Figures {
    pub answered: usize,
    /// Answered otherwise than with Accept or Accounting-Response, or with a wrong proof.
    pub wrong: usize,
    /// Never answered.
    pub lost: usize,
    pub elapsed: Duration,
    /// Time that the client's threads kept a processor busy.
    pub client_busy: Duration,
    /// From the first sending to the answer: half were faster, and 99 of a hundred.
    pub median: Duration,
    pub p99: Duration,
}

impl Figures {
    /// Answers a second.
    pub fn per_second(&self) -> u64 {
        u64::try_from(self.answered as u128 * 1_000_000_000 / self.elapsed.as_nanos().max(1)).unwrap_or(u64::MAX)
    }
}

/// Writes the next request into its room: number of the request, RADIUS id.
type Write<'a> = dyn Fn(usize, u8) -> Option<Vec<u8>> + Sync + 'a;

/// Logs subscribers in, one after the other, again and again.
pub fn authentication_load(load: &Load<'_>, method: Method) -> io::Result<Figures> {
    let secret = Secret::new(load.secret.as_bytes());
    run(load, Code::ACCESS_ACCEPT, &|number, id| {
        let subscriber = &load.subscribers[number % load.subscribers.len()];
        Login::new(method, &subscriber.username, &subscriber.password).write(id, &rand::random(), &secret)
    })
}

/// Reports `status` for one session of each subscriber; `round` makes the sessions' ids and figures differ.
pub fn accounting_load(load: &Load<'_>, status: Status, round: u32) -> io::Result<Figures> {
    let secret = Secret::new(load.secret.as_bytes());
    run(load, Code::ACCOUNTING_RESPONSE, &|number, id| {
        let subscriber = &load.subscribers[number % load.subscribers.len()];
        // Three rounds are one session: it starts, goes on and stops.
        let session = format!("{:02x}{number:06x}", 0x81 + round / 3);
        let moved = u64::from(round) * 1_000_000;
        Accounting { ip: Some([10, 64, (number >> 8) as u8, number as u8]), ..Accounting::new(status, &session, &subscriber.username) }
            .after(round * 300, moved, moved * 8)
            .write(id, &secret)
    })
}

fn run(load: &Load<'_>, wanted: Code, write: &Write<'_>) -> io::Result<Figures> {
    let started = Instant::now();
    let share = load.requests.div_ceil(load.routers.len().max(1));
    let parts: io::Result<Vec<(Figures, Vec<u32>)>> = thread::scope(|scope| {
        let routers: Vec<_> = load
            .routers
            .iter()
            .enumerate()
            .map(|(router, address)| {
                let numbers = (router * share)..((router + 1) * share).min(load.requests);
                scope.spawn(move || Router::new(*address, load, wanted)?.run(numbers, write))
            })
            .collect();
        routers.into_iter().map(|router| router.join().map_err(|_| io::Error::other("a router of the load panicked"))?).collect()
    });
    let elapsed = started.elapsed();
    Ok(Figures { elapsed, ..sum(parts?) })
}

/// The parts of all routers together.
pub(super) fn sum(parts: Vec<(Figures, Vec<u32>)>) -> Figures {
    let mut took = Vec::new();
    let sum = parts.into_iter().fold(Figures::default(), |sum, (part, more)| {
        took.extend(more);
        Figures {
            answered: sum.answered + part.answered,
            wrong: sum.wrong + part.wrong,
            lost: sum.lost + part.lost,
            client_busy: sum.client_busy + part.client_busy,
            ..sum
        }
    });
    took.sort_unstable();
    let at = |percent: usize| took.get((took.len() * percent / 100).min(took.len().saturating_sub(1))).copied().unwrap_or_default();
    let micros = |percent| Duration::from_micros(u64::from(at(percent)));
    Figures { median: micros(50), p99: micros(99), ..sum }
}

struct Router {
    socket: UdpSocket,
    secret: Secret,
    wanted: Code,
    window: usize,
    /// By RADIUS id: what is on the way and when it was sent.
    waiting: Vec<Option<Waiting>>,
    on_the_way: usize,
    figures: Figures,
    /// Microseconds that each answer took.
    took: Vec<u32>,
}

struct Waiting {
    request: Vec<u8>,
    first: Instant,
    sent: Instant,
    tries: u8,
}

const RESEND: Duration = Duration::from_secs(1);
const TRIES: u8 = 3;

impl Router {
    fn new(address: IpAddr, load: &Load<'_>, wanted: Code) -> io::Result<Self> {
        let socket = UdpSocket::bind((address, 0))?;
        socket.connect(load.server)?;
        socket.set_read_timeout(Some(Duration::from_millis(100)))?;
        let secret = Secret::new(load.secret.as_bytes());
        let waiting = (0..256).map(|_| None).collect();
        let took = Vec::with_capacity(load.requests / load.routers.len().max(1) + 1);
        Ok(Self { socket, secret, wanted, window: load.window.clamp(1, 200), waiting, on_the_way: 0, figures: Figures::default(), took })
    }

    fn run(mut self, mut numbers: std::ops::Range<usize>, write: &Write<'_>) -> io::Result<(Figures, Vec<u32>)> {
        let (busy, mut room, mut id) = (busy_time(), [0; 4096], 0u8);
        loop {
            while self.on_the_way < self.window && !numbers.is_empty() {
                id = id.wrapping_add(1);
                if self.waiting[usize::from(id)].is_some() {
                    continue;
                }
                let number = numbers.next().unwrap_or_default();
                let request = write(number, id).ok_or(io::ErrorKind::InvalidInput)?;
                self.socket.send(&request)?;
                let now = Instant::now();
                self.waiting[usize::from(id)] = Some(Waiting { request, first: now, sent: now, tries: 1 });
                self.on_the_way += 1;
            }
            if self.on_the_way == 0 {
                break;
            }
            match self.socket.recv(&mut room) {
                Ok(length) => self.take(&room[..length]),
                Err(error)
                    if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::ConnectionRefused) =>
                {
                    self.resend()?
                }
                Err(error) => return Err(error),
            }
        }
        self.figures.client_busy = busy_time().saturating_sub(busy);
        Ok((self.figures, self.took))
    }

    fn take(&mut self, answer: &[u8]) {
        let Ok(packet) = Packet::parse(answer) else { return };
        let Some(Waiting { request, first, .. }) = self.waiting[usize::from(packet.id())].take() else { return };
        self.on_the_way -= 1;
        self.took.push(u32::try_from(first.elapsed().as_micros()).unwrap_or(u32::MAX));
        let authenticator = request.get(4..20).and_then(|octets| <&[u8; 16]>::try_from(octets).ok());
        let proven = authenticator.is_some_and(|authenticator| self.secret.response_authenticator_holds(&packet, authenticator));
        if proven && packet.code() == self.wanted {
            self.figures.answered += 1;
        } else {
            self.figures.wrong += 1;
        }
    }

    fn resend(&mut self) -> io::Result<()> {
        for waiting in &mut self.waiting {
            let Some(Waiting { request, sent, tries, .. }) = waiting else { continue };
            if sent.elapsed() < RESEND {
                continue;
            }
            if *tries == TRIES {
                *waiting = None;
                self.on_the_way -= 1;
                self.figures.lost += 1;
                continue;
            }
            self.socket.send(request)?;
            (*sent, *tries) = (Instant::now(), *tries + 1);
        }
        Ok(())
    }
}

/// How long this thread has kept a processor busy (Linux: first figure of schedstat, nanoseconds).
pub(super) fn busy_time() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(text.split(' ').next().and_then(|nanoseconds| nanoseconds.parse().ok()).unwrap_or(0))
}
