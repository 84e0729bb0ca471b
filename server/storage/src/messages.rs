//! The outbox: what is to be said to whom, and the texts that ISPs wrote themselves. It sends nothing.

use crate::error::known;
use crate::words::containing;
use crate::{IspTx, Result};
use chrono::{DateTime, Utc};
use domain::dunning::{Channel, MessageRow};
use domain::messages::Template;
use domain::{CustomerId, InvoiceId, MessageId};
use uuid::Uuid;

/// A message ready to be written.
#[derive(Clone, Debug)]
pub struct NewMessage {
    pub template: Template,
    pub language: &'static str,
    pub channel: Channel,
    pub fall_back: Vec<Channel>,
    pub recipient: String,
    pub subject: Option<String>,
    pub body: String,
    /// The whole text where a secret is in it, sealed for `dedupe_key`; `body` shows dots then.
    pub sealed: Option<Vec<u8>>,
    pub parts: i16,
    pub dedupe_key: String,
    pub not_before: DateTime<Utc>,
    /// `None`: somebody who works here.
    pub customer_id: Option<CustomerId>,
    pub invoice_id: Option<InvoiceId>,
    pub until_paid: bool,
}

/// Puts messages into the outbox; one whose key is there already is left out. Answers with how many are new.
pub async fn queue(tx: &mut IspTx, messages: &[NewMessage], now: DateTime<Utc>) -> Result<u64> {
    if messages.is_empty() {
        return Ok(0);
    }
    let isp = tx.isp();
    macro_rules! column {
        ($f:expr) => {
            messages.iter().map($f).collect::<Vec<_>>()
        };
    }
    let fall_back = |m: &NewMessage| m.fall_back.iter().map(|channel| channel.slug()).collect::<Vec<_>>().join(",");
    let written = sqlx::query!(
        "insert into message (isp_id, id, template, language, channel, channels, recipient, subject, body, parts, dedupe_key, not_before, customer_id,
           invoice_id, until_paid, sealed, created_at, changed_at)
         select $1, id, template, language, channel, coalesce(string_to_array(nullif(fall_back, ''), ','), '{}'), recipient, subject, body, parts, dedupe_key, not_before,
           customer_id, invoice_id, until_paid, sealed, $15, $15
         from (select id, template, language, channel, coalesce(fall_back, '') as fall_back, recipient, subject, body, parts, dedupe_key, not_before,
             customer_id, invoice_id, until_paid, sealed
           from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::smallint[], $11::text[],
             $12::timestamptz[], $13::uuid[], $14::uuid[], $16::boolean[], $17::bytea[])
             as v (id, template, language, channel, fall_back, recipient, subject, body, parts, dedupe_key, not_before, customer_id, invoice_id, until_paid,
               sealed)) v
         on conflict do nothing",
        isp,
        &column!(|_| Uuid::now_v7()),
        &column!(|m| m.template.slug()) as &[&str],
        &column!(|m| m.language) as &[&str],
        &column!(|m| m.channel.slug()) as &[&str],
        &column!(fall_back) as &[String],
        &column!(|m| m.recipient.as_str()) as &[&str],
        &column!(|m| m.subject.as_deref()) as &[Option<&str>],
        &column!(|m| m.body.as_str()) as &[&str],
        &column!(|m| m.parts),
        &column!(|m| m.dedupe_key.as_str()) as &[&str],
        &column!(|m| m.not_before),
        &column!(|m| m.customer_id.map(|id| id.0)) as &[Option<Uuid>],
        &column!(|m| m.invoice_id.map(|id| id.0)) as &[Option<Uuid>],
        now,
        &column!(|m| m.until_paid),
        &column!(|m| m.sealed.as_deref()) as &[Option<&[u8]>]
    )
    .execute(tx.conn())
    .await?;
    Ok(written.rows_affected())
}

/// Texts that this ISP wrote itself: template, language, text, version.
pub async fn own_texts(tx: &mut IspTx) -> Result<Vec<(Template, String, String, i32)>> {
    let isp = tx.isp();
    let rows =
        sqlx::query!("select template, language, body, version from message_template where isp_id = $1", isp).fetch_all(tx.conn()).await?;
    // A template that this program does not know (any more) says nothing to it.
    Ok(rows.into_iter().filter_map(|row| Some((Template::from_slug(&row.template)?, row.language, row.body, row.version))).collect())
}

/// Writes an ISP's own text over the version it was read at (0: there was none); `false`: somebody was faster.
pub async fn save_text(tx: &mut IspTx, template: Template, language: &str, body: &str, version: i32, now: DateTime<Utc>) -> Result<bool> {
    let isp = tx.isp();
    let written = sqlx::query!(
        "insert into message_template as t (isp_id, template, language, body, changed_at) values ($1, $2, $3, $4, $5)
         on conflict (isp_id, template, language) do update set body = $4, changed_at = $5, version = t.version + 1 where t.version = $6",
        isp,
        template.slug(),
        language,
        body,
        now,
        version
    )
    .execute(tx.conn())
    .await?;
    Ok(written.rows_affected() > 0)
}

