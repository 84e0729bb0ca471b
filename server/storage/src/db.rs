//! The only door to the database. A transaction is opened for somebody: for one ISP (and perhaps one branch or one
//! customer of it), or for the platform. The row-level policies do the rest.

use crate::{Error, Result};
use domain::people::{Caller, PlatformCaller};
use domain::{Currency, IspId};
use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use sqlx::{PgConnection, PgPool, Postgres, Transaction};
use std::time::Duration;

/// A database and its pool, which nobody else sees.
#[derive(Clone)]
pub struct Db {
    pool: PgPool,
}

/// A transaction inside one ISP. Dropped without `commit`, it never happened.
pub struct IspTx {
    tx: Transaction<'static, Postgres>,
    caller: Caller,
}

/// A transaction on the platform's own tables; sees no row of any ISP.
pub struct PlatformTx {
    tx: Transaction<'static, Postgres>,
    caller: PlatformCaller,
}

impl Db {
    /// Connects with at most `connections` connections and refuses a role that row-level security does not hold.
    pub async fn connect(url: &str, connections: u32) -> Result<Self> {
        let options: PgConnectOptions = url.parse()?;
        let pool = PgPoolOptions::new()
            .max_connections(connections)
            .min_connections(1)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(options.application_name("lastmile"))
            .await?;
        let db = Self { pool };
        db.refuse_unsafe_role().await?;
        Ok(db)
    }

    async fn refuse_unsafe_role(&self) -> Result<()> {
        let role = sqlx::query!(
            "select rolname::text as \"name!\", rolsuper or rolbypassrls as \"unsafe!\" from pg_roles where rolname = current_user"
        )
        .fetch_one(&self.pool)
        .await?;
        if role.r#unsafe { Err(Error::UnsafeRole(role.name)) } else { Ok(()) }
    }

    /// Brings the schema up to date.
    pub async fn migrate(&self) -> Result<()> {
        crate::migrate(&self.pool).await
    }

    /// Opens a transaction that sees what `caller` may see of his ISP. Whoever may only read cannot write in it, whatever a
    /// use case forgets.
    pub async fn isp(&self, caller: &Caller) -> Result<IspTx> {
        let mut tx = self.pool.begin().await?;
        enter(&mut tx, caller).await?;
        if caller.read_only {
            only_read(&mut tx).await?;
        }
        Ok(IspTx { tx, caller: caller.clone() })
    }

    /// Opens a transaction on the platform's tables.
    pub async fn platform(&self, caller: &PlatformCaller) -> Result<PlatformTx> {
        let mut tx = self.pool.begin().await?;
        if caller.read_only {
            only_read(&mut tx).await?;
        }
        Ok(PlatformTx { tx, caller: caller.clone() })
    }

    /// A connection that hears notifications on the channels; reconnects by itself.
    pub async fn listen(&self, channels: &[&str]) -> Result<Listener> {
        let mut listener = PgListener::connect_with(&self.pool).await?;
        listener.listen_all(channels.iter().copied()).await?;
        Ok(Listener { listener })
    }

    /// Does the database answer?
    pub async fn ping(&self) -> Result<()> {
        sqlx::query!("select 1 as one").fetch_one(&self.pool).await?;
        Ok(())
    }

