//! Gives a line the next free address of a network or one that somebody chose, and takes it back. Two requests at once get
//! two addresses; two for the same line get the same one.

use crate::{Error, Result, Services, require};
use chrono::TimeDelta;
use domain::access::Prefix;
use domain::addresses::{Block, Category, Range, next_free};
use domain::people::Caller;
use domain::rights::Permission;
use domain::settings::Key;
use domain::trust::Network;
use domain::{BlockId, CustomerId, Problem, ServiceId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::net::IpAddr;
use storage::IspTx;
use storage::addresses::{self, NewHolding};
use storage::audit::{self, Change};
use storage::isps::Isp;

/// From which network, and which address; no address: the next free one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GiveForm {
    pub block: String,
    pub address: String,
}

/// What a line was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    pub network: Network,
    /// It had it already.
    pub same: bool,
}

/// Held or resting addresses read at once.
const WINDOW: i64 = 1_000;

/// Gives a line an address. What it had of the kind it gives back.
pub async fn give(services: &Services, caller: &Caller, service: ServiceId, form: &GiveForm) -> Result<Given> {
    require(caller, Permission::NetworkEdit)?;
    let invalid = |field: &str, key: &str| Error::Invalid(vec![Problem::new(field, key)]);
    let id: BlockId = form.block.trim().parse().map_err(|_| invalid("block", "problem-choice"))?;
    let chosen = match form.address.trim() {
        "" => None,
        text => Some(text.parse::<IpAddr>().map_err(|_| invalid("address", "problem-address"))?.to_canonical()),
    };
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    let (customer, _) = addresses::lock_line(&mut tx, service).await?.ok_or(Error::NotFound)?;
    let block = addresses::lock_block(&mut tx, id).await?.ok_or_else(|| invalid("block", "problem-choice"))?;
    let kind = match block.category {
        Category::Static => "address",
        Category::Delegation => "delegated",
        _ => return Err(invalid("block", "problem-address-not-for-lines")),
    };
    let has = addresses::held_by(&mut tx, service).await?.into_iter().find(|held| held.kind == kind && held.vrf == block.vrf);
    let has = has.and_then(|held| held.network());
    let wanted = match chosen {
        Some(address) => Some(piece(&block, address)?),
        // Whoever has one of this network keeps it.
        None => has.filter(|has| block.range().holds(&Range::of(*has))),
    };
    if let Some(network) = has.filter(|has| Some(*has) == wanted) {
        return Ok(Given { network, same: true });
    }
    let network = match wanted {
        Some(network) => {
            let field = if chosen.is_some() { "address" } else { "block" };
            free(&mut tx, services, &block, network, service, field).await?;
            network
        }
        None => find_free(&mut tx, services, &block).await?.ok_or_else(|| {
            Error::Conflict(Problem::new("block", "problem-address-full").with("name", &block.name).with("network", block.network))
        })?,
    };
    let before = end(&mut tx, services, &isp, service, kind).await?;
    let new = NewHolding { service, vrf: block.vrf.clone(), kind, network };
    addresses::hold(&mut tx, &[new], services.now()).await?;
    if chosen.is_none() {
        addresses::note_given(&mut tx, block.id, network.address()).await?;
    }
    note(&mut tx, services, "address.give", (service, customer), kind, (before, Some(network))).await?;
    tx.commit().await?;
    Ok(Given { network, same: false })
}

/// Takes back what a line holds of a kind; after the rest somebody else may have it.
pub async fn release(services: &Services, caller: &Caller, service: ServiceId, kind: &str) -> Result<()> {
    require(caller, Permission::NetworkEdit)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    let (customer, _) = addresses::lock_line(&mut tx, service).await?.ok_or(Error::NotFound)?;
    let kind = addresses::KINDS.into_iter().find(|known| *known == kind).ok_or(Error::NotFound)?;
    if let Some(was) = end(&mut tx, services, &isp, service, kind).await? {
        note(&mut tx, services, "address.release", (service, customer), kind, (Some(was), None)).await?;
    }
    Ok(tx.commit().await?)
}