/// Goes back to the product's own words; `false`: they were in use.
pub async fn forget_text(tx: &mut IspTx, template: Template, language: &str) -> Result<bool> {
    let isp = tx.isp();
    let gone =
        sqlx::query!("delete from message_template where isp_id = $1 and template = $2 and language = $3", isp, template.slug(), language)
            .execute(tx.conn())
            .await?;
    Ok(gone.rows_affected() > 0)
}

/// Which messages a list wants.
#[derive(Clone, Debug, Default)]
pub struct MessageFilter {
    pub search: String,
    pub state: Option<String>,
    pub template: Option<Template>,
    pub channel: Option<Channel>,
    pub customer_id: Option<CustomerId>,
}

struct Row {
    id: Uuid,
    template: String,
    language: String,
    channel: String,
    recipient: String,
    body: String,
    parts: i16,
    not_before: DateTime<Utc>,
    state: String,
    cancel_reason: Option<String>,
    customer_id: Option<Uuid>,
    customer: Option<String>,
    invoice_id: Option<Uuid>,
    created_at: DateTime<Utc>,
}

impl Row {
    fn row(self) -> MessageRow {
        MessageRow {
            id: self.id.into(),
            template: self.template,
            language: self.language,
            channel: self.channel,
            recipient: self.recipient,
            body: self.body,
            parts: self.parts,
            not_before: self.not_before,
            state: self.state,
            cancel_reason: self.cancel_reason,
            customer_id: self.customer_id.map(CustomerId),
            customer: self.customer,
            invoice_id: self.invoice_id.map(InvoiceId),
            created_at: self.created_at,
        }
    }
}

/// One page of the outbox, newest first, and how many messages there are.
pub async fn page(tx: &mut IspTx, filter: &MessageFilter, limit: i64, offset: i64) -> Result<(Vec<MessageRow>, i64)> {
    let isp = tx.isp();
    let pattern = Some(filter.search.trim().to_lowercase()).filter(|s| !s.is_empty()).map(|s| containing(&s));
    let (template, channel) = (filter.template.map(Template::slug), filter.channel.map(Channel::slug));
    let customer = filter.customer_id.map(|id| id.0);
    let total = sqlx::query_scalar!(
        r#"select count(*) as "n!" from message m left join customer c on c.isp_id = $1 and c.id = m.customer_id
           where m.isp_id = $1 and ($2::text is null or m.recipient like $2 or c.search_text like $2) and ($3::text is null or m.state = $3)
             and ($4::text is null or m.template = $4) and ($5::text is null or m.channel = $5) and ($6::uuid is null or m.customer_id = $6)"#,
        isp,
        pattern,
        filter.state,
        template,
        channel,
        customer
    )
    .fetch_one(tx.conn())
    .await?;
    let rows = sqlx::query_as!(
        Row,
        r#"select m.id, m.template, m.language, m.channel, m.recipient, m.body, m.parts, m.not_before, m.state, m.cancel_reason, m.customer_id,
             c.name as "customer?", m.invoice_id, m.created_at
           from message m left join customer c on c.isp_id = $1 and c.id = m.customer_id
           where m.isp_id = $1 and ($2::text is null or m.recipient like $2 or c.search_text like $2) and ($3::text is null or m.state = $3)
             and ($4::text is null or m.template = $4) and ($5::text is null or m.channel = $5) and ($6::uuid is null or m.customer_id = $6)
           order by m.created_at desc, m.id desc limit $7 offset $8"#,
        isp,
        pattern,
        filter.state,
        template,
        channel,
        customer,
        limit,
        offset
    )
    .fetch_all(tx.conn())
    .await?;
    Ok((rows.into_iter().map(Row::row).collect(), total))
}

/// Takes a message that still waits out of the outbox; answers with whose it was. `None`: there is none that waits.
pub async fn cancel(tx: &mut IspTx, id: MessageId, now: DateTime<Utc>) -> Result<Option<(Template, Option<CustomerId>)>> {
    let isp = tx.isp();
    let row = sqlx::query!(
        "update message set state = 'cancelled', cancel_reason = 'by_hand', changed_at = $3 where isp_id = $1 and id = $2 and state = 'queued'
         returning template, customer_id",
        isp,
        id.0,
        now
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| Ok((known(Template::from_slug(&row.template), "template", &row.template)?, row.customer_id.map(CustomerId)))).transpose()
}
