//! People held to zones see the customers who live there and what hangs on them, and nobody else's (TEN-15).

use crate::seed::{customer, package};
use crate::staff::{Office, below, form, keys, office};
use domain::customers::{Paging, SubscriberFilter};
use domain::people::{Caller, Role, SpecialForm, ZoneInput};
use domain::{AccountId, CustomerId, ZoneId};
use services::accounts;
use services::billing::run_billing;
use services::customers::{BY_PLACE, CustomerEdit, update_customer};
use services::{Error, Services};

fn input(name: &str, parent: Option<ZoneId>) -> ZoneInput {
    ZoneInput { name: name.into(), parent: parent.map(|parent| parent.to_string()).unwrap_or_default(), ..ZoneInput::default() }
}

fn round(name: &str, parent: Option<ZoneId>, metres: &str) -> ZoneInput {
    let (latitude, longitude, metres) = ("23.81".into(), "90.41".into(), metres.into());
    ZoneInput { shape: "circle".into(), latitude, longitude, metres, ..input(name, parent) }
}

async fn listed(services: &Services, caller: &Caller, filter: &SubscriberFilter) -> Vec<String> {
    let page = services::customers::subscribers(services, caller, filter, Paging::new(1, 25)).await.unwrap();
    page.rows.into_iter().map(|row| row.name).collect()
}

async fn seen(services: &Services, caller: &Caller) -> Vec<String> {
    listed(services, caller, &SubscriberFilter::default()).await
}

/// Puts a customer into a zone, as his page does.
async fn put(services: &Services, caller: &Caller, id: CustomerId, zone: &str) -> services::Result<()> {
    let now = services::customers::customer(services, caller, id).await?;
    let place = now.place.map(|place| place.to_string()).unwrap_or_default();
    let (latitude, longitude) = place.split_once(", ").unwrap_or_default();
    let form = CustomerEdit {
        name: now.name,
        mobile: now.mobile.unwrap_or_default(),
        address: now.address.unwrap_or_default(),
        zone: zone.into(),
        latitude: latitude.into(),
        longitude: longitude.into(),
        ..CustomerEdit::default()
    };
    update_customer(services, caller, id, now.version, &form).await
}

struct Zones {
    office: Office,
    dhaka: ZoneId,
    mirpur: ZoneId,
    khulna: ZoneId,
    rahim: CustomerId,
    karim: CustomerId,
    clerk: AccountId,
    token: String,
}

async fn zones() -> Zones {
    let office = office().await;
    let (services, boss) = (&office.world.services, &office.boss);
    let dhaka = accounts::save_zone(services, boss, None, &input("Dhaka", None)).await.unwrap();
    let mirpur = accounts::save_zone(services, boss, None, &input("Mirpur", Some(dhaka))).await.unwrap();
    let khulna = accounts::save_zone(services, boss, None, &input("Khulna", None)).await.unwrap();
    let home = package(services, boss, "Home 10", "1000").await;
    let (rahim, karim) = (customer(services, boss, home, "rahim").await, customer(services, boss, home, "karim").await);
    put(services, boss, rahim, "Dhaka / Mirpur").await.unwrap();
    run_billing(services, boss, "2026-11-01".parse().unwrap()).await.unwrap();
    let person = domain::people::PersonForm { preset: "billing_ops".into(), ..form(Role::Staff, "clerk") };
    let (clerk, token, _) = office.hire(boss, &person).await;
    Zones { office, dhaka, mirpur, khulna, rahim, karim, clerk, token }
}

