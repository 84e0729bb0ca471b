//! What changed masters propose: before and after, field by field, with yes and no.

use super::api::{AcceptProposal, DeclineProposal};
use super::words::{field_value, field_words};
use crate::UiError;
use crate::drawn::{Drawing, action};
use domain::packages::views::{Proposal, ProposalState};
use domain::rights::Permission;
use leptos::prelude::*;
use services::packages::all_proposals;
use ui::prelude::*;

pub(crate) async fn proposals_page(at: Drawing) -> Result<AnyView, UiError> {
    let caller = at.caller()?;
    if !caller.allowed(Permission::PackagesEdit) && !caller.allowed(Permission::PackagesRetail) {
        return Err(UiError::Denied);
    }
    let all = all_proposals(at.services(), caller).await?;
    let empty = all.is_empty().then(|| {
        view! { <Card><EmptyState icon="check" title=t("proposal-empty") body=t("proposal-empty-body")/></Card> }
    });
    let cards = cards(all, true);
    let page = view! {
        <PageHeader title=t("proposal-title") subtitle=t("proposal-lead") back=("/packages".to_string(), t("packages-title"))/>
        {empty}
        {cards}
    };
    Ok(page.into_any())
}

/// One card for each.
pub(super) fn cards(all: Vec<Proposal>, may_decide: bool) -> AnyView {
    (!all.is_empty())
        .then(|| {
            let cards = all.into_iter().map(|one| card(one, may_decide)).collect_view();
            view! { <div class="flow mb-5">{cards}</div> }
        })
        .into_any()
}

fn card(one: Proposal, may_decide: bool) -> AnyView {
    let (tone, icon) = match one.state {
        ProposalState::Open => (Tone::Warning, "bell"),
        ProposalState::Applying => (Tone::Info, "clock"),
        ProposalState::Applied => (Tone::Good, "check"),
        ProposalState::Declined | ProposalState::Superseded => (Tone::Neutral, "x"),
    };
    let badge = view! { <StatusBadge tone=tone label=t(&format!("proposal-{}", one.state.slug())) icon=icon/> }.into_any();
    let rows = one.fields.iter().map(|field| {
        Row::new(field.slug(), field_words(*field))
            .cell(field_words(*field))
            .cell(field_value(&one.before, *field))
            .cell(view! { <strong class="font-semibold">{field_value(&one.after, *field)}</strong> })
    });
    let columns = vec![Column::new(t("proposal-field")), Column::new(t("proposal-before")), Column::new(t("proposal-after"))];
    let title = t_with("proposal-of", &[("package", one.package.as_str().into()), ("master", one.master.as_str().into())]);
    let id = one.id.to_string();
    let told = (one.state == ProposalState::Applied)
        .then(|| view! { <p class="muted px-5 pb-4">{t_with("proposal-kept", &[("count", one.customers.into()), ("kept", one.kept.into())])}</p> });
    let poll = (one.state == ProposalState::Applying).then_some("3");
    let decide = (may_decide && one.state == ProposalState::Open).then(|| {
        let body = t_with("proposal-accept-body", &[("count", one.customers.into())]);
        let yes = t_with("proposal-accept", &[("count", one.customers.into())]);
        let (key, no, no_key) = (id.clone(), id.clone(), id.clone());
        view! {
            <div class="flex flex-wrap gap-3 px-5 pb-5">
                <PostForm action={action::<AcceptProposal>()} key=key>
                    <ErrorSummary/>
                    <HiddenField name="id" value=id/>
                    <ConfirmButton label=yes body=body style=ButtonStyle::Primary icon="check"/>
                </PostForm>
                <PostForm action={action::<DeclineProposal>()} key=no_key>
                    <ErrorSummary/>
                    <HiddenField name="id" value=no/>
                    <SubmitButton label=t("proposal-decline") style=ButtonStyle::Ghost icon="x"/>
                </PostForm>
            </div>
        }
    });
    let rows = rows.collect::<Vec<_>>();
    view! {
        <div data-poll=poll>
            <Card title=title actions=badge flush=true>
                <DataTable caption=t("proposal-title") columns=columns rows=rows/>
                {told}
                {decide}
            </Card>
        </div>
    }
    .into_any()
}
