//! What was issued is answered, never changed: credit notes, voids, bad debts, payments taken back (BIL-11, BIL-13,
//! PAY-07, E-22).

use crate::seed::{customer, package, tax_package};
use domain::billing::InvoiceState;
use domain::corrections::CreditState;
use domain::customers::Paging;
use domain::people::{Caller, Role};
use domain::rights::Permission;
use domain::{CustomerId, InvoiceId};
use services::Error;
use services::billing::run_billing;
use services::corrections::*;
use services::payments::{PaymentForm, take_payment};
use std::collections::BTreeMap;
use testkit::{World, world};

/// Rahim with an unpaid bill of 1,050 (5 percent tax on top) for each month.
async fn owing(months: &[&str]) -> (World, CustomerId) {
    let world = world("2026-09-01T04:00:00Z").await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let tax = services::packages::create_tax(services, admin, "VAT", "5", false).await.unwrap();
    let plain = package(services, admin, "Home 10", "1000").await;
    tax_package(&world, plain, tax).await;
    let id = customer(services, admin, plain, "rahim").await;
    for month in months {
        world.clock.set(format!("{month}T04:00:00Z").parse().unwrap());
        run_billing(services, admin, month.parse().unwrap()).await.unwrap();
    }
    (world, id)
}

async fn bills(world: &World, id: CustomerId) -> Vec<domain::billing::InvoiceRow> {
    let filter = domain::billing::InvoiceFilter::default();
    let mut rows =
        services::billing::invoices(&world.services, &world.padma.admin, &filter, Some(id), Paging::new(1, 200)).await.unwrap().0.rows;
    rows.sort_by_key(|row| row.number.clone());
    rows
}

async fn see(world: &World, invoice: InvoiceId) -> domain::corrections::InvoiceCorrections {
    invoice_corrections(&world.services, &world.padma.admin, invoice).await.unwrap()
}

async fn reason(world: &World, invoice: InvoiceId, key: &str) -> ReasonForm {
    ReasonForm { reason: "it was wrong".into(), key: key.into(), version: see(world, invoice).await.version }
}

async fn pay(world: &World, id: CustomerId, amount: &str, key: &str) -> domain::payments::Receipt {
    let form = PaymentForm { amount: amount.into(), method: "cash".into(), key: key.into(), ..Default::default() };
    take_payment(&world.services, &world.padma.admin, id, &form).await.unwrap()
}

async fn money(world: &World, id: CustomerId) -> (i64, i64) {
    let detail = services::customers::customer(&world.services, &world.padma.admin, id).await.unwrap();
    (detail.due.minor, detail.credit.minor)
}

async fn books_agree(world: &World) {
    let report = services::ledger::verify(&world.services, &world.padma.admin).await.unwrap();
    assert!(report.is_clean(), "{report:?}");
}

fn part(line: &str, amount: &str, key: &str, version: i32) -> CreditForm {
    CreditForm {
        reason: "the line was down".into(),
        key: key.into(),
        version,
        extent: "part".into(),
        amounts: BTreeMap::from([(line.to_string(), amount.to_string())]),
        apply: None,
    }
}

#[tokio::test]
async fn a_part_of_a_line_goes_back_with_its_tax() {
    let (world, id) = owing(&["2026-09-01"]).await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let bill = bills(&world, id).await[0].clone();
    assert_eq!(bill.total.minor, 105_000);
    let note = credit_invoice(services, admin, bill.id, &part("1", "350", "credit-0001", 1)).await.unwrap();
    let note = credit_note(services, admin, note).await.unwrap();
    assert_eq!((note.row.number.as_str(), note.row.net.minor, note.row.tax.minor), ("CN-2026-00001", 33_333, 1_667));
    assert_eq!(note.row.state, CreditState::Applied);
    assert_eq!(money(&world, id).await, (70_000, 0));
    let version = see(&world, bill.id).await.version;
    let more = credit_invoice(services, admin, bill.id, &part("1", "700.01", "credit-0002", version)).await;
    match more {
        Err(Error::Invalid(problems)) => {
            assert_eq!((problems[0].field.as_str(), problems[0].key.as_str()), ("1", "problem-credit-exceeds"))
        }
        other => panic!("{other:?}"),
    }
    credit_invoice(services, admin, bill.id, &part("1", "700", "credit-0003", version)).await.unwrap();
    let bill = bills(&world, id).await[0].clone();
    assert_eq!((bill.due.minor, bill.state), (0, InvoiceState::Credited));
    books_agree(&world).await;
}

