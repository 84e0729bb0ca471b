//! How documents look and what was printed: brandings, templates and prints are versions that are added and never
//! changed. Also the secrets of the square codes, and the lines of a customer's statement.

use crate::db::currency;
use crate::error::known;
use crate::{IspTx, Result};
use chrono::{DateTime, NaiveDate, Utc};
use domain::documents::{Branding, CustomerStatement, DocumentKind, DocumentRef, Paper, StatementLine, TemplateVersion};
use domain::{CreditNoteId, Currency, CustomerId, InvoiceId, Money, PaymentId, ProformaId};
use serde_json::Value;

/// A look and since when it holds.
#[derive(Clone, Debug)]
pub struct BrandingVersion {
    pub version: i32,
    pub branding: Branding,
    pub logo_hash: Option<Vec<u8>>,
}

/// The look in force at a moment; nothing when none was ever stored.
pub async fn branding_at(tx: &mut IspTx, at: DateTime<Utc>) -> Result<Option<BrandingVersion>> {
    let isp = tx.isp();
    let row = sqlx::query!(
        "select version, look, logo_hash from branding where isp_id = $1 and from_at <= $2 order by version desc limit 1",
        isp,
        at
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| look(row.version, row.look, row.logo_hash)).transpose()
}

pub async fn branding(tx: &mut IspTx, version: i32) -> Result<Option<BrandingVersion>> {
    let isp = tx.isp();
    let row = sqlx::query!("select version, look, logo_hash from branding where isp_id = $1 and version = $2", isp, version)
        .fetch_optional(tx.conn())
        .await?;
    row.map(|row| look(row.version, row.look, row.logo_hash)).transpose()
}

fn look(version: i32, look: Value, logo_hash: Option<Vec<u8>>) -> Result<BrandingVersion> {
    let branding = serde_json::from_value(look).map_err(|error| crate::Error::Corrupt(format!("branding {version}: {error}")))?;
    Ok(BrandingVersion { version, branding, logo_hash })
}

