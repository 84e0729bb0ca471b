//! Walks the chain of an ISP's audit log and names the first entry that is not what it was. The hashes are worked out
//! here, not where they are stored. What was cut off at the very end shows only beside a head that was noted elsewhere.

use crate::{Result, Services, require};
use chrono::{DateTime, Utc};
use domain::people::Caller;
use domain::rights::Permission;
use serde::Serialize;
use sha2::{Digest, Sha256};
use storage::{IspTx, audit};
use uuid::Uuid;

const AT_ONCE: i64 = 2_000;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Links that are good, up to the first that is not.
    pub entries: i64,
    /// The newest good link as `number:hash`: noted elsewhere, it shows later that nothing was cut off.
    pub head: String,
    pub broken: Option<Broken>,
}

impl Report {
    pub fn is_clean(&self) -> bool {
        self.broken.is_none()
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Broken {
    /// Its place in the chain; none for an entry that never had one.
    pub seq: Option<i64>,
    pub entry: Option<Uuid>,
    pub fault: Fault,
    /// What the entry says of itself now, where there is one.
    pub at: Option<DateTime<Utc>>,
    pub actor: Option<String>,
    pub action: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Entry or hash is not what it was.
    Changed,
    /// The entry is gone.
    Missing,
    /// A link is gone.
    Gap,
    /// The entry was written past the chain.
    Unlinked,
    /// The head that was noted is not in it: something was cut off.
    CutOff,
}

/// Checks everything. `head`: what an earlier check answered, which must still be there.
pub async fn verify(services: &Services, caller: &Caller, head: Option<&str>) -> Result<Report> {
    require(caller, Permission::AuditView)?;
    let mut tx = services.begin(caller).await?;
    let (mut seq, mut hash, mut found) = (0, Vec::new(), head.is_none());
    loop {
        let links = audit::links(&mut tx, seq, AT_ONCE).await?;
        if links.is_empty() {
            break;
        }
        for link in links {
            let fault = match &link.words {
                _ if link.seq != seq + 1 => Some(Fault::Gap),
                None => Some(Fault::Missing),
                Some(words) => {
                    let covered = Sha256::new().chain_update(&hash).chain_update(words.as_bytes()).finalize();
                    (covered.as_slice() != link.hash).then_some(Fault::Changed)
                }
            };
            if let Some(fault) = fault {
                let place = if fault == Fault::Gap { seq + 1 } else { link.seq };
                let entry = (fault != Fault::Gap).then_some(link.entry_id);
                return Ok(Report {
                    entries: seq,
                    head: written(seq, &hash),
                    broken: Some(name(&mut tx, Some(place), entry, fault).await?),
                });
            }
            (seq, hash) = (link.seq, link.hash);
            found |= head.is_some_and(|head| head.eq_ignore_ascii_case(&written(seq, &hash)));
        }
    }
    let broken = match audit::unlinked(&mut tx).await? {
        Some(entry) => Some(name(&mut tx, None, Some(entry), Fault::Unlinked).await?),
        None if !found => Some(name(&mut tx, None, None, Fault::CutOff).await?),
        None => None,
    };
    Ok(Report { entries: seq, head: written(seq, &hash), broken })
}

fn written(seq: i64, hash: &[u8]) -> String {
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{seq}:{hash}")
}

async fn name(tx: &mut IspTx, seq: Option<i64>, entry: Option<Uuid>, fault: Fault) -> Result<Broken> {
    let named = match entry {
        Some(entry) => audit::named(tx, entry).await?,
        None => None,
    };
    let (at, actor, action) = named.map_or((None, None, None), |(at, actor, action)| (Some(at), Some(actor), Some(action)));
    Ok(Broken { seq, entry, fault, at, actor, action })
}
