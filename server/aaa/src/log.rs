//! The attempt log, written behind the back of those who answer: they never wait for it, and when it falls behind it
//! loses attempts and counts them. It never sees a password.

use crate::counters::{Counters, count, count_many};
use crate::load::caller;
use domain::IspId;
use services::Services;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use storage::radius::attempts::{self, Attempt};
use tokio::sync::mpsc;
use tokio::time::sleep;

const WAITING: usize = 32_768;
const EVERY: Duration = Duration::from_millis(200);
/// Rows in one statement.
const BATCH: usize = 5_000;
const RETRY: Duration = Duration::from_secs(1);

pub(crate) struct Log {
    send: mpsc::Sender<(IspId, Attempt)>,
    counters: Arc<Counters>,
}

impl Log {
    pub fn new(counters: Arc<Counters>) -> (Self, mpsc::Receiver<(IspId, Attempt)>) {
        let (send, receive) = mpsc::channel(WAITING);
        (Self { send, counters }, receive)
    }

    pub fn record(&self, isp: IspId, attempt: Attempt) {
        if self.send.try_send((isp, attempt)).is_err() {
            count(&self.counters.attempts_dropped);
        }
    }
}

/// Writes until every `Log` is gone.
pub(crate) async fn run(services: Services, mut receive: mpsc::Receiver<(IspId, Attempt)>, counters: Arc<Counters>) {
    let mut taken = Vec::new();
    while receive.recv_many(&mut taken, BATCH).await > 0 {
        // What is full is written at once; for the rest a moment's wait saves statements.
        if taken.len() < BATCH && !receive.is_closed() {
            sleep(EVERY).await;
            while let (true, Ok(more)) = (taken.len() < BATCH, receive.try_recv()) {
                taken.push(more);
            }
        }
        let mut by_isp: HashMap<IspId, Vec<Attempt>> = HashMap::new();
        for (isp, attempt) in taken.drain(..) {
            by_isp.entry(isp).or_default().push(attempt);
        }
        for (isp, attempts) in by_isp {
            write(&services, isp, &attempts, &receive, &counters).await;
        }
    }
}

async fn write(services: &Services, isp: IspId, batch: &[Attempt], receive: &mpsc::Receiver<(IspId, Attempt)>, counters: &Counters) {
    loop {
        match write_once(services, isp, batch).await {
            Ok(()) => return,
            Err(error) if error.is_away() && !receive.is_closed() => sleep(RETRY).await,
            Err(error) => {
                tracing::warn!(%error, attempts = batch.len(), "attempts could not be logged");
                count_many(&counters.attempts_dropped, batch.len());
                return;
            }
        }
    }
}

async fn write_once(services: &Services, isp: IspId, batch: &[Attempt]) -> storage::Result<()> {
    let mut tx = services.db.isp(&caller(isp)).await?;
    attempts::record(&mut tx, batch).await?;
    tx.commit().await
}
