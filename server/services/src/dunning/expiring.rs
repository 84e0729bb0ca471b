//! Prepaid time that is about to end: a word seven, three and one day before, once for each end.

use crate::messages::{Notice, Recipient, queue};
use crate::{Result, Services, require};
use chrono::{Days, NaiveDate};
use domain::dunning::Channel;
use domain::messages::Template;
use domain::people::Caller;
use domain::rights::Permission;
use domain::zones::start_of_day;

const DAYS_BEFORE: [u64; 3] = [7, 3, 1];

/// Tells those whose prepaid time ends seven, three or one day after `on`; answers with how many are new in the outbox.
pub async fn notify_expiring(services: &Services, caller: &Caller, on: NaiveDate) -> Result<u64> {
    require(caller, Permission::BillingProfiles)?;
    let isp = services.isp(caller.isp_id).await?;
    let today = services.today(&isp);
    let mut told = 0;
    for before in DAYS_BEFORE {
        let day = on + Days::new(before);
        // After days of downtime a word about time that has ended is no use to anybody.
        if day <= today {
            continue;
        }
        let mut tx = services.begin(caller).await?;
        let (from, until) = (start_of_day(day, isp.zone), start_of_day(day + Days::new(1), isp.zone));
        let lines = storage::customers::expiring(&mut tx, from, until).await?;
        let notices: Vec<Notice> = lines
            .into_iter()
            .map(|line| Notice {
                template: Template::Expiring,
                channels: vec![Channel::Sms, Channel::Email],
                dedupe: format!("expiring:{}:{day}:{before}", line.service_id),
                money: Vec::new(),
                days: vec![("until", day)],
                words: vec![("username", line.username), ("package", line.package), ("days", (day - today).num_days().to_string())],
                invoice_id: None,
                until_paid: false,
                to: Recipient {
                    customer_id: line.customer_id,
                    name: line.name,
                    number: line.number,
                    mobile: line.mobile,
                    email: line.email,
                },
            })
            .collect();
        told += queue(&mut tx, services, &isp, &notices).await?;
        tx.commit().await?;
    }
    Ok(told)
}
