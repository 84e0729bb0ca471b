//! What our RADIUS service would say of lines now: the same facts and the same decision, asked of the database.

use crate::{Result, Services};
use chrono::{DateTime, Utc};
use domain::ServiceId;
use domain::access::{Decision, Line, Moment, decide};
use domain::people::Caller;
use domain::router_moves::Known;
use std::collections::{HashMap, HashSet};
use storage::isps::Isp;
use storage::radius::directory::{self, DirectoryLine};
use storage::radius::rules;
use storage::{IspTx, router_moves};

/// Lines are looked up in steps: a router may have a hundred thousand secrets.
const AT_ONCE: usize = 5_000;

/// Lines of ours among these names, by name in lower case.
pub(super) async fn known(services: &Services, caller: &Caller, names: &[String]) -> Result<HashMap<String, Known>> {
    let mut all = HashMap::new();
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    for names in names.chunks(AT_ONCE) {
        let ids: HashMap<ServiceId, String> =
            router_moves::lines_named(&mut tx, names).await?.into_iter().map(|(name, id)| (id, name)).collect();
        let asked: Vec<ServiceId> = ids.keys().copied().collect();
        for (line, lets_in) in decided(&mut tx, &isp, &asked, services.now()).await? {
            let service = line.line.service_id;
            let Some(name) = ids.get(&service) else { continue };
            // One that does not open is unknown to RADIUS too.
            let password = services.keys.open_text(service.0, &line.secret_sealed).unwrap_or_default();
            all.insert(name.clone(), Known { service, lets_in, password });
        }
    }
    Ok(all)
}

/// Those of some lines that RADIUS would let in now; who has ended is not among them.
pub(super) async fn let_in(services: &Services, caller: &Caller, lines: &[ServiceId]) -> Result<HashSet<ServiceId>> {
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    let decided = decided(&mut tx, &isp, lines, services.now()).await?;
    Ok(decided.into_iter().filter(|(_, lets_in)| *lets_in).map(|(line, _)| line.line.service_id).collect())
}

async fn decided(tx: &mut IspTx, isp: &Isp, lines: &[ServiceId], now: DateTime<Utc>) -> Result<Vec<(DirectoryLine, bool)>> {
    let at = Moment { now, clock: now.with_timezone(&isp.zone).time() };
    let holds = |until: Option<DateTime<Utc>>| until.is_none_or(|until| until > now);
    let mobiles: HashSet<ServiceId> = rules::listed_by_mobile(tx, Some(lines))
        .await?
        .into_iter()
        .filter(|(_, until)| holds(*until))
        .map(|(service, _)| service)
        .collect();
    let names: HashSet<String> = rules::listed(tx)
        .await?
        .into_iter()
        .filter(|listed| listed.kind == "username" && holds(listed.until))
        .map(|listed| listed.value.to_lowercase())
        .collect();
    let all = directory::lines_of(tx, lines, now).await?.into_iter().map(|found| {
        let line = Line { blocked: found.held.holds(now), ..found.line.clone() };
        let listed = mobiles.contains(&line.service_id) || names.contains(&found.username.to_lowercase());
        let refused = matches!(decide(&line, &isp.policy, at), Decision::Reject(_));
        (found, !refused && !listed)
    });
    Ok(all.collect())
}
