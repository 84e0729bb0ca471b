//! The nine ways a use case can end other than well. Outside one's scope is not found, never forbidden.

use domain::Problem;
use domain::rights::Permission;

pub type Result<T> = std::result::Result<T, Error>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// In scope, but without the right.
    #[error("{} is not granted", .0.key())]
    Denied(Permission),
    /// A dangerous act, and the password was not given lately enough: ask for it, then do the same again.
    #[error("a fresh proof is wanted")]
    Proof,
    /// Does not exist, or not for this caller.
    #[error("not found")]
    NotFound,
    /// What was entered is wrong; every problem beside its field.
    #[error("invalid input")]
    Invalid(Vec<Problem>),
    /// Right in itself, but not now: somebody was faster, or the state forbids it.
    #[error("conflict: {}", .0.key)]
    Conflict(Problem),
    /// The tenant's plan allows no more of it.
    #[error("the plan is used up: {}", .0.key)]
    PlanLimit(Problem),
    /// Whoever asks may read and change nothing: his provider is suspended.
    #[error("nothing may be changed here")]
    ReadOnly,
    /// Something outside (a gateway, a router, the database) does not answer; nothing was changed.
    #[error("{0} does not answer")]
    Upstream(&'static str),
    /// A fault of ours.
    #[error("internal fault: {0}")]
    Internal(String),
}

impl From<storage::Error> for Error {
    fn from(error: storage::Error) -> Self {
        match error {
            away @ storage::Error::Away(_) => {
                tracing::warn!(cause = describe(&away), "the database does not answer");
                Error::Upstream("database")
            }
            storage::Error::Constraint(name) => constraint(&name),
            storage::Error::ReadOnly => Error::ReadOnly,
            other => Error::Internal(describe(&other)),
        }
    }
}

/// The one place that knows which constraint means which field.
pub fn constraint(name: &str) -> Error {
    // Told by the journal's own guard, with the month behind the colon.
    if let Some(month) = name.strip_prefix("ledger_period_closed:") {
        return Error::Conflict(Problem::new("", "problem-period-closed").with("month", month));
    }
    // Told by the count that every new row goes through: `plan_limit:customers:500`.
    if let Some((what, most)) = name.strip_prefix("plan_limit:").and_then(|rest| rest.split_once(':')) {
        return Error::PlanLimit(Problem::new("", &format!("problem-plan-{what}")).with("most", most));
    }
    let (field, key) = match name {
        "tenant_name_key" => ("name", "problem-name-taken"),
        "tenant_domain_key" => ("domain", "problem-host-taken"),
        "tenant_subdomain_key" => ("subdomain", "problem-name-taken"),
        "plan_name_key" => ("name", "problem-name-taken"),
        "isp_short_name_key" => ("short_name", "problem-name-taken"),
        "isp_host_pkey" => ("host", "problem-host-taken"),
        "platform_account_email_key" => ("admin_email", "problem-email-taken"),
        "plan_request_open_key" => ("what", "problem-asked-already"),
        "package_name_key" => ("name", "problem-name-taken"),
        "billing_profile_name_key" => ("name", "problem-name-taken"),
        "promo_code_key" => ("code", "problem-promo-taken"),
        "tax_profile_name_key" => ("name", "problem-name-taken"),
        "dunning_plan_name_key" => ("name", "problem-name-taken"),
        "router_template_name_key" => ("name", "problem-name-taken"),
        "provision_run_active_key" => ("", "problem-provision-running"),
        "router_move_active_key" => ("", "problem-router-moving"),
        "nas_name_key" => ("name", "problem-name-taken"),
        "router_name_key" => ("name", "problem-name-taken"),
        "router_door_key" => ("host", "problem-router-taken"),
        "router_nas_key" => ("nas", "problem-router-nas-taken"),
        "nas_address_key" => ("address", "problem-nas-address-taken"),
        "service_username_key" => ("username", "problem-username-taken"),
        "address_holding_key" => ("address", "problem-static-ip-taken"),
        "address_is_dynamic" => ("address", "problem-address-is-dynamic-there"),
        "address_block_network_key" | "address_block_overlap" => ("network", "problem-address-overlap-there"),
        "address_range_overlap" => ("ranges", "problem-address-overlap-there"),
        "address_block_held" => ("", "problem-address-held-there"),
        "account_email_key" => ("email", "problem-email-taken"),
        "account_username_key" => ("username", "problem-username-taken"),
        "account_mobile_key" => ("mobile", "problem-mobile-taken"),
        "branch_name_key" => ("name", "problem-name-taken"),
        "zone_name_key" => ("name", "problem-zone-taken"),
        "branch_default_kept" => ("", "problem-branch-default"),
        "account_last_admin" => ("", "problem-last-admin"),
        "master_package_name_key" => ("name", "problem-name-taken"),
        "price_chain_cost" | "price_chain_ceiling" | "price_chain_retail" => ("price", "problem-price-chain"),
        "package_zero_price" => ("price", "problem-price-zero"),
        "package_move_running_key" => ("to", "problem-move-running"),
        "service_override_overlap" => ("starts", "problem-override-taken"),
        "trial_use_pkey" => ("", "problem-trial-had"),
        "expense_category_name_key" | "expense_category_top_key" => ("name", "problem-name-taken"),
        "expense_idempotency_key" | "cash_move_idempotency_key" | "cash_hand_over_idempotency_key" => ("", "problem-sent-twice"),
        "approval_request_reopen_key" => ("", "problem-reopen-asked"),
        "invoice_line_period_key" => ("", "problem-period-already-billed"),
        _ => return Error::Internal(format!("constraint {name}")),
    };
    Error::Conflict(Problem::new(field, key))
}

/// An error and its causes in one line, for the log.
fn describe(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text.push_str(": ");
        text.push_str(&next.to_string());
        cause = next.source();
    }
    text
}
