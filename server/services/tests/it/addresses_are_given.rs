//! Lines are given addresses: nobody the address of another, nothing that routers hand out, and it is known for good who
//! had which when.

use crate::seed::{customer, package};
use chrono::TimeDelta;
use domain::addresses::{BlockForm, Fill, RangeForm};
use domain::customers::Paging;
use domain::people::Caller;
use domain::trust::Network;
use domain::{BlockId, ServiceId};
use services::addresses::{self, GiveForm};
use services::{Error, Services};
use std::collections::BTreeSet;
use testkit::{World, world};

const NOW: &str = "2026-11-01T04:00:00Z";

fn form(network: &str, category: &str) -> BlockForm {
    BlockForm { network: network.into(), name: format!("Net {network}"), category: category.into(), ..BlockForm::default() }
}

async fn block(services: &Services, caller: &Caller, network: &str, category: &str) -> BlockId {
    addresses::create_block(services, caller, &form(network, category)).await.unwrap()
}

async fn line(services: &Services, caller: &Caller, username: &str) -> ServiceId {
    let packages = services::packages::list_packages(services, caller).await.unwrap();
    let package = match packages.first() {
        Some(package) => package.id,
        None => package(services, caller, "Home", "500").await,
    };
    let id = customer(services, caller, package, username).await;
    services::customers::customer(services, caller, id).await.unwrap().services[0].id
}

fn from(block: BlockId, address: &str) -> GiveForm {
    GiveForm { block: block.to_string(), address: address.into() }
}

async fn give(w: &World, service: ServiceId, block: BlockId, address: &str) -> Result<String, String> {
    match addresses::give(&w.services, &w.padma.admin, service, &from(block, address)).await {
        Ok(given) => Ok(given.network.address().to_string()),
        Err(error) => Err(key(error)),
    }
}

fn key(error: Error) -> String {
    match error {
        Error::Invalid(problems) => problems[0].key.clone(),
        Error::Conflict(problem) => problem.key,
        other => panic!("{other}"),
    }
}

async fn has(w: &World, service: ServiceId) -> Option<String> {
    let held = addresses::held_by(&w.services, &w.padma.admin, service).await.unwrap();
    held.into_iter().find(|held| held.kind == "address").map(|held| held.what())
}

#[tokio::test]
async fn networks_do_not_overlap_and_the_other_is_named() {
    let w = world(NOW).await;
    let (services, padma, meghna) = (&w.services, &w.padma.admin, &w.meghna.admin);
    block(services, padma, "10.0.0.0/16", "container").await;
    block(services, padma, "10.0.1.0/24", "static").await;
    let error = addresses::create_block(services, padma, &form("10.0.1.128/25", "dynamic")).await.unwrap_err();
    let Error::Invalid(problems) = error else { panic!("{error}") };
    assert_eq!(problems[0].key, "problem-address-overlap");
    assert_eq!(problems[0].args, [("network".to_string(), "10.0.1.0/24".to_string()), ("name".to_string(), "Net 10.0.1.0/24".to_string())]);
    let wider = addresses::create_block(services, padma, &form("10.0.0.0/15", "static")).await.unwrap_err();
    assert_eq!(key(wider), "problem-address-overlap", "one that is no container holds no other");
    block(services, padma, "10.0.0.0/8", "container").await;
    // Another ISP, and another label, have the same private ranges.
    block(services, meghna, "10.0.1.0/24", "static").await;
    addresses::create_block(services, padma, &BlockForm { vrf: "Office".into(), ..form("10.0.1.0/24", "static") }).await.unwrap();
    let seen = addresses::list_blocks(services, padma).await.unwrap();
    let tree: Vec<_> = seen.iter().map(|view| (view.block.vrf.as_str(), view.block.network.to_string(), view.depth)).collect();
    assert_eq!(
        tree,
        [
            ("", "10.0.0.0/8".into(), 0),
            ("", "10.0.0.0/16".into(), 1),
            ("", "10.0.1.0/24".into(), 2),
            ("office", "10.0.1.0/24".to_string(), 0)
        ]
    );
    assert_eq!((seen[0].capacity, seen[0].fill()), (254, Fill::Green));
}