#[tokio::test]
async fn he_sees_his_zones_and_those_below_and_what_hangs_on_their_customers() {
    let all = zones().await;
    let (services, boss) = (&all.office.world.services, &all.office.boss);
    assert_eq!(seen(services, &all.office.caller(&all.token).await).await.len(), 2, "held to none he sees everybody");
    accounts::hold_to_zones(services, boss, all.clerk, &[all.dhaka], "").await.unwrap();
    let held = all.office.caller(&all.token).await;
    assert_eq!(seen(services, &held).await, ["Customer rahim"], "Mirpur stands below Dhaka");
    let (bills, _) = services::billing::invoices(services, &held, &Default::default(), None, Paging::new(1, 25)).await.unwrap();
    assert_eq!(bills.total, 1);
    let line = services::customers::customer(services, boss, all.karim).await.unwrap().services[0].id;
    let gone = |error: Option<Error>| assert!(matches!(error, Some(Error::NotFound)), "{error:?}");
    gone(services::customers::customer(services, &held, all.karim).await.err());
    gone(services::customers::line(services, &held, line).await.err());
    gone(services::customers::timeline(services, &held, all.karim).await.err());
    gone(accounts::owner_of(services, &held, all.karim).await.err());
    gone(update_customer(services, &held, all.karim, 1, &CustomerEdit::default()).await.err());
    let whole = services::billing::invoices(services, boss, &Default::default(), Some(all.karim), Paging::new(1, 25)).await.unwrap();
    gone(services::billing::invoice(services, &held, whole.0.rows[0].id).await.err());
    let form = services::payments::PaymentForm {
        amount: "100".into(),
        method: "cash".into(),
        key: "held-to-dhaka-1".into(),
        ..Default::default()
    };
    services::payments::take_payment(services, &held, all.rahim, &form).await.unwrap();
    let other = services::payments::PaymentForm { key: "held-to-dhaka-2".into(), ..form };
    gone(services::payments::take_payment(services, &held, all.karim, &other).await.err());
    let zones = accounts::zones(services, &held).await.unwrap();
    assert_eq!(zones.len(), 2, "others are not his to choose");
    assert!(matches!(accounts::hold_to_zones(services, &held, all.clerk, &[], "").await, Err(Error::Denied(_))));
    accounts::hold_to_zones(services, boss, all.clerk, &[], "").await.unwrap();
    assert_eq!(seen(services, &all.office.caller(&all.token).await).await.len(), 2);
}

#[tokio::test]
async fn a_move_in_the_tree_shows_at_once() {
    let all = zones().await;
    let (services, boss) = (&all.office.world.services, &all.office.boss);
    accounts::hold_to_zones(services, boss, all.clerk, &[], "dhaka").await.unwrap();
    assert_eq!(seen(services, &all.office.caller(&all.token).await).await, ["Customer rahim"]);
    accounts::save_zone(services, boss, Some((all.mirpur, 1)), &input("Mirpur", Some(all.khulna))).await.unwrap();
    assert_eq!(seen(services, &all.office.caller(&all.token).await).await, [""; 0], "Mirpur stands below Khulna now");
    put(services, boss, all.karim, &all.dhaka.to_string()).await.unwrap();
    assert_eq!(seen(services, &all.office.caller(&all.token).await).await, ["Customer karim"]);
    let in_zone = |zone| SubscriberFilter { zone: Some(zone), ..SubscriberFilter::default() };
    assert_eq!(listed(services, boss, &in_zone(all.khulna)).await, ["Customer rahim"], "the list asks for those below too");
    assert_eq!(listed(services, boss, &in_zone(all.dhaka)).await, ["Customer karim"]);
    let rows = accounts::zone_list(services, boss, "", Paging::new(1, 25)).await.unwrap().rows;
    let rows: Vec<(usize, &str, i64)> = rows.iter().map(|row| (row.depth, row.zone.name.as_str(), row.customers)).collect();
    assert_eq!(rows, [(0, "Dhaka", 1), (0, "Khulna", 1), (1, "Mirpur", 1)]);
    let history = services::customers::timeline(services, boss, all.karim).await.unwrap();
    assert!(history.iter().any(|item| item.key == "timeline-customer-update"), "{history:?}");
}

#[tokio::test]
async fn whom_he_adds_comes_into_his_zone_and_he_puts_nobody_out_of_it() {
    let all = zones().await;
    let (services, boss) = (&all.office.world.services, &all.office.boss);
    accounts::hold_to_zones(services, boss, all.clerk, &[all.dhaka], "").await.unwrap();
    let held = all.office.caller(&all.token).await;
    let home = services::packages::list_packages(services, &held).await.unwrap()[0].id;
    let salma = customer(services, &held, home, "salma").await;
    assert_eq!(seen(services, &held).await.len(), 2);
    let zone = services::customers::customer(services, &held, salma).await.unwrap().zone.unwrap();
    assert_eq!(zone, (all.dhaka, "Dhaka".to_string()));
    assert_eq!(keys(put(services, &held, salma, "Khulna").await.unwrap_err()), ["problem-zone-unknown"]);
    put(services, &held, salma, "").await.unwrap();
    assert_eq!(seen(services, &held).await.len(), 2, "without a zone he would not see her again");
}