    /// For the job queue, which brings its own tables and its own connection handling. Not for queries.
    pub fn queue_pool(&self) -> PgPool {
        self.pool.clone()
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// Says which ISP, branch and customer the transaction is about.
async fn enter(tx: &mut Transaction<'static, Postgres>, caller: &Caller) -> Result<()> {
    // Held to branches or zones, he sees what hangs on a customer by the customer, as a seller does.
    let owner = caller.owner_path.as_deref().unwrap_or(if caller.bounds.is_held() { "/" } else { "" });
    let branches = caller.bounds.branches.as_ref().map(|held| listed(held)).unwrap_or_default();
    let zones = caller.bounds.zones.as_ref().map(|held| listed(held)).unwrap_or_default();
    let customer = caller.customer_id.map(|id| id.to_string()).unwrap_or_default();
    let set = sqlx::query_scalar!(
        "select set_config('app.isp_id', $1, true) || set_config('app.owner', $2, true) || set_config('app.customer', $3, true)
           || set_config('app.branches', $4, true) || set_config('app.zones', $5, true)",
        caller.isp_id.to_string(),
        owner,
        customer,
        branches,
        zones
    )
    .fetch_one(&mut **tx)
    .await?;
    match set.is_some_and(|set| set.starts_with(&caller.isp_id.to_string())) {
        true => Ok(()),
        false => Err(Error::Corrupt("app.isp_id was not taken".into())),
    }
}

/// As the policies read it, in order, because zones are looked up by halves. No text at all is everything, so that nothing is
/// written as zeros, which nothing has.
fn listed<T: ToString>(held: &[T]) -> String {
    if held.is_empty() {
        return uuid::Uuid::nil().to_string();
    }
    let mut all: Vec<String> = held.iter().map(ToString::to_string).collect();
    all.sort_unstable();
    all.join(",")
}

async fn only_read(tx: &mut Transaction<'static, Postgres>) -> Result<()> {
    sqlx::query!("set transaction read only").execute(&mut **tx).await?;
    Ok(())
}

impl IspTx {
    pub async fn commit(self) -> Result<()> {
        Ok(self.tx.commit().await?)
    }

    pub async fn rollback(self) -> Result<()> {
        Ok(self.tx.rollback().await?)
    }

    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    pub fn isp_id(&self) -> IspId {
        self.caller.isp_id
    }

    pub(crate) fn isp(&self) -> uuid::Uuid {
        self.caller.isp_id.0
    }

    pub(crate) fn conn(&mut self) -> &mut PgConnection {
        &mut self.tx
    }
}

impl PlatformTx {
    /// Goes on inside one ISP, in the same transaction: both halves happen, or neither.
    pub async fn enter(mut self, caller: &Caller) -> Result<IspTx> {
        enter(&mut self.tx, caller).await?;
        Ok(IspTx { tx: self.tx, caller: caller.clone() })
    }

    pub async fn commit(self) -> Result<()> {
        Ok(self.tx.commit().await?)
    }

    pub fn caller(&self) -> &PlatformCaller {
        &self.caller
    }

    pub(crate) fn conn(&mut self) -> &mut PgConnection {
        &mut self.tx
    }
}

/// Somebody's own transaction, wherever his account is: what is about himself alone is the same for everybody.
#[expect(clippy::large_enum_variant, reason = "one for a request, and not for long")]
pub enum OwnTx {
    Isp(IspTx),
    Platform(PlatformTx),
}

impl OwnTx {
    pub async fn commit(self) -> Result<()> {
        match self {
            OwnTx::Isp(tx) => tx.commit().await,
            OwnTx::Platform(tx) => tx.commit().await,
        }
    }
}

/// For tables that are read before anybody is known: any transaction will do. Nobody outside can name it.
pub(crate) mod sealed {
    pub trait Conn: Send {
        fn conn(&mut self) -> &mut sqlx::PgConnection;
    }
}

impl sealed::Conn for IspTx {
    fn conn(&mut self) -> &mut PgConnection {
        &mut self.tx
    }
}

impl sealed::Conn for PlatformTx {
    fn conn(&mut self) -> &mut PgConnection {
        &mut self.tx
    }
}

impl sealed::Conn for OwnTx {
    fn conn(&mut self) -> &mut PgConnection {
        match self {
            OwnTx::Isp(tx) => &mut tx.tx,
            OwnTx::Platform(tx) => &mut tx.tx,
        }
    }
}

/// Notifications of PostgreSQL.
pub struct Listener {
    listener: PgListener,
}

impl Listener {
    /// The next message: channel and payload. `None` means the connection was lost and is back: whatever was said
    /// meanwhile is lost, so look for yourself.
    pub async fn next(&mut self) -> Result<Option<(String, String)>> {
        let heard = self.listener.try_recv().await?;
        Ok(heard.map(|message| (message.channel().to_string(), message.payload().to_string())))
    }
}

pub(crate) fn currency(code: &str) -> Result<Currency> {
    crate::error::known(Currency::from_code(code), "currency", code)
}