#[tokio::test]
async fn the_database_itself_refuses_what_overlaps() {
    let w = world(NOW).await;
    block(&w.services, &w.padma.admin, "10.0.1.0/24", "static").await;
    let mut raw = w.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(w.padma.id.to_string()).execute(&mut raw).await.unwrap();
    let insert = "insert into address_block (isp_id, id, network, name, category, created_at) values ($1, gen_random_uuid(), $2::cidr, 'x', 'static', now())";
    let refused = sqlx::query(insert).bind(w.padma.id.0).bind("10.0.1.64/26").execute(&mut raw).await.unwrap_err();
    assert_eq!(refused.as_database_error().unwrap().constraint(), Some("address_block_overlap"));
    let service = line(&w.services, &w.padma.admin, "rahim").await;
    let past = sqlx::query("update service set static_ip = '10.0.1.9' where id = $1").bind(service.0).execute(&mut raw).await.unwrap_err();
    assert_eq!(past.as_database_error().unwrap().constraint(), Some("service_address_follows"), "there is one way to an address");
}

#[tokio::test]
async fn edges_gateways_and_what_is_kept_are_nobodys() {
    let w = world(NOW).await;
    let (services, padma) = (&w.services, &w.padma.admin);
    let with = BlockForm { gateway: "10.0.1.1".into(), ..form("10.0.1.0/29", "static") };
    let net = addresses::create_block(services, padma, &with).await.unwrap();
    let keep =
        |ranges: &str, kind: &str| RangeForm { ranges: ranges.into(), kind: kind.into(), note: "printer".into(), ..RangeForm::default() };
    addresses::keep_range(services, padma, net, &keep("10.0.1.2", "reserved")).await.unwrap();
    addresses::keep_range(services, padma, net, &keep("10.0.1.5-6", "dynamic")).await.unwrap();
    let service = line(services, padma, "rahim").await;
    let refusals = [
        ("10.0.1.0", "problem-address-is-edge"),
        ("10.0.1.7", "problem-address-is-edge"),
        ("10.0.1.1", "problem-address-is-gateway"),
        ("10.0.1.2", "problem-address-is-reserved"),
        ("10.0.1.5", "problem-address-is-dynamic"),
        ("10.0.2.1", "problem-address-outside"),
        ("rahim", "problem-address"),
    ];
    for (address, key) in refusals {
        assert_eq!(give(&w, service, net, address).await, Err(key.to_string()), "{address}");
    }
    assert_eq!(give(&w, service, net, "").await, Ok("10.0.1.3".to_string()));
    assert_eq!(give(&w, line(services, padma, "karim").await, net, "").await, Ok("10.0.1.4".to_string()));
    assert_eq!(give(&w, line(services, padma, "jamal").await, net, "").await, Err("problem-address-full".to_string()));
    // What a line has is not handed out to others by a router.
    let taken = addresses::keep_range(services, padma, net, &keep("10.0.1.3-4", "dynamic")).await.unwrap_err();
    assert_eq!(key(taken), "problem-address-block-held");
    let view = addresses::find_block(services, padma, net, false, Paging::new(1, 25)).await.unwrap();
    assert_eq!((view.view.used, view.view.capacity, view.view.fill(), view.map.len()), (2, 2, Fill::Red, 8));
    let dynamic = block(services, padma, "10.0.9.0/24", "dynamic").await;
    assert_eq!(give(&w, service, dynamic, "10.0.9.9").await, Err("problem-address-not-for-lines".to_string()));
}

