//! The books: accounts, and journal entries that balance or do not exist. Debit is positive, credit negative.

use crate::{Currency, EntryId, Money};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What an account is, which decides where it stands in the trial balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountKind {
    Asset,
    Liability,
    Equity,
    Income,
    Expense,
}

/// The chart of accounts of an ISP. `party` on a posting says whose receivable, advance or drawer it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Account {
    /// What subscribers owe; party: the customer.
    Receivable,
    /// What subscribers paid ahead; party: the customer.
    CustomerAdvance,
    /// Held against what a subscriber may break or keep; party: the customer.
    CustomerDeposit,
    /// Cash in a collector's drawer; party: the collector.
    CashDrawer,
    /// Bank account, cheques and whatever else is not cash.
    Bank,
    ServiceRevenue,
    VatPayable,
    DiscountGiven,
    WriteOff,
    /// What was owed or held before the books began here.
    OpeningBalance,
    /// Cash that was counted and was not in the books, or the other way; party: whose drawer.
    CashDifference,
    /// What the ISP spends; party: the expense category.
    Expenses,
    /// Tax in what was bought, to be set against the tax in what was sold.
    InputTax,
    /// What the owner put in or took out.
    OwnerEquity,
    /// What was asked for paying late.
    LateFeeRevenue,
    /// Goodwill given, and what was asked for without a bill.
    Adjustment,
}

impl Account {
    pub const ALL: [Account; 16] = [
        Account::Receivable,
        Account::CustomerAdvance,
        Account::CustomerDeposit,
        Account::CashDrawer,
        Account::Bank,
        Account::ServiceRevenue,
        Account::VatPayable,
        Account::DiscountGiven,
        Account::WriteOff,
        Account::OpeningBalance,
        Account::CashDifference,
        Account::Expenses,
        Account::InputTax,
        Account::OwnerEquity,
        Account::LateFeeRevenue,
        Account::Adjustment,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Account::Receivable => "receivable",
            Account::CustomerAdvance => "customer_advance",
            Account::CustomerDeposit => "customer_deposit",
            Account::CashDrawer => "cash_drawer",
            Account::Bank => "bank",
            Account::ServiceRevenue => "service_revenue",
            Account::VatPayable => "vat_payable",
            Account::DiscountGiven => "discount_given",
            Account::WriteOff => "write_off",
            Account::OpeningBalance => "opening_balance",
            Account::CashDifference => "cash_difference",
            Account::Expenses => "expenses",
            Account::InputTax => "input_tax",
            Account::OwnerEquity => "owner_equity",
            Account::LateFeeRevenue => "late_fee_revenue",
            Account::Adjustment => "adjustment",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|account| account.code() == code)
    }

    pub fn kind(self) -> AccountKind {
        match self {
            Account::Receivable | Account::CashDrawer | Account::Bank | Account::InputTax => AccountKind::Asset,
            Account::CustomerAdvance | Account::CustomerDeposit | Account::VatPayable => AccountKind::Liability,
            Account::ServiceRevenue | Account::LateFeeRevenue => AccountKind::Income,
            Account::DiscountGiven | Account::WriteOff | Account::CashDifference | Account::Expenses | Account::Adjustment => {
                AccountKind::Expense
            }
            Account::OpeningBalance | Account::OwnerEquity => AccountKind::Equity,
        }
    }
}

impl AccountKind {
    pub fn slug(self) -> &'static str {
        match self {
            AccountKind::Asset => "asset",
            AccountKind::Liability => "liability",
            AccountKind::Equity => "equity",
            AccountKind::Income => "income",
            AccountKind::Expense => "expense",
        }
    }
}

/// One side of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    pub account: Account,
    pub party: Option<Uuid>,
    /// Debit positive, credit negative, in minor units of the entry's currency.
    pub minor: i64,
}

impl Posting {
    pub fn debit(account: Account, party: Option<Uuid>, minor: i64) -> Self {
        Self { account, party, minor }
    }

    pub fn credit(account: Account, party: Option<Uuid>, minor: i64) -> Self {
        Self { account, party, minor: -minor }
    }
}

/// A journal entry: made only by `balanced`, so that one that does not add up cannot be held in the hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    source: &'static str,
    source_ref: String,
    business_date: NaiveDate,
    memo: String,
    currency: Currency,
    postings: Vec<Posting>,
    reverses: Option<EntryId>,
}