#[tokio::test]
async fn a_seller_and_his_staff_are_held_together() {
    let all = zones().await;
    let (services, boss) = (&all.office.world.services, &all.office.boss);
    let (north, token, _) = all.office.hire(boss, &form(Role::Reseller, "north")).await;
    accounts::move_customers(services, boss, &[all.rahim, all.karim], Some(north)).await.unwrap();
    let (helper, helpers, _) =
        all.office.hire(boss, &domain::people::PersonForm { preset: "support".into(), ..below(Role::Staff, "helper", north) }).await;
    assert_eq!(seen(services, &all.office.caller(&helpers).await).await.len(), 2);
    accounts::hold_to_zones(services, boss, north, &[all.dhaka], "").await.unwrap();
    assert_eq!(seen(services, &all.office.caller(&token).await).await, ["Customer rahim"]);
    assert_eq!(seen(services, &all.office.caller(&helpers).await).await, ["Customer rahim"], "he sees no more than his seller");
    accounts::hold_to_zones(services, boss, helper, &[all.khulna], "").await.unwrap();
    assert_eq!(seen(services, &all.office.caller(&helpers).await).await, [""; 0], "nothing is in both");
    let seller = all.office.caller(&token).await;
    let own = accounts::hold_to_zones(services, &seller, helper, &[], "").await;
    assert!(matches!(own, Err(Error::NotFound)), "zones are the ISP's own: {own:?}");
    accounts::move_customers(services, boss, &[all.rahim], None).await.unwrap();
    assert_eq!(seen(services, &all.office.caller(&token).await).await, [""; 0], "both rules hold");
}

#[tokio::test]
async fn a_special_right_opens_all_zones_and_branches_hold_beside_them() {
    let all = zones().await;
    let (services, boss) = (&all.office.world.services, &all.office.boss);
    let branch = domain::people::BranchInput { name: "North".into(), parent: String::new() };
    let branch = accounts::save_branch(services, boss, None, &branch).await.unwrap();
    accounts::hold_to_zones(services, boss, all.clerk, &[all.dhaka], "").await.unwrap();
    accounts::hold_to_branches(services, boss, all.clerk, &[branch]).await.unwrap();
    assert_eq!(seen(services, &all.office.caller(&all.token).await).await, [""; 0], "Rahim is in his zone and not in his branch");
    accounts::move_to_branch(services, boss, all.rahim, branch).await.unwrap();
    assert_eq!(seen(services, &all.office.caller(&all.token).await).await, ["Customer rahim"]);
    let form = SpecialForm { permission: "access_all_customers".into(), reason: "Alone at the desk".into(), ..SpecialForm::default() };
    accounts::give_special(services, boss, all.clerk, &form).await.unwrap();
    assert_eq!(seen(services, &all.office.caller(&all.token).await).await.len(), 2);
}

#[tokio::test]
async fn a_place_on_the_map_finds_the_smallest_zone_around_it() {
    let all = zones().await;
    let (services, boss) = (&all.office.world.services, &all.office.boss);
    let wide = accounts::save_zone(services, boss, None, &round("Wide", None, "9000")).await.unwrap();
    let near = accounts::save_zone(services, boss, None, &round("Near", Some(all.khulna), "500")).await.unwrap();
    let edit = |latitude: &str, zone: &str, version: i32| {
        let (latitude, zone) = (latitude.to_string(), zone.to_string());
        let form = CustomerEdit { name: "Karim".into(), zone, latitude, longitude: "90.41".into(), ..CustomerEdit::default() };
        async move { update_customer(services, boss, all.karim, version, &form).await }
    };
    edit("23.81", BY_PLACE, 1).await.unwrap();
    let zone = |detail: domain::customers::CustomerDetail| detail.zone.map(|(id, _)| id);
    assert_eq!(zone(services::customers::customer(services, boss, all.karim).await.unwrap()), Some(near));
    edit("23.85", BY_PLACE, 2).await.unwrap();
    assert_eq!(zone(services::customers::customer(services, boss, all.karim).await.unwrap()), Some(wide));
    assert_eq!(keys(edit("24.85", BY_PLACE, 3).await.unwrap_err()), ["problem-zone-nowhere"]);
    assert_eq!(keys(edit("", BY_PLACE, 3).await.unwrap_err()), ["problem-latitude", "problem-zone-no-place"]);
    assert_eq!(keys(edit("23.81", BY_PLACE, 2).await.unwrap_err()), ["problem-changed-meanwhile"]);
}

