//! From a cookie to a person. The cookie holds 32 random bytes, the database their hash.

use crate::{Result, Services};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use domain::people::{Actor, Bounds, Caller, Impersonator, PlatformCaller, Role, SessionMark, can_hold, held_to_zones};
use domain::platform::{Decided, Standing};
use domain::rights::Permission;
use domain::trust::{OnMove, Owes, is_known, may_come};
use domain::{AccountId, CustomerId, IspId};
use sha2::{Digest, Sha256};
use std::net::IpAddr;
use storage::sessions::Session;
use storage::{IspTx, OwnTx, audit};
use uuid::Uuid;

/// Who somebody turned out to be.
#[expect(clippy::large_enum_variant, reason = "one for a request, and not for long")]
#[derive(Clone, Debug)]
pub enum Who {
    Isp {
        caller: Caller,
        language: Option<String>,
    },
    Platform {
        caller: PlatformCaller,
        language: Option<String>,
    },
    /// His password was right and something is still missing: nothing opens for him yet but what brings it.
    Half {
        who: Box<Who>,
        owes: Owes,
    },
}

/// Somebody about himself.
pub(super) struct Myself {
    pub account: Uuid,
    pub role: Role,
    pub name: String,
    pub isp: Option<IspId>,
    pub session: SessionMark,
    /// A subscriber with his line's password has no account of his own.
    pub line: bool,
    /// Somebody else acts as he.
    pub borrowed: bool,
}

impl Who {
    pub fn role(&self) -> Role {
        match self {
            Who::Isp { caller, .. } => caller.role,
            Who::Platform { caller, .. } => caller.role,
            Who::Half { who, .. } => who.role(),
        }
    }

    /// The same person, having just proven that it is he.
    pub fn proven(mut self, now: DateTime<Utc>) -> Self {
        let session = match &mut self {
            Who::Isp { caller, .. } => &mut caller.session,
            Who::Platform { caller, .. } => &mut caller.session,
            Who::Half { .. } => return self,
        };
        if let Some(mark) = session {
            mark.proved_at = now;
        }
        self
    }

    /// Where he comes from.
    pub(super) fn ip(&self) -> Option<IpAddr> {
        match self {
            Who::Isp { caller, .. } => caller.ip,
            Who::Platform { caller, .. } => caller.ip,
            Who::Half { who, .. } => who.ip(),
        }
    }

    /// Who acts as this person.
    pub fn impersonator(&self) -> Option<&Impersonator> {
        match self {
            Who::Isp { caller, .. } => caller.bounds.impersonator.as_ref(),
            Who::Platform { .. } => None,
            Who::Half { who, .. } => who.impersonator(),
        }
    }

    pub(super) fn myself(&self) -> Result<Myself> {
        let (actor, role, isp, session) = match self {
            Who::Isp { caller, .. } => (&caller.actor, caller.role, Some(caller.isp_id), caller.session),
            Who::Platform { caller, .. } => (&caller.actor, caller.role, None, caller.session),
            Who::Half { who, .. } => return who.myself(),
        };
        let session = session.ok_or(crate::Error::NotFound)?;
        let borrowed = self.impersonator().is_some();
        let (account, name, line) = match actor {
            Actor::Account { id, name } => (id.0, name.clone(), false),
            Actor::Subscriber { id, name } => (id.0, name.clone(), true),
            Actor::System(_) => return Err(crate::Error::NotFound),
        };
        Ok(Myself { account, role, name, isp, session, line, borrowed })
    }

    /// A transaction where his account is. What is about himself alone goes on while his provider is suspended.
    pub(super) async fn begin(&self, services: &Services) -> Result<OwnTx> {
        match self {
            Who::Isp { caller, .. } => Ok(OwnTx::Isp(services.begin(&Caller { read_only: false, ..caller.clone() }).await?)),
            Who::Platform { caller, .. } => {
                Ok(OwnTx::Platform(services.db.platform(&PlatformCaller { read_only: false, ..caller.clone() }).await?))
            }
            Who::Half { who, .. } => Box::pin(who.begin(services)).await,
        }
    }
}

/// Notes what somebody did with his own account; the platform's own people are noted in the server's log.
pub(super) async fn note(
    tx: &mut OwnTx,
    services: &Services,
    me: &Myself,
    action: &'static str,
    before: Option<serde_json::Value>,
    after: Option<serde_json::Value>,
) -> Result<()> {
    match tx {
        OwnTx::Isp(tx) => {
            let change = audit::Change {
                action,
                object_kind: if me.line { "customer" } else { "account" },
                object_id: Some(me.account),
                before,
                after,
                ..audit::Change::default()
            };
            Ok(audit::record(tx, services.now(), change).await?)
        }
        OwnTx::Platform(_) => {
            tracing::info!(account = %me.account, action, "an account of the platform");
            Ok(())
        }
    }
}

