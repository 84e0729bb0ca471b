//! Every page that the server draws: a row here is all that a new page needs beside its function. The browser tests
//! visit each and the tests of rights ask each as every role; both take their list from here.

use super::draw::Drawing;
use crate::UiError;
use crate::{
    account, addresses, audit, billing, books, cash, corrections, customers, documents, dunning, imports, invoices, jobs, messages,
    packages, panels, payments, people, platform, portal, provisioning, radius, rehearsal, router_imports, router_moves, routers, settings,
    sign_in, usage, wanted,
};
use leptos::prelude::*;
use std::future::Future;
use std::pin::Pin;

type Answer = Pin<Box<dyn Future<Output = Result<AnyView, UiError>> + Send>>;

pub(super) struct Page {
    pattern: &'static str,
    pub(super) draw: fn(Drawing) -> Answer,
}

macro_rules! pages {
    ($($pattern:literal => $draw:path,)+) => {
        const PAGES: &[Page] = &[$(Page { pattern: $pattern, draw: |page| Box::pin($draw(page)) }),+];
    };
}

pages! {
    "/" => panels::home,
    "/account" => account::profile,
    "/account/keys" => account::keys,
    "/account/recovery-codes" => account::recovery_codes,
    "/account/rules" => account::rules,
    "/account/second-factor" => account::second_factor,
    "/account/security" => account::security,
    "/account/sessions" => account::sessions,
    "/account/verify/:what" => account::verify,
    "/addresses" => addresses::list,
    "/addresses/:id" => addresses::show,
    "/addresses/new" => addresses::new,
    "/addresses/who" => addresses::who,
    "/approvals" => corrections::approvals,
    "/audit" => audit::log,
    "/billing" => billing::overview,
    "/billing/brakes/:id" => dunning::brake,
    "/billing/dunning" => dunning::overview,
    "/billing/dunning/:id" => dunning::edit_plan,
    "/billing/dunning/new" => dunning::new_plan,
    "/billing/profiles" => billing::profiles,
    "/billing/profiles/:id" => billing::edit_profile,
    "/billing/profiles/new" => billing::new_profile,
    "/billing/rehearsals" => rehearsal::rehearsals,
    "/billing/rehearsals/:id" => rehearsal::rehearsal,
    "/billing/rehearsals/:id/:service" => rehearsal::rehearsed_service,
    "/billing/rules" => corrections::rules,
    "/billing/runs/:id" => billing::run,
    "/billing/promos" => billing::promos,
    "/billing/taxes" => billing::taxes,
    "/books" => books::trial_balance,
    "/books/ageing" => books::ageing,
    "/books/ageing/bills" => books::aged_bills,
    "/books/bills" => books::bills,
    "/books/cash" => cash::desks,
    "/books/cash/:id" => cash::somebodys_desk,
    "/books/cash/:id/statement" => books::drawer_statement,
    "/books/expenses" => books::expenses,
    "/books/expenses/:id" => books::expense,
    "/books/expenses/new" => books::new_expense,
    "/books/expenses/rules" => books::expense_rules,
    "/books/journal" => books::journal,
    "/books/journal/:id" => books::entry,
    "/books/periods" => books::periods,
    "/books/reports" => books::revenue,
    "/cash" => cash::own_desk,
    "/credit-notes" => corrections::credit_notes,
    "/credit-notes/:id" => corrections::credit_note,
    "/customers" => customers::list,
    "/customers/:id" => customers::show,
    "/customers/:id/connection" => radius::connection,
    "/customers/:id/dunning" => dunning::customer,
    "/customers/:id/money" => corrections::customer_money,
    "/customers/:id/overrides" => packages::overrides_page,
    "/customers/:id/proforma" => billing::proforma,
    "/customers/:id/statement" => books::customer_statement,
    "/customers/:id/terms" => customers::terms::page,
    "/customers/bulk" => customers::bulk,
    "/customers/bulk/:id" => customers::bulk_job,
    "/customers/new" => customers::new,
    "/documents" => documents::look,
    "/documents/:kind/:paper" => documents::template,
    "/imports" => imports::list,
    "/imports/:id" => imports::show,
    "/invoices" => invoices::list,
    "/invoices/:id" => invoices::show,
    "/invoices/:id/correct" => corrections::correct_invoice,
    "/jobs" => jobs::board,
    "/jobs/:name" => jobs::history,
    "/messages" => messages::list,
    "/messages/texts" => messages::texts,
    "/messages/texts/:template/:language" => messages::text,
    "/my/invoices" => portal::invoices,
    "/my/invoices/:id" => portal::invoice,
    "/my/next-bill" => billing::my_next_bill,
    "/my/promise" => dunning::my_promise,
    "/my/usage" => usage::my_usage,
    "/packages" => packages::list_page,
    "/packages/:id" => packages::edit_package,
    "/packages/:id/access" => radius::package_access,
    "/packages/fair-use" => usage::policies,
    "/packages/fair-use/:id" => usage::edit_policy,
    "/packages/fair-use/new" => usage::new_policy,
    "/packages/masters" => packages::masters_page,
    "/packages/masters/:id" => packages::edit_master,
    "/packages/masters/new" => packages::new_master,
    "/packages/new" => packages::new_package,
    "/packages/prices" => packages::prices_page,
    "/packages/proposals" => packages::proposals_page,
    "/payments" => payments::list,
    "/payments/:id" => payments::receipt,
    "/payments/:id/correct" => corrections::correct_payment,
    "/payments/new" => payments::take,
    "/customers/:id/edit" => customers::edit,
    "/customers/:id/owner" => people::owner,
    "/people" => people::list,
    "/people/:id" => people::show,
    "/people/:id/edit" => people::edit,
    "/people/:id/remove" => people::removal,
    "/people/:id/rights" => people::rights,
    "/people/branches" => people::branches,
    "/people/new" => people::new,
    "/people/presets" => people::presets,
    "/people/rights" => people::grid,
    "/people/titles" => people::titles,
    "/people/zones" => people::zones,
    "/platform/isps" => platform::isps,
    "/platform/isps/:id" => platform::isp,
    "/platform/isps/new" => platform::new_isp,
    "/platform/jobs" => jobs::platform,
    "/platform/log" => platform::log,
    "/platform/notices" => platform::notices,
    "/platform/notices/:id" => platform::notice,
    "/platform/notices/new" => platform::new_notice,
    "/platform/plans" => platform::plans,
    "/platform/plans/:id" => platform::edit_plan,
    "/platform/plans/new" => platform::new_plan,
    "/platform/radius" => radius::nodes,
    "/platform/rules" => platform::rules,
    "/platform/slots" => platform::slots,
    "/platform/tenants" => platform::tenants,
    "/platform/tenants/:id" => platform::tenant,
    "/platform/tenants/new" => platform::new_tenant,
    "/prints" => documents::prints,
    "/prints/:id" => documents::print,
    "/prints/new" => documents::new_print,
    "/radius" => radius::clients,
    "/radius/:id" => radius::edit,
    "/radius/attempts" => radius::attempts,
    "/radius/blocks" => radius::blocks,
    "/radius/history" => radius::history,
    "/radius/new" => radius::new,
    "/radius/online" => radius::online,
    "/radius/orders" => radius::orders,
    "/radius/test" => radius::trial,
    "/radius/usage" => usage::top,
    "/routers" => routers::routers,
    "/routers/:id" => routers::router,
    "/routers/:id/backups" => routers::backups,
    "/routers/:id/backups/:backup" => routers::backup,
    "/routers/:id/edit" => routers::edit,
    "/routers/:id/sessions" => routers::sessions,
    "/routers/:id/test" => routers::test,
    "/routers/:id/traffic" => routers::traffic,
    "/routers/:id/import" => router_imports::choose,
    "/routers/:id/migrate" => router_moves::migrate,
    "/routers/:id/packages" => router_imports::of_router,
    "/routers/imports/:id" => router_imports::show,
    "/routers/new" => routers::new,
    "/routers/:id/drift" => wanted::drift,
    "/routers/waiting" => wanted::board,
    "/platform/settings" => settings::above,
    "/routers/:id/provision" => provisioning::fill,
    "/routers/:id/provision/:run" => provisioning::report,
    "/routers/templates" => provisioning::list,
    "/routers/rollouts/:id" => provisioning::rollout,
    "/routers/templates/:id" => provisioning::edit_template,
    "/routers/templates/:id/deploy" => provisioning::deploy,
    "/routers/templates/new" => provisioning::new_template,
    "/settings" => settings::settings,
    "/sign-in" => sign_in::page,
    "/sign-in/code" => sign_in::code,
    "/sign-in/confirm" => sign_in::confirm,
    "/sign-in/enrol" => sign_in::enrol,
    "/sign-in/forgot" => sign_in::forgot,
    "/sign-in/mobile" => sign_in::mobile,
    "/sign-in/password" => sign_in::password,
    "/sign-in/reset" => sign_in::reset,
}

