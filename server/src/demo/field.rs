//! A small router of the demo that lets its subscribers in by itself, out in the field, until somebody moves them to RADIUS.
//! It is not quite as it should be, so that what waits for a router and what is odd on one is there to be seen.

use super::lab::{Apart, RadiusAt, USER, clock, mac_of, radius_server, start};
use super::{Demo, password};
use anyhow::{Context, Result};
use domain::people::Caller;
use domain::radius::NasForm;
use domain::routers::RouterForm;
use domain::{IspId, NasId, RouterId, ServiceId};
use integrations::routeros::{Client, Command, Door, Limits, Login, RouterError, Security, Version};
use services::packages::{OnRouterForm, OnRouterRow};
use services::{Services, packages, radius, routers, wanted};
use simlab::radius_client::RadiusClient;
use simlab::routeros::{Router, Setup, Subscriber};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

const NAME: &str = "Savar field";
const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 6));
const LINES: usize = 8;
const PROFILE: &str = "subscribers";
/// So long it may take until it has been told everything for the first time.
const PATIENCE: Duration = Duration::from_secs(120);

/// Lines that live on it: those that were placed there, or some that nobody else speaks of.
pub(super) async fn lines(services: &Services, demo: &Demo, isp: IspId) -> Result<Vec<(ServiceId, Subscriber)>> {
    let caller = Caller::system(isp, "demo");
    let known = find(services, &caller).await?;
    let mut tx = services.db.isp(&caller).await?;
    let placed = match &known {
        Some(known) => storage::routers::lines_on(&mut tx, known.id).await?,
        None => Vec::new(),
    };
    let all = storage::customers::line_secrets(&mut tx, 1_000).await?;
    let named = |username: &str| demo.subscribers.iter().any(|subscriber| subscriber.username == username);
    let chosen = all.into_iter().rev().filter(|(id, username, _)| match placed.is_empty() {
        true => !named(username),
        false => placed.contains(id),
    });
    let line = |(id, username, sealed): (ServiceId, String, Vec<u8>)| {
        let password = services.keys.open_text(id.0, &sealed)?;
        Ok((id, Subscriber { mac: mac_of(&username), username, password }))
    };
    chosen.take(LINES).map(line).collect()
}

async fn find(services: &Services, caller: &Caller) -> Result<Option<domain::routers::Router>> {
    let all = routers::list_routers(services, caller).await?;
    Ok(all.into_iter().map(|view| view.router).find(|router| router.name == NAME))
}

/// Switches it on, and has the product tell it everything: it has forgotten all since the demo ran last.
pub(super) async fn switch_on(services: &Services, apart: &Apart, port: u16, at: RadiusAt) -> Result<(Arc<Router>, RadiusClient)> {
    let caller = Caller::system(apart.isp, "demo");
    let password = password();
    let (nas, secret) = radius_client(services, &caller).await?;
    let setup = Setup::on_loopback(NAME, USER, &password, Version::new(7, 18, 2));
    let setup = Setup { address: (ADDRESS, port).into(), source: ADDRESS, clock: Some(clock(services)), ..setup };
    let router = Arc::new(start(setup).await?);
    furnish(&router, &password, &apart.lines, &radius_server(&secret, at)).await?;
    let form = RouterForm {
        name: NAME.into(),
        host: router.address().ip().to_string(),
        port: router.address().port().to_string(),
        door: "api".into(),
        username: USER.into(),
        password,
        nas: nas.to_string(),
        auth_mode: "local".into(),
        ..RouterForm::default()
    };
    let id = match find(services, &caller).await? {
        Some(known) => {
            routers::update_router(services, &caller, known.id, known.version, &form).await?;
            wanted::try_again(services, &caller, known.id, None).await?;
            known.id
        }
        None => {
            let id = routers::create_router(services, &caller, &form).await?;
            let lines: Vec<ServiceId> = apart.lines.iter().map(|(line, _)| *line).collect();
            routers::place_lines(services, &caller, &lines, Some(id)).await?;
            id
        }
    };
    sell_on(services, &caller, id).await?;
    let client = RadiusClient::new(ADDRESS, at.auth, at.acct, &secret).await?;
    tokio::spawn(look_into(services.clone(), caller, id, router.clone()));
    Ok((router, client))
}

