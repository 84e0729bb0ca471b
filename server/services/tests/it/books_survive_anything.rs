//! Whatever people do to a customer's money, in whatever order: every entry balances, every bill's due is what the
//! facts say, no credit is below nothing, nobody gets more than he paid, and what was shown at a moment can be
//! computed again later. What they want and may not is refused and changes nothing.

use crate::seed::{customer, package, tax_package};
use chrono::{DateTime, TimeDelta, Utc};
use domain::billing::{InvoiceFilter, InvoiceRow};
use domain::customers::Paging;
use domain::{CustomerId, InvoiceId, PackageId, PaymentId, RefundId};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use services::Error;
use services::billing::{ChangeForm, change_package, quote_change, run_billing};
use services::corrections::*;
use services::payments::{PaymentForm, take_payment};
use sqlx::PgConnection;
use std::collections::BTreeMap;
use testkit::{World, world};

/// One thing somebody does. Numbers choose among what is there.
#[derive(Clone, Debug)]
enum Act {
    Pay(i64),
    PayChosen(usize, i64),
    Credit(usize, i64, bool),
    CreditAll(usize),
    Void(usize),
    WriteOff(usize),
    TakeUp(usize),
    Give(i64),
    Ask(i64),
    /// So much, in cash out of the drawer or by the bank.
    Refund(i64, bool),
    RefundBack(usize),
    Reverse(usize),
    Reallocate(usize, usize, i64),
    UseCredit,
    /// Another package, at once.
    Change(usize),
    /// The run comes again: it bills what a void left open.
    Run,
}

fn act() -> impl Strategy<Value = Act> {
    let amount = 1i64..250_000;
    prop_oneof![
        4 => amount.clone().prop_map(Act::Pay),
        3 => (0usize..6, amount.clone()).prop_map(|(n, amount)| Act::PayChosen(n, amount)),
        4 => (0usize..6, amount.clone(), any::<bool>()).prop_map(|(n, amount, apply)| Act::Credit(n, amount, apply)),
        2 => (0usize..6).prop_map(Act::CreditAll),
        1 => (0usize..6).prop_map(Act::Void),
        2 => (0usize..6).prop_map(Act::WriteOff),
        2 => (0usize..6).prop_map(Act::TakeUp),
        1 => amount.clone().prop_map(Act::Give),
        2 => amount.clone().prop_map(Act::Ask),
        3 => (amount.clone(), any::<bool>()).prop_map(|(amount, cash)| Act::Refund(amount, cash)),
        2 => (0usize..8).prop_map(Act::RefundBack),
        4 => (0usize..3).prop_map(Act::Change),
        2 => Just(Act::Run),
        3 => (0usize..8).prop_map(Act::Reverse),
        3 => (0usize..8, 0usize..6, amount).prop_map(|(payment, n, amount)| Act::Reallocate(payment, n, amount)),
        1 => Just(Act::UseCredit),
    ]
}

/// What the customer should stand at: bills less credit notes, bad debts, payments and gifts, plus what went back.
#[derive(Default)]
struct Ledgerless {
    net: i64,
    payments: Vec<(PaymentId, i64)>,
    refunds: Vec<(RefundId, i64)>,
    seen: Vec<(DateTime<Utc>, BTreeMap<InvoiceId, i64>, i64)>,
}

struct Play<'a> {
    world: &'a World,
    id: CustomerId,
    step: usize,
    packages: [PackageId; 3],
    book: Ledgerless,
}

