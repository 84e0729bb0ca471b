//! Tells access servers what changed (RFC 5176): takes orders that are due, asks the server of each session, and writes
//! what it said. Whoever does not answer is asked again, later and later; several servers of ours share the work.

use crate::counters::{Counters, count};
use crate::directory::{Client, Directory};
use crate::load::{self, caller};
use chrono::{DateTime, TimeDelta, Utc};
use domain::IspId;
use domain::accounting::session_id_octets;
use domain::radius::NasVendor;
use integrations::radius::{Change, ChangeAnswer, SESSION_NOT_FOUND, SessionName, ask_for_change};
use services::Services;
use services::radius::orders::{heed_nudges, read_lines, told};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use storage::radius::orders::{self, Answered, Became, DueOrder};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

/// Also without being told of anything, it looks so often.
const EVERY: Duration = Duration::from_secs(5);
/// Orders that are asked side by side.
const AT_ONCE: i64 = 64;
/// Whoever takes an order has this long to say what became of it; three tries take seven seconds.
const LEASE: TimeDelta = TimeDelta::seconds(30);
/// After so many failures somebody has to look.
const MOST_ATTEMPTS: i16 = 8;

pub(crate) struct Changes {
    pub services: Services,
    pub directory: Arc<Directory>,
    pub counters: Arc<Counters>,
    /// Our own address, by which servers know us.
    pub source: IpAddr,
}

impl Changes {
    /// Works until `stop`; `hear` names ISPs where something changed.
    pub async fn run(self: Arc<Self>, mut hear: mpsc::Receiver<IspId>, mut stop: watch::Receiver<bool>) {
        let mut every = interval(EVERY);
        every.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let isps = tokio::select! {
                _ = every.tick() => self.directory.isps(),
                heard = hear.recv() => match heard {
                    Some(isp) => vec![isp],
                    None => return,
                },
                _ = stop.wait_for(|stop| *stop) => return,
            };
            for isp in isps {
                let worked = tokio::select! {
                    worked = self.clone().work(isp) => worked,
                    // Orders that are on the way are taken up by whoever comes next, when their time is over.
                    _ = stop.wait_for(|stop| *stop) => return,
                };
                match worked {
                    Ok(()) => self.directory.sees(),
                    Err(error) => {
                        if matches!(error, services::Error::Upstream(_)) {
                            self.directory.lost_sight(self.services.now());
                        }
                        tracing::debug!(%error, "changes of authorisation wait");
                    }
                }
            }
        }
    }

    async fn work(self: Arc<Self>, isp: IspId) -> services::Result<()> {
        while heed_nudges(&self.services, isp).await? > 0 {}
        let mut tx = self.services.db.isp(&caller(isp)).await?;
        orders::verify(&mut tx, self.services.now()).await?;
        tx.commit().await?;
        loop {
            let now = self.services.now();
            let mut tx = self.services.db.isp(&caller(isp)).await?;
            let due = orders::claim(&mut tx, now, now + LEASE, AT_ONCE).await?;
            tx.commit().await?;
            if due.is_empty() {
                return Ok(());
            }
            let due = self.still_wanted(isp, due, now).await?;
            let mut asking = JoinSet::new();
            for order in due {
                asking.spawn(self.clone().one(isp, order));
            }
            while let Some(done) = asking.join_next().await {
                match done {
                    Ok(Ok(())) => {}
                    Ok(Err(error)) => tracing::warn!(%error, "what became of a change could not be written; it will be asked again"),
                    Err(error) => tracing::error!(%error, "a change of authorisation panicked"),
                }
            }
        }
    }

    /// What an order wanted may be past by now: it is compared with the line as it is.
    async fn still_wanted(&self, isp: IspId, due: Vec<DueOrder>, now: DateTime<Utc>) -> services::Result<Vec<DueOrder>> {
        let settings = self.services.isp(isp).await?;
        let mut tx = self.services.db.isp(&caller(isp)).await?;
        let ids: Vec<_> = due.iter().map(|order| order.session.service_id).collect();
        let lines = read_lines(&mut tx, &ids, now).await?;
        // Whoever is sent away dials again at once, and has to meet what is right by now.
        if let Some(book) = self.directory.book(isp) {
            load::some(&self.services, &book, &ids).await?;
        }
        let mut wanted = Vec::with_capacity(due.len());
        for mut order in due {
            let by_state = !matches!(order.cause.as_str(), "duplicate" | "block_listed" | "request");
            let news = told(order.session.clone(), &order.cause, lines.get(&order.session.service_id), &settings, now, true);
            match news {
                _ if order.over => orders::record(&mut tx, &order, &Became::Unneeded, None, now).await?,
                None if by_state => orders::record(&mut tx, &order, &Became::Unneeded, None, now).await?,
                Some(news) if by_state && order.rate.is_some() => {
                    (order.rate, order.grants) = (news.rate, news.grants);
                    wanted.push(order);
                }
                _ => wanted.push(order),
            }
        }
        tx.commit().await?;
        Ok(wanted)
    }

    /// Asks for one order and writes what became of it.
    async fn one(self: Arc<Self>, isp: IspId, order: DueOrder) -> storage::Result<()> {
        let client = self.directory.client(isp, order.session.nas_id);
        let answer = match client.as_ref().and_then(|client| client.coa_port.map(|port| (client, SocketAddr::new(client.address, port)))) {
            // It is not in use, or hears nothing: asking again changes nothing before a person does.
            None => None,
            Some((client, server)) => {
                let session = name(&order, client);
                let change = change(&order, client.vendor);
                count(&self.counters.changes_asked);
                let asked = ask_for_change(self.source, server, &client.secret, &session, &change, rand::random()).await;
                Some(asked.unwrap_or_else(|error| {
                    tracing::warn!(%error, %server, "a change of authorisation could not be sent");
                    ChangeAnswer::Unreachable
                }))
            }
        };
        let now = self.services.now();
        let (became, answered) = match answer {
            None => (Became::Failed, Some(Answered { word: "unreachable", error_cause: None })),
            Some(answer) => became(&order, answer, now),
        };
        if became == Became::Done {
            count(&self.counters.changes_done);
        }
        let mut tx = self.services.db.isp(&caller(isp)).await?;
        orders::record(&mut tx, &order, &became, answered, now).await?;
        tx.commit().await?;
        if became == Became::Gone
            && let Some(book) = self.directory.book(isp)
        {
            book.online.closed(order.session.service_id, order.session.nas_id, &order.acct_session_id);
        }
        Ok(())
    }
}

