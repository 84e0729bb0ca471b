//! The rules by which bills are made, each as a sentence.

use super::billing_bar;
use crate::UiError;
use crate::drawn::Drawing;
use crate::visit::use_visit;
use domain::billing::{BillingProfile, ChargeIn, ProfileKind};
use domain::rights::Permission;
use leptos::prelude::*;
use services::billing;
use ui::prelude::*;

pub async fn list(at: Drawing) -> Result<AnyView, UiError> {
    let profiles = billing::profiles(at.services(), at.caller()?).await?;
    let may_edit = at.visit().may(Permission::BillingProfiles);
    let add = may_edit.then(
        || view! { <LinkButton href="/billing/profiles/new" label=t("billing-profile-add") icon="plus" style=ButtonStyle::Primary/> },
    );
    let page = view! {
        <PageHeader title=t("billing-profiles") subtitle=t("billing-profiles-lead") actions=add.into_any()/>
        {billing_bar(&at)}
        {table(profiles, may_edit)}
    };
    Ok(page.into_any())
}

fn table(profiles: Vec<BillingProfile>, may_edit: bool) -> AnyView {
    let columns = vec![Column::new(t("common-name")), Column::new(t("billing-rule")), Column::new(t("billing-zone"))];
    let own_zone = use_visit().site.time_zone;
    let row = |profile: BillingProfile| {
        let rule = words(&profile);
        let usual = profile.is_default.then(|| view! { <StatusBadge tone=Tone::Neutral label=t("common-default") icon="check"/> });
        let row = Row::new(profile.id, profile.name.clone());
        let row = if may_edit { row.href(format!("/billing/profiles/{}", profile.id)) } else { row };
        row.cell(view! { <span class="row-line">{profile.name}{usual}</span> })
            .cell(rule)
            .cell(profile.time_zone.unwrap_or_else(|| own_zone.clone()))
    };
    let rows = profiles.into_iter().map(row).collect();
    let empty =
        view! { <EmptyState icon="sliders-horizontal" title=t("billing-profiles-empty") body=t("billing-profiles-lead")/> }.into_any();
    view! { <Card flush=true><DataTable caption=t("billing-profiles") columns=columns rows=rows empty=empty/></Card> }.into_any()
}

/// "Bills on the 1st of each month, due after 7 days, cut after 3 more."
pub(super) fn words(profile: &BillingProfile) -> String {
    let (day, due, grace) = (i64::from(profile.billing_day), i64::from(profile.due_days), i64::from(profile.grace_days));
    let args: [(&str, Arg); 3] = [("day", day.into()), ("due", due.into()), ("grace", grace.into())];
    let rule = match profile.kind {
        ProfileKind::Monthly if profile.auto_suspend => t_with("billing-rule-cuts", &args),
        ProfileKind::Monthly => t_with("billing-rule-keeps", &args[..2]),
        ProfileKind::Anniversary => t_with("billing-rule-anniversary", &args[1..2]),
        ProfileKind::Daily => t("billing-rule-daily"),
        ProfileKind::Free => t("billing-rule-free"),
    };
    let bills = matches!(profile.kind, ProfileKind::Monthly | ProfileKind::Anniversary);
    let more = [
        (bills && profile.charge_in == ChargeIn::Arrears, "billing-rule-arrears"),
        (profile.cycle_ends_with_month, "billing-rule-by-month"),
    ];
    more.into_iter().filter(|(holds, _)| *holds).fold(rule, |rule, (_, key)| format!("{rule} {}", t(key)))
}

/// Whose zone is meant when none is written.
pub(super) fn zone_help(visit: &crate::Visit) -> String {
    t_with("billing-zone-help", &[("zone", visit.site.time_zone.as_str().into())])
}
