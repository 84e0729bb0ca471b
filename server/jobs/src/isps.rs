//! Which ISPs there are, for everything that looks at each of them every few seconds: read once for all that ask within a
//! moment.

use domain::IspId;
use domain::people::PlatformCaller;
use services::{Result, Services};
use std::sync::Arc;
use std::time::Duration;
use storage::isps;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// A new ISP is noticed so much later at most.
pub(crate) const FRESH: Duration = Duration::from_secs(5);

/// When it was read, and what.
type Known = Option<(Instant, Arc<[IspId]>)>;

/// ISPs at which work goes on.
#[derive(Clone)]
pub(crate) struct Isps {
    services: Services,
    fresh: Duration,
    known: Arc<Mutex<Known>>,
}

impl Isps {
    /// What was read is good for so long.
    pub fn new(services: &Services, fresh: Duration) -> Self {
        Self { services: services.clone(), fresh, known: Arc::default() }
    }

    pub async fn active(&self) -> Result<Arc<[IspId]>> {
        // Whoever asks meanwhile waits for the one who reads.
        let mut known = self.known.lock().await;
        if let Some((at, all)) = known.as_ref()
            && at.elapsed() < self.fresh
        {
            return Ok(all.clone());
        }
        let mut tx = self.services.db.platform(&PlatformCaller::system("isps")).await?;
        let all = isps::list(&mut tx).await?;
        tx.commit().await?;
        let all: Arc<[IspId]> = all.into_iter().filter(|isp| isp.active).map(|isp| isp.id).collect();
        *known = Some((Instant::now(), all.clone()));
        Ok(all)
    }
}