fn name(order: &DueOrder, client: &Client) -> SessionName {
    SessionName {
        username: order.username.clone(),
        acct_session_id: session_id_octets(&order.acct_session_id),
        framed_ip: order.ip,
        // RouterOS answers 403 to an address it does not call its own, and finds the session without it.
        nas_ip: (client.vendor != NasVendor::Mikrotik).then_some(client.address),
    }
}

fn change(order: &DueOrder, vendor: NasVendor) -> Change {
    let Some(rate) = &order.rate else { return Change::Disconnect };
    let (up, down) = domain::access::rate_bits(rate);
    match vendor {
        NasVendor::Mikrotik => Change::MikrotikRate(rate.clone()),
        NasVendor::Huawei => Change::HuaweiRate { up, down },
        NasVendor::Generic => Change::WisprRate { up, down },
    }
}

/// What follows from an answer.
fn became(order: &DueOrder, answer: ChangeAnswer, now: DateTime<Utc>) -> (Became, Option<Answered>) {
    let again = if order.attempts >= MOST_ATTEMPTS { Became::Failed } else { Became::Again { at: now + wait(order.attempts) } };
    match answer {
        ChangeAnswer::Ack => (Became::Done, Some(Answered { word: "ack", error_cause: None })),
        ChangeAnswer::Nak(cause) => {
            let answered = Answered { word: "nak", error_cause: cause.and_then(|cause| i32::try_from(cause).ok()) };
            let became = match cause {
                Some(SESSION_NOT_FOUND) => Became::Gone,
                // A server that cannot change a session can still end it; whoever dials again gets what is right.
                _ if order.rate.is_some() => Became::Disconnect,
                _ => again,
            };
            (became, Some(answered))
        }
        ChangeAnswer::Timeout => (again, Some(Answered { word: "timeout", error_cause: None })),
        ChangeAnswer::Unreachable => (again, Some(Answered { word: "unreachable", error_cause: None })),
    }
}

fn wait(attempts: i16) -> TimeDelta {
    match attempts {
        ..=1 => TimeDelta::seconds(5),
        2 => TimeDelta::seconds(15),
        3 => TimeDelta::minutes(1),
        4 => TimeDelta::minutes(5),
        _ => TimeDelta::minutes(15),
    }
}