#[tokio::test]
async fn a_paid_bill_gives_its_money_back_as_credit() {
    let (world, id) = owing(&["2026-09-01"]).await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let bill = bills(&world, id).await[0].clone();
    pay(&world, id, "1050", "counter-1").await;
    let version = see(&world, bill.id).await.version;
    let form = CreditForm { extent: "all".into(), ..part("1", "", "credit-0001", version) };
    let first = credit_invoice(services, admin, bill.id, &form).await.unwrap();
    assert_eq!(credit_invoice(services, admin, bill.id, &form).await.unwrap(), first, "the same form is the same note");
    assert_eq!(money(&world, id).await, (0, 105_000));
    let note = credit_note(services, admin, first).await.unwrap();
    assert_eq!((note.row.freed.minor, note.row.state), (105_000, CreditState::Due));
    let give = RefundForm {
        amount: "1050".into(),
        method: "cash".into(),
        reason: "moved away".into(),
        key: "refund-0001".into(),
        credit_note: first.to_string(),
    };
    refund(services, admin, id, &give).await.unwrap();
    assert_eq!(credit_note(services, admin, first).await.unwrap().row.state, CreditState::Refunded);
    assert_eq!(money(&world, id).await, (0, 0));
    let beyond = refund(services, admin, id, &RefundForm { amount: "0.01".into(), key: "refund-0002".into(), ..give }).await;
    assert!(matches!(beyond, Err(Error::Invalid(problems)) if problems[0].key == "problem-refund-exceeds"));
    books_agree(&world).await;
}

#[tokio::test]
async fn what_comes_free_pays_the_next_bill_and_the_line_comes_back() {
    let (world, id) = owing(&["2026-09-01", "2026-10-01"]).await;
    let (services, admin) = (&world.services, &world.padma.admin);
    pay(&world, id, "1050", "counter-1").await;
    world.clock.set("2026-10-20T04:00:00Z".parse().unwrap());
    assert_eq!(services::billing::suspend_overdue(services, admin).await.unwrap().lines, 1);
    let first = bills(&world, id).await[0].clone();
    let form = CreditForm { apply: Some("true".into()), ..part("1", "1050", "credit-0001", see(&world, first.id).await.version) };
    credit_invoice(services, admin, first.id, &form).await.unwrap();
    assert_eq!(money(&world, id).await, (0, 0));
    let line = services::customers::customer(services, admin, id).await.unwrap().services.remove(0);
    assert!(line.blocks.is_empty(), "{line:?}");
    books_agree(&world).await;
}

#[tokio::test]
async fn a_void_keeps_its_number_and_a_paid_bill_is_not_voided() {
    let (world, id) = owing(&["2026-09-01", "2026-10-01"]).await;
    let (services, admin) = (&world.services, &world.padma.admin);
    pay(&world, id, "0.01", "counter-1").await;
    let rows = bills(&world, id).await;
    let refused = void_invoice(services, admin, rows[0].id, &reason(&world, rows[0].id, "void-00001").await).await;
    assert!(matches!(refused, Err(Error::Conflict(problem)) if problem.key == "problem-not-voidable"));
    void_invoice(services, admin, rows[1].id, &reason(&world, rows[1].id, "void-00002").await).await.unwrap();
    let after = bills(&world, id).await;
    assert_eq!((after[1].number.as_str(), after[1].state, after[1].due.minor), ("INV-2026-00002", InvoiceState::Void, 0));
    let again = void_invoice(services, admin, rows[1].id, &reason(&world, rows[1].id, "void-00003").await).await;
    assert!(matches!(again, Err(Error::Conflict(problem)) if problem.key == "problem-invoice-void"));
    books_agree(&world).await;
}