fn text(minor: i64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

impl Play<'_> {
    async fn bills(&self) -> Vec<InvoiceRow> {
        let filter = InvoiceFilter::default();
        let (page, _) =
            services::billing::invoices(&self.world.services, &self.world.padma.admin, &filter, Some(self.id), Paging::new(1, 200))
                .await
                .unwrap();
        let mut rows = page.rows;
        rows.sort_by_key(|row| row.number.clone());
        rows
    }

    async fn stands(&self) -> (i64, i64) {
        let detail = services::customers::customer(&self.world.services, &self.world.padma.admin, self.id).await.unwrap();
        (detail.due.minor, detail.credit.minor)
    }

    fn key(&self) -> String {
        format!("{}-{}", self.id, self.step)
    }

    async fn words(&self, invoice: InvoiceId) -> ReasonForm {
        let seen = invoice_corrections(&self.world.services, &self.world.padma.admin, invoice).await.unwrap();
        ReasonForm { reason: "as it happens".into(), key: self.key(), version: seen.version }
    }

    /// Does one thing; the change it makes to what the customer stands at, or the refusal.
    async fn perform(&mut self, act: &Act) -> Result<i64, Error> {
        let (services, admin, id) = (&self.world.services, &self.world.padma.admin, self.id);
        let rows = self.bills().await;
        let bill = |n: usize| rows[n % rows.len()].clone();
        match act {
            Act::Pay(amount) | Act::PayChosen(_, amount) => {
                let bills = match act {
                    Act::PayChosen(n, _) => bill(*n).id.to_string(),
                    _ => String::new(),
                };
                let form = PaymentForm { amount: text(*amount), method: "cash".into(), key: self.key(), bills, ..Default::default() };
                let receipt = take_payment(services, admin, id, &form).await?;
                self.book.payments.push((receipt.payment.id, *amount));
                Ok(-amount)
            }
            Act::Credit(n, ..) | Act::CreditAll(n) | Act::Void(n) => {
                let bill = bill(*n);
                let given_up = services::billing::invoice(services, admin, bill.id).await?.written_off.minor;
                let words = self.words(bill.id).await;
                let note = match act {
                    Act::Void(_) => void_invoice(services, admin, bill.id, &words).await?,
                    _ => {
                        let (amounts, apply) = match act {
                            Act::Credit(_, amount, apply) => (BTreeMap::from([("1".to_string(), text(*amount))]), *apply),
                            _ => (BTreeMap::new(), false),
                        };
                        let extent = if amounts.is_empty() { "all" } else { "part" }.into();
                        let form = CreditForm {
                            reason: words.reason,
                            key: words.key,
                            version: words.version,
                            extent,
                            amounts,
                            apply: apply.then(|| "true".into()),
                        };
                        credit_invoice(services, admin, bill.id, &form).await?
                    }
                };
                let note = credit_note(services, admin, note).await?;
                assert_eq!(note.row.net.minor + note.row.tax.minor, note.row.total.minor);
                // What had been given up of it is taken up by the note before any money comes free.
                Ok(-note.row.total.minor + (note.row.total.minor - bill.due.minor).clamp(0, given_up))
            }
            Act::WriteOff(n) => {
                let bill = bill(*n);
                write_off(services, admin, bill.id, &self.words(bill.id).await).await?;
                Ok(-bill.due.minor)
            }
            Act::TakeUp(n) => {
                let bill = bill(*n);
                let before = services::billing::invoice(services, admin, bill.id).await?.written_off.minor;
                reverse_write_off(services, admin, bill.id, &self.words(bill.id).await).await?;
                let after = services::billing::invoice(services, admin, bill.id).await?.written_off.minor;
                Ok(before - after)
            }
            Act::Give(amount) | Act::Ask(amount) => {
                let asks = matches!(act, Act::Ask(_));
                let direction = if asks { "debit" } else { "credit" }.into();
                let form = AdjustForm { direction, amount: text(*amount), reason: "as it happens".into(), key: self.key() };
                adjust(services, admin, id, &form).await?;
                Ok(if asks { *amount } else { -amount })
            }
            Act::Refund(amount, cash) => {
                let credit = self.stands().await.1;
                let form = RefundForm {
                    amount: text(*amount),
                    method: if *cash { "cash" } else { "bank" }.into(),
                    reason: "as it happens".into(),
                    key: self.key(),
                    credit_note: String::new(),
                };
                let given = refund(services, admin, id, &form).await;
                assert!(given.is_err() || *amount <= credit, "gave {amount} of {credit}");
                if let RefundOutcome::Paid(id) = given? {
                    self.book.refunds.push((id, *amount));
                }
                Ok(*amount)
            }
            Act::RefundBack(n) => {
                let Some((refund, amount)) = self.book.refunds.get(n % self.book.refunds.len().max(1)).copied() else { return Ok(0) };
                reverse_refund(services, admin, refund, &ReasonForm { reason: self.key(), key: self.key(), version: 0 }).await?;
                Ok(-amount)
            }
            Act::Change(n) => {
                let line = services::customers::customer(services, admin, id).await?.services.remove(0).id;
                let form = ChangeForm { package_id: self.packages[*n].to_string(), when: "now".into(), key: self.key() };
                let quote = quote_change(services, admin, line, &form).await?;
                change_package(services, admin, line, &form).await?;
                Ok(quote.total.minor - quote.to_credit.minor)
            }
            Act::Run => {
                run_billing(services, admin, "2026-11-01".parse().unwrap()).await?;
                let sum = |rows: &[InvoiceRow]| rows.iter().map(|row| row.total.minor).sum::<i64>();
                Ok(sum(&self.bills().await) - sum(&rows))
            }
            Act::Reverse(n) => {
                let Some((payment, amount)) = self.book.payments.get(n % self.book.payments.len().max(1)).copied() else { return Ok(0) };
                let form = ReasonForm { reason: self.key(), key: self.key(), version: 0 };
                reverse_payment(services, admin, payment, &form).await?;
                Ok(amount)
            }
            Act::Reallocate(n, to, amount) => {
                let Some((payment, _)) = self.book.payments.get(n % self.book.payments.len().max(1)).copied() else { return Ok(0) };
                let seen = payment_corrections(services, admin, payment).await?;
                let seen_minor = seen.allocations.iter().map(|(.., part)| part.minor).sum();
                let amounts = BTreeMap::from([(bill(*to).id.to_string(), text(*amount))]);
                reallocate(services, admin, payment, &ReallocateForm { amounts, seen_minor, key: self.key() }).await?;
                Ok(0)
            }
            Act::UseCredit => use_credit(services, admin, id).await.map(|()| 0),
        }
    }

    async fn play(&mut self, acts: &[Act]) {
        for (step, act) in acts.iter().enumerate() {
            self.step = step;
            self.world.clock.set(self.world.services.now() + TimeDelta::seconds(61));
            let before = self.stands().await;
            match self.perform(act).await {
                Ok(change) => self.book.net += change,
                Err(Error::Invalid(_) | Error::Conflict(_)) => {
                    assert_eq!(self.stands().await, before, "{act:?} was refused and changed something")
                }
                Err(fault) => panic!("{act:?} in {acts:#?}: {fault}"),
            }
            let (due, credit) = self.stands().await;
            assert!(due >= 0 && credit >= 0, "{act:?}: {due} {credit}");
            assert_eq!(due - credit, self.book.net, "after {step} {act:?} in {acts:#?}");
            let dues = self.bills().await.iter().map(|row| (row.id, row.due.minor)).collect();
            self.book.seen.push((self.world.services.now(), dues, credit));
        }
    }

    /// What was shown then is what the books say of then.
    async fn look_back(&self, raw: &mut PgConnection) {
        for (at, dues, credit) in &self.book.seen {
            let rows: Vec<(uuid::Uuid, i64)> = sqlx::query_as(
                "select v.id, v.total_minor - coalesce((select sum(a.amount_minor) from allocation a where a.invoice_id = v.id and a.at <= $2), 0)::bigint
                 from invoice v join journal_entry e on e.id = v.entry_id where v.customer_id = $1 and e.at <= $2",
            )
            .bind(self.id.0)
            .bind(at)
            .fetch_all(&mut *raw)
            .await
            .unwrap();
            assert_eq!(&rows.into_iter().map(|(id, due)| (InvoiceId(id), due)).collect::<BTreeMap<_, _>>(), dues);
            let then: i64 = sqlx::query_scalar(
                "select coalesce(-sum(p.amount_minor), 0)::bigint from posting p join journal_entry e on e.id = p.entry_id
                 where p.account = 'customer_advance' and p.party_id = $1 and e.at <= $2",
            )
            .bind(self.id.0)
            .bind(at)
            .fetch_one(&mut *raw)
            .await
            .unwrap();
            assert_eq!(then, *credit);
        }
    }
}

