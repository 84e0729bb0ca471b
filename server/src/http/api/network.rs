//! Who is online, who was, who tried to come in, and the servers where they do.

use super::ask::{Ask, Walk};
use super::operation::{NoQuery, Operation, list};
use super::wire::{AddressBlock, Attempt, Flag, Router, Session};
use domain::rights::Permission as P;
use domain::{CustomerId, ServiceId};
use schemars::JsonSchema;
use serde::Deserialize;
use services::Result;
use uuid::Uuid;

pub fn operations() -> Vec<Operation> {
    vec![
        list(("/sessions", "list_sessions", "Sessions of now and of the past"), &[P::SessionsView], sessions),
        list(("/sign-in-attempts", "list_sign_in_attempts", "How lines tried to come in"), &[P::SessionsView], attempts),
        list(("/address-blocks", "list_address_blocks", "Networks that lines are given addresses or pieces of"), &[P::NetworkView], blocks),
        list(("/routers", "list_routers", "Access servers"), &[P::NetworkView], routers),
    ]
}

/// Which sessions are wanted.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionQuery {
    /// `true`: only those that are online now.
    online: Option<Flag>,
    service_id: Option<Uuid>,
    customer_id: Option<Uuid>,
}

async fn sessions(ask: Ask, query: SessionQuery, walk: Walk) -> Result<Vec<Session>> {
    let online = query.online == Some(Flag::True);
    let of = (query.service_id.map(ServiceId), query.customer_id.map(CustomerId));
    let found = services::radius::sessions_behind(&ask.services, &ask.caller, online, of, walk.after()?, walk.limit()).await?;
    let session = |row: domain::radius::SessionRow| Session {
        id: row.id.0,
        username: row.username,
        service_id: row.service_id.map(|id| id.0),
        customer_id: row.customer_id.map(|id| id.0),
        router_id: row.nas_id.0,
        router: row.nas,
        mac: row.mac,
        ip: row.ip.map(|ip| ip.to_string()),
        started_at: row.started_at,
        updated_at: row.updated_at,
        stopped_at: row.stopped_at,
        stop_cause: row.stop_cause,
        seconds: row.seconds,
        input_octets: row.input_octets,
        output_octets: row.output_octets,
    };
    Ok(found.into_iter().map(session).collect())
}

/// Whose attempts are wanted.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AttemptQuery {
    /// Exactly this user name.
    username: Option<String>,
}

async fn attempts(ask: Ask, query: AttemptQuery, walk: Walk) -> Result<Vec<Attempt>> {
    let found =
        services::radius::attempts_behind(&ask.services, &ask.caller, query.username.as_deref(), walk.after()?, walk.limit()).await?;
    let attempt = |(id, row): (Uuid, domain::radius::AttemptRow)| Attempt {
        id,
        at: row.at,
        username: row.username,
        service_id: row.service_id.map(|id| id.0),
        router: row.nas,
        mac: row.mac,
        outcome: row.outcome.slug().into(),
        reason: row.reason,
    };
    Ok(found.into_iter().map(attempt).collect())
}

async fn routers(ask: Ask, _: NoQuery, walk: Walk) -> Result<Vec<Router>> {
    let all = services::radius::list_nas(&ask.services, &ask.caller).await?;
    let router = |row: domain::radius::NasRow| Router {
        id: row.id.0,
        name: row.name,
        address: row.address.to_string(),
        vendor: row.vendor.slug().into(),
        active: row.active,
        last_seen: row.last_seen,
        online: row.online,
        version: row.version,
    };
    Ok(walk.cut(all.into_iter().map(router).collect()))
}

async fn blocks(ask: Ask, _: NoQuery, walk: Walk) -> Result<Vec<AddressBlock>> {
    let all = services::addresses::blocks_of(&ask.services, &ask.caller).await?;
    let block = |block: domain::addresses::Block| AddressBlock {
        id: block.id.0,
        vrf: block.vrf,
        network: block.network.to_string(),
        name: block.name,
        category: block.category.slug().into(),
        gateway: block.gateway.map(|ip| ip.to_string()),
        piece: block.piece,
        pool: block.pool,
        version: block.version,
    };
    Ok(walk.cut(all.into_iter().map(block).collect()))
}