/// A session ends this long after the password at the latest.
pub(super) const LIFETIME: TimeDelta = TimeDelta::days(7);
/// Who does not bring what is missing in this time begins again.
pub(super) const HALF_LIFETIME: TimeDelta = TimeDelta::minutes(10);

pub(crate) fn hash_token(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

pub(crate) fn new_token() -> String {
    let bytes: [u8; 32] = rand::random();
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The person a session token belongs to, if he may still be here: not expired, not idle too long, not disabled, and
/// on the site where he signed in (`isp`: the ISP of the host, `None` on the platform's own host).
pub async fn recognise(services: &Services, token: &str, isp: Option<IspId>, ip: Option<IpAddr>) -> Result<Option<Who>> {
    look_up(services, token, isp, ip, true).await
}

/// The same for what a page asks by itself: that is nobody's click, and the session grows idle meanwhile.
pub async fn recognise_quietly(services: &Services, token: &str, isp: Option<IspId>, ip: Option<IpAddr>) -> Result<Option<Who>> {
    look_up(services, token, isp, ip, false).await
}

async fn look_up(services: &Services, token: &str, isp: Option<IspId>, ip: Option<IpAddr>, seen: bool) -> Result<Option<Who>> {
    let now = services.now();
    let mut tx = services.db.platform(&PlatformCaller::system("session")).await?;
    let Some(session) = storage::sessions::find(&mut tx, &hash_token(token), now).await? else { return Ok(None) };
    let idle = TimeDelta::minutes(i64::from(session.idle_minutes));
    if session.expires_at <= now || session.seen_at + idle <= now || session.isp_id.map(IspId) != isp {
        return Ok(None);
    }
    let owes = match owed(&session, ip) {
        Owed::Step(owes) => owes,
        Owed::Begin => return Ok(None),
        Owed::End => {
            storage::sessions::close(&mut tx, &hash_token(token)).await?;
            tx.commit().await?;
            return Ok(None);
        }
    };
    // A stranger's tries do not keep it awake.
    let seen = seen && owes != Some(Owes::Confirm);
    if seen && session.seen_at + TimeDelta::minutes(1) < now {
        storage::sessions::touch(&mut tx, session.id, now).await?;
        // Whoever acts as another is not idle in his own.
        if let Some(parent) = session.parent_id {
            storage::sessions::touch(&mut tx, parent, now).await?;
        }
    }
    let who = match isp {
        None => {
            let who = on_platform(&mut tx, &session, ip).await?;
            tx.commit().await?;
            who
        }
        Some(isp) => {
            tx.commit().await?;
            in_isp(services, isp, &session, ip).await?
        }
    };
    Ok(who.map(|who| match owes {
        None => who,
        Some(owes) => Who::Half { who: Box::new(who), owes },
    }))
}

/// What a session owes where it is used now.
enum Owed {
    Step(Option<Owes>),
    /// There it is none.
    Begin,
    /// It is over.
    End,
}

fn owed(session: &Session, ip: Option<IpAddr>) -> Owed {
    let owes = session.owes.as_deref().map(|slug| Owes::from_slug(slug).unwrap_or(Owes::Code));
    if is_known(&session.known_networks(), ip) {
        return Owed::Step(owes);
    }
    match OnMove::from_slug(&session.on_move).unwrap_or(OnMove::Ask) {
        OnMove::Off => Owed::Step(owes),
        OnMove::End => Owed::End,
        // Who has not come in yet begins again, and so does who acts as another: no password opens that.
        OnMove::Ask if owes.is_some() || session.parent_id.is_some() => Owed::Begin,
        OnMove::Ask => Owed::Step(Some(Owes::Confirm)),
    }
}

fn mark(session: &Session) -> Option<SessionMark> {
    Some(SessionMark { id: session.id, proved_at: session.proved_at })
}

async fn on_platform(tx: &mut storage::PlatformTx, session: &Session, ip: Option<IpAddr>) -> Result<Option<Who>> {
    let account = storage::accounts::find_platform(tx, session.account_id.into()).await?.filter(|account| account.active);
    let Some(account) = account else { return Ok(None) };
    let decided = match account.tenant_id {
        None => Decided::Active,
        Some(tenant) => storage::tenants::decided_of(tx, tenant).await?.unwrap_or(Decided::Ended),
    };
    if decided == Decided::Ended || !may_come(&storage::admin_networks::active(tx, None).await?, ip) {
        return Ok(None);
    }
    Ok(Some(Who::Platform {
        caller: PlatformCaller {
            actor: Actor::Account { id: account.id, name: account.name },
            role: account.role,
            tenant_id: account.tenant_id,
            ip,
            session: mark(session),
            read_only: decided != Decided::Active,
        },
        language: account.language,
    }))
}

async fn in_isp(services: &Services, isp_id: IspId, session: &Session, ip: Option<IpAddr>) -> Result<Option<Who>> {
    let mut tx = services.begin(&Caller::system(isp_id, "session")).await?;
    let standing = storage::isps::find(&mut tx, isp_id).await?.map_or(Standing::Closed, |isp| isp.standing);
    if standing == Standing::Closed {
        return Ok(None);
    }
    let request_id = Some(Uuid::now_v7());
    let impersonator = match (session.impersonator_id, session.impersonator_name.clone()) {
        (Some(id), Some(name)) => Some(Impersonator { id: id.into(), name }),
        _ => None,
    };
    let bounds = Bounds { impersonator, ..Bounds::default() };
    let caller = Caller { ip, request_id, session: mark(session), bounds, ..Caller::system(isp_id, "session") };
    if let Some(customer) = session.customer_id.map(CustomerId)
        && session.account_id == customer.0
    {
        let Some(name) = storage::customers::name(&mut tx, customer).await? else { return Ok(None) };
        let actor = Actor::Subscriber { id: customer, name };
        // Somebody of the staff who acts as him is held as he is in his own account.
        let read_only = standing != Standing::Open && caller.bounds.impersonator.is_some();
        let caller = Caller { actor, role: Role::Customer, customer_id: Some(customer), read_only, ..caller };
        return Ok(Some(Who::Isp { caller, language: None }));
    }
    let found = as_account(&mut tx, services.now(), &standing, AccountId(session.account_id), caller).await?;
    Ok(found.map(|(caller, language)| Who::Isp { caller, language }))
}

/// What an account may see and do at this moment, wherever it comes in: nothing while it is suspended, or from outside of
/// the networks of its ISP. `known`: what is known of whoever comes.
pub(crate) async fn as_account(
    tx: &mut IspTx,
    now: DateTime<Utc>,
    standing: &Standing,
    id: AccountId,
    known: Caller,
) -> Result<Option<(Caller, Option<String>)>> {
    let Some(account) = storage::accounts::find(tx, id).await?.filter(|account| account.active) else { return Ok(None) };
    // A session is worth nothing outside, also one that was opened inside.
    let staff = account.role != Role::Customer || known.bounds.impersonator.is_some();
    if staff && !may_come(&storage::admin_networks::active(tx, Some(known.isp_id.0)).await?, known.ip) {
        return Ok(None);
    }
    let keys = storage::grants::holding(tx, id, &account.owner_path, now).await?;
    let mut bounds = closed_with(known.bounds.clone(), &keys);
    bounds.closed.extend(Permission::ALL.iter().copied().filter(|key| !can_hold(account.role, &account.owner_path, *key)));
    // Managers and staff may be held to branches; a special key opens them all.
    let held_here = matches!(account.role, Role::Manager | Role::Staff) && account.owner_path == "/";
    let of_all = Permission::AccessAllCustomers;
    let all = keys.granted.contains(&of_all) && !bounds.closed.contains(&of_all);
    if held_here && !all {
        let held = storage::branches::holding(tx, id).await?;
        bounds.branches = Some(held).filter(|held| !held.is_empty());
    }
    // So they may be to zones, and sellers besides.
    if !all && held_to_zones(account.role) {
        bounds.zones = storage::zones::holding(tx, id, &account.owner_path).await?;
    }
    // Who sells has a branch; who works for him stands in it and sees no more than he.
    let sells = matches!(account.role, Role::Reseller | Role::SubReseller);
    let owner_path = (sells || account.owner_path != "/").then_some(account.owner_path);
    let actor = Actor::Account { id, name: account.name };
    // Subscribers have paid the ISP: what it owes is not theirs to feel.
    let read_only = *standing != Standing::Open && (account.role != Role::Customer || bounds.impersonator.is_some());
    let (role, customer_id) = (account.role, account.customer_id);
    let caller = Caller { actor, role, grants: keys.granted, owner_path, customer_id, bounds, read_only, ..known };
    Ok(Some((caller, account.language)))
}

/// What is closed for this person, and on top of it what nobody does as somebody else.
fn closed_with(known: Bounds, keys: &storage::grants::Keys) -> Bounds {
    let mut closed = keys.closed.clone();
    if known.impersonator.is_some() {
        closed.extend(Permission::ALL.iter().copied().filter(|permission| permission.is_never_borrowed()));
    }
    Bounds { closed, for_one: keys.for_one.clone(), ..known }
}

/// Ends a session. Ending one that is gone is no fault.
pub async fn sign_out(services: &Services, token: &str) -> Result<()> {
    let mut tx = services.db.platform(&PlatformCaller::system("sign out")).await?;
    storage::sessions::close(&mut tx, &hash_token(token)).await?;
    Ok(tx.commit().await?)
}
