//! Copies of routers for rehearsals: simulated ones, on this machine alone, that hold what the real one showed.

use futures_util::future::BoxFuture;
use services::provisioning::{Original, Replica, Stage};
use simlab::routeros::{Router, Setup};
use std::io;

pub struct SimulatedCopies;

impl Stage for SimulatedCopies {
    fn replica(&self, original: Original) -> BoxFuture<'_, io::Result<Replica>> {
        Box::pin(async move {
            let Original { name, version, rows, login, password } = original;
            let router = Router::start(Setup::on_loopback(name, &login, &password, version)).await?;
            router.at_console(|tree| rows.iter().for_each(|(menu, rows)| tree.fill(menu, rows)));
            Ok(Replica { address: router.address(), standing: Box::new(router) })
        })
    }
}