/// Adds a look that holds from `from_at` on. The first one is added as the beginning of time; should another hand have
/// been faster with the same version, nothing is written and the answer is false.
pub async fn add_branding(
    tx: &mut IspTx,
    version: i32,
    from_at: DateTime<Utc>,
    branding: &Branding,
    logo_hash: Option<&[u8]>,
) -> Result<bool> {
    let (isp, by) = (tx.isp(), tx.caller().actor_name().to_owned());
    let done = sqlx::query!(
        "insert into branding (isp_id, version, from_at, look, logo_hash, by_name) values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
        isp,
        version,
        from_at,
        serde_json::to_value(branding).unwrap_or_default(),
        logo_hash,
        by
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn add_logo(tx: &mut IspTx, hash: &[u8], bytes: &[u8]) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("insert into branding_logo (isp_id, hash, bytes) values ($1, $2, $3) on conflict do nothing", isp, hash, bytes)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub async fn logo(tx: &mut IspTx, hash: &[u8]) -> Result<Option<Vec<u8>>> {
    let isp = tx.isp();
    Ok(sqlx::query_scalar!("select bytes from branding_logo where isp_id = $1 and hash = $2", isp, hash).fetch_optional(tx.conn()).await?)
}

/// A template and since when it holds.
#[derive(Clone, Debug)]
pub struct Template {
    pub info: TemplateVersion,
    pub source: String,
}

/// All versions of a template, newest first.
pub async fn templates(tx: &mut IspTx, kind: DocumentKind, paper: Paper) -> Result<Vec<Template>> {
    let isp = tx.isp();
    let rows = sqlx::query!(
        "select version, from_at, built_in, source, by_name from document_template where isp_id = $1 and kind = $2 and paper = $3
         order by version desc",
        isp,
        kind.slug(),
        paper.slug()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Template {
            info: TemplateVersion { version: row.version, from_at: row.from_at, built_in: row.built_in, by: row.by_name },
            source: row.source,
        })
        .collect())
}

/// Adds a version; false when another hand was faster with the same number.
pub async fn add_template(tx: &mut IspTx, kind: DocumentKind, paper: Paper, info: &TemplateVersion, source: &str) -> Result<bool> {
    let isp = tx.isp();
    let done = sqlx::query!(
        "insert into document_template (isp_id, kind, paper, version, from_at, built_in, source, by_name) values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict do nothing",
        isp,
        kind.slug(),
        paper.slug(),
        info.version,
        info.from_at,
        info.built_in,
        source,
        info.by
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What makes a print the same print: the document, its paper, its language, and the digest of the facts it shows.
#[derive(Clone, Debug)]
pub struct PrintKey<'a> {
    pub document: DocumentRef,
    pub paper: Paper,
    pub language: &'a str,
    pub facts: &'a [u8],
}

/// What was printed before.
#[derive(Clone, Debug)]
pub struct Print {
    pub branding_version: i32,
    pub template_version: i32,
    pub sheet: Value,
    pub press: String,
    pub pdf_hash: Vec<u8>,
}

pub async fn find_print(tx: &mut IspTx, key: &PrintKey<'_>) -> Result<Option<Print>> {
    let isp = tx.isp();
    Ok(sqlx::query_as!(
        Print,
        "select branding_version, template_version, sheet, press, pdf_hash from document_print
         where isp_id = $1 and kind = $2 and document_id = $3 and paper = $4 and language = $5 and facts = $6",
        isp,
        key.document.kind().slug(),
        key.document.id(),
        key.paper.slug(),
        key.language,
        key.facts
    )
    .fetch_optional(tx.conn())
    .await?)
}

pub async fn remember_print(tx: &mut IspTx, key: &PrintKey<'_>, print: &Print, at: DateTime<Utc>) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into document_print (isp_id, kind, document_id, paper, language, facts, branding_version, template_version, sheet, press, pdf_hash,
           printed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing",
        isp,
        key.document.kind().slug(),
        key.document.id(),
        key.paper.slug(),
        key.language,
        key.facts,
        print.branding_version,
        print.template_version,
        print.sheet,
        print.press,
        print.pdf_hash,
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The secret of a document's code: the one it has, or `fresh` from now on.
pub async fn link_token(tx: &mut IspTx, document: DocumentRef, fresh: &str, at: DateTime<Utc>) -> Result<String> {
    let isp = tx.isp();
    sqlx::query!(
        "insert into document_link (isp_id, kind, document_id, token, created_at) values ($1, $2, $3, $4, $5)
         on conflict (isp_id, kind, document_id) do nothing",
        isp,
        document.kind().slug(),
        document.id(),
        fresh,
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(sqlx::query_scalar!(
        "select token from document_link where isp_id = $1 and kind = $2 and document_id = $3",
        isp,
        document.kind().slug(),
        document.id()
    )
    .fetch_one(tx.conn())
    .await?)
}

/// The document behind a code's secret.
pub async fn linked(tx: &mut IspTx, token: &str) -> Result<Option<DocumentRef>> {
    let isp = tx.isp();
    let row = sqlx::query!("select kind, document_id from document_link where isp_id = $1 and token = $2", isp, token)
        .fetch_optional(tx.conn())
        .await?;
    Ok(match row {
        Some(row) if row.kind == "invoice" => Some(DocumentRef::Invoice(InvoiceId(row.document_id))),
        Some(row) if row.kind == "proforma" => Some(DocumentRef::Proforma(ProformaId(row.document_id))),
        Some(row) => Some(DocumentRef::Receipt(PaymentId(row.document_id))),
        None => None,
    })
}

/// When an invoice was written, which decides its look.
pub async fn invoice_issued_at(tx: &mut IspTx, id: InvoiceId) -> Result<Option<DateTime<Utc>>> {
    let isp = tx.isp();
    Ok(sqlx::query_scalar!(
        "select e.at from invoice v join journal_entry e on e.isp_id = $1 and e.id = v.entry_id where v.isp_id = $1 and v.id = $2",
        isp,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// When a credit note was written, which decides its look.
pub async fn credit_note_issued_at(tx: &mut IspTx, id: CreditNoteId) -> Result<Option<DateTime<Utc>>> {
    let isp = tx.isp();
    Ok(sqlx::query_scalar!("select at from credit_note where isp_id = $1 and id = $2", isp, id.0).fetch_optional(tx.conn()).await?)
}

/// What the books say about a customer from one day to another, both included. Every event of his money is an entry on
/// what he owes or has ahead, so whatever kinds of documents there are, they are in here.
pub async fn statement(
    tx: &mut IspTx,
    customer: CustomerId,
    from: NaiveDate,
    to: NaiveDate,
    books: Currency,
) -> Result<Option<CustomerStatement>> {
    let isp = tx.isp();
    let Some(person) = sqlx::query!("select number, name, address from customer where isp_id = $1 and id = $2", isp, customer.0)
        .fetch_optional(tx.conn())
        .await?
    else {
        return Ok(None);
    };
    let opening = sqlx::query_scalar!(
        r#"select coalesce(sum(p.amount_minor), 0)::bigint as "sum!" from posting p join journal_entry e on e.isp_id = $1 and e.id = p.entry_id
           where p.isp_id = $1 and p.account in ('receivable', 'customer_advance') and p.party_id = $2 and e.business_date < $3"#,
        isp,
        customer.0,
        from
    )
    .fetch_one(tx.conn())
    .await?;
    let rows = sqlx::query!(
        r#"select e.business_date, e.source, e.memo, min(p.currency) as "currency!",
             sum(p.amount_minor)::bigint as "net!"
           from posting p join journal_entry e on e.isp_id = $1 and e.id = p.entry_id
           where p.isp_id = $1 and p.account in ('receivable', 'customer_advance') and p.party_id = $2 and e.business_date between $3 and $4
           group by e.id, e.business_date, e.source, e.memo, e.at
           having sum(p.amount_minor) <> 0
           order by e.business_date, e.at, e.id"#,
        isp,
        customer.0,
        from,
        to
    )
    .fetch_all(tx.conn())
    .await?;
    let mut balance = opening;
    let (mut charged, mut credited) = (0, 0);
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let currency = currency(&row.currency)?;
        balance += row.net;
        charged += row.net.max(0);
        credited += (-row.net).max(0);
        lines.push(StatementLine {
            on: row.business_date,
            source: row.source,
            memo: row.memo,
            charged: Money::new(row.net.max(0), currency),
            credited: Money::new((-row.net).max(0), currency),
            balance: Money::new(balance, currency),
        });
    }
    Ok(Some(CustomerStatement {
        customer_number: person.number,
        customer_name: person.name,
        customer_address: person.address,
        from,
        to,
        opening: Money::new(opening, books),
        lines,
        charged: Money::new(charged, books),
        credited: Money::new(credited, books),
        closing: Money::new(balance, books),
    }))
}

pub(crate) fn paper(slug: &str) -> Result<Paper> {
    known(Paper::from_slug(slug), "paper", slug)
}
