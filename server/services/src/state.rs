//! What every use case is given: the database, the key, the press and the clock. Cheap to clone.

use crate::documents::Press;
use crate::provisioning::Stage;
use crate::{Clock, Error, Keyring, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::IspId;
use domain::people::Caller;
use domain::trust::Network;
use std::net::SocketAddr;
use std::sync::Arc;
use storage::isps::Isp;
use storage::{Db, IspTx};

#[derive(Clone)]
pub struct Services {
    pub db: Db,
    pub keys: Keyring,
    pub press: Press,
    /// Where the RADIUS service beside this one is asked; none where none runs.
    pub radius: Option<SocketAddr>,
    /// Networks that nobody may say a device is in: what answers there is the server and its neighbours.
    pub closed: Arc<[Network]>,
    /// Where copies of routers stand; none where nobody makes them.
    pub stage: Option<Arc<dyn Stage>>,
    clock: Arc<dyn Clock>,
}

impl Services {
    pub fn new(db: Db, keys: Keyring, clock: Arc<dyn Clock>) -> Self {
        Self { db, keys, press: Press::default(), radius: None, closed: Arc::new([]), stage: None, clock }
    }

    /// With presses that set what ISPs wrote themselves in processes apart.
    pub fn with_press(self, press: Press) -> Self {
        Self { press, ..self }
    }

    /// With networks that devices may not be in.
    pub fn with_closed(self, networks: &[Network]) -> Self {
        Self { closed: networks.into(), ..self }
    }

    /// With a RADIUS service in the same process, for those who try it.
    pub fn with_radius(self, address: SocketAddr) -> Self {
        Self { radius: Some(address), ..self }
    }

    /// With a place for copies of routers, on which runs are tried first.
    pub fn with_stage(self, stage: Arc<dyn Stage>) -> Self {
        Self { stage: Some(stage), ..self }
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The ISP a caller works for.
    pub async fn isp(&self, id: IspId) -> Result<Isp> {
        storage::isps::load(&self.db, id).await?.ok_or(Error::NotFound)
    }

    /// Today's business day at an ISP.
    pub fn today(&self, isp: &Isp) -> NaiveDate {
        domain::zones::business_day(self.now(), isp.zone)
    }

    pub async fn begin(&self, caller: &Caller) -> Result<IspTx> {
        Ok(self.db.isp(caller).await?)
    }
}
