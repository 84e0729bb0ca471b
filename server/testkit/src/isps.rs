//! Two ISPs of one tenant, strangers to each other, in a database of their own, with a clock that obeys.

use crate::TestDb;
use chrono::{DateTime, Utc};
use domain::access::SuspendedAccess;
use domain::people::{Actor, Bounds, Caller, PlatformCaller, Role};
use domain::trust::SignInRule;
use domain::{AccountId, BillingProfileId, Currency, IspId, TenantId};
use services::{Keyring, ManualClock, Services};
use std::sync::Arc;
use storage::isps::NewIsp;
use uuid::Uuid;

/// An ISP with its chart of accounts and a default billing profile (day 1, due after 7 days, 3 days of grace).
#[derive(Clone)]
pub struct TestIsp {
    pub id: IspId,
    pub admin: Caller,
    pub profile: BillingProfileId,
}

pub struct World {
    pub db: TestDb,
    pub services: Services,
    pub clock: ManualClock,
    pub padma: TestIsp,
    pub meghna: TestIsp,
}

/// A fresh world at `now`, in Dhaka and in taka.
pub async fn world(now: &str) -> World {
    world_in(now, chrono_tz::Asia::Dhaka, Currency::Bdt).await
}

/// A fresh world at `now`, its ISPs in this zone and with this currency.
pub async fn world_in(now: &str, zone: chrono_tz::Tz, currency: Currency) -> World {
    let db = TestDb::new().await;
    let now: DateTime<Utc> = now.parse().expect("an RFC 3339 instant");
    let clock = ManualClock::at(now);
    let keys = Keyring::new(&[42; 32]).expect("a key");
    let services = Services::new(db.db.clone(), keys, Arc::new(clock.clone()));
    let tenant = TenantId(Uuid::now_v7());
    let mut tx = db.db.platform(&PlatformCaller::system("test")).await.expect("begin");
    storage::tenants::create_bare(&mut tx, tenant, "Delta").await.expect("tenant");
    // Stories sign in with a password alone, unless they are about more.
    let rule = SignInRule { second_factor: false, ..SignInRule::USUAL };
    storage::sign_in_rules::set(&mut tx, None, &rule, now).await.expect("rule");
    tx.commit().await.expect("commit");
    let padma = isp(&services, tenant, "padma", SuspendedAccess::Walled, (zone, currency)).await;
    let meghna = isp(&services, tenant, "meghna", SuspendedAccess::Reject, (zone, currency)).await;
    World { db, services, clock, padma, meghna }
}

async fn isp(
    services: &Services,
    tenant_id: TenantId,
    short_name: &str,
    suspended_access: SuspendedAccess,
    (zone, currency): (chrono_tz::Tz, Currency),
) -> TestIsp {
    let id = IspId(Uuid::now_v7());
    let new = NewIsp {
        id,
        tenant_id,
        name: short_name,
        native_name: None,
        short_name,
        zone,
        currency,
        language: "en",
        suspended_access,
        hosts: &[&format!("{short_name}.test")],
        at: services.now(),
    };
    let profile = services::isps::found(services, &PlatformCaller::system("test"), new).await.expect("found an ISP");
    let mut tx = services.db.platform(&PlatformCaller::system("test")).await.expect("begin");
    let rule = SignInRule { second_factor: false, ..SignInRule::USUAL };
    storage::sign_in_rules::set(&mut tx, Some(id.0), &rule, services.now()).await.expect("rule");
    tx.commit().await.expect("commit");
    let admin = Caller {
        isp_id: id,
        actor: Actor::Account { id: AccountId(Uuid::now_v7()), name: "Admin".into() },
        role: Role::Admin,
        grants: Vec::new(),
        owner_path: None,
        customer_id: None,
        ip: None,
        request_id: None,
        session: None,
        bounds: Bounds::default(),
        read_only: false,
    };
    TestIsp { id, admin, profile }
}