/// Sets the networks of version 6 that somebody typed for a line; none takes back what it had.
pub async fn set_networks(
    tx: &mut IspTx,
    services: &Services,
    isp: &Isp,
    service: ServiceId,
    wanted: [(&'static str, Option<Prefix>); 2],
) -> Result<()> {
    let held = addresses::held_by(tx, service).await?;
    for (kind, prefix) in wanted {
        let network = prefix.and_then(|prefix| Network::new(IpAddr::V6(prefix.address), prefix.length));
        let has = held.iter().find(|held| held.kind == kind).and_then(domain::addresses::Holding::network);
        if network == has {
            continue;
        }
        end(tx, services, isp, service, kind).await?;
        let Some(network) = network else { continue };
        let field = if kind == "prefix" { "ipv6_prefix" } else { "delegated_prefix" };
        nobody_has(tx, services, "", network, service, field).await?;
        addresses::hold(tx, &[NewHolding { service, vrf: String::new(), kind, network }], services.now()).await?;
    }
    Ok(())
}

async fn end(tx: &mut IspTx, services: &Services, isp: &Isp, service: ServiceId, kind: &str) -> Result<Option<Network>> {
    let now = services.now();
    let rest = TimeDelta::hours(isp.settings.number(Key::AddressRestHours).max(0));
    Ok(addresses::end(tx, service, kind, now, now + rest).await?.map(|(_, network)| network))
}

/// The piece of a network that begins at an address, or what is wrong with it.
fn piece(block: &Block, address: IpAddr) -> Result<Network> {
    let length = block.piece.unwrap_or(if address.is_ipv4() { 32 } else { 128 });
    let network = Network::new(address, length).filter(|network| network.address() == address);
    let network = network.filter(|network| block.range().holds(&Range::of(*network)));
    let problem = || Problem::new("address", "problem-address-outside").with("value", address).with("network", block.network);
    network.ok_or_else(|| Error::Invalid(vec![problem()]))
}

/// Refuses what may not be given away, and says why.
async fn free(tx: &mut IspTx, services: &Services, block: &Block, network: Network, service: ServiceId, field: &str) -> Result<()> {
    let range = Range::of(network);
    let refuse =
        |key: &str, what: String| Err(Error::Invalid(vec![Problem::new(field, key).with("value", network.address()).with("what", what)]));
    if block.gateway.is_some_and(|gateway| range.contains(gateway)) {
        return refuse("problem-address-is-gateway", block.network.to_string());
    }
    if block.fixed().iter().any(|fixed| fixed.overlaps(&range)) {
        return refuse("problem-address-is-edge", block.network.to_string());
    }
    if let Some(kept) = addresses::stretches(tx, block.id).await?.into_iter().find(|kept| kept.range.overlaps(&range)) {
        let what = if kept.note.is_empty() { kept.range.to_string() } else { format!("{} ({})", kept.range, kept.note) };
        return refuse(&format!("problem-address-is-{}", kept.kind.slug()), what);
    }
    nobody_has(tx, services, &block.vrf, network, service, field).await
}

async fn nobody_has(tx: &mut IspTx, services: &Services, vrf: &str, network: Network, service: ServiceId, field: &str) -> Result<()> {
    let Some(held) = addresses::holder(tx, vrf, network, services.now()).await? else { return Ok(()) };
    // Whoever gave it back himself may have it again.
    if held.service_id == service && held.until.is_some() {
        return Ok(());
    }
    let key = if held.until.is_none() { "problem-address-held" } else { "problem-address-rests" };
    let whose = held.username.unwrap_or_else(|| "?".into());
    let problem = Problem::new(field, key).with("value", network.address()).with("username", whose);
    Err(Error::Conflict(match held.free_from {
        Some(at) => problem.with("until", at.format("%Y-%m-%d %H:%M UTC")),
        None => problem,
    }))
}

/// The next free piece after the one given last, round to the beginning. Locked with the network, it stays free.
async fn find_free(tx: &mut IspTx, services: &Services, block: &Block) -> Result<Option<Network>> {
    let (range, size, now) = (block.range(), block.size(), services.now());
    let length = block.piece.unwrap_or(if range.first().is_ipv4() { 32 } else { 128 });
    let mut kept = block.fixed();
    kept.extend(addresses::stretches(tx, block.id).await?.into_iter().map(|stretch| stretch.range));
    let behind = block.last_given.filter(|last| range.contains(*last)).and_then(|last| next_free(range, size, last, &[Range::one(last)]));
    for start in behind.into_iter().chain([range.first()]) {
        let mut from = start;
        while let Some(at) = Network::new(from, length) {
            let held = addresses::taken(tx, &block.vrf, at, range.last(), now, WINDOW).await?;
            let seen = (held.len() as i64 == WINDOW).then(|| held.last().map(Range::last)).flatten();
            let mut taken = [kept.clone(), held].concat();
            taken.sort();
            match (next_free(range, size, from, &taken), seen) {
                (None, _) => break,
                // Behind what was read nobody knows yet.
                (Some(found), Some(seen)) if found > seen => from = found,
                (Some(found), _) => {
                    let Some(network) = Network::new(found, length) else { break };
                    match addresses::holder(tx, &block.vrf, network, now).await? {
                        None => return Ok(Some(network)),
                        // Wider than a piece, from before the network was for pieces.
                        Some(held) => {
                            let Some(wide) = held.network().map(Range::of) else { break };
                            match next_free(range, size, found, &[wide]) {
                                Some(next) if next > found => from = next,
                                _ => break,
                            }
                        }
                    }
                }
            }
        }
    }
    Ok(None)
}

async fn note(
    tx: &mut IspTx,
    services: &Services,
    action: &str,
    (service, customer): (ServiceId, CustomerId),
    kind: &str,
    (before, after): (Option<Network>, Option<Network>),
) -> Result<()> {
    let words = |network: Option<Network>| network.map(|network| json!({ "kind": kind, "address": network.to_string() }));
    let change = Change {
        action,
        object_kind: "service",
        object_id: Some(service.0),
        customer_id: Some(customer.0),
        before: words(before),
        after: words(after),
    };
    Ok(audit::record(tx, services.now(), change).await?)
}
