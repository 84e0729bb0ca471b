//! What goes on in an office beside bills and payments: the company on its papers, cash that changes hands and is
//! counted, costs that come again, a debtor who promises, somebody who sells below. So that each page of the demo has
//! something to look at.

use super::history::back_then;
use anyhow::Result;
use chrono::{Days, Months, NaiveDate, NaiveTime};
use domain::AccountId;
use domain::customers::{Paging, SubscriberFilter};
use domain::documents::BrandingForm;
use domain::expenses::ExpenseForm;
use domain::packages::PackageForm;
use domain::people::Caller;
use domain::settings::{Group, Key, SettingsForm};
use domain::zones::at_time;
use services::Services;
use services::cash::{CloseForm, HandOverForm, MoveForm};
use services::packages::PriceForm;
use services::settings::At;
use storage::isps::Isp;

/// Who works in the office.
pub struct Office<'a> {
    pub isp: &'a Isp,
    pub boss: &'a Caller,
    pub counter: &'a Caller,
}

impl Office<'_> {
    /// Everything since `from`.
    pub async fn work(&self, services: &Services, from: NaiveDate) -> Result<()> {
        self.papers(services).await?;
        self.cash(services, from).await?;
        self.costs(services, from).await?;
        self.mercy(services).await?;
        // The first month is over and agreed with the bank.
        services::books::close_month(services, self.boss, from).await?;
        Ok(())
    }

    async fn papers(&self, services: &Services) -> Result<()> {
        let form = BrandingForm {
            name: self.isp.name.clone(),
            native_name: "পদ্মা নেট".into(),
            address: "House 27, Road 10\nMirpur 2, Dhaka 1216".into(),
            phone: "09610-123456".into(),
            tax_number: "BIN 004512876-0101".into(),
            footer: "Thank you for staying connected.".into(),
            how_to_pay: "Pay at our counter in Mirpur 2, or by bank transfer to Delta Bank, account 1142-0058731.".into(),
            colour: domain::documents::DEFAULT_COLOUR.into(),
        };
        let (version, _) = services::documents::branding(services, self.boss).await?;
        services::documents::save_branding(services, self.boss, version, &form).await?;
        Ok(())
    }

    /// On the twelfth of each month the counter hands over what it has, the owner brings it to the bank; a promise of
    /// today waits for the owner's count.
    async fn cash(&self, services: &Services, from: NaiveDate) -> Result<()> {
        let (Some(owner), Some(clerk)) = (self.boss.actor_id(), self.counter.actor_id()) else { return Ok(()) };
        let now = services.now();
        let evening = NaiveTime::from_hms_opt(19, 30, 0).unwrap_or_default();
        for month in 0.. {
            let Some(day) = from.checked_add_months(Months::new(month)).and_then(|first| first.checked_add_days(Days::new(11))) else {
                break;
            };
            let at = at_time(day, evening, self.isp.zone);
            if at >= now {
                break;
            }
            let (then, _) = back_then(services, at);
            self.hand_over(&then, owner, "450000", &format!("demo-hand-over-{month}"), true).await?;
            let bank = MoveForm {
                direction: "out".into(),
                counterpart: "bank".into(),
                amount: "400000".into(),
                note: "Deposit slip of Delta Bank".into(),
                key: format!("demo-to-bank-{month}"),
            };
            services::cash::move_cash(&then, self.boss, owner, &bank).await?;
        }
        self.hand_over(services, owner, "25000", "demo-hand-over-today", false).await?;
        let book = services::cash::desk(services, self.counter, Some(clerk)).await?.drawer.balance;
        let counted = domain::Money::new(book.minor - 5_000, book.currency);
        let close = CloseForm { counted: counted.plain(), book: book.plain(), note: "Short by one note, looked for twice".into() };
        services::cash::close_day(services, self.counter, clerk, &close).await?;
        Ok(())
    }

    async fn hand_over(&self, services: &Services, to: uuid::Uuid, amount: &str, key: &str, counted: bool) -> Result<()> {
        let form = HandOverForm { receiver_id: to.to_string(), amount: amount.into(), note: String::new(), key: key.into() };
        let id = services::cash::propose(services, self.counter, &form).await?;
        if counted {
            services::cash::count(services, self.boss, id, amount, "").await?;
        }
        Ok(())
    }

    /// Rent each month, a repair that was paid, and one that waits for a second person.
    async fn costs(&self, services: &Services, from: NaiveDate) -> Result<()> {
        let today = services.today(self.isp);
        let rent = services::expenses::add_category(services, self.boss, "Office", "").await?;
        let field = services::expenses::add_category(services, self.boss, "Field work", "").await?;
        let limit = (Key::ExpenseLimit.slug().to_string(), "20000".to_string());
        let form = SettingsForm { values: [limit].into(), ..SettingsForm::default() };
        services::settings::save(services, self.boss, At::Isp, Group::Expenses, &form).await?;
        let cost = |vendor: &str, category: uuid::Uuid, amount: &str, spent_on: NaiveDate, key: &str| ExpenseForm {
            category_id: category.to_string(),
            vendor: vendor.into(),
            amount: amount.into(),
            spent_on: spent_on.to_string(),
            paid_from: "bank".into(),
            key: key.into(),
            ..ExpenseForm::default()
        };
        let monthly = ExpenseForm { every_months: "1".into(), ..cost("Habib Tower", rent, "18000", today, "demo-expense-rent") };
        services::expenses::record_expense(services, self.boss, &monthly, None).await?;
        for (month, amount) in [(0, "6400"), (1, "3150"), (2, "8200")] {
            let Some(day) = from.checked_add_months(Months::new(month)).and_then(|first| first.checked_add_days(Days::new(16))) else {
                continue;
            };
            if day >= today {
                break;
            }
            let (then, _) = back_then(services, at_time(day, NaiveTime::from_hms_opt(15, 0, 0).unwrap_or_default(), self.isp.zone));
            let repair = cost("Sonali Fibre Works", field, amount, day, &format!("demo-expense-repair-{month}"));
            services::expenses::record_expense(&then, self.boss, &repair, None).await?;
        }
        let batteries =
            ExpenseForm { note: "Batteries of the Mirpur tower".into(), ..cost("Rahimafrooz", field, "46000", today, "demo-expense-wait") };
        services::expenses::record_expense(services, self.counter, &batteries, None).await?;
        Ok(())
    }

    /// One debtor has promised, another is left in peace. Who may promise is the product's to say.
    async fn mercy(&self, services: &Services) -> Result<()> {
        let today = services.today(self.isp);
        let paging = Paging { page: 1, size: 25 };
        let mut owing = Vec::new();
        for number in 1.. {
            let page =
                services::customers::subscribers(services, self.boss, &SubscriberFilter::default(), Paging { page: number, ..paging })
                    .await?;
            let last = page.rows.is_empty();
            owing.extend(page.rows.into_iter().filter(|row| row.due.minor > 0).map(|row| row.customer_id));
            if last || owing.len() >= 12 {
                break;
            }
        }
        let mut promised = false;
        for customer in &owing {
            if promised {
                services::dunning::exempt(services, self.boss, *customer, "The house is being rebuilt", Some(today + Days::new(40)))
                    .await?;
                break;
            }
            promised =
                services::dunning::promise(services, self.boss, *customer, today + Days::new(3), "Pays after his salary").await.is_ok();
        }
        Ok(())
    }

    /// A reseller with a price of his own for each master, and what he asks for the first.
    pub async fn seller(&self, services: &Services, id: AccountId, name: &str) -> Result<()> {
        let mut tx = services.db.isp(self.boss).await?;
        let path = storage::accounts::put_below(&mut tx, id, "/").await?;
        tx.commit().await?;
        let reseller = Caller {
            actor: domain::people::Actor::Account { id, name: name.into() },
            role: domain::people::Role::Reseller,
            owner_path: Some(path),
            ..self.boss.clone()
        };
        let mut first = true;
        for master in services::packages::list_masters(services, self.boss).await? {
            let Some(ceiling) = master.ceiling else { continue };
            let price = PriceForm { price: domain::Money::new(ceiling.minor / 2, ceiling.currency).plain(), ..PriceForm::default() };
            services::packages::set_rate(services, self.boss, master.id, id, &price).await?;
            if std::mem::take(&mut first) {
                let asked = domain::Money::new(ceiling.minor * 3 / 4, ceiling.currency).plain();
                let form = PackageForm {
                    name: "Jashim Home 10".into(),
                    up_mbps: "10".into(),
                    down_mbps: "10".into(),
                    price: asked,
                    validity_unit: "months".into(),
                    validity_count: "1".into(),
                    master_id: master.id.to_string(),
                    ..PackageForm::default()
                };
                services::packages::save_package(services, &reseller, None, &form).await?;
            }
        }
        Ok(())
    }
}
