//! Rules of packages and lines, devices that are bound to lines, realms, and the block list.

use crate::addresses::set_networks;
use crate::{Error, Result, Services, require};
use domain::access::{AccessDraft, AccessForm, BlockForm, read_access, read_block, read_mac};
use domain::people::{Actor, Caller};
use domain::radius::router_name;
use domain::rights::Permission;
use domain::{PackageId, Problem, ServiceId};
use serde_json::{Value, json};
use storage::audit::{self, Change};
use storage::customers;
use storage::radius::access::{self, BlockRow};
use storage::radius::orders::{self, NewOrder};
use uuid::Uuid;

/// Sets the rules of a package, for everybody who has it.
pub async fn put_package_access(services: &Services, caller: &Caller, package: PackageId, form: &AccessForm) -> Result<()> {
    require(caller, Permission::NetworkEdit)?;
    let draft = read_access(form).map_err(Error::Invalid)?;
    if draft.ipv6_prefix.is_some() || draft.delegated_prefix.is_some() {
        return Err(Error::Invalid(vec![Problem::new("ipv6_prefix", "problem-prefix-of-one-line")]));
    }
    let today = services.today(&services.isp(caller.isp_id).await?);
    let mut tx = services.begin(caller).await?;
    if storage::packages::find(&mut tx, package, today).await?.is_none() {
        return Err(Error::NotFound);
    }
    access::put_package(&mut tx, package, &draft).await?;
    let after = Some(told(&draft));
    let change = Change { action: "package.access", object_kind: "package", object_id: Some(package.0), after, ..Change::default() };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}

/// The rules of a package, as its form has them.
pub async fn package_rules(services: &Services, caller: &Caller, package: PackageId) -> Result<(String, AccessForm)> {
    require(caller, Permission::NetworkView)?;
    let today = services.today(&services.isp(caller.isp_id).await?);
    let mut tx = services.begin(caller).await?;
    let found = storage::packages::find(&mut tx, package, today).await?.ok_or(Error::NotFound)?;
    let form = access::package_form(&mut tx, package).await?;
    let usual = || AccessForm {
        sessions: "1".into(),
        on_duplicate: "drop_old".into(),
        mac_rule: "any".into(),
        mac_most: "1".into(),
        mac_replace: "no".into(),
        ..AccessForm::default()
    };
    Ok((found.name, form.unwrap_or_else(usual)))
}

/// What a line has apart from its package, and the devices that are bound to it.
pub struct LineRules {
    pub form: AccessForm,
    pub macs: Vec<access::BoundMac>,
}

/// The rules of one line.
pub async fn line_rules(services: &Services, caller: &Caller, service: ServiceId) -> Result<LineRules> {
    require(caller, Permission::SessionsView)?;
    let mut tx = services.begin(caller).await?;
    customers::of_service(&mut tx, service).await?.ok_or(Error::NotFound)?;
    Ok(LineRules { form: access::service_form(&mut tx, service).await?, macs: access::macs(&mut tx, service).await? })
}

/// Sets what a line has apart from its package.
pub async fn put_service_access(services: &Services, caller: &Caller, service: ServiceId, form: &AccessForm) -> Result<()> {
    require(caller, Permission::NetworkEdit)?;
    let draft = read_access(form).map_err(Error::Invalid)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    let (customer, _) = storage::addresses::lock_line(&mut tx, service).await?.ok_or(Error::NotFound)?;
    access::put_service(&mut tx, service, &draft).await?;
    let networks = [("prefix", draft.ipv6_prefix), ("delegated", draft.delegated_prefix)];
    set_networks(&mut tx, services, &isp, service, networks).await?;
    record_line(&mut tx, services, "service.access", service, customer.0, told(&draft)).await?;
    Ok(tx.commit().await?)
}

/// Binds a device to a line.
pub async fn bind_mac(services: &Services, caller: &Caller, service: ServiceId, mac: &str) -> Result<()> {
    require(caller, Permission::CustomersUpdate)?;
    let mac = read_mac(mac).ok_or_else(|| Error::Invalid(vec![Problem::new("mac", "problem-mac").with("value", mac)]))?;
    let mut tx = services.begin(caller).await?;
    let (customer, _) = customers::of_service(&mut tx, service).await?.ok_or(Error::NotFound)?;
    if access::bind_mac(&mut tx, service, &mac, services.now()).await? {
        record_line(&mut tx, services, "service.bind_mac", service, customer.0, json!({ "mac": mac })).await?;
    }
    Ok(tx.commit().await?)
}

