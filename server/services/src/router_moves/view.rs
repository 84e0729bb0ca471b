//! Runs as pages show them: never with a password or a secret.

use crate::{Error, Result, Services, require};
use domain::people::Caller;
use domain::rights::Permission;
use domain::router_moves::SecretState;
use domain::{RouterId, RouterMoveId};
use storage::router_moves::secrets::{self, SecretRow};
use storage::router_moves::{self as sql, MoveRow, WaveRow};

/// So many names are listed; the rest is a number.
const LISTED: i64 = 200;

/// One run with its waves, and those of its secrets that somebody has to know of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoveView {
    pub run: MoveRow,
    pub waves: Vec<WaveRow>,
    pub counts: Vec<(SecretState, i64)>,
    /// Online before their wave and not back.
    pub missing: Vec<SecretRow>,
    /// Left on the router, or not as they were.
    pub apart: Vec<SecretRow>,
}

impl MoveView {
    pub fn count(&self, state: SecretState) -> i64 {
        self.counts.iter().find(|(one, _)| *one == state).map_or(0, |(_, many)| *many)
    }
}

/// The newest run of a router.
pub async fn latest(services: &Services, caller: &Caller, router: RouterId) -> Result<Option<MoveRow>> {
    require(caller, Permission::NetworkView)?;
    let mut tx = services.begin(caller).await?;
    Ok(sql::moves(&mut tx, Some(router), None, 1).await?.pop())
}

pub async fn move_view(services: &Services, caller: &Caller, id: RouterMoveId) -> Result<MoveView> {
    require(caller, Permission::NetworkView)?;
    let apart = [SecretState::Left, SecretState::Kept, SecretState::Changed, SecretState::Gone];
    let mut tx = services.begin(caller).await?;
    Ok(MoveView {
        run: sql::moves(&mut tx, None, Some(id), 1).await?.pop().ok_or(Error::NotFound)?,
        waves: sql::waves(&mut tx, id).await?,
        counts: secrets::counts(&mut tx, id).await?,
        missing: secrets::missing(&mut tx, id, LISTED).await?,
        apart: secrets::some(&mut tx, id, &apart, None, LISTED).await?,
    })
}
