//! A line's speed changes by the clock: an override begins and ends, a night begins and ends. Whoever is online gets it
//! in the session that he has.

use crate::stage::*;
use crate::told::Told;
use domain::packages::PackageForm;
use domain::packages::apart::OverrideForm;
use simlab::radius_client::Obedience;

async fn minute(told: &Told) {
    let (services, isp) = (&told.stage.world.services, told.stage.world.padma.id);
    let caller = domain::people::Caller::system(isp, "service.revert_temporary");
    services::packages::revert_temporary(services, &caller).await.unwrap();
    services::radius::enforce_online(services, isp).await.unwrap();
}

fn rates(told: &Told) -> Vec<String> {
    told.obedient.heard().into_iter().map(|heard| heard.rate_limit.unwrap_or_else(|| "end".into())).collect()
}

async fn heard(told: &Told, wanted: &[&str]) {
    until(&wanted.join(", "), async || rates(told) == wanted).await;
}

/// 16:00 in Dhaka is 10:00 UTC.
#[tokio::test(flavor = "multi_thread")]
async fn a_speed_for_an_evening_begins_and_ends_on_the_minute() {
    let told = Told::new(Obedience::Obeys).await;
    let (services, admin) = (&told.stage.world.services, &told.stage.world.padma.admin);
    let evening = OverrideForm {
        kind: "speed".into(),
        up_mbps: "50".into(),
        down_mbps: "50".into(),
        starts: "2026-11-21T16:30".into(),
        ends: "2026-11-21T18:00".into(),
        ..OverrideForm::default()
    };
    services::packages::add_override(services, admin, told.line.service, &evening).await.unwrap();
    minute(&told).await;
    assert!(told.obedient.heard().is_empty(), "it has not begun");
    told.stage.world.clock.set("2026-11-21T10:30:00Z".parse().unwrap());
    minute(&told).await;
    heard(&told, &["50M/50M"]).await;
    told.order("change done ack").await;
    // Whoever dials meanwhile gets it too, until it ends.
    until("it is known", async || pap(&told.router, "rahim", "pass-word").await.rate_limit().as_deref() == Some("50M/50M")).await;
    assert_eq!(pap(&told.router, "rahim", "pass-word").await.session_timeout(), Some(5_400));
    minute(&told).await;
    told.stage.world.clock.set("2026-11-21T12:00:00Z".parse().unwrap());
    minute(&told).await;
    heard(&told, &["50M/50M", "5M/10M"]).await;
    told.order("change done ack").await;
    minute(&told).await;
    assert_eq!(rates(&told).len(), 2, "told once");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_override_that_is_ended_by_hand_is_over_at_once() {
    let told = Told::new(Obedience::Obeys).await;
    let (services, admin) = (&told.stage.world.services, &told.stage.world.padma.admin);
    let now = OverrideForm { kind: "speed".into(), up_mbps: "20".into(), down_mbps: "20".into(), ..OverrideForm::default() };
    let id = services::packages::add_override(services, admin, told.line.service, &now).await.unwrap();
    heard(&told, &["20M/20M"]).await;
    told.order("change done ack").await;
    services::packages::end_override(services, admin, id).await.unwrap();
    heard(&told, &["20M/20M", "5M/10M"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn burst_and_night_of_a_package_reach_the_session_that_is_there() {
    let told = Told::new(Obedience::Obeys).await;
    let services = &told.stage.world.services;
    let plain = home("5", "10");
    let burst = PackageForm { burst_up_mbps: "10".into(), burst_down_mbps: "20".into(), burst_seconds: "8".into(), ..plain.clone() };
    told.stage.save_home(&burst).await;
    heard(&told, &["5M/10M 10M/20M 5M/10M 8/8"]).await;
    told.order("change done ack").await;
    let night = PackageForm { night_down_mbps: "40".into(), night_from: "18:00".into(), night_to: "19:00".into(), ..plain };
    told.stage.save_home(&night).await;
    heard(&told, &["5M/10M 10M/20M 5M/10M 8/8", "5M/10M"]).await;
    told.order("change done ack").await;
    // The router does what it is told, so a new session need not end for the night.
    let again = start(services.clone()).await;
    let router = self::router(&again, PADMA_ROUTER, PADMA_SECRET).await;
    assert_eq!(pap(&router, "rahim", "pass-word").await.session_timeout(), Some(7 * 86_400));

    told.stage.world.clock.set("2026-11-21T11:59:00Z".parse().unwrap());
    minute(&told).await;
    told.stage.world.clock.set("2026-11-21T12:00:20Z".parse().unwrap());
    minute(&told).await;
    minute(&told).await;
    heard(&told, &["5M/10M 10M/20M 5M/10M 8/8", "5M/10M", "5M/40M"]).await;
    told.order("change done ack").await;
    told.stage.world.clock.set("2026-11-21T13:01:00Z".parse().unwrap());
    minute(&told).await;
    heard(&told, &["5M/10M 10M/20M 5M/10M 8/8", "5M/10M", "5M/40M", "5M/10M"]).await;
}