/// Takes a device off a line. A session that it has goes on until somebody ends it.
pub async fn unbind_mac(services: &Services, caller: &Caller, service: ServiceId, mac: &str) -> Result<()> {
    require(caller, Permission::CustomersUpdate)?;
    let mac = read_mac(mac).ok_or(Error::NotFound)?;
    let mut tx = services.begin(caller).await?;
    let (customer, _) = customers::of_service(&mut tx, service).await?.ok_or(Error::NotFound)?;
    if !access::unbind_mac(&mut tx, service, &mac).await? {
        return Err(Error::NotFound);
    }
    record_line(&mut tx, services, "service.unbind_mac", service, customer.0, json!({ "mac": mac })).await?;
    Ok(tx.commit().await?)
}

/// Adds a realm that subscribers may write behind their names, or changes it.
pub async fn put_realm(services: &Services, caller: &Caller, realm: &str, framed_pool: &str, mac_auth: bool) -> Result<()> {
    require(caller, Permission::NetworkEdit)?;
    let realm = realm.trim().trim_start_matches('@').to_ascii_lowercase();
    let fits =
        (1..=100).contains(&realm.len()) && realm.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'.' || c == b'-');
    if !fits || realm.starts_with(['.', '-']) {
        return Err(Error::Invalid(vec![Problem::new("realm", "problem-realm")]));
    }
    let pool = router_name("framed_pool", framed_pool).map_err(|problem| Error::Invalid(vec![problem]))?;
    let mut tx = services.begin(caller).await?;
    access::put_realm(&mut tx, &realm, pool.as_deref(), mac_auth).await?;
    let after = json!({ "realm": realm, "framed_pool": pool, "mac_auth": mac_auth });
    let change = Change { action: "radius.realm", object_kind: "radius_realm", after: Some(after), ..Change::default() };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}

/// The block list.
pub async fn block_list(services: &Services, caller: &Caller) -> Result<Vec<BlockRow>> {
    require(caller, Permission::NetworkView)?;
    let mut tx = services.begin(caller).await?;
    Ok(access::block_list(&mut tx, services.now()).await?)
}

/// Puts a device, a mobile or a user name on the block list; whoever is online with it has to go.
pub async fn block(services: &Services, caller: &Caller, form: &BlockForm) -> Result<Uuid> {
    require(caller, Permission::NetworkEdit)?;
    let now = services.now();
    let draft = read_block(form, now).map_err(Error::Invalid)?;
    let set_by = match &caller.actor {
        Actor::Account { name, .. } | Actor::Subscriber { name, .. } => name.as_str(),
        Actor::System(name) => name,
    };
    let mut tx = services.begin(caller).await?;
    let id = access::block(&mut tx, &draft, set_by, now).await?;
    let online = access::online_of(&mut tx, &draft).await?;
    let sessions = orders::open_of(&mut tx, &online).await?;
    let orders: Vec<NewOrder> =
        sessions.into_iter().map(|session| NewOrder { session, cause: "block_listed".into(), rate: None, grants: None }).collect();
    if !orders.is_empty() {
        orders::place(&mut tx, &orders, now).await?;
    }
    let after = json!({ "kind": draft.kind, "value": draft.value, "note": draft.note, "until": draft.until });
    let change =
        Change { action: "access.block", object_kind: "access_block", object_id: Some(id), after: Some(after), ..Change::default() };
    audit::record(&mut tx, now, change).await?;
    tx.commit().await?;
    Ok(id)
}

/// Takes an entry off the block list.
pub async fn unblock(services: &Services, caller: &Caller, id: Uuid) -> Result<()> {
    require(caller, Permission::NetworkEdit)?;
    let mut tx = services.begin(caller).await?;
    let was = access::unblock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let before = Some(json!({ "kind": was.kind, "value": was.value, "note": was.note, "until": was.until }));
    let change = Change { action: "access.unblock", object_kind: "access_block", object_id: Some(id), before, ..Change::default() };
    audit::record(&mut tx, services.now(), change).await?;
    Ok(tx.commit().await?)
}

async fn record_line(
    tx: &mut storage::IspTx,
    services: &Services,
    action: &str,
    service: ServiceId,
    customer: Uuid,
    after: Value,
) -> Result<()> {
    let change = Change {
        action,
        object_kind: "service",
        object_id: Some(service.0),
        customer_id: Some(customer),
        after: Some(after),
        ..Change::default()
    };
    Ok(audit::record(tx, services.now(), change).await?)
}

fn told(draft: &AccessDraft) -> Value {
    let network = |prefix: Option<domain::access::Prefix>| prefix.map(|prefix| format!("{}/{}", prefix.address, prefix.length));
    json!({
        "sessions": draft.sessions, "on_duplicate": draft.on_duplicate.map(|rule| rule.slug()), "mac_rule": draft.mac_rule,
        "mac_most": draft.mac_most, "mac_replace": draft.mac_replace, "framed_pool": draft.framed_pool, "address_list": draft.address_list,
        "ipv6_prefix": network(draft.ipv6_prefix), "delegated_prefix": network(draft.delegated_prefix), "reply_template": draft.reply_template,
    })
}