#[tokio::test]
async fn the_tree_keeps_its_shape() {
    let all = zones().await;
    let (services, boss) = (&all.office.world.services, &all.office.boss);
    let ring = accounts::save_zone(services, boss, Some((all.dhaka, 1)), &input("Dhaka", Some(all.mirpur))).await.unwrap_err();
    assert_eq!(keys(ring), ["problem-zone-ring"]);
    let twice = accounts::save_zone(services, boss, None, &input("MIRPUR", Some(all.dhaka))).await.unwrap_err();
    assert_eq!(keys(twice), ["problem-zone-taken"]);
    accounts::save_zone(services, boss, None, &input("Mirpur", Some(all.khulna))).await.unwrap();
    let late = accounts::save_zone(services, boss, Some((all.dhaka, 7)), &input("Capital", None)).await.unwrap_err();
    assert_eq!(keys(late), ["problem-changed-meanwhile"]);
    for used in [all.dhaka, all.mirpur, all.khulna] {
        assert_eq!(keys(accounts::delete_zone(services, boss, used).await.unwrap_err()), ["problem-zone-in-use"]);
    }
    put(services, boss, all.rahim, "").await.unwrap();
    accounts::hold_to_zones(services, boss, all.clerk, &[all.mirpur], "").await.unwrap();
    assert_eq!(keys(accounts::delete_zone(services, boss, all.mirpur).await.unwrap_err()), ["problem-zone-in-use"]);
    accounts::delete_person(services, boss, all.clerk, None).await.unwrap();
    accounts::delete_zone(services, boss, all.mirpur).await.unwrap();
    accounts::delete_zone(services, boss, all.dhaka).await.unwrap();
    let (_, _, north) = all.office.hire(boss, &form(Role::Reseller, "north")).await;
    assert!(matches!(accounts::save_zone(services, &north, None, &input("X", None)).await, Err(Error::Denied(_))));
    let meghna = &all.office.world.meghna.admin;
    assert_eq!(accounts::zones(services, meghna).await.unwrap(), []);
    assert!(matches!(accounts::delete_zone(services, meghna, all.khulna).await, Err(Error::NotFound)));
    let theirs = accounts::save_zone(services, meghna, None, &input("Below ours", Some(all.khulna))).await.unwrap_err();
    assert_eq!(keys(theirs), ["problem-zone-unknown"]);
}

#[tokio::test]
async fn two_moves_at_once_make_no_ring() {
    let all = zones().await;
    let (services, boss) = (&all.office.world.services, &all.office.boss);
    let (below_khulna, below_dhaka) = (input("Dhaka", Some(all.khulna)), input("Khulna", Some(all.dhaka)));
    let (one, other) = tokio::join!(
        accounts::save_zone(services, boss, Some((all.dhaka, 1)), &below_khulna),
        accounts::save_zone(services, boss, Some((all.khulna, 1)), &below_dhaka),
    );
    let refused: Vec<Error> = [one, other].into_iter().filter_map(Result::err).collect();
    assert!(matches!(&refused[..], [Error::Invalid(problems)] if problems[0].key == "problem-zone-ring"), "{refused:?}");
}

#[tokio::test]
async fn ten_thousand_zones_are_listed_and_held_to() {
    let all = zones().await;
    let (services, boss) = (&all.office.world.services, &all.office.boss);
    let mut raw = all.office.world.db.raw().await;
    let isp = all.office.world.padma.id.to_string();
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(&isp).execute(&mut raw).await.unwrap();
    let many = "insert into zone (isp_id, id, parent_id, name) select current_isp(), gen_random_uuid(), $1, 'Road ' || n from generate_series(1, 10000) n";
    sqlx::query(many).bind(all.dhaka.0).execute(&mut raw).await.unwrap();
    let page = accounts::zone_list(services, boss, "", Paging::new(200, 50)).await.unwrap();
    assert_eq!((page.total, page.rows.len()), (10_003, 50));
    let found = accounts::zone_list(services, boss, "road 777", Paging::new(1, 25)).await.unwrap();
    assert_eq!(found.total, 11, "777 and 7770 to 7779");
    accounts::hold_to_zones(services, boss, all.clerk, &[all.dhaka], "").await.unwrap();
    let held = all.office.caller(&all.token).await;
    assert_eq!(held.bounds.zones.as_ref().map(Vec::len), Some(10_002));
    put(services, boss, all.karim, "Dhaka / Road 9999").await.unwrap();
    assert_eq!(seen(services, &held).await.len(), 2);
    put(services, boss, all.karim, "Khulna").await.unwrap();
    assert_eq!(seen(services, &held).await, ["Customer rahim"]);
}

#[tokio::test]
async fn a_list_says_who_lives_where() {
    let all = zones().await;
    let (services, boss) = (&all.office.world.services, &all.office.boss);
    let list = "Name,User ID,Password,Package,Zone\nMitu,mitu,secret-1,Home 10,Dhaka / Mirpur\nNila,nila,secret-2,Home 10,Sylhet\nOrin,orin,secret-3,Home 10,\n";
    let (id, totals) = crate::lists_are_imported::preview(services, boss, "list.csv", list.as_bytes().to_vec(), Default::default()).await;
    assert_eq!((totals.new, totals.wrong), (2, 1), "there is no Sylhet");
    crate::lists_are_imported::run(services, boss, id).await;
    let in_zone = SubscriberFilter { zone: Some(all.mirpur), ..SubscriberFilter::default() };
    assert_eq!(listed(services, boss, &in_zone).await, ["Customer rahim", "Mitu"]);
}
