//! Documents on paper (BIL-25, PAY-09): the same bytes later, the look of the day they were issued, own templates that
//! cannot do harm, codes that give away nothing, and many invoices at once.

use crate::seed::{customer, package};
use domain::billing::InvoiceFilter;
use domain::customers::Paging;
use domain::documents::{BatchFormat, BrandingForm, DocumentKind, LinkedDocument, Paper};
use domain::people::{Actor, Caller, Role};
use domain::rights::Permission;
use domain::{CustomerId, InvoiceId, PaymentId};
use locales::Language;
use services::billing::run_billing;
use services::documents::{self, Archive, Download, NewLogo, Press, Wanted};
use services::payments::{PaymentForm, take_payment};
use services::{Error, Services};
use std::time::Duration;
use testkit::{World, world};

fn wanted() -> Wanted {
    Wanted { paper: Paper::A4, language: Language::English, base: "https://padma.test".into() }
}

fn look(name: &str) -> BrandingForm {
    BrandingForm { name: name.into(), how_to_pay: "At the counter in Mirpur.".into(), colour: "#0b6478".into(), ..BrandingForm::default() }
}

/// Customers with a bill each.
async fn billed(usernames: &[&str]) -> (World, Vec<(CustomerId, InvoiceId)>) {
    let world = world("2026-11-01T04:00:00Z").await;
    let admin = &world.padma.admin;
    let package = package(&world.services, admin, "Home 10", "1000").await;
    let mut customers = Vec::new();
    for name in usernames {
        customers.push(customer(&world.services, admin, package, name).await);
    }
    run_billing(&world.services, admin, "2026-11-01".parse().unwrap()).await.unwrap();
    let mut billed = Vec::new();
    for id in customers {
        billed.push((id, newest_invoice(&world, id).await));
    }
    (world, billed)
}

async fn newest_invoice(world: &World, customer: CustomerId) -> InvoiceId {
    let paging = Paging { page: 1, size: 25 };
    let (page, _) =
        services::billing::invoices(&world.services, &world.padma.admin, &InvoiceFilter::default(), Some(customer), paging).await.unwrap();
    page.rows[0].id
}

async fn pay(world: &World, customer: CustomerId, key: &str) -> PaymentId {
    let form = PaymentForm { amount: "1000".into(), method: "cash".into(), note: String::new(), key: key.into(), ..Default::default() };
    take_payment(&world.services, &world.padma.admin, customer, &form).await.unwrap().payment.id
}

async fn sheets(world: &World, id: uuid::Uuid) -> Vec<serde_json::Value> {
    let mut raw = world.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(world.padma.id.to_string()).execute(&mut raw).await.unwrap();
    sqlx::query_scalar("select sheet from document_print where document_id = $1 order by printed_at, facts")
        .bind(id)
        .fetch_all(&mut raw)
        .await
        .unwrap()
}

fn subscriber(world: &World, id: CustomerId) -> Caller {
    let actor = Actor::Subscriber { id, name: "rahim".into() };
    Caller { role: Role::Customer, actor, customer_id: Some(id), ..world.padma.admin.clone() }
}

#[tokio::test]
async fn what_was_issued_keeps_its_look_and_its_bytes() {
    let (world, billed) = billed(&["rahim", "karim"]).await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let (_, rahims) = billed[0];
    let (_, karims) = billed[1];
    let before = documents::invoice_pdf(services, admin, rahims, &wanted()).await.unwrap();
    assert!(before.bytes.starts_with(b"%PDF"));
    assert!(before.bytes.len() < 60_000, "{}", before.bytes.len());

    world.clock.set("2026-11-05T04:00:00Z".parse().unwrap());
    let version = documents::branding(services, admin).await.unwrap().0;
    documents::save_branding(services, admin, version, &look("Padma Broadband")).await.unwrap();
    let own = "#let data = json(\"data.json\")\n= #data.sender.name\n#data.number #data.mark";
    let newest = documents::template(services, admin, DocumentKind::Invoice, Paper::A4, None).await.unwrap().shown.version;
    documents::save_template(services, admin, DocumentKind::Invoice, Paper::A4, newest, own).await.unwrap();

    // Printed before: the same bytes. Issued before and printed for the first time now: the look of that day.
    assert!(before == documents::invoice_pdf(services, admin, rahims, &wanted()).await.unwrap());
    let late = documents::invoice_pdf(services, admin, karims, &wanted()).await.unwrap();
    assert_eq!(sheets(&world, karims.0).await[0]["sender"]["name"], "padma");
    assert!(late.bytes.len() > 15_000, "the built-in template was in force");

    world.clock.set("2026-12-01T04:00:00Z".parse().unwrap());
    run_billing(services, admin, "2026-12-01".parse().unwrap()).await.unwrap();
    let december = newest_invoice(&world, billed[0].0).await;
    let after = documents::invoice_pdf(services, admin, december, &wanted()).await.unwrap();
    assert_eq!(sheets(&world, december.0).await[0]["sender"]["name"], "Padma Broadband");
    assert!(after.bytes.len() < late.bytes.len(), "the short template of its own was in force");
}

