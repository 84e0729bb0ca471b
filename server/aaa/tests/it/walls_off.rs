//! Who may not be up: behind the wall or turned away, and when exactly.

use crate::stage::*;
use chrono::TimeDelta;
use domain::customers::BlockReason;
use domain::people::PlatformCaller;
use domain::settings::{Group, Key, SettingsForm};
use integrations::radius::attribute as a;

#[tokio::test(flavor = "multi_thread")]
async fn suspended_is_walled_here_and_rejected_there() {
    let stage = Stage::new().await;
    let (in_padma, in_meghna) = (stage.padma_line("rahim", "pass-word").await, stage.meghna_line("rahim", "pass-word").await);
    let (padma, meghna) = (stage.padma_router().await, stage.meghna_router().await);
    known(&padma, "rahim", "pass-word").await;
    known(&meghna, "rahim", "pass-word").await;
    stage.suspend(&stage.world.padma, in_padma).await;
    stage.suspend(&stage.world.meghna, in_meghna).await;

    until("padma walls", async || pap(&padma, "rahim", "pass-word").await.address_list().is_some()).await;
    let walled = chap(&padma, "rahim", "pass-word").await;
    assert!(walled.accepted());
    assert_eq!(walled.address_list().as_deref(), Some("lastmile-suspended"));
    assert_eq!((walled.session_timeout(), walled.rate_limit().as_deref()), (Some(300), Some("5M/10M")));
    assert!(pap(&padma, "rahim", "wrong").await.rejected(), "the wall is no way around a password");

    until("meghna rejects", async || pap(&meghna, "rahim", "pass-word").await.rejected()).await;
    let rejected = chap(&meghna, "rahim", "pass-word").await;
    assert_eq!(rejected.text(a::REPLY_MESSAGE).as_deref(), Some("This connection is suspended. Please contact your provider"));

    let (services, admin) = (&stage.world.services, &stage.world.padma.admin);
    services::customers::resume_service(services, admin, in_padma.service, BlockReason::Admin).await.unwrap();
    until("padma opens", async || pap(&padma, "rahim", "pass-word").await.address_list().is_none()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn expiry_to_the_second() {
    let stage = Stage::new().await;
    let end = stage.world.services.now() + TimeDelta::minutes(10);
    let (padma, meghna) = (&stage.world.padma, &stage.world.meghna);
    stage.line(padma, stage.padma_package, "prepaid", "pass-word", Some(end), None).await;
    stage.line(meghna, stage.meghna_package, "prepaid", "pass-word", Some(end), None).await;
    let (at_padma, at_meghna) = (stage.padma_router().await, stage.meghna_router().await);
    known(&at_padma, "prepaid", "pass-word").await;
    known(&at_meghna, "prepaid", "pass-word").await;
    assert_eq!(pap(&at_padma, "prepaid", "pass-word").await.session_timeout(), Some(600));

    stage.world.clock.set(end - TimeDelta::seconds(1));
    let last = pap(&at_padma, "prepaid", "pass-word").await;
    assert_eq!((last.session_timeout(), last.address_list()), (Some(1), None));
    assert!(pap(&at_meghna, "prepaid", "pass-word").await.accepted());

    stage.world.clock.set(end);
    assert!(pap(&at_padma, "prepaid", "pass-word").await.address_list().is_some());
    let rejected = pap(&at_meghna, "prepaid", "pass-word").await;
    assert_eq!(rejected.text(a::REPLY_MESSAGE).as_deref(), Some("This connection has expired. Please renew it"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_router_of_another_make_is_told_its_own_way() {
    let stage = Stage::new().await;
    let line = stage.padma_line("rahim", "pass-word").await;
    stage.suspend(&stage.world.padma, line).await;
    let form = domain::radius::NasForm { vendor: "generic".into(), ..form("127.0.0.4", PADMA_SECRET) };
    services::radius::create_nas(&stage.world.services, &stage.world.padma.admin, &form).await.unwrap();
    let router = router(&stage.radius, "127.0.0.4", PADMA_SECRET).await;
    until("the router is known", async || {
        let answer = router.login(simlab::radius_client::Method::Pap, "rahim", "pass-word").await.unwrap();
        answer.is_some_and(|answer| answer.text(a::FILTER_ID).as_deref() == Some("lastmile-suspended"))
    })
    .await;
    let answer = pap(&router, "rahim", "pass-word").await;
    assert_eq!((answer.rate_limit(), answer.address_list()), (None, None));
    let packet = answer.packet().unwrap();
    assert_eq!(packet.find_vendor(a::vendor::WISPR, a::vendor::WISPR_BANDWIDTH_MAX_DOWN), Some(10_000_000u32.to_be_bytes().as_slice()));
}

/// Whoever paid his provider is not punished for what the provider owes (TEN-12): seven days, and then only where the
/// platform says so.
#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_provider_s_subscribers_run_on_for_seven_days() {
    let stage = Stage::new().await;
    stage.padma_line("rahim", "pass-word").await;
    stage.meghna_line("karim", "pass-word").await;
    let (padma, meghna) = (stage.padma_router().await, stage.meghna_router().await);
    known(&padma, "rahim", "pass-word").await;
    known(&meghna, "karim", "pass-word").await;
    let (services, platform) = (&stage.world.services, PlatformCaller::system("test"));
    let since = services.now();
    services::platform::suspend_isp(services, &platform, stage.world.padma.id, "unpaid").await.unwrap();
    let answer = chap(&padma, "rahim", "pass-word").await;
    assert!(answer.accepted() && answer.address_list().is_none(), "in as if nothing had happened");

    let says = SettingsForm { values: [(Key::LineAfterGrace.slug().into(), "reject".into())].into(), ..SettingsForm::default() };
    services::settings::save_above(services, &platform, None, Group::Arrears, &says).await.unwrap();
    stage.world.clock.set(since + TimeDelta::days(7) - TimeDelta::hours(1));
    until("a session ends with the seven days", async || pap(&padma, "rahim", "pass-word").await.session_timeout() == Some(3_600)).await;
    stage.world.clock.set(since + TimeDelta::days(7));
    let rejected = pap(&padma, "rahim", "pass-word").await;
    assert_eq!(rejected.text(a::REPLY_MESSAGE).as_deref(), Some("This connection is suspended. Please contact your provider"));
    assert!(pap(&meghna, "karim", "pass-word").await.accepted(), "the neighbour has nothing to do with it");

    services::platform::lift_isp(services, &platform, stage.world.padma.id).await.unwrap();
    until("lifted", async || pap(&padma, "rahim", "pass-word").await.accepted()).await;
}
