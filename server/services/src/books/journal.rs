//! The journal, and one entry with what is behind it. From every figure down to its papers, and back.

use crate::{Error, Result, Services, require};
use domain::EntryId;
use domain::books::{EntryDetail, JournalFilter, JournalPage};
use domain::customers::Paging;
use domain::people::Caller;
use domain::rights::Permission;

/// A page of entries and the sums of everything that matches.
pub async fn journal(services: &Services, caller: &Caller, filter: &JournalFilter, paging: Paging) -> Result<JournalPage> {
    require(caller, Permission::LedgerView)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    Ok(storage::books::journal::page(&mut tx, filter, paging, isp.currency).await?)
}

/// What entries can come from at this ISP.
pub async fn journal_sources(services: &Services, caller: &Caller) -> Result<Vec<String>> {
    require(caller, Permission::LedgerView)?;
    let mut tx = services.begin(caller).await?;
    Ok(storage::books::journal::sources(&mut tx).await?)
}

pub async fn entry(services: &Services, caller: &Caller, id: EntryId) -> Result<EntryDetail> {
    require(caller, Permission::LedgerView)?;
    let mut tx = services.begin(caller).await?;
    storage::books::journal::entry(&mut tx, id).await?.ok_or(Error::NotFound)
}
