//! Rules of a package, and of one line where empty means "as the package says": how often it may be online, on which
//! devices, and what its answers hold.

use super::api::PutPackageAccess;
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::PackageId;
use domain::access::AccessForm;
use domain::rights::Permission;
use leptos::prelude::*;
use services::radius;
use ui::prelude::*;

pub async fn package_access(at: Drawing) -> Result<AnyView, UiError> {
    let id: PackageId = at.param("id")?;
    let (name, form) = radius::package_rules(at.services(), at.caller()?, id).await?;
    let may = at.visit().may(Permission::NetworkEdit);
    let routers = crate::router_imports::of_package(&at, id).await?;
    let save = may.then(|| view! { <div class="form-actions"><SubmitButton label=t("action-save") icon="check"/></div> });
    let page = view! {
        <PageHeader title=t("network-rules") subtitle=name.clone() back=(format!("/packages/{id}"), name)/>
        <PostForm action={action::<PutPackageAccess>()}>
            <Card>
                <ErrorSummary/>
                <HiddenField name="package" value=id.to_string()/>
                <fieldset disabled=!may>{fields(form, false, "")}</fieldset>
                {save}
            </Card>
        </PostForm>
        <div class="mt-5">{routers}</div>
    };
    Ok(page.into_any())
}

/// The fields of both. `suffix` keeps the ids of several forms on one page apart.
pub(super) fn fields(form: AccessForm, of_line: bool, suffix: &str) -> AnyView {
    let id = |name: &str| format!("field-{name}{suffix}");
    let choice = |values: &[&str], prefix: &str| -> Vec<(String, String)> {
        let inherit = of_line.then(|| (String::new(), t("network-as-package")));
        let rest = values.iter().map(|value| (value.to_string(), t(&format!("network-{prefix}-{}", value.replace('_', "-")))));
        inherit.into_iter().chain(rest).collect()
    };
    let duplicates = choice(&["drop_old", "refuse_new"], "duplicate");
    let macs = choice(&["any", "fixed", "learn"], "mac");
    let replace = choice(&["no", "yes"], "replace");
    let prefixes = of_line.then(|| {
        view! {
            <TextField name="form[ipv6_prefix]" id=id("ipv6_prefix") label=t("network-gift-prefix") value=form.ipv6_prefix.clone() maxlength=60 optional=true/>
            <TextField name="form[delegated_prefix]" id=id("delegated_prefix") label=t("network-gift-delegated") value=form.delegated_prefix.clone() maxlength=60 optional=true/>
        }
    });
    view! {
        <div class="form-grid">
            <TextField name="form[sessions]" id=id("sessions") label=t("network-sessions") value=form.sessions maxlength=3 inputmode="numeric" optional=of_line help=t("network-sessions-help")/>
            <SelectField name="form[on_duplicate]" id=id("on_duplicate") label=t("network-duplicate") options=duplicates value=form.on_duplicate/>
            <SelectField name="form[mac_rule]" id=id("mac_rule") label=t("network-mac") options=macs value=form.mac_rule/>
            <TextField name="form[mac_most]" id=id("mac_most") label=t("network-mac-most") value=form.mac_most maxlength=2 inputmode="numeric" optional=of_line/>
            <SelectField name="form[mac_replace]" id=id("mac_replace") label=t("network-replace") options=replace value=form.mac_replace/>
            <TextField name="form[framed_pool]" id=id("framed_pool") label=t("radius-pool") value=form.framed_pool maxlength=63 optional=true/>
            <TextField name="form[address_list]" id=id("address_list") label=t("network-gift-list") value=form.address_list maxlength=63 optional=true/>
            {prefixes}
            <div class="form-wide">
                <TextAreaField name="form[reply_template]" id=id("reply_template") label=t("radius-template") value=form.reply_template rows=3 optional=true help=t("radius-template-help")/>
            </div>
        </div>
    }
    .into_any()
}