/// The patterns of all of them, such as `/customers/:id`.
pub fn patterns() -> impl Iterator<Item = &'static str> {
    PAGES.iter().map(|page| page.pattern)
}

/// Whether a page is drawn at this path.
pub fn is_drawn(path: &str) -> bool {
    find(path).is_some()
}

/// The page of a path and its parameters. A word in a pattern is closer than a parameter.
pub(super) fn find(path: &str) -> Option<(&'static Page, Vec<(&'static str, String)>)> {
    let matching = PAGES.iter().filter_map(|page| Some((page, parameters(page.pattern, path)?)));
    matching.min_by_key(|(_, parameters)| parameters.len())
}

fn parameters(pattern: &'static str, path: &str) -> Option<Vec<(&'static str, String)>> {
    let (mut wanted, mut found) = (pattern.split('/'), path.trim_end_matches('/').split('/'));
    let mut parameters = Vec::new();
    if pattern == "/" {
        return path.trim_end_matches('/').is_empty().then_some(parameters);
    }
    loop {
        match (wanted.next(), found.next()) {
            (None, None) => return Some(parameters),
            (Some(wanted), Some(found)) => match wanted.strip_prefix(':') {
                Some(name) if !found.is_empty() => parameters.push((name, found.to_owned())),
                None if wanted == found => {}
                _ => return None,
            },
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_closer_than_a_parameter() {
        let pattern = |path| find(path).map(|(page, _)| page.pattern);
        assert_eq!(pattern("/billing/profiles/new"), Some("/billing/profiles/new"));
        assert_eq!(pattern("/billing/profiles/7"), Some("/billing/profiles/:id"));
        assert_eq!(pattern("/billing/profiles/7/"), Some("/billing/profiles/:id"));
        assert_eq!(pattern("/billing/profiles/7/8"), None);
        assert_eq!(pattern("/invoices//"), Some("/invoices"));
    }

    #[test]
    fn parameters_are_named_and_never_empty() {
        assert_eq!(parameters("/a/:id/b/:day", "/a/7/b/2026-11-21"), Some(vec![("id", "7".into()), ("day", "2026-11-21".into())]));
        assert_eq!(parameters("/a/:id", "/a/"), None);
        assert_eq!(parameters("/", ""), Some(vec![]));
        assert_eq!(parameters("/", "/a"), None);
    }
}
