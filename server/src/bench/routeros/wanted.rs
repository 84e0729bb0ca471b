//! 10,000 wanted changes to 20 routers: written as intents, told, read back and settled; how many a second, and how much
//! of it is waiting for routers.

use crate::bench::{print, size};
use crate::boot::Booted;
use anyhow::{Result, ensure};
use domain::people::Caller;
use domain::routers::RouterForm;
use domain::wanted::{Kind, Wish};
use domain::{IspId, RouterId};
use integrations::routeros::Version;
use services::wanted::{claim, run_errand};
use simlab::routeros::{Router, Setup};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use storage::wanted::wants::{self, NewWant};
use tokio::task::JoinSet;
use uuid::Uuid;

const ROUTERS: usize = 20;
const CHANGES: u32 = 10_000;

pub async fn bench(booted: &Booted, isp: IspId) -> Result<()> {
    let services = &booted.services;
    let caller = Caller::system(isp, "bench");
    let mut routers = Vec::with_capacity(ROUTERS);
    for number in 0..ROUTERS {
        routers.push(switch_on(services, &caller, number).await?);
    }
    let each = usize::try_from(size(CHANGES))? / ROUTERS;
    let (mut took, mut talked) = (Duration::ZERO, Duration::ZERO);
    // Made, and then each changed: both are what a day brings.
    for disabled in ["no", "yes"] {
        let intents: Vec<NewWant> = routers.iter().flat_map(|(_, id)| (0..each).map(|number| secret(*id, number, disabled))).collect();
        let begun = Instant::now();
        for batch in intents.chunks(1_000) {
            let mut tx = services.begin(&caller).await?;
            wants::put(&mut tx, batch, services.now()).await?;
            tx.commit().await?;
        }
        let node = Uuid::now_v7();
        let mut running = JoinSet::new();
        for errand in claim(services, isp, node, ROUTERS).await? {
            let services = services.clone();
            running.spawn(async move { run_errand(&services, isp, node, errand).await });
        }
        let mut done = 0;
        while let Some(told) = running.join_next().await {
            let told = told??;
            done += told.done;
            talked += told.talked;
        }
        took += begun.elapsed();
        ensure!(done == each * ROUTERS, "{done} of {} changes arrived", each * ROUTERS);
    }
    let written =
        routers.iter().map(|(router, _)| router.tree().rows("/ppp/secret").iter().filter(|row| row.get("disabled") == "true").count());
    ensure!(written.sum::<usize>() == each * ROUTERS, "not every router holds what it was told");
    let changes = f64::from(u32::try_from(2 * each * ROUTERS)?);
    let seconds = took.as_secs_f64();
    print("routeros.changes_per_s", format!("{:.0}", changes / seconds), "/s");
    // Conversations go on side by side: the mean of one router's waiting over the whole time.
    let waiting = talked.as_secs_f64() / f64::from(u32::try_from(ROUTERS)?) / seconds;
    print("routeros.changes_wait_share", format!("{:.0}", waiting * 100.0), "%");
    Ok(())
}

async fn switch_on(services: &services::Services, caller: &Caller, number: usize) -> Result<(Router, RouterId)> {
    let setup = Setup::on_loopback(format!("bench-{number}"), "lastmile", "bench-secret", Version::new(7, 18, 2));
    let router = Router::start(setup).await?;
    let form = RouterForm {
        name: format!("bench-{number}"),
        host: router.address().ip().to_string(),
        port: router.address().port().to_string(),
        door: "api".into(),
        username: "lastmile".into(),
        password: "bench-secret".into(),
        auth_mode: "local".into(),
        ..RouterForm::default()
    };
    let id = services::routers::create_router(services, caller, &form).await?;
    Ok((router, id))
}

fn secret(router: RouterId, number: usize, disabled: &str) -> NewWant {
    let name = format!("user{number:05}");
    let comment = domain::routers::tag("line", number);
    let said = [("name", name.as_str()), ("service", "pppoe"), ("profile", "default"), ("disabled", disabled), ("comment", &comment)];
    let properties: BTreeMap<String, String> = said.into_iter().map(|(property, value)| (property.into(), value.into())).collect();
    NewWant { router, kind: Kind::PppSecret, name, wish: Some(Wish { properties, like: None }), secret_sealed: None, service: None }
}
