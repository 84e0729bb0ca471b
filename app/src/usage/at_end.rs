//! What one line gets where its policy would stop it: the choice in the office, and how it is told.

use super::api::SetAtEnd;
use crate::drawn::action;
use crate::packages::speed;
use domain::CustomerId;
use domain::fair_use::{Account, AtEnd};
use leptos::prelude::*;
use ui::prelude::*;

const CHOICES: [&str; 4] = ["usual", "walled", "reject", "slow"];

pub(super) fn words(end: AtEnd) -> String {
    match end.speed() {
        Some((up, down)) => format!("{} · {}", t("usage-at-end-slow"), speed(Some(up), Some(down))),
        None => t(&format!("usage-at-end-{}", end.slug())),
    }
}

/// Only where something ends.
pub(super) fn form(customer: CustomerId, account: &Account) -> Option<AnyView> {
    if !account.may_end {
        return None;
    }
    let service = account.service_id.to_string();
    let options: Vec<(String, String)> = CHOICES.iter().map(|slug| (slug.to_string(), t(&format!("usage-at-end-{slug}")))).collect();
    let (chosen, kbps) = (account.at_end.slug().to_string(), account.at_end.speed());
    let field = |name: &str| format!("field-{name}-{service}");
    let (end_id, down_id, up_id) = (field("at-end"), field("end-down"), field("end-up"));
    let plain = |kbps: Option<u32>| kbps.map(domain::packages::speed_text).unwrap_or_default();
    let (up, down) = (plain(kbps.map(|(up, _)| up)), plain(kbps.map(|(_, down)| down)));
    Some(
        view! {
            <Card title=t("usage-at-end") subtitle=t("usage-at-end-lead")>
                <PostForm action={action::<SetAtEnd>()} key=service.clone()>
                    <ErrorSummary/>
                    <HiddenField name="customer" value=customer.to_string()/>
                    <HiddenField name="service" value=service/>
                    <SelectField name="form[at_end]" id=end_id label=t("usage-at-end") options=options value=chosen/>
                    <div class="form-grid">
                        <TextField name="form[down]" id=down_id label=t("usage-step-down") value=down help=t("usage-at-end-speed-help") optional=true/>
                        <TextField name="form[up]" id=up_id label=t("usage-step-up") value=up optional=true/>
                    </div>
                    <div class="form-actions"><SubmitButton label=t("action-save") icon="check" style=ButtonStyle::Secondary/></div>
                </PostForm>
            </Card>
        }
        .into_any(),
    )
}
