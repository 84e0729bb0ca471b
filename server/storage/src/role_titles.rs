//! How an ISP calls its roles.

use crate::error::known;
use crate::{IspTx, Result};
use domain::people::{Role, RoleTitle};

pub async fn all(tx: &mut IspTx) -> Result<Vec<RoleTitle>> {
    let isp = tx.isp();
    let rows = sqlx::query!("select role, language, title from role_title where isp_id = $1 order by role, language", isp)
        .fetch_all(tx.conn())
        .await?;
    rows.into_iter()
        .map(|row| {
            let role = known(Role::from_slug(&row.role), "role", &row.role)?;
            Ok(RoleTitle { role, language: row.language, title: row.title })
        })
        .collect()
}

/// These and no others.
pub async fn replace(tx: &mut IspTx, titles: &[RoleTitle]) -> Result<()> {
    let isp = tx.isp();
    sqlx::query!("delete from role_title where isp_id = $1", isp).execute(tx.conn()).await?;
    let roles: Vec<&str> = titles.iter().map(|title| title.role.slug()).collect();
    let languages: Vec<&str> = titles.iter().map(|title| title.language.as_str()).collect();
    let words: Vec<&str> = titles.iter().map(|title| title.title.as_str()).collect();
    sqlx::query!(
        "insert into role_title (isp_id, role, language, title) select $1, * from unnest($2::text[], $3::text[], $4::text[])",
        isp,
        &roles as &[&str],
        &languages as &[&str],
        &words as &[&str]
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
