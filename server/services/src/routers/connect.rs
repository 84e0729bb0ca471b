//! Reaches a router: reads where it is and as whom, unseals the password, and connects with no transaction open.

use super::live::told;
use crate::{Error, Result, Services};
use domain::RouterId;
use domain::people::Caller;
use domain::routers::{Router, RouterDoor, Why};
use integrations::routeros::{Api, Door, Fingerprint, Limits, Login, RouterError, Security};
use std::net::SocketAddr;
use std::ops::Deref;
use storage::routers::{self, SealedRouter};
use tokio::net::lookup_host;
use tokio::time::timeout;

/// A connection to a known router.
pub struct Link {
    pub router: Router,
    api: Api,
}

impl Deref for Link {
    type Target = Api;

    fn deref(&self) -> &Api {
        &self.api
    }
}

/// Connects to a router that is in use. Whether the caller may do with it what he wants is asked by whoever wants it.
///
/// # Errors
/// `NotFound`; `Conflict` with what is wrong in words when it cannot be reached or does not let us in.
pub async fn connect(services: &Services, caller: &Caller, id: RouterId) -> Result<Link> {
    let mut tx = services.begin(caller).await?;
    let found = routers::sealed(&mut tx, &[id]).await?.pop();
    drop(tx);
    let found = found.filter(|found| found.router.active).ok_or(Error::NotFound)?;
    let name = found.router.name.clone();
    link(services, found, Limits::default()).await.map_err(|error| told(&name, &error))
}

/// Connects with what was read of a router before.
pub async fn link(services: &Services, found: SealedRouter, limits: Limits) -> std::result::Result<Link, RouterError> {
    let SealedRouter { router, password_sealed } = found;
    let password = services.keys.open_text(router.id.0, &password_sealed).map_err(|_| {
        tracing::error!(router = %router.id, "the password of a router does not open with this key");
        RouterError::AuthFailed
    })?;
    let fingerprint = router.fingerprint.as_deref().and_then(|text| text.parse::<Fingerprint>().ok());
    let security = match (router.door, fingerprint) {
        (RouterDoor::Api, _) => Security::Plain { password_in_clear: true },
        (_, Some(fingerprint)) => Security::Tls(fingerprint),
        (_, None) => return Err(RouterError::NoCertificate("none has been confirmed".into())),
    };
    let address = resolve(services, &router, limits).await?;
    let login = Login { name: router.username.clone(), password };
    let door = Door { address, security };
    let api = match router.door {
        RouterDoor::Rest => Api::open_rest(&door, &login, limits).await?,
        RouterDoor::Api | RouterDoor::ApiTls => Api::open(&door, &login, limits).await?,
    };
    Ok(Link { router, api })
}

/// The address behind a name, or the address itself. What is connected to is what was looked at: a name that says something
/// else a moment later opens no way to the server's neighbours.
pub(super) async fn resolve(services: &Services, router: &Router, limits: Limits) -> std::result::Result<SocketAddr, RouterError> {
    let found = timeout(limits.open, lookup_host((router.host.as_str(), router.port))).await.map_err(|_| RouterError::Silent)?;
    let unknown = || RouterError::Unreachable(std::io::ErrorKind::NotFound);
    let address = found.map_err(|_| unknown())?.next().ok_or_else(unknown)?;
    let closed = services.closed.iter().any(|network| network.contains(address.ip().to_canonical()));
    if closed { Err(RouterError::Closed(address.ip())) } else { Ok(address) }
}

/// What an error means for whoever looks after the router.
pub fn why(error: &RouterError) -> Why {
    match error {
        RouterError::Unreachable(_) => Why::Unreachable,
        RouterError::Closed(_) => Why::Closed,
        RouterError::Silent => Why::Silent,
        RouterError::Tls(_) => Why::Tls,
        RouterError::NoCertificate(words) if words == "none has been confirmed" => Why::Unconfirmed,
        RouterError::NoCertificate(_) => Why::Tls,
        RouterError::OtherCertificate { .. } => Why::OtherCertificate,
        RouterError::NotRouterOs => Why::NotRouterOs,
        RouterError::AuthFailed | RouterError::PasswordWouldBeSeen => Why::Login,
        RouterError::Trap(_) => Why::Refused,
        RouterError::Fatal(_) | RouterError::Malformed(_) | RouterError::Broken | RouterError::TooMany => Why::Broken,
    }
}