/// Every package has its profile there, or nobody would get an address.
async fn sell_on(services: &Services, caller: &Caller, router: RouterId) -> Result<()> {
    for row in packages::packages_on_router(services, caller, router).await?.1.into_iter().filter(OnRouterRow::is_missing) {
        let (package, router) = (row.package.to_string(), row.router.to_string());
        let form = OnRouterForm { package, router, profile: PROFILE.into(), ..OnRouterForm::default() };
        packages::put_on_router(services, caller, &form).await?;
    }
    Ok(())
}

/// As whom it will ask RADIUS, and with which secret.
async fn radius_client(services: &Services, caller: &Caller) -> Result<(NasId, String)> {
    let known = radius::list_nas(services, caller).await?.into_iter().find(|nas| nas.address == ADDRESS);
    let id = match known {
        Some(known) => known.id,
        None => {
            let form = NasForm { name: NAME.into(), address: ADDRESS.to_string(), vendor: "mikrotik".into(), ..NasForm::default() };
            radius::create_nas(services, caller, &form).await?.id
        }
    };
    let mut tx = services.db.isp(caller).await?;
    let nas = storage::radius::nas::sealed(&mut tx, id).await?.context("its RADIUS client is gone")?;
    Ok((id, services.keys.open_text(id.0, &nas.secret_sealed)?))
}

/// The way its owner would have set it up, with two people whom he let in by hand: one of them has a line of ours by now.
async fn furnish(router: &Router, password: &str, lines: &[(ServiceId, Subscriber)], server: &Command) -> Result<(), RouterError> {
    let door = Door { address: router.address(), security: Security::Plain { password_in_clear: true } };
    let client = Client::open(&door, &Login { name: USER.into(), password: password.into() }, Limits::default()).await?;
    let by_hand = |name: &str, password: &str, comment: &str| {
        let add = Command::new("/ppp/secret/add").with("name", name).with("password", password).with("service", "pppoe");
        add.with("profile", PROFILE).with("comment", comment)
    };
    let mut commands = vec![
        Command::new("/user/add").with("name", USER).with("group", "full").with("comment", "lastmile"),
        Command::new("/ip/pool/add").with("name", "subscribers").with("ranges", "100.127.0.2-100.127.0.254"),
        Command::new("/ppp/profile/add").with("name", PROFILE).with("local-address", "100.127.0.1").with("remote-address", "subscribers"),
        Command::new("/interface/pppoe-server/server/add")
            .with("interface", "ether2")
            .with("service-name", "internet")
            .with("default-profile", PROFILE)
            .with("disabled", "no"),
        server.clone(),
        by_hand("tea-stall", "tea-stall-by-hand", "Tea stall at the bridge"),
    ];
    if let Some((_, first)) = lines.first() {
        commands.push(by_hand(&first.username, &first.password, "Let in by hand before the office knew him"));
    }
    for command in commands {
        client.ask(&command).await?;
    }
    Ok(())
}

/// When it has been told everything, somebody changes a rate at its console, and it is compared with what is wanted.
async fn look_into(services: Services, caller: Caller, id: RouterId, router: Arc<Router>) {
    let told = async {
        wanted::heed(&services, caller.isp_id).await?;
        while wanted::router_queue(&services, &caller, id).await?.is_some_and(|depth| depth.waiting > 0) {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        router.at_console(|tree| {
            tree.write("/ppp/profile", |row| row.get("name").starts_with("lastmile-"), &[("rate-limit", "2M/2M".into())]);
        });
        wanted::audit_now(&services, &caller, id).await
    };
    match tokio::time::timeout(PATIENCE, told).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => tracing::warn!(%error, "the demo's router in the field was not looked into"),
        Err(_) => tracing::warn!("the demo's router in the field has not been told everything yet"),
    }
}
