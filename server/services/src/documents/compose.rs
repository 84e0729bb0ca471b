//! Puts documents into words: what an invoice, a receipt, a statement says in one language. Formats and translates;
//! reads nothing and adds nothing up.

use chrono::{DateTime, NaiveDate, Utc};
use domain::Money;
use domain::billing::{InvoiceDetail, InvoiceLineView, Proforma};
use domain::corrections::CreditNoteDetail;
use domain::documents::{Branding, CustomerStatement, DocumentKind, StatementLine};
use domain::payments::Receipt;
use integrations::documents::{Code, Column, Mark, PageWords, Receiver, Row, Sender, Sheet, Total};
use locales::{Arg, Language, digits, text, text_with};
use storage::isps::Isp;

/// What every sheet of an ISP has in common.
pub struct Words<'a> {
    pub language: Language,
    pub isp: &'a Isp,
    pub branding: &'a Branding,
}

impl Words<'_> {
    fn say(&self, key: &str) -> String {
        text(self.language, key)
    }

    fn say_with(&self, key: &str, args: &[(&str, Arg)]) -> String {
        text_with(self.language, key, args)
    }

    fn money(&self, money: Money) -> String {
        // The sign never stands on another line than its amount.
        locales::money(self.language, money.minor, money.currency.code()).replace(' ', "\u{a0}")
    }

    fn date(&self, date: NaiveDate) -> String {
        locales::date(self.language, date)
    }

    fn sheet(&self, kind: DocumentKind) -> Sheet {
        let slug = kind.slug();
        Sheet {
            kind: slug.into(),
            language: self.language.code().into(),
            title: self.say(&format!("document-{}", slug.replace('_', "-"))),
            sender: self.sender(),
            page: PageWords { text: self.say("document-page"), digits: digits(self.language, "0123456789") },
            ..Sheet::default()
        }
    }

    fn sender(&self) -> Sender {
        let look = self.branding;
        let (name, other_name) = match (self.language, &look.native_name) {
            (Language::Bengali, Some(native)) => (native.clone(), Some(look.name.clone())),
            (_, native) => (look.name.clone(), native.clone()),
        };
        let mut lines: Vec<String> = look.address.iter().flat_map(|address| address.lines()).map(str::to_owned).collect();
        lines.extend(look.phone.as_ref().map(|phone| self.say_with("document-phone", &[("number", phone.as_str().into())])));
        lines.extend(look.tax_number.as_ref().map(|number| self.say_with("document-tax-number", &[("number", number.as_str().into())])));
        let (colour, logo, footer) = (look.colour.clone(), look.logo.clone(), look.footer.clone());
        Sender { name, other_name, lines, colour, logo, footer }
    }

    fn receiver(&self, name: &str, number: &str, address: Option<&str>) -> Receiver {
        let mut lines = vec![number.to_owned()];
        lines.extend(address.unwrap_or_default().lines().map(str::to_owned));
        Receiver { heading: self.say("invoice-to"), name: name.to_owned(), lines }
    }

    fn mark(&self, slug: &str) -> Option<Mark> {
        let key = format!("document-mark-{}", slug.replace('_', "-"));
        let tone = match slug {
            "paid" => "good",
            "overdue" | "void" | "reversed" => "bad",
            "partly_paid" => "warning",
            _ => "neutral",
        };
        locales::has_text(&key).then(|| Mark { text: self.say(&key), tone: tone.into() })
    }

    fn words(&self, money: Money) -> Option<String> {
        let words = locales::amount_in_words(self.language, money.minor, money.currency.code());
        Some(self.say_with("document-in-words", &[("words", words.into())]))
    }

    fn column(&self, key: &str, numeric: bool) -> Column {
        Column { label: self.say(key), numeric }
    }

    fn total(&self, key: &str, money: Money, strong: bool) -> Total {
        Total { label: self.say(key), value: self.money(money), strong }
    }

    /// `link`: where a subscriber pays it, when something is due.
    pub fn invoice(&self, invoice: &InvoiceDetail, link: Option<String>) -> Sheet {
        let row = &invoice.row;
        let taxed = !invoice.tax.is_zero();
        let mut columns = vec![self.column("document-what", false)];
        columns.extend(taxed.then(|| self.column("invoice-tax", true)));
        columns.push(self.column("invoice-line-total", true));
        let mut totals = Vec::new();
        if taxed {
            totals = vec![self.total("invoice-subtotal", invoice.net, false), self.total("invoice-tax", invoice.tax, false)];
        }
        totals.push(self.total("invoice-total", row.total, true));
        totals.extend(invoice.paid_by.iter().map(|(_, number, day, part)| {
            let date = ("date", self.date(*day).into());
            let label = match number.is_empty() {
                true => self.say_with("invoice-paid-from-credit", &[date]),
                false => self.say_with("invoice-paid-with", &[("number", number.as_str().into()), date]),
            };
            Total { label, value: self.money(Money::new(-part.minor, part.currency)), strong: false }
        }));
        let taken_back = [("document-credited-back", invoice.credited), ("document-given-up", invoice.written_off)];
        let taken_back = taken_back.into_iter().filter(|(_, part)| !part.is_zero());
        totals.extend(taken_back.map(|(key, part)| self.total(key, Money::new(-part.minor, part.currency), false)));
        if row.due != row.total {
            totals.push(self.total("invoice-amount-due", row.due, true));
        }
        let owing = link.is_some();
        Sheet {
            number: row.number.clone(),
            mark: self.mark(row.state.slug()),
            receiver: Some(self.receiver(&row.customer_name, &row.customer_number, invoice.customer_address.as_deref())),
            facts: vec![(self.say("invoice-issued-on"), self.date(row.issued_on)), (self.say("invoice-due-on"), self.date(row.due_on))],
            columns,
            rows: invoice.lines.iter().map(|line| self.line(line, taxed)).collect(),
            totals,
            words: self.words(row.total),
            notes: self.branding.how_to_pay.iter().filter(|_| owing).cloned().collect(),
            code: link.map(|link| Code { link, caption: self.say("document-scan-to-pay") }),
            ..self.sheet(DocumentKind::Invoice)
        }
    }

    /// `link`: where it may be paid ahead.
    pub fn proforma(&self, proforma: &Proforma, link: Option<String>) -> Sheet {
        let bill = &proforma.bill;
        let taxed = !bill.tax.is_zero();
        let mut columns = vec![self.column("document-what", false)];
        columns.extend(taxed.then(|| self.column("invoice-tax", true)));
        columns.push(self.column("invoice-line-total", true));
        let mut totals = Vec::new();
        if taxed {
            totals = vec![self.total("invoice-subtotal", bill.net, false), self.total("invoice-tax", bill.tax, false)];
        }
        totals.push(self.total("proforma-total", bill.total, true));
        if !bill.credit.is_zero() {
            totals.push(self.total("proforma-ahead", Money::new(-bill.from_credit().minor, bill.total.currency), false));
            totals.push(self.total("proforma-to-pay", bill.to_pay(), true));
        }
        let owing = link.is_some();
        let mut notes = vec![self.say("document-proforma-note")];
        notes.extend(self.branding.how_to_pay.iter().filter(|_| owing).cloned());
        Sheet {
            number: proforma.number.clone(),
            mark: self.mark("proforma"),
            receiver: Some(self.receiver(&proforma.customer_name, &proforma.customer_number, proforma.customer_address.as_deref())),
            facts: vec![
                (self.say("document-made-on"), self.date(proforma.made_on)),
                (self.say("proforma-expected-on"), self.date(bill.expected_on)),
            ],
            columns,
            rows: bill.lines.iter().map(|line| self.line(line, taxed)).collect(),
            totals,
            words: self.words(bill.to_pay()),
            notes,
            code: link.map(|link| Code { link, caption: self.say("document-scan-to-pay") }),
            ..self.sheet(DocumentKind::Proforma)
        }
    }

    fn line(&self, line: &InvoiceLineView, taxed: bool) -> Row {
        let period = line.period_start.zip(line.period_end).map(|(start, end)| {
            let end = end.pred_opt().unwrap_or(end);
            self.say_with("common-period", &[("from", self.date(start).into()), ("to", self.date(end).into())])
        });
        let part = line.days.zip(line.days_in_period).filter(|(days, whole)| days != whole).map(|(days, whole)| {
            self.say_with("billing-prorated", &[("days", i64::from(days).into()), ("total", i64::from(whole).into())])
        });
        let notes: Vec<String> = [period, part].into_iter().flatten().collect();
        let mut cells = vec![line.description.clone()];
        cells.extend(taxed.then(|| self.money(line.tax)));
        cells.push(self.money(line.net));
        Row { cells, note: (!notes.is_empty()).then(|| notes.join(" · ")) }
    }

    pub fn credit_note(&self, note: &CreditNoteDetail) -> Sheet {
        let row = &note.row;
        let taxed = !row.tax.is_zero();
        let mut columns = vec![self.column("document-what", false)];
        columns.extend(taxed.then(|| self.column("invoice-tax", true)));
        columns.push(self.column("invoice-line-total", true));
        let rows = note.lines.iter().map(|line| {
            let mut cells = vec![line.description.clone()];
            cells.extend(taxed.then(|| self.money(line.tax)));
            cells.push(self.money(line.net));
            Row { cells, note: None }
        });
        let mut totals = Vec::new();
        if taxed {
            totals = vec![self.total("invoice-subtotal", row.net, false), self.total("invoice-tax", row.tax, false)];
        }
        totals.push(self.total("document-credit-total", row.total, true));
        Sheet {
            number: row.number.clone(),
            receiver: Some(self.receiver(&row.customer_name, &row.customer_number, note.customer_address.as_deref())),
            facts: vec![
                (self.say("invoice-issued-on"), self.date(row.business_date)),
                (self.say("document-for-invoice"), row.invoice_number.clone()),
            ],
            columns,
            rows: rows.collect(),
            totals,
            words: self.words(row.total),
            notes: vec![self.say_with("document-reason", &[("reason", row.reason.as_str().into())])],
            ..self.sheet(DocumentKind::CreditNote)
        }
    }

    /// `link`: where anybody who holds it finds out whether it is genuine.
    pub fn receipt(&self, receipt: &Receipt, mark: &str, link: String) -> Sheet {
        let payment = &receipt.payment;
        let received = payment.received_at.with_timezone(&self.isp.zone).naive_local();
        let mut facts = vec![
            (self.say("payment-time"), locales::date_time(self.language, received)),
            (self.say("payment-method"), self.say(&format!("payment-method-{}", payment.method.slug().replace('_', "-")))),
            (self.say("payment-collector"), payment.collector_name.clone()),
        ];
        facts.extend(payment.note.iter().map(|note| (self.say("payment-reference"), note.clone())));
        let mut rows: Vec<Row> = receipt
            .parts
            .iter()
            .map(|(_, number, part)| Row {
                cells: vec![self.say_with("invoice-title", &[("number", number.as_str().into())]), self.money(*part)],
                note: None,
            })
            .collect();
        if !receipt.credit.is_zero() {
            rows.push(Row { cells: vec![self.say("payment-becomes-credit"), self.money(receipt.credit)], note: None });
        }
        Sheet {
            number: payment.receipt_number.clone(),
            mark: self.mark(mark),
            receiver: Some(Receiver {
                heading: self.say("document-received-from"),
                ..self.receiver(&payment.customer_name, &payment.customer_number, None)
            }),
            facts,
            columns: vec![self.column("payment-settles", false), self.column("invoice-line-total", true)],
            rows,
            totals: vec![self.total("payment-amount", payment.amount, true)],
            words: self.words(payment.amount),
            notes: vec![self.say("payment-thanks")],
            code: Some(Code { link, caption: self.say("document-scan-to-verify") }),
            ..self.sheet(DocumentKind::Receipt)
        }
    }

    pub fn statement(&self, statement: &CustomerStatement, now: DateTime<Utc>) -> Sheet {
        let made = now.with_timezone(&self.isp.zone).date_naive();
        let blank = || String::new();
        let opening = Row {
            cells: vec![self.date(statement.from), self.say("document-opening"), blank(), blank(), self.money(statement.opening)],
            note: None,
        };
        let rows = statement.lines.iter().map(|line| Row {
            cells: vec![
                self.date(line.on),
                self.event(line),
                if line.charged.is_zero() { blank() } else { self.money(line.charged) },
                if line.credited.is_zero() { blank() } else { self.money(line.credited) },
                self.money(line.balance),
            ],
            note: None,
        });
        Sheet {
            receiver: Some(self.receiver(&statement.customer_name, &statement.customer_number, statement.customer_address.as_deref())),
            facts: vec![
                (
                    self.say("invoice-period"),
                    self.say_with("common-period", &[("from", self.date(statement.from).into()), ("to", self.date(statement.to).into())]),
                ),
                (self.say("document-made-on"), self.date(made)),
            ],
            columns: vec![
                self.column("document-date", false),
                self.column("document-what", false),
                self.column("document-charged", true),
                self.column("document-credited", true),
                self.column("document-balance", true),
            ],
            rows: std::iter::once(opening).chain(rows).collect(),
            totals: vec![
                self.total("document-charged", statement.charged, false),
                self.total("document-credited", statement.credited, false),
                self.total(if statement.closing.minor < 0 { "document-ahead" } else { "document-owed" }, statement.closing, true),
            ],
            ..self.sheet(DocumentKind::Statement)
        }
    }

    /// A sample with everything in it that a template may meet: what an editor looks at, and what a new template must
    /// be able to print.
    pub fn specimen(&self, kind: DocumentKind) -> Sheet {
        let amount = Money::new(84_000, self.isp.currency);
        let day = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or_default();
        let columns: &[(&str, bool)] = match kind {
            DocumentKind::Statement => &[
                ("document-date", false),
                ("document-what", false),
                ("document-charged", true),
                ("document-credited", true),
                ("document-balance", true),
            ],
            DocumentKind::Receipt => &[("payment-settles", false), ("invoice-line-total", true)],
            _ => &[("document-what", false), ("invoice-tax", true), ("invoice-line-total", true)],
        };
        let cell = |(key, numeric): &(&str, bool)| match (*numeric, *key) {
            (true, _) => self.money(amount),
            (false, "document-date") => self.date(day),
            (false, _) => self.say("document-specimen-line"),
        };
        let row = Row { cells: columns.iter().map(cell).collect(), note: Some(self.date(day)) };
        let link = "https://example.net/pay/0000000000000000000000000A".to_owned();
        let ahead = kind == DocumentKind::Proforma;
        let days = if ahead { ["document-made-on", "proforma-expected-on"] } else { ["invoice-issued-on", "invoice-due-on"] };
        let mut notes: Vec<String> = ahead.then(|| self.say("document-proforma-note")).into_iter().collect();
        notes.push(self.branding.how_to_pay.clone().unwrap_or_else(|| self.say("payment-thanks")));
        Sheet {
            number: "SAMPLE-00001".into(),
            mark: self.mark(if ahead { "proforma" } else { "paid" }),
            receiver: Some(self.receiver(&self.say("document-specimen-name"), "C-00001", Some(&self.say("document-specimen-address")))),
            facts: days.iter().map(|label| (self.say(label), self.date(day))).collect(),
            columns: columns.iter().map(|(key, numeric)| self.column(key, *numeric)).collect(),
            rows: vec![row.clone(), row],
            totals: vec![self.total("invoice-subtotal", amount, false), self.total("invoice-total", amount, true)],
            words: self.words(amount),
            notes,
            code: Some(Code { link, caption: self.say("document-scan-to-pay") }),
            ..self.sheet(kind)
        }
    }

    /// `Invoice INV-2026-00001`; a kind of entry that has no word of its own says what the books say.
    fn event(&self, line: &StatementLine) -> String {
        let key = format!("books-source-{}", line.source.replace(['_', '.'], "-"));
        match locales::has_text(&key) {
            true => format!("{} {}", self.say(&key), line.memo),
            false => line.memo.clone(),
        }
    }
}
