//! A change that another server made is known here within a second.

use crate::stage::*;
use services::Services;
use std::sync::Arc;
use std::time::Duration;
use storage::Db;
use tokio::time::Instant;

async fn within_a_second(what: &str, mut seen: impl AsyncFnMut() -> bool) {
    let started = Instant::now();
    until(what, &mut seen).await;
    let took = started.elapsed();
    assert!(took < Duration::from_secs(1), "{what} took {took:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn made_elsewhere_known_here() {
    let stage = Stage::new().await;
    let elsewhere = Services::new(
        Db::connect(&stage.world.db.url, 2).await.unwrap(),
        stage.world.services.keys.clone(),
        Arc::new(stage.world.clock.clone()),
    );
    let admin = &stage.world.padma.admin;
    let router = stage.padma_router().await;

    let line = stage.padma_line("rahim", "pass-word").await;
    within_a_second("a new line", async || pap(&router, "rahim", "pass-word").await.accepted()).await;

    services::customers::suspend_service(&elsewhere, admin, line.service, domain::customers::BlockReason::Abuse, "spam").await.unwrap();
    within_a_second("a suspension", async || pap(&router, "rahim", "pass-word").await.address_list().is_some()).await;

    let packages = services::packages::list_packages(&elsewhere, admin).await.unwrap();
    let version = packages[0].version;
    services::packages::save_package(&elsewhere, admin, Some((stage.padma_package, version)), &home("7", "70")).await.unwrap();
    within_a_second("a new speed", async || pap(&router, "rahim", "pass-word").await.rate_limit().as_deref() == Some("7M/70M")).await;

    let changed = domain::radius::NasForm { secret: "a-new-secret-0123456789".into(), ..form_of(&stage).await };
    services::radius::update_nas(&elsewhere, admin, stage.padma_nas, 1, &changed).await.unwrap();
    let renewed = hasty(&stage.radius, PADMA_ROUTER, "a-new-secret-0123456789").await;
    within_a_second("a new secret", async || {
        let answer = renewed.login(simlab::radius_client::Method::Pap, "rahim", "pass-word").await.unwrap();
        answer.is_some_and(|answer| answer.accepted())
    })
    .await;

    services::radius::set_nas_active(&elsewhere, admin, stage.padma_nas, false).await.unwrap();
    until("a client out of use", async || renewed.login(simlab::radius_client::Method::Pap, "rahim", "pass-word").await.unwrap().is_none())
        .await;
}

async fn form_of(stage: &Stage) -> domain::radius::NasForm {
    let all = services::radius::list_nas(&stage.world.services, &stage.world.padma.admin).await.unwrap();
    form(&all[0].address.to_string(), "")
}