#[tokio::test]
async fn the_same_request_gives_the_same_address_and_a_change_gives_the_old_one_back() {
    let w = world(NOW).await;
    let (services, padma) = (&w.services, &w.padma.admin);
    let net = block(services, padma, "10.0.1.0/24", "static").await;
    let (rahim, karim) = (line(services, padma, "rahim").await, line(services, padma, "karim").await);
    assert_eq!(give(&w, rahim, net, "").await, Ok("10.0.1.1".to_string()));
    assert_eq!(give(&w, rahim, net, "").await, Ok("10.0.1.1".to_string()));
    assert_eq!(give(&w, karim, net, "10.0.1.1").await, Err("problem-address-held".to_string()));
    w.clock.advance(TimeDelta::hours(1));
    assert_eq!(give(&w, rahim, net, "10.0.1.77").await, Ok("10.0.1.77".to_string()));
    assert_eq!(has(&w, rahim).await.as_deref(), Some("10.0.1.77"));
    // It rests for a day; whoever gave it back may have it again.
    assert_eq!(give(&w, karim, net, "10.0.1.1").await, Err("problem-address-rests".to_string()));
    w.clock.advance(TimeDelta::hours(25));
    assert_eq!(give(&w, karim, net, "10.0.1.1").await, Ok("10.0.1.1".to_string()));
    addresses::release(services, padma, karim, "address").await.unwrap();
    assert_eq!(give(&w, karim, net, "10.0.1.1").await, Ok("10.0.1.1".to_string()));
    let within = Network::parse("10.0.1.1/32");
    let noon = "2026-11-01T04:30:00Z".parse().unwrap();
    let who = addresses::who_had(services, padma, within, Some(noon), Paging::new(1, 25)).await.unwrap();
    assert_eq!(who.rows.iter().map(|held| held.username.as_deref()).collect::<Vec<_>>(), [Some("rahim")]);
    let ever = addresses::who_had(services, padma, within, None, Paging::new(1, 25)).await.unwrap();
    assert_eq!(ever.total, 3, "rahim, and karim twice");
    assert_eq!(addresses::who_had(services, &w.meghna.admin, within, None, Paging::new(1, 25)).await.unwrap().total, 0);
}

#[tokio::test]
async fn rest_is_as_long_as_the_isp_says() {
    let w = world(NOW).await;
    let (services, padma) = (&w.services, &w.padma.admin);
    let mut raw = w.db.raw().await;
    sqlx::query("insert into setting (isp_id, level, scope, key, value, changed_name, changed_at) values ($1, 'isp', $1, 'address_rest_hours', '0', 'test', now())")
        .bind(w.padma.id.0)
        .execute(&mut raw)
        .await
        .unwrap();
    let net = block(services, padma, "10.0.1.0/24", "static").await;
    let (rahim, karim) = (line(services, padma, "rahim").await, line(services, padma, "karim").await);
    give(&w, rahim, net, "10.0.1.9").await.unwrap();
    addresses::release(services, padma, rahim, "address").await.unwrap();
    assert_eq!(give(&w, karim, net, "10.0.1.9").await, Ok("10.0.1.9".to_string()));
}

