//! The form of a network: the page that adds one, and the fields that change one.

use super::api::CreateBlock;
use super::category_words;
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::addresses::{Block, Category};
use domain::rights::Permission;
use leptos::prelude::*;
use services::require;
use ui::prelude::*;

pub async fn new(at: Drawing) -> Result<AnyView, UiError> {
    require(at.caller()?, Permission::NetworkEdit)?;
    let page = view! {
        <PageHeader title=t("addresses-add") back=("/addresses".to_string(), t("addresses-title"))/>
        <PostForm action={action::<CreateBlock>()}>
            <Card>
                <ErrorSummary/>
                {fields(None)}
                <div class="form-actions"><SubmitButton label=t("addresses-add") icon="plus"/></div>
            </Card>
        </PostForm>
    };
    Ok(page.into_any())
}

/// Of a network that is there everything but where it lies.
pub(super) fn fields(block: Option<&Block>) -> AnyView {
    let categories = Category::ALL.iter().map(|category| (category.slug().to_string(), category_words(*category))).collect();
    let place = block.is_none().then(|| {
        view! {
            <TextField name="form[network]" label=t("address-network") maxlength=60 autocomplete="off" help=t("address-network-help")/>
            <TextField name="form[vrf]" label=t("address-vrf") maxlength=40 autocomplete="off" optional=true help=t("address-vrf-help")/>
        }
    });
    let text = |of: fn(&Block) -> Option<String>| block.and_then(of).unwrap_or_default();
    let category = block.map_or(Category::Static, |block| block.category).slug();
    view! {
        <div class="form-grid">
            {place}
            <TextField name="form[name]" label=t("address-name") value=text(|block| Some(block.name.clone())) maxlength=60/>
            <SelectField name="form[category]" label=t("address-category") options=categories value=category/>
            <TextField name="form[gateway]" label=t("address-gateway") value=text(|block| block.gateway.map(|ip| ip.to_string())) maxlength=45 autocomplete="off" optional=true help=t("address-gateway-help")/>
            <TextField name="form[pool]" label=t("address-pool") value=text(|block| block.pool.clone()) maxlength=63 autocomplete="off" optional=true help=t("address-pool-help")/>
            <TextField name="form[piece]" label=t("address-piece") value=text(|block| block.piece.map(|piece| piece.to_string())) maxlength=3 inputmode="numeric" optional=true help=t("address-piece-help")/>
        </div>
    }
    .into_any()
}