#[tokio::test]
async fn who_was_billed_by_whom_stays_on_paper_when_both_are_called_otherwise() {
    let (world, billed) = billed(&["rahim", "karim"]).await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let version = documents::branding(services, admin).await.unwrap().0;
    let legal = BrandingForm { name: "Padma Net Ltd".into(), address: "Road 7, Mirpur".into(), tax_number: "BIN 001".into(), ..look("") };
    documents::save_branding(services, admin, version, &legal).await.unwrap();
    world.clock.set("2026-12-01T04:00:00Z".parse().unwrap());
    run_billing(services, admin, "2026-12-01".parse().unwrap()).await.unwrap();
    let (rahim, karim) = (billed[0].0, billed[1].0);
    let (printed, unprinted) = (newest_invoice(&world, rahim).await, newest_invoice(&world, karim).await);
    let (receipt, later) = (pay(&world, rahim, "counter-1").await, pay(&world, karim, "counter-2").await);
    // Paid in full, so that no day of its own changes the bill.
    pay(&world, rahim, "counter-3").await;
    let invoice_before = documents::invoice_pdf(services, admin, printed, &wanted()).await.unwrap();
    let receipt_before = documents::receipt_pdf(services, admin, receipt, &wanted()).await.unwrap();

    world.clock.set("2029-01-01T04:00:00Z".parse().unwrap());
    let version = documents::branding(services, admin).await.unwrap().0;
    let bought = BrandingForm { name: "Jamuna Online".into(), address: "Elsewhere".into(), tax_number: "BIN 999".into(), ..look("") };
    documents::save_branding(services, admin, version, &bought).await.unwrap();
    let mut raw = world.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(world.padma.id.to_string()).execute(&mut raw).await.unwrap();
    sqlx::query("update isp set name = 'Jamuna', native_name = 'Jamuna' where id = $1")
        .bind(world.padma.id.0)
        .execute(&mut raw)
        .await
        .unwrap();
    sqlx::query("update customer set name = 'Somebody Else', address = 'Another town'").execute(&mut raw).await.unwrap();

    assert!(invoice_before == documents::invoice_pdf(services, admin, printed, &wanted()).await.unwrap());
    assert!(receipt_before == documents::receipt_pdf(services, admin, receipt, &wanted()).await.unwrap());
    // Printed for the first time years later: still as it was.
    documents::invoice_pdf(services, admin, unprinted, &wanted()).await.unwrap();
    documents::receipt_pdf(services, admin, later, &wanted()).await.unwrap();
    for (id, name) in [(printed.0, "rahim"), (unprinted.0, "karim"), (receipt.0, "rahim"), (later.0, "karim")] {
        let sheet = sheets(&world, id).await.remove(0);
        assert_eq!(
            (sheet["sender"]["name"].as_str(), sheet["receiver"]["name"].as_str()),
            (Some("Padma Net Ltd"), Some(&*format!("Customer {name}")))
        );
        let all = sheet.to_string();
        assert!(all.contains("BIN 001") && all.contains("Road 7, Mirpur"), "{all}");
        for word in ["Jamuna", "BIN 999", "Somebody Else", "Another town"] {
            assert!(!all.contains(word), "{word} in {all}");
        }
    }
}

#[tokio::test]
async fn a_payment_makes_another_print_and_a_word_over_it() {
    let (world, billed) = billed(&["rahim"]).await;
    let (customer, invoice) = billed[0];
    let open = documents::invoice_pdf(&world.services, &world.padma.admin, invoice, &wanted()).await.unwrap();
    pay(&world, customer, "counter-1").await;
    let paid = documents::invoice_pdf(&world.services, &world.padma.admin, invoice, &wanted()).await.unwrap();
    assert!(open != paid);
    let sheets = sheets(&world, invoice.0).await;
    assert_eq!(sheets.len(), 2);
    let by = |mark: bool| sheets.iter().find(|sheet| sheet["mark"].is_null() != mark).unwrap();
    assert_eq!(by(true)["mark"]["text"], "PAID");
    assert!(by(true)["code"].is_null(), "nothing is left to pay");
    assert!(by(false)["code"]["link"].as_str().unwrap().starts_with("https://padma.test/pay/"));
    assert_eq!(by(false)["words"], "In words: One thousand taka only");
}

