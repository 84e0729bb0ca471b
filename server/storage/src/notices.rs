//! Notices from above the ISPs, for whom they are, and who has read them. Platform tables.

use crate::error::known;
use crate::{PlatformTx, Result};
use chrono::{DateTime, Utc};
use domain::platform::NoticeKind;
use domain::{AccountId, IspId, TenantId};
use uuid::Uuid;

/// A notice as whoever wrote it sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub id: Uuid,
    pub kind: NoticeKind,
    pub title: String,
    pub words: String,
    pub written_for: Option<TenantId>,
    /// Of the tenants it is for; none: for all.
    pub tenants: Vec<String>,
    pub by_name: String,
    pub at: DateTime<Utc>,
    pub until: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub reads: i64,
}

/// A notice that somebody has not read yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    pub id: Uuid,
    pub kind: NoticeKind,
    pub title: String,
    pub words: String,
}

pub struct NewNotice<'a> {
    pub id: Uuid,
    pub kind: NoticeKind,
    pub title: &'a str,
    pub words: &'a str,
    pub written_for: Option<TenantId>,
    pub tenant: Option<TenantId>,
    pub until: Option<DateTime<Utc>>,
    pub at: DateTime<Utc>,
}

pub async fn create(tx: &mut PlatformTx, notice: NewNotice<'_>) -> Result<()> {
    let by = tx.caller().actor_name().to_string();
    sqlx::query!(
        "insert into notice (id, kind, title, words, written_for, by_name, at, until) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        notice.id,
        notice.kind.slug(),
        notice.title,
        notice.words,
        notice.written_for.map(|id| id.0),
        by,
        notice.at,
        notice.until
    )
    .execute(tx.conn())
    .await?;
    if let Some(tenant) = notice.tenant {
        sqlx::query!("insert into notice_tenant (notice_id, tenant_id) values ($1, $2)", notice.id, tenant.0).execute(tx.conn()).await?;
    }
    Ok(())
}

/// The newest first; with `tenant`, those that its head wrote.
pub async fn list(tx: &mut PlatformTx, tenant: Option<TenantId>) -> Result<Vec<Notice>> {
    let rows = sqlx::query!(
        r#"select n.id, n.kind, n.title, n.words, n.written_for, n.by_name, n.at, n.until, n.ended_at,
             coalesce((select array_agg(t.name order by t.name) from notice_tenant nt join tenant t on t.id = nt.tenant_id where nt.notice_id = n.id), '{}') as "tenants!",
             (select count(*) from notice_read r where r.notice_id = n.id) as "reads!"
           from notice n where $1::uuid is null or n.written_for = $1 order by n.at desc limit 200"#,
        tenant.map(|id| id.0)
    )
    .fetch_all(tx.conn())
    .await?;
    let notice = rows.into_iter().map(|row| {
        Ok(Notice {
            id: row.id,
            kind: known(NoticeKind::from_slug(&row.kind), "kind", &row.kind)?,
            title: row.title,
            words: row.words,
            written_for: row.written_for.map(TenantId),
            tenants: row.tenants,
            by_name: row.by_name,
            at: row.at,
            until: row.until,
            ended_at: row.ended_at,
            reads: row.reads,
        })
    });
    notice.collect()
}

/// Ends one that still runs; `false`: there is none, or not of this tenant's head. Answers with its title.
pub async fn end(tx: &mut PlatformTx, id: Uuid, tenant: Option<TenantId>, at: DateTime<Utc>) -> Result<Option<String>> {
    let title = sqlx::query_scalar!(
        "update notice set ended_at = $3 where id = $1 and ended_at is null and ($2::uuid is null or written_for = $2) returning title",
        id,
        tenant.map(|id| id.0),
        at
    );
    Ok(title.fetch_optional(tx.conn()).await?)
}

/// What somebody of an ISP has not read yet, the loudest first.
pub async fn unread(tx: &mut PlatformTx, isp: IspId, account: AccountId, now: DateTime<Utc>) -> Result<Vec<Unread>> {
    let rows = sqlx::query!(
        "select n.id, n.kind, n.title, n.words from notice n join isp i on i.id = $1
         where n.ended_at is null and (n.until is null or n.until > $3) and (n.written_for is null or n.written_for = i.tenant_id)
           and (not exists (select 1 from notice_tenant t where t.notice_id = n.id)
                or exists (select 1 from notice_tenant t where t.notice_id = n.id and t.tenant_id = i.tenant_id))
           and not exists (select 1 from notice_read r where r.notice_id = n.id and r.account_id = $2)
         order by array_position(array['problem', 'maintenance', 'news'], n.kind), n.at desc, n.id desc limit 5",
        isp.0,
        account.0,
        now
    )
    .fetch_all(tx.conn())
    .await?;
    let notice = rows.into_iter().map(|row| {
        let kind = known(NoticeKind::from_slug(&row.kind), "kind", &row.kind)?;
        Ok(Unread { id: row.id, kind, title: row.title, words: row.words })
    });
    notice.collect()
}

/// Somebody has read it; once is enough.
pub async fn read(tx: &mut PlatformTx, id: Uuid, isp: IspId, account: AccountId, name: &str, at: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "insert into notice_read (notice_id, account_id, isp_id, name, at) values ($1, $2, $3, $4, $5) on conflict do nothing",
        id,
        account.0,
        isp.0,
        name,
        at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Who has read it: person, his ISP, when; the newest first.
pub async fn readers(tx: &mut PlatformTx, id: Uuid) -> Result<Vec<(String, String, DateTime<Utc>)>> {
    let rows = sqlx::query!(
        "select r.name, i.name as isp, r.at from notice_read r join isp i on i.id = r.isp_id where r.notice_id = $1 order by r.at desc limit 500",
        id
    );
    Ok(rows.fetch_all(tx.conn()).await?.into_iter().map(|row| (row.name, row.isp, row.at)).collect())
}