#[tokio::test]
async fn any_sequence_leaves_the_books_right() {
    let world = world("2026-09-01T04:00:00Z").await;
    let (services, admin) = (&world.services, &world.padma.admin);
    let tax = services::packages::create_tax(services, admin, "VAT", "7.5", false).await.unwrap();
    let taxed = package(services, admin, "Home 10", "1000.01").await;
    tax_package(&world, taxed, tax).await;
    let packages = [taxed, package(services, admin, "Home 20", "1777.77").await, package(services, admin, "Home 5", "499.99").await];
    tax_package(&world, packages[1], tax).await;
    const PLAYS: usize = 16;
    let mut people = Vec::new();
    for n in 0..PLAYS {
        people.push(customer(services, admin, taxed, &format!("player{n}")).await);
    }
    for month in ["2026-09-01", "2026-10-01", "2026-11-01"] {
        world.clock.set(format!("{month}T04:00:00Z").parse().unwrap());
        run_billing(services, admin, month.parse().unwrap()).await.unwrap();
    }
    let mut runner = TestRunner::new_with_rng(
        Config::default(),
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    // The changes of a package fall into the middle of what is billed.
    world.clock.set("2026-11-11T04:00:00Z".parse().unwrap());
    let sequence = proptest::collection::vec(act(), 25..45);
    let mut raw = world.db.raw().await;
    sqlx::query("select set_config('app.isp_id', $1, false)").bind(world.padma.id.to_string()).execute(&mut raw).await.unwrap();
    for id in people {
        let acts = sequence.new_tree(&mut runner).unwrap().current();
        let mut play = Play { world: &world, id, step: 0, packages, book: Ledgerless::default() };
        let (due, credit) = play.stands().await;
        play.book.net = due - credit;
        play.play(&acts).await;
        play.look_back(&mut raw).await;
        let report = services::ledger::verify(services, admin).await.unwrap();
        assert!(report.is_clean(), "{report:?} after {acts:#?}");
    }
}