/// The same again while the pool of connections is too busy to open one.
async fn give_patiently(services: &Services, caller: &Caller, service: ServiceId, form: &GiveForm) -> String {
    loop {
        match addresses::give(services, caller, service, form).await {
            Ok(given) => return given.network.address().to_string(),
            Err(Error::Upstream(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_at_once_get_a_thousand_addresses() {
    let w = world(NOW).await;
    let (services, padma) = (&w.services, &w.padma.admin);
    let net = block(services, padma, "10.16.0.0/12", "static").await;
    line(services, padma, "first").await;
    let mut raw = w.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(w.padma.id.to_string()).execute(&mut raw).await.unwrap();
    let more = "insert into service (isp_id, id, customer_id, package_id, username, secret_sealed, starts_on, billed_until)
                select s.isp_id, gen_random_uuid(), s.customer_id, s.package_id, 'line' || n, s.secret_sealed, s.starts_on, s.billed_until
                from service s, generate_series(1, 999) n where s.username = 'first'";
    sqlx::query(more).execute(&mut raw).await.unwrap();
    let lines: Vec<uuid::Uuid> = sqlx::query_scalar("select id from service").fetch_all(&mut raw).await.unwrap();
    assert_eq!(lines.len(), 1_000);
    let wish = from(net, "");
    let mut asked = tokio::task::JoinSet::new();
    for id in lines {
        let (services, padma, wish) = (services.clone(), padma.clone(), wish.clone());
        asked.spawn(async move { give_patiently(&services, &padma, ServiceId(id), &wish).await });
    }
    let given = asked.join_all().await;
    assert_eq!(given.iter().collect::<BTreeSet<_>>().len(), 1_000, "each another one");
    let told: Vec<String> =
        sqlx::query_scalar("select host(static_ip) from service where static_ip is not null").fetch_all(&mut raw).await.unwrap();
    assert_eq!(told.into_iter().collect::<BTreeSet<_>>(), given.into_iter().collect::<BTreeSet<_>>(), "none lost");
    let rows: i64 = sqlx::query_scalar("select count(*) from address_holding").fetch_one(&mut raw).await.unwrap();
    assert_eq!(rows, 1_000, "a large network costs no row for what nobody holds");
}

#[tokio::test]
async fn the_search_goes_round_and_over_many() {
    let w = world(NOW).await;
    let (services, padma) = (&w.services, &w.padma.admin);
    let net = block(services, padma, "10.0.0.0/21", "static").await;
    let first = line(services, padma, "first").await;
    let mut raw = w.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(w.padma.id.to_string()).execute(&mut raw).await.unwrap();
    // More of them rest than are read at once, and only the last before the end is free.
    let rest = "insert into address_holding (isp_id, id, address, kind, service_id, since, given_by, until, ended_by, free_from)
                select $1, gen_random_uuid(), '10.0.0.0'::inet + n, 'address', $2, $3, 'x', $3, 'x', $3 + interval '1 day' from generate_series(1, 2045) n";
    sqlx::query(rest).bind(w.padma.id.0).bind(first.0).bind(services.now()).execute(&mut raw).await.unwrap();
    assert_eq!(give(&w, first, net, "").await, Ok("10.0.7.254".to_string()));
    w.clock.advance(TimeDelta::hours(25));
    assert_eq!(give(&w, line(services, padma, "second").await, net, "").await, Ok("10.0.0.1".to_string()), "round to the beginning");
}

#[tokio::test]
async fn pieces_of_version_6_are_given_and_meet_nobody() {
    let w = world(NOW).await;
    let (services, padma) = (&w.services, &w.padma.admin);
    let net =
        addresses::create_block(services, padma, &BlockForm { piece: "56".into(), ..form("2001:db8::/40", "delegation") }).await.unwrap();
    let (rahim, karim) = (line(services, padma, "rahim").await, line(services, padma, "karim").await);
    assert_eq!(give(&w, rahim, net, "").await, Ok("2001:db8::".to_string()));
    assert_eq!(give(&w, karim, net, "").await, Ok("2001:db8:0:100::".to_string()));
    let form = services::radius::line_rules(services, padma, karim).await.unwrap().form;
    assert_eq!(form.delegated_prefix, "2001:db8:0:100::/56", "what the line has follows");
    // Typed by hand it is held all the same: a piece of what rahim has is not karim's.
    let typed = domain::access::AccessForm { delegated_prefix: "2001:db8:0:10::/60".into(), ..form.clone() };
    let refused = services::radius::put_service_access(services, padma, karim, &typed).await.unwrap_err();
    assert_eq!(key(refused), "problem-address-held");
    let own = domain::access::AccessForm { delegated_prefix: "2001:db8:ff::/48".into(), ..form };
    services::radius::put_service_access(services, padma, karim, &own).await.unwrap();
    let held = addresses::held_by(services, padma, karim).await.unwrap();
    assert_eq!(held.iter().map(|held| held.what()).collect::<Vec<_>>(), ["2001:db8:ff::/48"]);
}

#[tokio::test]
async fn a_network_is_cut_and_put_together_again() {
    let w = world(NOW).await;
    let (services, padma) = (&w.services, &w.padma.admin);
    let net = block(services, padma, "10.0.1.0/24", "static").await;
    let service = line(services, padma, "rahim").await;
    give(&w, service, net, "10.0.1.200").await.unwrap();
    let keep = RangeForm { ranges: "10.0.1.240-250".into(), kind: "reserved".into(), ..RangeForm::default() };
    addresses::keep_range(services, padma, net, &keep).await.unwrap();
    assert_eq!(key(addresses::split_block(services, padma, net, 29).await.unwrap_err()), "problem-address-split-range");
    assert_eq!(addresses::split_block(services, padma, net, 25).await.unwrap(), 2);
    let seen = addresses::list_blocks(services, padma).await.unwrap();
    assert_eq!(
        seen.iter().map(|view| (view.block.network.to_string(), view.used)).collect::<Vec<_>>(),
        [("10.0.1.0/24".to_string(), 1), ("10.0.1.0/25".to_string(), 0), ("10.0.1.128/25".to_string(), 1)]
    );
    let whole = addresses::merge_block(services, padma, seen[1].block.id).await.unwrap();
    assert_eq!(whole, net, "what held the two is the whole again");
    let page = addresses::find_block(services, padma, net, false, Paging::new(1, 25)).await.unwrap();
    assert_eq!((page.inside.len(), page.stretches.len(), page.view.used), (0, 1, 1));
    assert_eq!(key(addresses::remove_block(services, padma, net).await.unwrap_err()), "problem-address-block-held");
    assert!(matches!(addresses::remove_block(services, &w.meghna.admin, net).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn only_whoever_looks_after_the_network_gives_addresses() {
    let w = world(NOW).await;
    let net = block(&w.services, &w.padma.admin, "10.0.1.0/24", "static").await;
    let service = line(&w.services, &w.padma.admin, "rahim").await;
    let clerk = Caller { role: domain::people::Role::Staff, ..w.padma.admin.clone() };
    assert!(matches!(addresses::give(&w.services, &clerk, service, &from(net, "")).await, Err(Error::Denied(_))));
    let foreign = addresses::give(&w.services, &w.meghna.admin, service, &from(net, "")).await;
    assert!(matches!(foreign, Err(Error::NotFound)));
}

#[tokio::test]
async fn whoever_ends_holds_nothing_and_what_was_held_stays_known() {
    let w = world(NOW).await;
    let (services, padma) = (&w.services, &w.padma.admin);
    let net = block(services, padma, "10.0.1.0/24", "static").await;
    let service = line(services, padma, "rahim").await;
    give(&w, service, net, "10.0.1.9").await.unwrap();
    let mut raw = w.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(w.padma.id.to_string()).execute(&mut raw).await.unwrap();
    sqlx::query("update service set status = 'terminated' where id = $1").bind(service.0).execute(&mut raw).await.unwrap();
    let left: Option<String> =
        sqlx::query_scalar("select host(static_ip) from service where id = $1").bind(service.0).fetch_one(&mut raw).await.unwrap();
    assert_eq!(left, None);
    let ever = addresses::who_had(services, padma, Network::parse("10.0.1.9"), None, Paging::new(1, 25)).await.unwrap();
    assert_eq!(ever.rows.iter().map(|held| held.ended_by.as_deref()).collect::<Vec<_>>(), [Some("terminated")]);
    let rewritten =
        sqlx::query("update address_holding set address = '10.0.1.10' where service_id = $1").bind(service.0).execute(&mut raw).await;
    assert_eq!(rewritten.unwrap_err().as_database_error().unwrap().constraint(), Some("address_holding_kept"));
}
