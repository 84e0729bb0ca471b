//! After a power cut: everybody dials at once, and each is online when the start of his session is acknowledged.

use super::Login;
use super::Method;
use super::load::{Figures, Load, busy_time, sum};
use super::request::{Accounting, Status};
use integrations::radius::{Code, Packet, Secret, attribute as a};
use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::thread;
use std::time::{Duration, Instant};

const RESEND: Duration = Duration::from_secs(1);
const TRIES: u8 = 5;

/// Dials for the first `load.requests` subscribers (at `load.server`) and reports the start of each (at `accounting`).
/// The figures are those of subscribers: how long each took until he was online.
pub fn storm(load: &Load<'_>, accounting: SocketAddr) -> io::Result<Figures> {
    let started = Instant::now();
    let share = load.requests.div_ceil(load.routers.len().max(1));
    let parts: io::Result<Vec<(Figures, Vec<u32>)>> = thread::scope(|scope| {
        let mut routers = Vec::new();
        for (router, address) in load.routers.iter().enumerate() {
            let numbers = (router * share)..((router + 1) * share).min(load.requests);
            routers.push(scope.spawn(move || Router::new(*address, load, accounting, started)?.run(numbers)));
        }
        routers.into_iter().map(|router| router.join().map_err(|_| io::Error::other("a router of the storm panicked"))?).collect()
    });
    let elapsed = started.elapsed();
    Ok(Figures { elapsed, ..sum(parts?) })
}

/// A subscriber on his way in.
struct Coming {
    number: usize,
    request: Vec<u8>,
    sent: Instant,
    tries: u8,
}

struct Router<'a> {
    load: &'a Load<'a>,
    secret: Secret,
    sockets: [UdpSocket; 2],
    /// By RADIUS id: who dials, and whose session begins.
    coming: [Vec<Option<Coming>>; 2],
    next: [u8; 2],
    on_the_way: usize,
    began: Instant,
    figures: Figures,
    took: Vec<u32>,
}

const DIAL: usize = 0;
const BEGIN: usize = 1;

impl<'a> Router<'a> {
    fn new(address: IpAddr, load: &'a Load<'a>, accounting: SocketAddr, began: Instant) -> io::Result<Self> {
        let socket = |to: SocketAddr| -> io::Result<UdpSocket> {
            let socket = UdpSocket::bind((address, 0))?;
            socket.connect(to)?;
            socket.set_read_timeout(Some(Duration::from_millis(2)))?;
            Ok(socket)
        };
        let nobody = || (0..256).map(|_| None).collect();
        Ok(Self {
            load,
            secret: Secret::new(load.secret.as_bytes()),
            sockets: [socket(load.server)?, socket(accounting)?],
            coming: [nobody(), nobody()],
            next: [0; 2],
            on_the_way: 0,
            began,
            figures: Figures::default(),
            took: Vec::new(),
        })
    }

    fn run(mut self, mut numbers: std::ops::Range<usize>) -> io::Result<(Figures, Vec<u32>)> {
        let (busy, mut room, mut looked) = (busy_time(), [0; 4096], Instant::now());
        while self.on_the_way > 0 || !numbers.is_empty() {
            while self.on_the_way < self.load.window.clamp(1, 200) && !numbers.is_empty() {
                let number = numbers.next().unwrap_or_default();
                self.on_the_way += 1;
                self.send(DIAL, number, None)?;
            }
            for step in [DIAL, BEGIN] {
                match self.sockets[step].recv(&mut room) {
                    Ok(length) => self.heard(step, &room[..length])?,
                    Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {}
                    Err(error) => return Err(error),
                }
            }
            if looked.elapsed() >= RESEND / 4 {
                looked = Instant::now();
                self.again()?;
            }
        }
        self.figures.client_busy = busy_time().saturating_sub(busy);
        Ok((self.figures, self.took))
    }

    fn send(&mut self, step: usize, number: usize, class: Option<&[u8]>) -> io::Result<()> {
        let subscriber = &self.load.subscribers[number % self.load.subscribers.len()];
        let free = (0..=u8::MAX).map(|more| self.next[step].wrapping_add(more)).find(|id| self.coming[step][usize::from(*id)].is_none());
        let id = free.ok_or(io::ErrorKind::OutOfMemory)?;
        self.next[step] = id.wrapping_add(1);
        let request = match step {
            DIAL => Login::new(Method::Chap, &subscriber.username, &subscriber.password).write(id, &rand::random(), &self.secret),
            _ => {
                let session = format!("f{number:07x}");
                let ip = Some([10, 65, (number >> 8) as u8, number as u8]);
                Accounting { ip, class, ..Accounting::new(Status::Start, &session, &subscriber.username) }.write(id, &self.secret)
            }
        };
        let request = request.ok_or(io::ErrorKind::InvalidInput)?;
        self.sockets[step].send(&request)?;
        self.coming[step][usize::from(id)] = Some(Coming { number, request, sent: Instant::now(), tries: 1 });
        Ok(())
    }

    fn heard(&mut self, step: usize, answer: &[u8]) -> io::Result<()> {
        let Ok(packet) = Packet::parse(answer) else { return Ok(()) };
        let Some(coming) = self.coming[step][usize::from(packet.id())].take() else { return Ok(()) };
        let authenticator = coming.request.get(4..20).and_then(|octets| <&[u8; 16]>::try_from(octets).ok());
        let proven = authenticator.is_some_and(|authenticator| self.secret.response_authenticator_holds(&packet, authenticator));
        match (step, packet.code()) {
            (DIAL, Code::ACCESS_ACCEPT) if proven => self.send(BEGIN, coming.number, packet.find(a::CLASS)),
            (BEGIN, Code::ACCOUNTING_RESPONSE) if proven => {
                self.on_the_way -= 1;
                self.figures.answered += 1;
                self.took.push(u32::try_from(self.began.elapsed().as_micros()).unwrap_or(u32::MAX));
                Ok(())
            }
            _ => {
                self.on_the_way -= 1;
                self.figures.wrong += 1;
                Ok(())
            }
        }
    }

    fn again(&mut self) -> io::Result<()> {
        for step in [DIAL, BEGIN] {
            for coming in &mut self.coming[step] {
                let Some(one) = coming.as_mut().filter(|one| one.sent.elapsed() >= RESEND) else { continue };
                if one.tries == TRIES {
                    *coming = None;
                    self.on_the_way -= 1;
                    self.figures.lost += 1;
                    continue;
                }
                self.sockets[step].send(&one.request)?;
                (one.sent, one.tries) = (Instant::now(), one.tries + 1);
            }
        }
        Ok(())
    }
}