#[tokio::test]
async fn the_days_of_a_void_are_billed_again_and_those_of_a_credit_note_are_not() {
    let (world, id) = owing(&["2026-09-01", "2026-10-01"]).await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let found = bills(&world, id).await;
    let (september, october) = (found[0].clone(), found[1].clone());
    let again = |on: &str| {
        let on: chrono::NaiveDate = on.parse().unwrap();
        run_billing(services, admin, on)
    };
    // A later bill stands on September: that one first, or a credit note.
    let early = void_invoice(services, admin, september.id, &reason(&world, september.id, "void-00001").await).await;
    assert!(matches!(early, Err(Error::Conflict(problem)) if problem.key == "problem-void-built-upon"));
    let whole = CreditForm {
        reason: "he was away".into(),
        key: "credit-0001".into(),
        version: see(&world, september.id).await.version,
        extent: "all".into(),
        ..Default::default()
    };
    credit_invoice(services, admin, september.id, &whole).await.unwrap();
    assert_eq!(again("2026-10-01").await.unwrap().1.invoices, 0, "what was given back on purpose is not asked for again");
    void_invoice(services, admin, october.id, &reason(&world, october.id, "void-00002").await).await.unwrap();
    assert_eq!(money(&world, id).await, (0, 0));
    assert_eq!(again("2026-10-01").await.unwrap().1.invoices, 1);
    assert_eq!(again("2026-10-01").await.unwrap().1.invoices, 0, "once");
    let rows = bills(&world, id).await;
    assert_eq!((rows.len(), rows[2].number.as_str(), rows[2].total), (3, "INV-2026-00003", october.total));
    assert_eq!(money(&world, id).await.0, october.total.minor);
    books_agree(&world).await;
}

#[tokio::test]
async fn a_bad_debt_is_taken_up_again_when_somebody_pays_after_all() {
    let (world, id) = owing(&["2026-09-01"]).await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let bill = bills(&world, id).await[0].clone();
    pay(&world, id, "50", "counter-1").await;
    write_off(services, admin, bill.id, &reason(&world, bill.id, "written-off").await).await.unwrap();
    assert_eq!(bills(&world, id).await[0].state, InvoiceState::WrittenOff);
    assert_eq!(money(&world, id).await, (0, 0));
    pay(&world, id, "1000", "counter-2").await;
    assert_eq!(money(&world, id).await, (0, 100_000));
    reverse_write_off(services, admin, bill.id, &reason(&world, bill.id, "taken-up-1").await).await.unwrap();
    assert_eq!(bills(&world, id).await[0].state, InvoiceState::Paid);
    assert_eq!(money(&world, id).await, (0, 0));
    let twice = reverse_write_off(services, admin, bill.id, &reason(&world, bill.id, "taken-up-2").await).await;
    assert!(matches!(twice, Err(Error::Conflict(problem)) if problem.key == "problem-not-written-off"));
    books_agree(&world).await;
}

#[tokio::test]
async fn a_bounced_cheque_leaves_a_receipt_that_says_so() {
    let (world, id) = owing(&["2026-09-01", "2026-10-01"]).await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let taken = pay(&world, id, "3000", "counter-1").await;
    assert_eq!(money(&world, id).await, (0, 90_000));
    world.clock.set("2026-11-01T04:00:00Z".parse().unwrap());
    run_billing(services, admin, "2026-11-01".parse().unwrap()).await.unwrap();
    assert_eq!(money(&world, id).await, (15_000, 0));
    // Part of it pays November's bill by way of credit: that comes back too.
    let form = ReasonForm { reason: "the cheque bounced".into(), key: "reverse-01".into(), version: 0 };
    reverse_payment(services, admin, taken.payment.id, &form).await.unwrap();
    reverse_payment(services, admin, taken.payment.id, &form).await.unwrap();
    assert_eq!(money(&world, id).await, (315_000, 0));
    let receipt = services::payments::receipt(services, admin, taken.payment.id).await.unwrap();
    assert_eq!(receipt.reversed.unwrap().reason, "the cheque bounced");
    assert!(receipt.parts.is_empty() && receipt.credit.minor == 0);
    books_agree(&world).await;
}