#[tokio::test]
async fn a_document_of_somebody_else_is_not_found() {
    let (world, billed) = billed(&["rahim", "karim"]).await;
    let services = &world.services;
    let (rahim, invoice) = billed[0];
    let receipt = pay(&world, rahim, "counter-1").await;
    let days = ("2026-11-01".parse().unwrap(), "2026-11-30".parse().unwrap());
    for caller in [&world.meghna.admin, &subscriber(&world, billed[1].0)] {
        assert!(matches!(documents::invoice_pdf(services, caller, invoice, &wanted()).await, Err(Error::NotFound)));
        assert!(matches!(documents::receipt_pdf(services, caller, receipt, &wanted()).await, Err(Error::NotFound)));
        assert!(matches!(documents::statement_pdf(services, caller, rahim, days, &wanted()).await, Err(Error::NotFound)));
    }
    let own = subscriber(&world, rahim);
    documents::invoice_pdf(services, &own, invoice, &wanted()).await.unwrap();
    documents::receipt_pdf(services, &own, receipt, &wanted()).await.unwrap();
    documents::statement_pdf(services, &own, rahim, days, &wanted()).await.unwrap();
    for role in [Role::Staff, Role::CardDistributor] {
        let nobody = Caller { role, ..world.padma.admin.clone() };
        assert!(matches!(documents::invoice_pdf(services, &nobody, invoice, &wanted()).await, Err(Error::Denied(Permission::BillingView))));
        assert!(matches!(documents::branding(services, &nobody).await, Err(Error::Denied(Permission::DocumentsEdit))));
    }
}