/// Why postings make no entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unbalanced {
    Empty,
    Off(i64),
    Overflow,
}

impl Entry {
    /// `source` and `source_ref` together are the idempotency key: the same event posts once.
    /// Postings of nothing are dropped.
    pub fn balanced(
        source: &'static str,
        source_ref: String,
        business_date: NaiveDate,
        memo: String,
        currency: Currency,
        postings: Vec<Posting>,
    ) -> Result<Self, Unbalanced> {
        let postings: Vec<Posting> = postings.into_iter().filter(|posting| posting.minor != 0).collect();
        let sum = postings.iter().try_fold(0i64, |sum, posting| sum.checked_add(posting.minor)).ok_or(Unbalanced::Overflow)?;
        match (postings.is_empty(), sum) {
            (true, _) => Err(Unbalanced::Empty),
            (_, 0) => Ok(Self { source, source_ref, business_date, memo, currency, postings, reverses: None }),
            (_, off) => Err(Unbalanced::Off(off)),
        }
    }

    /// Says which entry this one takes back; an entry is taken back once.
    pub fn reversing(self, entry: EntryId) -> Self {
        Self { reverses: Some(entry), ..self }
    }

    pub fn reverses(&self) -> Option<EntryId> {
        self.reverses
    }

    pub fn source(&self) -> &'static str {
        self.source
    }

    pub fn source_ref(&self) -> &str {
        &self.source_ref
    }

    pub fn business_date(&self) -> NaiveDate {
        self.business_date
    }

    pub fn memo(&self) -> &str {
        &self.memo
    }

    pub fn currency(&self) -> Currency {
        self.currency
    }

    pub fn postings(&self) -> &[Posting] {
        &self.postings
    }
}

/// One line of the trial balance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrialBalanceLine {
    pub account: String,
    pub kind: String,
    pub debit: Money,
    pub credit: Money,
}

/// What `lastmile ledger verify` looked at and found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerReport {
    pub entries: i64,
    pub postings: i64,
    /// Entries whose postings do not sum to zero, or that have none.
    pub unbalanced_entries: Vec<Uuid>,
    /// Invoices whose lines do not add up to their total.
    pub wrong_totals: Vec<Uuid>,
    /// Drawers that do not hold what receipts, hand-overs and the rest make them hold.
    pub wrong_drawers: Vec<Uuid>,
    /// Invoices whose due is not total less allocations.
    pub wrong_dues: Vec<Uuid>,
    /// Customers whose receivable in the books is not the sum of what their invoices have due.
    pub wrong_receivables: Vec<Uuid>,
    /// Customers whose credit in the books is not what payments, refunds, gifts and bills make it.
    pub wrong_advances: Vec<Uuid>,
    /// Customers whose credit in the books is less than nothing.
    pub negative_credits: Vec<Uuid>,
    /// Receipt, invoice and customer series with a gap or a repetition.
    pub broken_series: Vec<String>,
    /// Sum of all postings, by currency: must be zero.
    pub off_minor: i64,
}

impl LedgerReport {
    pub fn is_clean(&self) -> bool {
        self.unbalanced_entries.is_empty()
            && self.wrong_totals.is_empty()
            && self.wrong_drawers.is_empty()
            && self.wrong_dues.is_empty()
            && self.wrong_receivables.is_empty()
            && self.wrong_advances.is_empty()
            && self.negative_credits.is_empty()
            && self.broken_series.is_empty()
            && self.off_minor == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(postings: Vec<Posting>) -> Result<Entry, Unbalanced> {
        let day = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
        Entry::balanced("test", "1".into(), day, "test".into(), Currency::Bdt, postings)
    }

    #[test]
    fn an_entry_balances_or_does_not_exist() {
        let debit = Posting::debit(Account::Receivable, None, 100);
        assert!(entry(vec![debit.clone(), Posting::credit(Account::ServiceRevenue, None, 100)]).is_ok());
        assert_eq!(entry(vec![debit.clone(), Posting::credit(Account::ServiceRevenue, None, 99)]), Err(Unbalanced::Off(1)));
        assert_eq!(entry(vec![]), Err(Unbalanced::Empty));
        assert_eq!(entry(vec![Posting::debit(Account::Bank, None, 0)]), Err(Unbalanced::Empty));
        let huge = Posting::debit(Account::Bank, None, i64::MAX);
        assert_eq!(entry(vec![huge.clone(), huge]), Err(Unbalanced::Overflow));
    }
}
