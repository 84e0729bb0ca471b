//! Statements of customers and of drawers (WAL-03): read off the postings, page by page or as a file.

use super::EVERYTHING;
use crate::{Error, Result, Services, require};
use domain::books::{Days, Statement};
use domain::customers::Paging;
use domain::people::Caller;
use domain::rights::Permission;
use integrations::spreadsheet::write_csv;
use locales::{Language, text};
use storage::audit::{self, Change};
use storage::books::statements::{Of, page};
use uuid::Uuid;

/// Whose statement is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    Customer(Uuid),
    Drawer(Uuid),
}

fn allow(caller: &Caller, whose: Whose) -> Result<Of> {
    match whose {
        Whose::Customer(id) => {
            require(caller, Permission::PaymentsView)?;
            Ok(Of::Customer(id))
        }
        Whose::Drawer(id) => {
            if caller.actor_id() != Some(id) || !caller.allowed(Permission::CashDesk) {
                require(caller, Permission::CashManage)?;
            }
            Ok(Of::Drawer(id))
        }
    }
}

pub async fn statement(services: &Services, caller: &Caller, whose: Whose, days: Days, paging: Paging) -> Result<Statement> {
    let of = allow(caller, whose)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    page(&mut tx, of, days, paging, isp.currency).await?.ok_or(Error::NotFound)
}

/// The statement of these days as a CSV, oldest line first.
pub async fn statement_file(services: &Services, caller: &Caller, whose: Whose, days: Days, language: Language) -> Result<Vec<u8>> {
    let of = allow(caller, whose)?;
    let isp = services.isp(caller.isp_id).await?;
    let mut tx = services.begin(caller).await?;
    let statement = page(&mut tx, of, days, EVERYTHING, isp.currency).await?.ok_or(Error::NotFound)?;
    let (object_kind, id, customer_id) = match whose {
        Whose::Customer(id) => ("customer", id, Some(id)),
        Whose::Drawer(id) => ("cash_drawer", id, None),
    };
    let change = Change { action: "statement.export", object_kind, object_id: Some(id), customer_id, ..Change::default() };
    audit::record(&mut tx, services.now(), change).await?;
    tx.commit().await?;
    let word = |key: &str| text(language, key);
    let header = ["common-date", "common-time", "books-source", "books-memo", "common-amount", "books-balance"].map(word);
    let rows: Vec<[String; 6]> = statement
        .page
        .rows
        .iter()
        .rev()
        .map(|line| {
            [
                line.business_date.to_string(),
                line.at.with_timezone(&isp.zone).format("%Y-%m-%d %H:%M:%S").to_string(),
                match source_key(&line.source) {
                    key if locales::has_text(&key) => word(&key),
                    _ => line.source.clone(),
                },
                line.memo.clone(),
                line.amount.plain(),
                line.balance.plain(),
            ]
        })
        .collect();
    write_csv(&header, rows.iter().map(<[String; 6]>::as_slice)).map_err(|error| Error::Internal(error.to_string()))
}

/// `books-source-cash-hand-over` for `cash.hand_over`.
fn source_key(source: &str) -> String {
    format!("books-source-{}", source.replace(['.', '_'], "-"))
}
