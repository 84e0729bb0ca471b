//! The next bill before there is one (BIL-25): it says what the run then bills, takes no number of a bill and stands in no
//! books, comes out the same for ever, and is shown to nobody else.

use crate::seed::{customer, package};
use domain::billing::{InvoiceFilter, NextBill};
use domain::customers::Paging;
use domain::documents::{LinkedDocument, Paper};
use domain::packages::PackageForm;
use domain::people::{Actor, Caller, Role};
use domain::{CustomerId, PackageId, ProformaId};
use locales::Language;
use services::Error;
use services::billing::{NextBillForm, make_own_proforma, make_proforma, next_bill, proforma, proformas, run_billing};
use services::documents::{Wanted, look_up, proforma_pdf};
use testkit::{World, world};

fn wanted(paper: Paper, language: Language) -> Wanted {
    Wanted { paper, language, base: "https://padma.test".into() }
}

fn with(package: PackageId) -> NextBillForm {
    NextBillForm { package_id: package.to_string(), ..Default::default() }
}

fn subscriber(world: &World, id: CustomerId) -> Caller {
    let actor = Actor::Subscriber { id, name: "rahim".into() };
    Caller { role: Role::Customer, actor, customer_id: Some(id), ..world.padma.admin.clone() }
}

async fn shop() -> (World, PackageId, CustomerId) {
    let world = world("2026-11-10T04:00:00Z").await;
    let package = package(&world.services, &world.padma.admin, "Home 10", "1000").await;
    let rahim = customer(&world.services, &world.padma.admin, package, "rahim").await;
    (world, package, rahim)
}

async fn quote(world: &World, id: CustomerId) -> NextBill {
    next_bill(&world.services, &world.padma.admin, id, &NextBillForm::default()).await.unwrap()
}

async fn make(world: &World, id: CustomerId) -> ProformaId {
    make_proforma(&world.services, &world.padma.admin, id, &NextBillForm::default()).await.unwrap()
}

async fn billed(world: &World, id: CustomerId, on: &str) -> domain::billing::InvoiceDetail {
    world.clock.set(format!("{on}T04:00:00Z").parse().unwrap());
    run_billing(&world.services, &world.padma.admin, on.parse().unwrap()).await.unwrap();
    let (page, _) =
        services::billing::invoices(&world.services, &world.padma.admin, &InvoiceFilter::default(), Some(id), Paging::new(1, 25))
            .await
            .unwrap();
    let newest = page.rows.iter().max_by_key(|row| row.issued_on).unwrap().id;
    services::billing::invoice(&world.services, &world.padma.admin, newest).await.unwrap()
}

fn why<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    match result {
        Err(Error::Invalid(problems)) => format!("{} {}", problems[0].field, problems[0].key),
        other => panic!("{other:?}"),
    }
}

async fn sheet(world: &World, id: ProformaId, language: &str) -> serde_json::Value {
    let mut raw = world.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(world.padma.id.to_string()).execute(&mut raw).await.unwrap();
    sqlx::query_scalar("select sheet from document_print where kind = 'proforma' and document_id = $1 and language = $2 limit 1")
        .bind(id.0)
        .bind(language)
        .fetch_one(&mut raw)
        .await
        .unwrap()
}

#[tokio::test]
async fn the_next_bill_is_what_the_run_then_bills() {
    let (world, _, rahim) = shop().await;
    // Nothing is billed yet: the rest of November comes first, then December.
    let first = quote(&world, rahim).await;
    assert_eq!((first.total.minor, first.expected_on), (70_000, "2026-11-10".parse().unwrap()), "21 of 30 days");
    let november = billed(&world, rahim, "2026-11-10").await;
    assert_eq!((november.lines, november.row.total), (first.lines, first.total));
    let second = quote(&world, rahim).await;
    assert_eq!((second.total.minor, second.expected_on), (100_000, "2026-12-01".parse().unwrap()));
    let december = billed(&world, rahim, "2026-12-01").await;
    assert_eq!((december.lines, december.row.total, december.row.issued_on), (second.lines, second.total, second.expected_on));
}