fn first_problem(result: Result<i32, Error>) -> (String, Vec<(String, String)>) {
    match result {
        Err(Error::Invalid(problems)) => (problems[0].key.clone(), problems[0].args.clone()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_broken_template_is_refused_with_its_place_and_changes_nothing() {
    let world = world("2026-11-01T04:00:00Z").await;
    let services = world.services.clone().with_press(Press::new(None, Duration::from_secs(2)));
    let admin = &world.padma.admin;
    let save = async |source: &str| documents::save_template(&services, admin, DocumentKind::Receipt, Paper::Roll, 1, source).await;
    assert_eq!(documents::template(&services, admin, DocumentKind::Receipt, Paper::Roll, None).await.unwrap().shown.version, 1);

    let (key, args) = first_problem(save("#let data = json(\"data.json\")\n\n#data.sender.nmae").await);
    assert_eq!(key, "problem-template-at");
    assert_eq!((args[0].1.as_str(), args[1].0.as_str()), ("3", "column"));
    assert!(args[2].1.contains("nmae"), "{args:?}");
    assert_eq!(first_problem(save("#read(\"/etc/passwd\")").await).0, "problem-template-at");
    assert_eq!(first_problem(save("").await).0, "problem-template-length");
    // Far below Typst's own limit for one loop, and a hundred thousand years together.
    let long = "#for a in range(9000) { for b in range(9000) { for c in range(9000) { let d = a * b * c } } }";
    let started = std::time::Instant::now();
    assert_eq!(first_problem(save(long).await).0, "problem-template-too-much");
    assert!(started.elapsed() < Duration::from_secs(6));

    let view = documents::template(&services, admin, DocumentKind::Receipt, Paper::Roll, None).await.unwrap();
    assert!(view.shown.built_in && view.history.len() == 1);
    assert_eq!(save("#json(\"data.json\").number").await.unwrap(), 2);
    assert!(
        matches!(save("#json(\"data.json\").title").await, Err(Error::Conflict(problem)) if problem.key == "problem-changed-meanwhile")
    );
    assert_eq!(documents::reset_template(&services, admin, DocumentKind::Receipt, Paper::Roll, 2).await.unwrap(), 3);
    let view = documents::template(&services, admin, DocumentKind::Receipt, Paper::Roll, Some(2)).await.unwrap();
    assert_eq!((view.source.as_str(), view.history.len()), ("#json(\"data.json\").number", 3));
    let svg = documents::preview(&services, admin, DocumentKind::Receipt, Paper::Roll, Language::Bengali, None).await.unwrap();
    assert!(svg.starts_with(b"<svg"));
}

#[tokio::test]
async fn a_logo_that_is_none_is_refused() {
    let world = world("2026-11-01T04:00:00Z").await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let version = documents::branding(services, admin).await.unwrap().0;
    let save = async |bytes: &[u8]| documents::put_logo(services, admin, version, NewLogo::Put(bytes.to_vec())).await;
    assert_eq!(first_problem(save(b"GIF89a").await).0, "problem-logo-kind");
    // The first bytes of a PNG and then nothing of it.
    let broken = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10\x08\x06\0\0\0\x1f\xf3\xffa";
    assert_eq!(first_problem(save(broken).await).0, "problem-logo-damaged");
    let svg =
        b"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 2 1\" width=\"2\" height=\"1\"><rect width=\"2\" height=\"1\"/></svg>";
    assert_eq!(save(svg).await.unwrap(), 2);
    assert_eq!(documents::branding(services, admin).await.unwrap().1.logo.as_deref(), Some("logo.svg"));
    let kept = documents::save_branding(services, admin, 2, &look("Padma")).await.unwrap();
    assert_eq!(documents::branding(services, admin).await.unwrap().1.logo.as_deref(), Some("logo.svg"));
    documents::put_logo(services, admin, kept, NewLogo::Remove).await.unwrap();
    assert_eq!(documents::branding(services, admin).await.unwrap().1.logo, None);
}

#[tokio::test]
async fn a_code_tells_whether_a_receipt_is_genuine_and_nothing_more() {
    let (world, billed) = billed(&["rahim", "karim"]).await;
    let services = &world.services;
    let receipt = pay(&world, billed[0].0, "counter-1").await;
    documents::receipt_pdf(services, &world.padma.admin, receipt, &wanted()).await.unwrap();
    documents::invoice_pdf(services, &world.padma.admin, billed[1].1, &wanted()).await.unwrap();
    let token = async |id| {
        let link = sheets(&world, id).await[0]["code"]["link"].as_str().unwrap().to_owned();
        link.rsplit('/').next().unwrap().to_owned()
    };
    let (receipts, invoices) = (token(receipt.0).await, token(billed[1].1.0).await);
    match documents::look_up(services, world.padma.id, &receipts, None).await.unwrap() {
        LinkedDocument::Receipt { amount, valid, .. } => assert_eq!((amount.minor, valid), (100_000, true)),
        other => panic!("{other:?}"),
    }
    match documents::look_up(services, world.padma.id, &invoices.to_lowercase(), None).await.unwrap() {
        LinkedDocument::Invoice { due, void, .. } => assert_eq!((due.minor, void), (100_000, false)),
        other => panic!("{other:?}"),
    }
    // The secret of one provider opens nothing at another.
    assert!(matches!(documents::look_up(services, world.meghna.id, &receipts, None).await, Err(Error::NotFound)));
    let address = Some("203.0.113.9".parse().unwrap());
    for _ in 0..10 {
        let guess = documents::look_up(services, world.padma.id, "00000000000000000000000000", address).await;
        assert!(matches!(guess, Err(Error::NotFound)));
    }
    let waits = documents::look_up(services, world.padma.id, &receipts, address).await;
    assert!(matches!(waits, Err(Error::Conflict(problem)) if problem.key == "problem-sign-in-wait"));
}

async fn archive(services: &Services, caller: &Caller, mut archive: Archive) -> Vec<String> {
    let mut names = Vec::new();
    loop {
        let next = documents::archive_next(services, caller, &mut archive).await.unwrap();
        if next.is_empty() {
            return names;
        }
        assert!(next.iter().all(|(_, pdf)| pdf.starts_with(b"%PDF")));
        names.extend(next.into_iter().map(|(name, _)| name));
    }
}

#[tokio::test]
async fn many_invoices_are_printed_as_a_job_that_one_bad_one_does_not_stop() {
    let (world, _) = billed(&["a1", "a2", "a3"]).await;
    let (services, admin) = (&world.services, &world.padma.admin);
    // It prints samples, and then stumbles over one invoice.
    let own = "#let data = json(\"data.json\")\n#if data.number.ends-with(\"00005\") { panic(\"no\") }\n#data.number";
    world.clock.set("2026-11-15T04:00:00Z".parse().unwrap());
    documents::template(services, admin, DocumentKind::Invoice, Paper::A4, None).await.unwrap();
    documents::save_template(services, admin, DocumentKind::Invoice, Paper::A4, 1, own).await.unwrap();
    world.clock.set("2026-12-01T04:00:00Z".parse().unwrap());
    run_billing(services, admin, "2026-12-01".parse().unwrap()).await.unwrap();

    let id = documents::request_batch(services, admin, &InvoiceFilter::default(), BatchFormat::Zip, &wanted()).await.unwrap();
    documents::run_batch(services, admin, id).await.unwrap();
    // Asked for once more, as after a crash: nothing is printed twice.
    documents::run_batch(services, admin, id).await.unwrap();
    let (row, problems) = documents::batch(services, admin, id).await.unwrap();
    assert_eq!((row.state.as_str(), row.total, row.done, row.failed), ("done", 6, 5, 1), "{problems:?}");
    assert!(problems[0].number.ends_with("00005") && problems[0].problem.contains("Line 2"), "{problems:?}");
    let Download::Archive(zip) = documents::download(services, admin, id).await.unwrap() else { panic!("an archive") };
    assert_eq!(archive(services, admin, zip).await.len(), 5);

    assert!(matches!(documents::batch(services, &world.meghna.admin, id).await, Err(Error::NotFound)));
    let branch = Caller { role: Role::Reseller, owner_path: Some("/x/".into()), ..admin.clone() };
    assert!(matches!(documents::batch(services, &branch, id).await, Err(Error::NotFound)));
    world.clock.set("2026-12-09T04:00:00Z".parse().unwrap());
    assert_eq!(documents::expire(services, admin).await.unwrap(), 1);
    assert!(matches!(documents::batch(services, admin, id).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn a_stack_for_the_printer_is_one_pdf() {
    let (world, billed) = billed(&["a1", "a2", "a3"]).await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let id = documents::request_batch(services, admin, &InvoiceFilter::default(), BatchFormat::Pdf, &wanted()).await.unwrap();
    documents::run_batch(services, admin, id).await.unwrap();
    let (row, _) = documents::batch(services, admin, id).await.unwrap();
    assert_eq!((row.state.as_str(), row.done, row.failed), ("done", 3, 0));
    let Download::Pdf(stack) = documents::download(services, admin, id).await.unwrap() else { panic!("one PDF") };
    let single = documents::invoice_pdf(services, admin, billed[0].1, &wanted()).await.unwrap().bytes;
    assert!(stack.starts_with(b"%PDF") && stack.len() < 2 * single.len(), "{} and {}", stack.len(), single.len());
    let none = InvoiceFilter { search: "nobody".into(), ..InvoiceFilter::default() };
    let empty = documents::request_batch(services, admin, &none, BatchFormat::Pdf, &wanted()).await;
    assert!(matches!(empty, Err(Error::Invalid(problems)) if problems[0].key == "problem-batch-empty"));
}

#[tokio::test]
async fn a_statement_adds_up_to_what_is_owed() {
    let (world, billed) = billed(&["rahim"]).await;
    let (customer, _) = billed[0];
    let (services, admin) = (&world.services, &world.padma.admin);
    pay(&world, customer, "counter-1").await;
    world.clock.set("2026-12-01T04:00:00Z".parse().unwrap());
    run_billing(services, admin, "2026-12-01".parse().unwrap()).await.unwrap();
    let mut tx = services.begin(admin).await.unwrap();
    let read = async |tx: &mut storage::IspTx, from: &str, to: &str| {
        let (from, to) = (from.parse().unwrap(), to.parse().unwrap());
        storage::documents::statement(tx, customer, from, to, domain::Currency::Bdt).await.unwrap().unwrap()
    };
    let whole = read(&mut tx, "2026-11-01", "2026-12-31").await;
    let balances: Vec<_> = whole.lines.iter().map(|line| (line.source.as_str(), line.balance.minor)).collect();
    assert_eq!(balances, [("invoice", 100_000), ("payment", 0), ("invoice", 100_000)]);
    assert_eq!((whole.opening.minor, whole.charged.minor, whole.credited.minor, whole.closing.minor), (0, 200_000, 100_000, 100_000));
    let december = read(&mut tx, "2026-12-01", "2026-12-31").await;
    assert_eq!((december.opening.minor, december.lines.len(), december.closing.minor), (0, 1, 100_000));
    drop(tx);
    let days = ("2026-11-01".parse().unwrap(), "2026-12-31".parse().unwrap());
    let first = documents::statement_pdf(services, admin, customer, days, &wanted()).await.unwrap();
    assert!(first == documents::statement_pdf(services, admin, customer, days, &wanted()).await.unwrap());
    let turned = ("2026-12-31".parse().unwrap(), "2026-11-01".parse().unwrap());
    assert!(matches!(documents::statement_pdf(services, admin, customer, turned, &wanted()).await, Err(Error::Invalid(_))));
}