#[tokio::test]
async fn money_that_was_given_back_cannot_bounce() {
    let (world, id) = owing(&["2026-09-01"]).await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let taken = pay(&world, id, "2050", "counter-1").await;
    let give = RefundForm {
        amount: "1000".into(),
        method: "cash".into(),
        reason: "paid twice".into(),
        key: "refund-0001".into(),
        ..Default::default()
    };
    refund(services, admin, id, &give).await.unwrap();
    let form = ReasonForm { reason: "the cheque bounced".into(), key: "reverse-01".into(), version: 0 };
    let refused = reverse_payment(services, admin, taken.payment.id, &form).await;
    assert!(matches!(refused, Err(Error::Conflict(problem)) if problem.key == "problem-credit-spent"));
    assert_eq!(money(&world, id).await, (0, 0));
    books_agree(&world).await;
}

#[tokio::test]
async fn a_payment_is_put_to_another_bill() {
    let (world, id) = owing(&["2026-09-01", "2026-10-01"]).await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let taken = pay(&world, id, "1050", "counter-1").await;
    let rows = bills(&world, id).await;
    let put = |seen_minor, amount: &str, key: &str| ReallocateForm {
        amounts: BTreeMap::from([(rows[1].id.to_string(), amount.to_string())]),
        seen_minor,
        key: key.into(),
    };
    reallocate(services, admin, taken.payment.id, &put(105_000, "1000", "move-00001")).await.unwrap();
    reallocate(services, admin, taken.payment.id, &put(105_000, "1000", "move-00001")).await.unwrap();
    let dues: Vec<_> = bills(&world, id).await.iter().map(|row| row.due.minor).collect();
    assert_eq!((dues, money(&world, id).await), (vec![105_000, 5_000], (110_000, 5_000)));
    let stale = reallocate(services, admin, taken.payment.id, &put(105_000, "1000", "move-00002")).await;
    assert!(matches!(stale, Err(Error::Conflict(problem)) if problem.key == "problem-changed-meanwhile"));
    let much = reallocate(services, admin, taken.payment.id, &put(100_000, "1050.01", "move-00003")).await;
    assert!(matches!(much, Err(Error::Invalid(problems)) if problems[0].key == "problem-more-than-due"));
    let kinds: Vec<_> = see(&world, rows[0].id).await.allocations.iter().map(|row| (row.reverses, row.amount.minor)).collect();
    assert_eq!(kinds, [(false, 105_000), (true, -105_000)]);
    books_agree(&world).await;
}

#[tokio::test]
async fn the_counter_pays_the_bills_that_were_chosen() {
    let (world, id) = owing(&["2026-09-01", "2026-10-01"]).await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let rows = bills(&world, id).await;
    let form = PaymentForm {
        amount: "1100".into(),
        method: "cash".into(),
        key: "counter-1".into(),
        bills: rows[1].id.to_string(),
        ..Default::default()
    };
    take_payment(services, admin, id, &form).await.unwrap();
    let dues: Vec<_> = bills(&world, id).await.iter().map(|row| row.due.minor).collect();
    assert_eq!((dues, money(&world, id).await), (vec![105_000, 0], (105_000, 5_000)));
    let late = PaymentForm { key: "counter-2".into(), bills: String::new(), seen_due: Some("210000".into()), ..form };
    assert!(
        matches!(take_payment(services, admin, id, &late).await, Err(Error::Conflict(problem)) if problem.key == "problem-due-changed")
    );
    use_credit(services, admin, id).await.unwrap();
    assert_eq!(money(&world, id).await, (100_000, 0));
    books_agree(&world).await;
}

