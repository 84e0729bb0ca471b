//! Lines read from a simulated router until the last of them is a customer: 1,000 and 5,000 secrets.

use crate::bench::{print, size};
use crate::boot::Booted;
use anyhow::{Context, Result, ensure};
use domain::IspId;
use domain::packages::PackageForm;
use domain::people::Caller;
use domain::router_imports::ChoiceForm;
use domain::routers::RouterForm;
use integrations::routeros::Version;
use services::{imports, packages, router_imports, routers};
use simlab::routeros::{Router, Setup};
use std::time::Instant;

const SIZES: [u32; 2] = [1_000, 5_000];
const PASSWORD: &str = "password of the router";

pub async fn bench(booted: &Booted, isp: IspId) -> Result<Vec<Router>> {
    let services = &booted.services;
    let caller = Caller::system(isp, "bench");
    let form = PackageForm {
        name: "Home".into(),
        up_mbps: "10".into(),
        down_mbps: "10".into(),
        price: "500".into(),
        validity_unit: "months".into(),
        validity_count: "1".into(),
        ..PackageForm::default()
    };
    let package = packages::save_package(services, &caller, None, &form).await?;
    let mut on = Vec::new();
    for usual in SIZES {
        let secrets = size(usual);
        let router = switched_on(usual, secrets).await?;
        let form = RouterForm {
            name: format!("Tower {usual}"),
            host: "127.0.0.1".into(),
            port: router.address().port().to_string(),
            door: "api".into(),
            username: "lastmile".into(),
            password: PASSWORD.into(),
            ..RouterForm::default()
        };
        let id = routers::create_router(services, &caller, &form).await?;
        let choices = ChoiceForm { profiles: vec!["home".into()], packages: vec![package.to_string()], ..ChoiceForm::default() };
        let started = Instant::now();
        let import = router_imports::prepare(services, &caller, id, &choices).await.context("reading")?;
        imports::start(services, &caller, import).await?;
        imports::run(services, &caller, import).await?;
        let took = started.elapsed();
        let created = imports::get(services, &caller, import).await?.totals.created;
        ensure!(created == i64::from(secrets), "{created} of {secrets} came in");
        print(&format!("routeros.import_{usual}_s"), format!("{:.2}", took.as_secs_f64()), "s");
        on.push(router);
    }
    Ok(on)
}

async fn switched_on(tower: u32, secrets: u32) -> Result<Router> {
    let setup = Setup::on_loopback("tower", "lastmile", PASSWORD, Version::new(7, 18, 2));
    let router = Router::start(setup).await?;
    router.at_console(|tree| {
        tree.put("/ppp/profile", &[("name", "home")], true);
        for number in 0..secrets {
            let (name, password) = (format!("t{tower}-{number}"), format!("secret-{number}"));
            tree.put("/ppp/secret", &[("name", &name), ("password", &password), ("profile", "home")], true);
        }
    });
    Ok(router)
}