#[tokio::test]
async fn a_proforma_is_no_bill_and_comes_out_the_same_for_ever() {
    let (world, package, rahim) = shop().await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let id = make(&world, rahim).await;
    assert_eq!(make(&world, rahim).await, id, "asked for twice on a day, it is one");
    let made = proforma(services, admin, id).await.unwrap();
    assert_eq!(made.number, "PRO-2026-00001");
    let detail = services::customers::customer(services, admin, rahim).await.unwrap();
    assert_eq!((detail.due.minor, detail.credit.minor), (0, 0), "nothing is owed for it");
    let all = [
        (Paper::A4, Language::English),
        (Paper::A4, Language::Bengali),
        (Paper::Roll, Language::English),
        (Paper::Roll, Language::Bengali),
    ];
    let mut before = Vec::new();
    for (paper, language) in all {
        let file = proforma_pdf(services, admin, id, &wanted(paper, language)).await.unwrap();
        assert!(file.bytes.starts_with(b"%PDF"));
        before.push(file);
    }
    let (english, bengali) = (sheet(&world, id, "en").await, sheet(&world, id, "bn").await);
    assert_eq!((english["title"].as_str(), english["mark"]["text"].as_str()), (Some("Proforma invoice"), Some("PROFORMA")));
    assert_eq!(bengali["mark"]["text"], "প্রোফর্মা");
    assert!(english["notes"][0].as_str().unwrap().starts_with("This is not a bill."));
    let link = english["code"]["link"].as_str().unwrap();
    let token = link.strip_prefix("https://padma.test/pay/").unwrap();
    match look_up(services, world.padma.id, token, None).await.unwrap() {
        LinkedDocument::Proforma { number, to_pay, .. } => assert_eq!((number.as_str(), to_pay.minor), ("PRO-2026-00001", 70_000)),
        other => panic!("{other:?}"),
    }

    // Dearer, renamed, a month later: what was made stays.
    let dearer = PackageForm {
        name: "Home 11".into(),
        up_mbps: "5".into(),
        down_mbps: "11".into(),
        price: "1300".into(),
        validity_unit: "months".into(),
        validity_count: "1".into(),
        ..PackageForm::default()
    };
    services::packages::save_package(services, admin, Some((package, 1)), &dearer).await.unwrap();
    let version = services::documents::branding(services, admin).await.unwrap().0;
    let look = domain::documents::BrandingForm { name: "Padma Broadband".into(), ..Default::default() };
    services::documents::save_branding(services, admin, version, &look).await.unwrap();
    let bill = billed(&world, rahim, "2026-12-01").await;
    assert!(["INV-2026-00001", "INV-2026-00002"].contains(&bill.row.number.as_str()), "no number of a bill was spent on it");
    for ((paper, language), file) in all.into_iter().zip(&before) {
        assert!(*file == proforma_pdf(services, admin, id, &wanted(paper, language)).await.unwrap());
    }
    assert_ne!(make(&world, rahim).await, id);
    assert_eq!(proformas(services, admin, rahim).await.unwrap().len(), 2);
    assert!(services::ledger::verify(services, admin).await.unwrap().is_clean());
}

#[tokio::test]
async fn another_package_a_charge_and_credit_are_counted_in() {
    let (world, package, rahim) = shop().await;
    let (services, admin) = (&world.services, &world.padma.admin);
    billed(&world, rahim, "2026-11-10").await;
    let faster = crate::seed::package(services, admin, "Home 20", "1800").await;
    let dear = next_bill(services, admin, rahim, &with(faster)).await.unwrap();
    assert_eq!((dear.total.minor, dear.lines[0].description.as_str()), (180_000, "Home 20"));
    assert_eq!(quote(&world, rahim).await.total.minor, 100_000, "asking changed nothing");
    let service = services::customers::customer(services, admin, rahim).await.unwrap().services[0].clone();
    assert_eq!(service.package_id, package);
    let fee = services::billing::ExtraForm { kind: "fee".into(), description: "Visit".into(), price: "200".into(), ..Default::default() };
    services::billing::add_charge(services, admin, rahim, &fee).await.unwrap();
    let form =
        services::payments::PaymentForm { amount: "1000".into(), method: "bank".into(), key: "ahead-01".into(), ..Default::default() };
    services::payments::take_payment(services, admin, rahim, &form).await.unwrap();
    let next = quote(&world, rahim).await;
    assert_eq!((next.total.minor, next.credit.minor, next.to_pay().minor), (120_000, 30_000, 90_000));
    let december = billed(&world, rahim, "2026-12-01").await;
    assert_eq!((december.row.total, december.row.due), (next.total, next.to_pay()));
}

#[tokio::test]
async fn what_cannot_be_billed_says_so_and_strangers_find_nothing() {
    let (world, package, rahim) = shop().await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let karim = customer(services, admin, package, "karim").await;
    let id = make(&world, rahim).await;
    let (own, other) = (subscriber(&world, rahim), subscriber(&world, karim));
    assert_eq!(make_own_proforma(services, &own).await.unwrap(), id, "the same as the counter's");
    proforma_pdf(services, &own, id, &wanted(Paper::A4, Language::Bengali)).await.unwrap();
    for caller in [&other, &world.meghna.admin] {
        assert!(matches!(proforma(services, caller, id).await, Err(Error::NotFound)));
        assert!(matches!(proforma_pdf(services, caller, id, &wanted(Paper::A4, Language::English)).await, Err(Error::NotFound)));
        assert!(matches!(next_bill(services, caller, rahim, &NextBillForm::default()).await, Err(Error::NotFound)));
    }
    assert!(matches!(make_proforma(services, &own, rahim, &NextBillForm::default()).await, Err(Error::Denied(_))));
    let clerk = Caller { role: Role::Staff, grants: Vec::new(), ..admin.clone() };
    assert!(matches!(make_proforma(services, &clerk, rahim, &NextBillForm::default()).await, Err(Error::Denied(_))));

    let bad = NextBillForm { package_id: "everything".into(), ..Default::default() };
    assert_eq!(why(next_bill(services, admin, rahim, &bad).await), "package_id problem-choice");
    assert_eq!(why(next_bill(services, admin, rahim, &with(PackageId(uuid::Uuid::now_v7()))).await), "package_id problem-choice");
    let mut raw = world.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(world.padma.id.to_string()).execute(&mut raw).await.unwrap();
    assert!(sqlx::query("update proforma set total_minor = 1").execute(&mut raw).await.is_err(), "nobody changes one");
    sqlx::query("update billing_profile set kind = 'free'").execute(&mut raw).await.unwrap();
    assert_eq!(why(next_bill(services, admin, rahim, &NextBillForm::default()).await), " problem-proforma-nothing");
    sqlx::query("update billing_profile set kind = 'daily'").execute(&mut raw).await.unwrap();
    let time = quote(&world, rahim).await;
    assert_eq!((time.total.minor, time.expected_on), (100_000, "2026-11-10".parse().unwrap()), "thirty days of prepaid time");
}