#[tokio::test]
async fn three_odd_parts_pay_a_bill_exactly() {
    let (world, id) = owing(&["2026-09-01"]).await;
    for (amount, key) in [("333.33", "third-001"), ("333.33", "third-002"), ("383.34", "third-003")] {
        pay(&world, id, amount, key).await;
    }
    assert_eq!(bills(&world, id).await[0].state, InvoiceState::Paid);
    world.clock.set("2026-09-30T04:00:00Z".parse().unwrap());
    assert_eq!(services::billing::suspend_overdue(&world.services, &world.padma.admin).await.unwrap().lines, 0);
    books_agree(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_at_one_bill_the_second_looks_again() {
    let (world, id) = owing(&["2026-09-01"]).await;
    let bill = bills(&world, id).await[0].id;
    let form = reason(&world, bill, "written-off").await;
    let note = part("1", "100", "credit-0001", form.version);
    let (one, two) = tokio::join!(
        write_off(&world.services, &world.padma.admin, bill, &form),
        credit_invoice(&world.services, &world.padma.admin, bill, &note),
    );
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    let refused = one.err().or(two.err()).unwrap();
    assert!(matches!(refused, Error::Conflict(problem) if problem.key == "problem-changed-meanwhile"));
    books_agree(&world).await;
}

#[tokio::test]
async fn goodwill_is_credit_and_a_demand_is_a_bill() {
    let (world, id) = owing(&["2026-09-01"]).await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let form = |direction: &str, amount: &str, key: &str| AdjustForm {
        direction: direction.into(),
        amount: amount.into(),
        reason: "a modem that was broken".into(),
        key: key.into(),
    };
    adjust(services, admin, id, &form("credit", "1100", "adjust-001")).await.unwrap();
    adjust(services, admin, id, &form("credit", "1100", "adjust-001")).await.unwrap();
    assert_eq!(money(&world, id).await, (0, 5_000));
    adjust(services, admin, id, &form("debit", "200", "adjust-002")).await.unwrap();
    assert_eq!(money(&world, id).await, (15_000, 0));
    let rows = bills(&world, id).await;
    assert_eq!((rows.len(), rows[1].state), (2, InvoiceState::PartlyPaid));
    for (direction, amount, field) in [("both", "1", "direction"), ("credit", "0", "amount"), ("debit", "-1", "amount")] {
        match adjust(services, admin, id, &form(direction, amount, "adjust-003")).await {
            Err(Error::Invalid(problems)) => assert_eq!(problems[0].field, field),
            other => panic!("{other:?}"),
        }
    }
    books_agree(&world).await;
}

#[tokio::test]
async fn each_correction_has_a_right_of_its_own_and_no_stranger_gets_in() {
    let (world, id) = owing(&["2026-09-01"]).await;
    let services = &world.services;
    let bill = bills(&world, id).await[0].id;
    let taken = pay(&world, id, "10", "counter-1").await.payment.id;
    let clerk =
        Caller { role: Role::Staff, grants: vec![Permission::BillingView, Permission::PaymentsReceive], ..world.padma.admin.clone() };
    let form = reason(&world, bill, "the-key-1").await;
    let all = |caller: Caller| {
        let (form, services) = (form.clone(), services.clone());
        async move {
            [
                credit_invoice(&services, &caller, bill, &part("1", "1", "the-key-1", form.version)).await.err(),
                void_invoice(&services, &caller, bill, &form).await.err(),
                write_off(&services, &caller, bill, &form).await.err(),
                reverse_payment(&services, &caller, taken, &form).await.err(),
                reallocate(&services, &caller, taken, &ReallocateForm { key: "the-key-1".into(), ..Default::default() }).await.err(),
                use_credit(&services, &caller, id).await.err(),
            ]
        }
    };
    for refused in all(clerk).await {
        assert!(matches!(refused, Some(Error::Denied(_))), "{refused:?}");
    }
    for refused in all(world.meghna.admin.clone()).await {
        assert!(matches!(refused, Some(Error::NotFound)), "{refused:?}");
    }
    books_agree(&world).await;
}
