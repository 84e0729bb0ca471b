//! What fair use does by itself each minute: windows that are over are closed and counted anew, lines whose policy changed
//! are looked at, subscribers are told how far they are, and lines that may do so buy more data.

use super::count::{Local, look};
use super::top_up::buy_by_itself;
use crate::messages::{Notice, queue, recipients};
use crate::{Result, Services, require};
use domain::dunning::Channel;
use domain::fair_use::{Mark, Policy};
use domain::messages::Template;
use domain::people::Caller;
use domain::rights::Permission;
use domain::{CustomerId, FairUseId};
use locales::Language;
use storage::isps::Isp;
use storage::{fair_use as sql, top_ups};

/// Lines that are looked at in one transaction.
const AT_ONCE: i64 = 2_000;

/// What a minute came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Minute {
    pub looked: usize,
    pub told: u64,
    pub bought: u64,
}

/// Does what is due. Asked twice, it does it once.
pub async fn run_minute(services: &Services, caller: &Caller) -> Result<Minute> {
    require(caller, Permission::JobsManage)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut done = Minute { looked: turn(services, caller, &isp).await?, ..Minute::default() };
    done.told = tell(services, caller, &isp).await?;
    let mut tx = services.begin(caller).await?;
    let due = top_ups::auto_due(&mut tx, AT_ONCE).await?;
    drop(tx);
    for (service, offer, begins, number) in due {
        let key = format!("auto:{service}:{begins}:{number}");
        done.bought += u64::from(buy_by_itself(services, caller, service, offer, &key).await?);
    }
    if done.bought > 0 {
        turn(services, caller, &isp).await?;
    }
    Ok(done)
}

/// Looks at every line that is due.
async fn turn(services: &Services, caller: &Caller, isp: &Isp) -> Result<usize> {
    let mut looked = 0;
    loop {
        let mut tx = services.begin(caller).await?;
        let due = sql::due(&mut tx, services.now(), AT_ONCE).await?;
        let many = due.len();
        look(&mut tx, isp.zone, due, &Local::new(), services.now()).await?;
        tx.commit().await?;
        looked += many;
        if many < usize::try_from(AT_ONCE).unwrap_or(usize::MAX) {
            return Ok(looked);
        }
    }
}

async fn tell(services: &Services, caller: &Caller, isp: &Isp) -> Result<u64> {
    let mut told = 0;
    loop {
        let mut tx = services.begin(caller).await?;
        let untold = sql::untold(&mut tx, AT_ONCE).await?;
        if untold.is_empty() {
            return Ok(told);
        }
        let mut policies: Vec<FairUseId> = untold.iter().map(|one| one.policy.0).collect();
        policies.sort_unstable();
        policies.dedup();
        let policies = sql::current(&mut tx, &policies).await?;
        let customers: Vec<CustomerId> = untold.iter().map(|one| one.customer_id).collect();
        let people = recipients(&mut tx, &customers).await?;
        let language = Language::from_code(&isp.language).unwrap_or(Language::English);
        let notices = untold.iter().filter_map(|one| {
            let policy = policies.get(&one.policy.0)?;
            let policy = Policy { window: policy.window.of(one.billing_day), ..policy.clone() };
            let percent = locales::number(language, one.mark.percent().into());
            Some(Notice {
                template: if one.mark == Mark::Eighty { Template::DataNear } else { Template::DataUsed },
                channels: vec![Channel::Sms, Channel::Email],
                to: people.get(&one.customer_id)?.clone(),
                dedupe: format!("fair-use:{}:{}:{}", one.service_id, one.begins, one.mark.percent()),
                money: Vec::new(),
                days: vec![("until", policy.ends(one.begins))],
                words: vec![
                    ("username", one.username.clone()),
                    ("percent", percent),
                    ("used", crate::usage::octet_words(language, policy.moved(one.used))),
                ],
                invoice_id: None,
                until_paid: false,
            })
        });
        told += queue(&mut tx, services, isp, &notices.collect::<Vec<_>>()).await?;
        sql::told(&mut tx, &untold.iter().map(|one| one.service_id).collect::<Vec<_>>()).await?;
        tx.commit().await?;
    }
}
